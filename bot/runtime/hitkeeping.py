"""Keeps where words of cases stand in rooms, for a month, and forgets it by itself."""

from datetime import datetime, timedelta

from bot.core.pii.watch import KEPT
from bot.core.words.effects import DropHits, SaveHit
from bot.core.words.ports import Timer, Unit

#: How the keys of rows begin that tell of a hit: nobody else may know what they say.
HIT = "hit:"
#: The timer by which old hits are forgotten, and how often it rings while there are any.
HITS, HITS_EVERY = "hits", timedelta(days=1)


def keep_hits(unit: Unit, effect: SaveHit | DropHits, now: datetime) -> None:
    """Keep a hit, or only forget old ones, and look for such again as long as there are any."""
    before = now - KEPT
    if isinstance(effect, SaveHit):
        unit.hits().save(effect.hit)
    else:
        before = effect.before
    if unit.hits().drop(before):
        unit.set_timer(Timer(key=HITS, due=now + HITS_EVERY, kind=HITS, data={}))
