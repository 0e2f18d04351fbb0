"""The form of a command and how one is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.demo.ircd.network import Network
from bot.demo.ircd.state import User
from bot.demo.ircd.wire import Line

Handler = Callable[[Network, User, Line], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A handler, how many parameters it needs, and whether it may come before registration."""

    run: Handler
    params: int = 0
    early: bool = False


def dispatch(commands: Mapping[str, Command], network: Network, user: User, line: Line) -> None:
    """Run one line, or say why not."""
    command = commands.get(line.command)
    if command is None:
        if user.registered:
            network.reply(user, "421", line.command, "Unknown command")
    elif not user.registered and not command.early:
        network.reply(user, "451", line.command, "You have not registered.")
    elif len(line.params) < command.params:
        network.reply(user, "461", line.command, "Not enough parameters.")
    else:
        command.run(network, user, line)
