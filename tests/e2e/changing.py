"""Whoever stops being somebody while they type: logged out, suspended, under another nick.

Frank types in pairs, a line in the channel and one by DM. What he was at that moment is read from
the tags that another client in the channel saw.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.e2e.cast import SECRET, Play
from tests.e2e.ledger import LINK, Kept
from tests.e2e.rig import BOT, LOBBY
from tests.servers.client import PATIENCE, IRCClient

BURSTS, PAIRS = 6, 18
EVIL = "evil-words"
SUSPENDED = "is suspended"


async def seen(client: IRCClient, numeric: str, times: int) -> None:
    """Wait until the server has said something this often."""
    async with asyncio.timeout(PATIENCE):
        while sum(f" {numeric} " in line.text for line in client.lines) < times:
            await client.sync()


async def an_account_that_goes(play: Play) -> None:
    """Frank logs out while he types; what alice's client sees of each line is what counts."""
    frank = play.person("frank")
    password = play.rig.server.accounts["frank"]
    for burst in range(BURSTS):
        for turn in range(PAIRS):
            if turn == PAIRS // 3:
                frank.client.say("NickServ", "LOGOUT")
            if turn == PAIRS // 2 and burst % 2:
                frank.client.send(f"NICK frank{burst}")
            play.pair(frank, f"drop-{burst}-{turn}")
            if burst > 1:
                # Else all is one write, which the server has read before services can answer.
                await frank.client.sync()
        await seen(frank.client, "901", burst + 1)
        play.pair(frank, f"over-{burst}")
        frank.client.send("NICK frank")
        await frank.settled(LOBBY)
        frank.client.say("NickServ", f"IDENTIFY frank {password}")
        await seen(frank.client, "900", burst + 2)


def check_what_was_dropped(play: Play, left: Kept) -> None:
    """A note by DM counts only where the line in the channel just before it had the account.

    It may be refused all the same: what a DM may carry is judged when its turn has come, and by
    then whoever typed it may be somebody else.
    """
    said = [
        (line.params[-1].removeprefix("!no "), line.nick, line.tags.get("account"))
        for line in play.rig.alice.client.lines
        if line.params[:2] == ["PRIVMSG", LOBBY]
        and line.params[-1].startswith(("!no drop-", "!no over-"))
    ]
    assert len(said) == BURSTS * (PAIRS + 1)
    noted = 0
    refused = Counter(
        {
            place.removeprefix("net/"): count
            for (who, place, verb, wrong), count in left.rows().items()
            if (who, verb, wrong) == ("frank", "note", True)
        }
    )
    for word, nick, account in said:
        play.ledger.note(account or LINK, LOBBY, "!no", nick=nick)
        if f"note-{word}." in left.words[play.case]:
            assert account == "frank", word
            noted += 1
            play.ledger.note("frank", BOT, "!note", nick=nick)
            continue
        late = account == "frank" and refused[nick] > 0
        refused[nick] -= late
        if late:
            play.ledger.rows[("frank", f"net/{nick}", "note", True)] += 1
        else:
            play.ledger.note(LINK, BOT, "!note", nick=nick)
    with_account = sum(account == "frank" for _, _, account in said)
    assert BURSTS < noted <= with_account < len(said) - BURSTS


async def a_suspension(play: Play) -> None:
    """An operator suspends frank while he types; from the answer to that on he is nobody."""
    frank = play.person("frank")
    frank.client.send("NICK fred")

    async def typing() -> None:
        for turn in range(PAIRS):
            play.pair(frank, f"flight-{turn}")
            await frank.client.sync()

    async def suspending() -> None:
        await play.asks("carol", BOT, "!suspend frank", "yes")
        play.ledger.note("carol", BOT, "!suspend", nick="carol")
        await play.asks("carol", BOT, "!yes", SUSPENDED)

    async with asyncio.TaskGroup() as group:
        group.create_task(typing())
        group.create_task(suspending())
    for turn in range(PAIRS):
        play.pair(frank, f"nobody-{turn}")
    await frank.settled(LOBBY)


def check_who_was_suspended(play: Play, left: Kept) -> None:
    """What was said before may have run, what was said after did not."""
    words, rows = left.words[play.case], left.rows()
    stranger = "net|account|frank"
    noted = words.count("note-flight-")
    assert "note-nobody-" not in words
    for place, verb in ((f"net/{LOBBY}", "no"), ("net/fred", "note")):
        refused = rows[(stranger, place, verb, True)]
        assert PAIRS <= refused <= 2 * PAIRS
        play.ledger.rows[(stranger, place, verb, True)] += refused
        play.ledger.either[("frank", place, verb)] += 2 * PAIRS - refused
    assert noted <= 2 * PAIRS - rows[(stranger, "net/fred", "note", True)]


async def a_nick_that_changes_hands(play: Play) -> None:
    """Frank asks, and is gone under another nick before the answer; mallory has his."""
    frank, mallory = play.person("frank"), play.person("mallory")
    await frank.settled(LOBBY)
    # He has only just logged in: until the bot has asked who is there now, it may say no.
    play.ledger.either[("frank", "net/frank", "say")] += 1
    await frank.asks(f"!say {play.hidden} reporter {EVIL}", r"words?\.")
    for turn in range(BURSTS):
        play.ledger.either[("frank", "net/frank", "show")] += 1
        asked = f"PRIVMSG {BOT} :!show {play.case}\r\nNICK away{turn}\r\n"
        frank.client.send_raw(asked.encode())
        await mallory.client.expect(f"^:frank!.* NICK :?away{turn}$")
        mallory.client.send("NICK frank")
        mallory.nick = "frank"
        typed = ["!yes", "!undo", f"!show {play.case}", f"!note {play.case} {EVIL}"]
        await play.types("mallory", typed, who=LINK, where=BOT)
        mallory.client.send("NICK mallory")
        await mallory.client.expect("^:frank!.* NICK :?mallory$")
        mallory.nick = "mallory"
        frank.client.send("NICK frank")
        await frank.settled(LOBBY)
    heard = "\n".join(mallory.heard_anywhere())
    assert play.case not in heard
    assert play.hidden not in heard
    assert SECRET not in heard
