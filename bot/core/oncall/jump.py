"""A clock that jumped: what was noted by the old time is moved along, so that nothing gets older.

A page rings by moments of the wall clock. Where that is set, forward or back, while the bot runs,
every moment of a page is moved with it: it rings on in its own pace, and an ack lives as long
as it would have.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.words.pages import Page

#: Whatever is written is looked at within this: of what was written since the clock jumped,
#: nothing is older.
_RECENT = timedelta(seconds=2)
#: Timers that people wait for in an emergency are never set for longer ahead than this.
_AHEAD = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The clock shows `by` more at `now` (less, if negative) than it would have by itself."""

    by: timedelta
    now: datetime

    def moved(self, at: datetime, *, fresh: bool) -> datetime:
        """Return a moment that was noted some time ago, as the clock counts now.

        One that is `fresh` may have been noted since the clock jumped, and be right.
        """
        right = fresh and self.now - _RECENT <= at <= self.now
        return at if right else at + self.by

    def moved_due(self, due: datetime, *, fresh: bool) -> datetime:
        """Return when a timer is due that was set for a little while ahead; never in the past."""
        right = fresh and self.now <= due <= self.now + _AHEAD
        return due if right else max(self.now, due + self.by)


def moved(page: Page, jump: Jump, *, fresh: bool) -> Page:
    """Return a page with all its moments as the clock counts now."""

    def moment(at: datetime | None) -> datetime | None:
        return None if at is None else jump.moved(at, fresh=fresh)

    return replace(
        page,
        opened_at=jump.moved(page.opened_at, fresh=fresh),
        rung_at=moment(page.rung_at),
        stepped_at=moment(page.stepped_at),
        began_at=moment(page.began_at),
        acked_at=moment(page.acked_at),
        called_at=moment(page.called_at),
        told_at=moment(page.told_at),
        unseen_at=moment(page.unseen_at),
        answers=tuple((name, jump.moved(at, fresh=fresh)) for name, at in page.answers),
    )
