"""Real servers give our own messages back, whatever else they are busy with."""

import asyncio
from pathlib import Path

import pytest

from tests.servers.api import BOT_ACCOUNT
from tests.servers.client import IRCClient
from tests.servers.crowd import Crowd
from tests.servers.inspircd import InspIRCd
from tests.transports.irc.rig import Rig


async def echo(rig: Rig) -> bool:
    async with asyncio.timeout(10):
        return await rig.transport.echo(5)


async def test_they_come_back_and_nobody_hears_of_it(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    await alice.join("#team")
    for _ in range(5):
        assert await echo(rig)
    await alice.sync()
    assert not [line for line in alice.lines if line.nick == "caseward" and "MSG" in line.text]
    alice.say("caseward", "the end")
    await rig.message("the end")
    assert [inbound.text for inbound in rig.heard()] == ["the end"]


async def test_others_talk_all_the_time(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    talkers = await crowd.enter_all("alice", "bob", "mallory")

    async def talk(client: IRCClient) -> None:
        for number in range(60):
            client.say("caseward", f"words {number}")
            client.say("caseward", "caseward")
            if number % 10 == 0:
                await client.sync()
        await client.sync()

    async with asyncio.TaskGroup() as group:
        talks = [group.create_task(talk(client)) for client in talkers]
        for _ in range(10):
            assert await echo(rig)
    assert all(task.done() for task in talks)


async def test_a_server_that_is_gone_gives_nothing_back(rig: Rig) -> None:
    await rig.start("#team")
    assert await echo(rig)
    await rig.server.kill()
    await rig.down()
    assert not await echo(rig)
    await rig.server.start()
    await rig.up(times=2)
    assert await echo(rig)


async def test_dialling_anew_comes_back(rig: Rig) -> None:
    await rig.start("#team")
    assert await echo(rig)
    rig.transport.redial()
    await rig.up(times=2)
    assert rig.links() == [True, False, True]
    assert await echo(rig)


@pytest.mark.real
@pytest.mark.slow
async def test_under_another_nick_that_services_gave_us(inspircd: InspIRCd, tmp_path: Path) -> None:
    password = tmp_path / "irc-password"
    password.write_text(inspircd.accounts[BOT_ACCOUNT] + "\n", "utf-8")
    rig = Rig(inspircd, password)
    await rig.start("#team")
    assert await echo(rig)
    asked = asyncio.create_task(echo(rig))
    await inspircd.force_nick("caseward", "Guest4711")
    # On its way while the nick changed: a miss at worst.
    await asked
    assert await echo(rig)
    assert rig.links() == [True]
    await rig.stop()
