"""What programs ask."""

import pytest

from bot.transports.irc.lines import pack
from tests.servers.crowd import Crowd
from tests.transports.irc.fake import MASK, Make
from tests.transports.irc.rig import Rig

VERSION = "NOTICE alice :\x01VERSION caseward\x01"


async def test_version_is_told_once_a_minute_to_all_together(make: Make) -> None:
    net = make()
    await net.up()
    for nick in ("alice", "bob", "alice"):
        await net.says(f":{nick}!u@h PRIVMSG caseward :\x01VERSION\x01")
    assert net.sent() == [VERSION]
    await net.clock.advance(59)
    await net.says(":irc PONG irc :x", ":alice!u@h PRIVMSG caseward :\x01version")
    assert VERSION not in net.sent()
    await net.clock.advance(1)
    await net.says(":alice!u@h PRIVMSG caseward :\x01VERSION\x01")
    assert VERSION in net.sent()


@pytest.mark.parametrize(
    "line",
    [
        ":alice!u@h PRIVMSG #team :\x01VERSION\x01",
        ":alice!u@h PRIVMSG caseward :\x01PING 123\x01",
        ":alice!u@h PRIVMSG caseward :\x01TIME\x01",
        ":alice!u@h PRIVMSG caseward :\x01CLIENTINFO\x01",
        ":alice!u@h PRIVMSG caseward :\x01VERSION #team\x01",
        ":alice!u@h NOTICE caseward :\x01VERSION\x01",
        ":irc.example.org PRIVMSG caseward :\x01VERSION\x01",
        f":{MASK} PRIVMSG caseward :\x01VERSION\x01",
    ],
)
async def test_nothing_else_is_answered_to_programs(make: Make, line: str) -> None:
    net = make()
    await net.up()
    await net.says(line)
    await net.clock.advance(1)
    assert net.sent() == []
    assert net.heard() == []


def test_the_answer_is_the_only_line_with_a_control_character() -> None:
    assert pack(VERSION) == VERSION.encode() + b"\r\n"
    assert b"\x01" not in pack(VERSION.replace("caseward", "case ward"))
    assert b"\x01" not in pack("PRIVMSG alice :\x01VERSION caseward\x01")
    assert b"\x01" not in pack("NOTICE alice :\x01VERSION a\x01\r\nQUIT :\x01VERSION b\x01")


async def test_a_version_is_answered_on_servers(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    alice.say("caseward", "\x01VERSION\x01")
    line = await alice.expect(r":caseward!\S+ NOTICE alice ")
    assert line.params[-1] == "\x01VERSION caseward\x01"
