"""The health page: 200 or 503, and nothing else."""

from contextlib import AsyncExitStack

import aiohttp
import pytest

from bot.runtime.health import serve


@pytest.mark.net
async def test_it_tells_whether_the_bot_is_well_at_that_moment() -> None:
    states = [True, False, True]

    async def well() -> bool:
        return states.pop(0)

    async with AsyncExitStack() as stack:
        port = await serve(("127.0.0.1", 0), well, stack)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        seen = []
        while states:
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                seen.append((answer.status, await answer.text()))
    assert seen == [(200, "ok\n"), (503, "down\n"), (200, "ok\n")]
