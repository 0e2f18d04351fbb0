"""Measures canonical keys on the sets of `canon/` and `harmless/`, which were made from definitions.

`python -m tests.measures.canonical [--part dev|test] [--misses]` prints how many variants have the
key of their seed, how many near misses share one, and how many harmless lines are touched, as
counts and shares. Misses are shown for part `dev` only: the test part is not to be read.
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from bot.core.pii.links import find, key_of_line
from bot.core.pii.recognisers import spans
from bot.core.pii.wikis import host_of
from tests.measures.make import HERE

Line = dict[str, Any]


def lines(name: str) -> Iterator[Line]:
    """Yield the lines of a set."""
    with gzip.open(HERE / name, "rt", encoding="utf-8") as opened:
        yield from map(json.loads, opened)


def text_of(line: Line) -> str:
    """Return a variant as it is read: what was said in two messages in one piece."""
    text = line["text"]
    return text if isinstance(text, str) else "".join(text)


def host(wiki: str | None) -> str | None:
    """Return the host of the wiki that is meant, None where none is."""
    return None if wiki is None else host_of(wiki)


def all_keys(text: str, wiki: str | None) -> set[str]:
    """Return every key in a text."""
    return {key for link in find(text, host(wiki)) for key in link.keys}


def near_part(line: Line) -> str:
    """Return the part of a pair: half of them by a hash of what is written."""
    digest = sha256(f"{line['a']}\n{line['b']}".encode()).digest()
    return "dev" if digest[0] % 2 else "test"


def seeds(part: str) -> tuple[dict[str, str], list[Line]]:
    """Return the key of each seed, by the variant to which nothing was done, and the variants."""
    plain: dict[str, str] = {}
    variants: list[Line] = []
    for line in lines("canon/variants.jsonl.gz"):
        if not line["how"]:
            plain[line["seed"]] = key_of_line(text_of(line), host(line["wiki"])) or ""
        elif line["part"] == part:
            variants.append(line)
    return plain, variants


def report(part: str, *, misses: bool) -> Iterator[str]:
    """Yield the figures of one part, and on request what was missed in `dev`."""
    plain, variants = seeds(part)
    first = missed = 0
    by_how: Counter[str] = Counter()
    shown: list[str] = []
    for line in variants:
        text = text_of(line)
        key = plain[line["seed"]]
        found = all_keys(text, line["wiki"])
        exact = key_of_line(text, host(line["wiki"])) == key
        first += exact
        known = bool(key) and key in found
        missed += not known
        if not known or not exact:
            by_how.update(line["how"])
            shown.append(f"  {'-' if known else 'MISS'} {key} | {line['how']} | {text!r}")
    yield f"variants: {len(variants) - missed} of {len(variants)} found ({1 - missed / len(variants):.3%})"
    yield f"variants whose first key it is: {first} of {len(variants)} ({first / len(variants):.3%})"
    near = [each for each in lines("canon/near.jsonl.gz") if near_part(each) == part]
    shared = [
        each
        for each in near
        if all_keys(each["a"], each["wiki_a"]) & all_keys(each["b"], each["wiki_b"])
    ]
    yield f"near misses that share a key: {len(shared)} of {len(near)}"
    if not (HERE / "harmless/harmless.jsonl.gz").exists():
        if misses and part == "dev":
            yield from shown
            yield from (f"  near {each['how']}: {each['a']!r} {each['b']!r}" for each in shared)
            yield from (f"  {count:6} {how}" for how, count in by_how.most_common(40))
        return
    harmless = [
        each["text"] for each in lines("harmless/harmless.jsonl.gz") if each["part"] == part
    ]
    touched = [text for text in harmless if find(text) or spans(text)]
    yield f"harmless lines touched: {len(touched)} of {len(harmless)} ({len(touched) / len(harmless):.3%})"
    if misses and part == "dev":
        yield from shown
        yield from (f"  near {each['how']}: {each['a']!r} {each['b']!r}" for each in shared)
        yield from (f"  touched {text!r}" for text in touched)
        yield from (f"  {count:6} {how}" for how, count in by_how.most_common(40))


def main(arguments: list[str]) -> None:
    """Print the figures that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.measures.canonical")
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args(arguments)
    for each in report(asked.part, misses=asked.misses):
        print(each)


if __name__ == "__main__":
    main(sys.argv[1:])
