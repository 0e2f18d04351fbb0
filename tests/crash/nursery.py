"""Starts the program in no time: a process that has imported everything, and forks.

`python -m tests.crash.nursery` takes a line of JSON on stdin for each program that is to run,
one after the other, and answers with its process id and, once it has ended, with its exit code.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from types import TracebackType
from typing import NoReturn, Self, cast

from tests.e2e.program import Program


class Nursery:
    """The process that forks, as the tests see it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def bear(self, request: dict[str, object]) -> int:
        """Start a program; returns its process id. The one before must have ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> int:
        """Wait for the next number that the nursery says."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


class Born:
    """A program from the nursery: as much of `asyncio.subprocess.Process` as `Program` uses."""

    def __init__(self, nursery: Nursery, pid: int, stdout: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdout = stdout
        self._ended = asyncio.create_task(asyncio.to_thread(nursery.answer))

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """Wait until it has ended."""
        return await asyncio.shield(self._ended)

    def terminate(self) -> None:
        """SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)


class NurseryProgram(Program):
    """A `Program` whose runs come from a nursery. `nursery` is set before the first start."""

    nursery: Nursery

    async def launch(self) -> None:
        """Start it in a process group of its own, and return at once."""
        assert self.process is None, "it runs already"
        self.said.clear()
        out = self.config.parent / "stdout"
        if not out.exists():
            os.mkfifo(out)
        # Opened first, so that the nursery finds a reader.
        pipe = os.fdopen(os.open(out, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
        pid = self.nursery.bear(
            {
                "arguments": ["run", "--config", str(self.config), *self.arguments],
                "env": dict(self.env),
                "out": str(out),
                "err": str(self.err_file),
            }
        )
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        self.process = cast("Process", Born(self.nursery, pid, reader))
        self._reader = asyncio.create_task(self._read(self.process))


def _serve() -> None:
    """Fork for each line on stdin, and say how each run ended."""
    for line in sys.stdin:
        request = json.loads(line)
        out = os.open(request["out"], os.O_WRONLY)
        pid = os.fork()
        if pid == 0:
            _become(request, out)
        os.close(out)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(request: dict[str, object], out: int) -> NoReturn:
    """Be the program, in the process that was just forked."""
    from tests.crash import child

    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    err = os.open(str(request["err"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for new, old in ((null, 0), (out, 1), (err, 2)):
        os.dup2(new, old)
        os.close(new)
    os.environ.update(cast("dict[str, str]", request["env"]))
    sys.argv[1:] = cast("list[str]", request["arguments"])
    try:
        child.main()
    except SystemExit as ended:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 1)
    os._exit(0)


def _load_everything() -> None:
    """Import what the program imports when it runs."""
    import commands._registry
    import storage.store  # noqa: F401 - for what importing them does
    import tests.crash.child  # noqa: F401 - as above

    commands._registry.load()


if __name__ == "__main__":
    _load_everything()
    _serve()
