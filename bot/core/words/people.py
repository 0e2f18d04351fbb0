"""People of the roster, their roles, and whoever speaks to the bot."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.words.labels import Label


class Role(StrEnum):
    """What a person on the roster is trusted with."""

    FUNCTIONARY = "functionary"
    OVERSIGHTER = "oversighter"
    CHECKUSER = "checkuser"
    STEWARD = "steward"
    ARBITRATOR = "arbitrator"
    ON_CALL = "on-call"
    OMBUDS = "ombuds"
    OPERATOR = "operator"


CLEARANCE: Mapping[Role, Label] = {
    Role.OPERATOR: Label.TEAM,
    Role.ON_CALL: Label.TEAM,
    Role.OMBUDS: Label.TEAM,
    Role.FUNCTIONARY: Label.CASE,
    Role.OVERSIGHTER: Label.PII,
    Role.CHECKUSER: Label.PII,
    Role.STEWARD: Label.PII,
    Role.ARBITRATOR: Label.PII,
}

#: Roles that work cases.
HANDLERS = frozenset(
    {Role.FUNCTIONARY, Role.OVERSIGHTER, Role.CHECKUSER, Role.STEWARD, Role.ARBITRATOR}
)

_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def fold_account(name: str) -> str:
    """Fold an account name for comparison.

    Only ASCII letters are folded, whatever the network's CASEMAPPING: where `[` and `{` are
    different accounts, folding them together would hand one person's rights to another. Matrix
    user ids (`@…`) stay as they are: those that differ in case are different people.
    """
    return name if name.startswith("@") else name.translate(_FOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A services account on an IRC network, or a Matrix user id with network `matrix`."""

    network: str
    name: str

    def __str__(self) -> str:
        return f"{self.network}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One human of the roster, over all networks. Whoever is `suspended` may not act for now.

    `master_key` is the public key by which their devices are known on Matrix, where the
    configuration names it (Ed25519, unpadded base64).
    """

    name: str
    roles: frozenset[Role]
    accounts: tuple[Account, ...] = ()
    wiki: tuple[str, ...] = ()
    mail: str | None = None
    time_zone: str = "UTC"
    suspended: bool = False
    master_key: str | None = None

    @property
    def clearance(self) -> Label:
        """The highest clearance among the person's roles; `public` without any."""
        return max((CLEARANCE[role] for role in self.roles), default=Label.PUBLIC)

    @property
    def handles_cases(self) -> bool:
        """Whether any of the roles works cases."""
        return not self.roles.isdisjoint(HANDLERS)

    def names(self) -> tuple[str, ...]:
        """Every name by which a report could mean this person."""
        return (self.name, *self.wiki, *(account.name for account in self.accounts))


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody in the configuration, found by account or by name."""

    people: tuple[Person, ...]
    _by_account: Mapping[tuple[str, str], Person] = field(init=False, repr=False)
    _by_name: Mapping[str, Person] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the people; a later duplicate would be refused by the configuration."""
        by_account = {
            (account.network, fold_account(account.name)): person
            for person in self.people
            for account in person.accounts
        }
        object.__setattr__(self, "_by_account", by_account)
        object.__setattr__(self, "_by_name", {p.name.lower(): p for p in self.people})

    def holder(self, network: str, account: str | None) -> Person | None:
        """Return who holds an account, None for nobody on the roster."""
        if account is None:
            return None
        return self._by_account.get((network, fold_account(account)))

    def named(self, name: str) -> Person | None:
        """Return the person with this name, in any case of letters."""
        return self._by_name.get(name.lower())

    def with_roles(self, roles: Iterable[Role]) -> tuple[Person, ...]:
        """Return the people who have at least one of these roles, in the roster's order."""
        wanted = frozenset(roles)
        return tuple(person for person in self.people if not wanted.isdisjoint(person.roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who said a line.

    `identity` is stable for as long as the network vouches that it is the same person: the
    account (`libera|account|name`), or else one connection (`libera|link|serial`). Sessions
    and rate limits hang on it. `person` is set only for a roster member whose account was
    proven on that very message. `relayed` marks bridges and bots, which are never obeyed.
    """

    network: str
    nick: str
    identity: str
    account: str | None = None
    person: Person | None = None
    relayed: bool = False
