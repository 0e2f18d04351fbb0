"""What people say to each other: PRIVMSG, NOTICE, TAGMSG, with all the ways of being refused."""

from __future__ import annotations

from collections.abc import Mapping

from bot.demo.ircd.channels import banned
from bot.demo.ircd.commands import Command
from bot.demo.ircd.network import Network
from bot.demo.ircd.state import Channel, User
from bot.demo.ircd.wire import Line

_MAX_TARGETS = 20


def message(network: Network, user: User, line: Line) -> None:
    """PRIVMSG, NOTICE or TAGMSG to each of the targets."""
    # A tag of a client keeps its `+`, whatever it is called: `+account` is never `account`.
    tags = {key: value for key, value in line.tags.items() if key.startswith("+") and key != "+"}
    silent = line.command == "TAGMSG"
    if silent and not tags:
        network.reply(user, "412", "No tags to send")
        return
    if not silent and not line.param(1):
        network.reply(user, "412", "No text to send")
        return
    text = [] if silent else [line.param(1)]
    targets = list(dict.fromkeys(name for name in line.param(0).split(",") if name))
    user.spoke = network.settings.now()
    for target in targets[:_MAX_TARGETS]:
        _say(network, user, line.command, target, text, tags)
    for target in targets[_MAX_TARGETS:]:
        network.reply(user, "407", target, "Too many targets")


def _say(
    network: Network,
    user: User,
    command: str,
    target: str,
    text: list[str],
    tags: Mapping[str, str],
) -> None:
    status = target[0] if target[0] in "@+" and target[1:2] == "#" else ""
    if status or target.startswith("#"):
        channel = network.channel(target[len(status) :])
        if channel is None:
            network.reply(user, "403", target, "No such channel")
            return
        if (why := _silenced(network, channel, user)) is not None:
            network.reply(user, "404", channel.name, why)
            return
        receivers = [
            member
            for member in channel.members
            if member is not user and (not status or _reaches(channel, member, status))
        ]
        shown = status + channel.name
    else:
        receiver = network.find(target)
        if receiver is None:
            network.reply(user, "401", target, "No such nick")
            return
        if not _accepts(network, receiver, user):
            return
        if receiver.away is not None and command == "PRIVMSG":
            network.reply(user, "301", receiver.nick, receiver.away)
        receivers = [receiver]
        shown = receiver.nick
    tagged = {"msgid": network.message_id(), **tags}
    if "echo-message" in user.caps:
        network.deliver(user, user, command, shown, *text, tags=tagged)
    _hand_over(network, user, receivers, command, [shown, *text], tagged)


def _hand_over(
    network: Network,
    user: User,
    receivers: list[User],
    command: str,
    words: list[str],
    tags: Mapping[str, str],
) -> None:
    """To those who can take it; services hear what is said to them alone."""
    if command == "TAGMSG":
        receivers = [each for each in receivers if "message-tags" in each.caps]
    network.announce(receivers, user, command, *words, tags=tags)
    for each in receivers:
        if each.hears is not None and command == "PRIVMSG" and words[0] == each.nick:
            each.hears(user, words[1])


def _reaches(channel: Channel, member: User, status: str) -> bool:
    return "@" in channel.status(member) or (status == "+" and "+" in channel.status(member))


def _silenced(network: Network, channel: Channel, user: User) -> str | None:
    if channel.status(user):
        return None
    if "n" in channel.modes and user not in channel.members:
        return "You cannot send external messages to this channel whilst +n (noextmsg) is set."
    if "m" in channel.modes:
        return "You cannot send messages to this channel whilst +m (moderated) is set."
    if banned(network, channel, user):
        return "Cannot send to channel (you're banned)"
    return None


def _accepts(network: Network, receiver: User, user: User) -> bool:
    """Whether +R and +g of the receiver let them through."""
    if receiver is user:
        return True
    if "R" in receiver.modes and user.account is None:
        text = "You need to be identified to a registered account to message this user"
        network.reply(user, "477", receiver.nick, text)
        return False
    folded = network.fold(user.nick)
    if "g" not in receiver.modes or folded in receiver.accepts:
        return True
    network.reply(user, "716", receiver.nick, "is in +g mode (server-side ignore).")
    if folded not in receiver.told:
        receiver.told.add(folded)
        network.reply(user, "717", receiver.nick, "has been informed that you messaged them.")
        text = (
            f"is messaging you, and you have user mode +g set. Use /ACCEPT +{user.nick} to allow."
        )
        network.reply(receiver, "718", user.nick, f"{user.ident}@{user.host}", text)
    return False


def accept(network: Network, user: User, line: Line) -> None:
    """ACCEPT: whom +g lets through; `*` lists them."""
    for word in line.param(0).split(","):
        nick = word.lstrip("+-")
        folded = network.fold(nick)
        if word == "*":
            for each in sorted(user.accepts):
                network.reply(user, "281", each)
            network.reply(user, "282", "End of ACCEPT list")
        elif word.startswith("-"):
            user.accepts.discard(folded)
            text = f"{nick} is no longer on your accept list"
            network.deliver(user, None, "NOTICE", user.nick, text)
        elif network.find(nick) is None:
            network.reply(user, "401", nick, "No such nick")
        else:
            user.accepts.add(folded)
            text = f"{nick} is now on your accept list"
            network.deliver(user, None, "NOTICE", user.nick, text)


COMMANDS = {
    "PRIVMSG": Command(run=message, params=2),
    "NOTICE": Command(run=message, params=2),
    "TAGMSG": Command(run=message, params=1),
    "ACCEPT": Command(run=accept, params=1),
}
