"""Makes the measuring set of canonical links: the same bytes at every run.

`python -m tests.measures.canon.make` writes the two sets and `SHA256SUMS`.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.measures.canon.chain import TRANSFORMS, chains
from tests.measures.canon.near import near
from tests.measures.canon.seeds import SEEDS
from tests.measures.canon.variant import Variant, number

HERE = Path(__file__).resolve().parent
PER_SEED = 370


def line(variant: Variant) -> dict[str, Any]:
    """Return what the file says about a variant."""
    how = "|".join(variant.how)
    return {
        "seed": variant.seed.id,
        "text": list(variant.parts) if variant.parts else variant.text,
        "wiki": variant.wiki,
        "how": list(variant.how),
        "part": ("dev", "test")[number(f"part {variant.seed.id} {how}") % 2],
    }


def packed(lines: Iterable[dict[str, Any]]) -> bytes:
    """Return the lines as one compressed file without a time in it."""
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)
    return gzip.compress(text.encode(), mtime=0)


def main() -> None:
    """Write the sets and their sums, and say how many lines there are."""
    variants = [line(made) for seed in SEEDS for made in chains(seed, PER_SEED)]
    pairs = near()
    for name, lines in (("variants", variants), ("near", pairs)):
        (HERE / f"{name}.jsonl.gz").write_bytes(packed(lines))
        print(name, len(lines))
    names = sorted([*HERE.glob("*.py"), *HERE.glob("*.gz")])
    sums = (f"{hashlib.sha256(n.read_bytes()).hexdigest()}  {n.name}\n" for n in names)
    (HERE / "SHA256SUMS").write_text("".join(sums), "utf-8")
    print("transforms", len(TRANSFORMS), "seeds", len(SEEDS))


if __name__ == "__main__":
    main()
