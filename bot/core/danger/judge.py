"""The verdict on a line: all lists are read, the worst that is found counts."""

from collections.abc import Iterable

from bot.core.danger.child import CHILD
from bot.core.danger.entry import Entry, fold
from bot.core.danger.idioms import IDIOMS, UNCLEAR
from bot.core.danger.life import LIFE
from bot.core.danger.self_harm import SELF_HARM
from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger, Verdict

LISTS: tuple[Entry, ...] = (*IDIOMS, *UNCLEAR, *LIFE, *SELF_HARM, *CHILD)
#: No list reads further than this; what is longer is read in overlapping parts.
PART = 4_000
OVERLAP = 400


def judge(text: str) -> Verdict:
    """Return the verdict of the lists on a line; linear in its length."""
    return judge_by(LISTS, text)


def judge_by(lists: Iterable[Entry], text: str) -> Verdict:
    """Return the verdict of these lists: a part of them, or of a copy with more."""
    entries = tuple(lists)
    folded = fold(text)
    found: list[Entry] = []
    for start in range(0, max(1, len(folded)), PART - OVERLAP):
        found += _read(entries, folded[start : start + PART])
    for danger in (Danger.RAISED, Danger.UNCLEAR):
        worst = [entry for entry in found if entry.danger is danger]
        if worst:
            child = any(entry.emergency is EmergencyClass.CHILD for entry in worst)
            return Verdict(
                danger=danger,
                emergency=EmergencyClass.CHILD if child else EmergencyClass.LIFE,
                self_harm=any(entry.self_harm for entry in worst),
            )
    return Verdict()


def _read(entries: tuple[Entry, ...], folded: str) -> list[Entry]:
    found: list[Entry] = []
    for entry in entries:
        if entry.first or entry.danger is Danger.NONE:
            left, times = entry.regex.subn(" ~ ", folded)
            if times:
                folded = left
                found.append(entry)
    for entry in entries:
        if entry.first or entry.danger is Danger.NONE:
            continue
        if entry.regex.search(folded) is not None:
            found.append(entry)
    return found
