"""Every command over a real network, typed by whoever may not: nothing runs, and nothing is told.

The audit and the facts that are left in the end are compared with the reviewed table of rights:
a line too many, a line too few, a name that is not who it was, and the test fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.words.labels import Label
from tests.core.rights import COMMANDS, golden
from tests.e2e.cast import SECRET, Play, in_dm, one_each
from tests.e2e.changing import (
    EVIL,
    a_nick_that_changes_hands,
    a_suspension,
    an_account_that_goes,
    check_what_was_dropped,
    check_who_was_suspended,
)
from tests.e2e.ledger import (
    AUDITED,
    KNOWN,
    LINK,
    ROLES,
    WRONGLY,
    kept,
    lines,
    reach,
    verb_of,
)
from tests.e2e.rig import BOT, CODE, LOBBY, PAGE, TEAM, Person, make_rig
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


WRONG = (
    strangers,
    wrong_roles,
    forged_tags,
    a_relay,
    the_recused,
    an_account_that_goes,
    a_nick_that_changes_hands,
    a_suspension,
)


async def test_nobody_runs_what_the_reviewed_table_does_not_give_them(play: Play) -> None:
    await play.open()
    for act in WRONG:
        await act(play)
    assert await play.rig.stop() == 0
    left = await kept(play.rig)
    check_what_was_dropped(play, left)
    check_who_was_suspended(play, left)
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
    assert ran == AUDITED


def filled(line: str, person: Person) -> str:
    """Put the codes that somebody heard last into a line."""
    heard = "\n".join(person.heard_anywhere())
    cases, pages = CODE.findall(heard), PAGE.findall(heard)
    line = line.replace("CASE", cases[-1]) if cases else line
    return line.replace("PAGE", pages[-1]) if pages else line
