"""The rights of every role, as one table that was read by people: it changes on purpose only.

Renew it by `python -m tests.core.test_rights > tests/golden/rights.txt`.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Refusal, Rule, decide, may_ever, state_allows
from bot.core.words.cases import CaseStatus, Outcome
from bot.core.words.doors import Ran
from bot.core.words.effects import (
    AddFacts,
    Answer,
    Called,
    CreateCase,
    Effects,
    Hear,
    OpenReport,
    RaiseEmergency,
    RaiseExposure,
)
from bot.core.words.labels import Label
from bot.core.words.people import CLEARANCE, Person, Role
from commands._parse import addressed
from commands._registry import Table
from commands._run import run_line
from commands._spec import Call
from tests.commands.bench import START, TABLE, Bench
from tests.core.rights import (
    ANYBODY,
    COMMANDS,
    GOLDEN,
    NEVER,
    filled,
    golden,
    new_bench,
    played,
    table,
    with_roles,
)

#: Whoever the team does not know runs these, and nothing else.
PUBLIC = {"can", "emergency", "help", "ping", "whoami"}
#: Answers as private as a case's words go to roles that may not see cases only from these verbs.
NARROW: dict[str, frozenset[Role]] = {}
#: These change a case from a place that may carry nothing: a call for help from anywhere, and
#: taking back what was done in that very place a minute ago.
CHANGES_ANYWHERE = {"spill", "emergency", "undo"}
CHANGING = (AddFacts, Called, CreateCase, Hear, OpenReport, RaiseEmergency, RaiseExposure)
OUTSIDE = frozenset(Role) - CASE_ROLES

ROLE_SETS = [
    frozenset(roles)
    for roles in chain.from_iterable(combinations(Role, size) for size in range(len(Role) + 1))
]
VERBS = pytest.mark.parametrize("verb", COMMANDS)


def test_the_table_of_rights_is_the_one_that_was_reviewed() -> None:
    assert table() == GOLDEN.read_text("utf-8")


def test_the_table_has_every_command_and_every_role() -> None:
    assert set(golden().rows) == set(COMMANDS)
    assert golden().head[3:] == [ANYBODY, *Role]


# ---- the whole product, through the runner ---------------------------------------------------


def _refused(ran: Ran) -> bool:
    return ran.outcome.startswith("refused-")


@cache
def _stubs() -> Table:
    """Every command with a handler that says nothing: whether it runs is all that is asked."""

    def nothing(call: Call) -> Effects:
        return []

    stubbed = {
        verb: replace(command, handler=nothing, reads={"call": Call})
        for verb, command in COMMANDS.items()
    }
    return Table(stubbed)


def _states(verb: str) -> tuple[CaseStatus | None, ...]:
    return tuple(CaseStatus) if COMMANDS[verb].takes_case else (None,)


def _set_up(verb: str, state: CaseStatus | None) -> tuple[Bench, str]:
    """Return a bench after the lines that come before the first example, and the example."""
    bench, [example, *_] = new_bench(), COMMANDS[verb].examples
    for line in example.given:
        bench.types(filled(line, bench))
    if state is CaseStatus.CLOSED:
        code = next(reversed(bench.shelf.facts))
        end = facts.closed(at=START, by="alice", outcome=Outcome.WITHDRAWN, summary=())
        bench.shelf.facts[code].append(end)
    return bench, filled(example.typed, bench)


def _decided(bench: Bench, typed: str, commands: Table) -> Ran:
    line = addressed(typed, prefix="!", name="caseward")
    assert line is not None
    return run_line(commands, line, bench._doors(), late=False, confirmed=False)


def _people() -> Iterator[Person | None]:
    yield None
    yield from (with_roles(roles) for roles in ROLE_SETS)


@VERBS
def test_everybody_everywhere_runs_what_the_reviewed_table_says(verb: str) -> None:
    wrong = []
    for state in _states(verb):
        bench, typed = _set_up(verb, state)
        for person, ceiling in product(_people(), Label):
            bench.who, bench.ceiling, bench.dm_ceiling = person, ceiling, ceiling
            bench.in_dm = not bench.in_dm
            ran = _decided(bench, typed, _stubs())
            roles = frozenset[Role]() if person is None else person.roles
            if _refused(ran) is golden().allows(verb, roles, ceiling, state):
                wrong.append((sorted(roles), ceiling.name, state, ran.outcome))
    assert wrong == []


@VERBS
def test_each_role_gets_from_the_true_handler_what_the_reviewed_table_says(verb: str) -> None:
    alone = [None, *(with_roles(roles) for roles in ROLE_SETS if len(roles) <= 1)]
    for state, person, ceiling in product(_states(verb), alone, Label):
        bench, typed = _set_up(verb, state)
        bench.who, bench.ceiling, bench.dm_ceiling = person, ceiling, ceiling
        roles = frozenset[Role]() if person is None else person.roles
        ran = _decided(bench, typed, TABLE)
        assert _refused(ran) is not golden().allows(verb, roles, ceiling, state), (roles, ceiling)
        if _refused(ran):
            [answer] = ran.effects
            assert isinstance(answer, Answer)
            assert answer.doc.label is Label.PUBLIC


@VERBS
def test_an_example_runs_for_whom_it_is_shown(verb: str) -> None:
    """Else the table would be compared with lines that nobody could run."""
    bench, typed = _set_up(verb, CaseStatus.OPEN if COMMANDS[verb].takes_case else None)
    bench.who, bench.ceiling, bench.dm_ceiling = with_roles(Role), Label.PII, Label.PII
    assert _decided(bench, typed, _stubs()).outcome == "ok"


# ---- what is true of any table ---------------------------------------------------------------

some_roles = st.frozensets(st.sampled_from(Role))
labels = st.sampled_from(Label)
statuses = st.sampled_from(CaseStatus)
rules = st.builds(Rule, who=st.none() | some_roles, floor=labels, closed_too=st.booleans()) | (
    st.sampled_from([command.rule for command in COMMANDS.values()])
)


def _runs(rule: Rule, roles: frozenset[Role] | None, ceiling: Label, status: CaseStatus) -> bool:
    person = None if roles is None else with_roles(roles)
    return decide(rule, person, ceiling) is None and state_allows(rule, status)


@given(rules, some_roles, some_roles, labels, labels, statuses)
def test_more_roles_and_a_higher_ceiling_never_lose_a_right(
    rule: Rule,
    roles: frozenset[Role],
    more: frozenset[Role],
    ceiling: Label,
    other: Label,
    status: CaseStatus,
) -> None:
    if _runs(rule, roles, ceiling, status):
        assert _runs(rule, roles | more, max(ceiling, other), CaseStatus.OPEN)
    if not _runs(rule, roles | more, ceiling, status):
        assert not _runs(rule, roles, min(ceiling, other), CaseStatus.CLOSED)


@given(st.builds(Rule, who=some_roles, floor=labels), some_roles, labels, statuses)
def test_whoever_is_not_named_runs_nothing(
    rule: Rule, roles: frozenset[Role], ceiling: Label, status: CaseStatus
) -> None:
    assert rule.who is not None
    assert not _runs(rule, None, ceiling, status)
    assert _runs(rule, roles - rule.who, ceiling, status) is False


def test_a_rule_without_roles_is_closed() -> None:
    assert not any(may_ever(Rule(who=frozenset()), with_roles(roles)) for roles in ROLE_SETS)
    assert decide(Rule(), None, Label.PII) is Refusal.NOT_KNOWN


# ---- what is true of this one ----------------------------------------------------------------


def test_whoever_is_on_no_list_runs_the_public_verbs_only() -> None:
    assert {verb for verb, row in golden().rows.items() if row[ANYBODY] != NEVER} == PUBLIC


@VERBS
def test_what_anybody_may_everybody_may(verb: str) -> None:
    row = golden().rows[verb]
    if row[ANYBODY] != NEVER:
        assert {row[role] for role in Role} == {row[ANYBODY]}


@VERBS
def test_what_stands_in_no_audit_is_for_anybody_and_public(verb: str) -> None:
    if COMMANDS[verb].writes_nothing:
        assert verb in PUBLIC
        assert golden().rows[verb]["label"] == "public"


@VERBS
def test_words_of_cases_are_not_for_those_who_work_on_none(verb: str) -> None:
    row = golden().rows[verb]
    if row["label"] in {"case", "pii"}:
        assert {role for role in OUTSIDE if row[role] != NEVER} == NARROW.get(verb, frozenset())


@VERBS
def test_no_cell_asks_for_more_than_its_role_may_read(verb: str) -> None:
    """A right that could be used in no place is a mistake in the table."""
    for role in Role:
        right = golden().right(verb, role)
        assert right is None or right.floor <= CLEARANCE[role]


@VERBS
def test_what_changes_a_case_asks_for_a_place_of_the_team(verb: str) -> None:
    ran = [played(example, Label.CASE) for example in COMMANDS[verb].examples]
    changes = any(isinstance(effect, CHANGING) for one in ran for effect in one.effects)
    if changes and verb not in CHANGES_ANYWHERE:
        rights = [golden().right(verb, column) for column in (ANYBODY, *Role)]
        assert all(right.floor >= Label.TEAM for right in rights if right is not None)
        assert golden().rows[verb][ANYBODY] == NEVER


if __name__ == "__main__":
    print(table(), end="")
