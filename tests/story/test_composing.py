"""Long texts: written in a DM, line by line, until `done`."""

import sqlite3
from dataclasses import replace

import pytest

from bot.core.words.text import NO_PING
from bot.runtime import desks
from bot.runtime.composing import MOST_BYTES
from bot.texts.catalogue import says
from storage.store import SealedStore
from tests.world import World


async def _case(world: World) -> str:
    return world.code(await world.says("alice", "#team", "!open Insults on a talk page"))


async def _reported(world: World) -> str:
    for line in ("Somebody insults me.", "no", "yes"):
        said = await world.says("rita", None, line)
    return world.code(said)


async def _write(world: World, *lines: str) -> list[str]:
    said: list[str] = []
    for line in lines:
        said += await world.says("alice", None, line)
    return said


async def _notes(world: World, code: str) -> str:
    return "\n".join(await world.says("bob", None, f"!show {code} timeline"))


def _told(key: str, said: list[str]) -> bool:
    return any(says(key, line) for line in said)


async def test_a_note_of_several_lines(world: World) -> None:
    code = await _case(world)
    begun = await _write(world, f"!note {code}")
    assert [says(key, line) for key, line in zip(_BEGIN, begun, strict=True)] == [True, True]
    assert await _write(world, "The first line.", "he will kill me, it says", "  indented") == []
    said = await _write(world, "DONE")
    assert _told("compose.done", said)
    assert _told("note.done", said)
    assert "3 lines" in said[0]
    kept = await _notes(world, code)
    assert "The first line.\nhe will kill me, it says\n  indented" in kept
    assert not world.carrier.carried
    assert _told("dm.hint-not-kept", await _write(world, "done"))


def _fill_the_disk(world: World) -> None:
    """Let the next commit fail."""
    failing = iter(range(1))

    def probe(name: str) -> None:
        if name == "store.commit" and next(failing, None) is not None:
            raise sqlite3.OperationalError("database or disk is full")

    assert isinstance(world.store, SealedStore)
    world.store.database._probe = probe


_BEGIN = ("compose.begin", "compose.how")


async def test_words_to_a_reporter_are_shown_first_and_sent_whole(world: World) -> None:
    code = await _reported(world)
    await _write(world, f"!say {code}", "reporter of ours, thank you.", "We have read it.")
    shown = await _write(world, "done")
    assert _told("say.preview", shown)
    assert "9 words" in " ".join(shown)
    assert world.heard("rita")[-1] != "We have read it."
    await world.later(minutes=9)
    await _write(world, "!yes")
    heard = world.heard("rita")
    assert heard[-2:] == ["reporter of ours, thank you.", "We have read it."]


async def test_commands_run_in_between(world: World) -> None:
    code = await _case(world)
    other = world.code(await world.says("alice", "#team", "!open Something else"))
    await _write(world, f"!note {code}", "One.")
    assert _told("note.done", await _write(world, f"!note {other} Beside it."))
    near = await _write(world, "!nots of it")
    assert _told("compose.not-part", near)
    assert await _write(world, "!emergency life somebody needs help")
    assert world.carrier.carried
    assert _told("note.done", await _write(world, "Two.", "done"))
    kept = await _notes(world, code)
    assert "One.\nTwo." in kept
    assert "Beside" not in kept


@pytest.mark.parametrize("word", ["cancel", "Cancel", "!no"])
async def test_it_can_be_dropped(world: World, word: str) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.", "Two.")
    said = await _write(world, word)
    assert _told("compose.dropped", said)
    assert "One" not in await _notes(world, code)
    assert _told("dm.hint-not-kept", await _write(world, "Three."))


async def test_it_is_one_person_in_one_place(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    await world.says("alice", "#team", "Not this.")
    assert _told("dm.hint-not-kept", await world.says("bob", None, "Nor this."))
    assert _told("yes.nothing", await world.says("alice", "#team", "!no"))
    await _write(world, "done")
    assert "Not this" not in await _notes(world, code)


async def test_a_second_text_waits_for_the_first(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    assert _told("compose.open", await _write(world, f"!note {code}"))
    assert _told("note.done", await _write(world, "done"))


async def test_the_very_same_message_counts_once(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}")
    once = world.net.hear("alice", None, "Only once.")
    await world.settle()
    world.net.repeat(once)
    await world.settle()
    ended = world.net.hear("alice", None, "done")
    await world.settle()
    assert (await _notes(world, code)).count("Only once.") == 1
    await _write(world, f"!note {code}", "Another.")
    world.net.repeat(ended)
    await world.settle()
    assert "Another." not in await _notes(world, code)
    assert _told("note.done", await _write(world, "done"))


async def test_what_does_not_fit_is_said_and_what_fits_stays(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "x" * (MOST_BYTES - 10))
    assert _told("compose.full", await _write(world, "This is too much."))
    assert await _write(world, "small") == []
    said = await _write(world, "done")
    assert "2 lines" in said[0]


async def test_after_half_an_hour_it_is_dropped_and_the_next_line_hears_so(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    await world.later(minutes=29)
    assert await _write(world, "Two.") == []
    await world.later(minutes=31)
    said = await _write(world, "Three.")
    assert [says(k, s) for k, s in zip(_LAPSED, said, strict=True)] == [True, True, True]
    assert "2 lines" in said[0]
    assert _told("dm.hint-not-kept", await _write(world, "done"))
    assert "One" not in await _notes(world, code)


_LAPSED = ("compose.lapsed", "compose.not-kept", "compose.again")


async def test_a_command_after_half_an_hour_hears_it_too(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    await world.later(minutes=31)
    said = await _write(world, "!ping")
    assert _told("compose.lapsed", said)
    assert _told("ping", said)
    assert not _told("compose.not-kept", said)
    assert await _write(world, "!ping") == ["I'm here."]


async def test_whoever_reported_something_is_not_heard_as_a_reporter_then(world: World) -> None:
    for line in ("report", "Somebody insults me.", "no", "yes"):
        await world.says("bob", None, line)
    code = await _case(world)
    await world.says("bob", None, f"!note {code}")
    await world.later(minutes=31)
    assert _told("compose.not-kept", await world.says("bob", None, "Words of a note."))


async def test_a_refusal_keeps_the_lines(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    await world.says("finn", "#team", f"!close {code} non-actionable Nothing to do")
    assert _told("note.done", await _write(world, "done"))
    other = await _reported(world)
    await _write(world, f"!say {other}", "One.")
    world.net.hear("alice", None, "done", age_seconds=3600)
    await world.settle()
    assert _told("compose.waits", world.heard("alice")[-2:])
    assert _told("say.preview", await _write(world, "done"))


async def test_an_empty_text_is_not_used(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}")
    assert _told("compose.empty", await _write(world, "done"))
    assert _told("note.done", await _write(world, "One.", "done"))


async def test_a_restart_ends_it_and_the_next_line_hears_that_nothing_was_kept(
    world: World,
) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    await world.stop()
    world.net = world.renewed()
    await world.start()
    assert _told("dm.hint-not-kept", await _write(world, "Two."))
    assert "One" not in await _notes(world, code)


async def test_lines_that_cannot_be_stored_are_told_of(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    _fill_the_disk(world)
    assert _told("compose.failed", await _write(world, "Lost."))
    await world.later(seconds=6)
    _fill_the_disk(world)
    assert _told("compose.failed", await _write(world, "done"))
    await world.later(seconds=6)
    said = await _write(world, "Two.", "done")
    assert _told("note.done", said)
    assert "One.\nTwo." in await _notes(world, code)


async def test_a_new_nick_goes_on_writing(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", "One.")
    world.net.arrive("alice_", "alice")
    assert _told("note.done", await world.says("alice_", None, "done"))


async def test_strangers_push_nobodys_text_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "MOST", 3)
    code = await _case(world)
    await _write(world, f"!note {code}", "One line.")
    for number in range(4):
        nick = f"stranger{number}"
        world.net.arrive(nick)
        for line in ("!help", "!yes", "Somebody follows me.", "no", "yes"):
            await world.says(nick, None, line)
    await _write(world, "done")
    assert "One line." in await _notes(world, code)


async def test_an_account_that_somebody_else_has_by_now_finds_nothing(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!recuse {code}", f"!note {code}", "One line.")
    people = world.live.everybody.people
    world.renew(replace(p, name="anna") if p.name == "alice" else p for p in people)
    await _write(world, "done", "!yes", "!show")
    notes = await _notes(world, code)
    assert "One line." not in notes
    assert "stepped out" not in notes
    assert code in " ".join(await _write(world, f"!show {code}"))


async def test_what_stands_in_names_is_not_kept(world: World) -> None:
    code = await _case(world)
    await _write(world, f"!note {code}", f"b{NO_PING}ob has it", "done")
    assert "bob has it" in await _notes(world, code)
