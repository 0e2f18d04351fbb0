"""Five hundred made-up personal identifiers that a case could hold; none belongs to anybody.

Written from definitions alone. Names are built from syllables, hosts and mail domains are
reserved or carry made-up accounts, telephone numbers and addresses come from the ranges that
are set aside for examples. The same list comes out each time.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from re import sub
from typing import Final

_STARTS: Final = (
    "Qwyn Zhar Vexo Brul Thryx Jovak Kwel Oxum Pyrz Drauv Fjon Glyx Hroz Ixil Lyzz Mywk Nuxo "
    "Quor Rhyv Skazz Tziv Uvro Wrix Xand Ymbr Zwop"
).split()
_MIDDLES: Final = (
    "tari dolu meki vosa ruxi lanzo pyre kuvi shoro bemu gazi nolwe firzo jutu".split()
)
_ENDS: Final = "on eth ax wick ulm orin yx esk andor iq uff olt izar ump".split()
_SITES: Final = (
    "https://twitter.com/{handle}",
    "https://www.facebook.com/{handle}",
    "https://www.instagram.com/{handle}/",
    "https://www.linkedin.com/in/{handle}",
    "https://www.reddit.com/user/{handle}",
    "https://github.com/{handle}",
    "https://mastodon.example/@{handle}",
    "https://forum.example.org/t/{handle}/{number}",
    "https://board.example.net/viewtopic.php?t={number}",
    "https://blog.example.com/posts/{number}-{handle}",
    "https://en.wikipedia.org/wiki/User:{name}",
    "https://en.wikipedia.org/w/index.php?diff=98{number}",
    "https://de.wikipedia.org/w/index.php?title=User_talk:{name}&diff=prev&oldid=98{number}",
    "https://meta.wikimedia.org/wiki/Special:Diff/98{number}",
    "https://commons.wikimedia.org/wiki/Special:Contributions/{name}",
)
_TICKETS: Final = ("ZD-{number}", "ABUSE-{number}", "trust/{number}/q", "CaseNo-{number}-X")


def _draw(seed: str, below: int) -> int:
    return int.from_bytes(sha256(f"identifiers:{seed}".encode()).digest()[:8], "big") % below


def _pick(seed: str, choices: Sequence[str]) -> str:
    return choices[_draw(seed, len(choices))]


def _name(seed: str) -> str:
    return (
        _pick(f"{seed}/start", _STARTS)
        + _pick(f"{seed}/middle", _MIDDLES)
        + _pick(f"{seed}/end", _ENDS)
    )


def _link(seed: str) -> str:
    name = _name(seed)
    number = f"{_draw(f'{seed}/number', 10**8):08}"
    return _pick(f"{seed}/site", _SITES).format(name=name, handle=name.lower(), number=number)


def _account(seed: str) -> str:
    name, other = _name(seed), _name(f"{seed}/other")
    number = 10 + _draw(f"{seed}/number", 990)
    shapes = (f"{name}-{number}", f"{name}_{number}", f"{name}{number}", name, f"{name} {other}")
    return _pick(f"{seed}/shape", shapes)


def _mail(seed: str) -> str:
    name = _name(seed).lower()
    other = _name(f"{seed}/other").lower()
    local = _pick(f"{seed}/local", (name, f"{name}.{other}", f"{name}+wiki", f"{name[0]}.{other}"))
    return f"{local}@{_pick(f'{seed}/domain', ('example.org', 'example.com', 'example.net'))}"


def _phone(seed: str) -> str:
    if _draw(f"{seed}/land", 2):
        number = f"{_draw(f'{seed}/mobile', 1000):03}"
        return _pick(f"{seed}/shape", (f"+44 7700 900{number}", f"+447700900{number}"))
    area = f"{_pick(f'{seed}/area', '202 212 303 312 404 415 503 617 702 808'.split())}"
    line = f"01{_draw(f'{seed}/line', 100):02}"
    shapes = (f"+1 {area} 555 {line}", f"({area}) 555-{line}", f"{area}-555-{line}")
    return _pick(f"{seed}/shape", shapes)


def _address(seed: str) -> str:
    if _draw(f"{seed}/six", 4) == 0:
        return f"2001:db8:{_draw(f'{seed}/a', 65535):x}::{1 + _draw(f'{seed}/b', 65534):x}"
    network = _pick(f"{seed}/net", ("192.0.2", "198.51.100", "203.0.113"))
    return f"{network}.{1 + _draw(f'{seed}/host', 254)}"


def _ticket(seed: str) -> str:
    return _pick(f"{seed}/shape", _TICKETS).format(number=f"{_draw(seed, 10**7):07}")


_KINDS: Final[tuple[tuple[str, Callable[[str], str], int], ...]] = (
    ("link", _link, 90),
    ("account", _account, 90),
    ("mail", _mail, 80),
    ("phone", _phone, 80),
    ("address", _address, 80),
    ("ticket", _ticket, 80),
)


def _all() -> tuple[str, ...]:
    found: dict[str, str] = {}
    for kind, write, count in _KINDS:
        enough, turn = len(found) + count, 0
        while len(found) < enough:
            value = write(f"{kind}/{turn}")
            # One number written in two ways would be one identifier counted twice.
            found.setdefault(sub(r"[^a-z0-9.:]", "", value.lower()).removeprefix("1"), value)
            turn += 1
    return tuple(found.values())


IDENTIFIERS: Final[tuple[str, ...]] = _all()
