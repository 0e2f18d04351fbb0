"""The outbox: nothing that was committed is forgotten, whatever the other side does."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.policy.gate import Cleared
from bot.core.words.beside import Beside
from bot.core.words.effects import Lane
from bot.core.words.identity import by_account
from bot.core.words.labels import Label
from bot.core.words.people import Account
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import Letter, MailOutcome, Sent
from bot.core.words.text import doc, public
from bot.runtime.schedule import pause
from bot.runtime.voice import Audience
from bot.texts.catalogue import says
from tests.world import NETWORK, World, new_world, place


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


def _mails(world: World) -> list[bytes]:
    return [m.raw for m in world.carrier.carried if m.recipient == "emergency@example.org"]


@pytest.mark.parametrize("lane", Lane)
def test_pauses_grow_and_an_emergency_is_never_left_for_more_than_a_minute(lane: Lane) -> None:
    pauses = [pause(tries, lane) for tries in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=15)
    most = timedelta(seconds=60) if lane <= Lane.PAGE else timedelta(minutes=10)
    assert pauses[-1] == most


async def test_a_dead_relay_is_tried_until_it_lives(world: World) -> None:
    world.carrier.always = MailOutcome.RETRY
    await world.says("rita", None, "urgent he is at my door")
    await world.later(minutes=20)
    assert not _mails(world)
    world.carrier.always = MailOutcome.SENT
    await world.later(minutes=2)
    assert len(_mails(world)) == 1


async def test_a_carrier_that_breaks_does_not_lose_the_mail(world: World) -> None:
    carry = world.carrier.carry
    broken = iter([True, True])

    async def once_broken(letter: Letter) -> MailOutcome:
        if next(broken, False):
            raise RuntimeError("a fault of the carrier")
        return await carry(letter)

    world.carrier.carry = once_broken  # type: ignore[method-assign]
    await world.says("rita", None, "urgent he is at my door")
    await world.later(minutes=3)
    assert len(_mails(world)) == 1


async def test_words_wait_while_the_network_is_down(world: World) -> None:
    await world.says("rita", None, "Somebody follows me.")
    await world.says("rita", None, "no")
    await world.says("rita", None, "yes")
    code = world.code()
    await world.says("alice", "#team", f"!say {code} We are reading it.")
    world.net.up = False
    await world.says("alice", "#team", "!yes")
    assert "We are reading it." not in " ".join(world.heard("rita"))
    world.net.link(up=True)
    await world.settle()
    await world.later(seconds=30)
    assert "We are reading it." in " ".join(world.heard("rita"))


async def test_the_lead_hears_of_words_that_are_refused(world: World) -> None:
    await world.says("rita", None, "Somebody follows me.")
    await world.says("rita", None, "no")
    await world.says("rita", None, "yes")
    code = world.code()
    world.net.refuse("rita")
    await world.says("alice", "#team", f"!say {code} We are reading it.")
    await world.says("alice", "#team", "!yes")
    assert "settings refuse" in " ".join(world.heard("#team"))


async def test_rings_for_somebody_away_do_not_pile_up(world: World) -> None:
    world.net.leave("alice")
    await world.says("rita", None, "urgent he is at my door")
    await world.later(minutes=30)
    world.net.arrive("alice", "alice")
    before = len(world.heard("alice"))
    await world.later(minutes=3)
    assert len(world.heard("alice")) - before <= 2


async def test_the_timeline_tells_whether_the_words_arrived(world: World) -> None:
    for line in ("Somebody follows me.", "no", "yes"):
        await world.says("rita", None, line)
    code = world.code()
    world.net.refuse("rita")
    await world.says("alice", "#team", f"!say {code} We are reading it.")
    await world.says("alice", "#team", "!yes")
    timeline = " ".join(await world.says("alice", None, f"!show {code} timeline"))
    assert "could not bring a message to the reporter" in timeline
    world.net.refuse("rita", refuses=False)
    await world.says("rita", None, "status")
    timeline = " ".join(await world.says("alice", None, f"!show {code} timeline"))
    assert "brought a message to the reporter" in timeline


async def test_a_network_that_cannot_tell_who_is_there_has_not_said_that_nobody_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in ("Somebody follows me.", "no", "yes"):
        await world.says("rita", None, line)
    code = world.code()
    lagging = True

    find = world.net.find

    async def slow(identity: str) -> Place | None:
        if lagging:
            raise TimeoutError
        return await find(identity)

    monkeypatch.setattr(world.net, "find", slow)
    await world.says("alice", "#team", f"!say {code} We are reading it.")
    await world.says("alice", "#team", "!yes")
    timeline = " ".join(await world.says("alice", None, f"!show {code} timeline"))
    assert "could not bring a message to the reporter" not in timeline
    lagging = False
    await world.later(seconds=30)
    assert "We are reading it." in " ".join(world.heard("rita"))


async def test_words_go_by_one_name_for_less_than_a_day(world: World) -> None:
    names: list[str | None] = []
    send = world.net.send

    async def doubtful(cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        if proof and cleared.place.address == "#team":
            assert cleared.beside.case == world.code()
            names.append(cleared.beside.once)
            return Sent.UNCERTAIN
        return await send(cleared, proof=proof, urgent=urgent)

    world.net.send = doubtful  # type: ignore[method-assign]
    for line in ("Somebody follows me.", "no", "yes"):
        await world.says("rita", None, line)
    await world.later(hours=19)
    assert len(names) > 4
    assert len(set(names)) == 1
    assert names[0]
    await world.later(hours=2)
    assert len(set(names)) == 2


async def test_a_knock_is_not_taken_for_the_words_it_stands_for(world: World) -> None:
    for line in ("Somebody follows me.", "no", "yes"):
        await world.says("rita", None, line)
    names: dict[str, str | None] = {}
    send = world.net.send

    async def doubtful(cleared: Cleared, *, proof: bool = False, urgent: bool = False) -> Sent:
        if proof and cleared.place.address == "rita":
            names[" ".join(cleared.lines)] = cleared.beside.once
            return Sent.UNCERTAIN
        return await send(cleared, proof=proof, urgent=urgent)

    world.net.send = doubtful  # type: ignore[method-assign]
    await world.says("alice", "#team", f"!say {world.code()} We are reading it.")
    await world.says("alice", "#team", "!yes")
    await world.later(minutes=30)
    (words,) = (once for said, once in names.items() if "We are reading it." in said)
    (knock,) = (once for said, once in names.items() if says("intake.unread", said))
    assert words
    assert knock
    assert words != knock


async def test_what_goes_on_in_a_direct_message_does_not_go_by_the_name_of_the_whole(
    world: World,
) -> None:
    assert world.bot is not None
    heard: list[Cleared] = []
    world.net.before_send = heard.append
    room, dm = place("#team"), Place(network=NETWORK, address="alice", kind=PlaceKind.DM)
    beside = Beside(case="C-5AFMST", message="$asked", thread="$thread", once="once")
    lines = doc(*((public(f"line {number}"),) for number in range(9)), label=Label.TEAM)
    voice = world.bot.voice
    draft = voice.draft(lines, room, beside=beside)
    alice = Audience(whom=by_account(Account(network=NETWORK, name="alice")))
    assert await voice.answer(room, dm, draft, alice) is Sent.DELIVERED
    said = {cleared.place: cleared.beside for cleared in heard}
    assert said == {room: replace(beside, once=None), dm: Beside(case="C-5AFMST")}
    heard.clear()
    short = voice.draft(doc((public("line"),), label=Label.TEAM), room, beside=beside)
    assert await voice.answer(room, dm, short, alice) is Sent.DELIVERED
    assert [cleared.beside for cleared in heard] == [beside]
