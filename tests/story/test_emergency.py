"""Danger: fact, mail and page in one commit; rung until somebody takes it; the truth is told."""

from email import message_from_bytes

import pytest

from bot.core.words.ports import MailOutcome, RowState
from bot.texts import catalogue
from tests.world import CODE, PAGE, World


async def test_a_yes_to_danger_mails_rings_and_tells_the_person_the_address(world: World) -> None:
    await world.says("rita", None, "Somebody frightens me very much.")
    said = await world.says("rita", None, "yes")
    assert [letter.recipient for letter in world.carrier.carried][:1] == ["emergency@example.org"]
    assert b"E-" in world.carrier.carried[0].raw
    assert "emergency@example.org" in " ".join(said)
    assert world.page() in " ".join(world.heard("alice"))
    assert "frightens" not in " ".join(world.heard("alice"))


async def test_danger_words_raise_it_without_being_asked(world: World) -> None:
    await world.says("rita", None, "he says he will kill me tonight")
    assert any(letter.recipient == "emergency@example.org" for letter in world.carrier.carried)


async def test_it_rings_again_and_steps_up_until_somebody_takes_it(world: World) -> None:
    await world.says("rita", None, "urgent he is at my door")
    page = world.page()
    first = len(world.heard("alice"))
    await world.later(minutes=3, seconds=1)
    assert len(world.heard("alice")) > first
    await world.later(minutes=3)
    assert page in " ".join(world.heard("bob"))
    await world.says("bob", None, "!ack")
    await world.later(seconds=10)
    rung = len(world.heard("alice"))
    await world.later(minutes=9)
    assert len(world.heard("alice")) == rung


async def test_an_ack_that_is_forgotten_opens_again(world: World) -> None:
    await world.says("rita", None, "urgent he is at my door")
    await world.says("alice", None, "!ack")
    before = len(world.heard("alice"))
    await world.later(minutes=31)
    assert len(world.heard("alice")) > before


async def test_anybody_can_call_from_a_public_room_and_nothing_is_repeated(world: World) -> None:
    said = await world.says("stranger", "#lobby", "!emergency somebody hurts a friend of mine")
    public = " ".join(world.heard("#lobby"))
    assert said
    assert "hurts" not in public
    assert world.page() not in public
    assert world.carrier.carried


async def test_when_every_route_is_dead_the_person_hears_it_within_two_minutes(
    world: World,
) -> None:
    world.carrier.always = MailOutcome.RETRY
    for nick in ("alice", "bob", "olga"):
        world.net.leave(nick)
    await world.says("rita", None, "urgent he is at my door")
    before = len(world.heard("rita"))
    await world.later(minutes=2)
    later = " ".join(world.heard("rita")[before:])
    assert "couldn't reach anyone" in later
    assert "emergency@example.org" in later


async def test_a_mail_in_doubt_is_sent_again_with_the_same_bytes(world: World) -> None:
    world.carrier.outcomes.append(MailOutcome.UNCERTAIN)
    await world.says("rita", None, "urgent he is at my door")
    await world.later(minutes=2)
    mails = [m for m in world.carrier.carried if m.recipient == "emergency@example.org"]
    assert len(mails) == 2
    assert mails[0].raw == mails[1].raw


async def test_live_exposure_rings_oversighters_and_sends_no_emergency_mail(world: World) -> None:
    await world.says("rita", None, "Somebody posted my home address on my user page.")
    await world.says("rita", None, "no")
    await world.says("rita", None, "yes")
    assert world.page() in " ".join(world.heard("alice"))
    assert world.heard("#oversight")
    assert all(m.recipient != "emergency@example.org" for m in world.carrier.carried)


async def test_somebody_who_would_hurt_themselves_hears_gentler_words(world: World) -> None:
    said = await world.says("rita", None, "I want to kill myself")
    assert any(catalogue.says("emergency.self-harm", line) for line in said)
    assert any(m.recipient == "emergency@example.org" for m in world.carrier.carried)


async def two_strangers(world: World) -> None:
    """Let two call from a public room: they join one incident."""
    world.net.channel("#lobby", "stranger", "rita", modes="nt")
    for nick in ("stranger", "rita"):
        await world.says(nick, "#lobby", "!emergency he is at my door")


async def stand_down(world: World, who: str, line: str) -> str:
    await world.says(who, None, line)
    return " ".join(await world.says(who, None, "!yes"))


async def test_standing_down_ends_all_that_joined_and_says_nowhere_why(world: World) -> None:
    await two_strangers(world)
    page, joined = world.page(), world.code()
    shown = await world.says("bob", None, f"!stand-down {joined} a lanternfish at the door")
    codes = CODE.findall(" ".join(shown))
    assert len(codes) == 2
    assert codes[1] == joined
    assert "2 calls" in " ".join(shown)
    before = len(world.net.said)
    await world.says("bob", None, "!yes")
    told = {said.place.address for said in world.net.said[before:] if "stood it down" in said.text}
    assert told == {"alice", "#team"}
    assert not any("lanternfish" in said.text for said in world.net.said[before:])
    silent = len(world.net.said)
    await world.later(minutes=40)
    assert not any("E-" in said.text for said in world.net.said[silent:])
    for code in codes:
        shown = await world.says("bob", None, f"!show {code} timeline")
        assert "lanternfish" in " ".join(shown)
    await world.says("rita", None, "urgent he is back")
    assert world.page() != page


async def test_standing_down_is_not_for_who_is_named_in_a_joined_call(world: World) -> None:
    await two_strangers(world)
    page, joined = world.page(), world.code()
    await world.says("bob", None, f"!party {joined} target Example-Alice")
    said = await stand_down(world, "alice", f"!stand-down {page} all is well")
    assert "there is no such call" in " ".join(world.heard("alice"))
    assert "over" not in said
    assert "over" in await stand_down(world, "bob", f"!stand-down {page} all is well")


async def test_of_a_page_stood_down_no_ring_is_left_to_go_out(world: World) -> None:
    world.net.leave("alice")
    world.carrier.always = MailOutcome.RETRY
    await world.says("rita", None, "urgent he is at my door")
    page = world.page()
    await stand_down(world, "bob", f"!stand-down {page} all is well")
    assert world.store is not None
    rows = await world.store.run(lambda unit: unit.rows_of_page(page))
    waiting = [row for row in rows if row.state in {RowState.PENDING, RowState.UNCERTAIN}]
    assert {row.key.split(":")[0] for row in waiting} == {"mail", "stood-down"}


async def test_those_who_tell_of_danger_in_a_dm_join_those_in_rooms(world: World) -> None:
    await world.says("rita", None, "urgent he is at my door")
    page, first = world.page(), world.code(world.heard("rita"))
    ring = [line for line in world.heard("alice") if "To take it" in line]
    await world.says("stranger", None, "urgent there is a man with a knife")
    second = world.code(world.heard("stranger"))
    assert [line for line in world.heard("alice") if "To take it" in line] == ring
    assert f"{page}: another call came in" in " ".join(world.heard("#team"))
    mailed = [mail for mail in world.carrier.carried if mail.recipient == "emergency@example.org"]
    assert len(mailed) == 2
    assert set(PAGE.findall(" ".join(world.heard()))) == {page}
    await world.says("bob", None, f"!ack {second}")
    await world.later(seconds=10)
    shown = " ".join(await world.says("bob", None, f"!stand-down {second} all is well"))
    assert {first, second} <= set(CODE.findall(shown))
    assert "2 calls" in shown


async def test_an_ack_does_not_silence_who_calls_after_it(world: World) -> None:
    await world.says("rita", None, "urgent he is at my door")
    page = world.page()
    await world.says("alice", None, "!ack")
    await world.later(minutes=1)
    before = len(world.heard("alice"))
    await world.says("stranger", None, "urgent there is a man with a knife")
    told = " ".join(world.heard("alice")[before:])
    assert "another call came in" in told
    assert "knife" not in told
    assert "!ack" in told
    await world.later(minutes=3, seconds=1)
    assert any(f"{page}: danger to life, raised" in line for line in world.heard("alice")[before:])
    await world.says("alice", None, "!ack")
    before = len(world.heard("alice"))
    world.net.arrive("third")
    await world.says("third", None, "urgent they have him")
    await world.later(minutes=10)
    assert world.heard("alice")[before:] == []
    await world.later(minutes=2)
    assert "1 more call came in" in " ".join(world.heard("alice")[before:])
    await world.says("alice", None, "!ack")
    before = len(world.heard("alice"))
    await world.later(minutes=10)
    assert world.heard("alice")[before:] == []


async def test_whoever_joined_hears_the_truth_as_well(world: World) -> None:
    world.carrier.always = MailOutcome.RETRY
    for nick in ("alice", "bob", "olga"):
        world.net.leave(nick)
    await world.says("rita", None, "urgent he is at my door")
    await world.says("stranger", None, "urgent there is a man with a knife")
    before = len(world.net.said)
    await world.later(minutes=2)
    told = {said.place.address for said in world.net.said[before:] if "reach anyone" in said.text}
    assert told == {"rita", "stranger"}


def mailed(world: World) -> list[str]:
    """Return the bodies of all emergency mails so far."""
    letters = [m for m in world.carrier.carried if m.recipient == "emergency@example.org"]
    return [message_from_bytes(m.raw).get_payload(decode=True).decode() for m in letters]  # type: ignore[union-attr]  # one part each


async def test_the_mail_says_what_the_report_told_and_no_more(world: World) -> None:
    await world.says("rita", None, "User:Example-A deletes all that I write")
    await world.says("rita", None, "no")
    await world.says("rita", None, "yes")
    for answer in ("threats https://en.wiki.example.org/wiki/Special:Diff/123", "Example Wiki"):
        await world.later(seconds=11)
        await world.says("rita", None, answer)
    code = world.code()
    await world.says("bob", None, f"!party {code} target Example-B")
    await world.says("bob", None, f"!note {code} a lanternfish of ours")
    await world.later(minutes=2)
    await world.says("bob", None, f"!emergency {code} please look at once")
    [body] = mailed(world)
    for line in (
        "Where (wiki or other site): Example Wiki, en.wiki.example.org",
        "Who is affected: Example-B",
        "Accounts named: Example-A",
        "Called by: a member of our team",
        "> please look at once",
        "> User:Example-A deletes all that I write",
    ):
        assert line in body
    assert "Link: https://en.wiki.example.org/wiki/Special:Diff/123 (given " in body
    assert "First told us at: " in body
    for ours in ("lanternfish", "bob", "rita"):
        assert ours not in body


async def test_the_mail_of_who_joined_has_their_own_words_alone(world: World) -> None:
    await world.says("rita", None, "urgent he is at my door")
    await world.says("stranger", None, "urgent there is a man with a knife")
    first, second = mailed(world)
    assert "at my door" in first
    assert "knife" in second
    assert "door" not in second
    assert "nickname stranger" in second


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("!emergency child somebody writes odd things to a girl", "legal-reports@example.org"),
        ("emergency: child, somebody writes odd things to a girl", "legal-reports@example.org"),
        ("!emergency somebody writes odd things to a child", "emergency@example.org"),
        ("!emergency child he will kill her", "emergency@example.org"),
    ],
)
async def test_a_stranger_may_name_the_class_in_a_dm(
    world: World, typed: str, address: str
) -> None:
    await world.says("rita", None, typed)
    await world.settle()
    sent = {letter.recipient for letter in world.carrier.carried if not letter.of_roster}
    assert sent == {address}
