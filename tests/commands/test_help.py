"""help, can, whoami, ping, yes, no, and what is said about lines that are not clear."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.words.effects import Answer, Forget, Rerun
from bot.core.words.labels import Label
from bot.core.words.people import Role
from bot.core.words.places import Flaw
from bot.core.words.readers import Waiting
from tests.commands.bench import ALICE, BOB, CAROL, PEOPLE, START, TABLE, Bench, person

EVERYBODY = (*PEOPLE, None)


# ---- help ------------------------------------------------------------------------------------


def test_help_teaches_the_first_verbs_first(bench: Bench) -> None:
    bench.types("!help")
    assert bench.keys == ["help.first", "help.rest", "help.how"]
    assert bench.said[0] == "First: cases show take note say due close ack emergency"
    assert "reveal" in " ".join(bench.said[1:])


def test_help_leaves_out_what_one_may_not_do(bench: Bench) -> None:
    bench.who = CAROL
    bench.types("!help")
    assert bench.said[0] == "First: emergency"
    bench.types("!help reveal")
    assert bench.keys == ["verb.unknown"]


@pytest.mark.parametrize("verb", sorted(TABLE.commands))
def test_help_about_a_verb_has_usage_meaning_and_an_example(bench: Bench, verb: str) -> None:
    bench.who = replace(ALICE, roles=frozenset(Role))
    bench.types(f"!help {verb.upper()}")
    assert bench.keys == ["help.usage", f"help.{verb}", "help.example"]
    assert bench.said[0] == f"!{TABLE.commands[verb].usage}"


def _fits_a_phone(bench: Bench) -> None:
    usages = {f"!{found.usage}" for found in TABLE.commands.values()}
    assert len(bench.said) <= LINES, bench.said
    for line in bench.said:
        assert len(line) <= LETTERS or line in usages, line


#: What a phone shows at a glance.
LINES, LETTERS = 4, 80


def test_help_fits_a_phone(bench: Bench) -> None:
    for who in EVERYBODY:
        bench.who = who
        for verb in ("", *TABLE.commands):
            bench.types(f"!help {verb}")
            _fits_a_phone(bench)


@pytest.mark.parametrize("verb", sorted(TABLE.commands))
def test_usage_and_refusals_and_rights_fit_a_phone(bench: Bench, verb: str) -> None:
    code = bench.opens()
    every = tuple(flaw.value for flaw in Flaw)
    for who in EVERYBODY:
        for ceiling, reasons in ((Label.CASE, ()), (Label.PUBLIC, every)):
            bench.who, bench.ceiling, bench.reasons = who, ceiling, reasons
            for typed in (f"!can {verb}", "!whoami now", f"!{verb} {code} nonsense"):
                if bench.types(typed).outcome != "ok" or typed.startswith("!can"):
                    _fits_a_phone(bench)
            bench.types(f"!{verb}", late=True)
            _fits_a_phone(bench)


def test_whoami_fits_a_phone_in_a_room(bench: Bench) -> None:
    for who in EVERYBODY:
        bench.who = who
        bench.types("!whoami")
        _fits_a_phone(bench)


def test_help_tells_strangers_how_to_reach_the_team(bench: Bench) -> None:
    bench.who, bench.ceiling = None, Label.PUBLIC
    for typed in ("help", "help note", "help nonsense"):
        bench.types(f"!{typed}")
        assert bench.keys == ["help.stranger"]
        assert "the safety team" in bench.said[0]


def test_help_knows_what_was_probably_meant(bench: Bench) -> None:
    bench.types("!help noet")
    assert bench.keys == ["verb.near"]
    bench.types("!help qqqq")
    assert bench.keys == ["verb.unknown"]


def test_the_prefix_of_the_house_is_used(bench: Bench) -> None:
    bench.terms = replace(bench.terms, prefix="%")
    bench.types("%help note")
    assert bench.said[0].startswith("%note")
    assert bench.said[2].startswith("For example: %note")


# ---- can -------------------------------------------------------------------------------------


ALLOWED = ["can.yes", "can.who", "can.where"]


def _keys(bench: Bench) -> list[str]:
    """The keys of an answer of `can`, those about places as one."""
    return [re.sub(r"can\.where\..*", "can.where", key) for key in bench.keys]


def test_can_says_who_may_and_where(bench: Bench) -> None:
    bench.types("!can note")
    assert _keys(bench) == ALLOWED
    assert bench.said == [
        "Yes: you can use note here.",
        "Who: arbitrator, checkuser, functionary, oversighter, steward.",
        "Where: any place that may carry the words of cases. Closed cases too.",
    ]
    bench.types("!can close")
    assert bench.said[2].endswith("Open cases only.")
    bench.types("!can ping")
    assert bench.said[1:] == ["Who: anybody.", "Where: any place."]
    bench.types("!can undo")
    assert bench.said[1] == "Who: everybody on the team's list."
    bench.types("!can fly")
    assert _keys(bench) == ["can.unknown"]


def test_can_says_why_not_and_what_to_do(bench: Bench) -> None:
    flaws = (Flaw.STRANGER.value, Flaw.NOT_HIDDEN.value)
    bench.ceiling, bench.reasons = Label.PUBLIC, flaws
    bench.types("!can note")
    assert _keys(bench) == ["can.by-dm", "can.who", "can.where", "room.flaw.stranger"]
    bench.reasons = ()
    bench.types("!can note")
    assert _keys(bench) == ["can.by-dm", "can.who", "can.where", "can.not-here-how"]
    bench.dm_ceiling, bench.reasons = Label.PUBLIC, flaws
    bench.types("!can note")
    assert _keys(bench) == ["can.nowhere", "can.who", "can.where", "room.flaw.stranger"]
    bench.in_dm = True
    bench.types("!can note")
    assert _keys(bench) == ["can.nowhere", "can.who", "can.where", "can.no-answer-how"]
    bench.who = BOB
    bench.types("!can reveal")
    assert _keys(bench) == ["can.not-yours", "can.who", "can.where"]
    assert bench.said[1] == "Who: arbitrator, checkuser, oversighter, steward."
    bench.who = None
    bench.types("!can note")
    assert _keys(bench) == ["can.not-known", "can.who", "can.log-in"]


def test_can_knows_that_an_answer_by_dm_needs_a_dm_that_may_carry_it(bench: Bench) -> None:
    bench.types("!can reveal")
    assert _keys(bench) == ALLOWED
    assert bench.said[2].endswith("Answer by DM.")
    bench.dm_ceiling = Label.CASE
    bench.types("!can reveal")
    assert _keys(bench) == ["can.no-answer", "can.who", "can.where", "can.no-answer-how"]


def test_can_says_what_would_be_decided(bench: Bench) -> None:
    for who in EVERYBODY:
        for ceiling in Label:
            bench.who, bench.ceiling = who, ceiling
            for verb in TABLE.commands:
                bench.types(f"!can {verb}")
                allowed = _keys(bench) == ALLOWED
                refused = bench.types(f"!{verb}").outcome.startswith("refused-not")
                assert allowed is not refused


# ---- whoami ----------------------------------------------------------------------------------


def test_whoami_in_a_private_room(bench: Bench) -> None:
    bench.types("!whoami")
    assert bench.said == [
        "You are alice (functionary, oversighter), seen as net/alice.",
        "You may work on cases, and see personal details where I may say them.",
        "Here I may say: words of cases. In a DM: everything.",
    ]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.STEWARD, "pii"),
        (Role.FUNCTIONARY, "case"),
        (Role.ON_CALL, "call"),
        (Role.OMBUDS, "ombuds"),
        (Role.OPERATOR, "operator"),
    ],
)
def test_whoami_says_what_the_roles_come_to(bench: Bench, role: Role, may: str) -> None:
    bench.who = person("somebody", role)
    bench.types("!whoami")
    assert bench.keys[1] == f"whoami.may.{may}"


def test_whoami_in_public_goes_by_dm(bench: Bench) -> None:
    bench.ceiling, bench.reasons = Label.PUBLIC, (Flaw.NOT_HIDDEN.value,)
    bench.types("!whoami")
    [answer] = bench.effects
    assert isinstance(answer, Answer)
    assert answer.private
    assert bench.keys[-1] == "room.flaw.not-hidden"
    bench.dm_ceiling = Label.PUBLIC
    bench.types("!whoami")
    assert "alice" not in " ".join(bench.said)


def test_whoami_in_a_dm(bench: Bench) -> None:
    bench.in_dm, bench.account = True, False
    bench.types("!whoami")
    assert bench.keys == ["whoami.known", "whoami.may.pii", "whoami.dm"]
    assert "no account" in bench.said[0]


def test_whoami_for_strangers(bench: Bench) -> None:
    bench.who, bench.ceiling = None, Label.PUBLIC
    bench.types("!whoami")
    assert bench.keys == ["whoami.not-listed", "whoami.write"]
    bench.account = False
    bench.types("!whoami")
    assert bench.keys == ["whoami.no-account", "whoami.write"]


# ---- ping ------------------------------------------------------------------------------------


def test_ping_answers_with_the_token_and_nothing_else(bench: Bench) -> None:
    bench.who, bench.ceiling = None, Label.PUBLIC
    bench.types("!ping 12ab")
    assert bench.said == ["12ab"]
    bench.types(f"!ping {'x' * 64}")
    assert bench.said == ["x" * 64]


@pytest.mark.parametrize(
    "token", ["", "x" * 65, "a\u202eb", "a\x02b", "a.example", "https://a.example/"]
)
def test_ping_never_answers_with_anything_odd(bench: Bench, token: str) -> None:
    bench.types(f"!ping {token}")
    assert bench.keys == ["ping"]


# ---- yes and no ------------------------------------------------------------------------------


def waiting(*tokens: str) -> tuple[Waiting, ...]:
    until = START + timedelta(minutes=1)
    return tuple(Waiting(token=token, verb="say", until=until) for token in tokens)


def test_yes_and_no_to_what_waits(bench: Bench) -> None:
    bench.desk = replace(bench.desk, waiting=waiting("K7Q"))
    assert bench.types("!yes").effects == (Rerun(token="K7Q"),)
    assert bench.types("!yes k7q").effects == (Rerun(token="K7Q"),)
    assert bench.types("!no").effects == (Forget(token="K7Q"),)


@pytest.mark.parametrize("verb", ["yes", "no"])
def test_a_token_is_needed_when_several_wait(bench: Bench, verb: str) -> None:
    bench.desk = replace(bench.desk, waiting=waiting("K7Q", "P2M"))
    for typed in (verb, f"{verb} ZZZ"):
        bench.types(f"!{typed}")
        assert bench.keys == ["yes.which"]
        assert "K7Q (say), P2M (say)" in bench.said[0]
    [effect] = bench.types(f"!{verb} P2M").effects
    assert effect in {Rerun(token="P2M"), Forget(token="P2M")}


@pytest.mark.parametrize("verb", ["yes", "no", "yes K7Q"])
def test_nothing_waits(bench: Bench, verb: str) -> None:
    bench.types(f"!{verb}")
    assert bench.keys == ["yes.nothing"]


# ---- lines that are not clear ------------------------------------------------------------------


def test_an_unknown_verb_is_not_repeated(bench: Bench) -> None:
    bench.types("!nots C-000000 my secret")
    assert bench.keys == ["verb.near"]
    assert "secret" not in bench.said[0]
    assert "nots" not in bench.said[0]
    bench.types("!zzzz")
    assert bench.keys == ["verb.unknown"]


def test_strangers_unknown_verbs_are_passed_over(bench: Bench) -> None:
    bench.who, bench.ceiling = None, Label.PUBLIC
    assert bench.types("!seen example").effects == ()


def test_strangers_who_call_the_bot_by_name_hear_how_the_team_is_reached(bench: Bench) -> None:
    bench.who, bench.ceiling = None, Label.PUBLIC
    bench.types("caseward: hello C-000000")
    assert bench.keys == ["help.stranger-named"]
    assert len(bench.said) == 1
    bench.in_dm = True
    assert bench.types("caseward: hello").effects == ()


def test_a_late_command_does_not_run(bench: Bench) -> None:
    code = bench.opens()
    bench.types(f"!note {code} words", late=True)
    assert bench.keys == ["refused.too-late"]
    assert bench.added == []
