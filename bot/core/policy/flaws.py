"""Why a place carries less than it should, in as many lines as there is room for."""

from collections.abc import Sequence

from bot.core.words.labels import Label
from bot.core.words.text import Count, Msg


def named(flaws: Sequence[str], most: int) -> tuple[Msg, ...]:
    """Return the flaws of a room in at most `most` lines; the last one counts what is left out.

    `most` is at least 2.
    """
    shown = flaws if len(flaws) <= most else flaws[: most - 1]
    lines = [Msg(f"room.flaw.{flaw}") for flaw in shown]
    if len(shown) < len(flaws):
        more = Count(number=len(flaws) - len(shown), label=Label.PUBLIC)
        lines.append(Msg("room.flaws-more", (more,)))
    return tuple(lines)
