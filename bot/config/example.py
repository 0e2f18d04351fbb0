"""`config.example.toml`, written from the models: `python -m bot.config.example` prints it.

The values are those of a made-up team; every key that the team leaves out stands there as a
comment, with its default or an example.
"""

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config import models as m
from bot.config.fields import show_duration

_INTRO = """\
# Caseward reads one file like this: copy it to config.toml and make it yours, then run
#   caseward key new secrets/root.key
#   caseward check-config
# which says in words what the bot will do, or what is wrong. Unknown keys are refused. Paths are
# relative to this file. Durations are whole numbers with s, m, h or d. Secrets are names of files.
# Keys behind a # are left out here: they show the default, or an example where there is none.
"""
_COLUMN = 40
_WIDTH = 100

Values = Mapping[str, Any]

#: The tables of the example in order: head, model, values, and whether it is only a comment.
_TABLES: tuple[tuple[str, type[BaseModel], Values, bool], ...] = (
    ("[bot]", m.BotSection, {"name": "caseward", "team_mail": "safety-team@example.org"}, False),
    ("[keys]", m.KeysSection, {"root_key_file": "secrets/root.key"}, False),
    (
        "[[transports]]",
        m.IRCTransport,
        {
            "kind": "irc",
            "name": "libera",
            "host": "irc.example.org",
            "nick": "caseward",
            "password_file": "secrets/irc",
            "owner": "ops@example.org",
        },
        False,
    ),
    ("[[transports]]", m.MatrixTransport, {"kind": "matrix"}, True),
    (
        "[[rooms]]",
        m.RoomSection,
        {"name": "team", "places": ["libera/#functionaries"], "ceiling": "case"},
        False,
    ),
    (
        "[[rooms]]",
        m.RoomSection,
        {
            "name": "oversight",
            "places": ["libera/#oversight"],
            "ceiling": "case",
            "roles": ["oversighter"],
        },
        False,
    ),
    (
        "[[rooms]]",
        m.RoomSection,
        {"name": "lobby", "places": ["libera/#lobby"], "ceiling": "public"},
        False,
    ),
    (
        "[[people]]",
        m.PersonSection,
        {
            "name": "alice",
            "roles": ["functionary", "oversighter", "on-call"],
            "irc": ["libera/alice"],
            "wiki": ["Example-Alice"],
            "mail": "alice@example.org",
            "time_zone": "Europe/Berlin",
        },
        False,
    ),
    (
        "[[people]]",
        m.PersonSection,
        {
            "name": "bob",
            "roles": ["functionary", "steward", "on-call"],
            "irc": ["libera/bob"],
            "mail": "bob@example.org",
        },
        False,
    ),
    (
        "[[people]]",
        m.PersonSection,
        {"name": "carol", "roles": ["operator"], "irc": ["libera/carol"]},
        False,
    ),
    (
        "[[people]]",
        m.PersonSection,
        {
            "name": "dan",
            "roles": ["ombuds"],
            "irc": ["libera/dan"],
            "mail": "dan@example.org",
        },
        False,
    ),
    ("[contacts.life]", m.ContactSection, {"mail": ["emergency@example.org"]}, False),
    ("[contacts.child]", m.ContactSection, {"mail": ["legal-reports@example.org"]}, False),
    (
        "[contacts.harassment]",
        m.ContactSection,
        {"mail": ["ca@example.org"], "note": "They will not tell us about their investigation."},
        False,
    ),
    (
        "[[smtp]]",
        m.SMTPSection,
        {
            "host": "mail.example.org",
            "port": 587,
            "security": "starttls",
            "username": "bot",
            "password_file": "secrets/smtp",
            "sender": "caseward@example.org",
        },
        False,
    ),
    (
        "[[smtp]]",
        m.SMTPSection,
        {"host": "mail2.example.org", "security": "tls", "sender": "caseward@example.org"},
        False,
    ),
    (
        "[oncall]",
        m.OnCallSection,
        {"repage": "3m", "escalate": "5m", "ack_lifetime": "30m", "acks": {"life": 1, "child": 1}},
        False,
    ),
    ("[[oncall.steps]]", m.StepSection, {"people": ["alice"]}, False),
    ("[[oncall.steps]]", m.StepSection, {"people": ["bob"]}, False),
    ("[[oncall.shifts]]", m.ShiftSection, {"days": ["mon", "tue"]}, True),
    ("[oncall.drill]", m.DrillSection, {}, True),
    (
        "[promises]",
        m.PromisesSection,
        {"first_reply": "48h", "check_in": "7d", "warn": "48h"},
        False,
    ),
    ("[retention]", m.RetentionSection, {}, False),
    ("[wikis.examplewiki]", m.WikiSection, {}, True),
    ("[health]", m.HealthSection, {"listen": "127.0.0.1:8787"}, False),
)


def example() -> str:
    """Return the whole example file."""
    seen: set[type[BaseModel]] = set()
    parts = [_INTRO]
    for head, model, values, commented in _TABLES:
        lines = list(_table(head, model, values, full=model not in seen))
        if commented:
            lines = [line if line.startswith("#") else f"#{line}" for line in lines]
        parts.append("\n".join(lines) + "\n")
        seen.add(model)
    return "\n".join(parts)


def _table(head: str, model: type[BaseModel], values: Values, *, full: bool) -> Iterator[str]:
    """Yield a table: whole with its comments where the model comes first, else what is set."""
    if full:
        yield f"# {' '.join((model.__doc__ or '').split())}"
    yield head
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in values:
            line = f"{key} = {_toml(values[key])}"
        elif full and not _is_tables(field):
            line = f"{'' if field.is_required() else '#'}{key} = {_toml(_sample(field))}"
        else:
            continue
        yield from _explained(line, field.description or "") if full else [line]


def _explained(line: str, description: str) -> Iterator[str]:
    """Put what a key means behind it, or above it where the line would be too long."""
    beside = f"{line:{_COLUMN}}  # {description}"
    if len(beside) <= _WIDTH:
        yield beside
    else:
        yield from textwrap.wrap(description, _WIDTH, initial_indent="# ", subsequent_indent="# ")
        yield line


def _is_tables(field: FieldInfo) -> bool:
    """Whether a key is a list of tables, or one that may be left out: these have their own heads."""
    kind, inner = get_origin(field.annotation), get_args(field.annotation)
    inner = inner[:1] if kind is tuple else inner if kind is UnionType else ()
    return any(isinstance(item, type) and issubclass(item, BaseModel) for item in inner)


def _sample(field: FieldInfo) -> Any:
    default = None if field.is_required() else field.get_default(call_default_factory=False)
    if default in (None, ()) and field.examples:
        return field.examples[0]
    return default


def _toml(value: Any) -> str:
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, timedelta):
        value = show_duration(value)
    if isinstance(value, time):
        value = value.strftime("%H:%M")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(example())
