"""The watch over rooms: what a line and the last words before it hold, and what hit that makes.

Nothing here says or keeps a word: a hit names lines by what their network calls them.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.words.hits import Hit
from bot.core.words.places import Place

#: So long, in seconds, a speaker's words are read together with what they say next.
TOGETHER = 30.0
#: So many lines of a speaker in a place, with so many characters in all; so many speakers.
MOST_LINES, MOST_CHARACTERS, MOST_SPEAKERS = 4, 2_000, 5_000
#: A line in the middle of something that is spread over several is no longer, in characters.
MIDDLE = 80
#: While a hit is younger, more of the same in its place is added to it, and not told again.
AGAIN = timedelta(minutes=10)
#: How long it is known where words stood.
KEPT = timedelta(days=30)
#: More messages of one hit than these are counted, and not named.
MOST_MESSAGES = 10_000

#: Returns the codes of the cases that hold something in a line, or over the seam with the words
#: before it.
Holds = Callable[[str, str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line, and how its network names it, where it does."""

    text: str = field(repr=False)
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Lines of somebody, the last of which was said at `at`, that hold words of a case together."""

    case: str
    place: Place
    author: str
    nick: str
    at: datetime
    lines: tuple[Spoken, ...]
    removes: bool


@dataclass(slots=True)
class Lately:
    """The last words of each speaker in each place, within bounds; moments in seconds."""

    _said: OrderedDict[Hashable, deque[tuple[float, Spoken]]] = field(default_factory=OrderedDict)

    def then(self, who: Hashable, line: Spoken, now: float) -> tuple[Spoken, ...]:
        """Note a line; returns what the same speaker said right before it, the earliest first."""
        said = self._said.setdefault(who, deque(maxlen=MOST_LINES))
        self._said.move_to_end(who)
        if len(self._said) > MOST_SPEAKERS:
            self._said.popitem(last=False)
        while said and now - said[0][0] > TOGETHER:
            said.popleft()
        before = tuple([spoken for _, spoken in said])
        if len(line.text) > MOST_CHARACTERS:
            line = replace(line, text=line.text[-MOST_CHARACTERS:])
        said.append((now, line))
        while sum([len(spoken.text) for _, spoken in said]) > MOST_CHARACTERS:
            said.popleft()
        return before


def held_in(holds: Holds, text: str, before: Sequence[Spoken]) -> frozenset[str]:
    """Return the cases that hold something in a line, or that it completes."""
    near = _near(before)
    if len(near) <= 1:
        return holds(text, near[0].text if near else "")
    # Of a line whose words are read by now, only how it begins can complete anything else.
    apart, run = (join.join([spoken.text for spoken in near]) for join in (" ", ""))
    head = text if len(text) <= MIDDLE else text[:MIDDLE].rpartition(" ")[0] or text[:MIDDLE]
    return holds(text, apart) | holds(head, run)


def _near(before: Sequence[Spoken]) -> Sequence[Spoken]:
    """Return the last lines that one thing can run through: all but the first of them are short."""
    first = len(before) - 1
    while first > 0 and len(before[first].text) <= MIDDLE:
        first -= 1
    return before[max(first, 0) :]


def lines_of(holds: Holds, code: str, line: Spoken, before: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """Return the lines that hold something of a case: this one, and those that it completes."""
    for first in range(len(before), -1, -1):
        if code in held_in(holds, line.text, before[first:]):
            return (*before[first:], line)
    return (line,)


def together(found: Iterable[Found]) -> list[Found]:
    """Return one thing found for all lines of somebody in a place that hold words of one case."""
    joined: dict[Hashable, Found] = {}
    for each in found:
        key = (each.case, each.place, each.author, each.nick)
        known = joined.get(key, each)
        named = {spoken.message for spoken in known.lines} - {None}
        new = () if known is each else tuple(s for s in each.lines if s.message not in named)
        joined[key] = replace(known, at=min(known.at, each.at), lines=(*known.lines, *new))
    return list(joined.values())


def hit_of(found: Found, earlier: Sequence[Hit], now: datetime) -> tuple[Hit, bool] | None:
    """Return what is known of words in a place by now, and whether that is to be told.

    `earlier` are the hits of their case. None where all of it was known before.
    """
    known = {message for hit in earlier for message in hit.messages}
    new = [spoken for spoken in found.lines if spoken.message not in known]
    if not new:
        return None
    names = tuple(spoken.message for spoken in new if spoken.message is not None)
    recent = [hit for hit in earlier if hit.place == found.place and _goes_on(hit, now)]
    told_at = max((hit.told_at for hit in recent), default=now)
    author = (found.author, found.nick)
    for hit in recent:
        if hit.told_at == told_at and (hit.author, hit.nick) == author:
            messages = (*hit.messages, *names)[:MOST_MESSAGES]
            return replace(hit, messages=messages, lines=hit.lines + len(new)), False
    made = Hit(
        case=found.case,
        place=found.place,
        author=found.author,
        nick=found.nick,
        at=found.at,
        told_at=told_at,
        messages=names,
        lines=len(new),
        removes=found.removes,
    )
    return made, not recent


def _goes_on(hit: Hit, now: datetime) -> bool:
    """Tell whether more of the same belongs to a hit, by a clock that may have been set back."""
    return not hit.contained and abs(now - hit.told_at) < AGAIN
