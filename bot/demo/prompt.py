"""After the story: a prompt at which you are the reporter and a functionary at once."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from bot.demo.beats import shown_place
from bot.demo.cast import BOT, DM
from bot.demo.stage import Stage
from bot.demo.transcript import Transcript

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

MARK = "demo> "
_HELP = (
    "r: TEXT       write to the bot as {reporter}",
    "a: TEXT       speak in {team} as alice, as in  a: !cases",
    "d: TEXT       write to the bot as alice, in a direct message",
    "m             show the mailbox",
    "invite NICK   let somebody into {team}",
    "help          this",
    "quit          the end; nothing is kept",
)
#: Who speaks, and where, by the letter before the colon.
_TEAM = "team"
_VOICES = {"r": ("rita", DM), "a": ("alice", _TEAM), "d": ("alice", DM)}
#: Seconds that the bot gets to answer one line before the next is read from a pipe or a file.
_BETWEEN = 0.5


class _Lines(Protocol):
    """Where lines come from."""

    async def next(self) -> str | None:
        """Return the next line, None at the end."""


async def converse(stage: Stage, transcript: Transcript) -> None:
    """Take lines until `quit` or the end of the input; what the bot says is shown as it comes."""
    for told in (*helping(stage), *stage.venue.attaching):
        transcript.plain(told)
    async with _lines() as lines:
        while (line := await lines.next()) is not None:
            if line.strip() in {"quit", "exit", "q"}:
                return
            take(line.strip(), stage, transcript)


def helping(stage: Stage) -> tuple[str, ...]:
    """Return what can be typed."""
    return tuple(
        line.format(team=stage.venue.team, reporter=stage.venue.reporter) for line in _HELP
    )


def take(line: str, stage: Stage, transcript: Transcript) -> None:
    """Do what one line asks for."""
    voice, colon, text = line.partition(":")
    word, _, rest = line.partition(" ")
    if colon and voice in _VOICES and text.strip():
        nick, place = _VOICES[voice]
        place = stage.venue.team if place == _TEAM else place
        stage.actors[nick].say(BOT if place == DM else place, text.strip())
        transcript.line(shown_place(place, nick), nick, text.strip())
    elif word == "m":
        _show_mailbox(stage, transcript)
    elif word == "invite" and rest and " " not in rest:
        stage.actors["alice"].invite(rest, stage.venue.team)
        transcript.line(stage.venue.team, "", f"alice invites {rest}")
    elif line:
        for entry in helping(stage):
            transcript.plain(entry)


def _show_mailbox(stage: Stage, transcript: Transcript) -> None:
    if not stage.mailbox.messages:
        transcript.plain("The mailbox is empty.")
    for mail in stage.mailbox.messages:
        transcript.plain(f"\nTo: {mail.recipient}\nSubject: {mail.subject}\n\n{mail.text}")


# ---- where lines come from --------------------------------------------------------------------


@asynccontextmanager
async def _lines() -> AsyncIterator[_Lines]:
    if sys.stdin.isatty() and sys.stdout.isatty():
        from prompt_toolkit import PromptSession
        from prompt_toolkit.patch_stdout import patch_stdout

        with patch_stdout(raw=True):
            yield _Typed(PromptSession[str]())
    else:
        yield _Piped(asyncio.get_running_loop())


class _Typed:
    """Lines that a person types, with editing, while answers appear above."""

    def __init__(self, session: "PromptSession[str]") -> None:
        self._session = session

    async def next(self) -> str | None:
        """Return the next line, None on Ctrl-D or Ctrl-C."""
        try:
            return await self._session.prompt_async(MARK)
        except (EOFError, KeyboardInterrupt):
            return None


class _Piped:
    """Lines from a pipe or a file. Read by a thread of its own, which nobody has to wait for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = loop
        threading.Thread(target=self._read, daemon=True).start()

    async def next(self) -> str | None:
        """Return the next line once the answers to the last one are there, None at the end."""
        await asyncio.sleep(_BETWEEN)
        return await self._queue.get()

    def _read(self) -> None:
        # The loop may be over before the input is.
        with contextlib.suppress(RuntimeError):
            for line in sys.stdin:
                self._loop.call_soon_threadsafe(self._queue.put_nowait, line.rstrip("\n"))
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)
