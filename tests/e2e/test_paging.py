"""Pages ring step by step, every few seconds here, until somebody takes them."""

import pytest

from tests.e2e.relay import read
from tests.e2e.rig import LOBBY, PAGE, TEAM, Person, Rig, code_in

pytestmark = [pytest.mark.net, pytest.mark.slow]


@pytest.fixture
def rig(demo_rig: Rig) -> Rig:
    return demo_rig


async def rung(person: Person, page: str) -> str:
    return await person.hears(rf"^{page}: .*Nobody has taken it yet")


def rings(person: Person, page: str) -> int:
    return sum(text.startswith(f"{page}: ") and "Nobody" in text for text in person.heard())


async def test_two_emergencies_ring_up_the_steps_until_each_is_taken(rig: Rig) -> None:
    await rig.open("rita", "sam")
    alice, bob = rig.alice, rig.bob
    rig.people["rita"].says("urgent he is at my door")
    first = code_in(await alice.hears("Nobody has taken it yet"), PAGE)
    rig.people["sam"].says("!emergency child somebody writes to a child at night")
    second = code_in(await alice.hears(rf"^(?!{first}){PAGE.pattern}: .*Nobody"), PAGE)
    await rung(bob, first)
    await rung(bob, second)
    assert rings(alice, first) > 1
    which = await bob.answers("!ack")
    assert first in " ".join(which)
    assert second in " ".join(which)
    await bob.asks(f"!ack {first}", f"You have {first}")
    await alice.hears(f"{first} was taken by bob")
    await alice.settled()
    already = rings(alice, first)
    for _ in range(2):
        await rung(alice, second)
    assert rings(alice, first) == already
    await alice.asks(f"!ack {second}", f"You have {second}", TEAM)
    await bob.hears(f"{second} was taken by alice")
    for name in ("alice@example.org", "bob@example.org"):
        assert rig.relays[0].mails(name)


async def test_anybody_may_call_in_public_and_nothing_of_it_is_repeated(rig: Rig) -> None:
    await rig.open("mallory")
    mallory = rig.people["mallory"]
    await mallory.client.join(LOBBY)
    await mallory.asks("!emergency somebody hurts a friend of mine", "passing it on", LOBBY)
    page = code_in(await rig.alice.hears("Nobody has taken it yet"), PAGE)
    mail = read(await rig.relays[0].mail("emergency@example.org"))
    assert "hurts a friend" in mail.get_content()
    await rig.alice.asks(f"!ack {page}", f"You have {page}")
    said = " ".join(mallory.heard(LOBBY))
    assert page not in said
    assert "hurts" not in said


async def test_an_ack_by_somebody_unknown_stops_nothing(rig: Rig) -> None:
    await rig.open("rita", "ivan")
    rig.people["rita"].says("urgent he is at my door")
    page = code_in(await rig.alice.hears("Nobody has taken it yet"), PAGE)
    ivan = rig.people["ivan"]
    await ivan.client.join(LOBBY)
    for line in ("!ack", f"!ack {page}"):
        ivan.says(line, LOBBY)
    await ivan.settled(LOBBY)
    await rung(rig.alice, page)
    assert page not in " ".join(ivan.heard_anywhere())


async def test_it_rings_on_after_kill_9(rig: Rig) -> None:
    await rig.open("rita")
    rig.people["rita"].says("urgent he is at my door")
    page = code_in(await rig.alice.hears("Nobody has taken it yet"), PAGE)
    await rig.kill9()
    await rig.restart()
    await rung(rig.bob, page)
    await rig.alice.asks(f"!ack {page}", f"You have {page}")
