"""Comparing keys by pictures with one device: who says what after what, and what is proven then.

No message goes out and no clock is read here. Source: Matrix specification 1.15, client-server
API, "Short Authentication String (SAS) verification"; the order follows matrix-sdk-crypto.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from vodozemac import Curve25519PublicKey, Sas

from bot.transports.matrix import sas_words as words
from bot.transports.matrix.sas_proof import Shared, commitment
from bot.transports.matrix.sas_words import Code, Flow, Party, Terms, Wrong

#: How long a comparison may take, counted from its request.
LONGEST = timedelta(minutes=10)
#: How far the clock of the other side may be ahead.
AHEAD = timedelta(minutes=5)


class Kind(StrEnum):
    """What there is to tell of a comparison."""

    #: They want to compare: `go` or `cancel`.
    ASKED = "asked"
    #: Both take part, and either may start.
    READY = "ready"
    #: There is something to compare: `match` or `differ`.
    SHOW = "show"
    #: Both sides saw the same, and the keys are proven.
    MATCHED = "matched"
    #: The other side is content too.
    DONE = "done"
    #: It ended before that, or they could not agree in the end.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A content to send to the other side, in the same place (to the device, or in the room)."""

    type: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that happened.

    With SHOW, `emoji` are seven pairs of picture and name, `decimals` three numbers; one of them
    may be missing. With MATCHED and DONE, `device` and `master` are the Ed25519 keys of theirs
    that were proven, as unpadded base64. With CANCELLED, `code` says why, `by_us` who did it.
    """

    kind: Kind
    emoji: tuple[tuple[str, str], ...] = ()
    decimals: tuple[int, int, int] | None = None
    device: str | None = None
    master: str | None = None
    code: Code | None = None
    by_us: bool = False


Step = Send | News


class Stage(StrEnum):
    """How far a comparison is."""

    NEW = auto()
    ASKED = auto()
    ASKING = auto()
    READY = auto()
    #: We sent `start`, they sent `accept`; and the same the other way round.
    STARTED = auto()
    KEY_SENT = auto()
    ACCEPTED = auto()
    SHOWN = auto()
    #: All is proven; their last word is missing.
    MATCHED = auto()
    OVER = auto()


@dataclass(slots=True, kw_only=True)
class _Talk:
    """What was agreed on so far. Nothing of it is ever kept."""

    started_by_us: bool = False
    start: bytes = b""
    terms: Terms | None = None
    commitment: str = ""
    shared: Shared | None = field(default=None, repr=False)
    compared: bool = False
    proven: News | None = None


class Verification:
    """One comparison with one device, from request to end.

    It sends nothing: each call returns what to send and what to tell, in that order. Whatever
    comes from outside, no call raises.
    """

    def __init__(
        self,
        flow: Flow,
        *,
        me: Party,
        them: Party,
        now: datetime,
        sent: Any = None,
        asked_by_us: bool = False,
    ) -> None:
        """Take part in `flow`, whose request is yet to be taken, or went out (`asked_by_us`).

        With names that are no text it is over at once.

        `sent` is when the server says a request in a room was sent (`origin_server_ts`).
        """
        self.flow = flow
        self.me = me
        self.them = them
        self.deadline = now + LONGEST
        self.stage = Stage.ASKING if asked_by_us else Stage.NEW
        if not words.sayable(flow, me, them):
            self.stage = Stage.OVER
        self._now = now
        self._sent = sent
        self._sas = Sas()
        self._own_key = self._sas.public_key.to_base64()
        self._talk = _Talk()
        self._taken: dict[str, bytes] = {}
        self._takers: dict[str, Callable[[dict[str, Any], bytes], list[Step]]] = {
            words.REQUEST: self._request,
            words.READY: self._ready,
            words.START: self._start,
            words.ACCEPT: self._accept,
            words.KEY: self._key,
            words.MAC: self._mac,
            words.DONE: self._done,
        }

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage is Stage.OVER

    # ---- what comes from outside ---------------------------------------------------------------

    def take(self, sender: str, kind: str, content: Any) -> list[Step]:
        """Take a message of a type `m.key.verification.*` (also for a request in a room).

        What comes twice is taken once; unknown types are nothing.
        """
        if self.over:
            return []
        if sender == self.me.user_id and sender != self.them.user_id:
            return self._own_echo(kind, content)
        try:
            return self._take(sender, kind, content)
        except Wrong as wrong:
            return self.cancel(wrong.code)

    def _take(self, sender: str, kind: str, content: Any) -> list[Step]:
        if sender != self.them.user_id:
            raise Wrong(Code.USER_MISMATCH)
        if kind == words.CANCEL:
            mine = Flow.of(content, in_room=self.flow.in_room) == self.flow
            return self._ended(words.code_of(content), by_us=False) if mine else []
        taker = self._takers.get(kind)
        if taker is None:
            return []
        form = words.checked(content)
        if kind != words.REQUEST or not self.flow.in_room:
            where = Flow.of(content, in_room=self.flow.in_room)
            if where != self.flow:
                none = where is None
                raise Wrong(Code.INVALID_MESSAGE if none else Code.UNKNOWN_TRANSACTION)
        if self._taken.get(kind) == form:
            return []
        self._taken[kind] = form
        return taker(content, form)

    def _own_echo(self, kind: str, content: Any) -> list[Step]:
        """Another device of ours may have taken part in our place: then it is not our matter."""
        taken = kind == words.READY and self.stage is Stage.ASKED
        device = words.device_of(content)
        if not taken or device is None or device == self.me.device_id:
            return []
        if Flow.of(content, in_room=self.flow.in_room) != self.flow:
            return []
        return self._ended(Code.ACCEPTED, by_us=False)

    def _request(self, content: dict[str, Any], _: bytes) -> list[Step]:
        self._expect(Stage.NEW)
        sent = self._sent if self.flow.in_room else content.get("timestamp")
        if isinstance(sent, bool) or not isinstance(sent, int):
            raise Wrong(Code.INVALID_MESSAGE)
        late = int(self._now.timestamp() * 1000) - sent
        elsewhere = self.flow.in_room and content.get("to") != self.me.user_id
        if elsewhere or not -_ms(AHEAD) <= late <= _ms(LONGEST):
            self.stage = Stage.OVER
            return []
        self._from_their_device(content)
        words.offers_sas(content)
        self.deadline -= timedelta(milliseconds=max(late, 0))
        self.stage = Stage.ASKED
        return [News(kind=Kind.ASKED)]

    def _ready(self, content: dict[str, Any], _: bytes) -> list[Step]:
        self._expect(Stage.ASKING)
        self._from_their_device(content)
        words.offers_sas(content)
        self.stage = Stage.READY
        return [News(kind=Kind.READY)]

    def _start(self, content: dict[str, Any], form: bytes) -> list[Step]:
        self._expect(Stage.READY, Stage.STARTED)
        self._from_their_device(content)
        if self.stage is Stage.STARTED:
            if words.text(content, "method") != words.METHOD:
                raise Wrong(Code.UNEXPECTED_MESSAGE)
            # Both started: the lesser of the two names wins.
            if _name(self.me) < _name(self.them):
                return []
        terms = words.terms_of_start(content)
        self._talk = _Talk(start=form, terms=terms)
        self.stage = Stage.ACCEPTED
        held = commitment(self._own_key, form)
        return [Send(type=words.ACCEPT, content=words.accept_content(self.flow, terms, held))]

    def _accept(self, content: dict[str, Any], _: bytes) -> list[Step]:
        self._expect(Stage.STARTED)
        self._talk.terms = words.terms_of_accept(content)
        self._talk.commitment = words.commitment_of(content)
        self.stage = Stage.KEY_SENT
        return [self._own_key_content()]

    def _key(self, content: dict[str, Any], _: bytes) -> list[Step]:
        self._expect(Stage.ACCEPTED, Stage.KEY_SENT)
        talk, their_key = self._talk, words.text(content, "key")
        try:
            key = Curve25519PublicKey.from_base64(their_key)
            their_key = key.to_base64()
            if talk.started_by_us:
                self._hold_to_commitment(their_key)
            secret = self._sas.diffie_hellman(key)
        except ValueError as error:
            raise Wrong(Code.INVALID_MESSAGE) from error
        assert talk.terms is not None
        talk.shared = Shared(
            flow=self.flow, me=self.me, them=self.them, terms=talk.terms, secret=secret
        )
        seen = talk.shared.shown(self._own_key, their_key, started_by_us=talk.started_by_us)
        answer: list[Step] = [] if talk.started_by_us else [self._own_key_content()]
        self.stage = Stage.SHOWN
        return [*answer, News(kind=Kind.SHOW, emoji=seen.emoji, decimals=seen.decimals)]

    def _mac(self, content: dict[str, Any], _: bytes) -> list[Step]:
        self._expect(Stage.SHOWN)
        talk = self._talk
        if talk.proven is not None or talk.shared is None:
            raise Wrong(Code.UNEXPECTED_MESSAGE)
        device, master = talk.shared.proven(content)
        talk.proven = News(kind=Kind.MATCHED, device=device, master=master)
        return self._settled()

    def _done(self, _content: dict[str, Any], _: bytes) -> list[Step]:
        self._expect(Stage.MATCHED)
        self.stage = Stage.OVER
        assert self._talk.proven is not None
        return [replace(self._talk.proven, kind=Kind.DONE)]

    # ---- what is decided here ------------------------------------------------------------------

    def go(self) -> list[Step]:
        """Take part in what they asked for; nothing where they did not, or not any more."""
        if self.stage is not Stage.ASKED:
            return []
        self.stage = Stage.READY
        return [Send(type=words.READY, content=words.ready_content(self.flow, self.me))]

    def start(self) -> list[Step]:
        """Start to compare; nothing where that has begun, or both are not ready."""
        if self.stage is not Stage.READY:
            return []
        content = words.start_content(self.flow, self.me)
        self._talk = _Talk(started_by_us=True, start=words.checked(content))
        self.stage = Stage.STARTED
        return [Send(type=words.START, content=content)]

    def match(self) -> list[Step]:
        """Somebody compared: both sides show the same. Nothing where nothing is shown."""
        shared = self._talk.shared
        if self.stage is not Stage.SHOWN or self._talk.compared or shared is None:
            return []
        try:
            sealed = Send(type=words.MAC, content=shared.sealed())
        except Wrong as wrong:
            return self.cancel(wrong.code)
        self._talk.compared = True
        return [sealed, *self._settled()]

    def differ(self) -> list[Step]:
        """Somebody compared: both sides show something else. Nothing where nothing is shown."""
        if self.stage is not Stage.SHOWN:
            return []
        return self.cancel(Code.MISMATCHED_SAS)

    def cancel(self, code: Code = Code.USER) -> list[Step]:
        """Call it off; nothing where it is over."""
        if self.over:
            return []
        refusal = Send(type=words.CANCEL, content=words.cancel_content(self.flow, code))
        return [refusal, *self._ended(code, by_us=True)]

    def expire(self, now: datetime) -> list[Step]:
        """Call it off where it has taken too long."""
        return self.cancel(Code.TIMEOUT) if now >= self.deadline else []

    # ---- the parts -----------------------------------------------------------------------------

    def _expect(self, *stages: Stage) -> None:
        if self.stage not in stages:
            raise Wrong(Code.UNEXPECTED_MESSAGE)

    def _from_their_device(self, content: dict[str, Any]) -> None:
        if words.text(content, "from_device") != self.them.device_id:
            raise Wrong(Code.USER_MISMATCH)

    def _hold_to_commitment(self, their_key: str) -> None:
        if not words.same(commitment(their_key, self._talk.start), self._talk.commitment):
            raise Wrong(Code.MISMATCHED_COMMITMENT)

    def _own_key_content(self) -> Send:
        return Send(type=words.KEY, content={**self.flow.mark(), "key": self._own_key})

    def _ended(self, code: Code, *, by_us: bool) -> list[Step]:
        self.stage = Stage.OVER
        return [News(kind=Kind.CANCELLED, code=code, by_us=by_us)]

    def _settled(self) -> list[Step]:
        """Return the last word, once both sides compared and their keys are proven."""
        if not self._talk.compared or self._talk.proven is None:
            return []
        self.stage = Stage.MATCHED
        return [Send(type=words.DONE, content=self.flow.mark()), self._talk.proven]


def _name(party: Party) -> tuple[str, str]:
    return party.user_id, party.device_id


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
