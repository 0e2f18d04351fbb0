"""What is true of every command: its examples, its words, its imports, its rights."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bot.core.policy.access import CALL_ROLES, CASE_ROLES, PII_ROLES, ROSTER, Refusal
from bot.core.words.effects import Answer, Confirm
from bot.core.words.kinds import KINDS
from bot.core.words.labels import Label
from bot.core.words.people import Role
from bot.core.words.places import Flaw
from bot.texts.catalogue import all_keys, message
from commands._page import page
from commands._spec import Command, TakesText, TakesWord
from tests.commands.bench import ALICE, PEOPLE, TABLE, Bench, person

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "commands").glob("*.py"))
HANDLERS = [path for path in FILES if not path.name.startswith("_")]
COMMANDS = list(TABLE.commands.values())
FIRST = "open cases show note link reveal take say due close skip emergency ack oncall".split()
FACTS = "party kind assign drop recuse lift relate seal unseal".split()
ROSTER_VERBS = "reload suspend reinstate verify".split()
#: What anybody of the team may do; `oncall` looks at who has the right where it changes anything,
#: and whoever sees something slip out is to say so.
LOOKING = frozenset("yes no undo oncall spill".split())
OTHERS = "help whoami can allow yes no undo ping stand-down page".split()
HIDING = ["contain", "spill"]
BY_VERB = pytest.mark.parametrize("found", COMMANDS, ids=lambda found: found.verb)


def test_the_commands_are_these() -> None:
    assert set(TABLE.commands) == {*FIRST, *FACTS, *ROSTER_VERBS, *OTHERS, *HIDING}
    assert [path.stem.replace("_", "-") for path in HANDLERS] == sorted(TABLE.commands)


@BY_VERB
def test_examples_name_verbs_and_messages_that_exist(found: Command) -> None:
    assert len(found.examples) >= 2
    for example in found.examples:
        assert example.says in all_keys(), example.says
        assert example.typed.split()[0] == f"!{found.verb}"
        for line in example.given:
            assert line.split()[0].removeprefix("!") in TABLE.commands


@BY_VERB
def test_examples_answer_what_they_say(found: Command) -> None:
    for example in found.examples:
        bench = Bench()
        bench.who = next(someone for someone in PEOPLE if someone.name == example.by)
        code = ""
        for line in (*example.given, example.typed):
            page_codes = list(bench.shelf.kept)
            typed = line.replace("CASE", code).replace("PAGE", "".join(page_codes))
            bench.types(typed)
            if line.startswith("!emergency") and line != example.typed:
                bench.page()
            if line.startswith("!open"):
                code = next(reversed(bench.shelf.facts), "")
        # What an emergency says is decided with the page, what a reload says when it is over.
        if found.verb != "emergency" and example.says != "reload.unchanged":
            assert bench.keys[0] == example.says, example.typed


def test_the_page_in_the_docs_is_made_from_the_specs() -> None:
    assert (ROOT / "docs/commands.md").read_text("utf-8") == page(TABLE)


# ---- words -----------------------------------------------------------------------------------


def _msg_calls(path: Path) -> Iterator[ast.expr]:
    """Yield the first argument of every `Msg(…)` in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Msg":
            yield node.args[0]


def _keys_of(expr: ast.expr) -> Iterator[str]:
    """Yield the keys an expression can be, as patterns."""
    if isinstance(expr, ast.Constant):
        yield re.escape(str(expr.value))
    elif isinstance(expr, ast.IfExp):
        yield from (*_keys_of(expr.body), *_keys_of(expr.orelse))
    elif isinstance(expr, ast.JoinedStr):
        parts = (
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.-]+"
            for part in expr.values
        )
        yield "".join(parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_message_that_is_named_exists(path: Path) -> None:
    for expr in _msg_calls(path):
        for pattern in _keys_of(expr):
            assert any(re.fullmatch(pattern, key) for key in all_keys()), pattern


def test_every_message_that_is_put_together_exists() -> None:
    made = [
        *(f"refused.{refusal}" for refusal in Refusal),
        *(f"room.flaw.{flaw}" for flaw in Flaw),
        *(f"room.level.{label.name.lower()}" for label in Label),
        *(f"kind.{kind}" for kind in KINDS),
        *(f"help.{verb}" for verb in TABLE.commands),
        *(f"can.where.{label.name.lower()}" for label in Label),
        *(f"whoami.level.{label.name.lower()}" for label in Label),
        *(f"whoami.may.{may}" for may in ("pii", "case", "call", "ombuds", "operator")),
    ]
    assert [key for key in made if key not in all_keys()] == []


def test_every_message_has_a_note_for_translators() -> None:
    notes = json.loads((ROOT / "bot/texts/qqq.json").read_text("utf-8"))
    families = r"(allow|contain|hit|spill|reads|compose|confirm|help|refused|case|cases|verb|word|show|note|link|say|due|close|skip|open|take"
    ours = re.compile(
        rf"{families}|ack|undo|yes|party|assign|drop|recuse|lift|relate|seal|unseal|whoami|can|reveal|kind|outcome|status|age)\..*"
    )
    assert [key for key in all_keys() if ours.fullmatch(key) and not notes.get(key)] == []


def test_words_of_commands_keep_their_manner() -> None:
    ours = {key for found in COMMANDS for key in all_keys() if key.split(".")[0] == found.verb}
    for key in ours | {key for key in all_keys() if key.startswith(("refused.", "case."))}:
        text = message(key)
        assert "!" not in text, key
        assert text.count("✓") == text.startswith("✓"), key


# ---- imports ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.name)
def test_handlers_import_the_core_and_their_own_folder_only(path: Path) -> None:
    stdlib = {"collections", "dataclasses", "datetime", "re", "textwrap"}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert {name.name for name in node.names} <= stdlib
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            known = module.startswith(("bot.core", "commands._")) or module.split(".")[0] in stdlib
            assert known, module


# ---- rights ----------------------------------------------------------------------------------


def _typed(found: Command, code: str) -> str:
    """Return a line that the command would take."""
    parts = [f"!{found.verb}"]
    if found.takes_case:
        parts.append(code)
    for takes in found.takes:
        if isinstance(takes, TakesWord):
            parts.append(takes.choices[0] if takes.choices else "https://example.org/1")
        if isinstance(takes, TakesText):
            parts.append("3d")
    return " ".join(parts)


@BY_VERB
def test_nothing_is_decided_below_the_floor(found: Command) -> None:
    for ceiling, who in product(Label, (*PEOPLE, None)):
        if ceiling >= found.rule.floor:
            continue
        bench = Bench()
        code = bench.opens("Violet words")
        bench.who, bench.ceiling = who, ceiling
        ran = bench.types(_typed(found, code), confirmed=True)
        assert ran.outcome.startswith("refused-not")
        [answer] = ran.effects
        assert isinstance(answer, Answer)
        assert answer.doc.label is Label.PUBLIC
        assert code not in " ".join(bench.said)


@BY_VERB
def test_each_role_has_what_the_rule_gives_it(found: Command) -> None:
    for role in Role:
        bench = Bench()
        code = bench.opens()
        bench.who = person("somebody", role)
        ran = bench.types(_typed(found, code))
        allowed = found.rule.who is None or role in found.rule.who
        assert (ran.outcome == "refused-not-yours") is not allowed


@BY_VERB
def test_answers_can_be_said_wherever_the_command_runs(found: Command) -> None:
    for ceiling in Label:
        if ceiling < found.rule.floor:
            continue
        bench = Bench()
        code = bench.opens("See https://example.org/1")
        bench.who, bench.ceiling, bench.dm_ceiling = ALICE, ceiling, ceiling
        bench.types(_typed(found, code))
        assert all(bench.said), "the bench fails on text that the place may not carry"
        for effect in bench.effects:
            if isinstance(effect, Answer | Confirm) and effect.doc.label > ceiling:
                assert effect.doc.instead is not None


def test_rights_only_grow_with_trust() -> None:
    assert PII_ROLES < CASE_ROLES < CALL_ROLES < ROSTER
    for found in COMMANDS:
        if found.rule.who is not None and found.verb not in {*LOOKING, *ROSTER_VERBS}:
            assert found.verb == "lift" or Role.OMBUDS not in found.rule.who
            assert Role.OPERATOR not in found.rule.who
    assert TABLE.commands["reveal"].rule.who == PII_ROLES
    rights = {verb: TABLE.commands[verb].rule.who for verb in ROSTER_VERBS}
    assert rights["reload"] == frozenset({Role.OPERATOR})
    assert rights["reinstate"] == frozenset({Role.OPERATOR, Role.OMBUDS})
    assert rights["suspend"] == frozenset({Role.OPERATOR, Role.STEWARD, Role.ARBITRATOR})
