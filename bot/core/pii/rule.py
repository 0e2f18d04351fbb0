"""What a rule for personal information is, and how a text is read by many of them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.core.pii.disguise import undo

Check = Callable[[re.Match[str]], bool]

_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `start` to `end` of a text, and what they are."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern, perhaps with a check. A group named `what` narrows the span.

    Only texts with at least `digits` digits, and with one of `needs` in them (in small letters),
    are read by the pattern: most lines are told apart by that alone.
    """

    kind: str
    pattern: re.Pattern[str]
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    check: Check | None = None
    needs: tuple[str, ...] = ()
    digits: int = 0

    def spans(self, text: str) -> Iterator[Span]:
        """Return the spans of this rule alone."""
        group = "what" if "what" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if self.check is None or self.check(match):
                yield Span(start=match.start(group), end=match.end(group), kind=self.kind)


class Reader:
    """Several rules, sorted so that an ordinary line costs little more than looking for signs."""

    __slots__ = ("_always", "_numeric", "_signs")

    def __init__(self, rules: Iterable[Rule]) -> None:
        numbered = list(enumerate(rules))
        self._numeric = tuple((at, rule) for at, rule in numbered if rule.digits)
        self._always = tuple((at, rule) for at, rule in numbered if not (rule.digits or rule.needs))
        signs: dict[str, list[tuple[int, Rule]]] = {}
        for at, rule in numbered:
            for need in () if rule.digits else rule.needs:
                signs.setdefault(need, []).append((at, rule))
        self._signs = tuple((sign, tuple(asked)) for sign, asked in signs.items())

    def spans(self, text: str) -> tuple[Span, ...]:
        """Return what the rules find, in order, without overlaps; of two, what begins first.

        The first of the rules names the kind where two find the same characters.
        """
        plain = undo(text)
        asked = self._asked(plain.text.lower())
        if not asked:
            return ()
        found = [span for _, rule in sorted(asked.items()) for span in rule.spans(plain.text)]
        return tuple(
            Span(start=plain.back(span.start), end=plain.after(span.end), kind=span.kind)
            for span in _merged(found)
        )

    def _asked(self, low: str) -> dict[int, Rule]:
        """Return the rules whose signs are in a text, by their place."""
        asked = dict(self._always)
        for sign, rules in self._signs:
            if sign in low:
                asked.update(rules)
        digits = sum(map(low.count, _DIGITS))
        if digits:
            asked.update(
                (at, rule)
                for at, rule in self._numeric
                if digits >= rule.digits and _has_any(low, rule.needs)
            )
        return asked


def _has_any(low: str, needs: tuple[str, ...]) -> bool:
    return not needs or any(need in low for need in needs)


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            end = max(last.end, span.end)
            merged.append(Span(start=last.start, end=end, kind=last.kind))
        else:
            merged.append(span)
    return merged


def spans_by(rules: Iterable[Rule], text: str) -> tuple[Span, ...]:
    """Return what these rules find: a part of them, or others."""
    return Reader(rules).spans(text)
