"""A changed file is taken over whole, at once, or not at all; and said in words."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.case import facts
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role, Roster
from bot.core.words.places import Room, Rooms
from bot.core.words.ports import Store, Unit
from bot.core.words.reloading import (
    CeilingChange,
    Difference,
    Found,
    Fresh,
    Mistakes,
    NeedsRestart,
    NetworkTerms,
    RolesChange,
)
from bot.core.words.text import Piece
from storage.audit import AuditBook
from storage.store import SealedStore
from tests.world import NETWORK, PEOPLE, ROOMS, World, new_world, person, place

CHANNELS = tuple(p.address for room in ROOMS.rooms for p in room.places)
FRIEDA = person("frieda", Role.FUNCTIONARY, wiki=("Example-Frieda",))
BREAK = "\u2060"


class Source:
    """A file that is what a test says."""

    def __init__(self) -> None:
        self.found: Found = Mistakes(sentences=("bot: nothing is written yet",))
        self.read_count = 0
        self.took = 0

    async def read(self) -> Found:
        self.read_count += 1
        return self.found

    def taken(self) -> None:
        self.took += 1


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        await made.stop()
        made.source = Source()
        made.renewed()
        made.net = made.live.transports[NETWORK]  # type: ignore[assignment]  # the memory one
        await made.start()
        yield made


def source(world: World) -> Source:
    assert isinstance(world.source, Source)
    return world.source


def fresh(
    world: World,
    difference: Difference,
    *,
    people: tuple[Person, ...] = PEOPLE,
    rooms: Rooms = ROOMS,
    channels: tuple[str, ...] = CHANNELS,
) -> Fresh:
    live = world.live
    return Fresh(
        roster=Roster(people),
        rooms=rooms,
        terms=live.terms,
        dm_most=live.dm_most,
        networks={NETWORK: NetworkTerms(channels=channels)},
        was={NETWORK: NetworkTerms(channels=CHANNELS)},
        difference=difference,
    )


def without(name: str) -> tuple[Person, ...]:
    return tuple(someone for someone in PEOPLE if someone.name != name)


async def reload(world: World, found: Found, by: str | None = "carol") -> str:
    source(world).found = found
    if by is not None:
        return " ".join(await world.says(by, None, "!reload")).replace(BREAK, "")
    assert world.bot is not None
    before = len(world.net.said)
    world.bot.reload()
    await world.settle()
    return " ".join(said.text for said in world.net.said[before:]).replace(BREAK, "")


async def report(world: World, story: str = "Somebody follows me.") -> str:
    for line in (story, "no", "yes"):
        await world.says("rita", None, line)
    return world.code()


async def test_who_came_has_rights_on_the_next_line_who_left_has_none(world: World) -> None:
    code = await report(world)
    world.net.arrive("frieda", "frieda")
    assert code not in " ".join(await world.says("frieda", None, f"!show {code}"))
    difference = Difference(came=("frieda",), left=("finn",))
    said = await reload(world, fresh(world, difference, people=(*without("finn"), FRIEDA)))
    assert "New on the roster: frieda" in said
    assert "No longer on it: finn" in said
    assert code in " ".join(await world.says("frieda", None, f"!show {code}"))
    assert code not in " ".join(await world.says("finn", None, f"!show {code}"))
    assert source(world).took == 1


async def test_rooms_are_judged_anew_and_told(world: World) -> None:
    assert world.live.ceiling(place("#team"))[0] is Label.CASE
    mark = len(world.heard("#team"))
    await reload(world, fresh(world, Difference(left=("finn",)), people=without("finn")))
    assert world.live.ceiling(place("#team"))[0] is Label.PUBLIC
    assert "whom I do not know" in " ".join(world.heard("#team")[mark:])


async def test_the_team_hears_one_line(world: World) -> None:
    world.net.part("#team", "finn")
    difference = Difference(
        came=("frieda",),
        left=("finn",),
        roles=(RolesChange(name="bob", gained=(Role.ARBITRATOR,), lost=(Role.STEWARD,)),),
    )
    mark = len(world.heard("#team"))
    said = await reload(world, fresh(world, difference, people=(*without("finn"), FRIEDA)))
    assert "bob (+arbitrator -steward)" in said
    lines = [line.replace(BREAK, "") for line in world.heard("#team")[mark:]]
    assert [line for line in lines if "roster changed: +frieda, -finn, *bob" in line]


async def test_who_has_somebodys_accounts_under_another_name_is_said(world: World) -> None:
    people = tuple(replace(p, name="fionn") if p.name == "finn" else p for p in PEOPLE)
    difference = Difference(came=("fionn",), left=("finn",), renamed=(("finn", "fionn"),))
    said = await reload(world, fresh(world, difference, people=people))
    assert "accounts of somebody who left: finn > fionn" in said


async def test_keys_alone_are_no_news_for_rooms(world: World) -> None:
    mark = len(world.heard("#team"))
    said = await reload(world, fresh(world, Difference(keys=("promises.first_reply",))))
    assert "promises.first_reply" in said
    assert world.heard("#team")[mark:] == []


@pytest.mark.parametrize("by", ["carol", None])
async def test_mistakes_change_nothing_and_are_said(world: World, by: str | None) -> None:
    stood = (world.live.everybody, world.live.rooms)
    said = await reload(world, Mistakes(sentences=("people[0].name: not a name",)), by)
    assert "Nothing changed" in said
    assert "people[0].name: not a name" in said
    assert (world.live.everybody, world.live.rooms) == stood
    assert source(world).took == 0


async def test_many_mistakes_are_counted(world: World) -> None:
    said = await reload(world, Mistakes(sentences=tuple(f"key{n}: wrong" for n in range(20))))
    assert "and 12 more" in said


async def test_keys_for_a_restart_are_named_and_nothing_changes(world: World) -> None:
    said = await reload(world, NeedsRestart(keys=("transports[0].port", "keys.root_key_file")))
    assert "transports[0].port" in said
    assert "Restart me" in said
    assert source(world).took == 0


async def test_a_network_that_refuses_leaves_all_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[tuple[str, ...]] = []

    def renew(**given: tuple[str, ...]) -> None:
        renewed.append(given["channels"])
        if "#bad" in given["channels"]:
            raise ValueError("cannot use channels")

    monkeypatch.setattr(world.net, "renew", renew)
    stood = (world.live.everybody, world.live.terms)
    found = fresh(
        world, Difference(left=("finn",)), people=without("finn"), channels=(*CHANNELS, "#bad")
    )
    said = await reload(world, found)
    assert "Nothing changed" in said
    assert (world.live.everybody, world.live.terms) == stood
    assert renewed[-1] == CHANNELS
    assert source(world).took == 0


async def test_nothing_new_is_said_so(world: World) -> None:
    assert "Nothing in the file differs" in await reload(world, fresh(world, Difference()))


async def test_only_an_operator_reloads(world: World) -> None:
    for name in ("alice", "dan", "olga", "rita"):
        await reload(world, fresh(world, Difference(left=("finn",)), people=without("finn")), name)
    assert source(world).read_count == 0


async def test_a_signal_tells_the_operators(world: World) -> None:
    found = fresh(world, Difference(left=("finn",)), people=without("finn"))
    await reload(world, found, None)
    assert "No longer on it: finn" in " ".join(world.heard("carol")).replace(BREAK, "")
    assert world.live.roster.named("finn") is None


async def test_in_a_public_place_the_answer_goes_by_dm(world: World) -> None:
    source(world).found = fresh(world, Difference(left=("finn",)), people=without("finn"))
    await world.says("carol", "#lobby", "!reload")
    assert "No longer on it" not in " ".join(world.heard("#lobby"))
    assert "No longer on it" in " ".join(world.heard("carol"))


async def test_new_rooms_are_entered_dropped_ones_left(world: World) -> None:
    annex = Room(name="annex", places=(place("#annex"),), ceiling=Label.TEAM)
    kept = tuple(room for room in ROOMS.rooms if room.name != "oversight")
    found = fresh(
        world,
        Difference(rooms_added=("annex",), rooms_removed=("oversight",)),
        rooms=Rooms((*kept, annex)),
        channels=("#team", "#lobby", "#annex"),
    )
    said = await reload(world, found)
    assert "New rooms: annex" in said
    assert "Rooms that I leave: oversight" in said
    assert world.net.view(place("#oversight")) is None
    assert world.live.ceiling(place("#annex"))[0] is Label.TEAM


async def test_what_waited_for_a_room_that_was_dropped_is_over(world: World) -> None:
    world.net.up = False
    for line in ("Somebody follows me.", "no", "yes"):
        await world.says("rita", None, line)
    kept = tuple(room for room in ROOMS.rooms if room.name != "team")
    found = fresh(
        world,
        Difference(rooms_removed=("team",)),
        rooms=Rooms(kept),
        channels=("#oversight", "#lobby"),
    )
    await reload(world, replace(found, terms=replace(found.terms, team_rooms=("oversight",))), None)
    world.net.link(up=True)
    await world.settle()
    await world.later(minutes=20)
    assert "could not be delivered" not in " ".join(world.heard("#oversight"))


async def test_a_room_whose_ceiling_changes_is_told(world: World) -> None:
    code = await report(world)
    rooms = Rooms(
        tuple(replace(r, ceiling=Label.TEAM) if r.name == "team" else r for r in ROOMS.rooms)
    )
    mark = len(world.heard("#team"))
    change = CeilingChange(name="team", was=Label.CASE, now=Label.TEAM)
    said = await reload(world, fresh(world, Difference(ceilings=(change,)), rooms=rooms))
    assert "team (case > team)" in said
    assert "codes and dates only" in " ".join(world.heard("#team")[mark:])
    assert "follows" not in " ".join(await world.says("alice", "#team", f"!show {code}"))


async def test_words_that_were_held_go_out_when_the_room_is_in_order(world: World) -> None:
    world.net.arrive("frieda", "frieda")
    world.net.join("#team", "frieda")
    await world.settle()
    code = await report(world)
    assert code not in " ".join(world.heard("#team"))
    await reload(world, fresh(world, Difference(came=("frieda",)), people=(*PEOPLE, FRIEDA)))
    await world.later(seconds=5)
    assert world.live.ceiling(place("#team"))[0] is Label.CASE
    assert code in " ".join(await world.says("frieda", "#team", "!cases"))


async def test_cases_of_who_left_are_counted(world: World) -> None:
    world.net.part("#team", "finn")
    await world.says("finn", None, "!open Insults on a talk page")
    await reload(world, fresh(world, Difference(left=("finn",)), people=without("finn")))
    assert "1 open case has no lead" in " ".join(world.heard("#team"))


async def test_a_case_that_nobody_may_see_goes_to_the_ombuds_once(world: World) -> None:
    code = await report(world, "Example-Bob and finn insult me")
    left = without("alice")
    for _ in range(2):
        await reload(world, fresh(world, Difference(left=("alice",)), people=left))
    told = [line for line in world.heard("dan") if f"{code} names everybody" in line]
    assert len(told) == 1


async def test_a_new_name_can_be_said_though_a_case_holds_it(world: World) -> None:
    code = await report(world)
    frieda = replace(FRIEDA, name="FriedaExample42")
    assert world.bot is not None
    assert world.store is not None
    words = (Piece(text="FriedaExample42"),)
    note = facts.noted(at=world.clock.now(), by="alice", pieces=words)
    await world.store.run(lambda unit: unit.add_facts(code, [note]))
    world.bot.held.add(code, words)
    assert world.bot.held.hit("FriedaExample42")
    people = (*PEOPLE, frieda)
    said = await reload(world, fresh(world, Difference(came=("FriedaExample42",)), people=people))
    assert "FriedaExample42" in said
    assert not world.bot.held.hit("FriedaExample42")
    await reload(world, fresh(world, Difference(left=("FriedaExample42",))))
    assert world.bot.held.hit("FriedaExample42")


async def test_who_is_suspended_stays_so_when_they_come_back(world: World) -> None:
    await world.says("carol", None, "!suspend finn")
    await world.says("carol", None, "!yes")
    for people in (without("finn"), PEOPLE):
        await reload(world, fresh(world, Difference(left=("finn",)), people=people))
    assert world.live.everybody.named("finn") is not None
    assert world.live.roster.named("finn") is None


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (Mistakes(sentences=("people: wrong",)), "mistakes"),
        (NeedsRestart(keys=("bot.prefix",)), "needs-restart"),
        (None, "taken-over"),
    ],
)
async def test_what_came_of_it_is_on_record(
    world: World, found: Found | None, outcome: str
) -> None:
    left = fresh(world, Difference(left=("finn",)), people=without("finn"))
    await reload(world, found or left)
    store = world.store
    assert isinstance(store, SealedStore)
    ring = store._ring
    entries = await store.database.run(lambda raw: AuditBook(raw, ring).read())
    assert [(e.who, e.outcome) for e in entries if e.verb == "reload"] == [
        ("carol", "ok"),
        ("carol", outcome),
    ]


class Overtaken:
    """A store whose next job is followed by others before whoever asked for it goes on."""

    def __init__(self, store: Store, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._store, self._meanwhile = store, meanwhile
        self.calls = 0

    async def run(self, job: Callable[[Unit], Any]) -> Any:
        result = await self._store.run(job)
        self.calls += 1
        if self.calls == 1:
            await self._meanwhile()
        return result


@pytest.mark.parametrize("stops", [True, False])
async def test_a_suspension_overtakes_a_reload_that_asked_before(world: World, stops: bool) -> None:
    bot, store = world.bot, world.store
    assert bot is not None
    assert store is not None
    if not stops:
        await world.says("bob", None, "!suspend finn")
        await world.says("bob", None, "!yes")

    async def meanwhile() -> None:
        verb = "suspend" if stops else "reinstate"
        await world.says("carol", None, f"!{verb} finn")
        await world.says("carol", None, "!yes")

    bot.reloader.store = Overtaken(store, meanwhile)  # type: ignore[assignment]  # all it asks for
    people = (*(replace(p, name=p.name.title()) if p.name == "finn" else p for p in PEOPLE), FRIEDA)
    source(world).found = fresh(world, Difference(came=("frieda",)), people=people)
    await bot.reloader.reload()
    assert (world.live.roster.named("finn") is None) is stops
    if stops:
        await world.says("carol", None, "!reinstate finn")
        await world.says("carol", None, "!yes")
        assert world.live.roster.named("finn") is not None
