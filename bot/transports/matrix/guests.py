"""Invitations that wait for their turn: whoever sends hundreds keeps nobody else waiting."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Guests:
    """Rooms by who invited to them, at most `most`. Whom `known` tells of goes first."""

    most: int
    known: Callable[[str], bool] = lambda _: False
    _waiting: dict[str, str] = field(default_factory=dict)
    #: How many each user and each server have waiting, and how many had their turn.
    _of: Counter[str] = field(default_factory=Counter)
    _had: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, room_id: str, inviter: str) -> str | None:
        """Let an invitation wait; returns the room that there is no place for, None for none."""
        if room_id in self._waiting:
            return None
        if len(self._waiting) >= self.most and self._of[inviter] > 1 and not self.known(inviter):
            return room_id
        self._waiting[room_id] = inviter
        self._of.update(_names(inviter))
        if len(self._waiting) <= self.most:
            return None
        # Of those who have most, the one that came last.
        out = max(reversed(self._waiting), key=self._weight)
        self.discard(out)
        return out

    def take(self) -> tuple[str, str]:
        """Return the room whose turn it is, and who invites: people and servers take turns.

        KeyError where nobody waits.
        """
        room_id = min(self._waiting, key=self._turn, default="")
        inviter = self._waiting[room_id]
        self.discard(room_id)
        if self._waiting:
            self._had.update(_names(inviter))
        else:
            self._had.clear()
        return room_id, inviter

    def discard(self, room_id: str) -> None:
        """Forget an invitation, if it waits."""
        inviter = self._waiting.pop(room_id, None)
        if inviter is not None:
            self._of.subtract(_names(inviter))
            self._of = +self._of

    def _weight(self, room_id: str) -> tuple[bool, int, int]:
        user, server = _names(self._waiting[room_id])
        return not self.known(user), self._of[user], self._of[server]

    def _turn(self, room_id: str) -> tuple[bool, int, int]:
        user, server = _names(self._waiting[room_id])
        return not self.known(user), self._had[user], self._had[server]


def _names(inviter: str) -> tuple[str, str]:
    """Return what somebody and their server are counted by."""
    return inviter, inviter.partition(":")[2]
