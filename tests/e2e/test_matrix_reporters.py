"""Who reports on Matrix: by any device, in any conversation of two that is encrypted, with files."""

from __future__ import annotations

import asyncio
import re

import pytest
from aiohttp import web

from tests.e2e.matrix_person import MatrixPerson
from tests.e2e.matrix_proxy import Proxy
from tests.e2e.matrix_rig import BOT, MatrixRig
from tests.e2e.relay import read
from tests.e2e.rig import CODE, PAGE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

SIX = re.compile(r"(?m)^[a-z]+(?: [a-z]+){5}$")
#: As clients write it; nothing lies there.
FILE = {
    "url": "mxc://demo.test/ExampleExampleExample",
    "key": {
        "kty": "oct",
        "alg": "A256CTR",
        "ext": True,
        "k": "aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0",
        "key_ops": ["encrypt", "decrypt"],
    },
    "iv": "w+sE15fzSc0AAAAAAAAAAA",
    "hashes": {"sha256": "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA"},
    "v": "v2",
}


async def reports(person: MatrixPerson, room: str, words: str) -> tuple[str, str]:
    """Somebody reports; returns the case, and the six words to go on with."""
    await person.asks(room, words, "Is anyone in danger")
    await person.asks(room, "no", "Shall I pass on")
    case = code_in((await person.asks(room, "yes", CODE.pattern)).body)
    found = SIX.search((await person.ever_hears(SIX.pattern, room)).body)
    assert found is not None
    return case, found[0]


def said(person: MatrixPerson, room: str) -> str:
    return "\n".join(person.heard_of(room))


async def test_another_device_is_the_same_person_and_another_user_needs_the_words(
    matrix_rig: MatrixRig,
) -> None:
    rig = matrix_rig
    await rig.open("rita", "sam")
    rita, sam = rig.people["rita"], rig.people["sam"]
    hers, his = await asyncio.gather(rita.dm(), sam.dm())
    case, words = await reports(rita, hers, "Somebody undoes every edit about lanterns.")
    phone = await rig.enter("rita", "-phone")
    await phone.sees(hers, BOT)
    standing = await phone.asks(hers, "status", f"Your report {case}")
    assert standing.encrypted
    await sam.asks(his, "status", "no report from")
    assert case not in said(sam, his)
    await sam.asks(his, words, "Welcome back")
    await sam.asks(his, "status", f"Your report {case}")


async def test_a_file_is_kept_unopened_and_handed_on(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    async with Proxy(rig.town.url) as proxy:
        rig.bot_url = proxy.url
        await rig.open("rita")
        rita = rig.people["rita"]
        mine, hers = await asyncio.gather(rig.alice.dm(), rita.dm())
        case, _ = await reports(rita, hers, "Somebody sends pictures to my talk page.")
        info = {"mimetype": "image/jpeg", "size": 12345}
        await rita.say(hers, "example.jpg", msgtype="m.image", file=FILE, info=info)
        await rita.asks(hers, "done", "We were at|Where did it happen")
        shown = await rig.alice.asks(rig.team, f"!show {case}", rf"reveal {case} \d+")
        numbers = re.findall(rf"reveal {case} (\d+)", shown.body)
        assert "ExampleExample" not in said(rig.alice, rig.team)
        await rig.alice.asks(mine, f"!reveal {case} {numbers[-1]}", "is a file")
        handed = await rig.alice.hears("example.jpg", mine)
        assert handed.encrypted
        assert handed.content["msgtype"] == "m.image"
        assert handed.content["file"] == FILE
        assert handed.content["info"] == info
        assert not any(b"/media" in each for each in proxy.record if each.startswith(b"/"))
        await rig.program.close()


async def test_who_leaves_is_not_written_to(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    left = asyncio.Event()

    async def sees(request: web.Request) -> web.Response | None:
        if request.path.endswith("/leave"):
            left.set()
        return None

    async with Proxy(rig.town.url) as proxy:
        rig.bot_url, proxy.gate = proxy.url, sees
        await rig.open("rita")
        rita = rig.people["rita"]
        hers = await rita.dm()
        case, _ = await reports(rita, hers, "Somebody undoes every edit about lanterns.")
        assert not left.is_set()
        await rita.raw("POST", f"/rooms/{hers}/leave", {})
        await asyncio.wait_for(left.wait(), 10)
        await rig.alice.asks(rig.team, f"!say {case} reporter We look at it.", "would go to")
        await rig.alice.asks(rig.team, "!yes", "On its way")
        await rig.alice.ever_hears(f"{case}.*not there now", rig.team)
        again = await rita.dm()
        await rita.asks(again, "status", f"Your report {case}")
        await rita.ever_hears("We look at it", again)
        await rig.program.close()


async def test_no_report_is_taken_in_a_conversation_of_three(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita", "mallory")
    rita, mallory = rig.people["rita"], rig.people["mallory"]
    hers = await rita.dm()
    case, _ = await reports(rita, hers, "Somebody undoes every edit about lanterns.")
    await rita.invite(hers, "mallory")
    await rita.ever_hears("Somebody else is in this conversation", hers)
    await rita.misses(hers, BOT)
    await mallory.join(hers)
    assert not any(case in body for body in mallory.heard_of(hers))
    alone = await rita.dm()
    await rita.asks(alone, "status", f"Your report {case}")


async def test_in_clear_only_danger_counts_and_it_is_explained_once(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    rita = rig.people["rita"]
    room = await rita.dm(encrypted=False)
    await rita.say_clear(room, "Somebody writes to me at night")
    await rita.hears("not encrypted", room)
    await rita.say_clear(room, "It began on Monday")
    await rita.say_clear(room, "urgent somebody is at my door")
    await rita.hears(r"emergency@example\.org", room)
    assert sum("start a new direct message" in text for text in rita.heard_of(room)) == 1
    mail = read(await rig.relays[0].mail("emergency@example.org"))
    assert "at my door" in mail.get_content()
    assert "It began on Monday" not in mail.get_content()
    assert PAGE.search(str(mail["Subject"]))


async def test_an_interview_goes_on_from_a_second_device(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    rita = rig.people["rita"]
    hers = await rita.dm()
    await rita.asks(hers, "Somebody writes to me at night", "Is anyone in danger")
    phone = await rig.enter("rita", "-phone")
    await phone.sees(hers, BOT)
    await phone.asks(hers, "no", "Shall I pass on")
    passed = await phone.asks(hers, "yes", "Your report is")
    assert CODE.search(passed.body)
    await rita.hears("Your report is", hers)


async def test_an_edit_is_one_more_version(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    rita = rig.people["rita"]
    hers = await rita.dm()
    case, _ = await reports(rita, hers, "Somebody undoes every edit about lanterns.")
    said_first = await rita.say(hers, "It began on Tuesday")
    await rita.edit(hers, said_first, "It began on Monday")
    await rita.asks(hers, "done", "Where did it happen|We were at")
    shown = " ".join(e.body for e in await rig.alice.answers(rig.team, f"!show {case} messages"))
    assert "Tuesday" in shown
    assert "Monday" in shown
