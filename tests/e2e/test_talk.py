"""How people type: by name or by prefix, with numbers, with `yes`; and what a restart forgets."""

import pytest

from tests.e2e.rig import LOBBY, TEAM, Rig, code_in

pytestmark = [pytest.mark.net, pytest.mark.slow]

SIX_WORDS = r"^[a-z]+( [a-z]+){5}$"
NOTHING = "Nothing is waiting for an answer here"


@pytest.fixture
def rig(demo_rig: Rig) -> Rig:
    return demo_rig


async def report(
    rig: Rig, nick: str = "rita", words: str = "Somebody follows me from page to page."
) -> str:
    """Somebody reports; returns the code of the case."""
    rita = rig.people[nick]
    await rita.asks(words, "danger")
    await rita.asks("no", "Shall I pass on")
    rita.says("yes")
    code = code_in(await rita.hears("C-"))
    await rig.alice.ever_hears(f"New report {code}", TEAM)
    return code


async def test_by_name_and_by_prefix_everywhere(rig: Rig) -> None:
    await rig.open()
    alice = rig.alice
    case = code_in(await alice.asks("caseward: open Somebody writes threats", "Opened", TEAM))
    for line in ("caseward: cases", "Caseward, cases", "caseward: !cases", "!cases", "!CASES"):
        assert case in " ".join(await alice.answers(line, TEAM)), line
    for line in ("!cases", "caseward: cases"):
        assert case in " ".join(await alice.answers(line)), line
    await alice.asks("cases", "begin with !")
    for line in (
        "cases",
        "caseward cases",
        "hello caseward: cases",
        "! cases",
        "!!",
        "!123",
        "...",
    ):
        assert await alice.answers(line, TEAM) == [], line
    await alice.asks("!caess", "Did you mean cases", TEAM)
    assert case not in " ".join(await alice.answers("!cases", LOBBY))


async def test_numbers_stand_for_lines_of_the_askers_last_list(rig: Rig) -> None:
    await rig.open()
    alice, bob = rig.alice, rig.bob
    cases = [
        code_in(await alice.asks(f"!open Report {name}", "Opened", TEAM)) for name in ("one", "two")
    ]
    listed = [text for text in await alice.answers("!cases", TEAM) if "C-" in text]
    assert {code_in(text) for text in listed} == set(cases)
    for number, text in enumerate(listed, start=1):
        assert text.startswith(f"{number} ")
        shown = " ".join(await alice.answers(f"!show {number}", TEAM))
        assert code_in(text) in shown
    assert "C-" not in " ".join(await bob.answers("!show 1", TEAM))
    assert "C-" not in " ".join(await alice.answers("!show 3", TEAM))
    await alice.asks("!take 1", code_in(listed[0]), TEAM)
    await alice.asks(f"!show {cases[0].lower()}", "Report one", TEAM)


async def test_what_reaches_others_waits_for_yes_by_the_same_person_there(rig: Rig) -> None:
    await rig.open("rita")
    case = await report(rig)
    alice, bob, rita = rig.alice, rig.bob, rig.people["rita"]
    await alice.asks(f"!say {case} reporter We have read every line.", "5 words", TEAM)
    await bob.asks("!yes", NOTHING, TEAM)
    await alice.asks("!yes", NOTHING)
    await alice.asks("!yes", NOTHING, LOBBY)
    await alice.asks("!say We have read every line.", "typed like this", TEAM)
    await alice.asks("!no", "Dropped", TEAM)
    await alice.asks("!yes", NOTHING, TEAM)
    await alice.asks(f"!say {case} reporter Thank you for writing.", "words", TEAM)
    await alice.asks("!yes", "On its way", TEAM)
    await alice.asks("!yes", NOTHING, TEAM)
    await rita.hears("Thank you for writing")
    await alice.settled(TEAM)
    assert "every line" not in " ".join(rita.heard())
    assert sum("Thank you for writing" in text for text in rita.heard()) == 1


async def test_a_restart_voids_what_waits(rig: Rig) -> None:
    await rig.open("rita")
    case = await report(rig)
    alice, rita = rig.alice, rig.people["rita"]
    await alice.asks(f"!say {case} reporter We have read every line.", "words", TEAM)
    assert await rig.stop() == 0
    await alice.client.expect("^:caseward!.* QUIT ")
    await rig.restart()
    await alice.asks("!yes", NOTHING, TEAM)
    assert "every line" not in " ".join(rita.heard())


async def test_after_a_restart_the_same_connection_needs_its_six_words(rig: Rig) -> None:
    await rig.open("rita")
    case = await report(rig)
    alice, rita = rig.alice, rig.people["rita"]
    phrase = await rita.ever_hears(SIX_WORDS)
    await rig.kill9()
    await rig.restart()
    await alice.asks(f"!say {case} reporter Nobody may read this yet.", "words", TEAM)
    await alice.asks("!yes", "On its way", TEAM)
    await alice.hears("could not be delivered", TEAM)
    assert "Nobody may read" not in " ".join(rita.heard())
    rita.says(phrase)
    await rita.hears("Nobody may read this yet")


async def test_help_and_undo(rig: Rig) -> None:
    await rig.open()
    alice = rig.alice
    case = code_in(await alice.asks("!open Somebody writes threats", "Opened", TEAM))
    await alice.asks(f"!note {case} A wrong note", "Noted", TEAM)
    await rig.bob.asks("!undo", "nothing to take back", TEAM)
    await alice.asks("!undo", "Taken back", TEAM)
    timeline = " ".join(await alice.answers(f"!show {case} timeline"))
    assert "[taken back]" in timeline
    await alice.asks("!help", "cases", TEAM)
    await alice.asks("!help say", "!say CASE", TEAM)
    await alice.asks("!whoami", "You are alice", TEAM)
    await alice.asks("!can close", "Yes", TEAM)
