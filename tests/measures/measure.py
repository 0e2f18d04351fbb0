"""Measures how well danger, exposure, personal details and links are recognised.

`python -m tests.measures.measure [danger|exposure|pii|links] [--part dev|test]` prints recall,
precision and F1 per class. Misses are shown for part `dev` only: the test part is not to be read.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.core.danger.exposure import exposes
from bot.core.danger.judge import judge
from bot.core.pii.links import find, keys
from bot.core.pii.recognisers import spans
from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger
from tests.measures.make import HERE, KINDS

Line = dict[str, Any]
Mark = tuple[int, int, str]
Report = Callable[[list[Line]], Iterator[str]]

IN_DANGER = ("life", "child", "self-harm")
#: Kinds with a form of their own: the target for F1 is set for these together.
STRUCTURED = ("mail", "phone", "ipv4", "ipv6", "iban", "card", "national-id", "link")
#: Their edges are a matter of taste, so any overlap counts.
SOFT = ("address", "real-name-claim")
HALF = 0.5


def row(name: str, hit: int, missed: int, wrong: int) -> str:
    """Return one line of the table: hits, misses and false ones as shares."""
    recall = hit / (hit + missed) if hit + missed else 0.0
    precision = hit / (hit + wrong) if hit + wrong else 0.0
    score = 2 * hit / (2 * hit + missed + wrong) if hit + missed + wrong else 0.0
    numbers = f"recall {recall:6.1%}  precision {precision:6.1%}  F1 {score:.3f}"
    return f"{name:<22} n {hit + missed:>3}  {numbers}"


def share(name: str, part: int, whole: int) -> str:
    """Return one line that says how many of how many."""
    return f"{name:<46} {part:>3} of {whole} ({part / whole:.1%})"


def classes(pairs: Iterable[tuple[str, str]], names: Iterable[str]) -> Iterator[str]:
    """Yield a line per class from pairs of the label and what was found."""
    said = list(pairs)
    for name in names:
        hit = sum(label == found == name for label, found in said)
        missed = sum(label == name != found for label, found in said)
        wrong = sum(found == name != label for label, found in said)
        yield row(name, hit, missed, wrong)


def misses(pairs: Iterable[tuple[str, str, Line]]) -> Iterator[str]:
    """Yield the lines of part dev whose label is not what was found."""
    for label, found, line in pairs:
        if label != found and line["part"] == "dev":
            yield f"  {label} -> {found}: {line.get('text', line.get('variant'))!r}"


def class_of(text: str) -> str:
    """Return the label that stands for the verdict on a text."""
    verdict = judge(text)
    if verdict.danger is not Danger.RAISED:
        return "none" if verdict.danger is Danger.NONE else "unclear"
    if verdict.self_harm:
        return "self-harm"
    return "child" if verdict.emergency is EmergencyClass.CHILD else "life"


def danger(lines: list[Line]) -> Iterator[str]:
    """Yield the table for danger."""
    said = [(line["label"], class_of(line["text"]), line) for line in lines]
    pairs = [(label, found) for label, found, _ in said]
    yield from classes(pairs, (*IN_DANGER, "unclear", "none"))
    real = [found for label, found in pairs if label in IN_DANGER]
    yield share("in danger: raised, whatever class", sum(f in IN_DANGER for f in real), len(real))
    yield share("in danger: raised or asked about", sum(f != "none" for f in real), len(real))
    calm = [found for label, found in pairs if label == "none"]
    yield share(
        "nobody in danger: raised all the same", sum(f in IN_DANGER for f in calm), len(calm)
    )
    yield share("nobody in danger: asked about", calm.count("unclear"), len(calm))
    open_ = [found for label, found in pairs if label == "unclear"]
    yield share("unclear: asked about or raised", sum(f != "none" for f in open_), len(open_))
    yield from misses(said)


def exposure(lines: list[Line]) -> Iterator[str]:
    """Yield the table for exposure."""
    said = [(line["label"], "exposed" if exposes(line["text"]) else "none", line) for line in lines]
    yield from classes(((label, found) for label, found, _ in said), ("exposed", "none"))
    yield from misses(said)


def recognised(text: str) -> list[Mark]:
    """Return what is recognised in a text, with the names of kinds that the sets use."""
    out: list[Mark] = []
    for span in spans(text):
        kind = span.kind
        if kind == "ip":
            kind = "ipv6" if ":" in text[span.start : span.end] else "ipv4"
        out.append((span.start, span.end, "real-name-claim" if kind == "real-name" else kind))
    for link in find(text):
        if not any(start < link.end and link.start < end for start, end, _ in out):
            out.append((link.start, link.end, "link"))
    return out


def fits(label: Mark, found: Mark) -> bool:
    """Tell whether a found span is the labelled one."""
    if label[2] != found[2]:
        return False
    shared = min(label[1], found[1]) - max(label[0], found[0])
    least = 0.0 if label[2] in SOFT else HALF * (max(label[1], found[1]) - min(label[0], found[0]))
    return shared > 0 and shared >= least


def pii(lines: list[Line]) -> Iterator[str]:
    """Yield the table for personal details; a link to a profile is a link, too."""
    counts = {kind: [0, 0, 0] for kind in (*KINDS, "structured")}
    shown: list[str] = []
    for line in lines:
        labels = [(start, end, kind) for start, end, kind in line["spans"]]
        found = recognised(line["text"])
        plain = [(start, end, kind.removeprefix("profile-")) for start, end, kind in labels]
        seen = [(start, end, kind.removeprefix("profile-")) for start, end, kind in found]
        for label, as_link in zip(labels, plain, strict=True):
            counts[label[2]][0 if any(fits(label, f) for f in found) else 1] += 1
            if as_link[2] in STRUCTURED:
                counts["structured"][0 if any(fits(as_link, f) for f in seen) else 1] += 1
        for mark in seen:
            if not any(fits(label, mark) for label in plain):
                counts.setdefault(mark[2], [0, 0, 0])[2] += 1
                if mark[2] in STRUCTURED:
                    counts["structured"][2] += 1
        if line["part"] == "dev" and not (
            len(plain) == len(seen) and all(any(fits(p, s) for s in seen) for p in plain)
        ):
            marks = [(kind, line["text"][start:end]) for start, end, kind in found]
            shown.append(f"  {line['text']!r}: {marks}")
    for kind, (hit, missed, wrong) in counts.items():
        yield row(kind, hit, missed, wrong)
    clean = [line["text"] for line in lines if not line["spans"]]
    yield share(
        "clean lines with a personal detail found", sum(map(bool, map(spans, clean))), len(clean)
    )
    yield share("clean lines with a link found", sum(map(bool, map(find, clean))), len(clean))
    yield from shown


def leads(line: Line, *, text: bool) -> bool:
    """Tell whether the variant is known for the base, read as a line of chat or as an address."""
    held = set(keys(line["base"]))
    if text:
        return any(held & set(link.keys) for link in find(line["variant"]))
    return not held.isdisjoint(keys(line["variant"]))


def links(lines: list[Line]) -> Iterator[str]:
    """Yield the table for links: read as chat (what the watch does), and as a bare address."""
    for name, text in (("in chat", True), ("as an address", False)):
        said = [
            (
                "same" if line["same"] else "other",
                "same" if leads(line, text=text) else "other",
                line,
            )
            for line in lines
        ]
        pairs = [(label, found) for label, found, _ in said]
        yield from (f"{name}: {each}" for each in classes(pairs, ("same", "other")))
        if text:
            yield from misses(said)


REPORTS: dict[str, Report] = {"danger": danger, "exposure": exposure, "pii": pii, "links": links}


def main(arguments: list[str]) -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.measures.measure")
    parser.add_argument("which", nargs="?", choices=sorted(REPORTS))
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    asked = parser.parse_args(arguments)
    for name in [asked.which] if asked.which else REPORTS:
        rows = (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()
        lines = [line for line in map(json.loads, rows) if line["part"] == asked.part]
        print(f"== {name}, part {asked.part}, {len(lines)} lines")
        for each in REPORTS[name](lines):
            print(each)


if __name__ == "__main__":
    main(sys.argv[1:])
