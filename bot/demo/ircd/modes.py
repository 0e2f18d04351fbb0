"""MODE, of channels and of oneself."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.demo.ircd import wire
from bot.demo.ircd.commands import Command
from bot.demo.ircd.network import Network, unix
from bot.demo.ircd.state import Channel, User
from bot.demo.ircd.wire import Line

FLAGS = "Rimnprst"
"""Channel modes without a parameter; `r` and `R` both let in people with an account only."""
USER_MODES = "BRgix"
_MAX_CHANGES = 20
_MAX_BANS = 100
_MAX_KEY = 32
_NAMES = {
    "R": "regonly",
    "b": "ban",
    "i": "inviteonly",
    "k": "key",
    "l": "limit",
    "m": "moderated",
    "n": "noextmsg",
    "o": "op",
    "p": "private",
    "r": "regonly",
    "s": "secret",
    "t": "topiclock",
    "v": "voice",
}


@dataclass(slots=True)
class _Changes:
    """What has been changed, in the form in which it is told."""

    letters: str = ""
    words: list[str] = field(default_factory=list)
    sign: str = ""

    def add(self, sign: str, letter: str, word: str | None = None) -> None:
        self.letters += letter if sign == self.sign else sign + letter
        self.sign = sign
        if word is not None:
            self.words.append(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One change that somebody asks for."""

    sign: str
    letter: str
    word: str | None

    @property
    def adds(self) -> bool:
        return self.sign == "+"


def mode(network: Network, user: User, line: Line) -> None:
    """MODE of a channel or of a user."""
    target = line.param(0)
    if not target.startswith("#"):
        _user_mode(network, user, line)
        return
    channel = network.channel(target)
    if channel is None or (channel.hidden_from(user)):
        network.reply(user, "403", target, "No such channel")
    elif len(line.params) == 1:
        words = channel.describe_modes(secrets=user in channel.members)
        network.reply(user, "324", channel.name, *words)
        network.reply(user, "329", channel.name, unix(channel.created))
    else:
        _channel_mode(network, user, channel, line)


def _channel_mode(network: Network, user: User, channel: Channel, line: Line) -> None:
    changes = _Changes()
    for ask in _read(line):
        if ask.letter not in _NAMES:
            text = "is not a recognised channel mode."
            network.reply(user, "472", ask.letter, text)
        elif ask.letter == "b" and ask.word is None:
            for ban in channel.bans:
                network.reply(user, "367", channel.name, ban)
            network.reply(user, "368", channel.name, "End of channel ban list")
        elif not channel.is_op(user):
            verb = "set" if ask.adds else "unset"
            name = f"{ask.letter} ({_NAMES[ask.letter]})"
            text = f"You must be a channel op or higher to {verb} channel mode {name}."
            network.reply(user, "482", channel.name, text)
        else:
            _change(network, user, channel, ask, changes)
    tell_changes(network, channel, user, changes)


def _read(line: Line) -> list[_Ask]:
    """Give each letter the parameter that it takes."""
    words = list(line.params[2:])
    asks: list[_Ask] = []
    sign = "+"
    for letter in line.param(1):
        if letter in "+-":
            sign = letter
            continue
        takes = letter in "bkov" or (letter == "l" and sign == "+")
        asks.append(_Ask(sign=sign, letter=letter, word=words.pop(0) if takes and words else None))
    return asks[:_MAX_CHANGES]


def _change(network: Network, user: User, channel: Channel, ask: _Ask, changes: _Changes) -> None:
    letter, sign = ask.letter, ask.sign
    if letter in FLAGS:
        if (letter in channel.modes) != ask.adds:
            channel.modes ^= {letter}
            changes.add(sign, letter)
    elif letter == "l" and not ask.adds:
        if channel.limit is not None:
            channel.limit = None
            changes.add(sign, letter)
    elif not ask.word:
        text = f"You must specify a parameter for the {_NAMES[letter]} mode."
        network.reply(user, "696", channel.name, letter, "*", text)
    elif letter in "ov":
        _status(network, user, channel, ask, changes)
    elif letter == "b":
        _ban(channel, ask, changes)
    elif letter == "k":
        _key(channel, ask, changes)
    elif ask.word.isascii() and ask.word.isdigit() and int(ask.word[:9]):
        channel.limit = int(ask.word[:9])
        changes.add(sign, letter, str(channel.limit))
    else:
        network.reply(user, "696", channel.name, letter, ask.word, "Invalid limit mode parameter.")


def _status(network: Network, user: User, channel: Channel, ask: _Ask, changes: _Changes) -> None:
    member = network.find(ask.word or "")
    if member is None:
        network.reply(user, "401", ask.word or "", "No such nick")
    elif member not in channel.members:
        network.reply(user, "441", member.nick, channel.name, "They are not on that channel")
    elif (ask.letter in channel.members[member]) != ask.adds:
        channel.members[member] ^= {ask.letter}
        changes.add(ask.sign, ask.letter, member.nick)


def _ban(channel: Channel, ask: _Ask, changes: _Changes) -> None:
    mask = wire.full_mask(ask.word or "")
    if ask.adds and mask not in channel.bans and len(channel.bans) < _MAX_BANS:
        channel.bans.append(mask)
    elif not ask.adds and mask in channel.bans:
        channel.bans.remove(mask)
    else:
        return
    changes.add(ask.sign, "b", mask)


def _key(channel: Channel, ask: _Ask, changes: _Changes) -> None:
    word = (ask.word or "")[:_MAX_KEY].replace(",", "")
    if ask.adds and word and channel.key != word:
        channel.key = word
    elif not ask.adds and channel.key is not None:
        word, channel.key = channel.key, None
    else:
        return
    changes.add(ask.sign, "k", word)


def tell_changes(network: Network, channel: Channel, user: User | None, changes: _Changes) -> None:
    """MODE to all members, when there is something to tell."""
    if changes.letters:
        words = [channel.name, changes.letters, *changes.words]
        network.announce(channel.members, user, "MODE", *words)


def set_status(network: Network, channel: Channel, user: User, letters: str) -> None:
    """Give status by the server."""
    changes = _Changes()
    for letter in letters:
        channel.members[user].add(letter)
        changes.add("+", letter, user.nick)
    tell_changes(network, channel, None, changes)


def _user_mode(network: Network, user: User, line: Line) -> None:
    if network.find(line.param(0)) is not user:
        network.reply(user, "502", "Can't view or change modes of other users")
        return
    if len(line.params) == 1:
        network.reply(user, "221", "+" + "".join(sorted(user.modes)))
        return
    changes = _Changes()
    for ask in _read(line):
        if ask.letter not in USER_MODES:
            network.reply(user, "501", ask.letter, "is not a recognised user mode.")
        elif (ask.letter in user.modes) != ask.adds:
            user.modes ^= {ask.letter}
            changes.add(ask.sign, ask.letter)
    if changes.letters:
        network.deliver(user, user, "MODE", user.nick, changes.letters)


COMMANDS = {"MODE": Command(run=mode, params=1)}
