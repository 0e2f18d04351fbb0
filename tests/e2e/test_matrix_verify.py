"""Comparing keys with the bot from Element's own cryptography, on an operator's word."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.matrix_rig import BOT, MatrixPerson, MatrixRig
from tests.e2e.sdk import SdkPeople, SdkPerson, sdk_people

pytestmark = [pytest.mark.real, pytest.mark.slow]

PICTURES = re.compile(r"(?m)^(.+ · .+)$")


@pytest_asyncio.fixture
async def people(matrix_rig: MatrixRig) -> AsyncIterator[SdkPeople]:
    async with sdk_people(matrix_rig.town, matrix_rig.folder) as found:
        yield found


async def device_of_bot(person: SdkPerson) -> str:
    """Return the bot's one device, once this client knows it."""
    [device] = await person.devices(BOT)
    return str(device)


async def told(carol: MatrixPerson, room: str, pattern: str) -> str:
    return (await carol.ever_hears(pattern, room)).body


async def pictures(carol: MatrixPerson, room: str) -> list[str]:
    """Return the names of the pictures that operators were shown."""
    found = PICTURES.search(await told(carol, room, " · "))
    assert found is not None
    return [each.split(" ", 1)[1] for each in found[1].split(" · ")]


async def meet(
    matrix_rig: MatrixRig, people: SdkPeople
) -> tuple[MatrixPerson, str, SdkPerson, str]:
    """Carol, who runs the bot, in her conversation with it; Dan at Element in his."""
    await matrix_rig.open("carol")
    carol = matrix_rig.people["carol"]
    hers = await carol.dm()
    dan = await people.enter("dan")
    his = await dan.dm(BOT)
    await dan.say(his, "!ping before")
    shown = await dan.hears("before", his)
    assert shown.clean
    await told(carol, hers, "From now on I know dan")
    return carol, hers, dan, his


async def compare(carol: MatrixPerson, hers: str, dan: SdkPerson, check: str) -> None:
    """Both look, and say that they see the same."""
    shown = await dan.is_shown_emoji(check)
    assert list(shown.names) == await pictures(carol, hers)
    await carol.asks(hers, "!verify dan same", "tell dan's device")
    await dan.match(check)
    await dan.reaches(check, "Done")
    await told(carol, hers, "keys of dan .* were compared")

    async def verified() -> bool:
        return bool((await dan.user(BOT))["verified"])

    # The client signs the bot's identity, and looks at it again, after it is done.
    await dan.until(verified, "does not see the bot verified")


async def test_dan_asks_in_his_conversation(matrix_rig: MatrixRig, people: SdkPeople) -> None:
    carol, hers, dan, his = await meet(matrix_rig, people)
    check = await dan.check_room(BOT, his)
    await told(carol, hers, "dan .* asks to compare keys")
    await carol.asks(hers, "!verify dan", "both of you see seven pictures")
    await compare(carol, hers, dan, check)
    await dan.say(his, "!ping after")
    assert (await dan.hears("after", his)).clean


async def test_dan_asks_the_bots_device(matrix_rig: MatrixRig, people: SdkPeople) -> None:
    carol, hers, dan, _ = await meet(matrix_rig, people)
    check = await dan.check_device(BOT, await device_of_bot(dan))
    await told(carol, hers, "dan .* asks to compare keys")
    await carol.asks(hers, "!verify dan", "both of you see seven pictures")
    await compare(carol, hers, dan, check)


async def test_the_bot_asks_dan(matrix_rig: MatrixRig, people: SdkPeople) -> None:
    carol, hers, dan, _ = await meet(matrix_rig, people)
    await dan.knows(BOT, await device_of_bot(dan))
    await carol.asks(hers, "!verify dan", "asked the devices of dan")
    check = (await dan.is_asked_to_check(BOT)).check
    await dan.accept(check)
    await compare(carol, hers, dan, check)


async def test_pictures_that_differ_end_it(matrix_rig: MatrixRig, people: SdkPeople) -> None:
    carol, hers, dan, his = await meet(matrix_rig, people)
    check = await dan.check_room(BOT, his)
    await told(carol, hers, "dan .* asks to compare keys")
    await carol.asks(hers, "!verify dan", "both of you see seven pictures")
    await dan.is_shown_emoji(check)
    await pictures(carol, hers)
    await carol.asks(hers, "!verify dan different", "I broke it off")
    ended = await dan.reaches(check, "Cancelled")
    assert ended.code == "m.mismatched_sas"
    assert not (await dan.user(BOT))["verified"]


async def test_nobody_outside_the_team_is_told_of(matrix_rig: MatrixRig, people: SdkPeople) -> None:
    await matrix_rig.open("carol")
    carol = matrix_rig.people["carol"]
    hers = await carol.dm()
    rita = await people.enter("rita")
    his = await rita.dm(BOT)
    await rita.check_room(BOT, his)
    await rita.say(his, "Somebody writes to me at night")
    await rita.hears("Is anyone in danger", his)
    await carol.asks(hers, "!ping settled", "settled")
    assert not any("asks to compare" in body for body in carol.heard_of(hers))


async def test_pictures_prove_a_changed_key(matrix_rig: MatrixRig, people: SdkPeople) -> None:
    carol, hers, dan, his = await meet(matrix_rig, people)
    await dan.bootstrap(reset=True)
    await told(carol, hers, "security key of dan .* is not the one I know")
    await dan.knows(BOT, await device_of_bot(dan))
    await carol.asks(hers, "!verify dan pictures", "asked the devices of dan")
    check = (await dan.is_asked_to_check(BOT)).check
    await dan.accept(check)
    await compare(carol, hers, dan, check)
    await dan.say(his, "!ping after")
    assert (await dan.hears("after", his)).clean
