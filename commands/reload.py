"""`reload`: read the configuration again, and go by it."""

from bot.core.policy.access import Rule
from bot.core.words.effects import Effects, Reload
from bot.core.words.labels import Label
from bot.core.words.people import Role
from commands._spec import Call, Example, command


@command(
    "reload",
    usage="reload",
    rule=Rule(who=frozenset({Role.OPERATOR}), floor=Label.PUBLIC),
    label=Label.TEAM,
    examples=(
        Example(typed="!reload", says="reload.unchanged", by="carol"),
        Example(typed="!reload now", says="usage", by="carol"),
    ),
)
def reload(call: Call) -> Effects:
    """Take the whole file over, or nothing of it; what differs is told afterwards."""
    del call
    return [Reload()]
