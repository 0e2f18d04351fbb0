"""What all parts of one network's transport share, over every connection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from bot.core.words.inbound import Event
from bot.core.words.people import Roster, fold_account
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import Clock
from bot.transports.irc.isupport import Isupport
from bot.transports.irc.settings import Settings
from bot.transports.irc.timing import Backoff


@lru_cache(maxsize=4096)
def _place(network: str, address: str, kind: PlaceKind) -> Place:
    """Return a place; the same few are asked for many times."""
    return Place(network=network, address=address, kind=kind)


@cache
def folded_accounts(names: tuple[str, ...]) -> frozenset[str]:
    """Return configured names as accounts are compared."""
    return frozenset(map(fold_account, names))


@lru_cache(maxsize=16)
def _services(server: str, host: str) -> frozenset[str]:
    """Return where services of the network of this server, or of this configured one, sit."""
    domains = {domain for name in (server, host) for domain in (name, name.partition(".")[2])}
    return frozenset(f"services.{domain}" for domain in domains if "." in domain)


def _never(_line: bytes, _at: int) -> bool:
    return False


@dataclass(slots=True, kw_only=True)
class Context:
    """The network, the clock, chance, and where events go. `epochs` never repeats."""

    settings: Settings
    roster: Callable[[], Roster]
    clock: Clock
    emit: Callable[[Event], None]
    epochs: Iterator[int]
    token: Callable[[], str]
    chance: Callable[[], float]
    backoff: Backoff
    #: Whether a line, from where its text begins, is not for the bot when it is said in a channel.
    aside: Callable[[bytes, int], object] = _never
    #: Whether all that is said in a place is to be overheard.
    watched: Callable[[Place], bool] = lambda _place: False

    def room(self, address: str) -> Place:
        """Return the place of a channel, in the configured spelling."""
        return _place(self.settings.name, address, PlaceKind.ROOM)

    def dm(self, nick: str) -> Place:
        """Return the place of a direct message."""
        return _place(self.settings.name, nick, PlaceKind.DM)

    def account_identity(self, account: str) -> str:
        """Return the identity of whoever is logged in to an account."""
        return f"{self.settings.name}|account|{fold_account(account)}"

    def is_agent(self, nick: str, host: str, account: str | None, server: str) -> bool:
        """Whether the configuration trusts this service, and the network vouches for it.

        A services nick is anybody's while services are away: the account must fit, or the host
        be `services.` of the network's own domain, as the server's or the configured name tells
        it. Anybody can call a machine of theirs `services.` of some other domain.
        """
        trusted = folded_accounts(self.settings.trusted_agents)
        if fold_account(nick) not in trusted:
            return False
        return host in _services(server, self.settings.host) or (
            account is not None and fold_account(account) in trusted
        )


@dataclass(slots=True)
class Me:
    """How the network sees us on this connection."""

    nick: str
    user: str = ""
    host: str = ""
    #: The name of the server that we are on.
    server: str = ""
    network: Isupport = field(default_factory=Isupport)

    def is_me(self, nick: str) -> bool:
        """Whether a nick is ours."""
        return self.network.fold(nick) == self.network.fold(self.nick)

    def fold(self, name: str) -> str:
        """Fold a nick or channel as the network does."""
        return self.network.fold(name)
