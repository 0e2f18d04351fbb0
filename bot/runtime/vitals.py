"""What looks after the bot itself: its networks, its mail, its database, and that it lives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.core.words.ports import Clock, MailCarrier, Store
from bot.runtime.away import Away
from bot.runtime.heartbeat import Heartbeat
from bot.runtime.live import Live
from bot.runtime.mailwatch import MailWatch
from bot.runtime.performer import Performer
from bot.runtime.pulse import Pulse
from bot.runtime.supervisor import Supervisor

#: A worker that has not come round for so many seconds hangs.
LONGEST_ROUND = 120.0


@dataclass(slots=True, kw_only=True)
class Vitals:
    """The parts, wired. `mail` stands before the carrier; `up` tells whether a network is there.

    `again` is `store` for what may as well be kept elsewhere, and twice; `fallen` tells whether
    something else than the database is asked for now; `nudge` wakes the outbox; `rounds` are the
    workers, each with the moment at which it last came round.
    """

    live: Live
    clock: Clock
    store: Store
    again: Store
    performer: Performer
    carrier: MailCarrier
    up: Callable[[str], bool]
    fallen: Callable[[], bool]
    nudge: Callable[[], None]
    rounds: Callable[[], Mapping[str, float]]
    away: Away = field(init=False)
    mail: MailWatch = field(init=False)
    pulse: Pulse = field(init=False)
    heartbeat: Heartbeat = field(init=False)

    def __post_init__(self) -> None:
        """Wire them."""
        clock, performer = self.clock, self.performer
        self.away = Away(store=self.again, performer=performer, clock=clock, nudge=self.nudge)
        self.mail = MailWatch(carrier=self.carrier, clock=clock)
        self.pulse = Pulse(live=self.live, clock=clock, up=self.up, away=self.away, mail=self.mail)
        self.heartbeat = Heartbeat(
            store=self.store,
            clock=clock,
            live=self.live,
            performer=performer,
            fallen=self.fallen,
            nudge=self.nudge,
        )

    def start(self, supervisor: Supervisor) -> None:
        """Start what works by itself."""
        supervisor.keep("pulse", self.pulse.run)
        supervisor.keep("heartbeat", self.heartbeat.run)

    async def well(self) -> bool:
        """Tell whether every network is there and passes things on, and the database keeps them."""
        networks = all(map(self.up, self.live.transports)) and not self.pulse.silent
        return networks and await self.heartbeat.answers()

    def hanging(self) -> str | None:
        """Return the name of a worker that has not come round for too long; None for none."""
        now = self.clock.monotonic()
        rounds = self.rounds().items()
        return next((name for name, at in rounds if now - at > LONGEST_ROUND), None)
