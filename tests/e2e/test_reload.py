"""The running program reads its file again: by a command, by a signal; whole, or not at all."""

import signal

import pytest

from tests.e2e.rig import TEAM, Rig, code_in

pytestmark = pytest.mark.slow

ERIN = """[[people]]
name = "erin"
roles = ["functionary"]
irc = ["net/erin"]

"""


def edit(rig: Rig, old: str, new: str) -> None:
    """Change the file once."""
    path = rig.program.config
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def hang_up(rig: Rig) -> None:
    """Send SIGHUP."""
    assert rig.program.process is not None
    rig.program.process.send_signal(signal.SIGHUP)


async def test_who_comes_and_who_goes(rig: Rig) -> None:
    edit(rig, ERIN, "")
    await rig.open("carol", "erin")
    carol, erin = rig.people["carol"], rig.people["erin"]
    case = code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))
    await carol.asks("!reload", "Nothing in the file differs")
    edit(rig, "[contacts.life]", f"{ERIN}[contacts.life]")
    await carol.asks("!reload", "I go by the new file")
    await carol.hears("New on the roster: erin")
    await rig.alice.ever_hears(r"roster changed: \+erin", TEAM)
    await erin.asks(f"!show {case}", "threats")
    edit(rig, ERIN, "")
    hang_up(rig)
    await carol.ever_hears("No longer on it: erin")
    said = await rig.alice.answers(f"!show {case}", TEAM)
    assert "threats" in " ".join(said)
    erin.says(f"!show {case}")
    refused = await erin.hears("for the team|log in|don't know")
    assert "threats" not in refused


async def test_who_goes_is_a_stranger_in_the_room_at_once(rig: Rig) -> None:
    await rig.open("carol")
    case = code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))
    edit(rig, 'irc = ["net/bob"]', 'irc = ["net/bob-elsewhere"]')
    await rig.people["carol"].asks("!reload", "I go by the new file")
    await rig.alice.ever_hears("whom I do not know", TEAM)
    assert case not in " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    edit(rig, 'irc = ["net/bob-elsewhere"]', 'irc = ["net/bob"]')
    hang_up(rig)
    await rig.alice.ever_hears("in order again", TEAM)
    assert "threats" in " ".join(await rig.alice.answers(f"!show {case}", TEAM))


async def test_a_broken_file_changes_nothing(rig: Rig) -> None:
    await rig.open("carol")
    carol = rig.people["carol"]
    case = code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))
    edit(rig, ERIN, "")
    edit(rig, 'ceiling = "case"', 'ceiling = "secret-value"')
    await carol.asks("!reload", "Nothing changed: the file has mistakes")
    assert "secret-value" not in await carol.hears("rooms.0..ceiling")
    hang_up(rig)
    await carol.hears("Nothing changed: the file has mistakes")
    edit(rig, 'ceiling = "secret-value"', 'ceiling = "case"')
    edit(rig, 'name = "caseward"', 'name = "other"')
    await carol.asks("!reload", "at the start only")
    await carol.hears("bot.name")
    assert "threats" in " ".join(await rig.alice.answers(f"!show {case}", TEAM))
    assert "secret-value" not in rig.program.err
    assert "erin" not in rig.program.err


async def test_a_new_room_is_entered_and_a_dropped_one_left(rig: Rig) -> None:
    await rig.open("carol")
    await rig.alice.client.join("#annex")
    edit(rig, 'places = ["net/#lobby"]', 'places = ["net/#annex"]')
    await rig.people["carol"].asks("!reload", "I go by the new file")
    await rig.alice.client.expect(r"^:caseward\S* PART :?#lobby")
    await rig.alice.arrives("caseward", "#annex")
    await rig.alice.asks("!ping hello", "hello", "#annex")


async def test_a_suspension_outlives_a_kill(rig: Rig) -> None:
    await rig.open("carol", "erin")
    carol, erin = rig.people["carol"], rig.people["erin"]
    case = code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))
    await erin.asks(f"!show {case}", "threats")
    await carol.asks("!suspend erin", "no rights")
    await carol.asks("!yes", "is suspended")
    assert "threats" not in " ".join([await erin.asks(f"!show {case}", "for the team|log in|know")])
    await rig.kill9()
    await rig.restart()
    assert "threats" not in await erin.asks(f"!show {case}", "for the team|log in|know")
    await carol.asks("!reinstate erin", "all their rights")
    await carol.asks("!yes", "may act again")
    await erin.asks(f"!show {case}", "threats")
