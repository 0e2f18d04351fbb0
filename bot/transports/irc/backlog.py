"""Lines that have come in and wait to be read: what people say waits, answers go past it.

A flood must not hold up what the network answers to our own questions, nor its word that
somebody is gone. So these are read at once, behind whatever those very people said before: all
that is about one nick keeps its order. Any other kind of line keeps its order with everything.
Among people, whoever may be calling for help is read first.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

#: What a line begins with: the nick, or the server, and the command.
_LINE = re.compile(
    rb"(?:@[^ \0\r]* +)?(?::([^ !@\x00-\x20\x7f]+)[^ \x00-\x1f\x7f]* +)?([A-Za-z0-9]+)(?= |\r?$)"
).match
_TALK = frozenset({b"PRIVMSG", b"NOTICE", b"TAGMSG", b"INVITE", b"AWAY", b"SETNAME"})
#: Commands whose nick is in front of them, and those that are about nobody.
_OF_SOURCE = frozenset({b"QUIT", b"ACCOUNT", b"CHGHOST"})
_OF_NOBODY = frozenset({b"PING", b"PONG", b"ACK", b"BATCH"})
#: WHOIS tells more than is read here.
_WHOIS = b"276 307 311 312 313 317 318 319 320 330 335 338 378 379 671"
#: Numerics, by the parameter that names a nick: of WHO, of nobody there, of WHOIS.
_NAMED: Mapping[bytes, int] = {b"354": 5, b"315": 1, b"401": 1} | dict.fromkeys(_WHOIS.split(), 1)
#: Who came and who went, of those on the network's watch list.
_LISTED = frozenset({b"730", b"731"})
_LOWER = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ[]\\~", b"abcdefghijklmnopqrstuvwxyz{}|^")
#: Whoever has said more than this keeps the whole order.
_MOST_OF_ONE = 50
#: So many who may be calling are read for one line of the others, so that these come on, too.
_CALLS_FOR_ONE = 4


@dataclass(slots=True)
class _Waiting:
    """A line; None when it was read ahead of its turn. `nick` is who said it."""

    raw: bytes | None
    nick: bytes | None


class Backlog:
    """Holds lines back; `read` takes those whose time has come, one by one.

    `pressing` tells of a line of somebody's whether it should be read before what others say.
    """

    def __init__(
        self, read: Callable[[bytes], None], pressing: Callable[[bytes], bool] = lambda _: False
    ) -> None:
        self._read = read
        self._pressing = pressing
        #: Who may be calling.
        self._calling: deque[bytes] = deque()
        self._calls = 0
        self._order: deque[_Waiting] = deque()
        self._of: dict[bytes, deque[_Waiting]] = {}
        #: Lines in there that nothing may overtake.
        self._fixed = 0
        self._count = 0

    def __len__(self) -> int:
        """How many lines wait."""
        return self._count

    def put(self, lines: Iterable[bytes]) -> None:
        """Take lines in, in the order in which they came; some of them are read at once."""
        for raw in lines:
            found = _LINE(raw)
            source, command = (found[1], found[2].upper()) if found else (None, b"")
            if command in _TALK and source is not None:
                nick = source.translate(_LOWER)
                self._wait(raw, nick)
                if command == b"PRIVMSG" and self._pressing(raw):
                    self._calling.append(nick)
                continue
            about = None if self._fixed else _about(raw, source, command)
            if about is None or any(len(self._of.get(nick, ())) > _MOST_OF_ONE for nick in about):
                self._wait(raw, None)
                continue
            for nick in about:
                self._read_of(nick)
            self._read(raw)

    def read_one(self) -> None:
        """Read what is next: a line, or all that somebody said who may be calling for help.

        IndexError when nothing waits.
        """
        if self._calling and not self._fixed and self._calls < _CALLS_FOR_ONE:
            self._calls += 1
            self._read_of(self._calling.popleft())
            return
        self._calls = 0
        waiting = self._order.popleft()
        # What was read ahead of its turn is only passed over here.
        while waiting.raw is None:
            waiting = self._order.popleft()
        if waiting.nick is not None:
            self._take_first(waiting.nick)
            return
        self._fixed -= 1
        self._done(waiting)

    def _wait(self, raw: bytes, nick: bytes | None) -> None:
        waiting = _Waiting(raw, nick)
        self._order.append(waiting)
        self._count += 1
        if nick is None:
            self._fixed += 1
        else:
            self._of.setdefault(nick, deque()).append(waiting)

    def _read_of(self, nick: bytes) -> None:
        for _ in range(min(_MOST_OF_ONE, len(self._of.get(nick, ())))):
            self._take_first(nick)

    def _take_first(self, nick: bytes) -> None:
        theirs = self._of[nick]
        waiting = theirs.popleft()
        if not theirs:
            del self._of[nick]
        self._done(waiting)

    def _done(self, waiting: _Waiting) -> None:
        raw, waiting.raw = waiting.raw, None
        self._count -= 1
        if not self._count:
            self._order.clear()
            self._calling.clear()
        if raw is not None:
            self._read(raw)


def _about(raw: bytes, source: bytes | None, command: bytes) -> list[bytes] | None:
    """Return whom a line is about, folded; None where it keeps its order with everything."""
    if command in _OF_NOBODY:
        return []
    if command in _OF_SOURCE:
        return None if source is None else [source.translate(_LOWER)]
    if command in _LISTED:
        listed = raw.rstrip(b"\r").rpartition(b" ")[2].removeprefix(b":").split(b",")
        return [target.partition(b"!")[0].translate(_LOWER) for target in listed]
    index = _NAMED.get(command)
    if index is None:
        return None
    words = raw.rstrip(b"\r").split(b" ")
    at = next((at for at, word in enumerate(words) if word == command), None)
    if at is None or len(words) <= at + 1 + index:
        return None
    return [words[at + 1 + index].removeprefix(b":").translate(_LOWER)]
