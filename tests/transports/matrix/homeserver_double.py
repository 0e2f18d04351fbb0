"""A homeserver on loopback that answers what it was told to, and notes what it was asked.

server.on("GET", "/account/whoami", Answer(body={"user_id": "@bot:example.org"}))

Paths are given without `/_matrix/client/v3`, with `*` for what does not matter. Of several answers
each is given once, the last one for ever.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

PREFIX = "/_matrix/client/v3"
NOBODY = {"errcode": "M_UNRECOGNIZED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. `raw` goes out as it is; `held` waits for an event; `cut` breaks off in it."""

    status: int = 200
    body: Any = field(default_factory=dict)
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    held: asyncio.Event | None = None
    cut: bool = False

    @property
    def bytes(self) -> bytes:
        """Return what goes out."""
        return json.dumps(self.body).encode() if self.raw is None else self.raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as it came in. `path` is raw, without the prefix."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    token: str | None


def too_much(after_ms: float) -> Answer:
    """Return the answer to what was asked too often."""
    return Answer(status=429, body={"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": after_ms})


def no(status: int, code: str, **more: Any) -> Answer:
    """Return a refusal."""
    return Answer(status=status, body={"errcode": code, "error": "private words", **more})


@dataclass(slots=True)
class Homeserver:
    """What it answers, and what it was asked."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    _script: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    _held: list[asyncio.Event] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Answer requests like this with these, in turn; replaces what was said before."""
        self._script[method, path] = list(answers)

    def release(self) -> None:
        """Answer whatever is still held."""
        for each in self._held:
            each.set()

    def paths(self) -> list[str]:
        """Return method and path of each request, in order."""
        return [f"{each.method} {each.path}" for each in self.asked]

    async def until(self, ready: Callable[[], bool]) -> None:
        """Wait until requests have made something true."""
        async with self._news:
            await self._news.wait_for(ready)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        raw = await request.read()
        path = request.raw_path.partition("?")[0].removeprefix(PREFIX)
        bearer = request.headers.get("Authorization")
        self.asked.append(
            Asked(
                method=request.method,
                path=path,
                query=dict(request.query),
                body=json.loads(raw) if raw else None,
                token=bearer.removeprefix("Bearer ") if bearer else None,
            )
        )
        async with self._news:
            self._news.notify_all()
        found = self._next(request.method, path)
        if found.held is not None:
            self._held.append(found.held)
            await found.held.wait()
        if found.cut:
            return await _break_off(request, found)
        kind = {"Content-Type": "application/json"}
        return web.Response(
            status=found.status, body=found.bytes, headers={**kind, **found.headers}
        )

    def _next(self, method: str, path: str) -> Answer:
        for (each, pattern), answers in self._script.items():
            if each == method and fnmatchcase(path, pattern):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return Answer(status=404, body=NOBODY)


async def _break_off(request: web.Request, answer: Answer) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status)
    response.content_length = len(answer.bytes) + 1000
    await response.prepare(request)
    await response.write(answer.bytes)
    assert request.transport is not None
    request.transport.abort()
    return response


@asynccontextmanager
async def homeserver() -> AsyncIterator[Homeserver]:
    """Start one; it is gone at the end, and what it held is answered."""
    double = Homeserver()
    application = web.Application(client_max_size=2**26)
    application.router.add_route("*", "/{path:.*}", double.answer)
    runner = web.AppRunner(application, shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield double
    finally:
        double.release()
        await runner.cleanup()
