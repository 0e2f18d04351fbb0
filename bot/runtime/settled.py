"""Telling a network that what it handed over is settled: once for each message, whatever happens.

Until it is told, the network hands the message over again after a restart.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.core.words.inbound import Inbound, Unheard

log = structlog.get_logger()

Said = TypeVar("Said", Inbound, Unheard)


def settling(said: Said) -> Said:
    """Return the same for whoever may settle it twice: its network is told the first time."""
    return said if said.done is None else replace(said, done=_Once(said.done))


def settle(said: Inbound | Unheard) -> None:
    """Tell the network that it need not hand this over again."""
    if said.done is not None:
        said.done()


def halved(said: Said) -> tuple[Said, Callable[[], None]]:
    """Return the same for one of two who have work with it, and what the other calls when it is done.

    Its network is told once both are.
    """
    if said.done is None:
        return said, _nothing
    both = _Both(said.done)
    return replace(said, done=_Once(both.part)), _Once(both.part)


def _nothing() -> None:
    """Do nothing: nobody waits to be told."""


class _Both:
    __slots__ = ("_done", "_left")

    def __init__(self, done: Callable[[], None]) -> None:
        self._done = done
        self._left = 2

    def part(self) -> None:
        self._left -= 1
        if not self._left:
            self._done()


class _Once:
    __slots__ = ("_done",)

    def __init__(self, done: Callable[[], None]) -> None:
        self._done: Callable[[], None] | None = done

    def __call__(self) -> None:
        done, self._done = self._done, None
        if done is None:
            return
        try:
            done()
        # A network that fails at this must not take the line along: what it asked for is kept.
        except Exception as error:
            log.exception("done.failed", error=type(error).__name__)
