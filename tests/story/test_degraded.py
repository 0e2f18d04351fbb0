"""What is down, and what goes out and is said all the same: rows of the table in the guide."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.words.ports import MailOutcome
from bot.texts import catalogue
from storage import vault
from tests.runtime import two
from tests.runtime.two import Both, both_networks
from tests.story.test_reserve import CALL, EMERGENCY, Disk, heard, home, mails
from tests.world import PAGE, World


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    async with both_networks() as made:
        yield made


def broken(*_args: object, **_named: object) -> bytes:
    raise ZeroDivisionError


async def _report(world: World) -> str:
    for line in ("Somebody follows me.", "no", "yes"):
        await world.says("rita", None, line)
    return world.code()


async def test_where_nothing_can_be_sealed_a_call_goes_out_from_memory(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        for name in ("seal", "unseal", "wrap", "unwrap", "wrapping_key", "make_key"):
            patched.setattr(vault, name, broken)
        said = await world.says("rita", None, CALL)
        assert heard("emergency.memory", said)
        assert EMERGENCY in " ".join(said)
        await world.later(seconds=30)
        assert len(mails(world)) == 1
        page = world.page()
        assert page in " ".join(world.heard("alice"))
        assert heard("ack.done", await world.says("alice", None, f"!ack {page}"))
        case = world.code(await world.says("alice", None, "!cases"))
    await home(world)
    assert case in " ".join(await world.says("alice", None, "!cases"))
    assert not heard("case.none", await world.says("alice", None, f"!show {case}"))
    assert len(mails(world)) == 1


async def test_without_the_root_key_file_nothing_changes_until_the_next_start(world: World) -> None:
    (world.folder / "root.key").unlink()
    said = await world.says("rita", None, CALL)
    assert heard("emergency.raised", said)
    assert len(mails(world)) == 1
    disk = Disk(world)
    disk.full()
    said = await world.says("stranger", None, CALL)
    assert heard("emergency.spool", said)
    disk.well()
    await home(world)


async def test_with_one_network_away_a_call_on_the_other_is_as_ever(both: Both) -> None:
    both.oth.link(up=False)
    said = await both.world.says("rita", None, CALL)
    assert heard("emergency.raised", said)
    assert len(mails(both.world)) == 1
    assert PAGE.search(" ".join(two.heard(both.net, "alice")))


async def test_without_any_network_mails_of_a_call_still_go_out(both: Both) -> None:
    both.world.carrier.always = MailOutcome.RETRY
    await both.world.says("rita", None, CALL)
    both.net.link(up=False)
    both.oth.link(up=False)
    both.world.carrier.always = MailOutcome.SENT
    both.world.carrier.carried.clear()
    before = len(both.net.said)
    await both.world.later(minutes=4)
    assert mails(both.world)
    assert any(PAGE.search(line) for line in mails(both.world, "alice@example.org"))
    assert len(both.net.said) == before


async def test_without_mail_a_call_is_rung_and_answered_as_ever(world: World) -> None:
    world.carrier.always = MailOutcome.RETRY
    said = await world.says("rita", None, CALL)
    assert heard("emergency.raised", said)
    assert world.page() in " ".join(world.heard("alice"))
    await world.later(minutes=3)
    assert not heard("emergency.unreachable", world.heard("rita"))


async def test_with_a_channel_out_of_order_people_are_rung_all_the_same(world: World) -> None:
    world.net.mode("#team", "-i")
    await world.settle()
    said = await world.says("rita", None, CALL)
    assert heard("emergency.raised", said)
    assert len(mails(world)) == 1
    assert PAGE.search(" ".join(world.heard("alice")))
    team = world.heard("#team")
    assert not any("C-" in line or CALL in line for line in team)
    assert catalogue.message("room.flaw.not-closed") in " ".join(team)


async def test_words_for_a_reporter_who_is_gone_wait_and_the_team_is_told(world: World) -> None:
    code = await _report(world)
    world.net.leave("rita")
    await world.says("alice", "#team", f"!say {code} We are reading it.")
    await world.says("alice", "#team", "!yes")
    await world.later(minutes=1)
    team = " ".join(world.heard("#team"))
    assert catalogue.message("outbox.reason.gone") in team
    assert code in team


@pytest.mark.parametrize("hours", [-24, 1, 24 * 365])
async def test_a_clock_that_jumps_changes_nothing_for_whoever_calls(
    world: World, hours: int
) -> None:
    world.clock.jump(timedelta(hours=hours))
    said = await world.says("rita", None, CALL)
    assert heard("emergency.raised", said)
    page, rung = world.page(), len(world.heard("alice"))
    world.clock.jump(timedelta(hours=hours))
    await world.later(minutes=4)
    assert any(page in line for line in world.heard("alice")[rung:])
