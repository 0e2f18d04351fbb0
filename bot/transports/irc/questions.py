"""Questions to the network that somebody waits for: WHO for a nick, what became of a text, and
whether a message to ourselves comes back.

A text's fate is told by labelled responses where the network has them: an error then belongs to
exactly this text. Elsewhere a PING goes after it, and errors are known by whom they are about.
"""

import asyncio
import re
from dataclasses import dataclass, field
from itertools import count

from bot.core.words.ports import Sent
from bot.transports.irc.context import Me
from bot.transports.irc.lines import Line
from bot.transports.irc.room import WHOX_FIELDS, WHOX_PARAMS

#: Tokens of WHO: those below belong to the channels.
_FIRST_TOKEN, _TOKENS = 400, 600
_GONE = frozenset({"401"})
_REFUSED = frozenset("404 408 415 477 486 489 492 502 531 716 717".split())
#: "Too fast", "try again": nothing is said about the other end.
_AGAIN = frozenset("263 407 439 707".split())
#: Questions that were given up, whose answer may still come.
_MOST_LATE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One person as WHO shows them."""

    nick: str
    user: str
    host: str
    account: str | None


@dataclass(slots=True)
class Lookup:
    """A WHO for one nick."""

    line: str
    nick: str
    token: str
    answer: asyncio.Future[Found | None]
    found: Found | None = None
    #: Nobody waits any more, but the end of its answer may still come; or an older question's
    #: end, of which nobody can tell whose it is, came while this one was open.
    late: bool = False
    overtaken: bool = False


@dataclass(slots=True)
class Proof:
    """A text on its way: the first error decides, else the PONG or the last of its labels."""

    target: str
    token: str
    verdict: asyncio.Future[Sent] = field(repr=False)
    #: Labels that are not answered yet; and whether others may still come.
    open: set[str] = field(default_factory=set)
    complete: bool = False

    def settle(self, verdict: Sent) -> None:
        """Decide, once."""
        if not self.verdict.done():
            self.verdict.set_result(verdict)

    def answered(self, label: str) -> None:
        """Take the network's word that a labelled line has gone its way."""
        self.open.discard(label)
        self._check()

    def finish(self) -> None:
        """Say that every line was sent, each with a label."""
        self.complete = True
        self._check()

    def _check(self) -> None:
        if self.complete and not self.open:
            self.settle(Sent.DELIVERED)


@dataclass(slots=True)
class Echo:
    """A message to ourselves: its return decides, or an error; with `by_ping` the PONG, too."""

    target: str
    token: str = field(repr=False)
    verdict: asyncio.Future[Sent] = field(repr=False)
    by_ping: bool = False
    #: Whether the message itself came back.
    heard: bool = False

    def settle(self, verdict: Sent) -> None:
        """Decide, once."""
        if not self.verdict.done():
            self.verdict.set_result(verdict)


class Questions:
    """All open questions of one connection."""

    def __init__(self, me: Me) -> None:
        self._me = me
        self._numbers = count()
        self._lookups: list[Lookup] = []
        self._proofs: list[Proof] = []
        self._echoes: list[Echo] = []
        #: Batches that answer a label.
        self._batches: dict[str, str] = {}

    def who(self, nick: str) -> Lookup:
        """Make a question; the caller sends its line and awaits its answer."""
        number = next(self._numbers)
        token = str(_FIRST_TOKEN + number % _TOKENS)
        answer: asyncio.Future[Found | None] = asyncio.get_running_loop().create_future()
        lookup = Lookup(f"WHO {nick} {WHOX_FIELDS},{token}", nick, token, answer)
        self._lookups.append(lookup)
        return lookup

    def proof(self, target: str) -> Proof:
        """Watch over a text to `target`; `done` ends it."""
        verdict: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        proof = Proof(target, f"caseward-{next(self._numbers)}", verdict)
        self._proofs.append(proof)
        return proof

    def label(self, proof: Proof) -> str:
        """Return a label for the next line of a text."""
        label = f"c{next(self._numbers):x}"
        proof.open.add(label)
        return label

    def echo(self, token: str) -> Echo:
        """Listen for a message with this very text, from ourselves to the nick we have now."""
        verdict: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        echo = Echo(self._me.nick, token, verdict)
        self._echoes.append(echo)
        return echo

    def done(self, question: Lookup | Proof | Echo) -> None:
        """Forget a question, answered or not."""
        if isinstance(question, Echo):
            self._echoes.remove(question)
            return
        if isinstance(question, Proof):
            self._proofs.remove(question)
            return
        answered = question.answer.done() and not question.answer.cancelled()
        if answered or question.overtaken:
            self._lookups.remove(question)
            return
        question.late = True
        late = [lookup for lookup in self._lookups if lookup.late]
        if len(late) > _MOST_LATE:
            self._lookups.remove(late[0])

    def handle(self, line: Line) -> None:
        """Take a line in."""
        if self._proofs and line.tags and self._labelled(line):
            return
        for echo in self._echoes:
            self._echoed(echo, line)
        if line.command == "354":
            self._row(line)
        elif line.command == "315":
            self._end(line)
        elif line.command == "PONG":
            for proof in self._proofs:
                if proof.token == line.param(-1):
                    proof.settle(Sent.DELIVERED)
        elif line.command == "BATCH":
            self._batch_end(line)
        elif line.command in _GONE | _REFUSED | _AGAIN:
            self._error(line)

    def close(self) -> None:
        """The connection is gone: nobody will answer."""
        for proof in self._proofs:
            proof.settle(Sent.UNCERTAIN)
        for echo in self._echoes:
            echo.settle(Sent.UNCERTAIN)
        for lookup in self._lookups:
            if not lookup.answer.done():
                lookup.answer.set_result(None)

    def _echoed(self, echo: Echo, line: Line) -> None:
        if line.command == "PRIVMSG":
            back = self._me.is_me(line.nick) and self._me.is_me(line.param(0))
            if back and line.user and line.param(1) == echo.token:
                echo.heard = True
                echo.settle(Sent.DELIVERED)
        elif line.command == "PONG":
            if echo.by_ping and line.param(-1) == echo.token:
                echo.settle(Sent.DELIVERED)
        elif line.command in _GONE | _REFUSED | _AGAIN and self._me.fold(
            line.param(1)
        ) == self._me.fold(echo.target):
            echo.settle(_verdict(line.command) or Sent.UNCERTAIN)

    def _row(self, line: Line) -> None:
        if len(line.params) != WHOX_PARAMS:
            return
        _, token, _, user, host, nick, _, account = line.params
        for lookup in self._lookups:
            if lookup.token == token and self._me.fold(lookup.nick) == self._me.fold(nick):
                known = None if account in {"0", "*", ""} else account
                lookup.found = Found(nick=nick, user=user, host=host, account=known)

    def _end(self, line: Line) -> None:
        folded = self._me.fold(line.param(1))
        waiting = [
            lookup
            for lookup in self._lookups
            if self._me.fold(lookup.nick) == folded and (lookup.late or not lookup.answer.done())
        ]
        # A question whose row has come is the one that ends here, else the one asked first.
        waiting.sort(key=lambda lookup: lookup.found is None)
        for lookup in waiting[:1]:
            if not lookup.late:
                lookup.answer.set_result(lookup.found)
                return
            self._lookups.remove(lookup)
            for other in waiting[1:]:
                other.overtaken = other.overtaken or lookup.found is None

    def _labelled(self, line: Line) -> bool:
        """Take an answer to a label, alone or in a batch; False for any other line."""
        batch = line.tags.get("batch", "")
        label = line.tags.get("label", "") or self._batches.get(batch, "")
        proof = next((each for each in self._proofs if label in each.open), None)
        if proof is None:
            return False
        verdict = _verdict(line.command)
        if line.command == "BATCH" and line.param(0).startswith("+"):
            self._batches[line.param(0)[1:]] = label
        elif verdict is not None:
            proof.settle(verdict)
        elif batch not in self._batches:
            proof.answered(label)
        return True

    def _batch_end(self, line: Line) -> None:
        label = self._batches.pop(line.param(0).removeprefix("-"), None)
        for proof in self._proofs:
            if label in proof.open:
                proof.answered(label)

    def _error(self, line: Line) -> None:
        target = self._me.fold(line.param(1))
        verdict = _verdict(line.command) or Sent.UNCERTAIN
        for proof in self._proofs:
            if self._me.fold(proof.target) == target:
                proof.settle(verdict)


def _verdict(command: str) -> Sent | None:
    """Return what an answer says of a text; None for what is no error."""
    if command in _GONE:
        return Sent.GONE
    if command in _AGAIN:
        return Sent.UNCERTAIN
    if command in _REFUSED or command == "FAIL" or re.fullmatch(r"[45]\d\d", command):
        return Sent.REFUSED
    return None
