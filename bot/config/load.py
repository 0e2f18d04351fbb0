"""Read the file, collect every mistake in it, hand out the configuration."""

import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.config import checks_files, checks_network, checks_team
from bot.config.fields import EXPECTED
from bot.config.models import Settings
from bot.config.problems import ConfigError, Problem, did_you_mean, key_name, nearest
from bot.config.to_domain import Config, to_domain

Loc = tuple[int | str, ...]
Raw = dict[str, Any]
Check = Callable[[Settings, Path], Iterator[Problem]]


def _pure(check: Callable[[Settings], Iterator[Problem]]) -> Check:
    return lambda settings, _: check(settings)


#: Which sections a check reads; it runs when all of them are sound, so one mistake is named once.
CHECKS: tuple[tuple[frozenset[str], Check], ...] = (
    (frozenset({"bot"}), checks_files.language),
    (frozenset({"bot"}), checks_files.data_dir),
    (frozenset({"keys"}), checks_files.root_key),
    (frozenset({"bot", "keys"}), checks_files.root_key_apart),
    (frozenset({"transports"}), _pure(checks_network.transports)),
    (frozenset({"transports"}), checks_files.transport_secrets),
    (frozenset({"transports", "rooms"}), _pure(checks_network.rooms)),
    (frozenset({"people"}), _pure(checks_team.people)),
    (frozenset({"people", "transports"}), _pure(checks_team.networks)),
    (frozenset({"people", "transports"}), _pure(checks_team.relays)),
    (frozenset({"contacts"}), _pure(checks_team.contacts)),
    (frozenset({"smtp"}), _pure(checks_network.smtp)),
    (frozenset({"smtp"}), checks_files.smtp_secrets),
    (frozenset({"people", "oncall"}), _pure(checks_team.ladder)),
    (frozenset({"bot", "oncall"}), _pure(checks_team.call_words)),
    (frozenset({"people", "oncall", "transports", "smtp"}), _pure(checks_team.reach)),
    (frozenset({"rooms", "wikis"}), _pure(checks_team.wikis)),
)

#: Checks of what only a bot with a database needs.
STORED: frozenset[Check] = frozenset(
    {checks_files.data_dir, checks_files.root_key, checks_files.root_key_apart}
)

#: What to say about pydantic's own kinds of errors. `{…}` are filled from the schema alone.
_MENDS: Mapping[str, str] = {
    "missing": "missing; this key has no default",
    "string_type": "not text; write it in quotes",
    "string_too_short": "too short",
    "string_too_long": "too long",
    "int_type": "not a whole number; write it without quotes",
    "float_type": "not a number; write it without quotes",
    "finite_number": "not a number that can be used",
    "bool_type": "write true or false, without quotes",
    "tuple_type": "not a list; write it in square brackets",
    "dict_type": "not a table",
    "model_type": "not a table",
    "model_attributes_type": "not a table",
    "literal_error": "not one of the words that are possible: {expected}",
    "enum": "not one of the words that are possible: {expected}",
    "greater_than": "too small; more than {gt}",
    "greater_than_equal": "too small; at least {ge}",
    "less_than_equal": "too large; at most {le}",
    "union_tag_invalid": "not a kind of transport; irc or matrix",
    "union_tag_not_found": "missing; irc or matrix",
}
_SAFE_CONTEXT = frozenset({"expected", "gt", "ge", "le"})
_TOML_PLACE = re.compile(r"at (line [0-9]+, column [0-9]+|end of document)")


def load_config(path: Path, *, stored: bool = True) -> Config:
    """Read and check the file. Raises ConfigError with every mistake that was found.

    Without `stored` nobody looks for the root key and the data folder: nothing will be stored.
    """
    raw = read_toml(path)
    sections, problems = _validate(raw)
    settings = Settings.model_construct(None, **sections)
    for reads, check in CHECKS:
        if reads <= sections.keys() and (stored or check not in STORED):
            problems.extend(check(settings, path))
    if problems:
        raise ConfigError(_in_order(problems))
    return to_domain(settings, path)


def read_toml(path: Path) -> Raw:
    """Read the file. Raises ConfigError where there is none, or where it is not TOML."""
    if not path.is_file():
        text = f"there is no file {path}; copy config.example.toml, or give --config PATH"
        raise ConfigError([Problem("", text)])
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        place = found[1] if found else "an unknown line"
        text = f"not TOML at {place}; is a quote, a bracket or a = missing, or a key given twice?"
    except UnicodeDecodeError:
        text = "not text in UTF-8; save the file in that encoding"
    except OSError:
        text = "the file cannot be read by this user"
    raise ConfigError([Problem(str(path), text)])


def _validate(raw: Raw) -> tuple[dict[str, Any], list[Problem]]:
    """Return the sections that are sound, and the mistakes of the others."""
    problems = [_unknown((name,)) for name in raw if name not in Settings.model_fields]
    sections: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        if name not in raw and not field.is_required():
            sections[name] = field.get_default(call_default_factory=True, validated_data={})
            continue
        value = copy.deepcopy(raw.get(name, {}))
        adapter = _adapter(field.annotation)
        unknown, meant = _take_out_unknown(name, adapter, value)
        problems.extend(unknown)
        rest = [(_loc(name, error), error) for error in _errors(adapter, value)]
        for loc, error in rest:
            # A key that is misspelt is missing too, which needs no second line.
            if error["type"] != "missing" or loc not in meant:
                problems.append(_problem(loc, error))
        if not rest:
            sections[name] = adapter.validate_python(value)
    return sections, problems


def _take_out_unknown(
    section: str, adapter: TypeAdapter[Any], value: object
) -> tuple[list[Problem], set[Loc]]:
    """Remove unknown keys from a section; return what to say, and which keys were likely meant."""
    problems: list[Problem] = []
    meant: set[Loc] = set()
    for error in _errors(adapter, value):
        if error["type"] == "extra_forbidden":
            loc = _loc(section, error)
            problems.append(_unknown(loc, error["loc"]))
            near = nearest(str(loc[-1]), _keys_at(loc[:-1], error["loc"]))
            meant.add((*loc[:-1], near or ""))
            _remove(value, loc[1:])
    return problems, meant


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _errors(adapter: TypeAdapter[Any], value: object) -> list[ErrorDetails]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    return []


def _loc(section: str, error: ErrorDetails) -> Loc:
    """Return where an error is, in the words of the file: without the tags of unions."""
    loc = error["loc"]
    if section == "transports" and len(loc) > 1 and loc[1] in {"irc", "matrix"}:
        loc = (loc[0], *loc[2:])
    if section == "transports" and error["type"].startswith("union_tag"):
        loc = (*loc, "kind")
    return (section, *(part for part in loc if part != "[key]"))


def _remove(value: Any, loc: Loc) -> None:
    *way, last = loc
    for part in way:
        value = value[part]
    del value[last]


def _problem(loc: Loc, error: ErrorDetails) -> Problem:
    kind = error["type"]
    context = {k: v for k, v in error.get("ctx", {}).items() if k in _SAFE_CONTEXT}
    known = _MENDS.get(kind) or EXPECTED.get(kind) or "not a value that can stand here"
    if kind == "tuple_type" and len(loc) == 1:
        known = f"not a list of tables; write its heads in double brackets: [[{loc[0]}]]"
    return Problem(_dotted(loc), known.format(**context) if kind in _MENDS else known)


def _unknown(loc: Loc, tagged: Loc = ()) -> Problem:
    known = _keys_at(loc[:-1], tagged)
    name = str(loc[-1])
    hint = did_you_mean(name, known)
    if nearest(name, known) is None:
        hint = f"; known here: {', '.join(known)}"
    return Problem(_dotted(loc), f"no such key{hint}")


def _dotted(loc: Loc) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{key_name(part)}" for part in loc)
    return "".join(parts).removeprefix(".")


def _keys_at(loc: Loc, tagged: Loc) -> list[str]:
    """Return the keys that the file may have at this place; `tagged` holds the transport's kind."""
    models: list[type[BaseModel]] = [Settings]
    for part in loc:
        if isinstance(part, int):
            continue
        fields = [_fields(model).get(part) for model in models]
        inner = [model for annotation in fields for model in _models_in(annotation)]
        models = [model for model in inner if _is_kind(model, tagged)] or models
    return list(dict.fromkeys(key for model in models for key in _fields(model)))


def _is_kind(model: type[BaseModel], tagged: Loc) -> bool:
    kind = model.model_fields.get("kind")
    return kind is None or any(tag in tagged for tag in get_args(kind.annotation))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in {tuple, dict, Annotated, Union, UnionType}:
        return [m for inner in get_args(annotation) for m in _models_in(inner)]
    return []


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Sort by the order of sections, each problem once."""
    order = {name: index for index, name in enumerate(Settings.model_fields)}
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda p: order.get(re.split(r"[.\[]", p.path)[0], -1))
