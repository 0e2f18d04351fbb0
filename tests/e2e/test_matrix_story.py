"""The team's evening on Matrix: everything encrypted, in threads, with nothing where it may not be."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.e2e.matrix_rig import MatrixPerson, MatrixRig
from tests.e2e.relay import read
from tests.e2e.rig import CODE, PAGE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

LINK = "https://wiki.example.org/wiki/User:Example-Rosa-Winter"
SECRET = "Example-Rosa-Winter"
ANNOUNCED_SECONDS = 5.0


async def test_a_case_is_opened_shown_and_noted_in_its_thread(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open()
    opened = await rig.alice.asks(rig.team, "!open Example threats", "Opened C-")
    code = code_in(opened.body, CODE)
    assert opened.encrypted
    assert opened.thread is None
    shown = await rig.alice.asks(rig.team, f"!show {code}", f"{code}: ")
    assert shown.thread == opened.event_id
    assert shown.content["msgtype"] == "m.notice"
    assert shown.content["m.mentions"] == {}
    noted = await rig.alice.asks(
        rig.team, "!note An example of a note", "✓", thread=opened.event_id
    )
    assert noted.thread == opened.event_id


async def test_a_case_from_the_first_message_to_the_close(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    alice, rita = rig.alice, rig.people["rita"]
    mine, at_bob, hers = await asyncio.gather(alice.dm(), rig.bob.dm(), rita.dm())
    case, thread = await _reported(rig, rita, hers)
    page = await _mailed(rig, case)
    await _rung(rig, page, mine, at_bob)
    await _interview(rita, hers, case)
    await _hole(rig, case, mine)
    taken = await alice.asks(rig.team, f"!take {case}", f"{case} is yours")
    assert taken.thread == thread
    preview = await alice.asks(
        rig.team, f"!say {case} reporter The page is hidden now.", "would go to.*5 words"
    )
    assert preview.thread == thread
    assert "hidden now" not in " ".join(rita.heard_of(hers))
    await alice.asks(rig.team, "!yes", "On its way", thread=thread)
    words = await rita.hears("The page is hidden now", hers)
    assert words.content["msgtype"] == "m.text"
    assert words.encrypted
    closed = await alice.asks(
        rig.team, f"!close {case} actionable The page was hidden.", f"Closed {case}"
    )
    assert closed.thread == thread
    assert case not in " ".join(each.body for each in await alice.answers(rig.team, "!cases"))
    assert "alice" not in " ".join(rita.heard_of(hers)).lower()
    for person in (alice, rig.bob, rig.people["erin"]):
        told = str([each.content for each in person.record if each.room == rig.team])
        # What she typed herself is hers to type; see `_hole`.
        assert rita.user_id not in told
        assert SECRET not in " ".join(person.heard_of(rig.team))
    assert await rig.program.stop() == 0


async def _reported(rig: MatrixRig, rita: MatrixPerson, hers: str) -> tuple[str, str]:
    """She is asked first whether anybody is in danger, and the team hears at once."""
    await rita.say(hers, f"Somebody follows me, and now my real name is on {LINK} I am frightened.")
    hello = await rita.hears("I'm a bot that passes reports to the safety team", hers)
    assert hello.encrypted
    assert hello.content["msgtype"] == "m.text"
    await rita.ever_hears("only the team can read them. Whoever runs your server", hers)
    assert "IRC" not in " ".join(rita.heard_of(hers))
    await rita.ever_hears("Is anyone in danger now", hers)
    began = asyncio.get_running_loop().time()
    await rita.say(hers, "yes")
    announced = await rig.alice.hears(f"New report {CODE.pattern}", rig.team)
    assert asyncio.get_running_loop().time() - began < ANNOUNCED_SECONDS
    assert announced.encrypted
    assert announced.content["msgtype"] == "m.notice"
    case = code_in(announced.body)
    # What is said first of a case begins its thread: here that is the call for help.
    [first, *_] = [each for each in rig.alice.record if PAGE.search(each.body)]
    assert first.room == rig.team
    assert first.content["msgtype"] == "m.text"
    assert "m.relates_to" not in first.content
    assert announced.thread == first.event_id
    assert announced.content["m.relates_to"]["is_falling_back"] is True
    assert case in " ".join(rita.heard_of(hers))
    await rita.ever_hears(r"emergency@example\.org", hers)
    return case, first.event_id


async def _mailed(rig: MatrixRig, case: str) -> str:
    """The mail has a subject that says nothing, and what was said."""
    mail = read(await rig.relays[0].mail("emergency@example.org"))
    page = code_in(mail["Subject"], PAGE)
    assert mail["Subject"] == f"Emergency report {page}"
    body = mail.get_content()
    assert all(words in body for words in ("Somebody follows me", LINK, case))
    return page


async def _rung(rig: MatrixRig, page: str, mine: str, at_bob: str) -> None:
    """It rings alice, alice again, and bob, each by name; then bob has it."""
    alice, bob = rig.alice, rig.bob
    ring = rf"^{page}: danger to life.*Nobody has taken it yet"
    for _ in range(2):
        rung = await alice.hears(ring, mine)
        assert rung.encrypted
        assert rung.content["msgtype"] == "m.text"
        assert rung.content["m.mentions"] == {"user_ids": [alice.user_id]}
    rung = await bob.hears(ring, at_bob)
    assert rung.content["m.mentions"] == {"user_ids": [bob.user_id]}
    await bob.asks(at_bob, f"!ack {page}", f"You have {page}")
    await alice.hears(f"{page} was taken by bob", mine)


async def _interview(rita: MatrixPerson, hers: str, case: str) -> None:
    await rita.asks(hers, "done", "We were at what happened")
    await rita.asks(hers, "It began on Monday, when I undid an edit.", "Where did it happen")
    await rita.asks(hers, "skip", "Who did it")
    await rita.asks(hers, "skip", "Who is it aimed at")
    await rita.asks(hers, "skip", "may the team write to you here")
    await rita.asks(hers, "yes", f"Thank you for telling us.*{case}")
    await rita.ever_hears(r"by 20\d\d-\d\d-\d\d", hers)
    await rita.ever_hears(r"(?m)^[a-z]+( [a-z]+){5}$", hers)


async def _hole(rig: MatrixRig, case: str, mine: str) -> None:
    """The room gets the story without the links; the DM of an oversighter gets each of them."""
    alice = rig.alice
    shown = await alice.asks(rig.team, f"!show {case}", rf"\[held: !reveal {case} \d+ in a DM\]")
    assert "Somebody follows me" in " ".join(alice.heard_of(rig.team))
    number = re.search(rf"reveal {case} (\d+)", shown.body)
    assert number is not None
    await alice.asks(mine, f"!reveal {case} {number[1]}", SECRET)
    kept = await alice.asks(mine, f"!link {case} {LINK}?diff=1234", r"Kept as number \d+")
    linked = re.search(r"number (\d+)", kept.body)
    assert linked is not None
    held = await alice.answers(rig.team, f"!show {case} links")
    assert f"reveal {case} {linked[1]}" in " ".join(each.body for each in held)
    revealed = await alice.asks(rig.team, f"!reveal {case} {linked[1]}", "direct message")
    assert SECRET not in revealed.body
    whole = await alice.hears("diff=1234", mine)
    assert whole.encrypted
