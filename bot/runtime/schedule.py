"""When an outbox row is tried again, as a table."""

from datetime import timedelta

from bot.core.words.effects import Lane

_PAUSES = (
    timedelta(seconds=15),
    timedelta(seconds=30),
    timedelta(seconds=60),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
)
#: Rows of an emergency are never left alone for longer than this.
EMERGENCY_MOST = timedelta(seconds=60)


def pause(tries: int, lane: Lane) -> timedelta:
    """Return how long to wait after `tries` failed tries (at least 1)."""
    wait = _PAUSES[min(tries, len(_PAUSES)) - 1]
    return min(wait, EMERGENCY_MOST) if lane <= Lane.PAGE else wait
