"""Talk that is passed over unread changes nothing of what the bot hears, knows and says."""

from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from bot.core.words.places import Place, PlaceKind
from commands._aside import aside
from tests.transports.irc.fake import FakeNet, Make

NICKS = ("alice", "bob", "eve")
_TALK = st.builds(
    lambda tags, nick, host, channel, text: f"{tags}:{nick}!u@{host} PRIVMSG {channel} :{text}",
    st.sampled_from(
        [
            "",
            "@account=alice ",
            "@account=mallory ",
            "@account=alice;account=mallory ",
            "@+account=alice ",
            "@msgid=a;account=alice;time=2026-11-20T12:00:00.000Z ",
            "@account ",
            "@acc\0ount=mallory ",
        ]
    ),
    st.sampled_from(NICKS),
    st.sampled_from(["h.example.org", "other.example.org"]),
    st.sampled_from(["#team", "#other", "caseward", "@#team"]),
    st.sampled_from(["hello there", "and so on", "!ping x", "caseward: ping", "\x02!ping", ""]),
)
_CHANGE = st.sampled_from(
    [
        *(f":{nick}!u@h.example.org PART #team" for nick in NICKS),
        *(f":{nick}!u@h.example.org JOIN #team {nick} :x" for nick in NICKS),
        *(f":{nick}!u@h.example.org QUIT :bye" for nick in NICKS),
        ":alice!u@h.example.org NICK eve",
        ":eve!u@h.example.org NICK alice",
        ":alice!u@h.example.org ACCOUNT *",
        ":alice!u@h.example.org ACCOUNT alice",
        ":bob!u@h.example.org CHGHOST u other.example.org",
        ":irc MODE #team -n",
        ":irc MODE #team +n",
        ":irc CAP caseward DEL :account-tag",
        ":irc PONG irc :alive",
    ]
)


async def lived_through(folder: Path, lines: list[str], *, quick: bool) -> tuple[object, int]:
    """Return everything that came of the lines, and how many were passed over."""
    net = FakeNet(folder, aside=aside("!", "caseward") if quick else None)
    await net.up("alice=alice", "bob=0")
    for line in lines:
        await net.says(line)
        await net.clock.advance(0.5)
    heard = [replace(each, key="") for each in net.heard() if "ping" in each.text]
    dms = [Place(network="net", address=nick, kind=PlaceKind.DM) for nick in NICKS]
    views = [net.view(place) for place in dms]
    result = (
        heard,
        net.ended(),
        net.sent(),
        views,
        net.view(Place(network="net", address="#team")),
    )
    await net.end()
    return result, net.passed_over


@pytest.mark.slow
@hypothesis.given(st.lists(st.one_of(_TALK, _TALK, _TALK, _CHANGE), max_size=25))
@hypothesis.settings(
    max_examples=150, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
async def test_passing_over_changes_nothing(tmp_path: Path, lines: list[str]) -> None:
    quick, _ = await lived_through(tmp_path, lines, quick=True)
    whole, passed_over = await lived_through(tmp_path, lines, quick=False)
    assert quick == whole
    assert passed_over == 0


async def test_only_the_first_line_is_read(tmp_path: Path) -> None:
    said = "@account=alice;msgid={} :alice!u@h.example.org PRIVMSG #team :hello"
    lines = [said.format(number) for number in range(10)]
    _, passed_over = await lived_through(tmp_path, lines, quick=True)
    assert passed_over == 9


@pytest.mark.parametrize(
    "between",
    [
        ":bob!u@h.example.org PART #team",
        ":alice!u@h.example.org ACCOUNT *",
        ":irc MODE #team +m",
        ":irc 731 caseward :eve",
    ],
)
async def test_every_other_line_begins_anew(tmp_path: Path, between: str) -> None:
    said = "@account=alice :alice!u@h.example.org PRIVMSG #team :hello"
    _, passed_over = await lived_through(tmp_path, [said, between, said], quick=True)
    assert passed_over == 0


@pytest.mark.parametrize(
    "other",
    [
        ":alice!u@h.example.org PRIVMSG #team :hello",
        "@account=mallory :alice!u@h.example.org PRIVMSG #team :hello",
        "@account=alice;account=alice :alice!u@h.example.org PRIVMSG #team :hello",
        "@account=alice :alice!u@other.example.org PRIVMSG #team :hello",
        "@account=alice :alice!u@h.example.org PRIVMSG caseward :hello",
        "@account=alice :alice!u@h.example.org PRIVMSG #team :!hello",
        "@account=alice :alice!u@h.example.org NOTICE #team :hello",
        "@account=alice :eve!u@h.example.org PRIVMSG #team :hello",
    ],
)
async def test_whoever_differs_is_read_whole(tmp_path: Path, other: str) -> None:
    said = "@account=alice :alice!u@h.example.org PRIVMSG #team :hello"
    _, passed_over = await lived_through(tmp_path, [said, other], quick=True)
    assert passed_over == 0


async def test_talk_keeps_the_connection_from_being_given_up(make: Make) -> None:
    net = make(aside=aside("!", "caseward"))
    await net.up("alice=alice")
    for _ in range(20):
        await net.clock.advance(10)
        await net.says("@account=alice :alice!u@h.example.org PRIVMSG #team :still here")
    assert net.passed_over == 19
    assert net.wire.open
