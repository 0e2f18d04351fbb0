"""Checks of the recipes, run inside a copy of the program to which one was applied.

    python -m tests.docs.applied bot/core/intake/script.py

Each fails in a program to which its recipe was not applied.
"""

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import bot
from bot.core.danger import judge, life
from bot.core.intake.script import SCRIPT
from bot.core.pii import recognisers
from bot.core.words.labels import Label
from bot.core.words.verdict import Danger
from bot.texts.catalogue import message, says
from storage.migrate import migrate, migrations, version_of
from tests.world import FakeClock, World, new_world


async def a_command() -> None:
    """The new command answers whoever may ask, refuses others, and is in the help."""
    async with new_world() as world:
        command = world.table.find("count")
        assert command is not None
        for example in command.examples:
            for typed in example.given:
                await world.says(example.by, "#team", typed)
            said = await world.says(example.by, "#team", example.typed)
            assert any(says(example.says, line) for line in said), (example, said)
        assert await world.says("alice", "#team", "!count") == ["One case is open."]
        assert await world.says("carol", None, "!count") != ["One case is open."]
        assert "How many cases are open." in " ".join(
            await world.says("alice", None, "!help count")
        )


async def a_question() -> None:
    """The new question is asked after the one above it, and its answer is kept."""
    new = SCRIPT.after("where")
    assert new == "since"
    asked = message("intake.ask-since")
    async with new_world() as world:
        for line in ("Somebody follows me to every page.", "no", "yes"):
            told = await world.says("rita", None, line)
        code = world.code(told)
        for line in ("skip", "skip"):
            told = await world.says("rita", None, line)
        assert asked in told
        await world.later(seconds=11)
        told = await world.says("rita", None, "About three weeks ago, I think.")
        assert message("intake.ask-who") in told
        shown = await world.says("alice", None, f"!show {code} messages")
        assert any("three weeks ago" in line for line in shown), shown


async def a_phrase() -> None:
    """The new phrase is found and leaves its misses alone, in the verdict of all lists."""
    entry = life.LIFE[0]
    assert "petrol" in entry.pattern
    for sample in entry.hits:
        assert judge.judge(sample).danger is Danger.RAISED, sample
    for sample in entry.misses:
        assert judge.judge(sample).danger is Danger.NONE, sample
    async with new_world() as world:
        await world.says("rita", None, entry.hits[0])
        assert world.carrier.carried
        assert world.page()


async def a_rule() -> None:
    """What the new rule finds is held in the team's room, its misses are not."""
    rule = recognisers.RULES[0]
    assert rule.kind == "plate"
    for sample in rule.hits:
        assert [span.kind for span in recognisers.spans(sample)] == ["plate"], sample
    for sample in rule.misses:
        assert recognisers.spans(sample) == (), sample
    async with new_world() as world:
        await world.says("alice", "#team", "!open Insults on a talk page")
        await world.says("alice", "#team", f"!note {world.code()} {rule.hits[0]}")
        shown = await world.says("alice", "#team", f"!show {world.code()} timeline")
        assert any("license plate is" in line for line in shown), shown
        assert not any("AB12" in line for line in shown), shown


async def a_language() -> None:
    """What is translated is said in that language, the rest in English."""
    async with new_world() as world:
        world.live.terms = replace(world.live.terms, language="de")
        said = await world.says("rita", None, "Somebody follows me to every page.")
        assert message("intake.ask-danger") in said
        assert message("dates.understood", "de") == "Ich verstehe das als $1."
        assert message("dates.past", "de") == message("dates.past")
        for line in ("no", "yes", "stop"):
            await world.says("rita", None, line)
        added = await world.says("rita", None, "One more thing.")
        assert any("Ich habe das zu deinem Bericht gelegt" in line for line in added), added


async def a_migration() -> None:
    """The samples of all earlier files go through it, and a new database has it."""
    *earlier, new = migrations()
    assert new.name == "0006_colour.sql"
    raw = sqlite3.connect(":memory:", isolation_level=None)
    migrate(raw, earlier)
    for sample in (statement for old in earlier for statement in old.sample):
        raw.execute(sample)
    migrate(raw, migrations())
    for statement in new.sample:
        raw.execute(statement)
    assert version_of(raw) == new.number
    for query in (query for each in migrations() for query in each.must_be_empty):
        assert raw.execute(query).fetchall() == [], query
    raw.close()
    async with new_world() as world:
        await world.says("alice", "#team", "!open Insults on a talk page")
        assert world.code()


async def a_network() -> None:
    """Somebody on the new network is led through first contact, and the team hears of it."""
    module: Any = import_module("bot.transports.console")
    lines, printed = asyncio.StreamReader(), list[str]()
    console = module.build(module.Settings(name="console"), lines, printed.append, FakeClock())
    world = World(Path(tempfile.mkdtemp(prefix="caseward-")))
    world.populate()
    world.live = replace(
        world.live,
        transports={**world.live.transports, "console": console},
        dm_most={**world.live.dm_most, "console": Label.PUBLIC},
    )
    await world.start()
    try:
        for line in ("Somebody follows me to every page.", "no", "yes"):
            lines.feed_data(f"{line}\n".encode())
            for _ in range(5):
                await asyncio.sleep(0)
            await world.settle()
        assert message("intake.ask-danger") in printed
        assert world.code(world.heard("#team")) in " ".join(printed)
    finally:
        await world.stop()


CHECKS: Mapping[str, Callable[[], Awaitable[None]]] = {
    "commands/count.py": a_command,
    "bot/core/intake/script.py": a_question,
    "bot/core/danger/life.py": a_phrase,
    "bot/core/pii/recognisers.py": a_rule,
    "bot/texts/de.json": a_language,
    "storage/migrations/0006_colour.sql": a_migration,
    "bot/transports/console.py": a_network,
}


async def check(file: str) -> None:
    """Run the check of the recipe that touches `file`."""
    assert Path(str(bot.__file__)).is_relative_to(Path.cwd()), "the copy must be what is checked"
    await CHECKS[file]()


if __name__ == "__main__":
    asyncio.run(check(sys.argv[1]))
