"""NickServ and ChanServ: people who are not there, and who know the accounts."""

from __future__ import annotations

from collections.abc import Callable

from bot.demo.ircd.modes import set_status
from bot.demo.ircd.network import Network
from bot.demo.ircd.registration import mechanisms
from bot.demo.ircd.state import User
from bot.demo.ircd.wire import valid_nick

HOST = "services.demo.test"


class Services:
    """The services of one network; `up` and `down` bring and take them."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._nickserv = self._service("NickServ", self._nickserv_hears)
        self._chanserv = self._service("ChanServ", self._chanserv_hears)
        self._verbs: dict[str, Callable[[User, list[str]], None]] = {
            "IDENTIFY": self._identify,
            "LOGOUT": self._logout,
            "CERT": self._cert,
            "GHOST": self._ghost,
            "REGAIN": self._regain,
        }

    def _service(self, nick: str, hears: Callable[[User, str], None]) -> User:
        settings = self._network.settings
        return User(
            host=HOST,
            address="0.0.0.0",  # noqa: S104 - shown in rows about people, nothing listens there
            signon=settings.now(),
            nick=nick,
            ident=nick,
            realname=f"{settings.network} services",
            hears=hears,
            modes={"i"},
        )

    def up(self) -> None:
        """Join the network; clients that listen for it hear that SASL is back."""
        if self._network.services_up:
            return
        self._network.services_up = True
        for service in (self._nickserv, self._chanserv):
            squatter = self._network.nicks.get(self._network.fold(service.nick))
            if squatter is not None:
                self._remove(squatter, "Nickname is reserved for services")
            self._network.admit(service)
        self._tell("NEW")

    def down(self) -> None:
        """Leave the network as in a netsplit; accounts stay, logins are refused."""
        if not self._network.services_up:
            return
        self._network.services_up = False
        for service in (self._nickserv, self._chanserv):
            self._network.quit(service, f"{self._network.settings.name} {HOST}")
        self._tell("DEL")

    def sit_in(self, channel: str) -> None:
        """ChanServ joins and is made an operator, as in a registered channel."""
        if self._network.services_up:
            joined = self._network.join(self._chanserv, channel)
            set_status(self._network, joined, self._chanserv, "o")

    def _tell(self, verb: str) -> None:
        for user in list(self._network.nicks.values()):
            if "cap-notify" in user.caps:
                word = f"sasl={mechanisms(user)}" if verb == "NEW" else "sasl"
                self._network.deliver(user, None, "CAP", user.nick, verb, word)
            if verb == "DEL":
                user.caps.discard("sasl")

    def _remove(self, user: User, reason: str) -> None:
        self._network.quit(user, reason)
        if user.link is not None:
            user.link.close(reason)

    def _say(self, service: User, user: User, text: str) -> None:
        tags = {"msgid": self._network.message_id()}
        self._network.deliver(user, service, "NOTICE", user.nick, text, tags=tags)

    # -- what they understand

    def _chanserv_hears(self, user: User, _text: str) -> None:
        self._say(self._chanserv, user, "Invalid command.")

    def _nickserv_hears(self, user: User, text: str) -> None:
        verb, *words = text.split() or [""]
        run = self._verbs.get(verb.upper())
        if run is None:
            known = " ".join(self._verbs)
            self._say(self._nickserv, user, f"Invalid command. Known are: {known}")
        else:
            run(user, words)

    def _identify(self, user: User, words: list[str]) -> None:
        name, secret = (words[0], words[1]) if words[1:] else (user.nick, "".join(words[:1]))
        account = self._network.account_of(name, secret)
        if account is None:
            self._say(self._nickserv, user, f"Invalid password for {name}.")
            return
        if user.account is not None:
            self._logout(user, [])
        self._say(self._nickserv, user, f"You are now identified for {account}.")
        self._network.log_in(user, account)

    def _logout(self, user: User, _words: list[str]) -> None:
        if user.account is None:
            self._say(self._nickserv, user, "You are not logged in.")
            return
        self._say(self._nickserv, user, "You have been logged out.")
        self._network.log_in(user, None)

    def _cert(self, user: User, words: list[str]) -> None:
        digits = words[1].lower() if words[1:] else user.fingerprint
        if user.account is None or words[:1] != ["ADD"] or digits is None:
            self._say(self._nickserv, user, "Log in, then: CERT ADD [fingerprint]")
            return
        self._network.settings.certificates[digits] = user.account
        self._say(self._nickserv, user, f"Added fingerprint {digits} to your fingerprint list.")

    def _ghost(self, user: User, words: list[str]) -> None:
        """End whoever holds a nick that is one's own by account or by password."""
        name = "".join(words[:1])
        holder = self._network.find(name)
        account = user.account
        if words[1:]:
            account = self._network.account_of(name, words[1])
        if holder is None:
            self._say(self._nickserv, user, f"{name} is not online.")
        elif holder is user or account is None or self._differs(account, name):
            self._say(self._nickserv, user, f"You may not ghost {name}.")
        else:
            self._remove(holder, f"GHOST command used by {user.nick}")
            self._say(self._nickserv, user, f"{name} has been ghosted.")

    def _regain(self, user: User, words: list[str]) -> None:
        """As GHOST, and then the nick is theirs."""
        self._ghost(user, words)
        name = "".join(words[:1])
        free = self._network.fold(name) not in self._network.nicks
        mine = user.account is not None and not self._differs(user.account, name)
        if mine and free and valid_nick(name):
            self._network.rename(user, name)

    def _differs(self, one: str, other: str) -> bool:
        return self._network.fold(one) != self._network.fold(other)
