"""Recusal: whoever is a party knows nothing, and a case that names everybody is not lost."""

from tests.world import World


async def _report_naming(world: World, names: str) -> str:
    for line in ("Somebody frightens me.", "no", "yes"):
        said = await world.says("rita", None, line)
    for line in ("skip", "skip", names, "done", "skip", "yes"):
        await world.later(seconds=11)
        await world.says("rita", None, line)
    return world.code(said)


async def test_a_case_that_names_every_handler_goes_to_the_ombuds(world: World) -> None:
    code = await _report_naming(world, "alice, User:Example-Bob and finn")
    assert code in " ".join(world.heard("dan"))
    told = [m.recipient for m in world.carrier.carried if b"C-" in m.raw]
    assert "dan@example.org" in told
    for named in ("alice", "bob", "finn"):
        assert code not in " ".join(world.heard(named))
        assert f"{named}@example.org" not in told


async def test_without_an_ombuds_it_goes_to_the_emergency_contact(world: World) -> None:
    await _report_naming(world, "alice, bob, finn and dan")
    assert "emergency@example.org" in [m.recipient for m in world.carrier.carried]
    assert "C-" not in " ".join(world.heard("dan"))


async def test_while_somebody_is_left_the_ombuds_hears_nothing(world: World) -> None:
    await _report_naming(world, "alice and bob")
    assert world.heard("dan") == []


async def test_in_front_of_somebody_named_the_asker_is_told_by_dm_only(world: World) -> None:
    code = await _report_naming(world, "bob")
    before = len(world.heard("#team")), len(world.heard("alice"))
    await world.says("alice", "#team", f"!show {code}")
    assert code not in " ".join(world.heard("#team")[before[0] :])
    assert code in " ".join(world.heard("alice")[before[1] :])
    absent = await world.says("alice", "#team", "!show C-000000")
    assert world.heard("#team")[-1] == absent[-1]
