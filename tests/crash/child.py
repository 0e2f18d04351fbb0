"""The program with a fuse: as `python -m bot` at debug level, but it breaks where it is told to.

The file that `FUSE` in the environment names holds `POINT`, `POINT N` or `POINT N WORDS`: at that
hit of the point, counted from when the file was written, the process ends by SIGKILL, as in a
power cut; with words, an error that holds them is raised there instead.
"""

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from bot import app, cli
from bot.config import Config


class Fuse:
    """A probe that pulls the plug, or throws. Points are hit on the loop and on the database thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._order = ""
        self._hits = 0

    def __call__(self, name: str) -> None:
        """Count a hit; at the armed one nothing follows any more."""
        with self._lock:
            order = self._file.read_text() if self._file.exists() else ""
            if order != self._order:
                self._order, self._hits = order, 0
            point, times, words = (*order.split(maxsplit=2), "", "", "")[:3]
            if name != point:
                return
            self._hits += 1
            if self._hits != int(times or 1):
                return
        if words:
            raise ValueError(words)
        os.kill(os.getpid(), signal.SIGKILL)


def _run(config: Config, *, adopt: bool = False, emergency_only: bool = False) -> int:
    """Stand in for `bot.app.run_bot`, with the probe."""
    fuse = Fuse(Path(os.environ["FUSE"]))

    def say(line: str) -> None:
        print(line, flush=True)

    async def main() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await app.serve_until(
            config, stop, say=say, adopt=adopt, emergency_only=emergency_only, probe=fuse
        )

    asyncio.run(main())
    return 0


def main() -> NoReturn:
    """Run the program with its fuse."""
    app.run_bot = _run
    if sys.argv[1] == "run":
        sys.argv += ["--log-level", "debug"]
    cli.main()


if __name__ == "__main__":
    main()
