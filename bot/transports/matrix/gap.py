"""What happened in a room between two answers of the server that left something out."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.transports.matrix.wire import Refused, Wire, seg

_log = structlog.get_logger(__name__)
_AT_ONCE = "1000"
_SECONDS = 60.0
#: More than this is not asked for at once; who wrote so much earlier is not the one in need.
_MOST = 50_000
#: Pages may be empty, where everything in them is hidden; but they must come to an end.
_PAGES = 200


async def fill(
    wire: Wire, room_id: str, *, since: str, before: str, types: tuple[str, ...]
) -> list[Mapping[str, Any]]:
    """Return the events of these types after the token `since` and before `before`, oldest first.

    Raises `Lost` where the server cannot be asked: then nothing may be noted as read. Where it
    refuses, nothing is to be had.
    """
    path = f"/_matrix/client/v3/rooms/{seg(room_id)}/messages"
    listed = ",".join(f'"{each}"' for each in types)
    params = {"dir": "b", "to": since, "limit": _AT_ONCE, "filter": f'{{"types":[{listed}]}}'}
    found: list[Mapping[str, Any]] = []
    at: str | None = before
    for _ in range(_PAGES):
        if at is None or len(found) >= _MOST:
            break
        try:
            answer = await wire.call("GET", path, params={**params, "from": at}, seconds=_SECONDS)
        except Refused as error:
            _log.warning("matrix.gap-refused", code=error.code)
            break
        chunk = answer.get("chunk")
        given = chunk if isinstance(chunk, list) else []
        found.extend(each for each in given if isinstance(each, Mapping))
        end = answer.get("end")
        at = end if isinstance(end, str) and end != at else None
    found.reverse()
    return found
