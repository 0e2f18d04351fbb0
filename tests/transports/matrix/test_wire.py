"""Each call ends in time, in an answer or in one of three kinds of failure that tell nothing."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.transports.matrix import wire as module
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.wire import Limited, Lost, Refused, Wire, seg
from tests.transports.irc.fake import FakeClock, settle
from tests.transports.matrix.homeserver_double import (
    PREFIX,
    Answer,
    Homeserver,
    homeserver,
    no,
    too_much,
)

pytestmark = pytest.mark.net
TOKEN = "syt_secret"
#: Long enough for loopback, short enough to be waited for.
SHORT = 0.2


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Homeserver]:
    async with homeserver() as double:
        yield double


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest_asyncio.fixture
async def wire(server: Homeserver, clock: FakeClock) -> AsyncIterator[Wire]:
    wire = Wire(settings(server.url), clock)
    wire.token = TOKEN
    await wire.open()
    yield wire
    await wire.close()


def settings(url: str) -> Settings:
    return Settings(
        name="matrix", homeserver=url, user_id="@bot:example.org", password_file=Path("absent")
    )


def naps(clock: FakeClock) -> list[float]:
    """Return the moments at which those wake who sleep now."""
    return [at for at, waiter in clock._sleepers if not waiter.done()]


async def asleep(clock: FakeClock, count: int = 1) -> None:
    """Wait until so many wait for time to pass."""
    await until(lambda: len(naps(clock)) >= count)


async def until(ready: Callable[[], bool]) -> None:
    """Wait for what no event tells of."""
    while not ready():  # noqa: ASYNC110 -- see above
        await asyncio.sleep(0.001)


async def let_in(clock: FakeClock, task: "asyncio.Task[Any]") -> float:
    """Let time pass, as much as is waited for, until a call is over; returns how much, in seconds."""
    began = clock.passed
    while not task.done():
        if due := naps(clock):
            await clock.advance(min(due) - clock.passed)
        else:
            await asyncio.sleep(0.001)
    await task
    return clock.passed - began


def ask(wire: Wire, path: str = "/x", **more: Any) -> "asyncio.Task[Any]":
    return asyncio.create_task(wire.call("PUT", f"{PREFIX}{path}", body={}, **more))


async def lost(wire: Wire, path: str = "/x", **more: Any) -> Lost:
    with pytest.raises(Lost) as caught:
        await wire.call("GET", f"{PREFIX}{path}", **more)
    assert TOKEN not in repr(caught.value)
    # Whatever hangs on an error may be shown with it, and the library's errors know the token.
    assert caught.value.__context__ is None
    return caught.value


# ---- what goes out, what comes back ----------------------------------------------------------


async def test_a_call(server: Homeserver, wire: Wire) -> None:
    server.on("PUT", "*", Answer(body={"event_id": "$1"}))
    path = f"{PREFIX}/rooms/{seg('!a/b?c#d:example.org')}/send/{seg('..')}"
    answer = await wire.call("PUT", path, body={"body": "é\ud800"}, params={"a b": "&=/ü"})
    assert answer == {"event_id": "$1"}
    (asked,) = server.asked
    assert asked.path == "/rooms/%21a%2Fb%3Fc%23d%3Aexample.org/send/%2E%2E"
    assert asked.query == {"a b": "&=/ü"}
    assert asked.body == {"body": "é\ud800"}
    assert asked.token == TOKEN
    assert TOKEN not in repr(wire)


async def test_without_a_token(server: Homeserver, wire: Wire) -> None:
    server.on("GET", "*", Answer())
    wire.token = None
    assert await wire.call("GET", f"{PREFIX}/versions") == {}
    assert server.asked[0].token is None


async def test_the_state_of_a_room_is_a_list(server: Homeserver, wire: Wire) -> None:
    server.on("GET", "/rooms/*/state", Answer(body=[{"type": "m.room.create"}]))
    server.on("GET", "*", Answer(body=[]))
    assert await wire.call("GET", f"{PREFIX}/rooms/!a/state") == [{"type": "m.room.create"}]
    await lost(wire, "/rooms/!a/aliases")
    server.on("GET", "/rooms/*/state", Answer(body={}))
    await lost(wire, "/rooms/!a/state")


def test_segments() -> None:
    assert seg("@a:b.c/ %?#") == "%40a%3Ab.c%2F%20%25%3F%23"
    assert seg(".") == "%2E"
    assert seg("\ud800") == "%3F"


async def test_no_cookies_are_kept(server: Homeserver, wire: Wire) -> None:
    server.on("GET", "*", Answer(headers={"Set-Cookie": "a=b"}))
    for _ in range(2):
        await wire.call("GET", f"{PREFIX}/x")
    assert wire._http is not None
    assert len(wire._http.cookie_jar) == 0


async def test_proxies_of_the_environment_are_ignored(
    server: Homeserver, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.on("GET", "*", Answer(body={"a": 1}))
    assert await wire.call("GET", f"{PREFIX}/x") == {"a": 1}


# ---- refusals --------------------------------------------------------------------------------


async def test_refused(server: Homeserver, wire: Wire) -> None:
    server.on("GET", "*", no(403, "M_FORBIDDEN"))
    with pytest.raises(Refused) as caught:
        await wire.call("GET", f"{PREFIX}/x")
    assert (caught.value.status, caught.value.code, caught.value.soft) == (
        403,
        "M_FORBIDDEN",
        False,
    )
    assert str(caught.value) == "403 M_FORBIDDEN"
    assert caught.value.wants is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(("told", "soft"), [(True, True), (False, False), ("yes", False)])
async def test_soft_logout(server: Homeserver, wire: Wire, told: Any, soft: bool) -> None:
    server.on("GET", "*", no(401, "M_UNKNOWN_TOKEN", soft_logout=told))
    with pytest.raises(Refused) as caught:
        await wire.call("GET", f"{PREFIX}/x")
    assert caught.value.soft is soft


async def test_what_is_to_be_proven_first(server: Homeserver, wire: Wire) -> None:
    asked = {"flows": [{"stages": ["m.login.password"]}], "session": "private"}
    server.on("GET", "*", Answer(status=401, body=asked), no(401, "M_FORBIDDEN", **asked))
    for code in ("M_UNAUTHORIZED", "M_FORBIDDEN"):
        with pytest.raises(Refused) as caught:
            await wire.call("GET", f"{PREFIX}/x")
        assert (caught.value.status, caught.value.code) == (401, code)
        assert caught.value.wants is not None
        assert caught.value.wants["session"] == "private"
        assert "private" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("code", [5, None, "", "words of somebody", "x" * 65, ["M_FORBIDDEN"]])
async def test_codes_that_are_none(server: Homeserver, wire: Wire, code: Any) -> None:
    server.on("GET", "*", Answer(status=400, body={"errcode": code}))
    with pytest.raises(Refused) as caught:
        await wire.call("GET", f"{PREFIX}/x")
    assert caught.value.code == "M_UNKNOWN"


# ---- no answer -------------------------------------------------------------------------------

BROKEN = {
    "html": Answer(status=502, raw=b"<html>Bad Gateway"),
    "a failing server": no(500, "M_UNKNOWN"),
    "a proxy's refusal": Answer(status=404, raw=b"<html>Not Found"),
    "a proxy's object": Answer(status=403, body={"message": "blocked"}),
    "flows of a refusal that is none": Answer(status=403, body={"flows": []}),
    "html in its place": Answer(raw=b"<html>Welcome"),
    "nothing": Answer(raw=b""),
    "a number": Answer(body=5),
    "a list": Answer(body=[{}]),
    "half an object": Answer(raw=b'{"a": [1,'),
    "no text": Answer(raw=b'{"a": "\xff\xfe"}'),
    "depth": Answer(raw=b"[" * 200_000),
    "packed": Answer(raw=b"\x1f\x8b\x08", headers={"Content-Encoding": "gzip"}),
    "an answer cut off": Answer(raw=b'{"a": 1}', cut=True),
    "elsewhere": Answer(status=302, headers={"Location": "/other"}),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_answers_that_are_none(server: Homeserver, wire: Wire, name: str) -> None:
    server.on("GET", "/x", BROKEN[name])
    error = await lost(wire)
    assert error.perhaps
    assert server.paths() == ["GET /x"]
    # The next call is none the worse for it.
    server.on("GET", "/x", Answer(body={"a": 1}))
    assert await wire.call("GET", f"{PREFIX}/x") == {"a": 1}


async def test_a_body_that_is_too_large(
    server: Homeserver, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 1000)
    server.on("GET", "*", Answer(body={"a": "b" * 900}), Answer(body={"a": "b" * 1000}))
    await wire.call("GET", f"{PREFIX}/x")
    assert str(await lost(wire)) == "too large"


async def test_a_server_that_says_nothing(server: Homeserver, wire: Wire) -> None:
    server.on("GET", "*", Answer(held=asyncio.Event()))
    error = await lost(wire, seconds=SHORT)
    assert str(error) == "deadline"
    assert error.perhaps


async def test_nobody_listens(clock: FakeClock) -> None:
    async with homeserver() as double:
        url = double.url
    wire = Wire(settings(url), clock)
    await wire.open()
    assert not (await lost(wire)).perhaps
    await wire.close()


async def test_a_wire_that_is_closed(server: Homeserver, wire: Wire) -> None:
    server.on("GET", "*", Answer(held=asyncio.Event()))
    call = asyncio.create_task(wire.call("GET", f"{PREFIX}/x"))
    await server.until(lambda: bool(server.asked))
    await wire.close()
    with pytest.raises(Lost):
        await call
    assert not (await lost(wire)).perhaps
    server.on("GET", "*", Answer())
    await wire.open()
    assert await wire.call("GET", f"{PREFIX}/x") == {}


async def test_who_asks_may_be_cancelled(server: Homeserver, wire: Wire) -> None:
    server.on("GET", "*", Answer(held=asyncio.Event()))
    call = asyncio.create_task(wire.call("GET", f"{PREFIX}/x"))
    await server.until(lambda: bool(server.asked))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    server.on("GET", "*", Answer())
    assert await wire.call("GET", f"{PREFIX}/x") == {}


async def test_a_certificate_that_nobody_knows(server: Homeserver, clock: FakeClock) -> None:
    wire = Wire(settings(server.url.replace("http:", "https:")), clock)
    await wire.open()
    assert not (await lost(wire)).perhaps
    await wire.close()


# ---- too much --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (too_much(3000), 3.0),
        (too_much(0), 0.1),
        (too_much(-5), 0.1),
        (too_much(math.nan), 0.1),
        (too_much(10**400), 60.0),
        (Answer(status=429, raw=b"<html>", headers={"Retry-After": "7"}), 7.0),
        (Answer(status=429, raw=b"<html>", headers={"Retry-After": "soon"}), 1.0),
        (Answer(status=429, body={"retry_after_ms": "9"}), 1.0),
    ],
)
async def test_waits_as_told(
    server: Homeserver, wire: Wire, clock: FakeClock, answer: Answer, seconds: float
) -> None:
    server.on("PUT", "*", answer, Answer(body={"a": 1}))
    call = ask(wire)
    passed = await let_in(clock, call)
    assert call.result() == {"a": 1}
    assert passed == pytest.approx(seconds)
    assert len(server.asked) == 2


async def test_the_end_of_waiting(server: Homeserver, wire: Wire) -> None:
    server.on("PUT", "*", too_much(30_000))
    with pytest.raises(Lost, match="deadline") as caught:
        await wire.call("PUT", f"{PREFIX}/x", body={}, seconds=SHORT)
    assert not caught.value.perhaps
    # And the end of standing in line behind that.
    with pytest.raises(Lost, match="deadline"):
        await wire.call("PUT", f"{PREFIX}/x", body={}, seconds=SHORT)
    assert len(server.asked) == 1


async def test_who_does_not_wait(server: Homeserver, wire: Wire) -> None:
    server.on("PUT", "*", too_much(3000))
    for _ in range(2):
        with pytest.raises(Limited) as caught:
            await wire.call("PUT", f"{PREFIX}/x", body={}, waits=False)
        assert caught.value.after == pytest.approx(3.0)
    # The second was spared the server.
    assert len(server.asked) == 1


async def test_one_after_the_other(server: Homeserver, wire: Wire, clock: FakeClock) -> None:
    server.on("PUT", "/x/*", too_much(1000), Answer())
    first = ask(wire, "/x/1")
    await asleep(clock)
    others = [ask(wire, f"/x/{number}") for number in (2, 3)]
    await settle()
    assert len(server.asked) == 1
    for call in (first, *others):
        await let_in(clock, call)
    assert server.paths() == ["PUT /x/1", "PUT /x/1", "PUT /x/2", "PUT /x/3"]


async def test_urgent_ones_go_first(server: Homeserver, wire: Wire, clock: FakeClock) -> None:
    server.on("PUT", "/x/ordinary*", too_much(1000), Answer())
    server.on("PUT", "/x/urgent", Answer())
    server.on("PUT", "/x/limited", too_much(5000), Answer())
    calls = [ask(wire, "/x/ordinary1")]
    await asleep(clock)
    calls.append(ask(wire, "/x/ordinary2"))
    # At once, and no time has passed.
    await ask(wire, "/x/urgent", urgent=True)
    calls.append(ask(wire, "/x/limited", urgent=True))
    await asleep(clock, 2)
    for call in calls:
        await let_in(clock, call)
    assert server.paths() == [
        "PUT /x/ordinary1",
        "PUT /x/urgent",
        "PUT /x/limited",
        "PUT /x/limited",
        "PUT /x/ordinary1",
        "PUT /x/ordinary2",
    ]


async def test_an_urgent_one_that_gives_up_lets_others_go(
    server: Homeserver, wire: Wire, clock: FakeClock
) -> None:
    server.on("PUT", "/x/urgent", too_much(30_000))
    server.on("PUT", "/x/ordinary", Answer())
    urgent = ask(wire, "/x/urgent", urgent=True)
    await asleep(clock)
    ordinary = ask(wire, "/x/ordinary")
    await asleep(clock, 2)
    urgent.cancel()
    assert await let_in(clock, ordinary) == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("path", "other"),
    [("/join/!a", "/rooms/!a/send/m.room.message/1"), ("/rooms/!a/join", "/rooms/!a/typing/@b")],
)
async def test_each_kind_has_its_own_line(
    server: Homeserver, wire: Wire, clock: FakeClock, path: str, other: str
) -> None:
    server.on("PUT", path, too_much(1000), Answer())
    server.on("PUT", other, Answer())
    joins = ask(wire, path)
    await asleep(clock)
    assert await ask(wire, other) == {}
    await let_in(clock, joins)


async def test_slow_ordinary_calls_leave_room_for_urgent_ones(
    server: Homeserver, wire: Wire
) -> None:
    released = asyncio.Event()
    server.on("PUT", "/x/slow", Answer(held=released))
    server.on("PUT", "/x/urgent", Answer())
    slow = [ask(wire, "/x/slow") for _ in range(module._CONNECTIONS + 10)]
    await server.until(lambda: len(server.asked) == module._ORDINARY)
    await ask(wire, "/x/urgent", urgent=True)
    assert len(server.asked) == module._ORDINARY + 1
    released.set()
    await asyncio.gather(*slow)


async def test_nothing_is_logged(
    server: Homeserver, wire: Wire, capfd: pytest.CaptureFixture[str], caplog: Any
) -> None:
    caplog.set_level(0)
    answers: tuple[Callable[[], Answer], ...] = (
        lambda: no(403, "M_FORBIDDEN"),
        lambda: too_much(30_000),
        lambda: Answer(status=502, raw=b"private words"),
    )
    for answer in answers:
        server.on("PUT", "*", answer())
        with pytest.raises((Refused, Limited, Lost)):
            await wire.call("PUT", f"{PREFIX}/x", body={"body": "private"}, waits=False)
    shown = "".join(capfd.readouterr()) + caplog.text
    assert TOKEN not in shown
    assert "private" not in shown
