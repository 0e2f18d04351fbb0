"""Checks of transports, rooms and mail servers against each other."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.config.fields import is_loopback
from bot.config.models import IRCTransport, MatrixTransport, RoomSection, Settings, Transport
from bot.config.problems import Problem, did_you_mean
from bot.core.words.people import fold_account

_LONGEST_CHANNEL = 200


def repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield index and name of every name that stood before, names compared as accounts are."""
    seen: Counter[str] = Counter()
    for index, name in enumerate(names):
        key = fold_account(name)
        if seen[key]:
            yield index, name
        seen[key] += 1


def transports(settings: Settings) -> Iterator[Problem]:
    """At least one, each name once, one Matrix at most, and no password in clear text."""
    if not settings.transports:
        yield Problem("transports", "missing; give at least one [[transports]]")
    for index, _ in repeated(t.name for t in settings.transports):
        yield Problem(f"transports[{index}].name", "another transport has this name; choose a new")
    matrix = [i for i, t in enumerate(settings.transports) if isinstance(t, MatrixTransport)]
    for index in matrix[1:]:
        yield Problem(f"transports[{index}]", "only one Matrix transport is possible; remove one")
    for index, transport in enumerate(settings.transports):
        path = f"transports[{index}]"
        if isinstance(transport, IRCTransport):
            yield from _irc(path, transport)
        elif transport.homeserver.startswith("http:") and not _local(transport.homeserver):
            yield Problem(f"{path}.homeserver", "http is for this machine alone; write https")


def _local(url: str) -> bool:
    authority = url.split("//", 1)[1].rstrip("/")
    host = authority[1:].split("]")[0] if authority[0] == "[" else authority.split(":")[0]
    return is_loopback(host)


def _irc(path: str, transport: IRCTransport) -> Iterator[Problem]:
    if not transport.tls and not is_loopback(transport.host):
        yield Problem(f"{path}.tls", "false is accepted for loopback only; set true")
    if transport.sasl == "plain" and transport.password_file is None:
        yield Problem(
            f"{path}.password_file", "missing; sasl = plain needs a file with the password"
        )
    if transport.sasl == "external":
        if transport.client_cert_file is None:
            yield Problem(
                f"{path}.client_cert_file",
                "missing; sasl = external needs a file with certificate and key",
            )
        if not transport.tls:
            yield Problem(f"{path}.sasl", "external needs tls = true; a certificate travels in TLS")


def rooms(settings: Settings) -> Iterator[Problem]:
    """Each name and place once, known networks, addresses of their form, ceilings that can be."""
    for index, _ in repeated(room.name for room in settings.rooms):
        yield Problem(f"rooms[{index}].name", "another room has this name; choose a new one")
    networks = {t.name: t for t in settings.transports}
    seen: dict[str, str] = {}
    for index, room in enumerate(settings.rooms):
        for number, text in enumerate(room.places):
            path = f"rooms[{index}].places[{number}]"
            network, address = text.split("/", 1)
            # Two rooms of Matrix may differ by the case of one letter.
            exact = isinstance(networks.get(network), MatrixTransport)
            key = text if exact else fold_account(text)
            if key in seen:
                yield Problem(path, f"this place is given twice, first at {seen[key]}; remove one")
            seen.setdefault(key, path)
            if network not in networks:
                hint = did_you_mean(network, networks) or "; the name before / is a transport's"
                yield Problem(path, f"no transport has this name{hint}")
            else:
                yield from _address(path, networks[network], address)
        yield from _ceiling(f"rooms[{index}]", room, networks)


def _address(path: str, transport: Transport, address: str) -> Iterator[Problem]:
    if isinstance(transport, IRCTransport):
        if address[0] not in "#&" or not 1 < len(address.encode()) <= _LONGEST_CHANNEL:
            yield Problem(path, "not a channel; after / comes # and its name")
    elif not (address[0] == "!" or (address[0] == "#" and ":" in address)) or address == "!":
        yield Problem(path, "not a Matrix room; after / comes !ID:SERVER or #ALIAS:SERVER")


def _ceiling(path: str, room: RoomSection, networks: dict[str, Transport]) -> Iterator[Problem]:
    kinds = {networks[n].kind for n in (p.split("/", 1)[0] for p in room.places) if n in networks}
    if room.ceiling == "pii" and "irc" in kinds:
        yield Problem(f"{path}.ceiling", "an IRC channel never carries pii; at most case")
    if room.redact and kinds == {"irc"}:
        yield Problem(f"{path}.redact", "only Matrix rooms can be redacted; set false")


def smtp(settings: Settings) -> Iterator[Problem]:
    """At least one mail server, none twice, and no mail in clear text."""
    if not settings.smtp:
        yield Problem("smtp", "missing; emergencies go out by mail: give at least one [[smtp]]")
    for index, _ in repeated(f"{relay.host}:{relay.real_port}" for relay in settings.smtp):
        yield Problem(f"smtp[{index}].host", "this server is given twice; remove one")
    for index, relay in enumerate(settings.smtp):
        if relay.security == "none" and not is_loopback(relay.host):
            yield Problem(
                f"smtp[{index}].security", "none is for loopback only; set starttls or tls"
            )
        if relay.username is not None and relay.password_file is None:
            yield Problem(
                f"smtp[{index}].password_file", "missing; it comes together with username"
            )
        if relay.password_file is not None and relay.username is None:
            yield Problem(
                f"smtp[{index}].username", "missing; it comes together with password_file"
            )
