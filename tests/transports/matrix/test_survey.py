"""What a room is, asked all at once; what cannot be read is not known."""

import asyncio
from typing import Any

import pytest

from bot.transports.matrix.survey import survey
from bot.transports.matrix.wire import Lost, Refused


class Wire:
    """Answers by the end of the path."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {
            "state": [],
            "room": {"visibility": "private"},
            "aliases": {"aliases": []},
        }
        self.answers.update(answers)
        self.urgent: list[bool] = []
        self.ended = 0

    async def call(
        self, method: str, path: str, *, seconds: float = 20.0, urgent: bool = False
    ) -> Any:
        assert method == "GET"
        assert seconds <= 10
        self.urgent.append(urgent)
        name = "room" if "/directory/" in path else path.rpartition("/")[2]
        found = self.answers[name]
        if isinstance(found, Exception):
            raise found
        if found is None:
            try:
                await asyncio.Event().wait()
            finally:
                self.ended += 1
        return found


async def test_a_private_room_without_addresses() -> None:
    wire = Wire(state=[{"type": "x"}])
    seen = await survey(wire, "!a:example.org", urgent=True)
    assert seen == ([{"type": "x"}], False, False)
    assert wire.urgent == [True] * 3


@pytest.mark.parametrize("room", [{}, {"visibility": "public"}, {"visibility": None}])
@pytest.mark.parametrize("aliases", [{}, {"aliases": ["#a"]}, {"aliases": 1}])
async def test_what_is_not_said_counts_as_the_worst(room: Any, aliases: Any) -> None:
    seen = await survey(Wire(room=room, aliases=aliases), "!a:example.org")
    assert (seen.listed, seen.aliased) == (True, True)


@pytest.mark.parametrize("error", [Lost("deadline"), Refused(403, "M_FORBIDDEN")])
async def test_whichever_fails_the_others_are_broken_off(error: Exception) -> None:
    wire = Wire(state=None, aliases=error)
    with pytest.raises(type(error)):
        await survey(wire, "!a:example.org")
    assert wire.ended == 1
