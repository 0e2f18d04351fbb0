"""What stands in a channel that is watched: handed over whatever it is, and nothing of any other."""

from pathlib import Path

import pytest

from bot.core.words.inbound import Inbound, Overheard
from commands._aside import aside
from tests.transports.irc.fake import FakeNet

ALICE = "@account=alice :alice!u@h.example.org"


async def came(folder: Path, *lines: str, watched: bool = True, quick: bool = True) -> FakeNet:
    net = FakeNet(
        folder,
        aside=aside("!", "caseward") if quick else None,
        relays=("bridge",),
        trusted_agents=("ChanServ",),
    )
    net.watched = watched
    await net.up("alice=alice", "bob=0", "bridge=bridge")
    net.events.clear()
    for line in lines:
        await net.says(line)
    return net


def overheard(net: FakeNet) -> list[tuple[str, str, str]]:
    return [
        (each.speaker.nick, str(each.place), each.text)
        for each in net.events
        if isinstance(each, Overheard)
    ]


def words(net: FakeNet) -> list[str]:
    """Return all words that were handed over, in whatever shape."""
    return [each.text for each in net.events if isinstance(each, Inbound | Overheard)]


async def test_talk_is_overheard_line_by_line(tmp_path: Path) -> None:
    said = [f"{ALICE} PRIVMSG #team :hello {number}\r" for number in range(4)]
    net = await came(tmp_path, *said, f"{ALICE} PRIVMSG #team :!ping")
    assert words(net) == ["hello 0", "hello 1", "hello 2", "hello 3", "!ping"]
    assert net.passed_over == 3
    heard = [each for each in net.events if isinstance(each, Overheard)]
    first = next(each for each in net.events if isinstance(each, Inbound))
    assert all(each.speaker == first.speaker for each in heard)
    assert len(heard) == 3
    await net.end()


async def test_colours_hide_nothing(tmp_path: Path) -> None:
    said = [f"{ALICE} PRIVMSG #team :one", f"{ALICE} PRIVMSG #team :J\x02a\x03" + "4ne\x0f"]
    net = await came(tmp_path, *said)
    assert words(net) == ["one", "Jane"]
    await net.end()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (f"{ALICE} NOTICE #team :by the way", "by the way"),
        (f"{ALICE} PRIVMSG #team :\x01ACTION waves\x01", "ACTION waves"),
        (f"{ALICE} TOPIC #team :new topic", "new topic"),
        (f"{ALICE} PART #team :so long", "so long"),
        (f"{ALICE} KICK #team bob :go away", "go away"),
    ],
)
async def test_what_is_no_message_is_overheard(tmp_path: Path, line: str, text: str) -> None:
    net = await came(tmp_path, line)
    assert overheard(net) == [("alice", "net/#team", text)]
    [each] = [each for each in net.events if isinstance(each, Overheard)]
    assert each.speaker.identity == "net|account|alice"
    assert not any(isinstance(each, Inbound) for each in net.events)
    await net.end()
    net = await came(tmp_path, line, watched=False)
    assert words(net) == []
    await net.end()


async def test_bridges_and_services_are_overheard(tmp_path: Path) -> None:
    net = await came(
        tmp_path,
        "@account=bridge :bridge!u@h.example.org NOTICE #team :<x> hello",
        "@account=ChanServ :ChanServ!s@services.localhost PRIVMSG #team :welcome",
        "@account=ChanServ :ChanServ!s@services.localhost NOTICE #team :welcome back",
    )
    assert [text for _, _, text in overheard(net)] == ["<x> hello", "welcome", "welcome back"]
    first = next(each for each in net.events if isinstance(each, Overheard))
    assert first.speaker.relayed
    await net.end()


async def test_what_is_not_in_a_channel_is_nothing(tmp_path: Path) -> None:
    net = await came(
        tmp_path,
        f"{ALICE} NOTICE caseward :hello",
        f"{ALICE} PRIVMSG caseward :\x01VERSION\x01",
        f"{ALICE} NOTICE #elsewhere :hello",
        ":irc NOTICE #team :from the server",
        ":caseward!u@h.example.org NOTICE #team :from ourselves",
    )
    assert words(net) == []
    await net.end()


async def test_where_nothing_is_watched_talk_is_passed_over_unread(tmp_path: Path) -> None:
    said = [f"{ALICE} PRIVMSG #team :hello"] * 4
    net = await came(tmp_path, *said, watched=False)
    assert words(net) == ["hello"]
    assert net.passed_over == 3
    await net.end()
