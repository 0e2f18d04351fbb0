"""Nothing that people wrote can reach the logs: not by a key, a value, an error or a library."""

import asyncio
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import structlog

from bot import logs
from tests.config.conftest import MARKER

WORDS = f"{MARKER} said something"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Install safe logs on a stream; put everything back afterwards."""
    root = logging.getLogger()
    handlers, level, loud = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    configured = structlog.get_config()
    stream = io.StringIO()
    logs.install("info", as_json=True, stream=stream)
    yield stream
    structlog.configure(**configured)
    logging.captureWarnings(capture=False)
    root.handlers, logging.raiseExceptions = handlers, loud
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    """Return what was logged; nothing of it may hold the marker."""
    text = stream.getvalue()
    assert MARKER not in text
    return [json.loads(line) for line in text.splitlines()]


def fail() -> None:
    """Raise an error whose message, cause and locals hold the marker."""
    words = WORDS
    try:
        dict[str, str]()[words]
    except KeyError as error:
        raise ValueError(words) from error


def caught() -> ValueError:
    """Return that error with its frames."""
    try:
        fail()
    except ValueError as error:
        return error
    raise AssertionError


def test_known_keys_with_plain_values_are_logged(log: io.StringIO) -> None:
    structlog.get_logger().info("link.up", network="libera", attempt=2, seconds=0.5, row=None)
    (line,) = lines(log)
    del line["timestamp"]
    assert line == {
        "event": "link.up",
        "level": "info",
        "network": "libera",
        "attempt": 2,
        "seconds": 0.5,
        "row": None,
    }


def test_unknown_keys_and_sentences_are_dropped(log: io.StringIO) -> None:
    logger = structlog.get_logger()
    logger.info("said", text=WORDS, nick=MARKER, body={"a": WORDS})
    logger.info(WORDS, state=WORDS, count=[WORDS], kind={"x": MARKER})
    first, second = lines(log)
    assert first.keys() == {"event", "level", "timestamp"}
    assert second["event"] == second["state"] == second["count"] == second["kind"] == "(hidden)"


def test_an_error_is_its_type_and_its_frames(log: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("job.failed", table="cases")
    (line,) = lines(log)
    assert line["error"] == "ValueError"
    assert str(line["frames"]).startswith("ValueError at tests/config/test_logs.py:")
    assert "; KeyError at tests/config/test_logs.py:" in str(line["frames"])


def test_groups_and_circles_are_described_too() -> None:
    error = caught()
    group = ExceptionGroup(WORDS, [error, error])
    error.__context__ = group
    said = logs.describe(group)
    assert MARKER not in said
    assert said.startswith("ExceptionGroup; ValueError at ")


def test_a_library_says_only_where(log: io.StringIO) -> None:
    library = logging.getLogger("irc.client")
    library.info("TO SERVER: %s", WORDS)
    library.warning("odd line: %s", WORDS)
    logging.getLogger("other").log(25, WORDS, exc_info=caught())
    first, second = lines(log)
    assert (first["event"], first["logger"], first["level"]) == ("library", "irc.client", "warning")
    assert str(first["where"]).startswith("tests/config/test_logs.py:")
    assert (second["level"], second["error"]) == ("info", "ValueError")


@pytest.mark.parametrize("name", ["irc", "aiosqlite", "aiosmtplib", "asyncio"])
def test_talkative_libraries_are_kept_quiet_even_at_debug(log: io.StringIO, name: str) -> None:
    logs.install("debug", as_json=True, stream=log)
    logging.getLogger(name).info(WORDS)
    logging.getLogger(name).debug(WORDS)
    assert lines(log) == []


def test_a_broken_record_prints_nothing(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("other").warning("%d", WORDS)
    assert len(lines(log)) == 1
    assert MARKER not in "".join(capsys.readouterr())


def test_uncaught_errors_are_told_without_their_message(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    error = caught()
    sys.excepthook(type(error), error, error.__traceback__)
    sys.unraisablehook(SimpleNamespace(exc_value=error, object=WORDS, err_msg=WORDS))
    thread = threading.Thread(target=fail, name=WORDS)
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(WORDS, stacklevel=1)
    assert [line["event"] for line in lines(log)] == [
        "uncaught",
        "unraisable",
        "thread.died",
        "library",
    ]
    assert MARKER not in "".join(capsys.readouterr())


async def test_a_loop_tells_its_errors_without_their_message(log: io.StringIO) -> None:
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": WORDS, "exception": caught()})
    loop.set_exception_handler(logs.on_loop_error)
    loop.call_exception_handler({"message": WORDS, "exception": caught(), "task": WORDS})
    loop.call_exception_handler({"message": WORDS})
    assert [line["event"] for line in lines(log)] == ["library", "loop.error", "loop.error"]


def test_lines_for_people_are_key_and_value(log: io.StringIO) -> None:
    logs.install("warning", stream=log)
    structlog.get_logger().info("link.up")
    structlog.get_logger().warning("link.down", network="libera")
    (line,) = log.getvalue().splitlines()
    assert line.endswith(" level=warning event=link.down network=libera")
