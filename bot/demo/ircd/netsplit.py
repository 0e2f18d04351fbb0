"""A netsplit: some people move to a second network with the same channels, and come back."""

from __future__ import annotations

from collections.abc import Iterable

from bot.demo.ircd.network import Network
from bot.demo.ircd.state import Channel, User

REASON = "a.example b.example"
"""How servers word the QUIT of a split: the two that lost each other."""


def split(network: Network, nicks: Iterable[str]) -> Network:
    """Move people out of `network`; both sides see the others quit. Returns their side.

    Raises:
        KeyError: one of the nicks is not there.
    """
    moved: list[User] = []
    for nick in nicks:
        user = network.find(nick)
        if user is None:
            raise KeyError(nick)
        moved.append(user)
    for user in moved:
        lost = network.neighbours(user) - set(moved)
        network.announce(lost, user, "QUIT", REASON)
        for other in lost:
            network.deliver(user, other, "QUIT", REASON)
    far = Network(network.settings)
    for user in moved:
        _move(user, network, far)
    for user in moved:
        network.notify_watchers(user.nick, online=False)
    return far


def heal(near: Network, far: Network) -> None:
    """Bring everyone of `far` who is still there back; both sides see the others join."""
    moved = far.users()
    for user in moved:
        taken = near.nicks.get(near.fold(user.nick))
        if taken is not None:
            _remove(far, user)
            _remove(near, taken)
    moved = far.users()
    before = {channel: list(channel.members) for channel in near.channels.values()}
    for user in moved:
        _move(user, far, near)
        for channel in user.channels:
            _meet(near, user, channel, before.get(channel, []))
    for user in moved:
        near.notify_watchers(user.nick, online=True)


def _move(user: User, source: Network, target: Network) -> None:
    del source.nicks[source.fold(user.nick)]
    target.nicks[target.fold(user.nick)] = user
    for folded in user.watching:
        source.watchers.get(folded, set()).discard(user)
        target.watchers.setdefault(folded, set()).add(user)
    for channel in list(user.channels):
        status = channel.members[user]
        source.leave(user, channel)
        twin = target.channels.setdefault(target.fold(channel.name), _twin(channel))
        twin.members[user] = status
        user.channels.add(twin)


def _twin(channel: Channel) -> Channel:
    return Channel(
        name=channel.name,
        created=channel.created,
        modes=set(channel.modes),
        key=channel.key,
        limit=channel.limit,
        topic=channel.topic,
        bans=list(channel.bans),
    )


def _meet(network: Network, user: User, channel: Channel, before: list[User]) -> None:
    """Those who stayed see the one who came back, and the other way round."""
    for member in before:
        network.tell_join(member, user, channel)
        network.tell_join(user, member, channel)
    for member in (user, *before):
        letters = "".join(sorted(channel.members[member]))
        audience = before if member is user else [user]
        if letters:
            nicks = [member.nick] * len(letters)
            network.announce(audience, None, "MODE", channel.name, f"+{letters}", *nicks)


def _remove(network: Network, user: User) -> None:
    network.quit(user, "Nickname collision")
    if user.link is not None:
        user.link.close("Nickname collision")
