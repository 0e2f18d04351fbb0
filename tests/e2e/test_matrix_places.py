"""A room that is not what it was gets no case from that moment, says so, and is mended.

Each change is made on the homeserver, as people make it.
"""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from tests.e2e.matrix_config import ROSTER
from tests.e2e.matrix_person import MatrixPerson
from tests.e2e.matrix_rig import BOT, MatrixRig
from tests.e2e.rig import code_in

pytestmark = [pytest.mark.real, pytest.mark.slow]

WORDS = "lanterns"
ORDER = "in order again"

Deed = Callable[[MatrixRig], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Something that is done to the team's room, what the bot says of it, and what mends it.

    `asked` where no event tells of the change: it is seen when something is to be said.
    """

    told: str
    done: Deed
    mended: Deed
    asked: bool = False


def sets(kind: str, **content: object) -> Deed:
    """Alice sets the state of the room."""
    return lambda rig: rig.alice.state(rig.team, f"m.room.{kind}", content)


async def lists(rig: MatrixRig, how: str) -> None:
    path = f"/directory/list/room/{rig.team}"
    assert await rig.alice.raw("PUT", path, {"visibility": how}) == {}


async def names(rig: MatrixRig, method: str) -> None:
    alias = f"#{rig.town.local('functionaries')}:{rig.town.server.name}"
    body = {"room_id": rig.team} if method == "PUT" else None
    await rig.alice.raw(method, f"/directory/room/{quote(alias)}", body)


async def empowers(rig: MatrixRig, name: str, power: int) -> None:
    levels = await rig.alice.raw("GET", f"/rooms/{rig.team}/state/m.room.power_levels/")
    levels["users"][rig.town.user_id(name)] = power
    answer = await rig.alice.state(rig.team, "m.room.power_levels", levels)
    assert "event_id" in answer, answer


FLIPS = {
    "public": Flip(
        told="Not only invited people can join",
        done=sets("join_rules", join_rule="public"),
        mended=sets("join_rules", join_rule="invite"),
    ),
    "readable": Flip(
        told="People who join later can read",
        done=sets("history_visibility", history_visibility="world_readable"),
        mended=sets("history_visibility", history_visibility="joined"),
    ),
    "guests": Flip(
        told="Guests may come in",
        done=sets("guest_access", guest_access="can_join"),
        mended=sets("guest_access", guest_access="forbidden"),
    ),
    "published": Flip(
        told="in a public directory",
        done=lambda rig: lists(rig, "public"),
        mended=lambda rig: lists(rig, "private"),
        asked=True,
    ),
    "named": Flip(
        told="has a public address",
        done=lambda rig: names(rig, "PUT"),
        mended=lambda rig: names(rig, "DELETE"),
        asked=True,
    ),
    "demoted": Flip(
        told="",
        done=lambda rig: empowers(rig, BOT, -1),
        mended=lambda rig: empowers(rig, BOT, 0),
    ),
}
#: No more at once: a room is told no more of itself than six times a minute.
GROUPS = (("public", "readable", "guests"), ("published", "named"), ("demoted",))


async def opened(rig: MatrixRig) -> str:
    asked = await rig.alice.asks(rig.team, f"!open Somebody writes of {WORDS}", "Opened")
    case = code_in(asked.body)
    await shows(rig.alice, rig.team, case)
    return case


async def shows(person: MatrixPerson, room: str, case: str) -> None:
    # An answer to somebody else, of before, must not be taken for this one: it would still come.
    said = await person.answers(room, f"!show {case}")
    assert any(WORDS in each.body and each.encrypted for each in said)


async def hides(rig: MatrixRig, case: str, mine: str) -> None:
    """Neither words nor code are said in the room. That all was read, a DM tells."""
    alice = rig.alice
    start = len(alice.heard_of(rig.team))
    for line in (f"!show {case}", f"!show {case} timeline", "!cases", f"!show {case} record"):
        await alice.say(rig.team, line)
    await alice.settled(mine)
    said = " ".join(alice.heard_of(rig.team)[start:])
    assert WORDS not in said
    assert case not in said


def hang_up(rig: MatrixRig) -> None:
    """Have the program read its file again."""
    assert rig.program.process is not None
    rig.program.process.send_signal(signal.SIGHUP)


@pytest.mark.parametrize("group", GROUPS, ids="-".join)
async def test_a_room_is_opened_to_others_and_closed_again(
    matrix_rig: MatrixRig, group: tuple[str, ...]
) -> None:
    rig = matrix_rig
    await rig.open()
    case, mine = await opened(rig), await rig.alice.dm()
    for number, name in enumerate(group, 1):
        flip = FLIPS[name]
        # What bob was answered before has come to her by then.
        await rig.alice.settled(rig.team)
        start = len(rig.alice.heard_of(rig.team))
        await flip.done(rig)
        await rig.alice.say(rig.team, f"!show {case}")
        if flip.told:
            await rig.alice.hears(flip.told, rig.team)
        await hides(rig, case, mine)
        assert WORDS not in " ".join(rig.alice.heard_of(rig.team)[start:])
        await flip.mended(rig)
        if flip.asked:
            # As any change of a setting does, this has the directory asked again.
            await empowers(rig, "erin", number)
        await rig.alice.hears(ORDER, rig.team)
        await shows(rig.bob, rig.team, case)


async def test_a_stranger_is_invited_comes_in_and_leaves(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open("mallory")
    mallory = rig.people["mallory"]
    case, mine = await opened(rig), await rig.alice.dm()
    await rig.alice.invite(rig.team, "mallory")
    await rig.bob.say(rig.team, f"!show {case}")
    await rig.alice.hears("invited who is not on the roster", rig.team)
    await hides(rig, case, mine)
    await mallory.join(rig.team)
    await rig.alice.hears("whom I do not know", rig.team)
    await hides(rig, case, mine)
    assert not any(WORDS in body or case in body for body in mallory.heard_of(rig.team))
    await mallory.raw("POST", f"/rooms/{rig.team}/leave", {})
    await rig.alice.hears(ORDER, rig.team)
    await shows(rig.alice, rig.team, case)
    assert not any(WORDS in body or case in body for body in mallory.heard_of(rig.team))


async def test_a_room_is_replaced_for_good(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open()
    case, mine = await opened(rig), await rig.alice.dm()
    gone = {"body": "moved", "replacement_room": rig.rooms["lobby"]}
    await rig.alice.state(rig.team, "m.room.tombstone", gone)
    await rig.alice.hears("was replaced by another one", rig.team)
    await hides(rig, case, mine)


async def test_whoever_leaves_the_roster_is_a_stranger_at_once(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.open()
    case, mine = await opened(rig), await rig.alice.dm()
    path = rig.program.config
    whole, erin = path.read_text("utf-8"), rig.town.user_id("erin")
    assert "erin" in ROSTER
    path.write_text(whole.replace(f'"{erin}"', '"@elsewhere:example.org"'), "utf-8")
    hang_up(rig)
    await rig.alice.hears("whom I do not know", rig.team)
    await hides(rig, case, mine)
    path.write_text(whole, "utf-8")
    hang_up(rig)
    await rig.alice.hears(ORDER, rig.team)
    await shows(rig.alice, rig.team, case)


async def test_a_room_that_was_never_encrypted_carries_nothing(matrix_rig: MatrixRig) -> None:
    rig = matrix_rig
    await rig.furnish()
    room = rig.rooms["oversight"] = await rig.alice.create(BOT, encrypted=False)
    rig.configure()
    await rig.start()
    await rig.alice.hears("not encrypted. Switch encryption on", room)
    case = code_in((await rig.alice.asks(rig.team, f"!open {WORDS}", "Opened")).body)
    await rig.alice.say(room, f"!show {case}")
    await rig.alice.settled(rig.team)
    assert WORDS not in " ".join(rig.alice.heard_of(room))
    await rig.alice.state(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    restored = await rig.alice.hears(ORDER, room)
    assert restored.encrypted
    await shows(rig.alice, room, case)
