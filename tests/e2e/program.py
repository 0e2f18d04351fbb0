"""The program as a process of its own: started, heard, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

READY_SECONDS = 20.0
STOP_SECONDS = 5.0
COMMAND = (sys.executable, "-m", "bot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A run that is over: what it returned (negative: the signal) and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Program:
    """Runs `caseward VERB --config PATH`. What it says goes to files beside the configuration.

    `command` is what stands before the verb; `env` is added to the environment, `arguments`
    to those of `run`. `err` grows over
    all runs, `said` holds the lines of standard output of the present one.
    """

    config: Path
    command: Sequence[str] = COMMAND
    env: Mapping[str, str] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    said: list[str] = field(default_factory=list)
    process: Process | None = None
    _reader: asyncio.Task[None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def err_file(self) -> Path:
        """Where standard error of every run goes."""
        return self.config.parent / "stderr.txt"

    @property
    def err(self) -> str:
        """Standard error of every run so far."""
        return self.err_file.read_text("utf-8") if self.err_file.exists() else ""

    async def start(self, within: float = READY_SECONDS) -> None:
        """Start it, and wait for the line `ready`."""
        await self.launch()
        await self.says("ready", within)

    async def launch(self) -> None:
        """Start it in a process group of its own, and return at once."""
        assert self.process is None, "it runs already"
        self.said.clear()
        with self.err_file.open("ab") as err:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                "run",
                "--config",
                str(self.config),
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=PIPE,
                stderr=err,
                env={**os.environ, **self.env},
                start_new_session=True,
            )
        self._reader = asyncio.create_task(self._read(self.process))

    async def says(self, line: str, within: float = READY_SECONDS) -> None:
        """Wait for a line on standard output.

        Raises:
            AssertionError: it did not come in time, or the program ended before.
        """
        try:
            async with asyncio.timeout(within):
                while line not in self.said:
                    assert self._reader is not None
                    assert not self._reader.done(), f"ended before {line!r}:\n{self.err[-3000:]}"
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"no {line!r} in time:\n{self.err[-3000:]}") from None

    async def ends(self, within: float = READY_SECONDS) -> int:
        """Wait until it is gone; returns its exit code, negative for a signal."""
        assert self.process is not None
        assert self._reader is not None
        async with asyncio.timeout(within):
            code = await self.process.wait()
            await self._reader
        self.process = self._reader = None
        return code

    async def kill9(self) -> None:
        """SIGKILL to the whole process group."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        assert await self.ends() == -signal.SIGKILL

    async def stop(self) -> int:
        """SIGTERM; returns the exit code. TimeoutError when it takes longer than it may."""
        assert self.process is not None
        self.process.terminate()
        return await self.ends(STOP_SECONDS)

    async def close(self) -> None:
        """End it, however it is."""
        if self.process is None:
            return
        if self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.ends()

    async def run_once(self, *arguments: str, within: float = READY_SECONDS) -> Ended:
        """Run another verb, or a second instance, to its end; killed when it does not end."""
        process = await asyncio.create_subprocess_exec(
            *self.command, *arguments, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
        try:
            async with asyncio.timeout(within):
                out, err = await process.communicate()
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.communicate()
            raise
        assert process.returncode is not None
        return Ended(code=process.returncode, out=out.decode(), err=err.decode())

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.said.append(line.decode().rstrip("\n"))
            self._news.set()
        self._news.set()
