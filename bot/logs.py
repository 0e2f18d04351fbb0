"""Logs that cannot tell what people wrote: known keys with plain values, errors without messages.

An event is a dotted name, a value a number or one word; anything else is dropped, and what
libraries log is cut down to where it came from.
"""

import logging
import re
import sys
import threading
import traceback
from asyncio import AbstractEventLoop
from collections.abc import Iterator, Mapping, MutableMapping
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

# structlog loads rich where it can, to draw tracebacks with the values of variables: megabytes and
# a tenth of a second at each start, for what nobody here may ever draw.
_RICH = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]  # makes its import fail, as documented
try:
    import structlog
finally:
    if _RICH is None:
        del sys.modules["rich"]
    else:
        sys.modules["rich"] = _RICH

#: Keys that may be logged. None of them ever holds words, names or addresses of people.
SAFE_KEYS = frozenset(
    {
        "attempt",
        "bytes",
        "channel_count",
        "code",
        "count",
        "error",
        "exit_code",
        "frames",
        "kept",
        "kind",
        "lane",
        "level",
        "logger",
        "network",
        "part",
        "pending",
        "port",
        "reason",
        "relay",
        "reply",
        "row",
        "seconds",
        "signal",
        "standing",
        "state",
        "step",
        "table",
        "task",
        "timestamp",
        "transport",
        "verb",
        "version",
        "where",
    }
)
LEVELS = ("debug", "info", "warning", "error")

#: These tell what goes over the wire or into the database when they are let.
_TALKATIVE = ("aiohttp", "aiosmtplib", "aiosqlite", "asyncio", "irc", "mail.log")
#: These name people in all they tell.
_SILENT = ("nio",)
_STANDARD = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
_EVENT = re.compile(r"[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)*")
_WORD = re.compile(r"[A-Za-z0-9_.:/+-]{1,64}")
_HIDDEN = "(hidden)"
_MAX_EVENT = 48
_ROOT = Path(__file__).resolve().parent.parent

Event = MutableMapping[str, Any]


def install(level: str = "info", *, as_json: bool = False, stream: TextIO | None = None) -> None:
    """Send every log line of the process to `stream` (default: stderr), made safe.

    `level` is one of `LEVELS`. Also takes over what would print an error with its message: the
    hooks for uncaught errors of the process, of threads and of finalizers, warnings, and the
    loggers of libraries. An event loop additionally wants `on_loop_error`.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if as_json
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_messages,
            keep_safe,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Cut()]
    root.setLevel(number)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # A handler that fails would print the record, arguments included.
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    sys.excepthook = _on_uncaught
    sys.unraisablehook = _on_unraisable
    threading.excepthook = _on_thread


def keep_safe(logger: object, method: str, event: Event) -> Event:
    """Drop every key that is not known to be safe, and every value that could be a sentence."""
    del logger, method
    name = event.pop("event", "")
    plain = isinstance(name, str) and len(name) <= _MAX_EVENT and _EVENT.fullmatch(name)
    safe: Event = {key: _value(key, event[key]) for key in event if key in SAFE_KEYS}
    safe["event"] = name if plain else _HIDDEN
    return safe


def without_messages(logger: object, method: str, event: Event) -> Event:
    """Replace an exception by its type and its frames, before anything could render it."""
    del logger, method
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        event["error"] = type(given).__qualname__
        event["frames"] = describe(given)
    return event


def describe(error: BaseException) -> str:
    """Return what failed and where, without a word of the message: `KeyError at bot/x.py:12`.

    The innermost frame stands first. Causes and the members of groups follow.
    """
    return "; ".join(_described(error, set()))


def on_loop_error(loop: AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what an event loop could not hand to anybody; give it to `set_exception_handler`."""
    del loop
    structlog.get_logger().error("loop.error", exc_info=context.get("exception"))


class _Cut(logging.Handler):
    """Passes on that a library logged something, and from where, without what it says."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            max((level for level in _STANDARD if level <= record.levelno), default=logging.DEBUG),
            "library",
            logger=record.name,
            where=f"{_short(record.pathname)}:{record.lineno}",
            exc_info=record.exc_info,
        )


def _value(key: str, value: object) -> object:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if key == "frames":
        return value
    return value if isinstance(value, str) and _WORD.fullmatch(value) else _HIDDEN


def _described(error: BaseException, seen: set[int]) -> Iterator[str]:
    if id(error) in seen:
        return
    seen.add(id(error))
    frames = [
        f"{_short(frame.f_code.co_filename)}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    name = type(error).__qualname__
    yield f"{name} at {' '.join(reversed(frames))}" if frames else name
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _described(cause, seen)
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _described(member, seen)


def _short(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
        return str(path.relative_to(_ROOT))
    return "/".join(path.parts[-2:])


def _on_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    del kind, trace
    structlog.get_logger().error("uncaught", exc_info=error)


def _on_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger().error("unraisable", exc_info=unraisable.exc_value)


def _on_thread(args: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("thread.died", exc_info=args.exc_value)
