"""What the state events of one room say: who is in it, who may come in, who can read what.

Servers and whoever writes into a room may put anything into an event. Nothing here raises for it,
and what cannot be read counts as the worst that it could mean.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.words.places import Flaw, Member

MEGOLM = "m.megolm.v1.aes-sha2"
MEMBER, ENCRYPTION = "m.room.member", "m.room.encryption"
_TWO = 2
_CREATE, POWER = "m.room.create", "m.room.power_levels"
_REDACTION = "m.room.redaction"
_ABSENT = frozenset({"leave", "ban", "knock"})
#: Room versions whose rules are known here.
_VERSIONS = frozenset(str(number) for number in range(1, 13))
#: From this version on the creator is whoever sent the first event.
_BY_SENDER = 11
#: From this version on creators stand above all powers.
_ABOVE_ALL = 12
#: What whoever made a room can do in it before anything is said of powers.
_CREATOR_POWER = 100
#: The greatest number that all programs write alike.
_MOST_POWER = 2**53 - 1

_Content = Mapping[str, Any]
#: What each setting is when something is wrong with it, and how to tell.
_SETTINGS: Mapping[str, tuple[Flaw, Callable[[_Content], bool]]] = {
    ENCRYPTION: (Flaw.NOT_ENCRYPTED, lambda said: said.get("algorithm") != MEGOLM),
    "m.room.join_rules": (Flaw.JOINABLE, lambda said: said.get("join_rule") != "invite"),
    "m.room.history_visibility": (
        Flaw.HISTORY,
        lambda said: said.get("history_visibility") not in ("joined", "invited"),
    ),
    "m.room.guest_access": (
        Flaw.GUESTS,
        lambda said: said.get("guest_access", "forbidden") != "forbidden",
    ),
    "m.room.canonical_alias": (
        Flaw.ALIASED,
        lambda said: bool(said.get("alias") or said.get("alt_aliases")),
    ),
    "m.room.tombstone": (Flaw.REPLACED, lambda _: True),
}
#: What is wrong as long as nothing was said.
_UNSAID = (Flaw.NOT_ENCRYPTED, Flaw.JOINABLE, Flaw.HISTORY)
#: Things of which a room may have several; an empty one is gone.
_SEVERAL: Mapping[str, Flaw] = {
    "m.room.third_party_invite": Flaw.BY_ADDRESS,
    "m.bridge": Flaw.BRIDGED,
    "uk.half-shot.bridge": Flaw.BRIDGED,
}
_KINDS = frozenset({MEMBER, _CREATE, POWER, *_SETTINGS, *_SEVERAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """Who can do what, as far as that is readable.

    A power that cannot be read is none at all; what needs one that cannot be read, nobody may.
    `others` are what it takes to change settings, to invite and to throw out, `redact` what it
    takes to remove what others said.
    """

    users: Mapping[str, float] = field(default_factory=dict)
    users_default: float = 0
    events: Mapping[str, float] = field(default_factory=dict)
    events_default: float = 0
    redact: float = 50
    others: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """How a room began. `version` is None where it is not one that is known here."""

    version: int | None = None
    creators: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class RoomState:
    """One room; two that are equal allow and show the same.

    `members` are all who are in it or invited, the bot as well. `encrypted` is true once anything
    was said of encryption, whatever was said later.
    """

    members: dict[str, Member] = field(default_factory=dict)
    created: Created = Created()
    powers: Powers | None = None
    encrypted: bool = False
    _wrong: set[Flaw] = field(default_factory=lambda: set(_UNSAID))
    _several: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, events: Iterable[object]) -> "RoomState":
        """Return the state that a whole list of state events makes."""
        state = cls()
        for event in events:
            if isinstance(event, Mapping) and "state_key" in event:
                state.apply(event)
            else:
                state._wrong.add(Flaw.UNREAD)
        return state

    def apply(self, event: Mapping[str, Any]) -> bool:
        """Take a state event in; whether something that matters is different now."""
        kind = event.get("type")
        if not isinstance(kind, str) or kind not in _KINDS or "state_key" not in event:
            return False
        key, content = event["state_key"], event.get("content")
        said = content if isinstance(content, Mapping) else None
        if not isinstance(key, str):
            # Whatever it was to say, it was not understood.
            return self._note_wrong(Flaw.UNREAD, wrong=True)
        if kind == MEMBER:
            return self._member(key, said)
        if kind in _SEVERAL:
            return self._one_of_several((kind, key), there=said is None or bool(said))
        return key == "" and self._setting(kind, event.get("sender"), said)

    def remember(self, earlier: "RoomState") -> None:
        """Hold on to what cannot be undone, from what was known of the same room before."""
        self.encrypted = self.encrypted or earlier.encrypted

    # ---- what it means -----------------------------------------------------------------------

    def joined(self, user: str) -> bool:
        """Whether somebody is in the room."""
        member = self.members.get(user)
        return member is not None and not member.invited

    def other(self, me: str) -> str | None:
        """Return who else is in a room of two, joined or invited; None in any other room."""
        if len(self.members) != _TWO or not self.joined(me):
            return None
        return next(user for user in self.members if user != me)

    def is_direct_candidate(self, me: str) -> bool:
        """Whether exactly the bot and one other are in the room, or invited."""
        return self.other(me) is not None

    def power(self, user: str) -> float:
        """Return a user's power; infinite for creators where they stand above all."""
        version, is_creator = self.created.version, user in self.created.creators
        if is_creator and version is not None and version >= _ABOVE_ALL:
            return math.inf
        if self.powers is None:
            return _CREATOR_POWER if is_creator else 0
        return self.powers.users.get(user, self.powers.users_default)

    def may_send(self, user: str, kind: str) -> bool:
        """Whether a user may send events of a kind that are no state."""
        powers = self.powers or Powers()
        power = self.power(user)
        return power > -math.inf and power >= powers.events.get(kind, powers.events_default)

    def may_remove(self, user: str) -> bool:
        """Whether a user may remove what others said."""
        powers = self.powers or Powers()
        return self.may_send(user, _REDACTION) and self.power(user) >= powers.redact

    def flaws(self, listed: bool | None, aliased: bool | None, me: str) -> tuple[Flaw, ...]:
        """Return what speaks against the room, in the order of `Flaw`.

        `listed` is whether it stands in a directory, `aliased` whether the server knows addresses
        of it; None where nobody asked yet, which is no flaw by itself.
        """
        found = {*self._wrong, *(_SEVERAL[kind] for kind, _ in self._several)}
        kind = "m.room.encrypted" if self.encrypted else "m.room.message"
        more = (
            (Flaw.LISTED, bool(listed)),
            (Flaw.ALIASED, bool(aliased)),
            (Flaw.UNKNOWN_VERSION, self.created.version is None),
            (Flaw.DEMOTED, not self.may_send(me, kind)),
        )
        found.update(flaw for flaw, wrong in more if wrong)
        return tuple(flaw for flaw in Flaw if flaw in found)

    # ---- what events change ------------------------------------------------------------------

    def _member(self, user: str, said: _Content | None) -> bool:
        membership = None if said is None else said.get("membership")
        if isinstance(membership, str) and membership in _ABSENT:
            return self.members.pop(user, None) is not None
        was, invited = self.members.get(user), membership == "invite"
        if was is not None and was.invited == invited:
            return False
        self.members[user] = Member(nick=user, account=user, invited=invited)
        return True

    def _one_of_several(self, one: tuple[str, str], *, there: bool) -> bool:
        if (one in self._several) == there:
            return False
        (self._several.add if there else self._several.discard)(one)
        return True

    def _note_wrong(self, flaw: Flaw, *, wrong: bool) -> bool:
        if (flaw in self._wrong) == wrong:
            return False
        (self._wrong.add if wrong else self._wrong.discard)(flaw)
        return True

    def _setting(self, kind: str, sender: object, said: _Content | None) -> bool:
        if kind == _CREATE:
            began, self.created = self.created, _created(sender, said)
            return self.created != began
        if kind == POWER:
            powers, self.powers = self.powers, _powers(said)
            return self.powers != powers
        flaw, is_wrong = _SETTINGS[kind]
        is_first = kind == ENCRYPTION and not self.encrypted
        self.encrypted = self.encrypted or is_first
        changed = self._note_wrong(flaw, wrong=said is None or is_wrong(said))
        return changed or is_first


def _created(sender: object, said: _Content | None) -> Created:
    named = None if said is None else said.get("room_version", "1")
    if said is None or not isinstance(named, str) or named not in _VERSIONS:
        return Created()
    version = int(named)
    first = sender if version >= _BY_SENDER else said.get("creator", sender)
    others = said.get("additional_creators") if version >= _ABOVE_ALL else None
    creators = [first, *(others if isinstance(others, list) else ())]
    return Created(
        version=version, creators=frozenset(each for each in creators if isinstance(each, str))
    )


def _powers(said: _Content | None) -> Powers:
    content = said or {}
    users, events = content.get("users", {}), content.get("events", {})
    none, never = -math.inf, math.inf
    if said is None or not isinstance(users, Mapping) or not isinstance(events, Mapping):
        return Powers(users_default=none, events_default=never)
    others = ("state_default", "invite", "kick", "ban")
    return Powers(
        users={user: _level(level, none) for user, level in users.items()},
        users_default=_level(content.get("users_default", 0), none),
        events={kind: _level(level, never) for kind, level in events.items()},
        events_default=_level(content.get("events_default", 0), never),
        redact=_level(content.get("redact", 50), never),
        others=tuple(_level(content.get(each), never) for each in others),
    )


def _level(level: object, worst: float) -> float:
    """Return a power; what is no whole number, or too large for one, is the worst."""
    if isinstance(level, bool) or not isinstance(level, int) or abs(level) > _MOST_POWER:
        return worst
    return level
