"""The one place that asks a homeserver: each call with a deadline, a size, and a way to fail.

No text, path with an id, or token is logged here, and none is in what is raised.
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from bot.core.words.ports import Clock
from bot.transports.matrix.gate import Gate
from bot.transports.matrix.settings import Settings

if TYPE_CHECKING:
    import aiohttp

_MOST_BYTES = 32 * 1024 * 1024
#: Connections in all, and how many of these ordinary calls may hold: a few stay for pages.
_CONNECTIONS, _ORDINARY = 64, 48
#: Servers hang up on connections that were idle for a minute: not just when we ask, if possible.
_IDLE = 30.0
_OK, _UNAUTHORIZED, _TOO_MANY = range(200, 300), 401, 429
_NO = range(400, 500)
_LISTED = re.compile(r".*/rooms/[^/]+/state")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")
#: How long a server may have us wait before it is asked once more, and what it means by nothing.
_SHORTEST, _LONGEST, _UNSAID = 0.1, 60.0, 1.0


class Refused(Exception):
    """The server says no. `code` is its errcode; `soft` is true for a logout that is soft.

    `wants` is what the server wants to have proven first, as it says it, where it does.
    """

    def __init__(
        self, status: int, code: str, soft: bool = False, wants: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.soft = soft
        self.wants = wants


class Limited(Exception):
    """The server was asked too much, and the caller does not wait. `after` is in seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(f"for {after:.1f} s")
        self.after = after


class Lost(OSError):
    """No answer that could be read. `perhaps`: the server may have done what it was asked."""

    def __init__(self, reason: str, *, perhaps: bool = True) -> None:
        super().__init__(reason)
        self.perhaps = perhaps


class _Answer(NamedTuple):
    status: int
    body: Any
    #: What the header Retry-After says.
    after: str


def seg(text: str) -> str:
    """Return text as one segment of a path, whatever is in it."""
    quoted = quote(text, safe="", errors="replace")
    return quoted.replace(".", "%2E") if quoted in {".", ".."} else quoted


@dataclass(slots=True, kw_only=True)
class _Call:
    """One call, asked once or more, and what has become of it."""

    method: str
    path: str
    query: str
    data: bytes | None
    void: Callable[[], bool]
    failure: str = ""
    #: Whether the server may have taken it.
    perhaps: bool = False


class Wire:
    """Asks one homeserver. `token` is whose voice it asks with."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.token: str | None = None
        self.clock = clock
        self._settings = settings
        self._http: aiohttp.ClientSession | None = None
        self._ordinary = asyncio.Semaphore(_ORDINARY)
        self._gates: defaultdict[str, Gate] = defaultdict(lambda: Gate(clock))

    async def open(self) -> None:
        """Get ready; nothing is asked yet. OSError where the CA file cannot be read."""
        # Costs a quarter of a second, which a bot without a homeserver need not spend.
        import aiohttp  # noqa: PLC0415 -- see above

        await self.close()
        watch = aiohttp.TraceConfig()
        watch.on_request_headers_sent.append(_handed_over)
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_CONNECTIONS, ssl=self._settings.tls_context(), keepalive_timeout=_IDLE
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            # Each call has its own end.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            # What is small on the way and huge when unpacked is not to be had.
            headers={"Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
            trace_configs=[watch],
        )

    async def close(self) -> None:
        """Hang up; calls under way are lost."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        seconds: float = 20.0,
        urgent: bool = False,
        waits: bool = True,
        void: Callable[[], bool] = lambda: False,
    ) -> Any:
        """Ask, and return the object that the server answers (a list for the state of a room).

        `path` begins with `/_matrix/` and its parts went through `seg`. When it is too much for
        the server, waits as told and asks again, all within `seconds`; urgent calls wait for no
        ordinary one. `void` is asked once more when the call's turn has come: where it says so, nothing
        leaves, and the call is lost. Raises `Refused`, `Lost`, and `Limited` for a call that does not wait.
        """
        call = _Call(
            method=method,
            path=path,
            query=f"?{urlencode(params, quote_via=quote, safe='')}" if params else "",
            data=None if body is None else json.dumps(body, separators=(",", ":")).encode(),
            void=void,
        )
        answer: _Answer | None = None
        try:
            async with asyncio.timeout(seconds):
                answer = await self._ask(call, urgent=urgent, waits=waits)
        except TimeoutError:
            call.failure = "deadline"
        # Raised here, where nothing hangs on it that knows the token.
        if answer is None:
            raise Lost(call.failure, perhaps=call.perhaps)
        return _judge(answer, listed=bool(_LISTED.fullmatch(path)))

    async def _ask(self, call: _Call, *, urgent: bool, waits: bool) -> _Answer | None:
        """Ask as often as it takes to be let in; None for a failure, which the call knows."""
        gate = self._gates[_kind(call.path)]
        moment = 0.0
        if not (urgent or waits or gate.open):
            raise Limited(gate.ahead)
        if urgent or gate.open:
            answer = await self._once(call, urgent=urgent)
            if answer is None or answer.status != _TOO_MANY:
                return answer
            after = _after(answer)
            moment = gate.shut(after)
            if not waits:
                raise Limited(after)
        async with gate.turn(urgent=urgent):
            while True:
                await gate.wait(urgent=urgent, moment=moment)
                answer = await self._once(call, urgent=urgent)
                if answer is None or answer.status != _TOO_MANY:
                    return answer
                moment = gate.shut(_after(answer))

    async def _once(self, call: _Call, *, urgent: bool) -> _Answer | None:
        if urgent:
            return await self._exchange(call)
        async with self._ordinary:
            return await self._exchange(call)

    async def _exchange(self, call: _Call) -> _Answer | None:
        """Ask once; None where no answer could be read."""
        http = self._http
        if http is None or http.closed:
            call.failure = "closed"
            return None
        if call.void():
            call.failure = "void"
            return None
        import aiohttp  # noqa: PLC0415 -- loaded by `open`
        import yarl  # noqa: PLC0415 -- comes with aiohttp

        headers = {"Content-Type": "application/json"} if call.data is not None else {}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            async with http.request(
                call.method,
                yarl.URL(f"{self._settings.base}{call.path}{call.query}", encoded=True),
                data=call.data,
                headers=headers,
                allow_redirects=False,
                trace_request_ctx=call,
            ) as response:
                answer = await _read(response)
        except aiohttp.ClientPayloadError:
            call.failure = "broken answer"
            return None
        except (aiohttp.ClientError, OSError):
            call.failure = "connection"
            return None
        if answer is None:
            call.failure = "too large"
        elif answer.status == _TOO_MANY:
            call.perhaps = False
        return answer


async def _handed_over(_http: Any, context: Any, _params: Any) -> None:
    """Note that the server may know of a call from now on."""
    context.trace_request_ctx.perhaps = True


async def _read(response: "aiohttp.ClientResponse") -> _Answer | None:
    """Read an answer to its end; None where it is too large. Its body is None if unreadable."""
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > _MOST_BYTES:
            response.close()
            return None
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    return _Answer(response.status, body, response.headers.get("Retry-After", ""))


def _judge(answer: _Answer, *, listed: bool) -> Any:
    """Return what was asked for, or raise what stands in its place."""
    status, body, _ = answer
    if status in _OK:
        if isinstance(body, list if listed else dict):
            return body
        raise Lost("unreadable")
    wants = isinstance(body, dict) and status == _UNAUTHORIZED and "flows" in body
    if status not in _NO or not isinstance(body, dict) or not (wants or "errcode" in body):
        # Not the homeserver speaks here, or it is not well.
        raise Lost(f"status {status}")
    # What is to be proven first is asked for without a code.
    code = body.get("errcode", "M_UNAUTHORIZED")
    known = code if isinstance(code, str) and _CODE.fullmatch(code) else "M_UNKNOWN"
    raise Refused(status, known, body.get("soft_logout") is True, body if wants else None)


def _after(answer: _Answer) -> float:
    """Return how long the server wants us to wait, in seconds, within reason."""
    told = answer.body.get("retry_after_ms") if isinstance(answer.body, dict) else None
    if isinstance(told, int | float) and not isinstance(told, bool):
        wish = min(told, _LONGEST * 1000) / 1000
    elif re.fullmatch(r"[0-9]{1,9}", answer.after):
        wish = float(answer.after)
    else:
        wish = _UNSAID
    # A wish that is no number is above nothing.
    return min(_LONGEST, wish) if wish > _SHORTEST else _SHORTEST


def _kind(path: str) -> str:
    """Return what a call is about: servers count joins, messages and logins each by themselves."""
    parts = path.split("/")[4:]
    return "".join(parts[2:3] if parts[:1] == ["rooms"] else parts[:1])
