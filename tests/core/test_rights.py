"""The rights of every role, as one table that was read by people: it changes on purpose only.

Renew it by `python -m tests.core.test_rights > tests/golden/rights.txt`.
"""

from itertools import product
from pathlib import Path

import pytest

from bot.core.policy.access import CASE_ROLES, Refusal, Rule, decide, may_ever
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from commands._registry import load

GOLDEN = Path(__file__).parents[1] / "golden" / "rights.txt"
COMMANDS = load().commands


def _with(*roles: Role) -> Person:
    return Person(name="somebody", roles=frozenset(roles))


def table() -> str:
    head = ["verb", "place", "closed", "anybody", *Role]
    rows = [head] + [
        [
            command.verb,
            command.rule.floor.name.lower(),
            "yes" if command.rule.closed_too else "-",
            "yes" if may_ever(command.rule, None) else "-",
            *("yes" if may_ever(command.rule, _with(role)) else "-" for role in Role),
        ]
        for command in COMMANDS.values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_the_table_of_rights_is_the_one_that_was_reviewed() -> None:
    assert table() == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("verb", COMMANDS)
@pytest.mark.parametrize("ceiling", Label)
def test_no_command_runs_for_an_unknown_person_unless_it_is_for_anybody(
    verb: str, ceiling: Label
) -> None:
    rule = COMMANDS[verb].rule
    if rule.who is not None:
        assert decide(rule, None, ceiling) is Refusal.NOT_KNOWN


@pytest.mark.parametrize(("role", "ceiling"), list(product(Role, Label)))
def test_case_words_are_for_case_roles_in_places_that_carry_them(
    role: Role, ceiling: Label
) -> None:
    allowed = {
        verb
        for verb, command in COMMANDS.items()
        if command.label >= Label.CASE and decide(command.rule, _with(role), ceiling) is None
    }
    if role not in CASE_ROLES or ceiling < Label.TEAM:
        assert not allowed


def test_a_rule_without_roles_is_closed() -> None:
    assert not any(may_ever(Rule(who=frozenset()), _with(role)) for role in Role)


if __name__ == "__main__":
    print(table(), end="")
