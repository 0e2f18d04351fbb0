"""Comparisons of keys with people of the team: which there are, and who decides what in them.

Nobody is answered before an operator says so, and nobody off the roster at all: that somebody
outside writes to the bot is not for operators to know. Nothing goes out from here: `Posting` does
that, in the order in which it was asked for.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from bot.core.words.keys import KeyAct, KeyKind, KeyNews
from bot.core.words.people import Account
from bot.transports.matrix import sas_words as words
from bot.transports.matrix.owners import Device
from bot.transports.matrix.sas import LONGEST, Kind, News, Send, Stage, Step, Verification
from bot.transports.matrix.sas_words import Code, Flow, Party

_PREFIX = "m.key.verification."
#: After pictures that came to nothing, no others are shown for so long: `same` is meant for those
#: that somebody has seen.
REST = timedelta(minutes=1)
_IN_SIGHT = frozenset({Stage.SHOWN, Stage.MATCHED})


class Post(Protocol):
    """What goes out, see `Posting`."""

    def say(self, user: str, device: str, room_id: str | None, send: Send) -> None:
        """Send a content: to a device, or in a room."""

    def proven(self, user: str, master: str, then: Callable[[bool], None]) -> None:
        """Somebody's master key was compared: let it count, sign it; `then` hears if it counts."""


@dataclass(slots=True, kw_only=True)
class _Open:
    """A comparison in hand. `devices` are those that were asked, until one of them answered."""

    flow: Flow
    room_id: str | None = None
    running: Verification | None = None
    devices: tuple[Device, ...] = ()
    until: datetime | None = None
    #: What was compared; who decides whether it counts tells of it.
    master: str | None = None
    shown: bool = False


@dataclass(slots=True, kw_only=True)
class Comparing:
    """All comparisons of one login, one for each person at a time."""

    me: Party
    network: str
    on_roster: Callable[[str], bool]
    devices_of: Callable[[str], Sequence[Device]]
    master_of: Callable[[str], str | None]
    #: Has the server asked about somebody's devices.
    wonder: Callable[[str], None]
    now: Callable[[], datetime]
    post: Post
    tell: Callable[[KeyNews], None]
    _open: dict[str, _Open] = field(default_factory=dict)
    #: Until when nothing is begun with somebody, see `REST`.
    _rests: dict[str, datetime] = field(default_factory=dict)
    #: Requests from devices that the server has not listed yet, by who sent them.
    _unknown: dict[str, tuple[dict[str, Any], Flow, str | None, Any]] = field(default_factory=dict)

    # ---- what comes in -------------------------------------------------------------------------

    def heard(self, event: Mapping[str, Any]) -> bool:
        """Take in a to-device event; whether it is about a comparison."""
        kind, sender, content = event.get("type"), event.get("sender"), event.get("content")
        if not isinstance(kind, str) or not kind.startswith(_PREFIX):
            return False
        if isinstance(sender, str) and self.on_roster(sender) and isinstance(content, dict):
            flow = Flow.of(content, in_room=False)
            if flow is not None:
                self._take(sender, kind, content, flow, None, None)
        return True

    def said(self, room_id: str, event: Mapping[str, Any], kind: str, inside: Any) -> bool:
        """Take in what was said in a direct message; whether it is about a comparison."""
        request = kind == "m.room.message" and isinstance(inside, dict)
        request = request and inside.get("msgtype") == words.REQUEST
        if not request and not kind.startswith(_PREFIX):
            return False
        sender, name, outside = event.get("sender"), event.get("event_id"), event.get("content")
        if not isinstance(sender, str) or not self.on_roster(sender):
            return True
        if not isinstance(inside, dict) or not isinstance(name, str):
            return True
        content = dict(inside)
        if isinstance(outside, Mapping) and "m.relates_to" in outside:
            content.setdefault("m.relates_to", outside["m.relates_to"])
        flow = Flow(id=name, in_room=True) if request else Flow.of(content, in_room=True)
        if flow is not None:
            kind = words.REQUEST if request else kind
            self._take(sender, kind, content, flow, room_id, event.get("origin_server_ts"))
        return True

    def _take(
        self,
        user: str,
        kind: str,
        content: dict[str, Any],
        flow: Flow,
        room_id: str | None,
        sent: Any,
    ) -> None:
        found = self._open.get(user)
        if kind == words.REQUEST and (found is None or found.flow != flow):
            self._asked(user, content, flow, room_id, sent)
            return
        if found is None or found.flow != flow:
            return
        if found.running is None and kind == words.READY:
            self._answered(user, found, content)
        if found.running is not None:
            self._do(user, found, found.running.take(user, kind, content))
        elif kind == words.CANCEL:
            self._over(user, found, words.code_of(content))

    def _asked(
        self, user: str, content: dict[str, Any], flow: Flow, room_id: str | None, sent: Any
    ) -> None:
        """Somebody wants to compare. What was in hand with them is called off."""
        them = self._party(user, words.device_of(content))
        if them is None:
            self._unknown[user] = (content, flow, room_id, sent)
            self.wonder(user)
            return
        running = Verification(flow, me=self.me, them=them, now=self.now(), sent=sent)
        steps = running.take(user, words.REQUEST, content)
        if not steps:
            return
        before = self._open.get(user)
        settled = before is None or before.running is None or before.running.stage not in _IN_SIGHT
        if running.over or not settled:
            # Nothing to ask operators about, least of all while they compare something else.
            for step in steps if running.over else running.cancel():
                if isinstance(step, Send):
                    self.post.say(user, them.device_id, room_id, step)
            return
        self._call_off(user)
        found = self._open[user] = _Open(flow=flow, room_id=room_id, running=running)
        self._do(user, found, steps)

    def _answered(self, user: str, found: _Open, content: dict[str, Any]) -> None:
        """One of the devices that were asked takes part; the others need not any more."""
        name = words.device_of(content)
        them = self._party(user, name) if name in {each[0] for each in found.devices} else None
        if them is None:
            return
        found.running = Verification(
            found.flow, me=self.me, them=them, now=self.now(), asked_by_us=True
        )
        for other, *_ in found.devices:
            if other != name:
                refusal = words.cancel_content(found.flow, Code.ACCEPTED)
                self.post.say(user, other, None, Send(type=words.CANCEL, content=refusal))

    def _party(self, user: str, name: str | None) -> Party | None:
        for device, ed25519, _ in self.devices_of(user):
            if device == name:
                master = self.master_of(user)
                return Party(user_id=user, device_id=device, ed25519=ed25519, master=master)
        return None

    def listed(self) -> None:
        """Devices were asked for: whoever was not known before may be now. Once, not again."""
        unknown, self._unknown = self._unknown, {}
        for user, (content, flow, room_id, sent) in unknown.items():
            if self._party(user, words.device_of(content)) is not None:
                self._asked(user, content, flow, room_id, sent)

    # ---- what is decided -----------------------------------------------------------------------

    def order(self, act: KeyAct, user: str) -> None:
        """Do what an operator decided. ValueError where there is nothing like that in hand."""
        found = self._open.get(user)
        rests = self._rests.get(user)
        if act is KeyAct.COMPARE and rests is not None and self.now() < rests:
            raise ValueError("somebody may still look at other pictures")
        if act is KeyAct.COMPARE and found is None:
            self._ask(user)
            return
        if found is None or found.running is None:
            raise ValueError("there is nothing to compare")
        running = found.running
        steps = {
            KeyAct.COMPARE: running.go,
            KeyAct.SAME: running.match,
            KeyAct.DIFFERENT: running.differ,
        }[act]()
        if not steps:
            raise ValueError("it has not come to that, or is over")
        if act is KeyAct.COMPARE:
            steps = [*steps, *running.start()]
        self._do(user, found, steps)

    def _ask(self, user: str) -> None:
        """Ask all devices of somebody to compare."""
        devices = tuple(self.devices_of(user))
        if not devices or not self.on_roster(user):
            self.wonder(user)
            raise ValueError("there is nobody to compare with")
        now = self.now()
        flow = Flow(id=secrets.token_hex(16), in_room=False)
        request = words.request_to_device(self.me, flow.id, int(now.timestamp() * 1000))
        self._open[user] = _Open(flow=flow, devices=devices, until=now + LONGEST)
        for device, *_ in devices:
            self.post.say(user, device, None, Send(type=words.REQUEST, content=request))

    def look(self) -> None:
        """Call off what has taken too long."""
        now = self.now()
        for user, found in list(self._open.items()):
            if found.running is not None:
                self._do(user, found, found.running.expire(now))
            elif found.until is not None and now >= found.until:
                self._over(user, found, Code.TIMEOUT)

    def _call_off(self, user: str) -> None:
        found = self._open.pop(user, None)
        if found is not None and found.running is not None:
            for step in found.running.cancel():
                if isinstance(step, Send):
                    self._say(user, found, step)

    # ---- what follows --------------------------------------------------------------------------

    def _do(self, user: str, found: _Open, steps: Sequence[Step]) -> None:
        for step in steps:
            if isinstance(step, Send):
                self._say(user, found, step)
            else:
                self._news(user, found, step)

    def _say(self, user: str, found: _Open, send: Send) -> None:
        assert found.running is not None
        self.post.say(user, found.running.them.device_id, found.room_id, send)

    def _news(self, user: str, found: _Open, news: News) -> None:
        running = found.running
        assert running is not None
        match news.kind:
            case Kind.ASKED:
                self._tell(user, KeyKind.ASKED)
            case Kind.READY:
                self._do(user, found, running.start())
            case Kind.SHOW:
                found.shown = True
                shown = tuple(f"{picture} {name}" for picture, name in news.emoji)
                numbers = tuple(map(str, news.decimals or ()))
                self._tell(user, KeyKind.SHOWN, shown=shown or numbers)
            case Kind.MATCHED if news.master is not None:
                found.master = news.master
                self.post.proven(user, news.master, partial(self._kept, user, news.master))
            case Kind.DONE:
                self._over(user, found, None)
            case Kind.CANCELLED:
                self._over(user, found, news.code)
            case _:
                pass

    def _over(self, user: str, found: _Open, code: Code | None) -> None:
        if self._open.get(user) is found:
            del self._open[user]
        if found.master is None:
            if found.shown:
                self._rests[user] = self.now() + REST
            self._tell(user, KeyKind.ENDED, reason=None if code is None else str(code))

    def _kept(self, user: str, master: str, counts: bool) -> None:
        if counts:
            self._tell(user, KeyKind.VERIFIED, key=master)
        else:
            self._tell(user, KeyKind.ENDED)

    def _tell(
        self,
        user: str,
        kind: KeyKind,
        *,
        key: str | None = None,
        shown: tuple[str, ...] = (),
        reason: str | None = None,
    ) -> None:
        account = Account(network=self.network, name=user)
        self.tell(KeyNews(kind=kind, account=account, key=key, shown=shown, reason=reason))
