"""Writes the harmless lines: those written by hand, and templates filled by hash."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.measures.harmless.identifiers import IDENTIFIERS

HERE: Final = Path(__file__).resolve().parent
OUTPUT: Final = "harmless.jsonl.gz"
SOURCES: Final = (
    "README.md",
    "__init__.py",
    "hand.txt",
    "identifiers.py",
    "make.py",
    "templates.txt",
    "words.json",
)
FILLINGS: Final = 14
_CASE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_SLOT: Final = re.compile(r"\{([a-z0-9]+)\}")
_HARM: Final = re.compile(
    r"\[\[|\w://|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?/\w"
    r"|[\w.+-]+@[\w-]+\.[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)"
    r"|(?<!\w)(?:rev|diff|revision|oldid)[\s=:/#]*\d{2,}|\w*:\w*::|\+\d{6,}|555[-\s]01\d\d",
    re.IGNORECASE,
)
# Browsers write versions with four parts; a path on a disk is no host with a path.
_ALLOWED: Final = ("Chrome/126.0.0.0",)


def _draw(seed: str, below: int) -> int:
    return int.from_bytes(sha256(f"harmless:{seed}".encode()).digest()[:8], "big") % below


def _between(seed: str, least: int, most: int) -> int:
    return least + _draw(seed, most - least + 1)


def _hex(seed: str, length: int) -> str:
    return sha256(f"harmless:{seed}".encode()).hexdigest()[:length]


def _date(seed: str) -> str:
    year, month, day = (
        _between(f"{seed}/year", 2009, 2025),
        _between(f"{seed}/month", 1, 12),
        _between(f"{seed}/day", 1, 28),
    )
    return f"{year}-{month:02}-{day:02}"


def _dotted_date(seed: str) -> str:
    year, month, day = _date(seed).split("-")
    return f"{day}.{month}.{year}"


def _uuid(seed: str) -> str:
    text = _hex(seed, 32)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _case(seed: str) -> str:
    letters = (_CASE_LETTERS[_draw(f"{seed}/{at}", len(_CASE_LETTERS))] for at in range(6))
    return "C-" + "".join(letters)


def _made(slot: str, seed: str) -> str:
    """What stands in a slot that no word list fills."""
    number = _draw(seed, 10**6)
    sign = "+" if number % 2 else "-"
    makers: dict[str, Callable[[], str]] = {
        "case": lambda: _case(seed),
        "ticket": lambda: f"T{_between(seed, 10_000, 399_999)}",
        "otrs": lambda: _date(seed).replace("-", "") + f"1000{number % 10_000:04}",
        "digit": lambda: str(1 + number % 9),
        "small": lambda: str(2 + number % 97),
        "big": lambda: f"{1000 + number % 90_000:,}" if number % 3 else str(100 + number),
        "port": lambda: str(_between(seed, 1024, 65_535)),
        "cidr": lambda: str(_between(seed, 16, 64)),
        "octal": lambda: ("644", "755", "600", "0640")[number % 4],
        "year": lambda: str(_between(seed, 2003, 2025)),
        "date": lambda: _date(seed),
        "dedate": lambda: _dotted_date(seed),
        "time": lambda: f"{number % 24:02}:{_draw(f'{seed}/minute', 60):02}",
        "version": lambda: f"1.{_between(seed, 39, 45)}.0-wmf.{1 + number % 30}",
        "hash": lambda: _hex(seed, (7, 10, 12, 40)[number % 4]),
        "bytes": lambda: f"{sign}{1 + number % 20_000:,} bytes" if number % 4 else f"{number} B",
        "percent": lambda: f"{number % 100}.{number % 10}%" if number % 2 else f"{number % 101} %",
        "ratio": lambda: (
            f"{number % 150}/{number % 37}/{number % 11}"
            if number % 3
            else f"{1 + number % 20}:{1 + number % 7}"
        ),
        "uuid": lambda: _uuid(seed),
    }
    return makers[slot]()


def _filled(template: str, turn: int, words: dict[str, list[str]]) -> str:
    place = 0

    def fill(slot: re.Match[str]) -> str:
        nonlocal place
        place += 1
        seed = f"{template}/{turn}/{place}"
        name = slot[1]
        if name in words:
            return words[name][_draw(seed, len(words[name]))]
        return _made(name, seed)

    return _SLOT.sub(fill, template)


def _texts() -> Iterator[str]:
    yield from _lines_of("hand.txt")
    words: dict[str, list[str]] = json.loads((HERE / "words.json").read_text("utf-8"))
    for template in _lines_of("templates.txt"):
        for turn in range(FILLINGS):
            yield _filled(template, turn, words)


def _lines_of(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


def harmful(text: str) -> bool:
    """Whether a text holds what the definition of a harmless line shuts out."""
    for allowed in _ALLOWED:
        text = text.replace(allowed, "")
    low = text.lower()
    return bool(_HARM.search(text)) or any(held.lower() in low for held in IDENTIFIERS)


def lines() -> list[dict[str, str]]:
    """The set, in the order of the texts' hashes; the first half of it is `dev`.

    Raises:
        ValueError: a text is not harmless by the definition.
    """
    texts = sorted(set(_texts()), key=lambda text: sha256(text.encode()).digest())
    bad = [text for text in texts if harmful(text)]
    if bad:
        raise ValueError(f"not harmless: {bad[:20]}")
    half = len(texts) // 2
    return [{"text": text, "part": "dev" if at < half else "test"} for at, text in enumerate(texts)]


def main() -> None:
    """Write the set, and the hashes of the set and of what it is made from."""
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines())
    (HERE / OUTPUT).write_bytes(gzip.compress(body.encode(), mtime=0))
    sums = (
        f"{sha256((HERE / name).read_bytes()).hexdigest()}  {name}\n"
        for name in sorted((*SOURCES, OUTPUT))
    )
    (HERE / "SHA256SUMS").write_text("".join(sums), "utf-8")


if __name__ == "__main__":
    main()
