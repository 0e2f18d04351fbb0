"""What a case holds comes out nowhere: typed by anybody, to any command, in any place.

Five hundred made-up identifiers that a case holds are typed as every argument of every command, in
every kind of place, by everybody. All that leaves the bot is read: rooms and direct messages by what
they could carry at that moment, mail, logs, the audit, the files of the database.
"""

from collections.abc import Iterator
from itertools import islice
from math import gcd
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from bot.core.words.labels import Label
from commands._registry import load
from commands.ping import TOKEN
from tests.hostile.probing import HOLE, PLACES, SPEAKERS, Form, Heard, Probed, Shown, forms, probed
from tests.measures.harmless.identifiers import IDENTIFIERS

#: A single word of mere letters is not held: it could be anybody's, or a word of the language.
HELD = tuple(thing for thing in IDENTIFIERS if not thing.isalpha())
#: So many lines are typed before the world comes to rest.
BATCH = 24
#: So many lines are typed in one world: what they set off rings on for a while.
WORLD = 240


class Typed(NamedTuple):
    """Who types which form where."""

    form: Form
    place: str | None
    speaker: str


def everything() -> Iterator[tuple[Typed, str]]:
    """Yield every form in every place by everybody, each with a thing, in an order that mixes all.

    Words that `ping` repeats are passed over: it is looked at by itself.
    """
    whole = [
        Typed(form, place, speaker)
        for form in forms(load())
        for place in PLACES
        for speaker in SPEAKERS
    ]
    step = 7919
    assert gcd(step, len(whole)) == 1
    for turn in range(len(whole)):
        one, thing = whole[turn * step % len(whole)], HELD[turn % len(HELD)]
        if not (one.form.verb == "ping" and TOKEN.fullmatch(thing)):
            yield one, thing


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


async def try_all(lines: list[tuple[Typed, str]], *, sealed: bool) -> None:
    """Type lines into worlds, some hundred into each, and look at all that came out of them."""
    for start in range(0, len(lines), WORLD):
        async with probed(sealed=sealed) as made:
            made.holds(HELD)
            with capture_logs() as logs:
                for at in range(start, min(start + WORLD, len(lines)), BATCH):
                    await typed(made, lines[at : min(at + BATCH, start + WORLD)])
            assert len(made.heard) > WORLD
            assert leaks(made) == []
            for name, text in (
                ("log", "\n".join(map(repr, logs))),
                ("audit", await made.audit()),
                ("heads of mail", made.heads()),
                ("mail", made.mail(to_contacts=False)),
                ("files", made.files().decode("latin-1")),
            ):
                searched = Shown(text)
                assert [thing for thing in HELD if searched.shows(thing)] == [], name


async def test_all_of_them_are_held() -> None:
    assert len(HELD) > 470
    async with probed(sealed=False) as made:
        made.holds(HELD)
        assert made.world.bot is not None
        hit = made.world.bot.held.hit
        assert [thing for thing in HELD if not hit(f"so {thing}, again")] == []


@pytest.mark.parametrize("sealed", [False, True])
async def test_no_identifier_comes_out_anywhere(sealed: bool) -> None:
    await try_all(list(islice(everything(), WORLD)), sealed=sealed)


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [False, True])
async def test_no_identifier_comes_out_of_anything(sealed: bool) -> None:
    await try_all(list(everything()), sealed=sealed)


async def test_what_is_read_here_would_show_it() -> None:
    thing = HELD[0]
    async with probed(sealed=True) as made:
        made.holds(HELD)
        made.heard.append(Heard("net/#lobby", Label.PUBLIC, f"It was {thing}!"))
        assert len(leaks(made)) == 1
        made.heard[-1] = Heard("net/#safe", Label.PII, thing)
        assert leaks(made) == []
        # The contact for emergencies is told what was said, and nobody else.
        await made.world.says("alice", None, f"!emergency life {thing} will hurt somebody")
        assert Shown(made.mail(to_contacts=True)).shows(thing)
        assert made.mail(to_contacts=False)


async def test_ping_repeats_a_plain_word_to_whoever_typed_it_held_or_not() -> None:
    """The one command that repeats a word: nobody learns anything from it, and it looks nothing up."""
    held = next(thing for thing in HELD if TOKEN.fullmatch(thing))
    async with probed(sealed=False) as made:
        made.holds(HELD)
        answers = []
        for word in (held, "x" * len(held)):
            [answer] = await made.world.says("alice", "#team", f"!ping {word}")
            answers.append(answer.replace(word, "?"))
        assert answers[0] == answers[1]
