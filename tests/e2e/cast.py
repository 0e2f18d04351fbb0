"""The people of the tests of rights in their places, with a case of the team's and one of mike's."""

from __future__ import annotations

import asyncio

from tests.e2e.ledger import ROLES, Ledger, is_command, more_people, types, verb_of
from tests.e2e.rig import BOT, LOBBY, TEAM, Person, Rig, code_in

#: A word of both cases, that nobody hears who may not.
SECRET = "lanternfish"


class Play:
    """Everybody in their places, one case of the team's, and one that names mike."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.ledger = Ledger()
        self.case = self.hidden = ""

    def pair(self, person: Person, word: str) -> None:
        """A line in the channel and one by DM, at once; what they are worth is told later."""
        person.says(f"!no {word}", LOBBY)
        person.says(f"!note {self.case} note-{word}.")

    def person(self, nick: str) -> Person:
        return self.rig.people[nick]

    async def open(self) -> None:
        rig = self.rig
        more_people(rig)
        await rig.open(*ROLES, "mike", "frank", "mallory", "ivan", "heidi", "rita")
        await rig.enter("zoe", account="zoe[m]")
        await rig.enter("trent")
        async with asyncio.TaskGroup() as group:
            for nick, person in rig.people.items():
                if nick not in {"alice", "bob", "rita"}:
                    group.create_task(person.client.join(LOBBY))
        said = await self.asks("alice", TEAM, f"!open Somebody writes of a {SECRET}", "Opened")
        self.case = code_in(said)
        rita = self.person("rita")
        await rita.asks(f"User:Example-Mike undoes my edits about the {SECRET}.", "danger")
        await rita.asks("no", "Shall I pass on")
        rita.says("yes")
        self.hidden = code_in(await rita.hears("C-"))

    async def asks(self, nick: str, where: str, line: str, words: str) -> str:
        """Somebody of the team types a line, and waits for an answer there."""
        self.ledger.note(nick, where, line, nick=nick)
        return await self.person(nick).asks(line, words, None if where == BOT else where)

    async def types(
        self, nick: str, typed: list[str], *, who: str, where: str, tags: str = ""
    ) -> None:
        """Somebody types lines, and is (not) who they say."""
        person = self.person(nick)
        await types(person, self.ledger, typed, who=who, where=where, tags=tags)


def in_dm(typed: list[str]) -> list[str]:
    """What a stranger types in a DM that is no word of a report."""
    return [line for line in typed if is_command(line)]


def one_each(typed: list[str]) -> list[str]:
    """One line for each verb."""
    return list({verb_of(line): line for line in reversed(typed)}.values())
