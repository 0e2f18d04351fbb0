"""A bot as a process of its own: started in a group, measured from outside, ended."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_KB = 1024


class Gone(Exception):
    """The process has ended by itself."""


class Process:
    """One running bot. CPU is user and system time of all its threads, in seconds."""

    def __init__(
        self, command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.log = folder / "output.txt"
        self.started = time.perf_counter()
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: S603 (the commands stand in this package)
                command,
                cwd=folder,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._popen.pid

    def check(self) -> None:
        """Raise `Gone`, with the end of what it wrote, if it has ended."""
        if self._popen.poll() is not None:
            raise Gone(f"ended with {self._popen.returncode}:\n{self.log.read_text()[-1500:]}")

    def cpu(self) -> float:
        """Return the CPU seconds so far, to the nanosecond.

        `/proc/PID/stat` tells the same in hundredths of a second.
        """
        clock = ctypes.c_int()
        if _LIBC.clock_getcpuclockid(self.pid, ctypes.byref(clock)) != 0:
            raise Gone("no such process")
        return time.clock_gettime(clock.value)

    def memory(self) -> tuple[float, float]:
        """Return RSS and PSS in megabytes."""
        found = {"Rss": 0, "Pss": 0}
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in found:
                found[name] = int(rest.split()[0])
        return found["Rss"] / _KB, found["Pss"] / _KB

    def end(self) -> None:
        """Ask it to end, and kill it if it does not."""
        if self._popen.poll() is None:
            self._popen.terminate()
            try:
                self._popen.wait(5.0)
            except subprocess.TimeoutExpired:
                os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
