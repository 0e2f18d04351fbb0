"""Near misses: pairs of links that look much alike and lead to different things."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from tests.measures.canon.chain import TRANSFORMS, apply
from tests.measures.canon.seeds import DE, EN, FR, NET, ORG, SEEDS, Seed
from tests.measures.canon.variant import Variant, number, start

PER_KIND = 40
# `diff of two` names two revisions, and what stands before a break may be read as an address too.
LEFT_OUT = ("revision as diff of two", "revision as Special:Diff of two", "line break", "tab")
DISGUISED = tuple(t for t in TRANSFORMS if t.name not in LEFT_OUT)
ALIKE = {"a": "а", "e": "е", "o": "о", "p": "р", "x": "х", "c": "с"}
Miss = Callable[[Seed], Seed | None]
NUMBERED = frozenset({"revision", "curid", "logid", "userid"})
TITLED = frozenset({"page", "file"})
NAMED = frozenset({"contributions", "log"})


def _value(kinds: frozenset[str], change: Callable[[str], str]) -> Miss:
    def miss(seed: Seed) -> Seed | None:
        if seed.kind not in kinds:
            return None
        value = change(seed.value)
        return dataclasses.replace(seed, value=value) if value != seed.value else None

    return miss


def _other_case(value: str) -> str:
    """Turn the case of the last letter, which is never the first of a page's name."""
    at = max((i for i, c in enumerate(value) if c.swapcase() != c), default=0)
    return value[:at] + value[at].swapcase() + value[at + 1 :] if at else value


def _alike(value: str) -> str:
    """Put a look-alike for the last letter that has one."""
    at = max((i for i, c in enumerate(value) if c in ALIKE), default=-1)
    return value[:at] + ALIKE[value[at]] + value[at + 1 :] if at > 0 else value


def _swapped(value: str) -> str:
    """Exchange the last two digits that differ."""
    for at in range(len(value) - 2, 0, -1):
        if value[at] != value[at + 1]:
            return value[:at] + value[at + 1] + value[at] + value[at + 2 :]
    return value


def _other_digit(value: str) -> str:
    at = len(value) // 2
    return value[:at] + str((int(value[at]) + 3) % 10) + value[at + 1 :]


def _wiki(seed: Seed) -> Seed | None:
    if seed.wiki is None or seed.kind == "page":
        return None
    if not seed.wiki.db:
        return dataclasses.replace(seed, wiki=NET if seed.wiki is ORG else ORG)
    return dataclasses.replace(seed, wiki=DE if seed.wiki is EN else EN)


def _page_wiki(seed: Seed) -> Seed | None:
    if seed.wiki is None or seed.kind != "page":
        return None
    return dataclasses.replace(seed, wiki=FR if seed.wiki is EN else EN)


def _kind(new: str) -> Miss:
    def miss(seed: Seed) -> Seed | None:
        if seed.kind not in NUMBERED or seed.kind == new:
            return None
        return dataclasses.replace(seed, kind=new, title="Made-up page")

    return miss


def _as_page(space: str) -> Miss:
    def miss(seed: Seed) -> Seed | None:
        if seed.kind not in NAMED:
            return None
        return dataclasses.replace(seed, kind="page", value=f"{space}:{seed.value}")

    return miss


def _other_list(seed: Seed) -> Seed | None:
    if seed.kind not in NAMED:
        return None
    other = {"contributions": "log", "log": "contributions"}[seed.kind]
    return dataclasses.replace(seed, kind=other, type=seed.type or "block")


def _other_type(seed: Seed) -> Seed | None:
    if seed.kind != "log":
        return None
    return dataclasses.replace(seed, type="rights" if seed.type == "block" else "block")


def _space(seed: Seed) -> Seed | None:
    if not seed.value.startswith("User") or seed.kind != "page":
        return None
    old, _, rest = seed.value.partition(":")
    new = "User" if old == "User talk" else "User talk"
    return dataclasses.replace(seed, value=f"{new}:{rest}")


def _site_value(change: Callable[[str], str]) -> Miss:
    """Change the last part of every address of a site that reads case and letters as they are."""

    def miss(seed: Seed) -> Seed | None:
        if seed.kind != "site":
            return None
        address = change(seed.value.rstrip("/"))
        if address == seed.value.rstrip("/"):
            return None
        return dataclasses.replace(seed, value=address, others=())

    return miss


def _tail(change: Callable[[str], str]) -> Callable[[str], str]:
    def whole(address: str) -> str:
        at = max(address.rfind("/"), address.rfind("=")) + 1
        return address[:at] + change(address[at:])

    return whole


def _case_counts(address: str) -> str:
    known = ("paste.", "youtube", "/p/", "bit.ly", "w.wiki", "xn--", "bücher", "example.net")
    return _tail(_other_case)(address) if any(k in address for k in known) else address


def _other_host(address: str) -> str:
    head, sep, tail = address.partition("//")
    host, slash, rest = tail.partition("/")
    return f"{head}{sep}other-{host.removeprefix('www.')}{slash}{rest}"


def _thread_only(address: str) -> str:
    """Change the last sign where it is part of what identifies the thing."""
    if "a_made_up_thread" in address:
        return address.replace("1ab2c3", "1ab2c4")
    last = address[-1]
    return address[:-1] + ("7" if last != "7" else "8")


MISSES: dict[str, Miss] = {
    "one digit off at the end": _value(NUMBERED, lambda v: v[:-1] + str((int(v[-1]) + 1) % 10)),
    "one digit off in the middle": _value(NUMBERED, _other_digit),
    "two digits swapped": _value(NUMBERED, _swapped),
    "one digit missing": _value(NUMBERED, lambda v: v[:-1]),
    "one digit more": _value(NUMBERED, lambda v: v + "0"),
    "the next number": _value(NUMBERED, lambda v: str(int(v) + 1)),
    "the number before": _value(NUMBERED, lambda v: str(int(v) - 1)),
    "other wiki": _wiki,
    "title on another wiki": _page_wiki,
    "same number as revision": _kind("revision"),
    "same number as page": _kind("curid"),
    "same number as log entry": _kind("logid"),
    "same number as account": _kind("userid"),
    "user page of the account": _as_page("User"),
    "talk page of the account": _as_page("User talk"),
    "log or contributions": _other_list,
    "other type of log": _other_type,
    "user or talk": _space,
    "other account": _value(NAMED, lambda v: v + "2"),
    "other case in an account": _value(NAMED, _other_case),
    "look-alike in an account": _value(NAMED, _alike),
    "other title": _value(TITLED, lambda v: v + " 2"),
    "letter missing in a title": _value(TITLED, lambda v: v[:-1]),
    "subpage": _value(frozenset({"page"}), lambda v: v + "/Old"),
    "other case inside a title": _value(TITLED, _other_case),
    "look-alike in a title": _value(TITLED, _alike),
    "accent missing in a title": _value(TITLED, lambda v: v.replace("é", "e")),
    "other sign in an address": _site_value(_thread_only),
    "sign more in an address": _site_value(
        lambda a: a + "9" if "reddit" not in a else _thread_only(a)
    ),
    "other case in an address": _site_value(_case_counts),
    "other host": _site_value(_other_host),
    "path below": _site_value(
        lambda a: a + "/9" if "?" not in a and "example" in a.split("/")[2] else a
    ),
}


def _disguise(seed: Seed, salt: str) -> Variant:
    """Return the seed plainly for one in four, else with one or two transforms."""
    for attempt in range(60):
        many = number(f"{seed.id} {salt} many") % 4
        chosen = [number(f"{seed.id} {seed.value} {salt} {attempt} {i}") for i in range(many)]
        picked = sorted(n % len(DISGUISED) for n in chosen[:2])
        made = apply(seed, [DISGUISED[n] for n in picked])
        if made is not None and made.parts is None:
            return made
    return start(seed)


def _pairs(name: str, miss: Miss) -> Iterator[dict[str, Any]]:
    found = [(seed, other) for seed in SEEDS if (other := miss(seed)) is not None]
    for at in range(PER_KIND * 2 if found else 0):
        if at >= max(PER_KIND, len(found)) * 2:
            return
        seed, other = found[at % len(found)]
        a, b = _disguise(seed, f"{name} {at} a"), _disguise(other, f"{name} {at} b")
        yield {"a": a.text, "b": b.text, "wiki_a": a.wiki, "wiki_b": b.wiki, "how": name}


def near() -> list[dict[str, Any]]:
    """Return the near misses, no pair twice."""
    out: dict[tuple[str, str], dict[str, Any]] = {}
    for name, miss in MISSES.items():
        for pair in _pairs(name, miss):
            out.setdefault((pair["a"], pair["b"]), pair)
    return list(out.values())
