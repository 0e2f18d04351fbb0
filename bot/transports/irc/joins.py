"""Gets into the configured channels and nowhere else: at once at first, then with patience."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from bot.transports.irc.channels import Channels
from bot.transports.irc.context import Context, Me
from bot.transports.irc.lines import Line
from bot.transports.irc.room import Channel
from bot.transports.irc.speech import split
from bot.transports.irc.timing import Backoff

_PATIENCE = Backoff(first=5.0, last=300.0)
#: An unanswered JOIN is asked again after this long.
_ANSWER_SECONDS = 15.0
#: Channel names that go into one JOIN.
_JOIN_BYTES = 400
#: An invitation is followed at most this often, since anybody may send many.
_INVITE_SECONDS = 5.0
#: Whoever stayed in a channel for so long is let back in as quickly as the first time.
_STAY_SECONDS = 60.0
#: Reasons why a JOIN fails; all name the channel after our nick.
REFUSALS = frozenset(
    "403 405 407 437 439 448 461 470 471 473 474 475 476 477 479 480 485 489 495 500 519 520 "
    "609 926".split()
)
#: Refusals that an invitation opens: full, invite-only, a key.
_INVITABLE = frozenset({"471", "473", "475"})
#: The services' agent that lets those in who are on a channel's access list.
_USHER = "ChanServ"


@dataclass(slots=True)
class _Try:
    attempt: int = 0
    next_at: float = 0.0
    refused: bool = False
    #: A JOIN is out, unanswered.
    asked: bool = False
    joined_at: float = 0.0
    invited_at: float = float("-inf")


class Joins:
    """Attempts to enter the configured channels."""

    def __init__(
        self, context: Context, me: Me, channels: Channels, *, ask: Callable[[str], None]
    ) -> None:
        self._context = context
        self._me = me
        self._channels = channels
        self._ask = ask
        self._tries: defaultdict[str, _Try] = defaultdict(_Try)

    def enter(self, now: float) -> None:
        """Ask for every channel that is due."""
        names = []
        for channel in self._channels.all():
            current = self._tries[channel.address]
            if channel.joined or current.next_at > now or not self._possible(channel):
                continue
            current.attempt += current.asked
            current.asked = True
            wait = _PATIENCE.delay(current.attempt, self._context.chance())
            current.next_at = now + max(_ANSWER_SECONDS, wait if current.attempt else 0.0)
            names.append(channel.address)
        for group in split(" ".join(names), _JOIN_BYTES):
            self._ask(f"JOIN {group.replace(' ', ',')}")

    def settled(self) -> bool:
        """Whether every channel is read whole, or has refused us."""
        return all(
            channel.view is not None and channel.view.complete
            if channel.joined
            else self._tries[channel.address].refused or not self._possible(channel)
            for channel in self._channels.all()
        )

    def handle(self, line: Line) -> None:
        """Take a line in; runs after the channels have taken it."""
        match line.command:
            case "JOIN" if self._me.is_me(line.nick):
                channel = self._channels.get(line.param(0))
                self._entered(channel)
            case "PART" if self._me.is_me(line.nick):
                self._failed(self._channels.get(line.param(0)))
            case "KICK" if self._me.is_me(line.param(1)):
                self._failed(self._channels.get(line.param(0)))
            case "INVITE" if self._me.is_me(line.param(0)):
                self._invited(self._channels.get(line.param(1)))
            case command if command in REFUSALS:
                channel = self._channels.get(line.param(1))
                if command in _INVITABLE:
                    self._ask_to_be_let_in(channel)
                self._failed(channel)

    def _possible(self, channel: Channel) -> bool:
        """Whether this network would take the name for a channel's."""
        return channel.address[0] in self._me.network.chantypes

    def _entered(self, channel: Channel | None) -> None:
        if channel is not None:
            current = self._tries[channel.address]
            current.refused = current.asked = False
            current.joined_at = self._context.clock.monotonic()

    def _failed(self, channel: Channel | None) -> None:
        if channel is None or channel.joined:
            return
        current = self._tries[channel.address]
        now = self._context.clock.monotonic()
        if current.joined_at and now - current.joined_at >= _STAY_SECONDS:
            current.attempt = 0
        wait = _PATIENCE.delay(current.attempt, self._context.chance())
        current.next_at = now + wait
        current.attempt += 1
        current.refused, current.asked, current.joined_at = True, False, 0.0

    def _ask_to_be_let_in(self, channel: Channel | None) -> None:
        """Ask the services' agent for an invitation, which is followed when it comes."""
        trusted = _USHER in self._context.settings.trusted_agents
        if channel is not None and not channel.joined and trusted:
            self._ask(f"PRIVMSG {_USHER} :INVITE {channel.address}")

    def _invited(self, channel: Channel | None) -> None:
        now = self._context.clock.monotonic()
        if channel is None or channel.joined:
            return
        current = self._tries[channel.address]
        if now - current.invited_at >= _INVITE_SECONDS:
            current.invited_at = now
            current.next_at, current.asked = 0.0, False
