"""Every command over a real network, typed by whoever may not: nothing runs, and nothing is told.

The audit and the facts that are left in the end are compared with the reviewed table of rights:
a line too many, a line too few, a name that is not who it was, and the test fails.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.words.labels import Label
from tests.core.rights import COMMANDS, golden
from tests.e2e.cast import SECRET, Play, in_dm, one_each
from tests.e2e.ledger import (
    KNOWN,
    LINK,
    ROLES,
    WRONGLY,
    Kept,
    kept,
    lines,
    reach,
    verb_of,
)
from tests.e2e.rig import BOT, CODE, LOBBY, PAGE, TEAM, Person, make_rig
from tests.servers.client import PATIENCE, IRCClient
from tests.servers.inspircd import InspIRCd

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(120)]

#: Tags that a client may put on a line; the network takes those with a plus along.
TAGS = (
    "@+account=alice ",
    "@account=alice ",
    "@+account=alice;account=alice ",
    "@account=alice;account=bob ",
    "@+Account=alice;+draft/account=alice ",
)


BURSTS, PAIRS = 6, 18
EVIL = "evil-words"
#: What is not for everybody can be refused, and has to be seen refused.
REFUSABLE = {verb for verb in COMMANDS if not golden().allows(verb, (), Label.PUBLIC)}


@pytest_asyncio.fixture
async def play(tmp_path: Path, inspircd: InspIRCd) -> AsyncIterator[Play]:
    async with make_rig(tmp_path, inspircd) as rig:
        yield Play(rig)


# ---- who may not -----------------------------------------------------------------------------


async def strangers(play: Play) -> None:
    """No account; an account on no roster; one that is only alike; a known nick without its own."""
    typed = lines(play.case)

    async def one(nick: str, who: str) -> None:
        await play.types(nick, typed, who=who, where=LOBBY)
        await play.types(nick, in_dm(typed), who=who, where=BOT)

    async with asyncio.TaskGroup() as group:
        group.create_task(one("mallory", LINK))
        group.create_task(one("ivan", "net|account|ivan"))
        group.create_task(one("zoe", "net|account|zoe[m]"))
        group.create_task(one("trent", LINK))


async def wrong_roles(play: Play) -> None:
    """Each role alone, for every verb that it has not, or not there."""

    async def one(nick: str) -> None:
        roles = KNOWN[nick]
        for where in (LOBBY, BOT):
            typed = [
                line
                for line in lines(play.case)
                if not golden().allows(verb_of(line), roles, reach(roles, where))
            ]
            assert typed or where == BOT
            await play.types(nick, typed, who=nick, where=where)

    async with asyncio.TaskGroup() as group:
        for nick in ROLES:
            group.create_task(one(nick))


async def forged_tags(play: Play) -> None:
    """A stranger, and somebody of another account, put alice's name on every line."""
    typed = one_each(lines(play.case))
    for nick, who in (("mallory", LINK), ("ivan", "net|account|ivan")):
        for tags in TAGS:
            await play.types(nick, typed, who=who, where=LOBBY, tags=tags)
            await play.types(nick, in_dm(typed), who=who, where=BOT, tags=tags)


async def a_relay(play: Play) -> None:
    """A bridge is never obeyed, whomever it speaks for, and gets no answer."""
    heidi = play.person("heidi")
    for where in (LOBBY, BOT):
        for line in lines(play.case):
            for form in ("{}", "<alice> {}", "\x02<alice>\x02 {}", "alice: {}", "{} <alice>"):
                heidi.client.send(f"PRIVMSG {where} :{form.format(line)}")
    await heidi.client.sync()
    await play.rig.alice.settled(LOBBY)
    assert heidi.heard() == []


async def the_recused(play: Play) -> None:
    """Mike is named in a case: for him, and where he reads along, there is no such case."""
    typed = [line for line in lines(play.hidden) if play.hidden in line]
    await play.types("mike", typed, who="mike", where=BOT)
    rig, mike = play.rig, play.person("mike")
    rig.alice.client.send(f"INVITE mike {TEAM}")
    await mike.client.expect(f" INVITE mike :?{TEAM}")
    await mike.client.join(TEAM)
    await rig.alice.settled(TEAM)
    await play.types("mike", typed, who="mike", where=TEAM)
    await play.types("alice", typed, who="alice", where=TEAM)
    mike.client.send(f"PART {TEAM}")
    await mike.client.expect(f"PART :?{TEAM}")
    heard = "\n".join(mike.heard_anywhere())
    assert play.hidden not in heard
    assert SECRET not in heard


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


async def a_nick_that_changes_hands(play: Play) -> None:
    """Frank asks, and is gone under another nick before the answer; mallory has his."""
    frank, mallory = play.person("frank"), play.person("mallory")
    await play.asks("frank", BOT, f"!say {play.hidden} reporter {EVIL}", r"words?\.")
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


WRONG = (
    strangers,
    wrong_roles,
    forged_tags,
    a_relay,
    the_recused,
    an_account_that_goes,
    a_nick_that_changes_hands,
)


async def test_nobody_runs_what_the_reviewed_table_does_not_give_them(play: Play) -> None:
    await play.open()
    for act in WRONG:
        await act(play)
    assert await play.rig.stop() == 0
    left = await kept(play.rig)
    check_what_was_dropped(play, left)
    assert play.ledger.differences(left.rows()) == ({}, {})
    wrong = {(verb, refused) for _, _, verb, refused in left.rows()}
    assert {(verb, True) for verb in REFUSABLE} <= wrong
    assert set(left.acts) == {play.case, play.hidden}
    assert set(left.acts[play.case]) <= {("opened", "alice"), ("noted", "frank")}
    assert {by for _, by in left.acts[play.hidden]} == {None}
    assert EVIL not in left.everything()
    assert EVIL not in "\n".join(play.person("rita").heard())


# ---- who may ---------------------------------------------------------------------------------

#: Whose part each of the people of the examples plays here.
_PLAYED_BY = {"finn": "erin"}


async def test_everybody_runs_what_the_reviewed_table_gives_them(play: Play) -> None:
    """Else the other test would only show that nothing ever runs."""
    await play.open()
    last = [c for c in COMMANDS.values() if any(e.by != "alice" for e in c.examples)]
    first = [c for c in COMMANDS.values() if c not in last]
    for command in [*first, *last]:
        for example in command.examples:
            person = play.person(_PLAYED_BY.get(example.by, example.by))
            where = TEAM if person.nick in {"alice", "bob"} else None
            for line in (*example.given, example.typed):
                await person.answers(filled(line, person), where)
    assert await play.rig.stop() == 0
    left = await kept(play.rig)
    for entry in left.audit:
        roles, where = KNOWN[entry.who], entry.place.removeprefix("net/")
        allowed = golden().allows(entry.verb, roles, reach(roles, where))
        assert (entry.outcome in WRONGLY) is not allowed, entry
    ran = {entry.verb for entry in left.audit if entry.outcome == "ok"}
    assert ran == set(COMMANDS)


def filled(line: str, person: Person) -> str:
    """Put the codes that somebody heard last into a line."""
    heard = "\n".join(person.heard_anywhere())
    cases, pages = CODE.findall(heard), PAGE.findall(heard)
    line = line.replace("CASE", cases[-1]) if cases else line
    return line.replace("PAGE", pages[-1]) if pages else line
