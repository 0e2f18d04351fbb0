"""Prints the demo as it happens: where, who, what; and a line on what to notice."""

import os
import shutil
import sys
import textwrap
from typing import TextIO

_PLACE, _NICK = 16, 9
_WIDEST, _NARROWEST = 110, 60
_BOLD, _DIM, _RED, _END = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"


class Transcript:
    """Writes to a stream, in colour on a terminal. `characters` counts what there is to read."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, by default to standard output as it then is."""
        self.characters = 0
        self._stream = stream
        self._place = ""

    def line(self, place: str, nick: str, text: str) -> None:
        """Show what somebody said somewhere; `nick` is empty for what merely happened."""
        shown = "" if place == self._place else place
        self._place = place
        head = f"{shown:>{_PLACE}}  {nick or '*':>{_NICK}}  "
        room = max(20, _width() - len(head))
        first, *more = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
        self._print(self._in(_DIM, head) + first)
        for part in more:
            self._print(" " * len(head) + part)

    def caption(self, number: int, text: str) -> None:
        """Open a step, with what to notice in it."""
        self._place = ""
        head = f"{number:>2}  "
        lines = textwrap.wrap(text, _width() - len(head))
        self._print("")
        for index, part in enumerate(lines):
            self._print(self._in(_BOLD, (head if index == 0 else " " * len(head)) + part))

    def plain(self, text: str) -> None:
        """Print a line of the demo's own."""
        self._place = ""
        self._print(text)

    def failure(self, text: str) -> None:
        """Print a line that tells what went wrong."""
        self._place = ""
        self._print(self._in(_RED, text))

    def _in(self, style: str, text: str) -> str:
        return f"{style}{text}{_END}" if self._coloured() else text

    def _coloured(self) -> bool:
        return self._out.isatty() and "NO_COLOR" not in os.environ

    @property
    def _out(self) -> TextIO:
        # Looked up each time: a prompt puts another stream there while it is open.
        return self._stream or sys.stdout

    def _print(self, text: str) -> None:
        self.characters += len(text)
        print(text, file=self._out, flush=True)


def _width() -> int:
    return min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns - 1))
