"""A liar between the bot and its homeserver: keeps all that passes, and changes what comes back.

    async with Proxy(rig.town.url) as proxy:
        rig.bot_url = proxy.url
        proxy.put_in(room, proxy.seen[event_id] | {"event_id": "$again"})

Every byte of requests and answers is in `record`. What is put in comes to the bot with the next
batch in which anything happens, before it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import aiohttp
import yarl
from aiohttp import web

HOST = "127.0.0.1"
_SYNC = "/_matrix/client/v3/sync"
_QUERY = "/_matrix/client/v3/keys/query"
_MOST = 2**26
#: What belongs to one connection, and not to what is said on it.
_OWN = {"host", "connection", "content-length", "transfer-encoding", "keep-alive", "date"}

#: Answers in the server's place, or not at all; it may take its time.
Gate = Callable[[web.Request], Awaitable[web.Response | None]]


class Proxy:
    """Listens on loopback and asks the homeserver at `there` whatever it is asked.

    `seen` holds each event of a room's timeline by its id, as the server told of it. `ages` makes
    the events of users that many milliseconds older. `gate` may answer in the server's place.
    """

    def __init__(self, there: str) -> None:
        self._there = there
        self._http: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.record: list[bytes] = []
        self.seen: dict[str, dict[str, Any]] = {}
        self.ages: dict[str, int] = {}
        self.gate: Gate | None = None
        #: As whom the server gives out somebody's events.
        self.senders: dict[str, str] = {}
        #: Changes what the server lists of devices and keys.
        self.lists: Callable[[dict[str, Any]], None] | None = None
        self._put_in: list[tuple[str, dict[str, Any]]] = []

    async def __aenter__(self) -> Self:
        """Listen."""
        self._http = aiohttp.ClientSession(auto_decompress=False)
        application = web.Application(client_max_size=_MOST)
        application.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, with every connection."""
        assert self._http is not None
        assert self._runner is not None
        await self._runner.cleanup()
        await self._http.close()

    def put_in(self, room: str, event: Mapping[str, Any]) -> None:
        """Have the bot told of an event that the server knows nothing of."""
        self._put_in.append((room, dict(event)))

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        self._keep(request.method.encode(), request.raw_path.encode(), *_pairs(request.headers))
        self._keep(body)
        answer = None if self.gate is None else await self.gate(request)
        if answer is None:
            answer = await self._ask(request, body)
        assert isinstance(answer.body, bytes)
        self._keep(*_pairs(answer.headers), answer.body)
        return answer

    async def _ask(self, request: web.Request, body: bytes) -> web.Response:
        assert self._http is not None
        async with self._http.request(
            request.method,
            yarl.URL(f"{self._there}{request.raw_path}", encoded=True),
            data=body or None,
            headers={k: v for k, v in request.headers.items() if k.lower() not in _OWN},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as answer:
            told = await answer.read()
            if request.path == _SYNC and answer.status == web.HTTPOk.status_code:
                # What the server said, and not only what becomes of it.
                self._keep(told)
                told = self._changed(told)
            if request.path == _QUERY and self.lists is not None:
                listed = json.loads(told)
                self.lists(listed)
                told = json.dumps(listed).encode()
            headers = {k: v for k, v in answer.headers.items() if k.lower() not in _OWN}
            return web.Response(status=answer.status, body=told, headers=headers)

    def _changed(self, told: bytes) -> bytes:
        batch = json.loads(told)
        rooms = batch.get("rooms", {}).get("join", {})
        for part in rooms.values():
            for event in part.get("timeline", {}).get("events", []):
                self.seen.setdefault(event["event_id"], dict(event))
                event["origin_server_ts"] -= self.ages.get(event["sender"], 0)
                event["sender"] = self.senders.get(event["sender"], event["sender"])
        if not rooms:
            return told
        # In front of all else, in their own order.
        for room, event in reversed(self._put_in):
            timeline = rooms.setdefault(room, {}).setdefault("timeline", {"limited": False})
            timeline.setdefault("events", []).insert(0, event)
        self._put_in.clear()
        return json.dumps(batch).encode()

    def _keep(self, *what: bytes) -> None:
        self.record.extend(each for each in what if each)


def _pairs(headers: Mapping[str, str]) -> list[bytes]:
    return [f"{name}: {value}".encode() for name, value in headers.items()]
