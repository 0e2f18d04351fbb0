"""Direct messages of reporters: in clear, from a second device, with a file, with somebody beside."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.e2e.matrix_rig import MatrixRig
from tests.e2e.relay import read
from tests.e2e.rig import CODE, PAGE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

FILE = {
    "url": "mxc://demo.test/ExampleExampleExample",
    "key": {
        "kty": "oct",
        "alg": "A256CTR",
        "ext": True,
        "key_ops": ["encrypt", "decrypt"],
        "k": "A" * 43,
    },
    "iv": "A" * 22,
    "hashes": {"sha256": "B" * 43},
    "v": "v2",
}


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


async def test_a_second_device_is_the_same_person(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    rita = rig.people["rita"]
    room = await rita.dm()
    await rita.asks(room, "Somebody writes to me at night", "Is anyone in danger now")
    phone = await rig.enter("rita", device="-phone")
    await phone.join(room)
    await phone.sees(room, "caseward")
    await phone.asks(room, "no", "Shall I pass on")
    passed = await phone.asks(room, "yes", "Your report is")
    assert CODE.search(passed.body)
    await rita.hears("Your report is", room)


async def test_a_file_is_kept_as_it_came_and_handed_on_unopened(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita")
    rita, alice = rig.people["rita"], rig.alice
    mine, hers = await asyncio.gather(alice.dm(), rita.dm())
    await rita.asks(hers, "Somebody writes to me at night", "Is anyone in danger now")
    await rita.asks(hers, "no", "Shall I pass on")
    case = code_in((await rita.asks(hers, "yes", "Your report is")).body, CODE)
    await rita.say(hers, "example.png", msgtype="m.image", file=FILE)
    await rita.asks(hers, "done", "Where did it happen|We were at what happened")
    await alice.asks(rig.team, f"!take {case}", "yours|working on")
    shown = await alice.asks(rig.team, f"!show {case} messages", "held: ")
    assert "ExampleExample" not in " ".join(alice.heard_of(rig.team))
    numbers = re.findall(rf"reveal {case} (\d+)", shown.body)
    for number in dict.fromkeys(numbers):
        await alice.asks(mine, f"!reveal {case} {number}", case)
    await alice.until(lambda: "file" in alice.record[-1].content, "no file is handed on")
    handed = [each for each in alice.record if each.room == mine and "file" in each.content]
    assert [each.content["file"] for each in handed] == [FILE]
    assert handed[0].content["msgtype"] == "m.image"
    assert handed[0].encrypted


async def test_an_edit_is_heard_and_a_conversation_of_three_is_left(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("rita", "zoe")
    rita = rig.people["rita"]
    room = await rita.dm()
    await rita.asks(room, "Somebody writes to me at night", "Is anyone in danger now")
    await rita.asks(room, "no", "Shall I pass on")
    case = code_in((await rita.asks(room, "yes", "Your report is")).body, CODE)
    said = await rita.say(room, "It began on Tuesday")
    await rita.edit(room, said, "It began on Monday")
    await rita.asks(room, "done", "Where did it happen|We were at")
    await rig.alice.asks(rig.team, f"!take {case}", "yours|working on")
    shown = await rig.alice.asks(rig.team, f"!show {case} messages", "Tuesday")
    assert "Monday" in " ".join([shown.body, *rig.alice.heard_of(rig.team)])
    await rita.invite(room, "zoe")
    await rita.hears("somebody else|others|alone", room)
    await rita.until(lambda: rita.bot not in rita.client.rooms[room].users, "the bot has not left")
