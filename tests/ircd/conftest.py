"""Takes in the servers, for the tests in this folder."""

from tests.servers.fixtures import (
    certificates,
    crowd,
    embedded,
    inspircd,
    inspircd_processes,
    irc_server,
    irc_server_unstarted,
)

__all__ = [
    "certificates",
    "crowd",
    "embedded",
    "inspircd",
    "inspircd_processes",
    "irc_server",
    "irc_server_unstarted",
]
