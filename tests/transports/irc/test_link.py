"""The link on a network of strings: SASL, welcome, time, and what goes wrong."""

import asyncio
import base64
from pathlib import Path

import pytest

from bot.transports.irc import TABLE, LinkInput, LinkState
from bot.transports.irc.link import Input, Link, advance
from tests.transports.irc.fake import CAPS, MASK, Make, settle
from tests.transports.irc.rig import room


def test_every_state_can_be_reached_and_left() -> None:
    assert {state for state, _ in TABLE} == set(LinkState)
    assert set(TABLE.values()) == set(LinkState)
    assert {given for _, given in TABLE} == set(LinkInput)


def test_only_the_end_of_joining_brings_a_network_up() -> None:
    ways = {(state, given) for (state, given), then in TABLE.items() if then is LinkState.UP}
    into = {way for way in ways if way[0] is not LinkState.UP}
    assert into == {
        (LinkState.JOINING, LinkInput.JOINED),
        (LinkState.JOINING, LinkInput.EXPIRED),
    }


def test_joining_comes_after_the_account_is_proven() -> None:
    link = Link(account="caseward", mechanism="PLAIN", state=LinkState.ASKING)
    for given in (LinkInput.WELCOMED, LinkInput.JOINED, LinkInput.PROVEN):
        with pytest.raises(KeyError):
            advance(link, Input(kind=given), 0.0)


async def test_sasl_is_asked_for_alone_and_first(make: Make) -> None:
    net = make()
    await net.begin()
    assert net.sent()[0] == "CAP LS 302"
    await net.says(f":irc CAP * LS * :{CAPS}", ":irc CAP * LS :setname")
    assert net.sent() == ["CAP REQ :sasl"]
    await net.says(":irc CAP caseward ACK :sasl")
    assert net.sent() == ["AUTHENTICATE PLAIN"]
    await net.says("AUTHENTICATE +")
    proof = base64.b64encode(b"\0caseward\0correct horse").decode()
    assert net.sent() == [f"AUTHENTICATE {proof}"]
    await net.says(":irc 903 caseward :ok")
    (line,) = net.sent()
    assert line.startswith("CAP REQ :message-tags account-tag ")
    assert "sasl" not in line
    await net.says(":irc CAP caseward ACK :message-tags account-tag")
    assert net.sent() == ["CAP END"]


async def test_a_long_password_goes_in_pieces(make: Make, tmp_path: Path) -> None:
    net = make()
    (tmp_path / "password").write_text("x" * 290)
    await net.begin()
    await net.says(f":irc CAP * LS :{CAPS}", ":irc CAP caseward ACK :sasl")
    net.sent()
    await net.says("AUTHENTICATE +")
    pieces = [line.removeprefix("AUTHENTICATE ") for line in net.sent()]
    assert [len(piece) for piece in pieces] == [400, 1]
    assert pieces[1] == "+"


@pytest.mark.parametrize(
    "lines",
    [
        [":irc CAP * LS :sasl=EXTERNAL account-tag"],
        [":irc 001 caseward :Welcome"],
        [f":irc CAP * LS :{CAPS}", ":irc CAP caseward ACK :sasl", ":irc 908 c PLAIN :x"],
        [f":irc CAP * LS :{CAPS}", ":irc CAP caseward ACK :sasl", ":irc 904 caseward :no"],
        [
            f":irc CAP * LS :{CAPS}",
            ":irc CAP caseward ACK :sasl",
            f":irc 900 caseward {MASK} other :in",
        ],
        ["ERROR :Closing link: K-lined"],
    ],
)
async def test_without_proof_of_the_account_it_hangs_up_and_tries_again(
    make: Make, lines: list[str]
) -> None:
    net = make()
    await net.begin()
    await net.says(*lines)
    if lines[0].startswith("ERROR"):
        net.wire.abort()
    await settle()
    assert not net.wire.open
    assert not [line for line in net.wire.lines if line.startswith(("JOIN", "CAP END"))]
    await net.clock.advance(10)
    assert len(net.wires) == 2
    assert net.links() == []


async def test_an_unreadable_password_hangs_up(make: Make, tmp_path: Path) -> None:
    net = make()
    (tmp_path / "password").unlink()
    await net.begin()
    await net.says(f":irc CAP * LS :{CAPS}", ":irc CAP caseward ACK :sasl", "AUTHENTICATE +")
    await settle()
    assert not net.wire.open


async def test_the_password_is_in_no_repr(make: Make) -> None:
    net = make()
    await net.up()
    session = net.transport._session
    assert session is not None
    shown = f"{session.link!r} {session.context.settings!r} {vars(session)!r}"
    assert "correct horse" not in shown


async def test_up_is_told_once_when_all_is_read(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    assert "JOIN #team" in net.sent()
    assert net.links() == []
    await net.enter("alice=alice")
    assert net.links() == [True]


async def test_a_silent_channel_does_not_hold_the_network_for_ever(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    net.sent()
    await net.clock.advance(8)
    assert net.links() == []
    await net.clock.advance(3)
    assert net.links() == [True]
    await net.clock.advance(10)
    assert "JOIN #team" in net.sent()


async def test_a_refused_channel_is_tried_again_with_patience(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    await net.says(":irc 473 caseward #team :Cannot join (+i)")
    assert net.links() == [True]
    waits = []
    for _ in range(5):
        net.sent()
        began = net.clock.passed
        while "JOIN #team" not in net.sent():
            await net.clock.advance(1)
            await net.says(":irc PONG irc :x")
        waits.append(net.clock.passed - began)
        await net.says(":irc 473 caseward #team :Cannot join (+i)")
    assert waits == sorted(waits)
    assert waits[0] <= 10
    assert waits[-1] > 60


async def test_silence_is_noticed(make: Make) -> None:
    net = make()
    await net.up()
    await net.clock.advance(31)
    assert "PING :alive" in net.sent()
    await net.says(":irc PONG irc :alive")
    await net.clock.advance(60)
    assert net.sent().count("PING :alive") == 2
    assert net.links() == [True]
    await net.clock.advance(31)
    assert net.links() == [True, False]
    assert not net.wires[0].open


async def test_a_ping_is_answered_at_once(make: Make) -> None:
    net = make(burst=1, per_second=0.01)
    await net.begin()
    await net.says("PING :over there")
    assert "PONG :over there" in net.sent()


async def test_attempts_come_slower_and_slower_but_never_end(make: Make) -> None:
    net = make()
    net.refuse = ConnectionRefusedError()
    await net.begin()
    await net.clock.advance(400)
    net.refuse = None
    await net.clock.advance(61)
    assert len(net.wires) == 1


async def test_an_attempt_that_hangs_is_given_up(make: Make) -> None:
    net = make()
    never: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    calls = 0

    async def stuck(_settings: object, _ears: object) -> object:
        nonlocal calls
        calls += 1
        return await never

    net.transport._dial = stuck  # type: ignore[assignment]  # it never gives a wire
    await net.begin()
    await net.clock.advance(19)
    assert calls == 1
    await net.clock.advance(20)
    assert calls == 2


async def test_a_handshake_that_hangs_is_given_up(make: Make) -> None:
    net = make()
    await net.begin()
    await net.clock.advance(31)
    assert not net.wires[0].open
    await net.clock.advance(10)
    assert len(net.wires) == 2


async def test_being_logged_out_is_down_until_proven_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f":irc 901 caseward {MASK} :You are logged out")
    assert net.links() == [True, False]
    assert await net.transport.send(net.cleared(room("#team"), "hello")) == "down"
    assert net.sent() == ["AUTHENTICATE PLAIN"]
    await net.says("AUTHENTICATE +", ":irc 903 caseward :ok")
    assert net.links() == [True, False, True]


async def test_an_account_line_about_ourselves_counts_too(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(f":{MASK} ACCOUNT *")
    assert net.links() == [True, False]


async def test_logged_out_without_sasl_it_starts_anew(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(":irc CAP caseward DEL :sasl")
    assert net.links() == [True]
    await net.says(f":irc 901 caseward {MASK} :You are logged out")
    await settle()
    assert not net.wires[0].open
    await net.clock.advance(10)
    assert len(net.wires) == 2


async def test_sasl_that_came_back_is_asked_for_again(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(":irc CAP caseward DEL :sasl", ":irc CAP caseward NEW :sasl=PLAIN")
    net.sent()
    await net.says(f":irc 901 caseward {MASK} :You are logged out")
    assert net.sent() == ["CAP REQ :sasl"]
    await net.says(":irc CAP caseward ACK :sasl")
    assert net.sent() == ["AUTHENTICATE PLAIN"]


async def test_a_taken_nick_gives_another_and_comes_back_in_time(make: Make) -> None:
    net = make()
    await net.begin()
    await net.says(":irc 433 * caseward :in use", ":irc 433 * caseward_ :in use")
    assert net.sent()[-2:] == ["NICK caseward_", "NICK caseward__"]
    await net.register(isupport="WHOX")
    await net.says(":irc 001 caseward__ :Welcome")
    net.sent()
    for _ in range(7):
        await net.clock.advance(10)
        await net.says(":irc PONG irc :alive")
    assert "NICK caseward" in net.sent()
    await net.says(":caseward__!caseward@bot.example.org NICK :caseward")
    await net.clock.advance(80)
    assert "NICK caseward" not in net.sent()


async def test_bots_are_marked_as_the_network_says(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    assert "MODE caseward +B" in net.sent()


async def test_stopping_says_goodbye(make: Make) -> None:
    net = make()
    await net.up()
    await net.end()
    assert net.wire.lines[-1] == "QUIT :going"
    assert not net.wire.open


@pytest.mark.parametrize(("code", "asks"), [("473", 1), ("475", 1), ("471", 1), ("474", 0)])
async def test_chanserv_is_asked_to_let_the_bot_in(make: Make, code: str, asks: int) -> None:
    net = make()
    await net.begin()
    await net.register()
    net.sent()
    await net.says(f":irc {code} caseward #team :Cannot join")
    assert net.sent().count("PRIVMSG ChanServ :INVITE #team") == asks
    await net.says(":ChanServ!ChanServ@services.example.org INVITE caseward #team")
    await net.clock.advance(1)
    assert "JOIN #team" in net.sent()


async def test_without_a_trusted_agent_nobody_is_asked(make: Make) -> None:
    net = make(trusted_agents=())
    await net.begin()
    await net.register()
    net.sent()
    await net.says(":irc 473 caseward #team :Cannot join (+i)")
    assert "PRIVMSG ChanServ :INVITE #team" not in net.sent()
