"""The steps of containing what slipped out, in words: who can hide it, where copies are, who is told.

They say what to do, and nothing of what slipped out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.case.facts import FactKind
from bot.core.words.cases import CaseView
from bot.core.words.people import Person, Role
from bot.core.words.places import Place
from bot.core.words.readers import Terms
from bot.core.words.text import Arg, Line, Msg, public, team

#: What is done, in this order; each is a message `spill.step.…`.
STEPS = ("quiet", "hide", "attention", "copies", "operators", "tell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a case has come since something last slipped out.

    `done` is the last step that was done, 0 for none; `room` is where it was said, None for a DM.
    """

    done: int = 0
    room: str | None = None


def progress(case: CaseView) -> Progress | None:
    """Return how far containing has come in a case; None where nothing was said to slip out."""
    found: Progress | None = None
    for entry in case.entries:
        step, room = entry.data.get("step"), entry.data.get("room")
        if entry.kind != FactKind.SPILLED or entry.undone or type(step) is not int:
            continue
        if step == 0:
            found = Progress(room=room if isinstance(room, str) else None)
        elif found is not None:
            found = Progress(done=max(step, found.done), room=found.room)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The steps, for whoever asks.

    `people` are those of the team who can be asked to hide it; `places` are those of the room in
    which it was said, none where that is not known.
    """

    people: Sequence[Person]
    places: Sequence[Place]
    terms: Terms

    def lines(self, numbers: Iterable[int]) -> list[Line]:
        """Return these steps, counted from 1."""
        return [line for number in numbers for line in self._step(number)]

    def _step(self, number: int) -> Iterator[Line]:
        name = STEPS[number - 1]
        counted = public(f"{number}/{len(STEPS)}")
        if name == "hide":
            yield from self._who_hides(counted)
        elif name == "copies":
            yield from self._copies(counted)
        else:
            yield Msg(f"spill.step.{name}", (counted,))

    def _who_hides(self, counted: Arg) -> Iterator[Line]:
        """Say who can hide a revision for good, wiki by wiki, and who cannot."""
        oversighters, stewards = self._with(Role.OVERSIGHTER), self._with(Role.STEWARD)
        if oversighters:
            yield Msg("spill.step.hide", (counted, team(oversighters)))
        elif stewards:
            yield Msg("spill.step.hide-stewards", (counted, team(stewards)))
        else:
            yield Msg("spill.step.hide-nobody", (counted,))
        for wiki in self.terms.wikis:
            if wiki.oversight:
                where = team(", ".join(wiki.oversight))
                yield Msg("spill.step.wiki-room", (team(wiki.name), where))
            elif wiki.stewards_mail:
                mail = team(", ".join(wiki.stewards_mail))
                yield Msg("spill.step.wiki-stewards", (team(wiki.name), mail))
        yield Msg("spill.step.hide-meanwhile")

    def _with(self, role: Role) -> str:
        return ", ".join(person.name for person in self.people if role in person.roles)

    def _copies(self, counted: Arg) -> Iterator[Line]:
        """Name every place that may hold a copy: the room's others, bridges, logs, feeds."""
        yield Msg("spill.step.copies", (counted,))
        if len(self.places) > 1:
            yield Msg("spill.step.copies-places", (team(", ".join(map(str, self.places))),))
        here = {place.network for place in self.places}
        relays = [one for one in self.terms.relays if not here or one.partition("/")[0] in here]
        if relays:
            yield Msg("spill.step.copies-relays", (team(", ".join(relays)),))
