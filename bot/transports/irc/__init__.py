"""The IRC transport: `build(settings, roster, clock)` gives one network behind the port."""

from bot.transports.irc.link import TABLE, LinkInput, LinkState
from bot.transports.irc.settings import Settings
from bot.transports.irc.timing import Backoff
from bot.transports.irc.transport import IRCTransport, build

__all__ = ["TABLE", "Backoff", "IRCTransport", "LinkInput", "LinkState", "Settings", "build"]
