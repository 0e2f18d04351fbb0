"""Coming, going and inviting: JOIN, PART, KICK, INVITE, NAMES, TOPIC, LIST."""

from __future__ import annotations

import itertools

from bot.demo.ircd import wire
from bot.demo.ircd.commands import Command
from bot.demo.ircd.network import Network, unix
from bot.demo.ircd.state import Channel, Topic, User
from bot.demo.ircd.wire import Line

_MAX_CHANNELS = 100
_MAX_TOPIC = 307
_MAX_REASON = 255
_NAMES_LINE = 400
"""Characters of names in one 353."""


def member_channel(network: Network, user: User, name: str) -> Channel | None:
    """A channel that they are in; says why not otherwise."""
    channel = network.channel(name)
    if channel is None:
        network.reply(user, "403", name, "No such channel")
    elif user not in channel.members:
        network.reply(user, "442", channel.name, "You're not on that channel!")
    else:
        return channel
    return None


def join(network: Network, user: User, line: Line) -> None:
    """JOIN, several at once, with keys."""
    keys = line.param(1).split(",")
    names = [name for name in line.param(0).split(",") if name]
    for name, key in itertools.zip_longest(names, keys[: len(names)], fillvalue=""):
        channel = network.channel(name)
        if channel is not None and user in channel.members:
            continue
        refusal = _refusal(network, user, name, key)
        if refusal is not None:
            network.reply(user, refusal[0], channel.name if channel else name, refusal[1])
            continue
        channel = network.join(user, name)
        if channel.topic is not None:
            _tell_topic(network, user, channel)
        tell_names(network, user, channel)


def _refusal(network: Network, user: User, name: str, key: str) -> tuple[str, str] | None:
    if not wire.valid_channel(name):
        return "476", "Invalid channel name"
    if len(user.channels) >= _MAX_CHANNELS:
        return "405", "You are on too many channels"
    channel = network.channel(name)
    if channel is None or user in channel.invited:
        return None
    why = {
        "475": channel.key not in {None, key},
        "473": "i" in channel.modes,
        "471": channel.limit is not None and len(channel.members) >= channel.limit,
        "474": banned(network, channel, user),
        "477": bool(channel.modes & {"r", "R"}) and user.account is None,
    }
    texts = {
        "471": "Cannot join channel (channel is full)",
        "473": "Cannot join channel (invite only)",
        "474": "Cannot join channel (you're banned)",
        "475": "Cannot join channel (incorrect channel key)",
        "477": "You need to be identified to a registered account to join this channel",
    }
    return next(((numeric, texts[numeric]) for numeric, holds in why.items() if holds), None)


def banned(network: Network, channel: Channel, user: User) -> bool:
    """Whether a ban of this channel covers them."""
    mask = network.fold(user.mask)
    return any(wire.matches(network.fold(ban), mask) for ban in channel.bans)


def part(network: Network, user: User, line: Line) -> None:
    """PART, several at once."""
    for name in line.param(0).split(","):
        channel = member_channel(network, user, name)
        if channel is not None:
            reason = [line.param(1)[:_MAX_REASON]] if line.param(1) else []
            network.announce(channel.members, user, "PART", channel.name, *reason)
            network.leave(user, channel)


def kick(network: Network, user: User, line: Line) -> None:
    """KICK."""
    channel = member_channel(network, user, line.param(0))
    if channel is None:
        return
    victim = network.find(line.param(1))
    if victim is None:
        network.reply(user, "401", line.param(1), "No such nick")
    elif victim not in channel.members:
        text = "They are not on that channel"
        network.reply(user, "441", victim.nick, channel.name, text)
    elif not channel.is_op(user):
        text = "You must be a channel op or higher to kick."
        network.reply(user, "482", channel.name, text)
    else:
        reason = line.param(2, user.nick)[:_MAX_REASON]
        network.announce(channel.members, user, "KICK", channel.name, victim.nick, reason)
        network.leave(victim, channel)


def invite(network: Network, user: User, line: Line) -> None:
    """INVITE: lets somebody past every mode once."""
    guest = network.find(line.param(0))
    if guest is None:
        network.reply(user, "401", line.param(0), "No such nick")
        return
    channel = member_channel(network, user, line.param(1))
    if channel is None:
        return
    if guest in channel.members:
        network.reply(user, "443", guest.nick, channel.name, "is already on channel")
    elif "i" in channel.modes and not channel.is_op(user):
        text = "You must be a channel op or higher to send an invite."
        network.reply(user, "482", channel.name, text)
    else:
        channel.invited.add(guest)
        network.reply(user, "341", guest.nick, channel.name)
        watching = {
            each for each in channel.members if "invite-notify" in each.caps and channel.is_op(each)
        }
        network.announce({guest, *watching}, user, "INVITE", guest.nick, channel.name)


def names(network: Network, user: User, line: Line) -> None:
    """NAMES of channels; without one, nothing."""
    for name in (line.param(0) or "*").split(","):
        channel = network.channel(name)
        if channel is None or channel.hidden_from(user):
            network.reply(user, "366", name, "End of /NAMES list.")
        else:
            tell_names(network, user, channel)


def tell_names(network: Network, user: User, channel: Channel) -> None:
    """353 and 366, in the form that they asked for."""
    symbol = "@" if "s" in channel.modes else "*" if "p" in channel.modes else "="
    row: list[str] = []
    length = 0
    for member in channel.members:
        status = channel.status(member)
        prefix = status if "multi-prefix" in user.caps else status[:1]
        word = prefix + (member.mask if "userhost-in-names" in user.caps else member.nick)
        if row and length + len(word) > _NAMES_LINE:
            network.reply(user, "353", symbol, channel.name, " ".join(row))
            row, length = [], 0
        row.append(word)
        length += len(word) + 1
    network.reply(user, "353", symbol, channel.name, " ".join(row))
    network.reply(user, "366", channel.name, "End of /NAMES list.")


def topic(network: Network, user: User, line: Line) -> None:
    """TOPIC: shown, set or (when empty) removed."""
    channel = network.channel(line.param(0))
    if channel is None or channel.hidden_from(user):
        network.reply(user, "403", line.param(0), "No such channel")
    elif len(line.params) == 1:
        _tell_topic(network, user, channel)
    elif user not in channel.members:
        network.reply(user, "442", channel.name, "You're not on that channel!")
    elif "t" in channel.modes and not channel.is_op(user):
        text = "You must be a channel op or higher to change the topic."
        network.reply(user, "482", channel.name, text)
    else:
        text = line.param(1)[:_MAX_TOPIC]
        moment = network.settings.now()
        channel.topic = Topic(text=text, by=user.nick, at=moment) if text else None
        network.announce(channel.members, user, "TOPIC", channel.name, text)


def _tell_topic(network: Network, user: User, channel: Channel) -> None:
    said = channel.topic
    if said is None:
        network.reply(user, "331", channel.name, "No topic is set.")
    else:
        network.reply(user, "332", channel.name, said.text)
        network.reply(user, "333", channel.name, said.by, unix(said.at))


def list_(network: Network, user: User, _line: Line) -> None:
    """LIST of the channels that they may see."""
    network.reply(user, "321", "Channel", "Users Name")
    for channel in network.channels.values():
        if not channel.hidden_from(user):
            text = channel.topic.text if channel.topic else ""
            network.reply(user, "322", channel.name, str(len(channel.members)), text)
    network.reply(user, "323", "End of channel list.")


COMMANDS = {
    "JOIN": Command(run=join, params=1),
    "PART": Command(run=part, params=1),
    "KICK": Command(run=kick, params=2),
    "INVITE": Command(run=invite, params=2),
    "NAMES": Command(run=names),
    "TOPIC": Command(run=topic, params=1),
    "LIST": Command(run=list_),
}
