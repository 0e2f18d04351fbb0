"""What the mouth needs of those beside it: whoever asks the server, encrypts, knows the rooms."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from bot.core.words.places import Place, View


class Asks(Protocol):
    """Whatever asks the server, see `Wire.call`."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = ...,
        seconds: float = ...,
        urgent: bool = ...,
        waits: bool = ...,
        void: Callable[[], bool] = ...,
    ) -> Any:
        """Return the server's answer."""


class Urgently:
    """Asks the server ahead of whatever is not urgent: the keys for a page, like the page."""

    def __init__(self, wire: Asks) -> None:
        self._wire = wire

    async def call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None) -> Any:
        """Return the server's answer."""
        return await self._wire.call(method, path, body=body, urgent=True)


class Locks(Protocol):
    """Whatever encrypts, see `Crypt`."""

    async def share(self, wire: Any, room_id: str, users: Sequence[str], epoch: int, /) -> None:
        """Let exactly these users read what is said next."""

    def is_read_by(self, room_id: str, user_id: str, /) -> bool:
        """Whether any device of somebody can read what is said next."""

    def lock(self, room_id: str, kind: str, content: dict[str, Any], /) -> dict[str, Any]:
        """Return the content of the encrypted event; CryptError where it cannot be."""


class State(Protocol):
    """What a room is, see `RoomState`."""

    @property
    def encrypted(self) -> bool:
        """Whether what is said there is encrypted."""


class Known(Protocol):
    """A room, see `Rooms`."""

    @property
    def state(self) -> State:
        """Return what it is."""


class Knows(Protocol):
    """Whatever knows the rooms, see `Rooms`."""

    def view(self, place: Place) -> View | None:
        """Return what is known of a place right now."""

    def room(self, room_id: str) -> Known | None:
        """Return a room that the bot is in."""

    def room_id_of(self, address: str) -> str | None:
        """Return the room behind a configured address."""

    def dm_of(self, user_id: str) -> str | None:
        """Return the encrypted conversation with somebody."""

    def others_in(self, room_id: str) -> Collection[str]:
        """Return who is in a room or invited to it, beside the bot."""

    def fresh(
        self, room_id: str, state: Sequence[Mapping[str, Any]], *, listed: bool, aliased: bool
    ) -> bool:
        """Take in what the server says of a room now; whether it is what it was."""
