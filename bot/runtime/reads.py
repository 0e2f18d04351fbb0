"""How many cases each person has read within the hour, so that nobody empties the archive alone.

In memory only: a restart begins anew. It is asked and changed inside the jobs, one after another on
the database thread, so that lines that come at once, from two networks even, are counted one by one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: Cases that one person may read within the hour before somebody else is asked.
MOST = 20
WITHIN = timedelta(hours=1)


@dataclass(slots=True)
class Reads:
    """The count; `bot.core.words.readers.Reads` is what handlers see of it."""

    _read: dict[str, dict[str, datetime]] = field(default_factory=dict)
    _allowed: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _told: dict[str, datetime] = field(default_factory=dict)

    def full(self, name: str, code: str, now: datetime) -> bool:
        """Tell whether this case would be one too many; one read already never is."""
        read = self._within(name, now)
        return code not in read and len(read) >= self._most(name, now)

    def told(self, name: str, now: datetime) -> bool:
        """Tell whether the others know by now that this person was stopped."""
        at = self._told.get(name)
        return at is not None and now - at < WITHIN

    def count(self, name: str, code: str, now: datetime) -> None:
        """This person reads this case."""
        self._within(name, now)[code] = now

    def stop(self, name: str, now: datetime) -> None:
        """This person was stopped, and the others are being told."""
        self._told[name] = now

    def allow(self, name: str, now: datetime) -> None:
        """Let this person read as many again from now on, for an hour."""
        self._allowed[name] = (len(self._within(name, now)) + MOST, now + WITHIN)
        self._told.pop(name, None)

    def _within(self, name: str, now: datetime) -> dict[str, datetime]:
        read = self._read.get(name, {})
        self._read[name] = {code: at for code, at in read.items() if now - at < WITHIN}
        return self._read[name]

    def _most(self, name: str, now: datetime) -> int:
        most, until = self._allowed.get(name, (MOST, now))
        return most if until > now else MOST
