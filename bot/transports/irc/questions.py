"""Questions to the network that somebody waits for: WHO for a nick, WHOIS, PING after a text."""

import asyncio
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


@dataclass(slots=True)
class Proof:
    """A text on its way: the first error for its target decides, else the PONG."""

    target: str
    token: str
    verdict: asyncio.Future[Sent] = field(repr=False)

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

    def done(self, question: Lookup | Proof) -> None:
        """Forget a question, answered or not."""
        if isinstance(question, Lookup):
            self._lookups.remove(question)
        else:
            self._proofs.remove(question)

    def handle(self, line: Line) -> None:
        """Take a line in."""
        if line.command == "354":
            self._row(line)
        elif line.command == "315":
            self._end(line)
        elif line.command == "PONG":
            for proof in self._proofs:
                if proof.token == line.param(-1):
                    proof.settle(Sent.DELIVERED)
        elif line.command in _GONE | _REFUSED | _AGAIN:
            self._error(line)

    def close(self) -> None:
        """The connection is gone: nobody will answer."""
        for proof in self._proofs:
            proof.settle(Sent.UNCERTAIN)
        for lookup in self._lookups:
            if not lookup.answer.done():
                lookup.answer.set_result(None)

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
            if self._me.fold(lookup.nick) == folded and not lookup.answer.done()
        ]
        # A question whose row has come is the one that ends here, else the one asked first.
        waiting.sort(key=lambda lookup: lookup.found is None)
        for lookup in waiting[:1]:
            lookup.answer.set_result(lookup.found)

    def _error(self, line: Line) -> None:
        target = self._me.fold(line.param(1))
        verdict = Sent.REFUSED
        if line.command in _GONE:
            verdict = Sent.GONE
        elif line.command in _AGAIN:
            verdict = Sent.UNCERTAIN
        for proof in self._proofs:
            if self._me.fold(proof.target) == target:
                proof.settle(verdict)
