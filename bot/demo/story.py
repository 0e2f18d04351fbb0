"""Tells the story of a case on a stage of its own, over real sockets, and checks every step."""

import asyncio
import contextlib
import signal
import sys

from bot import logs
from bot.demo.beats import Play, Says, Step, StepFailed, shown_place
from bot.demo.cast import Actor, Heard, Unset, Venue
from bot.demo.irc_venue import IRCVenue
from bot.demo.plot import MATRIX_PLOT, PLOT
from bot.demo.prompt import converse
from bot.demo.stage import Stage, set_stage
from bot.demo.transcript import Transcript
from bot.runtime.clock import SystemClock

#: In a room with several actors, what is said there is shown as this one hears it.
WITNESS = "alice"
#: Lines of the demo's own; a reader need not see them.
_UNSEEN = "settled-"
#: Seconds that a reader gets for each character that was printed; at least, and at most.
_PER_CHARACTER, _SHORTEST, _LONGEST = 0.003, 0.4, 2.4
_LOG_LINES = 5
_FAILED, _INTERRUPTED = 1, 130


def run_demo(script: bool, matrix: bool = False) -> int:
    """Play the story, on IRC or Matrix; without `script`, open a prompt after it.

    Returns the exit code: 0 when every step went as it must, 1 when one did not (which one is
    printed).
    """
    try:
        return asyncio.run(Telling(Transcript(), script=script, matrix=matrix).tell())
    except (KeyboardInterrupt, asyncio.CancelledError):
        return _INTERRUPTED


class Telling:
    """One telling of the story, written to a transcript."""

    def __init__(self, transcript: Transcript, *, script: bool, matrix: bool = False) -> None:
        """Without `script`, at a reader's pace and with a prompt at the end."""
        self._venue = _venue(matrix)
        self._plot = MATRIX_PLOT if matrix else PLOT
        self._transcript = transcript
        self._script = script
        self._paced = not script and sys.stdout.isatty()
        self._curtain = False
        self._read = 0

    async def tell(self) -> int:
        """Set the stage, play, clear away."""
        task = asyncio.current_task()
        assert task is not None, "asyncio.run made one"
        with contextlib.suppress(NotImplementedError):
            # Ended from outside, the temporary folder still has to go.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        started = SystemClock().monotonic()
        try:
            async with set_stage(self._venue, self._arrive) as stage:
                self._introduce(stage)
                good = await self._play(stage)
                if good:
                    took = SystemClock().monotonic() - started
                    self._transcript.plain(
                        f"\nEvery step went as it must: {len(self._plot)} steps in {took:.1f} s."
                    )
                if good and not self._script:
                    await converse(stage, self._transcript)
        except Unset as error:
            self._transcript.failure(f"The demo could not be played: {error.mend}.")
            return _FAILED
        except Exception as error:  # noqa: BLE001 (whatever it is, it ends the demo in words)
            self._transcript.failure(f"The demo could not be played: {logs.describe(error)}")
            return _FAILED
        return 0 if good else _FAILED

    def _introduce(self, stage: Stage) -> None:
        self._curtain = True
        for line in stage.venue.introduction:
            self._transcript.plain(line)

    async def _play(self, stage: Stage) -> bool:
        play = Play(stage=stage, show=self._transcript.line, arrive=self._arrive)
        for number, step in enumerate(self._plot, start=1):
            self._transcript.caption(number, step.caption)
            try:
                await self._step(step, play)
            except StepFailed as failed:
                self._report(number, step, failed)
                for line in stage.log.getvalue().splitlines()[-_LOG_LINES:]:
                    self._transcript.failure(f"  log:      {line}")
                return False
        return True

    async def _step(self, step: Step, play: Play) -> None:
        for beat in step.beats:
            if isinstance(beat, Says):
                await self._pause()
            await beat.play(play)
        await self._pause()

    async def _pause(self) -> None:
        """Let a person read what was printed since the last pause."""
        printed = self._transcript.characters - self._read
        self._read = self._transcript.characters
        if self._paced and printed:
            await asyncio.sleep(min(_LONGEST, max(_SHORTEST, printed * _PER_CHARACTER)))

    def _report(self, number: int, step: Step, failed: StepFailed) -> None:
        tell = self._transcript.failure
        tell(f"\nStep {number}, “{step.name}”, failed.")
        tell(f"  expected: {failed.expected}")
        for line in failed.came or ("nothing",):
            tell(f"  came:     {line}")

    def _arrive(self, actor: Actor, heard: Heard) -> None:
        """Show what an actor hears, once for all of them."""
        seen = heard.place != self._venue.team or actor.nick == WITNESS
        if self._curtain and seen and _UNSEEN not in heard.text:
            self._transcript.line(shown_place(heard.place, actor.nick), heard.nick, heard.text)


def _venue(matrix: bool) -> Venue:
    """Return where the story is played; what a network needs is loaded only for that network."""
    if not matrix:
        return IRCVenue()
    from bot.demo.matrix_venue import MatrixVenue

    return MatrixVenue()
