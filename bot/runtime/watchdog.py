"""Tells systemd that the bot runs, again and again as long as it really does (sd_notify).

Each word goes out behind an answer of the database thread, from the event loop, and only while
the workers come round: a bot in which any of these hangs falls silent, and is started anew.
"""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import structlog

from bot.core.words.ports import Clock, Store

log = structlog.get_logger()

#: So many words in the time after which silence counts.
_OFTEN = 3
_MICRO = 1_000_000


@dataclass(slots=True, kw_only=True)
class Watchdog:
    """Speaks to `address`, the socket that systemd named; `every` so many seconds, or once."""

    address: str
    every: float | None
    clock: Clock
    store: Store
    #: Returns the name of a worker that hangs; None for none.
    hanging: Callable[[], str | None]

    @classmethod
    def named_in(
        cls,
        environ: Mapping[str, str],
        *,
        clock: Clock,
        store: Store,
        hanging: Callable[[], str | None],
    ) -> Self | None:
        """Return what the environment of a service asks for; None where nobody listens."""
        address = environ.get("NOTIFY_SOCKET", "")
        if not address.startswith(("/", "@")):
            return None
        mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        limit = environ.get("WATCHDOG_USEC", "")
        watched = mine and limit.isascii() and limit.isdigit() and int(limit) > 0
        every = int(limit) / _MICRO / _OFTEN if watched else None
        return cls(address=address, every=every, clock=clock, store=store, hanging=hanging)

    async def run(self) -> None:
        """Say that the bot runs; with `every`, go on saying so until cancelled."""
        self._tell("READY=1")
        while self.every is not None:
            try:
                await self.store.run(lambda unit: unit.next_timer())
            # An error is an answer: a database that fails is not mended by a new start.
            except Exception as error:  # noqa: BLE001
                log.warning("watchdog.store", kind=type(error).__name__)
            hanging = self.hanging()
            if hanging is None:
                self._tell("WATCHDOG=1")
            else:
                log.error("watchdog.hangs", part=hanging)
            await self.clock.sleep(self.every)

    def _tell(self, word: str) -> None:
        name = self.address
        path = f"\0{name[1:]}" if name.startswith("@") else name
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.setblocking(False)
                channel.sendto(word.encode(), path)
        except OSError as error:
            log.warning("watchdog.unheard", kind=type(error).__name__)
