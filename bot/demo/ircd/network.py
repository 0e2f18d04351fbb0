"""One network: finding people, telling them things, and the changes that everyone must hear of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bot.demo.ircd import wire
from bot.demo.ircd.state import Channel, Settings, User

CAPS = (
    "account-notify",
    "account-tag",
    "batch",
    "cap-notify",
    "echo-message",
    "extended-join",
    "invite-notify",
    "labeled-response",
    "message-tags",
    "multi-prefix",
    "server-time",
    "userhost-in-names",
)
"""Capabilities that never go away; `sasl` comes and goes with services."""


class Network:
    """Users and channels by folded name, and the one way in which lines reach clients."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.nicks: dict[str, User] = {}  # also of those who are not registered yet
        self.channels: dict[str, Channel] = {}
        self.watchers: dict[str, set[User]] = {}
        self.services_up = False
        self._messages = 0

    # -- finding

    def fold(self, name: str) -> str:
        """Names that fold alike are the same."""
        return wire.fold(name, self.settings.casemapping)

    def find(self, nick: str) -> User | None:
        """Somebody registered."""
        user = self.nicks.get(self.fold(nick))
        return user if user is not None and user.registered else None

    def channel(self, name: str) -> Channel | None:
        """A channel that exists."""
        return self.channels.get(self.fold(name))

    def users(self) -> list[User]:
        """Everyone registered."""
        return [user for user in self.nicks.values() if user.registered]

    def neighbours(self, user: User) -> set[User]:
        """All who share a channel with them, without themselves."""
        return {member for channel in user.channels for member in channel.members} - {user}

    def account_of(self, name: str, password: str) -> str | None:
        """The account as it is spelt, when name and password are right."""
        for account, known in self.settings.accounts.items():
            if self.fold(account) == self.fold(name):
                return account if known == password else None
        return None

    # -- telling

    def message_id(self) -> str:
        """A fresh id, also over restarts."""
        self._messages += 1
        return f"{self.settings.epoch}-{self._messages}"

    def deliver(
        self,
        to: User,
        source: User | None,
        command: str,
        *params: str,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Send a line with the tags that the receiver asked for; no source means the server."""
        if to.link is None:
            return
        sent: dict[str, str] = {}
        if "server-time" in to.caps:
            moment = self.settings.now().astimezone(UTC).isoformat(timespec="milliseconds")
            sent["time"] = moment.removesuffix("+00:00") + "Z"
        if "message-tags" in to.caps:
            sent |= tags or {}
            if source is not None and "B" in source.modes:
                sent["bot"] = ""
        if source is not None and source.account is not None and "account-tag" in to.caps:
            sent["account"] = wire.escape(source.account)
        origin = self.settings.name if source is None else source.mask
        to.link.send(sent, wire.compose(origin, command, *params))

    def reply(self, to: User, numeric: str, *params: str) -> None:
        """A numeric from the server."""
        self.deliver(to, None, numeric, to.nick, *params)

    def announce(
        self,
        receivers: Iterable[User],
        source: User | None,
        command: str,
        *params: str,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Send the same line to several."""
        for receiver in list(receivers):
            self.deliver(receiver, source, command, *params, tags=tags)

    def notify_watchers(self, nick: str, *, online: bool) -> None:
        """MONITOR: 730 or 731 to those who asked."""
        user = self.find(nick)
        shown = user.mask if online and user is not None else nick
        for watcher in list(self.watchers.get(self.fold(nick), ())):
            self.reply(watcher, "730" if online else "731", shown)

    # -- changes

    def admit(self, user: User) -> None:
        """Somebody has registered."""
        self.nicks[self.fold(user.nick)] = user
        user.registered = True
        self.notify_watchers(user.nick, online=True)

    def rename(self, user: User, nick: str) -> None:
        """A new nick, told to all who see them."""
        old = user.nick
        self.announce({user, *self.neighbours(user)}, user, "NICK", nick)
        del self.nicks[self.fold(old)]
        user.nick = nick
        self.nicks[self.fold(nick)] = user
        if self.fold(old) != self.fold(nick):
            self.notify_watchers(old, online=False)
            self.notify_watchers(nick, online=True)

    def log_in(self, user: User, account: str | None) -> None:
        """Set or clear the account: 900 or 901 to them, ACCOUNT to those who asked to hear."""
        user.account = account
        if account is None:
            self.reply(user, "901", user.mask, "You are now logged out")
        else:
            self.reply(user, "900", user.mask, account, f"You are now logged in as {account}")
        seen = {user, *self.neighbours(user)} if user.registered else set()
        self.announce(
            (each for each in seen if "account-notify" in each.caps),
            user,
            "ACCOUNT",
            account or "*",
        )

    def join(self, user: User, name: str, *, status: str = "") -> Channel:
        """Put somebody into a channel, which is made if need be, and tell its members."""
        channel = self.channels.get(self.fold(name))
        if channel is None:
            channel = Channel(name=name, created=self.settings.now())
            self.channels[self.fold(name)] = channel
            status += "o"
        channel.members[user] = set(status)
        channel.invited.discard(user)
        user.channels.add(channel)
        for member in list(channel.members):
            self.tell_join(member, user, channel)
        return channel

    def tell_join(self, member: User, user: User, channel: Channel) -> None:
        """JOIN, in the long form for those who asked for it."""
        extended = (user.account or "*", user.realname) if "extended-join" in member.caps else ()
        self.deliver(member, user, "JOIN", channel.name, *extended)

    def leave(self, user: User, channel: Channel) -> None:
        """Take somebody out without a word; an empty channel ends."""
        channel.members.pop(user, None)
        user.channels.discard(channel)
        if not channel.members:
            self.channels.pop(self.fold(channel.name), None)

    def quit(self, user: User, reason: str) -> None:
        """Somebody is gone: told to all who saw them; does nothing the second time."""
        if self.nicks.get(self.fold(user.nick)) is user:
            del self.nicks[self.fold(user.nick)]
        for folded in user.watching:
            self.watchers.get(folded, set()).discard(user)
        if not user.registered:
            return
        self.announce(self.neighbours(user), user, "QUIT", reason)
        for channel in list(user.channels):
            self.leave(user, channel)
        for channel in self.channels.values():
            channel.invited.discard(user)
        user.registered = False
        self.notify_watchers(user.nick, online=False)


def cloak(address: str) -> str:
    """A host that says nothing about the address, the same for the same address."""
    return "demo-" + hashlib.sha256(f"caseward demo {address}".encode()).hexdigest()[:12] + ".ip"


def unix(moment: datetime) -> str:
    """Seconds since 1970, as numerics carry them."""
    return str(int(moment.timestamp()))
