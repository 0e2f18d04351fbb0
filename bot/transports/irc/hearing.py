"""Makes Inbound of what people say: who, where, when, under which account.

The account is the tag on that very message, or nobody. What is said by servers, services, the
bot itself, or by programs (NOTICE, CTCP) is not a message; in a channel that is watched all that
anybody puts before people's eyes is overheard.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from bot.core.words.identity import by_link
from bot.core.words.inbound import Inbound, Overheard
from bot.core.words.people import Speaker, fold_account
from bot.core.words.places import Place
from bot.core.words.ports import MAX_LATE
from bot.transports.irc.channels import Channels
from bot.transports.irc.context import Context, Me, folded_accounts
from bot.transports.irc.isupport import valid_nick
from bot.transports.irc.lines import Line, decode, is_ctcp, plain
from bot.transports.irc.peer import Peer
from bot.transports.irc.peers import Peers

#: How long a roster person's first line waits for the network to say whether they use TLS.
_PATIENCE_SECONDS = 3.0
_LONGEST_KEY = 200
#: Tags, source and channel of somebody's words, where nothing about them is out of the ordinary.
_SAID = re.compile(rb"(?:@([^ \0\r]*) +)?:([^ \0\r]+) PRIVMSG ([#&][^ \0\r,:]*) :").match
_ACCOUNT = b"account"
#: How many people in how many channels are known by their bytes.
_MOST_AROUND = 5000

#: Where the words stand of lines in a channel that are no message.
_WORDS_AT = {"NOTICE": 1, "TOPIC": 1, "PART": 1, "KICK": 2}

#: Under which account who speaks where, as it stands in the line.
_Bytes = tuple[bytes, bytes, bytes]


@dataclass(slots=True)
class _Held:
    peer: Peer
    until: float
    lines: list[Inbound] = field(default_factory=list)


class Hearing:
    """Ears of one connection."""

    def __init__(
        self,
        context: Context,
        me: Me,
        *,
        channels: Channels,
        peers: Peers,
        enabled: Callable[[], frozenset[str]],
        for_program: Callable[[Line], None],
    ) -> None:
        self._context = context
        self._me = me
        self._channels = channels
        self._peers = peers
        self._enabled = enabled
        self._for_program = for_program
        self._connection = context.token()
        self._numbers = count(1)
        self._held: dict[str, _Held] = {}
        self.overheard_at = context.clock.monotonic()
        self._around: dict[_Bytes, tuple[str, Peer, Place]] = {}
        self._asked: _Bytes | None = None

    def handle(self, line: Line) -> None:
        """Take a line in."""
        if line.command == "PRIVMSG":
            self._message(line)
        else:
            # It may have changed whatever was found out before.
            self._around.clear()
            if line.command in _WORDS_AT and line.user:
                self._overhear(line, line.param(_WORDS_AT[line.command]))
        self._asked = None
        self.release(self._context.clock.monotonic())

    def overheard(self, raw: bytes) -> bool:
        """Take in words in a channel that are not for us; False for every other line.

        The first line of everybody is read whole. As long as no line of another kind comes, the
        next ones with the same account, source and channel would be heard the same way.
        """
        self._asked = None
        said = _SAID(raw)
        if said is None or not self._context.aside(raw, said.end()):
            return False
        tags, source, channel = said.groups()
        account = b"" if tags is None or _ACCOUNT not in tags else _one_account(tags)
        if account is None:
            return False
        asked = (account, source, channel)
        known = self._around.get(asked)
        now = self._context.clock.monotonic()
        if known is None or not self._peers.again(*known[:2], now):
            self._asked = asked
            return False
        self.overheard_at = now
        _, peer, place = known
        if self._context.watched(place):
            self._emit_words(self._speaker(peer), place, plain(decode(raw[said.end() :])))
        return True

    def release(self, now: float) -> None:
        """Let go what need not wait any longer."""
        if not self._held:
            return
        for folded, held in list(self._held.items()):
            if held.peer.judged.is_set() or held.until <= now:
                del self._held[folded]
                self._emit(held)

    def close(self) -> None:
        """Let go everything: the connection is gone, what was said is not."""
        self.release(float("inf"))

    def _emit(self, held: _Held) -> None:
        for inbound in held.lines:
            self._context.emit(inbound)

    def _message(self, line: Line) -> None:
        text = plain(line.param(1))
        if not line.user or not valid_nick(line.nick) or self._me.is_me(line.nick):
            return
        if is_ctcp(line.param(1)):
            self._overhear(line, line.param(1))
            self._for_program(line)
            return
        if not text:
            return
        account = self._account(line)
        if self._context.is_agent(line.nick, line.host, account, self._me.server):
            self._overhear(line, line.param(1))
            return
        place = self._place(line)
        if place is None:
            return
        peer = self._peers.prove(line.nick, line.user, line.host, account)
        self._remember(line, peer)
        if self._me.is_me(line.param(0)):
            self._peers.watch(peer)
        self._pass_on(peer, self._inbound(line, peer, place, text))

    def _remember(self, line: Line, peer: Peer) -> None:
        """Know the bytes of somebody again whom we see sitting in the channel."""
        channel, folded = self._channels.get(line.param(0)), self._me.fold(line.nick)
        if self._asked is None or channel is None or folded not in channel.seats:
            return
        if len(self._around) >= _MOST_AROUND:
            self._around.clear()
        self._around[self._asked] = (folded, peer, self._context.room(channel.address))

    def _overhear(self, line: Line, text: str) -> None:
        """Pass on what stands in a channel and is no message, where that is watched."""
        channel = self._channels.get(line.param(0))
        if channel is None or self._me.is_me(line.nick):
            return
        place = self._context.room(channel.address)
        if not self._context.watched(place):
            return
        network, account = self._context.settings.name, self._account(line)
        if account is None:
            identity = by_link(network, f"heard:{line.nick}!{line.user}@{line.host}")
        else:
            identity = self._context.account_identity(account)
        speaker = Speaker(
            network=network,
            nick=line.nick,
            identity=identity,
            account=account,
            relayed=self._relays(account),
        )
        self._emit_words(speaker, place, plain(text))

    def _emit_words(self, speaker: Speaker, place: Place, text: str) -> None:
        if text:
            at = self._context.clock.now()
            self._context.emit(Overheard(speaker=speaker, place=place, text=text, at=at))

    def _place(self, line: Line) -> Place | None:
        if self._me.is_me(line.param(0)):
            return self._context.dm(line.nick)
        channel = self._channels.get(line.param(0))
        if channel is None or not channel.joined:
            return None
        # Without +n outsiders may speak; with it, we have missed that somebody came in.
        if "n" in channel.modes and self._me.fold(line.nick) not in channel.seats:
            self._channels.doubt(channel, line.nick)
        return self._context.room(channel.address)

    def _account(self, line: Line) -> str | None:
        if "account-tag" not in self._enabled():
            return None
        name = line.tags.get("account", "")
        return None if name in {"", "*"} or any(char <= " " for char in name) else name

    def _inbound(self, line: Line, peer: Peer, place: Place, text: str) -> Inbound:
        now = self._context.clock.now()
        said = self._time(line) or now
        return Inbound(
            key=self._key(line),
            speaker=self._speaker(peer),
            place=place,
            text=text,
            at=min(said, now),
            late=now - said > MAX_LATE,
        )

    def _speaker(self, peer: Peer) -> Speaker:
        network = self._context.settings.name
        return Speaker(
            network=network,
            nick=peer.nick,
            identity=peer.identity,
            account=peer.account,
            person=self._context.roster().holder(network, peer.account),
            relayed=self._relays(peer.account),
        )

    def _relays(self, account: str | None) -> bool:
        """Whether an account is one of a bridge or bot."""
        relays = folded_accounts(self._context.settings.relays)
        return account is not None and fold_account(account) in relays

    def _key(self, line: Line) -> str:
        network, name = self._context.settings.name, line.tags.get("msgid", "")
        if "message-tags" in self._enabled() and 0 < len(name) <= _LONGEST_KEY:
            return f"{network}|msgid|{name}"
        return f"{network}|line|{self._connection}|{next(self._numbers)}"

    def _time(self, line: Line) -> datetime | None:
        if "server-time" not in self._enabled() or "time" not in line.tags:
            return None
        try:
            said = datetime.fromisoformat(line.tags["time"])
            return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            return None

    def _pass_on(self, peer: Peer, inbound: Inbound) -> None:
        folded = self._me.fold(peer.nick)
        if inbound.speaker.person is not None and not peer.judged.is_set():
            self._peers.judge(peer)
        held = self._held.get(folded)
        if held is not None and held.peer is not peer:
            del self._held[folded]
            self._emit(held)
            held = None
        if held is not None:
            held.lines.append(inbound)
        elif inbound.speaker.person is not None and not peer.judged.is_set() and not peer.waited:
            peer.waited = True
            until = self._context.clock.monotonic() + _PATIENCE_SECONDS
            self._held[folded] = _Held(peer, until, [inbound])
        else:
            self._context.emit(inbound)


def _one_account(tags: bytes) -> bytes | None:
    """Return the account of a line's tags as it stands there; None where that is not plain."""
    at = tags.find(_ACCOUNT)
    end = at + len(_ACCOUNT)
    begins = at == 0 or tags[at - 1 : at] == b";"
    if not begins or tags[end : end + 1] != b"=" or tags.find(_ACCOUNT, end) >= 0:
        return None
    return tags[end + 1 :].partition(b";")[0]
