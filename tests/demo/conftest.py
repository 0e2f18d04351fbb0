"""The demo takes the process's logs over and makes a temporary folder: both are put back."""

import logging
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog


@pytest.fixture(autouse=True)
def logs_put_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `bot.logs.install` changes is as it was before."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    level, configured = root.level, structlog.get_config()
    yield
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.configure(**configured)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path
