"""What every test gets: loopback only where marked, the same chance each time, honest skips."""

import os
import shutil

import hypothesis
import pytest
import structlog

pytest_plugins = ["tests.servers.fixtures"]

LOOPBACK = ["127.0.0.1", "::1"]
#: What a long test may take, in seconds, where others share the processor with it.
LONG = 240
SERVERS = ("inspircd", "atheme-services", "openssl")

# Found on every run or on none: a failing example is kept by writing it down as a test.
hypothesis.settings.register_profile("house", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("house")


# The default draws every frame with its values: seconds for each error that a test provokes.
structlog.configure(
    processors=[structlog.processors.add_log_level, structlog.processors.KeyValueRenderer()]
)


def missing_servers() -> list[str]:
    """Return the names of the real servers that this machine lacks."""
    path = os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"
    return [name for name in SERVERS if shutil.which(name, path=path) is None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open loopback to tests marked net or real; skip real ones without servers, never in CI."""
    missing = missing_servers()
    skip = bool(missing) and os.environ.get("CI") != "true"
    for item in items:
        real = item.get_closest_marker("real") is not None
        if real or item.get_closest_marker("net") is not None:
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
        long = any(item.get_closest_marker(name) for name in ("real", "slow", "crash"))
        if long and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONG))
        if real and skip:
            item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))
