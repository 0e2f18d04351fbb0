"""Every example in every command's help is typed into a whole bot, and answered as promised."""

import pytest

from bot.texts import catalogue
from commands._registry import load
from commands._spec import Example
from tests.world import CODE, PAGE, World

EXAMPLES = [
    pytest.param(example, id=f"{command.verb}: {example.says}")
    for command in load().commands.values()
    for example in command.examples
]


def _filled(line: str, world: World) -> str:
    """Put the codes of what was opened and raised before into a line."""
    heard = "\n".join(world.heard())
    cases, pages = CODE.findall(heard), PAGE.findall(heard)
    line = line.replace("CASE", cases[-1]) if cases else line
    return line.replace("PAGE", pages[-1]) if pages else line


@pytest.mark.parametrize("example", EXAMPLES)
async def test_an_example_is_answered_as_its_help_promises(world: World, example: Example) -> None:
    where = None if example.by in {"carol", "dan", "olga"} else "#team"
    for line in example.given:
        await world.says(example.by, where, _filled(line, world))
    said = await world.says(example.by, where, _filled(example.typed, world))
    assert any(catalogue.says(example.says, line) for line in said), said


def test_every_command_has_two_examples() -> None:
    assert all(len(command.examples) >= 2 for command in load().commands.values())
