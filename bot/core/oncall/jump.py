"""A clock that jumped: what was noted by the old time is moved along, so that nothing gets older.

A page rings by moments of the wall clock. Where that is set, forward or back, while the bot runs,
every moment of a page is moved with it: it rings on in its own pace, and an ack lives as long
as it would have.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.words.pages import Page

#: Timers that people wait for in an emergency are never set for longer ahead than this.
_AHEAD = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The clock shows `by` more at `now` (less, if negative) than it would have by itself.

    It jumped at some moment within `within` before `now`: what was noted after that is right.
    """

    by: timedelta
    now: datetime
    within: timedelta

    @property
    def _without(self) -> datetime:
        """What the clock would show now."""
        return self.now - self.by

    def moved(self, at: datetime) -> datetime:
        """Return a moment that was noted some time ago, as the clock counts now."""
        if self.by > timedelta(0):
            return at + self.by if at <= self._without else at
        return at if self.now - self.within <= at <= self.now else at + self.by

    def moved_due(self, due: datetime) -> datetime:
        """Return when a timer is due that was set for a while ahead; never in the past."""
        if self.by > timedelta(0):
            old = due <= self._without + _AHEAD
        else:
            # A short way back, both are possible: too early is better than too late.
            old = due > self.now + _AHEAD or -self.by <= _AHEAD + self.within
        return max(self.now, due + self.by) if old else due


def moved(page: Page, jump: Jump) -> Page:
    """Return a page with all its moments as the clock counts now."""

    def moment(at: datetime | None) -> datetime | None:
        return None if at is None else jump.moved(at)

    return replace(
        page,
        opened_at=jump.moved(page.opened_at),
        rung_at=moment(page.rung_at),
        stepped_at=moment(page.stepped_at),
        began_at=moment(page.began_at),
        acked_at=moment(page.acked_at),
        called_at=moment(page.called_at),
        told_at=moment(page.told_at),
        unseen_at=moment(page.unseen_at),
        answers=tuple((name, jump.moved(at)) for name, at in page.answers),
    )
