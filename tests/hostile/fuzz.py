"""Hostile lines: what a bad server, or anybody through a good one, may send to the bot.

Seeded, so that any run can be had again. What is left out are lies that a bot cannot but believe:
the server saying, in good form, that the bot is somebody else, or that its login has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

BOT = "caseward"
ROOMS = ("#team", "#oversight", "#lobby")
ACCOUNTS = ("alice", "bob", "finn", "carol", "dan", "olga")
MASK = "u@host.example.org"
_NICKS = 400
_TOO_LONG = 100_000

_WORDS = (
    "hello", "!cases", "!show C-000000", "!note C-000000 x", "!help", "caseward: help", "!whoami",
    "yes", "no", "skip", "status", "add more", "delete", "treemoon hillmoon treeleaf hillbird",
    "!say C-000000 reporter x", "!can close", "help", "User:Example-Rosa", "1", "!", "caseward:",
    "$1 {{PLURAL:$2|a|b}}", "%s %n {0}", "'; DROP TABLE cases; --", "<b>&amp;", "https://example.org/",
)  # fmt: skip
_LONG = ("Grüße e\u0301té 日本語 👩\u200d🔬 " * 20, "日本語🙂" * 60)
#: Bytes that have broken programs: line ends, quoting, colours, bad UTF-8, marks of direction.
_EVIL = (
    b"\r", b"\0", b"\x10r", b"\x10n", b"\x10\x10", b"\x01", b"\x01ACTION x\x01", b"\x01VERSION\x01",
    b"\x01PING \x10rQUIT\x01", b"\x02", b"\x03", b"\x0304,12", b"\x04ff00aa", b"\x0f", b"\x1b[2J",
    b"\x7f", b"\x0b", b"\x0c", b"\x1c", b"\x85", b"\xff", b"\xfe", b"\xc3(", b"\xc0\xaf", b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\xe2\x80", b"\xe2\x80\xa8QUIT", b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\xe2\x80\x8b",
    b"\xe2\x80\x8d", b"\xc2\xa0", b"\xc2\x85", b"\xef\xbb\xbf", b"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac",
    b"\rQUIT :x", b"\x10rQUIT :x\x10n", b"\xe3\x80\x80", b"a\xcc\x81" * 40, b"\xf0\x9f\x87\xa9" * 31,
)  # fmt: skip
#: Tags that look as if they named an account, and do not.
_FORGED = (
    b"+account=alice", b"account=alice;account=alice", b"account=alice;account=bob", b"Account=alice",
    b"account", b"account=", b"account=*", b"accounts=alice", b"account =alice", b"example.org/account=alice",
    b"account=alice\\sx", b"account=mallory", b"+account=alice;+account=alice", b"account=ALICE2",
    b"account=bob;account=", b"account=\xd0\xb0lice", b"account=alice\xe2\x80\x8b", b"account=alice;account",
)  # fmt: skip
_OTHER_TAGS = (
    b"time=2026-11-02T09:00:00.000Z", b"time=x", b"time=", b"msgid=a", b"msgid=", b";;;", b"=", b"=;=",
    b"msgid=" + b"m" * 300, b"label=\\", b"time=9999-99-99T99:99:99Z", b"batch=\xff", b"\\:\\s\\r\\n\\",
)  # fmt: skip
_BAD_NICKS = (
    b"", b"!", b"@", b"a!b", b"#team", b"&x", b"$*", b"*", b"a,b", b"a b", b":x", b"%n", b"a" * 300,
    b"\xff\xfe", b"\xe2\x80\xae", b"a\x03b", b"a\x00b", b"0", b"caseward_", b"CASEWARD2", b"NickServ",
    b"ChanServ", b"irc.example.org", b"+o", b"-", b"a\xc2\xa0b", b"a\xe2\x80\xa8b", b"{}|^", b"[]\\~",
)  # fmt: skip
_COMMANDS = (
    b"QUIT", b"JOIN", b"PART", b"KICK", b"MODE", b"NICK", b"ACCOUNT", b"CHGHOST", b"SETNAME", b"TOPIC",
    b"INVITE", b"PRIVMSG", b"NOTICE", b"TAGMSG", b"AWAY", b"WALLOPS", b"PONG", b"PING", b"ERROR", b"BATCH",
    b"FAIL", b"WARN", b"NOTE", b"CAP", b"AUTHENTICATE", b"privmsg", b"Quit", b"\xff", b"-1", b"99999",
    b"002", b"003", b"004", b"005", b"221", b"263", b"301", b"311", b"312", b"315", b"318", b"319", b"324",
    b"329", b"332", b"333", b"352", b"353", b"354", b"366", b"375", b"372", b"396", b"401", b"403", b"404",
    b"405", b"407", b"408", b"415", b"432", b"433", b"437", b"439", b"441", b"442", b"461", b"470", b"471",
    b"473", b"474", b"475", b"477", b"486", b"489", b"502", b"520", b"531", b"671", b"716", b"717", b"728",
    b"730", b"731", b"732", b"733", b"734", b"000", b"999",
)  # fmt: skip
#: What is said in it is said of the bot: without words it is only broken.
_OF_US = b"396"
_PARAMS = (
    b"#team", b"#lobby", b"#oversight", b"#TEAM", b"#nowhere", b"&x", b"alice", b"bob", b"ALICE", b"*", b"0",
    b"=", b"@", b"+o", b"-s", b"+s-i+k", b"+ov", b"x" * 500, b"1", b"-1", b"400", b"999999999999999999999",
    b"PREFIX=(", b"PREFIX=(ov)@", b"PREFIX", b"CHANMODES=a", b"CHANMODES=,,,", b"CASEMAPPING=", b"MONITOR=x",
    b"MONITOR=-5", b"=", b"-", b"-CASEMAPPING", b"CHANTYPES=", b"BOT=", b"BOT=\x01", b"LS", b"LIST", b"@+#team",
    b"u", b"host.example.org", b"a!b@c", b"!@", b"H", b"G*", b"\xff", b"\x00", b"alice,bob", b"#team,#lobby",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Bytes to feed, line end included.

    `nick` is set where somebody says something, `account` where the message says in good form
    who that is; `asks` names the place in which an answer to it belongs (a channel, or a nick).
    """

    data: bytes
    number: int
    nick: str | None = None
    account: str | None = None
    asks: str | None = None


class Hostile:
    """Makes items; `number` counts them."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)
        self.number = 0
        self._nicks = [self._new_nick() for _ in range(_NICKS)]

    def items(self, count: int) -> Iterator[Item]:
        """Make so many."""
        makers = (self._talk, self._direct, self._command, self._noise)
        for _ in range(count):
            self.number += 1
            if self._dice.random() < 0.05:
                self._nicks[self._dice.randrange(_NICKS)] = self._new_nick()
            (maker,) = self._dice.choices(makers, weights=(35, 15, 42, 8))
            yield maker()

    # -- messages of people

    def _talk(self) -> Item:
        return self._message(self._dice.choice(ROOMS))

    def _direct(self) -> Item:
        return self._message(BOT)

    def _message(self, target: str) -> Item:
        dice, number = self._dice, self.number
        known = dice.random() < 0.15
        nick = dice.choice(ACCOUNTS) if dice.random() < 0.3 else dice.choice(self._nicks)
        account = dice.choice(ACCOUNTS) if known else None
        tags = self._tags(account)
        asks = None
        if dice.random() < 0.2 and (known or target == "#lobby"):
            # Only what is said in good form is certain to be answered, and in which place.
            text = f"!ping n{number}x".encode()
            asks = nick if target == BOT else target
        elif known and dice.random() < 0.5:
            text = self._team()
        else:
            text = self._text()
        line = tags + f":{nick}!{MASK} PRIVMSG {target} :".encode() + text
        return Item(data=line + b"\r\n", number=number, nick=nick, account=account, asks=asks)

    def _tags(self, account: str | None) -> bytes:
        dice = self._dice
        tags = [dice.choice(_OTHER_TAGS) for _ in range(dice.choice((0, 0, 1, 3)))]
        if account is not None:
            # By this one knows the message again.
            tags = [b"msgid=m%d" % self.number, b"account=" + account.encode()]
        elif dice.random() < 0.5:
            tags.insert(dice.randrange(len(tags) + 1), dice.choice(_FORGED))
        if dice.random() < 0.01:
            tags.append(b"filler=" + b"x" * 8150)
        return b"@" + b";".join(tags) + b" " if tags else b""

    def _text(self) -> bytes:
        dice = self._dice
        pieces = [
            dice.choice(_EVIL) if dice.random() < 0.5 else dice.choice(_WORDS).encode()
            for _ in range(dice.randrange(1, 6))
        ]
        if dice.random() < 0.3:
            pieces.insert(0, dice.choice(_WORDS).encode())
        return dice.choice((b"", b" ")).join(pieces)

    def _team(self) -> bytes:
        """What makes the bot say long lines in the end."""
        kind = self._dice.randrange(20)
        if kind < len(_LONG):
            return b"!open " + self._text() + _LONG[kind].encode()
        return (b"!show 1", b"!show", b"!show 2", b"!cases")[kind % 4]

    def _new_nick(self) -> str:
        letters = "abcxyz_[]{}|^`-0129"
        size = self._dice.choice((3, 6, 9, 30))
        return "n" + "".join(self._dice.choice(letters) for _ in range(size))

    # -- lines of the server

    def _command(self) -> Item:
        dice = self._dice
        command = dice.choice(_COMMANDS)
        words = [self._param() for _ in range(dice.choice((0, 0, 1, 1, 2, 3, 4, 8, 15)))]
        if command == b"CAP":
            # Which capability comes or goes is believed; here none is named.
            words = words[:2] + [b"NAK"][: dice.randrange(1)] + [b"x"]
        if command == _OF_US:
            words = words[:1]
        if dice.random() < 0.4 and words:
            words[-1] = b":" + words[-1] + dice.choice(_EVIL)
        line = self._prefix() + b" ".join([command, *words])
        if dice.random() < 0.2:
            line = self._tags(None) + line
        return Item(data=line + b"\r\n", number=self.number)

    def _param(self) -> bytes:
        dice = self._dice
        if dice.random() < 0.15:
            return dice.choice(_EVIL)
        if dice.random() < 0.2:
            return dice.choice(self._nicks).encode()
        return dice.choice(_PARAMS)

    def _prefix(self) -> bytes:
        dice = self._dice
        kind = dice.randrange(5)
        if kind == 0:
            return b""
        if kind == 1:
            return b":irc.example.org "
        if kind == 2:
            return b":" + dice.choice(_BAD_NICKS) + dice.choice((b"", b"!", b"!u@", b"!@h")) + b" "
        nick = dice.choice(ACCOUNTS) if dice.random() < 0.2 else dice.choice(self._nicks)
        return f":{nick}!{MASK} ".encode() if kind == 3 else f":{nick} ".encode()

    # -- what is no line at all

    def _noise(self) -> Item:
        dice = self._dice
        kind = dice.randrange(8)
        if kind == 0 and dice.random() < 0.02:
            return Item(data=dice.randbytes(1) * _TOO_LONG + b"\r\n", number=self.number)
        if kind <= 2:
            data = dice.randbytes(dice.randrange(200)).replace(b"\n", b"")
        elif kind == 3:
            data = b"@" * dice.randrange(30) + b":" * dice.randrange(30) + b" " * dice.randrange(9)
        elif kind == 4:
            data = self._tags(None)
        elif kind == 5:
            nick = dice.choice(_BAD_NICKS)
            data = b":" + nick + b"!u@h PRIVMSG " + dice.choice((BOT, *ROOMS)).encode() + b" :!help"
            said = nick.replace(b"\0", b"").partition(b"!")[0].decode("utf-8", "replace")
            return Item(data=data + b"\r\n", number=self.number, nick=said)
        elif kind == 6:
            data = b"\r" * dice.randrange(9)
        else:
            data = b":alice!" + MASK.encode() + b" PRIVMSG " + dice.choice(_BAD_NICKS) + b" :!cases"
        return Item(data=data + dice.choice((b"\r\n", b"\n")), number=self.number)
