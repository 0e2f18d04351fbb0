"""The story of a case, from a frightened message to the close, by the real program."""

import re

import pytest

from tests.e2e.relay import read
from tests.e2e.rig import CODE, PAGE, TEAM, Person, Rig, code_in

pytestmark = pytest.mark.slow

LINK = "https://wiki.example.org/wiki/User:Example-Rosa-Winter"
SECRET = "Example-Rosa-Winter"
MESSAGE_ID = re.compile(r"<[0-9a-z]{26}@example\.org>")


async def test_a_case_from_the_first_message_to_the_close(rig: Rig) -> None:
    await rig.open("rita")
    alice, rita = rig.alice, rig.people["rita"]
    await rita.asks(
        f"Somebody follows me, and now my real name is on {LINK} I am frightened.",
        "Is anyone in danger now",
    )
    rita.says("yes")
    case = code_in(await rita.hears(CODE.pattern))
    await rita.ever_hears("I can't say when someone answers")
    await rita.ever_hears(r"emergency@example\.org")
    page = await _mailed(rig, case)
    await alice.ever_hears(rf"^{page}: danger to life")
    await alice.asks(f"!ack {page}", rf"You have {page}: .*{case}")
    await alice.ever_hears(rf"New report {case}", TEAM)
    await _interview(rita, case)
    await _hole(alice, case)
    await alice.asks(f"!take {case}", f"{case} is yours", TEAM)
    await alice.asks(f"!say {case} reporter The page is hidden now.", "5 words", TEAM)
    assert not any("hidden now" in text for text in rita.heard())
    await alice.asks("!yes", "On its way", TEAM)
    await rita.hears("The page is hidden now")
    await alice.asks(f"!close {case} actionable The page was hidden.", f"Closed {case}", TEAM)
    assert not any(case in text for text in await alice.answers("!cases", TEAM))
    assert not any("alice" in text for text in rita.heard())
    assert not any(SECRET in text for text in alice.heard(TEAM))
    assert await rig.stop() == 0


async def _mailed(rig: Rig, case: str) -> str:
    """The mail has a subject that says nothing, one recipient, and what was said."""
    raw = await rig.relays[0].mail("emergency@example.org")
    mail = read(raw)
    page = code_in(mail["Subject"], PAGE)
    assert mail["Subject"] == f"Emergency report {page}"
    assert MESSAGE_ID.fullmatch(mail["Message-ID"].strip())
    assert mail["To"] == "emergency@example.org"
    body = mail.get_content()
    assert "Somebody follows me" in body
    assert LINK in body
    assert case in body
    assert "safety-team@example.org" in body
    assert ("mail", True) in rig.relays[0].steps
    assert all(good for _, good in rig.relays[0].logins)
    return page


async def _interview(rita: Person, case: str) -> None:
    await rita.asks("done", "We were at what happened")
    await rita.asks("It began on Monday, when I undid an edit.", "Where did it happen")
    await rita.asks("skip", "Who did it")
    await rita.asks("skip", "Who is it aimed at")
    await rita.asks("skip", "may the team write to you here")
    await rita.asks("yes", f"Thank you for telling us.*{case}")
    await rita.hears(r"by 20\d\d-\d\d-\d\d")
    await rita.hears(r"^[a-z]+( [a-z]+){5}$")


async def _hole(alice: Person, case: str) -> None:
    """The channel gets the story without the link; the DM of an oversighter gets the link."""
    shown = await alice.asks(f"!show {case}", rf"\[held: !reveal {case} \d+ in a DM\]", TEAM)
    number = re.search(rf"reveal {case} (\d+)", shown)
    assert number is not None
    assert "Somebody follows me" in " ".join(alice.heard(TEAM))
    await alice.asks(f"!reveal {case} {number[1]}", SECRET, TEAM, by_dm=True)
    await alice.settled(TEAM)
    assert not any(SECRET in text for text in alice.heard(TEAM))
