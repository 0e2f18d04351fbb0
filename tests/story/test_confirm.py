"""What waits for a `yes` means what was shown, to whom it was shown, and nothing else."""

from collections.abc import Iterable

from bot.core.policy.gate import Cleared
from bot.texts.catalogue import says
from tests.world import World


async def _report(world: World, nick: str, words: str) -> str:
    world.net.arrive(nick)
    for line in (words, "no", "yes"):
        said = await world.says(nick, None, line)
    return world.code(said)


def _told(world: World, nicks: Iterable[str], words: str) -> list[str]:
    return [nick for nick in nicks if words in " ".join(world.heard(nick))]


async def test_a_number_means_the_case_it_meant_when_it_was_typed(world: World) -> None:
    first = await _report(world, "first", "Somebody follows me.")
    await world.later(minutes=1)
    await _report(world, "second", "Somebody insults me.")
    await world.says("alice", "#team", "!cases")
    await world.says("alice", "#team", "!say 1 We have read it.")
    await world.says("alice", "#team", f"!take {first}")
    listed = await world.says("alice", "#team", "!cases new")
    assert first not in " ".join(listed)
    await world.says("alice", "#team", "!yes")
    assert _told(world, ("first", "second"), "We have read it.") == ["first"]


async def test_nobody_else_confirms(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    await world.says("alice", "#team", f"!say {code} We have read it.")
    await world.says("bob", "#team", "!yes")
    await world.says("alice", None, "!yes")
    assert not _told(world, ("first",), "We have read it.")
    await world.says("alice", "#team", "!yes")
    assert _told(world, ("first",), "We have read it.")


async def test_a_preview_runs_out(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    await world.says("alice", "#team", f"!say {code} We have read it.")
    await world.later(minutes=11)
    await world.says("alice", "#team", "!yes")
    assert not _told(world, ("first",), "We have read it.")


async def test_two_that_wait_are_told_apart_by_their_tokens(world: World) -> None:
    one = await _report(world, "first", "Somebody follows me.")
    two = await _report(world, "second", "Somebody insults me.")
    await world.says("alice", "#team", f"!say {one} Words for one.")
    shown = await world.says("alice", "#team", f"!say {two} Words for two.")
    await world.says("alice", "#team", "!yes")
    assert not _told(world, ("first", "second"), "Words for")
    token = shown[-1].split()[1]
    await world.says("alice", "#team", f"!yes {token}")
    assert _told(world, ("first", "second"), "Words for") == ["second"]


async def test_a_restart_voids_what_waits(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    await world.says("alice", "#team", f"!say {code} We have read it.")
    await world.stop()
    world.net = world.renewed()
    await world.start()
    await world.says("alice", "#team", "!yes")
    assert not _told(world, ("first",), "We have read it.")


async def test_on_call_people_who_are_named_neither_hear_nor_take_it(world: World) -> None:
    for line in ("Somebody frightens me.", "no", "yes"):
        await world.says("rita", None, line)
    for line in ("skip", "skip", "olga", "done", "skip", "yes"):
        await world.later(seconds=11)
        await world.says("rita", None, line)
    await world.says("rita", None, "urgent she is here")
    await world.later(minutes=14)
    assert world.heard("olga") == []
    nothing = await world.says("olga", None, "!ack C-000000")
    assert await world.says("olga", None, f"!ack {world.page()}") == nothing
    await world.says("bob", None, "!ack")
    assert world.page() not in " ".join(world.heard("olga"))


# ---- a yes counts for what could be seen -------------------------------------------------------


async def test_a_yes_that_was_typed_before_the_preview_was_out_does_nothing(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    before = len(world.net.said)
    world.net.hear("alice", "#team", f"!say {code} We have read it.")
    world.net.hear("alice", "#team", "!yes")
    await world.settle()
    said = [line.text for line in world.net.said[before:]]
    assert says("yes.early", said[-1])
    assert not _told(world, ("first",), "We have read it.")
    await world.says("alice", "#team", "!yes")
    assert _told(world, ("first",), "We have read it.")


async def test_an_early_yes_counts_for_what_was_seen_before(world: World) -> None:
    one = await _report(world, "first", "Somebody follows me.")
    two = await _report(world, "second", "Somebody insults me.")
    shown = await world.says("alice", "#team", f"!say {one} Words for one.")
    assert says("confirm.yes", shown[-1])
    token = world.bot.dispatcher.desks.waiting(_desk(world), world.clock.now())[0].token  # type: ignore[union-attr]  # a started world has a bot
    world.net.hear("alice", "#team", f"!say {two} Words for two.")
    world.net.hear("alice", "#team", f"!yes {token}")
    await world.settle()
    assert _told(world, ("first", "second"), "Words for") == ["first"]


async def test_a_preview_that_could_not_be_said_waits_for_nothing(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    flips = iter([True])

    def flip(cleared: Cleared) -> None:
        if cleared.place.address == "#team" and next(flips, False):
            world.net.join("#team", "stranger")

    world.net.before_send = flip
    said = await world.says("alice", "#team", f"!say {code} We have read it.")
    assert any(says("confirm.stopped.above-ceiling", line) for line in said)
    world.net.part("#team", "stranger")
    await world.settle()
    assert any(says("yes.nothing", line) for line in await world.says("alice", "#team", "!yes"))
    assert not _told(world, ("first",), "We have read it.")


async def test_a_preview_that_was_refused_waits_for_nothing(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    world.net.refuse("alice")
    await world.says("alice", None, f"!say {code} We have read it.")
    world.net.refuse("alice", refuses=False)
    assert any(says("yes.nothing", line) for line in await world.says("alice", None, "!yes"))
    assert not _told(world, ("first",), "We have read it.")


def _desk(world: World) -> tuple[str, str, str]:
    return ("net|account|alice", "alice", "net/#team")


async def test_words_that_may_not_be_shown_are_not_and_can_be_confirmed(world: World) -> None:
    code = await _report(world, "first", "Write to jane.exemplar@example.org, he has her number.")
    await _report(world, "second", "Mail me at somebody.else@example.org please.")
    said = await world.says("alice", "#team", f"!say {code} It was somebody else example org")
    assert [says(key, line) for key, line in zip(_UNQUOTED, said, strict=True)] == [True] * 3
    assert "somebody else" not in " ".join(said)
    done = await world.says("alice", "#team", "!yes")
    assert any(says("say.sent", line) for line in done)


_UNQUOTED = ("say.preview", "confirm.unquoted", "confirm.yes")


async def test_a_preview_tells_nobody_what_another_case_holds(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    await _report(world, "second", "Look at https://wiki.example.org/?diff=471147 please.")
    shown = []
    for number in (471147, 581147):
        link = f"https://wiki.example.org/?diff={number}"
        shown.append(await world.says("alice", "#team", f"!say {code} We have read {link} today"))
        await world.says("alice", "#team", "!no")
    assert shown[0] == shown[1]
    assert "We have read" in " ".join(shown[0])
    assert "today" in " ".join(shown[0])
    assert "wiki.example.org" not in " ".join(shown[0])


async def test_a_bare_yes_is_told_what_to_type(world: World) -> None:
    code = await _report(world, "first", "Somebody follows me.")
    await world.says("alice", None, f"!say {code} We have read it.")
    said = await world.says("alice", None, "Yes")
    assert [says("dm.hint-yes", line) for line in said] == [True]
    assert not _told(world, ("first",), "We have read it.")
    await world.says("alice", None, "!yes")
    assert not any(says("dm.hint-yes", line) for line in await world.says("alice", None, "yes"))
