"""Notices that no mail goes out any more: every try of the last minutes has failed."""

from dataclasses import dataclass

from bot.core.words.ports import Clock, Letter, MailCarrier, MailOutcome

#: Mail that has failed for so many seconds is down: until then it may be a relay's short pause.
PATIENCE = 600.0


@dataclass(slots=True, kw_only=True)
class MailWatch:
    """`MailCarrier` before the real one, whose outcomes it counts."""

    carrier: MailCarrier
    clock: Clock
    #: The first failure that no success has followed, and the last, on the monotonic clock.
    _first: float | None = None
    _last: float = 0.0

    async def carry(self, letter: Letter) -> MailOutcome:
        """Hand a letter to the first relay that takes it."""
        outcome: MailOutcome | None = None
        try:
            outcome = await self.carrier.carry(letter)
        finally:
            self._note(went=outcome is MailOutcome.SENT)
        return outcome

    def _note(self, *, went: bool) -> None:
        self._last = self.clock.monotonic()
        if went:
            self._first = None
        elif self._first is None:
            self._first = self._last

    @property
    def failing(self) -> bool:
        """Whether the last try has failed."""
        return self._first is not None

    @property
    def down_since(self) -> float | None:
        """Return since when every try has failed, if that is long enough to be told."""
        if self._first is None or self._last - self._first < PATIENCE:
            return None
        return self._first
