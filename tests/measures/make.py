"""Makes the four measuring sets out of `source/`: the same bytes at every run.

`python -m tests.measures.make` writes the `.jsonl` files and `SHA256SUMS`.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.measures.source.links import NEAR, PAIRS, PER_TRICK, TRICKS

HERE = Path(__file__).resolve().parent
KINDS = (
    "mail phone ipv4 ipv6 address real-name-claim iban card national-id profile-link link".split()
)
MARK = re.compile(r"\{(" + "|".join(KINDS) + r")\|([^{}]*)\}")

Line = dict[str, Any]


def digest(text: str) -> str:
    """Return the hash that decides order and choice."""
    return hashlib.sha256(text.encode()).hexdigest()


def labelled(name: str) -> list[Line]:
    """Read a source whose lines stand under `== label`."""
    label, lines = "", []
    for row in (HERE / "source" / name).read_text("utf-8").splitlines():
        if row.startswith("== "):
            label = row.removeprefix("== ")
        elif row:
            lines.append({"text": row, "label": label})
    return lines


def marked(row: str) -> Line:
    """Turn `{kind|words}` marks into the bare text and the spans in it."""
    text, spans, last = "", [], 0
    for found in MARK.finditer(row):
        text += row[last : found.start()]
        spans.append([len(text), len(text) + len(found[2]), found[1]])
        text += found[2]
        last = found.end()
    return {"text": text + row[last:], "spans": spans}


def chosen(how: str) -> list[str]:
    """Return the bases that one change is made to."""
    return sorted(PAIRS, key=lambda base: digest(how + base))[:PER_TRICK]


def pairs() -> list[Line]:
    """Return the pairs of links: first those written by hand, then the disguises."""
    out: list[Line] = []
    for base, block in PAIRS.items():
        for row in filter(None, map(str.strip, block.splitlines())):
            how = "by hand" if row[0] == "=" else "another page"
            out.append({"variant": row[2:], "base": base, "same": row[0] == "=", "how": how})
    for same, tricks in ((True, TRICKS), (False, NEAR)):
        for how, trick in tricks.items():
            out += [
                {"variant": trick(base), "base": base, "same": same, "how": how}
                for base in chosen(how)
            ]
    seen: dict[tuple[str, str], Line] = {}
    for line in out:
        seen.setdefault((line["variant"], line["base"]), line)
    return [line for line in seen.values() if line["variant"] != line["base"]]


def parted(lines: Iterable[Line], stratum: Callable[[Line], str]) -> list[Line]:
    """Give every second line of a stratum, in order of hash, to the test part."""
    strata: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        strata[stratum(line)].append(line)
    out: list[Line] = []
    for nth, name in enumerate(sorted(strata)):
        ordered = sorted(strata[name], key=lambda line: digest(json.dumps(line)))
        for i, line in enumerate(ordered):
            out.append({**line, "part": ("dev", "test")[(i + nth) % 2]})
    return out


def sets() -> dict[str, list[Line]]:
    """Return all four sets by their name."""
    rows = (HERE / "source" / "pii.txt").read_text("utf-8").splitlines()
    return {
        "danger": parted(labelled("danger.txt"), lambda line: line["label"]),
        "exposure": parted(labelled("exposure.txt"), lambda line: line["label"]),
        "pii": parted(map(marked, filter(None, rows)), lambda line: kinds(line["spans"])),
        "links": parted(pairs(), lambda line: line["how"]),
    }


def kinds(spans: Iterable[tuple[int, int, str]]) -> str:
    """Return the kinds of a line's spans as one word."""
    return "+".join(sorted({kind for _, _, kind in spans}))


def written() -> dict[str, bytes]:
    """Return the bytes of each file by its name."""
    files = {
        f"{name}.jsonl": "".join(json.dumps(line) + "\n" for line in lines).encode()
        for name, lines in sets().items()
    }
    sums = "".join(f"{hashlib.sha256(files[n]).hexdigest()}  {n}\n" for n in sorted(files))
    return files | {"SHA256SUMS": sums.encode()}


if __name__ == "__main__":
    for filename, content in written().items():
        (HERE / filename).write_bytes(content)
