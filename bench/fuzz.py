"""Hostile lines against a whole bot (`./run bench fuzz [--lines N] [--seed S]`).

Prints how many lines a second went through, and what was broken: the exit code is 1 if anything.
"""

import argparse
import asyncio

from tests.hostile.fuzz_run import run
from tests.hostile.fuzz_server import Found

LINES = 1_000_000


def main(arguments: list[str]) -> int:
    """Run it; returns 0 if nothing was broken."""
    parser = argparse.ArgumentParser(prog="bench fuzz", description="hostile lines")
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    found = asyncio.run(run(asked.lines, asked.seed))
    print(_told(found))
    return 0 if found.clean else 1


def _told(found: Found) -> str:
    rate = found.lines / found.seconds if found.seconds else 0.0
    figures = {
        "lines": f"{found.lines:,}",
        "lines a second": f"{rate:,.0f}",
        "exceptions": str(found.exceptions),
        "disconnects": str(found.disconnects),
        "lines sent by the bot": f"{found.sends:,}",
        "wrong sends": str(found.wrong_sends),
        "people taken for others": str(found.wrong_people),
        "answered of what was asked": f"{found.answered:,} of {found.asked:,}",
        "answers at the end": "no" if found.deaf else "yes",
    }
    lines = [f"{name + ':':30}{value}" for name, value in figures.items()]
    return "\n".join([*lines, *(f"  {count} x {what}" for what, count in found.examples.items())])
