"""A homeserver that lies about who somebody is: nothing runs, no key goes out, an operator hears.

The lies are told by a proxy that rewrites what the bot is told, or by somebody who has a password
and no signature: to the bot, both are devices that the server lists.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from bot.demo.signer import sign
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.seeds import SELF_SIGNING, Seeds
from tests.e2e.ledger import kept
from tests.e2e.matrix_person import PATIENCE
from tests.e2e.matrix_proxy import Proxy
from tests.e2e.matrix_rig import MatrixPerson, MatrixRig, make_matrix_rig
from tests.e2e.rig import CODE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(120)]

EVIL = "evilword"
BRIDGE = "bridge"
_TO_DEVICE = b"/sendToDevice/m.room.encrypted/"


@dataclass(slots=True, kw_only=True)
class Play:
    """The program behind a liar; Alice's case, and Carol, who runs the bot, in her conversation."""

    rig: MatrixRig
    proxy: Proxy
    case: str = ""
    carols: str = ""

    @property
    def alice(self) -> MatrixPerson:
        return self.rig.alice

    @property
    def carol(self) -> MatrixPerson:
        return self.rig.people["carol"]

    async def open(self) -> None:
        self.rig.bot_url = self.proxy.url
        self.rig.more = f'relays = ["{self.rig.town.user_id(BRIDGE)}"]\n'
        await self.rig.open("carol")
        self.carols = await self.carol.dm()
        await self.carol.asks(self.carols, "!ping there", "there")
        opened = await self.alice.asks(self.rig.team, "!open Example", "Opened C-")
        self.case = code_in(opened.body, CODE)

    async def nothing_ran(self, why: str) -> None:
        """End the program: the one line is in the audit, and nothing of it anywhere else."""
        assert await self.rig.program.stop() == 0
        left = await kept(self.rig)
        assert EVIL not in left.everything()
        assert [(e.verb, e.outcome) for e in left.audit if e.outcome.startswith("never-")] == [
            ("note", why)
        ]

    def given(self) -> Iterator[tuple[str, str]]:
        """Yield the users and devices to which the bot has sent keys so far."""
        record = self.proxy.record
        for at, path in enumerate(record):
            if _TO_DEVICE in path:
                body = next(each for each in record[at:] if each.startswith(b'{"messages"'))
                for user, devices in json.loads(body)["messages"].items():
                    yield from ((user, device) for device in devices)

    async def lies(self, change: Callable[[dict[str, Any]], None]) -> MatrixPerson:
        """Have the server add a device to Alice's and list all of them changed; returns that one.

        The bot has been told so, and has answered somebody since.
        """
        told = asyncio.Event()

        def lists(answer: dict[str, Any]) -> None:
            if self.alice.user_id in answer["device_keys"]:
                change(answer)
                told.set()

        self.proxy.lists = lists
        added = await self.rig.enter("alice", "-added", signed=False)
        await added.sees(self.rig.team, "bob")
        async with asyncio.timeout(PATIENCE):
            await told.wait()
        await self.rig.bob.asks(self.rig.team, "!ping told", "^told$")
        return added


@pytest_asyncio.fixture
async def play(tmp_path: Path, homeserver: Homeserver) -> AsyncIterator[Play]:
    async with make_matrix_rig(tmp_path, homeserver) as rig, Proxy(rig.town.url) as proxy:
        made = Play(rig=rig, proxy=proxy)
        await made.open()
        yield made


async def test_a_sender_who_is_relabelled_runs_nothing(play: Play) -> None:
    bob = play.rig.bob
    play.proxy.senders[bob.user_id] = play.alice.user_id
    await bob.say(play.rig.team, f"!note {play.case} {EVIL}")
    await play.carol.ever_hears("Somebody wrote to me as alice", play.carols)
    await play.nothing_ran("never-unsigned")


async def test_a_device_that_the_server_added_runs_and_reads_nothing(play: Play) -> None:
    added = await play.rig.enter("alice", "-added", signed=False)
    await added.sees(play.rig.team, "bob")
    await added.say(play.rig.team, f"!note {play.case} {EVIL}")
    await play.carol.ever_hears("Somebody wrote to me as alice", play.carols)
    await play.alice.asks(play.rig.team, f"!show {play.case}", "Example")
    given = set(play.given())
    assert (play.alice.user_id, play.alice.client.device_id) in given
    assert (play.alice.user_id, added.client.device_id) not in given
    await play.nothing_ran("never-unsigned")


async def test_a_device_that_nobody_lists_runs_and_reads_nothing(play: Play) -> None:
    known = play.alice.client.device_id

    def lists(answer: dict[str, Any]) -> None:
        devices = answer["device_keys"].get(play.alice.user_id, {})
        for name in devices.keys() - {known}:
            del devices[name]

    play.proxy.lists = lists
    hidden = await play.rig.enter("alice", "-hidden")
    await hidden.sees(play.rig.team, "bob")
    await hidden.say(play.rig.team, f"!note {play.case} {EVIL}")
    await play.carol.ever_hears("Somebody wrote to me as alice", play.carols)
    await play.alice.asks(play.rig.team, f"!show {play.case}", "Example")
    assert (play.alice.user_id, hidden.client.device_id) not in set(play.given())
    await play.nothing_ran("never-unsigned")


async def test_anothers_keys_under_ones_own_name_run_nothing(play: Play) -> None:
    """The server lists Bob's device for Alice, too, and Bob's device says that it is hers."""
    bob, alice = play.rig.bob, play.alice
    olm, name = bob.client.olm, str(bob.client.device_id)
    assert olm is not None
    mine = olm.account.identity_keys
    listed: dict[str, Any] = {
        "user_id": alice.user_id,
        "device_id": name,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {f"ed25519:{name}": mine["ed25519"], f"curve25519:{name}": mine["curve25519"]},
    }
    listed["signatures"] = {alice.user_id: {f"ed25519:{name}": olm.sign_json(listed)}}

    def lists(answer: dict[str, Any]) -> None:
        answer["device_keys"][alice.user_id][name] = listed

    await play.lies(lists)
    play.proxy.senders[bob.user_id] = alice.user_id
    await bob.say(play.rig.team, f"!note {play.case} {EVIL}")
    await play.carol.ever_hears("Somebody wrote to me as alice", play.carols)
    assert (alice.user_id, name) not in set(play.given())
    await play.nothing_ran("never-unsigned")


async def test_a_signature_under_a_key_that_its_owner_did_not_sign_is_worth_nothing(
    play: Play,
) -> None:
    """Alice's own master key stays; the server signs all her devices, and its own, by another."""
    seeds, alice = Seeds.new(), play.alice

    def lists(answer: dict[str, Any]) -> None:
        made = seeds.published(alice.user_id)["self_signing"]
        answer["self_signing_keys"][alice.user_id] = made
        _sign_all(answer, alice.user_id, seeds)

    added = await play.lies(lists)
    await added.say(play.rig.team, f"!note {play.case} {EVIL}")
    await play.carol.ever_hears("Somebody wrote to me as alice", play.carols)
    await play.rig.bob.asks(play.rig.team, f"!show {play.case}", "Example")
    assert (alice.user_id, added.client.device_id) not in set(play.given())
    await play.nothing_ran("never-unsigned")


async def test_whoever_comes_over_a_bridge_runs_nothing(play: Play) -> None:
    """The server gives Bob's words out as the bridge's; nobody need be told of a bridge."""
    bob = play.rig.bob
    play.proxy.senders[bob.user_id] = play.rig.town.user_id(BRIDGE)
    await bob.say(play.rig.team, f"!note {play.case} {EVIL}")
    await play.alice.asks(play.rig.team, "!ping after", "^after$")
    await play.nothing_ran("never-relayed")


async def test_a_changed_master_key_stops_its_owner_until_an_operator_says_so(play: Play) -> None:
    alice, rig = play.alice, play.rig
    await alice.asks(rig.team, f"!note {play.case} before", "✓")
    given = len(list(play.given()))
    theirs = await sign(alice.client, MemorySafe(), rig.town.password("alice"), reset=True)
    assert theirs.master is not None
    await play.carol.ever_hears("security key of alice .* is not the one I know", play.carols)
    await alice.say(rig.team, f"!note {play.case} {EVIL}")
    await rig.bob.hears("security key of that account is not the one I know", rig.team)
    mine = (alice.user_id, alice.client.device_id)
    assert mine not in list(play.given())[given:]
    await play.carol.asks(play.carols, "!verify alice", "Before: ")
    await play.carol.asks(
        play.carols, f"!verify alice {theirs.master[:8]}", "I know alice on .* by the new key"
    )
    await alice.asks(rig.team, f"!note {play.case} after", "✓")
    await play.nothing_ran("never-changed")


async def test_a_swapped_master_key_stops_its_owner(play: Play) -> None:
    """The server shows another identity, and has signed her devices, and its own, by it."""
    seeds, alice = Seeds.new(), play.alice

    def lists(answer: dict[str, Any]) -> None:
        made = seeds.published(alice.user_id)
        answer["master_keys"][alice.user_id] = made["master"]
        answer["self_signing_keys"][alice.user_id] = made["self_signing"]
        _sign_all(answer, alice.user_id, seeds)

    added = await play.lies(lists)
    await play.carol.ever_hears("security key of alice .* is not the one I know", play.carols)
    given = len(list(play.given()))
    await added.say(play.rig.team, f"!note {play.case} {EVIL}")
    await play.rig.bob.hears("security key of that account is not the one I know", play.rig.team)
    every = list(play.given())
    assert (alice.user_id, added.client.device_id) not in every
    assert alice.user_id not in {user for user, _ in every[given:]}
    await play.nothing_ran("never-changed")


def _sign_all(answer: dict[str, Any], user: str, seeds: Seeds) -> None:
    """Put a signature on each device that is listed for a user, in the place of the owner's."""
    devices = answer["device_keys"][user]
    for name, device in devices.items():
        devices[name] = seeds.signed(SELF_SIGNING, user, device)
