"""Whose device is whose: pins, chains of signatures, and what a hostile server may show instead."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.words.keys import KeyKind, KeyNews
from bot.core.words.ports import StoreFailed
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.owners import Device, Owners, Proof
from bot.transports.matrix.seeds import MASTER, SELF_SIGNING, Seeds

ALICE, RITA = "@alice:example.org", "@rita:example.org"
STAFF = frozenset({ALICE})


def device(user: str, name: str) -> dict[str, Any]:
    """Return a device as it is listed; its own signature was checked by then."""
    keys = {f"ed25519:{name}": f"E{name}".ljust(43, "A"), f"curve25519:{name}": f"C{name}"}
    return {"user_id": user, "device_id": name, "algorithms": [], "keys": keys}


def named(name: str) -> Device:
    return name, f"E{name}".ljust(43, "A"), f"C{name}"


class Desk:
    """Owners, what they told, and a server that shows what it is told to."""

    def __init__(self) -> None:
        self.safe = MemorySafe()
        self.told: list[KeyNews] = []
        self.fixed: dict[str, str] = {}
        self.owners: Owners

    async def start(self) -> "Desk":
        self.owners = await Owners.open(
            self.safe,
            network="matrix",
            on_roster=STAFF.__contains__,
            fixed=self.fixed.get,
            tell=self.told.append,
        )
        return self

    def shows(self, user: str, seeds: Seeds | None, *names: str, unsigned: str = "") -> None:
        """The server lists devices: `names` signed by these seeds, `unsigned` besides."""
        listed = {name: device(user, name) for name in (*names, unsigned) if name}
        if seeds is None:
            self.owners.take(user, None, None, listed)
            return
        published = seeds.published(user)
        for name in names:
            listed[name] = seeds.signed(SELF_SIGNING, user, listed[name])
        self.owners.take(user, published[MASTER], published[SELF_SIGNING], listed)

    @property
    def kinds(self) -> list[KeyKind]:
        return [news.kind for news in self.told]


@pytest.fixture
async def desk() -> Desk:
    return await Desk().start()


async def test_a_key_is_pinned_at_first_sight_and_told_once(desk: Desk) -> None:
    seeds = Seeds.new()
    desk.shows(ALICE, seeds, "PHONE", unsigned="INJECTED")
    desk.shows(ALICE, seeds, "PHONE")
    assert desk.kinds == [KeyKind.FIRST]
    assert desk.told[0].key == seeds.public(MASTER)
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.SIGNED
    await desk.owners.flush()
    # Nobody has written down by now that it was told.
    await desk.start()
    assert desk.kinds == [KeyKind.FIRST] * 2
    done = desk.told[1].done
    assert done is not None
    done()
    await desk.owners.flush()
    await desk.start()
    assert desk.kinds == [KeyKind.FIRST] * 2


async def test_an_injected_device_is_nobodys(desk: Desk) -> None:
    seeds = Seeds.new()
    desk.shows(ALICE, seeds, "PHONE", unsigned="INJECTED")
    assert desk.owners.proof(ALICE, named("INJECTED")) is Proof.UNSIGNED
    assert not desk.owners.may_read(ALICE, named("INJECTED"))
    assert desk.owners.may_read(ALICE, named("PHONE"))


async def test_a_device_with_other_keys_is_another(desk: Desk) -> None:
    desk.shows(ALICE, Seeds.new(), "PHONE")
    for other in (
        ("PHONE", "E", "CPHONE"),
        ("PHONE", named("PHONE")[1], "C"),
        ("X", *named("PHONE")[1:]),
    ):
        assert desk.owners.proof(ALICE, other) is Proof.UNSIGNED


async def test_whoever_signs_nothing_is_not_proven(desk: Desk) -> None:
    desk.shows(ALICE, None, unsigned="PHONE")
    desk.shows(RITA, None, unsigned="PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.UNSIGNED
    assert desk.owners.proof(RITA, named("PHONE")) is Proof.LISTED
    assert desk.owners.may_read(RITA, named("PHONE"))
    assert desk.kinds == []


async def test_a_reporter_who_signs_devices_has_no_others(desk: Desk) -> None:
    desk.shows(RITA, Seeds.new(), "PHONE", unsigned="INJECTED")
    assert desk.owners.may_read(RITA, named("PHONE"))
    assert not desk.owners.may_read(RITA, named("INJECTED"))
    assert desk.kinds == []


async def test_a_reporter_may_read_where_they_wrote(desk: Desk) -> None:
    seeds = Seeds.new()
    for user in (ALICE, RITA):
        desk.shows(user, seeds, "PHONE", unsigned="OLD")
    assert desk.owners.spoke(RITA, named("OLD"))
    assert not desk.owners.spoke(RITA, named("OLD"))
    assert not desk.owners.spoke(ALICE, named("OLD"))
    assert desk.owners.may_read(RITA, named("OLD"))
    assert not desk.owners.may_read(ALICE, named("OLD"))
    await desk.owners.flush()
    await desk.start()
    desk.shows(RITA, seeds, "PHONE", unsigned="OLD")
    assert desk.owners.may_read(RITA, named("OLD"))
    assert not desk.owners.may_read(RITA, ("OLD", "E", "COLD"))


async def test_a_changed_key_stops_its_owner_until_an_operator_says_so(desk: Desk) -> None:
    old, new = Seeds.new(), Seeds.new()
    desk.shows(ALICE, old, "PHONE")
    desk.shows(ALICE, new, "PHONE")
    desk.shows(ALICE, new, "PHONE")
    assert desk.kinds == [KeyKind.FIRST, KeyKind.CHANGED]
    news = desk.told[1]
    assert (news.before, news.key) == (old.public(MASTER), new.public(MASTER))
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.CHANGED
    assert not desk.owners.may_read(ALICE, named("PHONE"))
    await desk.owners.flush()
    await desk.start()
    desk.shows(ALICE, new, "PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.CHANGED
    await desk.owners.trust(ALICE, new.public(MASTER))
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.SIGNED
    await desk.start()
    desk.shows(ALICE, new, "PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.SIGNED
    # What was trusted in its place does not count any more.
    desk.shows(ALICE, old, "PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.CHANGED


async def test_a_server_that_blinks_leaves_nothing_to_decide(desk: Desk) -> None:
    mine, other = Seeds.new(), Seeds.new()
    for seeds in (mine, other, mine, other):
        desk.shows(ALICE, seeds, "PHONE")
    kinds = [KeyKind.FIRST, KeyKind.CHANGED, KeyKind.SETTLED, KeyKind.CHANGED]
    assert desk.kinds == kinds
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.CHANGED


async def test_a_key_that_changes_while_another_is_decided_on_is_told(desk: Desk) -> None:
    first, looked_at, last = Seeds.new(), Seeds.new(), Seeds.new()
    for seeds in (first, looked_at, last):
        desk.shows(ALICE, seeds, "PHONE")
    desk.told.clear()
    await desk.owners.trust(ALICE, looked_at.public(MASTER))
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.CHANGED
    [news] = desk.told
    assert (news.kind, news.key) == (KeyKind.CHANGED, last.public(MASTER))
    assert news.before == looked_at.public(MASTER)


async def test_a_hidden_identity_proves_nobody_and_changes_nothing(desk: Desk) -> None:
    seeds = Seeds.new()
    desk.shows(ALICE, seeds, "PHONE")
    desk.shows(ALICE, None, unsigned="PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.UNSIGNED
    desk.shows(ALICE, seeds, "PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.SIGNED
    assert desk.kinds == [KeyKind.FIRST]


async def test_the_configuration_names_the_key(desk: Desk) -> None:
    mine, other = Seeds.new(), Seeds.new()
    desk.fixed[ALICE] = mine.public(MASTER)
    desk.shows(ALICE, other, "PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.CHANGED
    assert (desk.kinds, desk.told[0].by_file) == ([KeyKind.CHANGED], True)
    with pytest.raises(ValueError, match="another key"):
        await desk.owners.trust(ALICE, other.public(MASTER))
    desk.shows(ALICE, mine, "PHONE")
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.SIGNED
    assert desk.kinds == [KeyKind.CHANGED, KeyKind.SETTLED]


async def test_no_link_of_the_chain_may_be_another(desk: Desk) -> None:
    seeds, other = Seeds.new(), Seeds.new()
    mine, theirs = seeds.published(ALICE), other.published(ALICE)
    signed = {"PHONE": seeds.signed(SELF_SIGNING, ALICE, device(ALICE, "PHONE"))}
    by_master = {"PHONE": seeds.signed(MASTER, ALICE, device(ALICE, "PHONE"))}
    by_other = {"PHONE": other.signed(SELF_SIGNING, ALICE, device(ALICE, "PHONE"))}
    strangers = seeds.published(RITA)
    for master, lesser, listed in (
        (mine[MASTER], theirs[SELF_SIGNING], by_other),
        (mine[MASTER], mine[SELF_SIGNING], by_other),
        (mine[MASTER], mine[SELF_SIGNING], by_master),
        (mine[MASTER], mine["user_signing"], signed),
        (mine[MASTER], {**mine[SELF_SIGNING], "signatures": {}}, signed),
        (mine[MASTER], {**mine[SELF_SIGNING], "user_id": RITA}, signed),
        (mine[SELF_SIGNING], mine[SELF_SIGNING], signed),
        (strangers[MASTER], mine[SELF_SIGNING], signed),
        (mine[MASTER], strangers[SELF_SIGNING], signed),
        (None, mine[SELF_SIGNING], signed),
        (mine[MASTER], None, signed),
    ):
        fresh = await Desk().start()
        fresh.owners.take(ALICE, master, lesser, listed)
        assert fresh.owners.proof(ALICE, named("PHONE")) is not Proof.SIGNED
    desk.owners.take(ALICE, mine[MASTER], mine[SELF_SIGNING], signed)
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.SIGNED


async def test_what_cannot_be_kept_does_not_count(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = Seeds.new(), Seeds.new()
    desk.shows(ALICE, old, "PHONE")
    await desk.owners.flush()

    async def fails(changes: object) -> None:
        del changes
        raise StoreFailed

    monkeypatch.setattr(desk.safe, "write", fails)
    desk.shows(ALICE, new, "PHONE")
    with pytest.raises(StoreFailed):
        await desk.owners.trust(ALICE, new.public(MASTER))
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.CHANGED


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON, _JSON, _JSON)
async def test_keys_of_any_shape_prove_nobody(master: Any, lesser: Any, more: Any) -> None:
    desk = await Desk().start()
    shaped = {"user_id": ALICE, "usage": [MASTER], "keys": more}
    for key in (master, shaped):
        desk.owners.take(ALICE, key, lesser, {"PHONE": device(ALICE, "PHONE")})
        assert desk.owners.proof(ALICE, named("PHONE")) is not Proof.SIGNED


async def test_another_configuration_is_looked_at_at_once(desk: Desk) -> None:
    old, new = Seeds.new(), Seeds.new()
    desk.shows(ALICE, old, "PHONE")
    desk.shows(ALICE, new, "PHONE")
    desk.fixed[ALICE] = new.public(MASTER)
    desk.owners.look_again()
    assert desk.kinds == [KeyKind.FIRST, KeyKind.CHANGED, KeyKind.SETTLED]
    assert desk.owners.proof(ALICE, named("PHONE")) is Proof.SIGNED
    desk.fixed[ALICE] = Seeds.new().public(MASTER)
    desk.owners.look_again()
    assert desk.kinds[3:] == [KeyKind.CHANGED]
    assert desk.told[3].by_file
