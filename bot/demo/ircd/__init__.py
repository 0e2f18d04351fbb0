"""A small IRC server for the demo and the tests, as present-day networks behave."""

from __future__ import annotations

from bot.demo.ircd.server import DemoIRCd
from bot.demo.ircd.state import ChannelView, Snapshot, UserView

__all__ = ["ChannelView", "DemoIRCd", "Snapshot", "UserView"]
