"""Keys by which people prove who they are: operators hear of them, and decide."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.core.policy.standing import tell_people
from bot.core.words.keys import KeyAct, KeyKind, KeyNews, KeyOrder, grouped
from bot.core.words.people import Account, Role
from bot.core.words.ports import Clock, StoreFailed, Unit
from bot.core.words.text import Line, Msg, doc, public, team
from bot.runtime.live import Live
from bot.runtime.performer import Cause, Performer
from bot.runtime.seldom import Budget, Seldom
from bot.runtime.stores import Stores
from bot.runtime.supervisor import Supervisor

log = structlog.get_logger()
#: How often operators hear that somebody writes by a device that is not proven theirs.
AGAIN = timedelta(hours=1)
#: How often they hear in that time what a server, or somebody who asks on and on, can bring about.
#: What there is to decide is shown all the same to whoever asks.
MOST = 6
_ANYBODYS = frozenset(KeyKind) - {KeyKind.FIRST, KeyKind.SHOWN, KeyKind.VERIFIED, KeyKind.UNSIGNED}


@dataclass(slots=True, kw_only=True)
class KeyDesk:
    """Notes what there is to decide, tells operators, and passes their orders on."""

    store: Stores
    clock: Clock
    live: Live
    performer: Performer
    supervisor: Supervisor
    nudge: Callable[[], None]
    _unsigned: Seldom = field(default_factory=lambda: Seldom(every=AGAIN))
    _spent: dict[tuple[Account, KeyKind], Budget] = field(default_factory=dict)

    def take(self, news: KeyNews) -> None:
        """Take news of a network; returns at once."""
        self.live.keys.note(news)
        if news.kind is KeyKind.SETTLED:
            return
        if news.kind is KeyKind.UNSIGNED and not self._unsigned.due(news.account, self.clock.now()):
            return
        if not self._may_tell(news):
            log.warning("keys.untold", kind=news.kind)
            return
        self.supervisor.once("keys", self._tell(news))

    def _may_tell(self, news: KeyNews) -> bool:
        if news.kind not in _ANYBODYS:
            return True
        spent = self._spent.setdefault((news.account, news.kind), Budget(most=MOST, every=AGAIN))
        return spent.spend(self.clock.now())

    def unsigned(self, account: Account) -> None:
        """Tell that somebody wrote in the name of an account by a device that is not proven."""
        self.take(KeyNews(kind=KeyKind.UNSIGNED, account=account))

    async def order(self, order: KeyOrder) -> bool:
        """Have a network do what an operator decided; whether it could."""
        transport = self.live.transports.get(order.account.network)
        if transport is None:
            return False
        try:
            await transport.keys(order)
        except (StoreFailed, OSError, ValueError) as error:
            log.warning("keys.order-failed", error=type(error).__name__)
            if isinstance(error, ValueError):
                # Whoever connects anew knows nothing of what was in hand before.
                self.live.keys.over(order.account)
            return False
        if order.act is KeyAct.TRUST:
            self.live.keys.settled(order.account, order.key)
        return True

    async def _tell(self, news: KeyNews) -> None:
        await self.store.again.run(partial(self._told, news))
        if news.done is not None:
            news.done()
        self.nudge()

    def _told(self, news: KeyNews, unit: Unit) -> None:
        now = self.clock.now()
        operators = self.live.roster.with_roles([Role.OPERATOR])
        said = doc(*self._lines(news), instead=Msg("room.news"))
        self.performer.apply(
            unit,
            tell_people(said, operators, key=_row(news, f"{now:%Y%m%dT%H%M%S.%f}")),
            Cause(now=now),
        )

    def _lines(self, news: KeyNews) -> list[Line]:
        """Return what operators are told."""
        who = self.live.everybody.holder(news.account.network, news.account.name)
        name = team(str(news.account) if who is None else who.name)
        prefix = public(self.live.terms.prefix)
        reason = public(news.reason or "")
        about = (name, team(str(news.account)), prefix, reason)
        lines: list[Line] = [Msg(f"keys.{news.kind}", about)]
        if news.key is not None:
            lines.append(Msg("keys.key", (team(grouped(news.key)),)))
        if news.shown:
            lines.append(Msg("keys.pictures", (public(" · ".join(news.shown)),)))
            lines.append(Msg("keys.shown-how", (name, prefix)))
        return lines


def _row(news: KeyNews, moment: str) -> str:
    """Return what names the row: a changed key is told once, whatever else each time."""
    once = news.kind in {KeyKind.CHANGED, KeyKind.FIRST}
    return f"keys:{news.kind}:{news.account}:{news.key if once else moment}"
