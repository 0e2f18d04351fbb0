"""What differs between two configurations: people and rooms by name, all else by path."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from bot.config.models import PersonSection
from bot.config.to_domain import Config
from bot.core.words.labels import read_label
from bot.core.words.names import party_key
from bot.core.words.people import Role, fold_account
from bot.core.words.reloading import CeilingChange, Difference, RolesChange

#: Compared by name instead.
_NAMED = frozenset({"people", "rooms"})
#: Keys of the file that a running bot can take over: all else is read at the start only.
_LIVE = frozenset({"contacts", "oncall", "promises", "retention", "wikis"})
_LIVE_OF_BOT = frozenset({"bot.language", "bot.team_name", "bot.time_zone"})
_LIVE_OF_NETWORK = frozenset({"dm_ceiling", "trusted_agents", "relays"})


def difference(old: Config, new: Config) -> Difference:
    """Return what differs, in words of the file."""
    before = {person.name.lower(): person for person in old.settings.people}
    after = {person.name.lower(): person for person in new.settings.people}
    both = [(before[name], after[name]) for name in before if name in after]
    came = [after[name] for name in after if name not in before]
    left = [before[name] for name in before if name not in after]
    return Difference(
        came=tuple(person.name for person in came),
        left=tuple(person.name for person in left),
        renamed=tuple((a.name, b.name) for a in left for b in came if _same(a, b)),
        roles=tuple(
            RolesChange(
                name=b.name,
                gained=_new(a.roles, b.roles),
                lost=_new(b.roles, a.roles),
            )
            for a, b in both
            if set(a.roles) != set(b.roles)
        ),
        suspended=tuple(b.name for a, b in both if b.suspended and not a.suspended),
        reinstated=tuple(b.name for a, b in both if a.suspended and not b.suspended),
        details=tuple(b.name for a, b in both if _details(a) != _details(b)),
        keys=tuple(changed_keys(old, new)),
        **_rooms(old, new),
    )


def changed_keys(old: Config, new: Config) -> Iterator[str]:
    """Yield the path of each key that differs, people and rooms left out."""
    for name in type(old.settings).model_fields:
        if name not in _NAMED:
            yield from _changed(name, getattr(old.settings, name), getattr(new.settings, name))


def needs_restart(path: str) -> bool:
    """Tell whether a key is read at the start only."""
    section = path.partition(".")[0].partition("[")[0]
    if path.startswith("oncall.call_words"):
        return True
    if section == "transports":
        return path.partition("].")[2].partition("[")[0] not in _LIVE_OF_NETWORK
    return section not in _LIVE and path not in _LIVE_OF_BOT


def _new(was: tuple[Role, ...], now: tuple[Role, ...]) -> tuple[Role, ...]:
    return tuple(role for role in dict.fromkeys(now) if role not in was)


def _same(one: PersonSection, other: PersonSection) -> bool:
    """Tell whether two people hold an account or a wiki name in common."""
    return not _held(one).isdisjoint(_held(other))


def _held(person: PersonSection) -> set[str]:
    return {
        *map(fold_account, person.irc),
        # Users of Matrix differ where a single letter does.
        *person.matrix,
        *map(party_key, person.wiki),
    }


def _details(person: BaseModel) -> dict[str, Any]:
    return person.model_dump(exclude={"roles", "suspended"})


def _rooms(old: Config, new: Config) -> dict[str, Any]:
    before = {room.name: room for room in old.settings.rooms}
    after = {room.name: room for room in new.settings.rooms}
    both = [(before[name], after[name]) for name in before if name in after]
    return {
        "rooms_added": tuple(name for name in after if name not in before),
        "rooms_removed": tuple(name for name in before if name not in after),
        "ceilings": tuple(
            CeilingChange(name=a.name, was=read_label(a.ceiling), now=read_label(b.ceiling))
            for a, b in both
            if a.ceiling != b.ceiling
        ),
        "rooms": tuple(
            b.name
            for a, b in both
            if a.model_dump(exclude={"ceiling"}) != b.model_dump(exclude={"ceiling"})
        ),
    }


def _changed(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, BaseModel) and type(old) is type(new):
        for name, field in type(old).model_fields.items():
            key = f"{path}.{field.alias or name}"
            yield from _changed(key, getattr(old, name), getattr(new, name))
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _changed(f"{path}.{key}", old.get(key), new.get(key))
    elif _tables(old) and _tables(new) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _changed(f"{path}[{index}]", one, other)
    elif old != new:
        yield path


def _tables(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, BaseModel) for item in value)
