"""The verdict on a line: all lists are read, the worst that is found counts."""

from collections.abc import Iterable

from bot.core.danger.child import CHILD
from bot.core.danger.entry import Entry
from bot.core.danger.fold import fold
from bot.core.danger.idioms import CALM, IDIOMS
from bot.core.danger.index import Found, Index, take_out
from bot.core.danger.life import LIFE
from bot.core.danger.presence import PRESENCE
from bot.core.danger.self_harm import SELF_HARM
from bot.core.danger.unclear import UNCLEAR
from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger, Verdict

LISTS: tuple[Entry, ...] = (*IDIOMS, *CALM, *UNCLEAR, *LIFE, *PRESENCE, *SELF_HARM, *CHILD)


class Judge:
    """Reads lines by a set of lists."""

    def __init__(self, lists: Iterable[Entry]) -> None:
        entries = tuple(lists)
        self._first = Index(
            e for e in entries if e.first or (e.danger is Danger.NONE and not e.calm)
        )
        self._rest = Index(
            e for e in entries if not e.first and (e.danger is not Danger.NONE or e.calm)
        )

    def verdict(self, text: str) -> Verdict:
        """Return the verdict on a text; linear in its length."""
        folded = fold(text)
        found: list[Entry] = []
        places: list[Found] = []
        for entry, place in self._first.read(folded):
            places.append(place)
            if entry.danger is not Danger.NONE:
                found.append(entry)
        if places:
            folded = take_out(folded, places)
        calm = False
        for entry, _ in self._rest.read(folded):
            if entry.calm:
                calm = True
            else:
                found.append(entry)
        return _worst(found, calm=calm)


def _worst(found: list[Entry], *, calm: bool) -> Verdict:
    for danger in (Danger.RAISED, Danger.UNCLEAR):
        worst = [entry for entry in found if entry.danger is danger]
        if not worst:
            continue
        if calm and danger is Danger.UNCLEAR:
            return Verdict()
        child = any(entry.emergency is EmergencyClass.CHILD for entry in worst)
        return Verdict(
            danger=Danger.UNCLEAR if calm else danger,
            emergency=EmergencyClass.CHILD if child else EmergencyClass.LIFE,
            self_harm=any(entry.self_harm for entry in worst),
        )
    return Verdict()


_ALL = Judge(LISTS)


def judge(text: str) -> Verdict:
    """Return the verdict of the lists on a line; linear in its length."""
    return _ALL.verdict(text)


def judge_by(lists: Iterable[Entry], text: str) -> Verdict:
    """Return the verdict of these lists: a part of them, or of a copy with more."""
    return Judge(lists).verdict(text)
