"""Whoever is not known by an account on that very message runs no command, whatever it is."""

import pytest

from commands._registry import load
from tests.e2e.rig import LOBBY, TEAM, Person, Rig, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

#: In a DM these are words of a report to a stranger's interview, and anybody may say them.
_ANSWERS = {"yes", "no", "emergency"}
_COMMANDS = load().commands


@pytest.fixture
def rig(real_rig: Rig) -> Rig:
    return real_rig


def lines(case: str, *, dm: bool) -> list[str]:
    """Every example of every command, for this case. Anybody may call an emergency."""
    skipped = _ANSWERS if dm else {"emergency"}
    typed = (
        line.replace("CASE", case).replace("PAGE", "E-000000")
        for command in _COMMANDS.values()
        if command.verb not in skipped
        for example in command.examples
        for line in (*example.given, example.typed)
        if "emergency" not in line
    )
    return list(dict.fromkeys(typed))


async def state(rig: Rig, case: str) -> list[str]:
    """What a functionary sees of all cases, and of this one from its first day."""
    listed = await rig.alice.answers("!cases all")
    return [*listed, *await rig.alice.answers(f"!show {case} timeline")]


async def types_everything(person: Person, case: str, *, tags: str = "") -> None:
    """Type every command in the lobby, in the team's channel and by DM, to the last answer."""
    for where in (LOBBY, TEAM, "caseward"):
        for line in lines(case, dm=where == "caseward"):
            person.client.send(f"{tags}PRIVMSG {where} :{line}")
        await person.settled(LOBBY)


async def opened(rig: Rig) -> str:
    return code_in(await rig.alice.asks("!open Somebody writes threats", "Opened", TEAM))


async def nothing_came_of_it(rig: Rig, person: Person, case: str, before: list[str]) -> None:
    assert await state(rig, case) == before
    heard = " ".join(person.heard_anywhere())
    assert case not in heard
    assert "threats" not in heard
    assert any("account" in text for text in person.heard(LOBBY)), person.heard(LOBBY)


async def invited(rig: Rig, person: Person) -> None:
    """Alice lets them into the channel, as a mistake that people make."""
    await person.client.join(LOBBY)
    rig.alice.client.send(f"INVITE {person.nick} {TEAM}")
    await person.client.expect(rf" INVITE {person.nick} :?{TEAM}")
    await person.client.join(TEAM)
    await rig.alice.hears("whom I do not know", TEAM)


async def test_a_nick_without_account_runs_nothing(rig: Rig) -> None:
    await rig.open("mallory")
    case = await opened(rig)
    before = await state(rig, case)
    mallory = rig.people["mallory"]
    await invited(rig, mallory)
    await types_everything(mallory, case)
    await nothing_came_of_it(rig, mallory, case, before)


async def test_an_account_that_is_not_on_the_roster_runs_nothing(rig: Rig) -> None:
    await rig.open("ivan")
    case = await opened(rig)
    before = await state(rig, case)
    ivan = rig.people["ivan"]
    await invited(rig, ivan)
    await types_everything(ivan, case)
    await nothing_came_of_it(rig, ivan, case, before)


async def test_a_tag_of_their_own_runs_nothing(rig: Rig) -> None:
    await rig.open("mallory")
    case = await opened(rig)
    before = await state(rig, case)
    mallory = rig.people["mallory"]
    await invited(rig, mallory)
    for tag in ("@+account=alice ", "@account=alice ", "@+account=alice;account=alice "):
        await types_everything(mallory, case, tags=tag)
    await nothing_came_of_it(rig, mallory, case, before)


async def test_a_known_nick_without_its_account_runs_nothing(rig: Rig) -> None:
    await rig.open()
    case = await opened(rig)
    before = await state(rig, case)
    erin = await rig.enter("erin", login=False)
    await invited(rig, erin)
    await types_everything(erin, case)
    await nothing_came_of_it(rig, erin, case, before)


async def test_whoever_logs_out_runs_nothing_from_then_on(rig: Rig) -> None:
    await rig.open("erin")
    case = await opened(rig)
    erin = rig.people["erin"]
    assert any(case in text for text in await erin.answers("!cases"))
    await erin.client.join(LOBBY)
    before = await state(rig, case)
    already = len(erin.heard_anywhere())
    erin.client.say("NickServ", "LOGOUT")
    await erin.client.expect(r"NOTICE erin :.*[Ll]ogged out|^:\S+ 901 ")
    for line in lines(case, dm=True):
        erin.says(line)
    # More than two hundred lines of one speaker do not wait.
    await erin.settled(LOBBY)
    for line in lines(case, dm=False):
        erin.says(line, LOBBY)
    await erin.settled(LOBBY)
    assert await state(rig, case) == before
    heard = " ".join(erin.heard_anywhere()[already:])
    assert case not in heard
    assert "threats" not in heard


async def test_a_bridge_is_not_obeyed(rig: Rig) -> None:
    await rig.open("heidi")
    case = await opened(rig)
    before = await state(rig, case)
    heidi = rig.people["heidi"]
    await heidi.client.join(LOBBY)
    for line in lines(case, dm=False):
        heidi.says(line, LOBBY)
        heidi.says(line)
    await heidi.client.sync()
    assert await state(rig, case) == before
    assert heidi.heard_anywhere() == []
