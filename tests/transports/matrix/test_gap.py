"""What a batch left out is asked for page by page, and had in the order in which it was said."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transports.matrix import gap
from bot.transports.matrix.gap import fill
from bot.transports.matrix.wire import Lost, Refused, Wire

ROOM = "!room/of:example.org"
WORDS = ("m.room.message", "m.room.encrypted")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


class Server:
    """Gives pages in turn, or raises them; asked for more, it goes on with the last."""

    def __init__(self, *pages: Mapping[str, Any] | Exception) -> None:
        self.pages = list(pages)
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    async def call(
        self, method: str, path: str, *, params: Mapping[str, str], seconds: float
    ) -> Any:
        assert (method, seconds > 0) == ("GET", True)
        self.asked.append((path, params))
        page = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        if isinstance(page, Exception):
            raise page
        return page


async def filled(server: Server) -> list[Any]:
    wire = cast("Wire", server)
    found = await fill(wire, ROOM, since="t0", before="p0", types=WORDS)
    return [each["n"] if set(each) == {"n"} else each for each in found]


def page(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"chunk": [{"n": number} for number in numbers], **more}


async def test_pages_are_read_back_to_where_we_were_and_come_oldest_first() -> None:
    server = Server(page(5, 4, end="p1"), page(3, 2, end="p2"), page(1))
    assert await filled(server) == [1, 2, 3, 4, 5]
    assert [params["from"] for _, params in server.asked] == ["p0", "p1", "p2"]
    for path, params in server.asked:
        assert path == f"/_matrix/client/v3/rooms/{quote(ROOM, safe='')}/messages"
        assert (params["dir"], params["to"]) == ("b", "t0")
        assert params["filter"] == '{"types":["m.room.message","m.room.encrypted"]}'


async def test_a_page_of_which_nothing_is_shown_is_not_the_last() -> None:
    server = Server(page(3, end="p1"), page(end="p2"), page(2, 1))
    assert await filled(server) == [1, 2, 3]


async def test_what_cannot_be_had_is_lost_and_what_is_refused_is_not() -> None:
    with pytest.raises(Lost):
        await filled(Server(page(2, end="p1"), Lost("connection")))
    refused = Refused(403, "M_FORBIDDEN", soft=False)
    assert await filled(Server(page(3, 2, end="p1"), refused)) == [2, 3]
    assert await filled(Server(refused)) == []


async def test_a_server_that_gives_the_same_place_again_is_not_asked_for_ever() -> None:
    server = Server(page(1, end="p0"))
    assert await filled(server) == [1]
    assert len(server.asked) == 1
    swings = Server(*[page(end=f"p{number % 2 + 1}") for number in range(1000)])
    assert await filled(swings) == []
    assert len(swings.asked) < len(swings.pages)


async def test_more_than_anybody_needs_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap, "_MOST", 4)
    server = Server(page(6, 5, end="p1"), page(4, 3, end="p2"), page(2, 1, end="p3"), page(0))
    assert await filled(server) == [3, 4, 5, 6]


@given(chunk=JSON, end=JSON)
async def test_a_page_of_any_shape_is_an_end_at_worst(chunk: Any, end: Any) -> None:
    server = Server({"chunk": chunk, "end": end}, page(1))
    found = await fill(cast("Wire", server), ROOM, since="t0", before="p0", types=WORDS)
    assert all(isinstance(each, dict) for each in found)
    assert found[:1] == [{"n": 1}] or len(server.asked) == 1
