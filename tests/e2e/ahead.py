"""The program with a clock that is ahead by the seconds that `AHEAD` in the environment says."""

import os
from datetime import datetime, timedelta

from bot import cli
from bot.runtime.clock import SystemClock

_AHEAD = timedelta(seconds=float(os.environ["AHEAD"]))
_now = SystemClock.now


def _later(self: SystemClock) -> datetime:
    return _now(self) + _AHEAD


if __name__ == "__main__":
    SystemClock.now = _later  # type: ignore[method-assign]  # this process is made for that
    cli.main()
