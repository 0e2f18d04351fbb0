"""A channel that is not what it was gets no case from that moment, says so, and is mended."""

import pytest

from tests.e2e.rig import TEAM, Person, Rig, code_in

pytestmark = pytest.mark.slow

WORDS = "threats"
ORDER = "in order again"
CHANGES = {
    "-s": "not secret",
    "-i": "Anybody can walk in",
    "-n": "People outside can write",
}


async def opened(rig: Rig) -> str:
    case = code_in(await rig.alice.asks(f"!open Somebody writes {WORDS}", "Opened", TEAM))
    await shows(rig.alice, case)
    return case


async def shows(person: Person, case: str) -> None:
    assert WORDS in " ".join(await person.answers(f"!show {case}", TEAM))


async def hides(person: Person, case: str) -> None:
    """Neither words nor code are said."""
    for line in (f"!show {case}", f"!show {case} timeline", "!cases", f"!show {case} record"):
        said = " ".join(await person.answers(line, TEAM))
        assert WORDS not in said
        assert case not in said


@pytest.mark.parametrize("change", CHANGES)
async def test_a_lost_mode(rig: Rig, change: str) -> None:
    await rig.open()
    case = await opened(rig)
    start = len(rig.alice.heard(TEAM))
    rig.alice.client.mode(TEAM, change)
    rig.alice.says(f"!show {case}", TEAM)
    await rig.alice.hears(CHANGES[change], TEAM)
    await hides(rig.alice, case)
    assert WORDS not in " ".join(rig.alice.heard(TEAM)[start:])
    rig.alice.client.mode(TEAM, "+" + change[1])
    await rig.alice.hears(ORDER, TEAM)
    await shows(rig.bob, case)


async def test_a_stranger_who_was_invited(rig: Rig) -> None:
    await rig.open("mallory")
    case = await opened(rig)
    mallory = rig.people["mallory"]
    rig.alice.client.send(f"INVITE mallory {TEAM}")
    await mallory.client.expect(" INVITE ")
    await mallory.client.join(TEAM)
    rig.bob.says(f"!show {case}", TEAM)
    await rig.alice.hears("whom I do not know", TEAM)
    await hides(rig.alice, case)
    await rig.bob.settled(TEAM)
    assert WORDS not in " ".join(mallory.heard_anywhere())
    rig.alice.client.send(f"KICK {TEAM} mallory")
    await rig.alice.hears(ORDER, TEAM)
    await shows(rig.bob, case)


async def test_a_stranger_put_in_past_every_mode(rig: Rig) -> None:
    await rig.open("mallory")
    case = await opened(rig)
    await rig.server.force_join("mallory", TEAM)
    await rig.alice.hears("whom I do not know", TEAM)
    await hides(rig.alice, case)
    assert WORDS not in " ".join(rig.people["mallory"].heard_anywhere())
    await rig.people["mallory"].client.quit()
    await rig.alice.hears(ORDER, TEAM)
    await shows(rig.alice, case)


async def test_a_member_who_logs_out(rig: Rig) -> None:
    await rig.open("erin")
    erin = rig.people["erin"]
    rig.alice.client.send(f"INVITE erin {TEAM}")
    await erin.client.expect(" INVITE ")
    await erin.client.join(TEAM)
    case = await opened(rig)
    erin.client.say("NickServ", "LOGOUT")
    await rig.alice.hears("whom I do not know", TEAM)
    await hides(rig.alice, case)
    erin.client.say("NickServ", f"IDENTIFY erin {rig.server.accounts['erin']}")
    await rig.alice.hears(ORDER, TEAM)
    await shows(rig.alice, case)


async def test_an_operator_of_the_bot_hears_codes_only(rig: Rig) -> None:
    await rig.open("carol")
    case = await opened(rig)
    carol = rig.people["carol"]
    rig.alice.client.send(f"INVITE carol {TEAM}")
    await carol.client.expect(" INVITE ")
    await carol.client.join(TEAM)
    await rig.alice.hears("may see less than", TEAM)
    assert WORDS not in " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    assert case in " ".join(await rig.alice.answers("!cases", TEAM))
    assert WORDS not in " ".join(carol.heard_anywhere())


async def test_news_of_a_report_has_no_code_in_a_flawed_channel(rig: Rig) -> None:
    await rig.open("rita")
    rita = rig.people["rita"]
    rig.alice.client.mode(TEAM, "-i")
    await rig.alice.hears(CHANGES["-i"], TEAM)
    await rita.asks("Somebody follows me from page to page.", "danger")
    await rita.asks("no", "Shall I pass on")
    rita.says("yes")
    case = code_in(await rita.hears("C-"))
    await rig.alice.hears("news for the team", TEAM)
    await rig.alice.settled(TEAM)
    assert case not in " ".join(rig.alice.heard(TEAM))
