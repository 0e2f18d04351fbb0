"""What a case holds comes out nowhere: typed by anybody, to any command, in any place.

Five hundred made-up identifiers that a case holds are typed as every argument of every command, in
every kind of place, by everybody. All that leaves the bot is read: rooms and direct messages by what
they could carry at that moment, mail, logs, the audit, the files of the database.
"""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from bot.core.words.labels import Label
from tests.hostile.probing import HOLE, PLACES, SPEAKERS, Form, Probed, Shown, forms, probed
from tests.measures.harmless.identifiers import IDENTIFIERS

#: A single word of mere letters is not held: it could be anybody's, or a word of the language.
HELD = tuple(thing for thing in IDENTIFIERS if not thing.isalpha())
#: So many lines are typed before the world comes to rest.
BATCH = 24
#: Lines of the fast suite.
FEW = 240


class Typed(NamedTuple):
    """Who types which form where."""

    form: Form
    place: str | None
    speaker: str


def everything(made: Probed) -> list[Typed]:
    """Return every form in every place by everybody."""
    return [
        Typed(form, place, speaker)
        for form in forms(made.world.table)
        for place in PLACES
        for speaker in SPEAKERS
    ]


def spread(all_of_them: list[Typed], count: int) -> Iterator[Typed]:
    """Yield so many, from all parts of the list: steps of a number that shares no divisor with it."""
    step = 7919
    assert len(all_of_them) % step
    return (all_of_them[(turn * step) % len(all_of_them)] for turn in range(count))


async def typed(made: Probed, lines: list[tuple[Typed, str]]) -> None:
    """Have lines typed and let everything happen that follows, a `yes` of everybody included."""
    world = made.world
    for one, thing in lines:
        line = one.form.line.replace("CASE", made.code).replace(HOLE, thing)
        world.net.hear(one.speaker, one.place, line)
    await world.settle()
    for speaker in SPEAKERS:
        for place in {one.place for one, _ in lines if one.speaker == speaker}:
            world.net.hear(speaker, place, "!yes")
    await world.later(seconds=20)


def leaks(made: Probed) -> list[str]:
    """Return what was shown above the ceiling of its place."""
    below = [heard for heard in made.heard if heard.ceiling < Label.PII]
    whole = Shown("\n".join(heard.text for heard in below))
    return [
        f"{thing!r} in {heard.where} ({heard.ceiling.name}): {heard.text!r}"
        for thing in HELD
        if whole.shows(thing)
        for heard in below
        if Shown(heard.text).shows(thing)
    ]


async def try_all(made: Probed, which: Iterator[Typed]) -> None:
    """Type things into forms, and look at all that came out of it."""
    assert made.world.bot is not None
    made.holds(HELD)
    things = cycle(HELD)
    with capture_logs() as logs:
        while batch := [(one, next(things)) for one in islice(which, BATCH)]:
            await typed(made, batch)
    assert leaks(made) == []
    subjects = [line for line in made.mail().splitlines() if line.startswith("Subject:")]
    for name, text in (
        ("log", "\n".join(map(repr, logs))),
        ("audit", await made.audit()),
        ("subject", "\n".join(subjects)),
        ("file", made.files().decode("latin-1")),
    ):
        searched = Shown(text)
        assert [thing for thing in HELD if searched.shows(thing)] == [], name


async def test_all_of_them_are_held() -> None:
    async with probed(sealed=False) as made:
        made.holds(HELD)
        assert made.world.bot is not None
        hit = made.world.bot.held.hit
        assert [thing for thing in HELD if not hit(f"so {thing}, again")] == []


@pytest.mark.parametrize("sealed", [False, True])
async def test_no_identifier_comes_out_anywhere(sealed: bool) -> None:
    async with probed(sealed=sealed) as made:
        await try_all(made, spread(everything(made), FEW))


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [False, True])
async def test_no_identifier_comes_out_of_anything(sealed: bool) -> None:
    async with probed(sealed=sealed) as made:
        all_of_them = everything(made)
        await try_all(made, spread(all_of_them, len(all_of_them)))
