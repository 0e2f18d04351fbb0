"""What the server says of a room when it is asked now: its state, its directory, its aliases."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from bot.transports.matrix.wire import seg

_SECONDS = 10.0
_V3 = "/_matrix/client/v3"


class Asks(Protocol):
    """Whatever asks the server."""

    async def call(
        self, method: str, path: str, *, seconds: float = ..., urgent: bool = ...
    ) -> Any:
        """Return its answer, see `Wire.call`."""


class Survey(NamedTuple):
    """A room as the server has it: state events, whether it is listed, whether it has aliases."""

    state: Sequence[Mapping[str, Any]]
    listed: bool
    aliased: bool


async def survey(wire: Asks, room_id: str, *, urgent: bool = False) -> Survey:
    """Ask for everything that a room's ceiling depends on, at once.

    Raises what `Wire.call` does: what cannot be read is not known.
    """
    room = f"{_V3}/rooms/{seg(room_id)}"
    paths = (f"{room}/state", f"{_V3}/directory/list/room/{seg(room_id)}", f"{room}/aliases")
    try:
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(wire.call("GET", path, seconds=_SECONDS, urgent=urgent))
                for path in paths
            ]
    except ExceptionGroup as failed:
        # Whichever fails, the others are of no use without it.
        raise failed.exceptions[0] from None
    state, listing, aliases = (task.result() for task in asked)
    return Survey(
        state=state if isinstance(state, list) else (),
        listed=listing.get("visibility") != "private",
        aliased=bool(aliases.get("aliases", True)),
    )
