"""How the bot behaves where conversations are encrypted from end to end and rooms have threads."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.core.words.attachment import Attachment
from bot.core.words.inbound import Why
from bot.core.words.places import Flaw
from bot.runtime.unreadable import AT_ONCE
from bot.texts.catalogue import says
from bot.transports.memory import Said
from tests.world import World, new_world, place

CLEAR = "!clear:example.org"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world(sealed=True) as made:
        made.net.arrive(CLEAR, clear=True)
        yield made


async def typed(world: World, nick: str, text: str, thread: str | None = None) -> list[Said]:
    """Type something in the team's room; returns what the bot said there since."""
    mark = len(world.net.said)
    world.net.hear(nick, "#team", text, thread=thread)
    await world.settle()
    return [said for said in world.net.said[mark:] if said.place == place("#team")]


def thread_of(world: World, code: str) -> str:
    found = world.net.thread_of(place("#team"), code)
    assert found is not None
    return found


# ---- the greeting ----------------------------------------------------------------------------


async def test_the_greeting_says_who_can_read_along_here(world: World) -> None:
    said = await world.says("rita", None, "Somebody insults me.")
    assert any(says("intake.hello-sealed", line) for line in said)
    assert "IRC" not in " ".join(said)
    world.net.arrive("remy")
    said = await world.says("remy", None, "report")
    assert any(says("intake.hello-sealed", line) for line in said)


async def test_elsewhere_network_staff_could_read_along() -> None:
    async with new_world() as world:
        said = await world.says("rita", None, "Somebody insults me.")
        assert any(says("intake.hello-private", line) for line in said)
        assert not any(says("intake.hello-sealed", line) for line in said)


async def test_no_interview_begins_in_clear(world: World) -> None:
    said = await world.says(CLEAR, None, "Somebody insults me.")
    assert says("clear.dm", said[0])
    assert not any(says("intake.hello", line) for line in said)


async def test_a_room_with_a_flaw_carries_no_case(world: World) -> None:
    code = world.code(await world.says("alice", "#team", "!open Insults"))
    world.net.flaws("#team", Flaw.BRIDGED)
    await world.settle()
    said = await world.says("alice", "#team", f"!show {code}")
    assert says("refused.not-here", said[0]) or any(says("room.flaw.bridged", x) for x in said)
    world.net.flaws("#team")
    assert any(code in line for line in await world.says("alice", "#team", f"!show {code}"))


# ---- threads ---------------------------------------------------------------------------------


async def test_answers_stand_beside_the_case_and_the_question(world: World) -> None:
    said = await typed(world, "alice", "!open Insults")
    code = world.code()
    assert {each.beside.case for each in said} == {code}
    assert {each.beside.thread for each in said} == {None}
    assert all(each.beside.message is not None for each in said)
    root = thread_of(world, code)
    said = await typed(world, "alice", "!note he wrote again", root)
    assert {(each.beside.case, each.beside.thread) for each in said} == {(code, root)}


async def test_what_is_said_of_no_case_stands_with_none(world: World) -> None:
    for text in ("!ping one", "!show C-000000", "!frobnicate"):
        assert {each.beside.case for each in await typed(world, "alice", text)} == {None}


async def test_an_answer_by_dm_answers_no_message_there(world: World) -> None:
    world.net.hear("alice", "#team", "!emergency he is at the door", thread="$elsewhere")
    await world.settle()
    by_dm = [said for said in world.net.said if said.place.address == "alice"]
    assert by_dm
    assert all(said.beside.message is None and said.beside.thread is None for said in by_dm)


async def test_a_case_is_left_out_in_its_thread_by_whoever_types_there(world: World) -> None:
    first = world.code([s.text for s in await typed(world, "alice", "!open Insults")])
    second = world.code([s.text for s in await typed(world, "alice", "!open Threats")])
    root, other = thread_of(world, first), thread_of(world, second)
    assert root != other
    # Bob has used neither; after a restart nobody has.
    assert any(first in said.text for said in await typed(world, "bob", "!show", root))
    assert any(second in said.text for said in await typed(world, "bob", "!show", other))
    # What was used last in a thread counts there, and nowhere else.
    await typed(world, "alice", f"!note {second} it goes on", root)
    assert any(second in said.text for said in await typed(world, "bob", "!show", root))
    assert any(second in said.text for said in await typed(world, "bob", "!show", other))
    assert not any("C-" in said.text for said in await typed(world, "finn", "!show", "$unknown"))


async def test_a_case_never_counts_as_used_where_it_is_hidden(world: World) -> None:
    await typed(world, "alice", "!open Insults")
    code = world.code()
    await typed(world, "alice", f"!party {code} target Example-Bob")
    said = await typed(world, "bob", "!show", thread_of(world, code))
    assert said
    assert not any("Insults" in each.text for each in said)
    # Nothing that is said of it joins the case where somebody must not know of it.
    said = await typed(world, "alice", f"!show {code}")
    assert {each.beside.case for each in said} == {None}


async def preview(world: World, *, inside: bool) -> str:
    """Have words to a reporter wait for a yes; returns the thread where the preview stands."""
    for line in ("Somebody insults me.", "no", "yes"):
        said = await world.says("rita", None, line)
    code = world.code(said)
    await typed(world, "alice", f"!take {code}")
    root = thread_of(world, code)
    shown = await typed(world, "alice", f"!say {code} We have read it.", root if inside else None)
    assert any("!yes" in each.text for each in shown)
    assert {each.beside.case for each in shown} == {code}
    return root


def told(world: World) -> bool:
    return "We have read it." in " ".join(world.heard("rita"))


@pytest.mark.parametrize("inside", [True, False])
async def test_a_preview_is_confirmed_in_the_thread_where_it_stands(
    world: World, inside: bool
) -> None:
    root = await preview(world, inside=inside)
    for nick, other in (("alice", "$another"), ("bob", root)):
        said = await typed(world, nick, "!yes", other)
        assert any(says("yes.nothing", each.text) for each in said)
    assert not told(world)
    await typed(world, "alice", "!yes", root)
    assert told(world)
    for thread in (root, None):
        said = await typed(world, "alice", "!yes", thread)
        assert any(says("yes.nothing", each.text) for each in said)


async def test_what_was_asked_outside_is_confirmed_there_too(world: World) -> None:
    root = await preview(world, inside=False)
    # It was seen from inside meanwhile.
    await typed(world, "alice", "!show", root)
    await typed(world, "alice", "!yes")
    assert told(world)
    said = await typed(world, "alice", "!yes", root)
    assert any(says("yes.nothing", each.text) for each in said)


async def test_what_was_asked_in_a_thread_is_not_confirmed_outside(world: World) -> None:
    root = await preview(world, inside=True)
    said = await typed(world, "alice", "!yes")
    assert any(says("yes.nothing", each.text) for each in said)
    await typed(world, "alice", "!no", root)
    said = await typed(world, "alice", "!yes", root)
    assert any(says("yes.nothing", each.text) for each in said)
    assert not told(world)


async def test_a_yes_that_was_typed_before_the_preview_counts_in_no_thread(world: World) -> None:
    root = await preview(world, inside=False)
    await typed(world, "alice", "!no")
    code = world.code()
    world.net.hear("alice", "#team", f"!say {code} We have read it.")
    world.net.hear("alice", "#team", "!yes", thread=root)
    await world.settle()
    assert not told(world)


# ---- words that could not be read ------------------------------------------------------------


@pytest.mark.parametrize(
    ("nick", "where", "why", "key"),
    [
        ("rita", None, Why.FIRST, "unheard.first"),
        ("rita", None, Why.NO_KEY, "unheard.no-key"),
        ("alice", None, Why.NO_KEY, "unheard.no-key-team"),
        ("alice", "#team", Why.NO_KEY, "unheard.no-key-team"),
        ("rita", None, Why.CROWDED, "unheard.crowded"),
        ("alice", "#team", Why.REACTION, "unheard.reaction"),
        ("alice", None, Why.REACTION, "unheard.reaction"),
    ],
)
async def test_whose_words_could_not_be_read_hears_it_where_they_were_said(
    world: World, nick: str, where: str | None, why: Why, key: str
) -> None:
    settled: list[str] = []
    world.net.unheard(nick, where, why, done=lambda: settled.append(nick))
    world.net.unheard(nick, where, why, done=lambda: settled.append(nick))
    await world.settle()
    said = [(each.place.address, says(key, each.text)) for each in world.net.said]
    assert said == [(where or nick, True)]
    assert settled == [nick] * 2
    await world.later(minutes=11)
    world.net.unheard(nick, where, why)
    await world.settle()
    assert len(world.net.said) == 2


async def test_many_who_are_not_heard_at_once_are_settled_all(world: World) -> None:
    settled: list[int] = []

    def done(number: int) -> Callable[[], None]:
        return lambda: settled.append(number)

    for number in range(3 * AT_ONCE):
        world.net.arrive(f"guest{number}")
        world.net.unheard(f"guest{number}", None, Why.NO_KEY, done=done(number))
    await world.settle()
    assert sorted(settled) == list(range(3 * AT_ONCE))
    assert len(world.net.said) == AT_ONCE
    world.net.unheard("rita", "#elsewhere", Why.NO_KEY, done=done(-1))
    await world.settle()
    assert settled[-1] == -1
    assert len(world.net.said) == AT_ONCE


async def test_what_cannot_be_said_to_them_is_settled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_how: object) -> None:
        raise ValueError

    settled: list[int] = []
    assert world.bot is not None
    monkeypatch.setattr(type(world.bot.voice), "draft", fails)
    world.net.unheard("rita", None, Why.FIRST, done=lambda: settled.append(1))
    await world.settle()
    assert settled == [1]


async def test_whoever_must_not_know_of_a_case_finds_what_a_thread_was_about_before(
    world: World,
) -> None:
    await typed(world, "alice", "!open Insults")
    first = world.code()
    await typed(world, "alice", "!open Threats")
    second = world.code()
    await typed(world, "alice", f"!party {second} subject Example-Bob")
    world.net.part("#team", "bob")
    await typed(world, "alice", f"!show {first}", "$shared")
    await typed(world, "alice", f"!note {second} it goes on", "$shared")
    assert any("Threats" in said.text for said in await typed(world, "alice", "!show", "$shared"))
    world.net.join("#team", "bob")
    # Were there no such case, the one before it would count.
    assert any("Insults" in said.text for said in await typed(world, "bob", "!show", "$shared"))


FILE = Attachment(msgtype="m.image", name="x.png", url="mxc://example.org/abcdef")


async def test_a_file_that_came_with_a_command_is_not_dropped_in_silence(world: World) -> None:
    await typed(world, "alice", "!open Insults")
    code = world.code()
    for nick, where, text in (
        ("alice", None, f"!note {code} as this shows"),
        ("stranger", "#lobby", "!emergency he sent me this"),
    ):
        mark = len(world.net.said)
        world.net.hear(nick, where, text, attachments=(FILE,))
        await world.settle()
        said = [each.text for each in world.net.said[mark:]]
        assert len(said) > 1
        assert sum(says("file.not-kept", line) for line in said) == 1
    # Another program's command, which the bot passes over.
    mark = len(world.net.said)
    world.net.hear("stranger", "#lobby", "!frobnicate it", attachments=(FILE,))
    await world.settle()
    assert world.net.said[mark:] == []


async def test_news_that_a_room_may_not_hear_do_not_tell_it_which_case_they_are_about(
    world: World,
) -> None:
    world.net.join("#team", "stranger")
    await world.settle()
    mark = len(world.net.said)
    for line in ("Somebody insults me.", "no", "yes"):
        await world.says("rita", None, line)
    await world.later(hours=50)
    here = [said for said in world.net.said[mark:] if said.place == place("#team")]
    assert len(here) > 1
    assert {said.beside.case for said in here} == {None}
