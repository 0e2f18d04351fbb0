"""Real people's clients leave out devices that nobody signed: they and the bot read each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.transports.matrix.outbound import MOST_MESSAGES
from tests.e2e.matrix_rig import BOT, MatrixRig
from tests.e2e.rig import CODE, code_in
from tests.e2e.sdk import SdkPeople, SdkPerson, sdk_people

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(240)]


@pytest_asyncio.fixture
async def people(matrix_rig: MatrixRig) -> AsyncIterator[SdkPeople]:
    async with sdk_people(matrix_rig.town, matrix_rig.folder) as found:
        yield found


async def is_whole(person: SdkPerson) -> None:
    """Wait until a client knows its own device for its owner's: it says nothing before."""

    async def known() -> bool:
        mine = (await person.devices(person.name)).get(person.device_id, {})
        return bool(mine.get("verified"))

    await person.until(known, "does not know its own device")


async def lose_the_device(rig: MatrixRig) -> None:
    """The bot comes back without the keys of its device, and with those of its identity."""
    assert await rig.program.stop() == 0
    await rig.forget("olm-account")
    await rig.start()


@dataclass(slots=True, kw_only=True)
class Talk:
    """Fay of the team, at Element's own cryptography, in the team's room and alone with the bot."""

    rig: MatrixRig
    fay: SdkPerson
    alone: str

    async def goes_on(self, word: str) -> None:
        """She is obeyed in both places, and reads the answers without a shield."""
        for place, room in (("team", self.rig.team), ("alone", self.alone)):
            await self.fay.say(room, f"!ping {word}-{place}")
            answer = await self.fay.hears(f"^{word}-{place}$", room)
            assert answer.clean, answer

    async def restart_the_client(self) -> None:
        """She comes back."""
        await self.fay.restart()
        await is_whole(self.fay)
        await self.fay.sees(self.rig.team, BOT)

    async def restart_the_bot(self) -> None:
        assert await self.rig.program.stop() == 0
        await self.rig.start()


@pytest_asyncio.fixture
async def talk(matrix_rig: MatrixRig, people: SdkPeople) -> Talk:
    await matrix_rig.open()
    fay = await people.enter("fay")
    await is_whole(fay)
    await matrix_rig.alice.invite(matrix_rig.team, "fay")
    await fay.join(matrix_rig.team)
    await fay.sees(matrix_rig.team, BOT)
    return Talk(rig=matrix_rig, fay=fay, alone=await fay.dm())


async def test_they_read_each_other_through_restarts_and_new_keys(talk: Talk) -> None:
    rig, fay = talk.rig, talk.fay
    await talk.goes_on("first")
    opened = await rig.alice.asks(rig.team, "!open Example threats", "Opened")
    case = code_in(opened.body, CODE)
    await fay.say(rig.team, f"!note {case} An example of a note")
    assert (await fay.hears("✓", rig.team)).clean
    await talk.restart_the_client()
    await talk.goes_on("client")
    await talk.restart_the_bot()
    await talk.goes_on("bot")
    # Its device is lost, its identity is not: people need do nothing.
    before = set(await fay.devices(BOT))
    await lose_the_device(rig)
    await talk.goes_on("device")
    devices = await fay.devices(BOT)
    [new] = devices.keys() - before
    assert devices[new]["signed_by_owner"]
    await fay.rotate(rig.team)
    await fay.rotate(talk.alone)
    await talk.goes_on("rotated")
    for number in range(MOST_MESSAGES + 1):
        await rig.alice.asks(rig.team, f"!ping {number}-times", f"{number}-times")
    await talk.goes_on("again")
    assert not [
        each for each in fay.record if each.sender == fay.town.user_id(BOT) and not each.clean
    ]


async def test_a_reporter_and_the_team_read_each_other(
    matrix_rig: MatrixRig, people: SdkPeople
) -> None:
    rig = matrix_rig
    await rig.open()
    rita = await people.enter("rita")
    await is_whole(rita)
    room = await rita.dm()
    await rita.say(room, "Somebody writes to me at night")
    assert (await rita.hears("Is anyone in danger", room)).clean
    await rita.say(room, "no")
    assert (await rita.hears("Shall I pass on", room)).clean
    await rita.say(room, "yes")
    case = code_in((await rita.hears(CODE.pattern, room)).body, CODE)
    await rita.restart()
    await rig.alice.asks(rig.team, f"!say {case} reporter We look at it.", "would go to")
    await rig.alice.asks(rig.team, "!yes", "On its way")
    assert (await rita.hears("We look at it|message from the team", room)).clean
    await asks_how_it_stands(rita, room, case)
    assert await rig.program.stop() == 0
    await rig.start()
    await asks_how_it_stands(rita, room, case)
    await lose_the_device(rig)
    await asks_how_it_stands(rita, room, case)
    await rita.rotate(room)
    await asks_how_it_stands(rita, room, case)
    # A device that she has not verified is her own all the same, once she has written there.
    old = await people.log_in("rita")
    await old.isolate(signed_only=False)
    other = await old.dm()
    await old.say(other, "status")
    await old.hears(f"Your report {case}", other)


async def asks_how_it_stands(rita: SdkPerson, room: str, case: str) -> None:
    """She is understood, and reads the answer without a shield."""
    await rita.say(room, "status")
    answer = await rita.hears(f"Your report {case}", room)
    assert answer.clean, answer
