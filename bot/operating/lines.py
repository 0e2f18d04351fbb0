"""Tools that read a file line by line and answer each one: no configuration needed."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.core.pii.links import key_of_line
from bot.core.pii.wikis import host_of

__all__ = ["NotReadable", "canon", "each_line"]


class NotReadable(Exception):
    """The file cannot be read; the message says what to do."""


def each_line(file: str, answer: Callable[[str], str]) -> Iterator[str]:
    """Yield what each line of a file (`-`: standard input) is answered with.

    Bytes that are no UTF-8 are read as signs that mean nothing. `NotReadable` where there is no
    such file.
    """
    return map(answer, _lines(file))


def canon(wiki: str | None) -> Callable[[str], str]:
    """Return what prints the canonical key of a line; LookupError for a wiki that nobody knows."""
    host = None
    if wiki is not None:
        host = host_of(wiki)
        if host is None:
            raise LookupError(wiki)
    return lambda line: key_of_line(line, host) or ""


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        yield from (_text(line) for line in sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as opened:
            yield from map(_text, opened)
    except OSError as error:
        message = (
            f"{file}: cannot be read ({type(error).__name__}); name a file, or - for standard input"
        )
        raise NotReadable(message) from error


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")
