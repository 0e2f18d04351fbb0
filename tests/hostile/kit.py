"""What attacks begin with: a whole report, and what was said since."""

from tests.world import World

STORY = "Somebody insults me on my talk page."


async def report(
    world: World, nick: str, *answers: str, story: str = STORY, start: str | None = None
) -> str:
    """Take a reporter through danger and pass-on, then through `answers`; returns the code."""
    if start is not None:
        await world.says(nick, None, start)
    await world.says(nick, None, story)
    await world.says(nick, None, "no")
    code = world.code(await world.says(nick, None, "yes"))
    for answer in answers:
        await world.later(seconds=11)
        await world.says(nick, None, answer)
    return code


async def minutes(world: World, count: int) -> None:
    """Let minutes pass one by one."""
    for _ in range(count):
        await world.later(minutes=1)


def since(world: World, mark: int, where: str | None = None) -> str:
    """Return everything said after the first `mark` lines, or only that in one place."""
    return "\n".join(
        said.text for said in world.net.said[mark:] if where is None or said.place.address == where
    )
