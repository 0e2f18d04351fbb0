"""Checks of people, the on-call ladder, contacts and wikis against each other."""

import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import resources

from bot.config.checks_network import repeated
from bot.config.models import PersonSection, Settings
from bot.config.problems import Problem, did_you_mean
from bot.config.to_domain import steps_of
from bot.core.oncall.ladder_fit import WHOLE_LADDER, may_take, most_steps, takes
from bot.core.words.people import fold_account

#: Emergencies of these classes go out by themselves, so they must have somewhere to go.
_REQUIRED_CONTACTS = ("life", "child")
_RELAYED = "this account is among the relays; take it out of one of both"


def people(settings: Settings) -> Iterator[Problem]:
    """Each name once, and each account and wiki name with one person only."""
    seen: dict[str, tuple[int, str]] = {}
    lowered = (person.name.lower() for person in settings.people)
    for index, _ in repeated(lowered):
        yield Problem(f"people[{index}].name", "somebody else has this name; choose a new one")
    for index, person in enumerate(settings.people):
        for path, key in _held(index, person):
            if key in seen:
                yield Problem(path, f"given twice, first at {seen[key][1]}; one person holds it")
            seen.setdefault(key, (index, path))


def _held(index: int, person: PersonSection) -> Iterator[tuple[str, str]]:
    for number, account in enumerate(person.irc):
        yield f"people[{index}].irc[{number}]", f"irc {fold_account(account)}"
    for number, user in enumerate(person.matrix):
        yield f"people[{index}].matrix[{number}]", f"matrix {user}"
    for number, name in enumerate(person.wiki):
        yield f"people[{index}].wiki[{number}]", f"wiki {unicodedata.normalize('NFC', name)}"


def networks(settings: Settings) -> Iterator[Problem]:
    """IRC accounts are on IRC networks of this file."""
    known = {t.name for t in settings.transports if t.kind == "irc"}
    for index, person in enumerate(settings.people):
        for number, account in enumerate(person.irc):
            network = account.split("/", 1)[0]
            if network not in known:
                hint = did_you_mean(network, known) or "; the name before / is a transport's"
                path = f"people[{index}].irc[{number}]"
                yield Problem(path, f"no IRC transport has this name{hint}")


def relays(settings: Settings) -> Iterator[Problem]:
    """Nobody of the team speaks by an account whose lines are somebody else's."""
    bridges = {
        f"{transport.name}/{fold_account(name)}"
        for transport in settings.transports
        if transport.kind == "irc"
        for name in transport.relays
    }
    patterns = [
        relay
        for transport in settings.transports
        if transport.kind == "matrix"
        for relay in transport.relays
    ]
    for index, person in enumerate(settings.people):
        for number, account in enumerate(person.irc):
            network, name = account.split("/", 1)
            if f"{network}/{fold_account(name)}" in bridges:
                path = f"people[{index}].irc[{number}]"
                yield Problem(path, _RELAYED)
        for number, user in enumerate(person.matrix):
            if any(fnmatchcase(user, _glob(relay)) for relay in patterns):
                yield Problem(f"people[{index}].matrix[{number}]", _RELAYED)


def _glob(relay: str) -> str:
    """Write a relay as a pattern in which `*` alone has a meaning."""
    return relay.replace("[", "[[]").replace("?", "[?]")


def contacts(settings: Settings) -> Iterator[Problem]:
    """Emergencies must have somewhere to go."""
    for name in _REQUIRED_CONTACTS:
        if name not in settings.contacts:
            hint = did_you_mean(name, settings.contacts)
            text = f"missing; emergencies go there: give mail = [\u2026] in [contacts.{name}]"
            yield Problem(f"contacts.{name}", text + _seen_as(hint))


def _seen_as(hint: str) -> str:
    return hint.replace("did you mean", "is it the one now called") if hint else ""


def ladder(settings: Settings) -> Iterator[Problem]:
    """Steps and shifts name people who can ack, once each, and all steps fit into the time."""
    by_name = {person.name: person for person in settings.people}
    seen: dict[str, str] = {}
    for index, step in enumerate(settings.oncall.steps):
        for number, name in enumerate(step.people):
            path = f"oncall.steps[{index}].people[{number}]"
            yield from _can_ack(path, name, by_name)
            if name in seen:
                yield Problem(path, f"named twice, first at {seen[name]}; remove one")
            seen.setdefault(name, path)
    for index, shift in enumerate(settings.oncall.shifts):
        yield from _can_ack(f"oncall.shifts[{index}].person", shift.person, by_name)
        if shift.start == shift.to:
            yield Problem(f"oncall.shifts[{index}].to", "the same as from; a shift needs a length")
    steps, escalate = steps_of(settings), settings.oncall.escalate
    if not steps:
        text = "nobody is on call; give somebody the role on-call, or write [[oncall.steps]]"
        yield Problem("oncall.steps", text)
    if takes(len(steps), escalate) > WHOLE_LADDER:
        fit = most_steps(escalate)
        mend = f"at most {fit} steps, or a shorter oncall.escalate" if fit else "shorten it"
        path = "oncall.steps" if fit else "oncall.escalate"
        yield Problem(path, f"{len(steps)} steps are not through within 15 minutes; {mend}")


def call_words(settings: Settings) -> Iterator[Problem]:
    """A call word is no command: whoever means one must not get the other."""
    files_ = resources.files("commands").iterdir()
    verbs = {file.name.removesuffix(".py").replace("_", "-") for file in files_}
    for index, word in enumerate(settings.oncall.call_words):
        path = f"oncall.call_words[{index}]"
        if word.lower().removeprefix(settings.bot.prefix) in verbs:
            yield Problem(path, "a command is called so; choose another word")
        if word.lower().rstrip(":,") == settings.bot.name.lower():
            yield Problem(path, "the bot is called so; choose another word")


def _can_ack(path: str, name: str, by_name: dict[str, PersonSection]) -> Iterator[Problem]:
    person = by_name.get(name)
    if person is None:
        yield Problem(path, f"nobody in [[people]] has this name{did_you_mean(name, by_name)}")
    elif not may_take(person.roles):
        yield Problem(path, "this person cannot ack; give a role that works cases, or on-call")


def reach(settings: Settings) -> Iterator[Problem]:
    """Every step reaches somebody, and enough people can be reached to take a page."""
    by_name = {person.name: person for person in settings.people}
    reached: set[str] = set()
    for index, names in enumerate(steps_of(settings)):
        takers = [p for p in map(by_name.get, names) if p is not None and may_take(p.roles)]
        reachable = {person.name for person in takers if routes_of(settings, person)}
        reached |= reachable
        if takers and not reachable:
            path = f"oncall.steps[{index}]" if settings.oncall.steps else "people"
            who = "" if settings.oncall.steps else f" ({', '.join(names)} on call)"
            text = f"nobody here can be reached{who}; give an account on a transport, or mail"
            yield Problem(path, text)
    acks = settings.oncall.acks
    for name, needed in (("life", acks.life), ("child", acks.child)):
        if reached and needed > len(reached):
            text = f"more people than the ladder reaches; at most {len(reached)}"
            yield Problem(f"oncall.acks.{name}", text)


def routes_of(settings: Settings, person: PersonSection) -> tuple[str, ...]:
    """Return the routes by which a page can reach somebody: network names, then `mail`."""
    known = {t.name: t.kind for t in settings.transports}
    matrix = [name for name, kind in known.items() if kind == "matrix" and person.matrix]
    irc = [a.split("/", 1)[0] for a in person.irc]
    networks_there = dict.fromkeys([n for n in irc if known.get(n) == "irc"] + matrix)
    return (*networks_there, *(("mail",) if person.mail and settings.smtp else ()))


def wikis(settings: Settings) -> Iterator[Problem]:
    """Wikis name rooms that exist."""
    known = {room.name for room in settings.rooms}
    for wiki, section in settings.wikis.items():
        for number, name in enumerate(section.oversight):
            if name not in known:
                path = f"wikis.{wiki}.oversight[{number}]"
                yield Problem(path, f"no room has this name{did_you_mean(name, known)}")
