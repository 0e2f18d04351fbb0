"""Whether a ladder of people can be through in time, and who may take a page."""

from collections.abc import Collection
from datetime import timedelta

from bot.core.policy.access import CALL_ROLES
from bot.core.words.people import Role

#: Within this the last step must have had its time.
WHOLE_LADDER = timedelta(minutes=15)


def may_take(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles can end a page by taking it."""
    return not CALL_ROLES.isdisjoint(roles)


def takes(steps: int, escalate: timedelta) -> timedelta:
    """Return how long a ladder of this many steps rings until its last step has had its time."""
    return steps * escalate


def most_steps(escalate: timedelta) -> int:
    """Return how many steps fit into the time at this pace."""
    return WHOLE_LADDER // escalate
