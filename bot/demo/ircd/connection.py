"""One client's connection: bytes to lines, answers to labels, limits, time-outs."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.demo.ircd import wire
from bot.demo.ircd.network import Network, cloak
from bot.demo.ircd.state import User

_PING_SECONDS = 60.0
_MAX_UNSENT = 1 << 20
"""Bytes that a client may leave unread before it is dropped."""

Runner = Callable[[Network, User, wire.Line], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """Lines that may come at once, and per second after that."""

    burst: int
    per_second: float


class Connection(asyncio.Protocol):
    """Feeds lines to `run`, which never raises, and writes what the network tells its user."""

    def __init__(
        self, network: Network, run: Runner, opened: set[Connection], flood: Flood | None
    ) -> None:
        self.network = network  # changes in a netsplit
        self._run = run
        self._opened = opened
        self._flood = flood
        self._transport: asyncio.Transport | None = None
        self._user: User | None = None
        self._buffer = b""
        self._skipping = False
        self._closed = False
        self._captured: list[tuple[dict[str, str], str]] | None = None
        self._batches = 0
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._allowance = float(flood.burst) if flood else 0.0
        self._earned = self._heard
        self._timer: asyncio.TimerHandle | None = None

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Make somebody who is not registered yet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._opened.add(self)
        address = (transport.get_extra_info("peername") or ("0.0.0.0",))[0]  # noqa: S104 - unknown
        self._user = User(
            host=cloak(address),
            address=address,
            signon=self.network.settings.now(),
            link=self,
            secure=transport.get_extra_info("ssl_object") is not None,
            fingerprint=_fingerprint(transport.get_extra_info("ssl_object")),
        )
        self._timer = self._loop.call_later(_PING_SECONDS, self._tick)

    def data_received(self, data: bytes) -> None:
        """Cut into lines; a line that is too long is thrown away whole."""
        self._heard = self._loop.time()
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            if self._closed:
                return
            if self._skipping:
                self._skipping = False
            elif len(line) > wire.MAX_LINE:
                self._too_long()
            else:
                self._take(line.rstrip(b"\r"))
        if len(self._buffer) > wire.MAX_LINE:
            self._buffer = b""
            if not self._skipping:
                self._skipping = True
                self._too_long()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that they are gone, when they have not said so."""
        self._opened.discard(self)
        self._hang_up("Connection closed" if exc is None else "Connection reset")

    # -- state.Link

    def send(self, tags: Mapping[str, str], text: str) -> None:
        """Write one line, or keep it for the answer to a label."""
        if self._captured is not None:
            self._captured.append((dict(tags), text))
        else:
            self._write(tags, text)

    def close(self, reason: str) -> None:
        """Say ERROR and hang up; the user must have quit the network, or quits now."""
        if not self._closed and self._user is not None:
            self._flush_label(None)
            where = f"{self._user.ident or 'unknown'}@{self._user.host}"
            self._write({}, wire.compose("", "ERROR", f"Closing Link: ({where}) [{reason}]"))
        self._hang_up(reason)
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Break the connection without a word to anyone."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()

    # -- lines

    def _take(self, data: bytes) -> None:
        assert self._user is not None
        if self._flood is not None and not self._within(self._flood):
            self.close("Excess Flood")
            return
        try:
            line = wire.parse(data)
        except wire.TooLongError:
            self._too_long()
            return
        if line is None:
            return
        label = line.tags.get("label") if "labeled-response" in self._user.caps else None
        self._captured = [] if label else None
        self._run(self.network, self._user, line)
        self._flush_label(label)

    def _flush_label(self, label: str | None) -> None:
        captured, self._captured = self._captured, None
        if captured is None or self._user is None:
            return
        name = self.network.settings.name
        if label is None:
            for tags, text in captured:
                self._write(tags, text)
        elif not captured:
            self._write({"label": label}, wire.compose(name, "ACK"))
        elif len(captured) == 1 or "batch" not in self._user.caps:
            for number, (tags, text) in enumerate(captured):
                self._write(tags | ({"label": label} if number == 0 else {}), text)
        else:
            self._batches += 1
            batch = str(self._batches)
            opening = wire.compose(name, "BATCH", f"+{batch}", "labeled-response")
            self._write({"label": label}, opening)
            for tags, text in captured:
                self._write(tags | {"batch": batch}, text)
            self._write({}, wire.compose(name, "BATCH", f"-{batch}"))

    def _write(self, tags: Mapping[str, str], text: str) -> None:
        transport = self._transport
        if transport is None or self._closed or transport.is_closing():
            return
        transport.write(wire.encode(tags, text))
        if transport.get_write_buffer_size() > _MAX_UNSENT:
            # Others are being told something at this moment: leave that loop first.
            self._loop.call_soon(self._overfull)

    def _overfull(self) -> None:
        self._hang_up("SendQ exceeded")
        if self._transport is not None:
            self._transport.abort()

    def _too_long(self) -> None:
        if self._user is not None:
            self.network.reply(self._user, "417", "Input line was too long")

    def _within(self, flood: Flood) -> bool:
        now = self._loop.time()
        earned = (now - self._earned) * flood.per_second
        self._earned = now
        self._allowance = min(float(flood.burst), self._allowance + earned) - 1
        return self._allowance >= 0

    def _hang_up(self, reason: str) -> None:
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._user is not None:
            self.network.quit(self._user, reason)

    def _tick(self) -> None:
        """Every minute: drop who never registered or fell silent, ask the others."""
        assert self._user is not None
        silent = self._loop.time() - self._heard
        if not self._user.registered:
            self.close("Registration timeout")
            return
        if silent > 2 * _PING_SECONDS:
            self.close("Ping timeout")
            return
        if silent > _PING_SECONDS / 2:
            self.send({}, wire.compose("", "PING", self.network.settings.name))
        self._timer = self._loop.call_later(_PING_SECONDS, self._tick)


def _fingerprint(secured: ssl.SSLObject | None) -> str | None:
    """SHA-256 of the client's certificate in hex, when it showed one."""
    certificate = secured.getpeercert(binary_form=True) if secured is not None else None
    return hashlib.sha256(certificate).hexdigest() if certificate else None
