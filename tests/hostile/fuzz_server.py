"""The server's end of a fuzzed connection: it holds every byte of the bot against the rules."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.hostile.fuzz import ACCOUNTS, BOT, ROOMS, Item

#: As long as networks allow: what others see of the bot leaves the least room.
_SOURCE = f"{BOT}!caseward@{'b' * 59}.net"
_SERVER = "irc.example.org"
_CAPS = "message-tags account-tag server-time extended-join account-notify multi-prefix"
_ISUPPORT = "WHOX MONITOR=100 BOT=B PREFIX=(ov)@+ CHANMODES=be,k,l,Rimnprst CASEMAPPING=rfc1459"
_MEMBERS = {"#team": ("alice", "bob", "finn"), "#oversight": ("alice",), "#lobby": ("alice",)}
_LIMIT = 512
_REMEMBERED = 50_000
_EXAMPLES = 20
PATIENCE = 60.0
#: Words of a ping, which come back.
_PONG = re.compile(r"n(\d+)x")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]|\xc2[\x80-\x9f]")
#: What the bot says to itself, to see whether its words still go round.
_OWN_ECHO = re.compile(r"[0-9a-f]{16}\.[0-9a-f]+")
_VERSION = re.compile(rb"(?<= :)\x01VERSION [ -~]+\x01$")
_COMMANDS = frozenset(
    "AUTHENTICATE CAP JOIN MODE MONITOR NAMES NICK NOTICE PART PING PONG PRIVMSG USER WHO"
    " WHOIS".split()
)


@dataclass(slots=True)
class Found:
    """What a run came to. All counts but `lines`, `sends` and `answered` have to be 0.

    `examples` shows the first of each kind.
    """

    lines: int = 0
    seconds: float = 0.0
    sends: int = 0
    asked: int = 0
    answered: int = 0
    exceptions: int = 0
    disconnects: int = 0
    wrong_sends: int = 0
    wrong_people: int = 0
    deaf: bool = False
    examples: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        """Whether nothing was broken, and the bot still answered in the end."""
        broken = self.exceptions + self.disconnects + self.wrong_sends + self.wrong_people
        return not broken and not self.deaf


class Network(asyncio.Protocol):
    """The server's end of the one connection."""

    def __init__(self, found: Found) -> None:
        self.found = found
        #: By the number of an item: who said it, and where its answer belongs.
        self.accounts: dict[int, str] = {}
        self.asks: dict[int, str] = {}
        #: Whoever spoke, under which account they last did.
        self.spoke: dict[str, str | None] = dict.fromkeys(ACCOUNTS)
        #: Where `!ping last` was answered.
        self.last: set[str] = set()
        self.connections = 0
        #: From when on the bot may say goodbye.
        self.over = False
        self.pongs: set[str] = set()
        self.news = asyncio.Event()
        self._rest = b""
        self._transport: asyncio.Transport
        self._answers: dict[str, Callable[[list[str]], None]] = {
            "CAP": self._cap,
            "AUTHENTICATE": self._authenticate,
            "JOIN": self._join,
            "NAMES": self._names,
            "MODE": self._mode,
            "WHO": self._who,
            "WHOIS": self._whois,
            "MONITOR": self._monitor,
            "PING": self._ping,
            "PONG": self._pong,
        }

    # -- the socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it: there is to be one."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._rest = b""
        self.connections += 1
        self.found.disconnects = self.connections - 1

    def data_received(self, data: bytes) -> None:
        """Hold every line against the rules, and answer it."""
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for raw in lines:
            self._judge(raw)
            self._answer(raw.decode("utf-8", "replace"))
        self.news.set()

    def tell(self, *lines: str) -> None:
        """Say lines in good form."""
        self._transport.write("".join(f"{line}\r\n" for line in lines).encode())

    def feed(self, items: list[Item], dice: Random) -> None:
        """Send items, cut anywhere."""
        for item in items:
            self._remember(item)
        data = b"".join(item.data for item in items)
        while data:
            size = dice.choice((1, 7, 100, 1500, 60_000))
            self._transport.write(data[:size])
            data = data[size:]

    async def until_pong(self, token: str) -> None:
        """Wait until the bot has read all that was sent. TimeoutError when it does not."""
        # What was cut off without a line end must not swallow the question.
        self.tell("", f"PING :{token}")
        async with asyncio.timeout(PATIENCE):
            while token not in self.pongs:
                self.news.clear()
                await self.news.wait()
        self.pongs.clear()

    def _remember(self, item: Item) -> None:
        if item.account is not None:
            self.accounts[item.number] = item.account
        if item.asks is not None:
            self.asks[item.number] = item.asks
            self.found.asked += 1
        if item.nick is not None:
            self.spoke[item.nick] = item.account
        for kept in (self.accounts, self.asks):
            if len(kept) > _REMEMBERED:
                del kept[next(iter(kept))]

    # -- the rules

    def _judge(self, raw: bytes) -> None:
        self.found.sends += 1
        wrong = "" if self.over and raw.startswith(b"QUIT ") else self._wrong(raw)
        if wrong:
            self.found.wrong_sends += 1
            if len(self.found.examples) < _EXAMPLES:
                self.found.examples[f"{wrong}: {raw[:120]!r}"] += 1

    def _wrong(self, raw: bytes) -> str:
        # The one thing that is said to a program: which one this is.
        if _CONTROL.search(_VERSION.sub(b"", raw)):
            return "control characters"
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            return "not UTF-8"
        command, _, rest = line.partition(" ")
        if command not in _COMMANDS:
            return "an odd command"
        said = command in {"PRIVMSG", "NOTICE"}
        around = len(f":{_SOURCE} ") if said else 0
        if around + len(raw) + len("\r\n") > _LIMIT:
            return "too long"
        return self._wrong_words(rest) if said else self._wrong_question(command, rest)

    def _wrong_words(self, rest: str) -> str:
        target, _, text = rest.partition(" :")
        if target == "ChanServ" and target not in self.spoke:
            return "" if text.removeprefix("INVITE ") in ROOMS else "odd words to ChanServ"
        if target == "caseward" and _OWN_ECHO.fullmatch(text):
            return ""
        if target not in ROOMS and target not in self.spoke:
            return "to nobody who spoke"
        if text == "last":
            self.last.add(target)
        number = _PONG.fullmatch(text)
        if number is None:
            return ""
        self.found.answered += 1
        right = self.asks.get(int(number[1]), target)
        return "" if right == target else "an answer in the wrong place"

    def _wrong_question(self, command: str, rest: str) -> str:
        words = rest.split(" ")
        if command == "JOIN" and not set(rest.split(",")) <= set(ROOMS):
            return "joins elsewhere"
        if command == "MODE" and words[0] not in {BOT, *ROOMS}:
            return "modes of somebody else"
        if command in {"WHO", "NAMES", "WHOIS"} and len(words) != (2 if command == "WHO" else 1):
            return "an odd question"
        return ""

    # -- the well-behaved part of the network

    def truth(self) -> None:
        """Say how things are: the bot has to come in again, and to look who is there."""
        self._number("005", f"{_ISUPPORT} :are supported")
        for room in ROOMS:
            self.tell(f":{_SERVER} KICK {room} {BOT} :again", f":{_SERVER} INVITE {BOT} {room}")

    def _number(self, number: str, words: str) -> None:
        self.tell(f":{_SERVER} {number} {BOT} {words}")

    def _answer(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        answer = self._answers.get(command)
        if answer is not None:
            answer(rest.removeprefix(":").split(" "))

    def _cap(self, words: list[str]) -> None:
        if words[0] == "LS":
            self.tell(f":{_SERVER} CAP * LS :sasl=PLAIN {_CAPS}")
        elif words[0] == "REQ":
            self.tell(f":{_SERVER} CAP {BOT} ACK {' '.join(words[1:])}")
        elif words[0] == "END":
            self._number("001", ":Welcome")
            self._number("004", f"{_SERVER} InspIRCd-3 biswx Rbeiklmnoprst :bklov")
            self._number("005", f"{_ISUPPORT} :are supported")
            self._number("422", ":no message")

    def _authenticate(self, words: list[str]) -> None:
        if words[0] == "PLAIN":
            self.tell("AUTHENTICATE +")
        else:
            self._number("900", f"{_SOURCE} {BOT} :in")
            self._number("903", ":ok")

    def _join(self, words: list[str]) -> None:
        for room in words[0].split(","):
            self.tell(f":{_SOURCE} JOIN {room} {BOT} :bot")
            self._names([room])

    def _names(self, words: list[str]) -> None:
        room = words[0]
        self._number("353", f"= {room} :{BOT} {' '.join(_MEMBERS.get(room, ()))}")
        self._number("366", f"{room} :end")

    def _mode(self, words: list[str]) -> None:
        if len(words) == 1 and words[0] in ROOMS:
            self._number("324", f"{words[0]} +nsti")

    def _who(self, words: list[str]) -> None:
        mask, token = words[0], words[-1].partition(",")[2]
        for nick in _MEMBERS.get(mask, (mask,)):
            account = nick if mask in _MEMBERS else self.spoke.get(nick)
            if mask in _MEMBERS or nick in self.spoke:
                known = account or 0
                self._number("354", f"{token} {mask} u host.example.org {nick} H {known}")
        self._number("315", f"{mask} :end")

    def _whois(self, words: list[str]) -> None:
        self._number("318", f"{words[0]} :end")

    def _monitor(self, words: list[str]) -> None:
        for nick in words[1].split(",") if words[0] == "+" else ():
            self._number("730", f":{nick}!u@host.example.org")

    def _ping(self, words: list[str]) -> None:
        self.tell(f":{_SERVER} PONG {_SERVER} :{words[0]}")

    def _pong(self, words: list[str]) -> None:
        self.pongs.add(words[0])
