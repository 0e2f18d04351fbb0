"""Nothing that somebody said, or was told, may be lost: not by a bad moment, nor by moving."""

import asyncio
from email import message_from_bytes
from email.policy import default

from bot.core.words.ports import Timer, Unit
from tests.hostile.kit import minutes, report, since
from tests.world import World


def _six_words(world: World, nick: str) -> str:
    known = set(world.live.terms.words)
    lines = [line.split() for line in world.heard(nick)]
    return " ".join(next(words for words in lines if len(words) == 6 and set(words) <= known))


async def test_what_was_read_as_the_network_went_away_is_not_lost(world: World) -> None:
    code = await report(world, "rita", "more", "there", "nobody", "me", "yes")
    await world.later(minutes=20)
    await world.says("alice", None, f"!say {code} Please keep a copy")
    await world.says("alice", None, "!yes")
    for turns in range(12):
        world.net.hear("rita", None, "read")
        for _ in range(turns):
            await asyncio.sleep(0)
        world.net.link(up=False)
        await world.settle()
        world.net.link(up=True)
        await world.settle()
        if "Please keep a copy" in "\n".join(world.heard("rita")):
            break
    assert "Please keep a copy" in "\n".join(world.heard("rita"))


async def test_exposure_told_before_the_six_words_still_calls_oversighters(world: World) -> None:
    code = await report(world, "rita", "more", "there", "nobody", "me", "yes")
    world.net.arrive("phone")
    mark = len(world.net.said)
    await world.says("phone", None, "they posted my home address: 12 Example Street")
    await world.says("phone", None, "no")
    await world.says("phone", None, _six_words(world, "rita"))
    assert "private details out in the open" in since(world, mark, "alice")
    assert f"The reporter of {code} has written more" in since(world, mark, "#team")


async def test_an_open_question_of_danger_moves_along_with_the_words(world: World) -> None:
    await report(world, "rita", "more", "there", "nobody", "me", "yes")
    world.net.arrive("phone")
    await world.says("phone", None, "I am scared of him")
    said = await world.says("phone", None, _six_words(world, "rita"))
    assert "danger" in "\n".join(said)
    mark = len(world.net.said)
    await world.says("phone", None, "yes")
    assert "danger to life" in since(world, mark, "alice")
    letters = [message_from_bytes(sent.raw, policy=default) for sent in world.carrier.carried]
    assert any("I am scared of him" in letter.get_content() for letter in letters)


async def test_a_timer_that_always_fails_does_not_silence_a_page(world: World) -> None:
    assert world.bot is not None
    assert world.store is not None
    bad = Timer(key="promise:C-000000", due=world.clock.now(), kind="promise", data={})
    scheduler = world.bot.scheduler
    ring = scheduler.ring

    def poisoned(unit: Unit, timer: Timer, now: object) -> None:
        if timer.key == bad.key:
            raise ValueError("this one never works")
        ring(unit, timer, world.clock.now())

    scheduler.ring = poisoned
    await world.store.run(lambda unit: unit.set_timer(bad))
    await world.says("stranger", "#lobby", "!emergency somebody says they will kill me")
    mark = len(world.net.said)
    await minutes(world, 6)
    assert since(world, mark, "alice").count("danger to life") == 2
    assert since(world, mark, "bob").count("danger to life") == 1
