"""The homeserver dies and comes back, or the bot does, while words are on their way: each once."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot.demo.homeserver import Homeserver
from tests.e2e.ledger import kept
from tests.e2e.matrix_person import MatrixPerson
from tests.e2e.matrix_proxy import Proxy
from tests.e2e.matrix_rig import MatrixRig, make_matrix_rig
from tests.e2e.rig import CODE, PAGE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(180)]

BACK_SECONDS = 10.0
_READY_WITHIN = _DIES_WITHIN = 40.0
#: More than a batch brings of one room.
LEFT_OUT = 110


class Line:
    """What is between the bot and its server: it may be cut, and what is said on it is noted."""

    def __init__(self, rig: MatrixRig, proxy: Proxy) -> None:
        self.rig = rig
        self.proxy = proxy
        self.down = False
        #: Kills the server when the bot is about to say something.
        self.armed = False
        self.killed = asyncio.Event()
        self.names: list[str] = []
        proxy.gate = self._gate

    async def _gate(self, request: web.Request) -> web.Response | None:
        if request.method == "PUT" and "/send/m.room.encrypted/" in request.path:
            self.names.append(request.path)
            if self.armed:
                self.armed = False
                await self.rig.town.server.kill()
                self.killed.set()
        away = self.down or not self.rig.town.server.running
        return web.Response(status=502, body=b"") if away else None


@pytest_asyncio.fixture
async def line(tmp_path: Path, homeserver: Homeserver) -> AsyncIterator[Line]:
    async with make_matrix_rig(tmp_path, homeserver) as rig, Proxy(rig.town.url) as proxy:
        rig.bot_url = proxy.url
        yield Line(rig, proxy)
        await rig.program.close()


def rings_once(rig: MatrixRig) -> None:
    """Nobody who is on call is rung twice for one page."""
    file = rig.folder / "config.toml"
    text = file.read_text().replace('repage = "2s"', 'repage = "2m"')
    file.write_text(text.replace('escalate = "4s"', 'escalate = "4m"'))


def said(person: MatrixPerson) -> Counter[tuple[str, str]]:
    """Count what the bot has said, by room and words."""
    return Counter((e.room, e.body) for e in person.record if e.sender == person.bot)


async def _reported(rig: MatrixRig, name: str) -> tuple[MatrixPerson, str, str]:
    """Somebody has told their story."""
    person = rig.people[name]
    room = await person.dm()
    await person.asks(room, "Somebody writes to me at night", "Is anyone in danger now")
    await person.asks(room, "no", "Shall I pass on")
    return person, room, code_in((await person.asks(room, "yes", "Your report is")).body, CODE)


async def test_the_server_killed_and_started_three_times(line: Line) -> None:
    rig = line.rig
    await rig.furnish("rita", "sam")
    rings_once(rig)
    await rig.start()
    rita, sam, loop = rig.people["rita"], rig.people["sam"], asyncio.get_running_loop()
    mine, hers, his = await asyncio.gather(rig.alice.dm(), rita.dm(), sam.dm())
    # Each of them is a page of its own.
    for caller, room, words in (
        (rita, hers, "urgent somebody is at my door"),
        (sam, his, "!emergency child somebody writes to a child at night"),
        (rig.bob, rig.team, "!emergency life Somebody called me"),
    ):
        line.killed.clear()
        line.armed = True
        await caller.say(room, words)
        async with asyncio.timeout(_DIES_WITHIN):
            await line.killed.wait()
        await rig.town.server.start()
        began = loop.time()
        await rig.alice.asks(rig.team, f"!ping {caller.name}", f"^{caller.name}$")
        took = loop.time() - began
        print(f"back after {took:.1f} s")
        assert took < BACK_SECONDS
        page = code_in((await rig.alice.hears("Nobody has taken it yet", mine)).body, PAGE)
        await caller.ever_hears(f"{CODE.pattern}|{page}", room)
        await rig.alice.asks(mine, f"!ack {page}", f"You have {page}")
    await rig.alice.settled(rig.team)
    for person in (rig.alice, rig.bob, rita, sam):
        assert [text for (_, text), count in said(person).items() if count > 1] == []
    assert sum("New report" in text for text in rig.alice.heard_of(rig.team)) == len((rita, sam))
    assert rig.program.said.count("ready") == 1


@pytest.mark.parametrize("kind", ["words", "page"])
async def test_killed_before_it_knew_that_it_had_said_it(line: Line, kind: str) -> None:
    rig = line.rig
    await rig.furnish("rita")
    rings_once(rig)
    fuse = rig.folder / "fuse"
    fuse.touch()
    rig.program.command = (sys.executable, "-m", "tests.crash.child")
    rig.program.env = {"FUSE": str(fuse)}
    await rig.start()
    mine = await rig.alice.dm()
    rita, hers, report = await _reported(rig, "rita")
    await rig.alice.settled(rig.team)
    if kind == "words":
        await rig.alice.asks(rig.team, f"!say {report} reporter Are you there?", "would go to")
    fuse.write_text(f"outbox.{kind}.handed-over 1")
    line.names.clear()
    if kind == "words":
        await rig.alice.say(rig.team, "!yes")
    else:
        await rita.say(hers, "urgent somebody is at my door")
    assert await rig.program.ends(_DIES_WITHIN) == -signal.SIGKILL
    fuse.write_text("")
    hearer, room, words = {
        "words": (rita, hers, "Are you there"),
        "page": (rig.alice, mine, "danger to life"),
    }[kind]
    await hearer.hears(words, room)
    before = list(line.names)
    await rig.program.start(within=_READY_WITHIN)
    await rig.alice.asks(rig.team, "!ping over", "^over$")

    def again() -> bool:
        return any(name in line.names[len(before) :] for name in before)

    await rig.alice.until(again, "nothing was handed over again")
    await rig.alice.settled(rig.team)
    assert sum(words in text for text in hearer.heard_of(room)) == 1


async def test_what_a_room_said_while_the_line_was_cut_is_obeyed_in_order(line: Line) -> None:
    rig = line.rig
    await rig.open("rita")
    rita, hers, report = await _reported(rig, "rita")
    case = code_in((await rig.alice.asks(rig.team, "!open Example threats", "Opened")).body, CODE)
    line.down = True
    line.proxy.record.clear()
    for number in range(LEFT_OUT):
        order = f"!note {case} marker-{number:03}-end"
        await asyncio.gather(
            rig.alice.say(rig.team, f"chat {number}" if number % 10 else order),
            rita.say(hers, f"word-{number:03}-end"),
        )
    line.down = False
    await rig.alice.asks(rig.team, "!ping over", "^over$")
    seen = len(rita.record)
    await rita.say(hers, "status")
    await rita.until(
        lambda: any(report in each.body for each in rita.record[seen:]), "status is not answered"
    )
    assert await rig.program.stop() == 0
    asked = [each for each in line.proxy.record if b"/messages?" in each]
    assert len(asked) >= len((rig.team, hers))
    words = (await kept(rig)).words
    for text, name, step in ((words[case], "marker", 10), (words[report], "word", 1)):
        found = [text.find(f"{name}-{number:03}-end") for number in range(0, LEFT_OUT, step)]
        assert -1 not in found
        assert found == sorted(found)
        assert text.count(f"{name}-") == len(found)
