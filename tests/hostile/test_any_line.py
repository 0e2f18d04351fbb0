"""Whatever anybody types, in whatever order: no piece of work fails."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.world import new_world

TYPED = (
    "yes", "no", "unsure", "skip", "back", "pause", "stop", "delete", "done", "status", "add",
    "add more", "urgent", "urgent help", "help", "read", "language", "appeal", "report", "?", "!",
    "he will kill me", "I am scared of him", "User:Example-Bob", "her real name is Jane Example",
    "https://wiki.example.org/w/index.php?diff=4711", "they posted my address", "a" * 3000,
    "\N{RIGHT-TO-LEFT OVERRIDE}abc", "$1 {{PLURAL:$9|a|b}} $99", "12 Example Street",
    "treemoon hillmoon treeleaf hillbird hillleaf hillbird", "caseward: help",
)  # fmt: skip
VERBS = (
    "open", "cases", "show", "note", "link", "reveal", "take", "say", "due", "close", "skip",
    "emergency", "ack", "help", "whoami", "can", "yes", "no", "undo", "ping", "shw", "1",
)  # fmt: skip
TEAM = ("alice", "bob", "finn", "carol", "dan", "olga")
CASES = ("", "1", "CASE", "PAGE", "C-000000", "x")

typed = st.sampled_from(TYPED) | st.text(max_size=40)
commands = st.tuples(st.sampled_from(VERBS), st.sampled_from(CASES), typed | st.just("3d")).map(
    lambda parts: "!" + " ".join(part for part in parts if part)
)
outside = st.tuples(st.sampled_from(("rita", "stranger")), st.none(), typed)
inside = st.tuples(
    st.sampled_from(TEAM), st.sampled_from((None, "#team", "#lobby")), commands | typed
)
loud = st.tuples(st.just("stranger"), st.just("#lobby"), commands)


async def _play(lines: list[tuple[str, str | None, str]]) -> None:
    async with new_world() as world:
        code = page = "C-000000"
        for who, where, text in lines:
            said = await world.says(
                who, where, text.replace("CASE", code, 1).replace("PAGE", page, 1)
            )
            told = "\n".join(said)
            code = world.code(said) if "C-" in told else code
            page = world.page() if "E-" in told else page
            if where is None and who in {"rita", "stranger"} and text.strip():
                await world.later(seconds=12)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(outside | inside | loud, min_size=5, max_size=30))
def test_no_line_makes_a_piece_of_work_fail(
    lines: list[tuple[str, str | None, str]],
) -> None:
    with capture_logs() as logged:
        asyncio.run(_play(lines))
    assert [entry for entry in logged if str(entry["event"]).endswith(".failed")] == []
