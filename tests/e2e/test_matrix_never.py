"""Lines on Matrix that look like commands and never are: nothing runs, and each is in the audit.

Whoever can do better is told how, once. What no client of a network can do, a liar between the
bot and its server does.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from bot.texts.catalogue import says
from tests.e2e.ledger import kept
from tests.e2e.matrix_proxy import Proxy
from tests.e2e.matrix_rig import BOT, MatrixPerson, MatrixRig, make_matrix_rig
from tests.e2e.rig import CODE, PAGE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(120)]

#: Nothing with this word in it may ever be kept.
EVIL = "evilword"
LATE = 11 * 60 * 1000
BRIDGE = "bridge"


@dataclass(slots=True, kw_only=True)
class Play:
    """The program behind a liar, and one case that is there already."""

    rig: MatrixRig
    proxy: Proxy
    case: str = ""

    @property
    def alice(self) -> MatrixPerson:
        return self.rig.alice

    async def open(self, *others: str) -> None:
        self.rig.bot_url = self.proxy.url
        self.rig.more = f'relays = ["{self.rig.town.user_id(BRIDGE)}"]\n'
        await self.rig.open(*others)
        opened = await self.alice.asks(self.rig.team, "!open Example", "Opened C-")
        self.case = code_in(opened.body, CODE)

    async def settled(self, room: str = "") -> None:
        """Wait until all that was said in a room before, and in those before it, is answered."""
        token = secrets.token_hex(6)
        await self.alice.asks(room or self.rig.team, f"!ping {token}", f"^{token}$")

    async def cases(self) -> str:
        """What cases there are, as Alice is told."""
        return (await self.alice.asks(self.rig.team, "!cases", CODE.pattern)).body

    async def audited(self, *, cases: int = 1, acts: int = 1) -> Counter[tuple[str, str]]:
        """End the program; returns verbs and outcomes of the audit.

        There are so many cases then, and so much has happened in the first one.
        """
        assert await self.rig.program.stop() == 0
        left = await kept(self.rig)
        assert EVIL not in left.everything()
        assert len(left.acts) == cases
        assert len(left.acts[self.case]) == acts
        return Counter((entry.verb, entry.outcome) for entry in left.audit)


@pytest_asyncio.fixture
async def play(tmp_path: Path, homeserver: Homeserver) -> AsyncIterator[Play]:
    async with make_matrix_rig(tmp_path, homeserver) as rig, Proxy(rig.town.url) as proxy:
        yield Play(rig=rig, proxy=proxy)


def told(person: MatrixPerson, room: str, key: str) -> int:
    """How often the bot has said this sentence in a room."""
    return sum(says(key, line) for body in person.heard_of(room) for line in body.split("\n"))


# ---- who said it, and how ----------------------------------------------------------------------


async def in_clear(play: Play) -> None:
    """Whoever may read the room's server could have put it in; it is answered once a minute."""
    for _ in range(3):
        await play.alice.say_clear(play.rig.team, f"!open {EVIL}")
    bob = play.rig.bob
    await bob.say_clear(play.rig.team, f"!note {play.case} {EVIL}")
    await play.settled()
    assert told(play.alice, play.rig.team, "clear.command") == 1


async def edited(play: Play) -> None:
    """Harmless words become a command, and so does one command another."""
    harmless = await play.alice.say(play.rig.team, "An example")
    await play.alice.edit(play.rig.team, harmless, f"!open {EVIL}")
    asked = await play.alice.say(play.rig.team, "!ping example")
    await play.alice.edit(play.rig.team, asked, f"!note {play.case} {EVIL}")
    room = await play.alice.dm()
    harmless = await play.alice.say(room, "!ping example")
    await play.alice.edit(room, harmless, f"!note {play.case} {EVIL}")
    await play.settled(room)


async def noticed(play: Play) -> None:
    """Another program says it."""
    await play.alice.say(play.rig.team, f"!open {EVIL}", msgtype="m.notice")


async def of_another(play: Play) -> None:
    """A liar says that Alice wrote what somebody else did, and that she wrote in clear."""
    mallory = play.rig.people["mallory"]
    room = await mallory.dm()
    await mallory.asks(room, "An example of words", ".")
    said = await mallory.say(room, f"!note {play.case} {EVIL}")
    await mallory.asks(room, "Another example", ".")
    event = play.proxy.seen[said]
    play.proxy.put_in(room, event | {"sender": play.alice.user_id, "event_id": "$as-alice"})
    play.proxy.put_in(
        play.rig.team,
        {
            "type": "m.room.message",
            "sender": play.alice.user_id,
            "event_id": "$in-clear",
            "origin_server_ts": event["origin_server_ts"],
            "content": {"msgtype": "m.text", "body": f"!note {play.case} {EVIL}"},
        },
    )


async def in_public(play: Play) -> None:
    """The room is not encrypted, as it should be: there nobody proves who they are."""
    lobby = play.rig.rooms["lobby"]
    await play.alice.say(lobby, f"!open {EVIL}")
    await play.alice.hears("", lobby)
    await play.settled(lobby)
    assert told(play.alice, lobby, "refused.not-known") == 1


async def unknown(play: Play) -> None:
    """Nobody has ever made such a command."""
    await play.alice.asks(play.rig.team, f"!frobnicate {EVIL}", ".")


async def echoed(play: Play) -> None:
    """The bot itself seems to say it."""
    bot, lobby = play.rig.town.user_id(BOT), play.rig.rooms["lobby"]
    said = await play.alice.say(play.rig.team, "An example")
    await play.settled()
    content = {"msgtype": "m.text", "body": f"!open {EVIL}"}
    event = play.proxy.seen[said] | {"sender": bot}
    play.proxy.put_in(play.rig.team, event | {"event_id": "$own"})
    clear = {"type": "m.room.message", "content": content}
    play.proxy.put_in(lobby, event | clear | {"event_id": "$own-in-clear"})
    await play.settled(lobby)


async def bridged(play: Play) -> None:
    """Whoever is behind a bridge is not known; it is heard and never answered."""
    bridge = play.rig.people[BRIDGE]
    lobby = play.rig.rooms["lobby"]
    await bridge.join(lobby)
    room = await bridge.dm()
    for where in (lobby, room):
        await bridge.say(where, f"!open {EVIL}")
        await bridge.say(where, f"<alice> !note {play.case} {EVIL}")
    await play.settled(lobby)
    assert not any(bridge.heard_of(room))
    await play.alice.invite(play.rig.team, BRIDGE)
    await bridge.join(play.rig.team)
    await bridge.sees(play.rig.team, BOT)
    await bridge.say(play.rig.team, f"!open {EVIL}")
    await play.settled()


async def test_what_only_looks_like_a_command_never_runs(play: Play) -> None:
    await play.open("mallory", BRIDGE)
    before = await play.cases()
    for act in (in_clear, edited, noticed, of_another, in_public, unknown, echoed):
        await act(play)
    await play.settled()
    assert await play.cases() == before
    await bridged(play)
    audit = await play.audited()
    for each in (
        ("open", "never-clear", 3),
        ("note", "never-clear", 2),
        ("open", "never-edit", 1),
        ("note", "never-edit", 2),
        ("open", "never-notice", 1),
        ("open", "never-relayed", 3),
        ("open", "refused-not-known", 1),
        ("open", "ok", 1),
        ("note", "ok", 0),
    ):
        assert (*each[:2], audit[each[:2]]) == each


# ---- once more ---------------------------------------------------------------------------------


async def test_the_same_words_under_a_new_name_run_once(play: Play) -> None:
    await play.open()
    said = await play.alice.say(play.rig.team, f"!note {play.case} An example of a note")
    await play.alice.hears("✓", play.rig.team)
    event = play.proxy.seen[said]
    # The same again under the same name is what servers do.
    for name in (said, "$again", "$once-more"):
        play.proxy.put_in(play.rig.team, event | {"event_id": name})
    await play.settled()
    assert await play.rig.program.stop() == 0
    for name in (said, "$after-a-restart"):
        play.proxy.put_in(play.rig.team, event | {"event_id": name})
    await play.rig.start()
    await play.settled()
    audit = await play.audited(acts=2)
    assert audit["note", "ok"] == 1
    assert audit["note", "replay"] == 3


async def test_what_comes_too_late_is_not_obeyed_and_an_ack_counts(play: Play) -> None:
    await play.open()
    team = play.rig.team
    await play.rig.bob.say(team, "!emergency life Somebody is at my door")
    page = code_in((await play.alice.hears(f"{PAGE.pattern}.*Nobody")).body, PAGE)
    play.proxy.ages[play.alice.user_id] = LATE
    for _ in range(3):
        await play.alice.say(team, f"!note {play.case} {EVIL}")
    await play.alice.asks(team, f"!ack {page}", f"You have {page}")
    play.proxy.ages.clear()
    await play.settled()
    assert told(play.alice, team, "late.once") == 1
    audit = await play.audited(cases=2)
    assert audit["note", "refused-too-late"] == 3
    assert audit["ack", "ok"] == 1
