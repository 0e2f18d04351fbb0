"""The Matrix transport: one homeserver, spoken to by its client-server API."""

from bot.transports.matrix.settings import Settings
from bot.transports.matrix.transport import MatrixTransport, build

__all__ = ["MatrixTransport", "Settings", "build"]
