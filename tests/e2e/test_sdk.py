"""The people at Element's own cryptography, among themselves: what other tests lean on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver
from tests.e2e.matrix_person import MatrixPerson, Town
from tests.e2e.sdk import SdkError, SdkPeople, SdkPerson, sdk_people
from tests.e2e.sdk_client import FOLDER

real = [pytest.mark.real, pytest.mark.slow]


@pytest_asyncio.fixture
async def people(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[SdkPeople]:
    async with sdk_people(Town(homeserver), tmp_path) as made:
        yield made


async def _meet(one: SdkPerson, other: SdkPerson) -> str:
    """Return an encrypted direct message in which both are, and know each other's device."""
    room = await one.create(other.name, is_direct=True)
    assert await other.is_asked_in(one.name) == room
    await other.join(room)
    await one.sees(room, other.name)
    await one.knows(other.name, other.device_id)
    await other.knows(one.name, one.device_id)
    return room


async def _compare(one: SdkPerson, other: SdkPerson, check: str) -> None:
    """Both wait for the emoji, which have to be the same."""
    mine, theirs = await one.is_shown_emoji(check), await other.is_shown_emoji(check)
    assert len(mine.emoji) == 7
    assert (mine.emoji, mine.names, mine.decimal) == (theirs.emoji, theirs.names, theirs.decimal)


def test_the_lock_has_hashes_and_names_no_place() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not [name for name, entry in packages.items() if "resolved" in entry]


class TestSdk:
    pytestmark = real

    async def test_two_people_read_each_other_without_a_shield(self, people: SdkPeople) -> None:
        alice, rita = await people.enter("alice"), await people.enter("rita")
        room = await _meet(alice, rita)
        root = await alice.say(room, "made up, and encrypted")
        heard = await rita.hears("made up", room, by="alice")
        assert (heard.event_id, heard.clean, heard.reason) == (root, True, None)
        await rita.say(room, "in its thread", thread=root)
        answer = await alice.hears("in its thread", room, by="rita")
        assert (answer.thread, answer.clean) == (root, True)
        await alice.rotate(room)
        await alice.say(room, "with another session")
        assert (await rita.hears("another session", room, by="alice")).clean
        await rita.restart()
        assert (await rita.look(room, root)).clean
        await alice.say(room, "after a restart")
        assert (await rita.hears("after a restart", room, by="alice")).clean
        assert await alice.close() == 0

    async def test_what_nobody_signed_is_neither_read_nor_given_keys(
        self, people: SdkPeople
    ) -> None:
        alice, rita = await people.enter("alice"), await people.log_in("rita")
        room = await _meet(alice, rita)
        with pytest.raises(SdkError, match="cross-signing is not set up"):
            await rita.say(room, "as one who excludes others")
        await rita.isolate(signed_only=False)
        await rita.say(room, "from a device that nobody signed")
        unread = await alice.fails_to_read(room, by="rita")
        assert (unread.failure, unread.body) == ("UNSIGNED_SENDER_DEVICE", "")
        await alice.say(room, "not for that device")
        withheld = await rita.fails_to_read(room, by="alice")
        assert withheld.failure == "MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE"
        await alice.isolate(signed_only=False)
        await rita.say(room, "to somebody who takes all")
        shielded = await alice.hears("takes all", room, by="rita")
        assert (shielded.colour, shielded.reason) == ("RED", "UNSIGNED_DEVICE")
        assert not shielded.clean

    async def test_what_comes_in_the_clear_is_not_clean(
        self, people: SdkPeople, tmp_path: Path
    ) -> None:
        alice = await people.enter("alice")
        await people.town.register("rita")
        rita = MatrixPerson(people.town, "rita", tmp_path / "rita")
        try:
            await rita.enter()
            room = await alice.create("rita")
            await rita.join(room)
            await rita.say_clear(room, "for all to read")
            heard = await alice.hears("for all", room, by="rita")
            assert (heard.encrypted, heard.clean) == (False, False)
        finally:
            await rita.leave()

    @pytest.mark.parametrize("where", ["room", "devices"])
    async def test_they_verify_each_other_by_emoji(self, people: SdkPeople, where: str) -> None:
        alice, rita = await people.enter("alice"), await people.enter("rita")
        room = await _meet(alice, rita)
        if where == "room":
            check = await alice.check_room("rita", room)
        else:
            check = await alice.check_device("rita", rita.device_id)
        asked = await rita.is_asked_to_check("alice")
        assert (asked.check, asked.room) == (check, room if where == "room" else None)
        await rita.accept(check)
        await alice.reaches(check, "Ready")
        await alice.begin(check)
        await _compare(alice, rita, check)
        async with asyncio.TaskGroup() as group:
            group.create_task(alice.match(check))
            group.create_task(rita.match(check))
        for one, other in ((alice, rita), (rita, alice)):
            await one.reaches(check, "Done")

            async def verified(one: SdkPerson = one, other: SdkPerson = other) -> bool:
                return (await one.user(other.name))["verified"]

            await one.until(verified, f"has not verified {other.name}")
            assert (await one.devices(other.name))[other.device_id]["verified"]

    async def test_emoji_that_differ_end_it(self, people: SdkPeople) -> None:
        alice, rita = await people.enter("alice"), await people.enter("rita")
        check = await alice.check_room("rita", await _meet(alice, rita))
        await rita.is_asked_to_check("alice")
        await rita.accept(check)
        # Who was asked may begin as well.
        await rita.reaches(check, "Ready")
        await rita.begin(check)
        await _compare(alice, rita, check)
        await rita.differ(check)
        ended = await alice.reaches(check, "Cancelled")
        assert (ended.code, ended.cancelled_by) == ("m.mismatched_sas", rita.user_id)
        assert not (await alice.user("rita"))["verified"]

    async def test_a_new_device_is_signed_with_the_recovery_key(self, people: SdkPeople) -> None:
        alice = await people.enter("alice")
        key = await alice.store()
        assert alice.recovery_key == key
        other = await people.log_in("alice")
        before = await other.identity()
        assert (before["master"], before["ready"]) == (None, False)
        wrong = await (await people.enter("rita")).store()
        with pytest.raises(SdkError, match="wrong recovery key"):
            await other.restore(wrong)
        with pytest.raises(SdkError, match=r"[Pp]arity|[Ii]ncorrect"):
            await other.restore(key[:-1] + ("1" if key[-1] != "1" else "2"))
        assert (await other.identity())["master"] is None
        after = await other.restore(key)
        assert after["ready"]
        assert after["master"] == (await alice.identity())["master"]

        async def signed() -> bool:
            return (await alice.devices("alice"))[other.device_id]["signed_by_owner"]

        await alice.until(signed, "does not see the new device signed")

    async def test_nothing_is_restored_where_nothing_was_stored(self, people: SdkPeople) -> None:
        alice = await people.enter("alice")
        key = await (await people.enter("rita")).store()
        other = await people.log_in("alice")
        with pytest.raises(SdkError, match="no secrets are stored"):
            await other.restore(key)
        assert (await other.identity())["master"] is None
        assert (await alice.identity())["ready"]

    async def test_a_changed_identity_wants_approval(self, people: SdkPeople) -> None:
        alice, rita = await people.enter("alice"), await people.enter("rita")
        room = await _meet(alice, rita)
        await rita.say(room, "as herself")
        await alice.hears("as herself", room, by="rita")
        old = await rita.identity()
        assert (await rita.bootstrap(reset=True))["master"] != old["master"]

        async def noticed() -> bool:
            return (await alice.user("rita"))["needs_approval"]

        await alice.until(noticed, "notices no change")
        await alice.approve("rita")
        assert not (await alice.user("rita"))["needs_approval"]
