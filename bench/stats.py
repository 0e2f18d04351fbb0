"""Figures of several bots, repeated in turn: medians, and ratios inside one run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

#: Rows by name of the figure; in a row the samples of each bot, in the order of the repeats.
Samples = dict[str, dict[str, list[float]]]


@dataclass(slots=True)
class Book:
    """Collects samples: `add(figure, bot, value)`."""

    samples: Samples = field(default_factory=dict)

    def add(self, figure: str, bot: str, value: float) -> None:
        """Keep one sample."""
        self.samples.setdefault(figure, {}).setdefault(bot, []).append(value)

    def middle(self, figure: str, bot: str) -> float | None:
        """Return the median of a bot's samples; None without any."""
        values = self.samples.get(figure, {}).get(bot)
        return median(values) if values else None

    def ratio(self, figure: str, bot: str, floor: str) -> float | None:
        """Return the median over the repeats of a bot's sample by the floor's of that repeat."""
        row = self.samples.get(figure, {})
        pairs = list(zip(row.get(bot, ()), row.get(floor, ()), strict=False))
        return median(a / b for a, b in pairs if b) if any(b for _, b in pairs) else None


def growth(points: Sequence[tuple[int, float]], per: int) -> float:
    """Return how much a value grew per `per` messages, from the first point to the last.

    Points are (messages so far, value); zero where no message came between.
    """
    (first, low), (last, high) = points[0], points[-1]
    return (high - low) * per / (last - first) if last > first else 0.0


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns aligned."""
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(c.ljust(w) for c, w in zip(cells, widths, strict=True))} |"

    return "\n".join([line(head), line(["-" * w for w in widths]), *map(line, rows)])


def short(value: float | None, unit: str = "") -> str:
    """Return a figure with at most three digits that matter; `-` for none."""
    if value is None:
        return "-"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2  # noqa: PLR2004 (as it says)
    return f"{value:.{digits}f}{unit}"


def spread(values: Mapping[str, Sequence[float]], bot: str) -> str:
    """Return the lowest and the highest sample of a bot."""
    found = values.get(bot) or ()
    return f"{short(min(found))}-{short(max(found))}" if found else "-"
