"""A page for machines that look after the bot: is it up; nothing else is told."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

#: Returns whether the bot is well.
Well = Callable[[], Awaitable[bool]]


async def serve(listen: tuple[str, int], well: Well, stack: AsyncExitStack) -> int:
    """Serve `/healthz` until `stack` is closed; returns the port. 200 when well, 503 when not."""
    from aiohttp import web

    async def healthz(_request: "web.Request") -> "web.Response":
        if await well():
            return web.Response(text="ok\n")
        return web.Response(status=503, text="down\n")

    application = web.Application()
    application.router.add_get("/healthz", healthz)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, listen[0], listen[1])
    await site.start()
    return int(runner.addresses[0][1])
