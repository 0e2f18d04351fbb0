"""The bot's identity: published once, never replaced silently, finished wherever it was cut off."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.words.ports import Safe
from bot.transports.matrix.canonical import ED25519, is_signed
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.seeds import MASTER, SELF_SIGNING, USAGES, Seeds, load
from bot.transports.matrix.signing import Identity, OwnDevice, Standing, ensure
from bot.transports.matrix.wire import Lost, Refused
from tests.transports.matrix.signing_double import (
    DEVICE,
    HOME,
    ME,
    OWN,
    PASSWORD,
    Desk,
    FatedSafe,
    listed,
)

QUERY, KEYS, SIGNATURES = "query", "device_signing", "signatures"
SSO = {"flows": [{"stages": ["m.login.sso"]}]}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def safe() -> MemorySafe:
    return MemorySafe()


def no_password() -> str:
    raise AssertionError("nobody has asked for it")


async def stand(
    desk: Desk,
    safe: Safe,
    *,
    reset: bool = False,
    own: OwnDevice = OWN,
    password: Callable[[], str] = no_password,
) -> Identity:
    return await ensure(desk, safe, own, homeserver=HOME, password=password, reset=reset)


async def renew(desk: Desk, safe: Safe, password: str = PASSWORD) -> Identity:
    return await stand(desk, safe, reset=True, password=lambda: password)


async def settled(desk: Desk, safe: Safe) -> str:
    """Have an identity there; returns its master key."""
    found = await stand(desk, safe)
    assert found.standing is Standing.SIGNED
    assert found.master is not None
    desk.calls()
    return found.master


def _public(key: dict[str, Any]) -> str:
    [public] = key["keys"].values()
    return str(public)


# ---- the good way --------------------------------------------------------------------------------


async def test_first_published_then_left_alone(desk: Desk, safe: MemorySafe) -> None:
    found = await stand(desk, safe)
    seeds = await load(safe)
    assert seeds is not None
    assert found == Identity(
        standing=Standing.SIGNED, device_id=DEVICE, master=seeds.public(MASTER)
    )
    assert desk.calls() == [QUERY, KEYS, SIGNATURES, QUERY]
    key = seeds.public(SELF_SIGNING)
    assert is_signed(desk.device, ME, f"{ED25519}{key}", key)
    assert await stand(desk, safe) == found
    assert desk.calls() == [QUERY]


async def test_a_new_device_is_signed_by_the_same_identity(desk: Desk, safe: MemorySafe) -> None:
    master = await settled(desk, safe)
    seed = b"n" * 32
    other = replace(OWN, ed25519=Seeds(**dict.fromkeys(USAGES, seed)).public(MASTER))
    desk.device = listed(other, seed)
    found = await stand(desk, safe, own=other)
    assert (found.standing, found.master) == (Standing.SIGNED, master)
    assert desk.calls() == [QUERY, SIGNATURES, QUERY]


async def test_a_server_that_forgot_gets_the_same_again(desk: Desk, safe: MemorySafe) -> None:
    master = await settled(desk, safe)
    desk.keys = {}
    desk.used.clear()
    assert (await stand(desk, safe)).master == master
    assert desk.masters == [master, master]


@pytest.mark.parametrize("usage", USAGES[1:])
@pytest.mark.parametrize("missing", [False, True])
async def test_lesser_keys_that_differ_are_published_again(
    desk: Desk, safe: MemorySafe, usage: str, missing: bool
) -> None:
    master = await settled(desk, safe)
    right = dict(desk.keys)
    if missing:
        del desk.keys[usage]
        desk.used.discard(_public(right[usage]))
    else:
        # They are as they were before the safe was put back.
        seeds = await load(safe)
        assert seeds is not None
        other = replace(seeds, **{usage: b"o" * 32})
        await safe.write(other.kept())
        right = other.published(ME)
    found = await stand(desk, safe, password=lambda: PASSWORD)
    assert (found.standing, found.master) == (Standing.SIGNED, master)
    assert desk.keys == right


# ---- what is not ours ----------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [(), USAGES, (SELF_SIGNING,)])
async def test_a_foreign_key_is_left_as_it_is(
    desk: Desk, safe: MemorySafe, lost: tuple[str, ...]
) -> None:
    mine = await settled(desk, safe)
    theirs = mine
    if lost:
        await safe.write({("cross-signing", usage): None for usage in lost})
    else:
        theirs = desk.stranger().public(MASTER)
    before = dict(desk.keys)
    found = await stand(desk, safe)
    assert found == Identity(
        standing=Standing.FOREIGN,
        device_id=DEVICE,
        master=None if lost else mine,
        theirs=theirs,
    )
    assert desk.calls() == [QUERY]
    assert desk.keys == before


@pytest.mark.parametrize("key", ["no key", {}, {"keys": {}}, {"keys": {"ed25519:x": "x"}}, [1], 0])
async def test_what_is_no_key_is_foreign_too(desk: Desk, safe: MemorySafe, key: Any) -> None:
    desk.keys = {MASTER: key}
    found = await stand(desk, safe)
    assert (found.standing, found.master, found.theirs) == (Standing.FOREIGN, None, None)
    assert desk.calls() == [QUERY]


@pytest.mark.parametrize("whose", ["mine", "a stranger's", "mine, and I have lost it"])
async def test_a_reset_makes_new_keys(desk: Desk, safe: MemorySafe, whose: str) -> None:
    mine = await settled(desk, safe)
    if whose == "a stranger's":
        desk.stranger()
    elif whose != "mine":
        await safe.write({("cross-signing", usage): None for usage in USAGES})
    found = await renew(desk, safe)
    assert found.standing is Standing.SIGNED
    assert found.master not in {None, mine}
    assert desk.masters == [mine, found.master]
    assert await stand(desk, safe) == found
    assert not await safe.load("cross-signing-pending")


async def test_with_a_wrong_password_the_old_identity_stays(desk: Desk, safe: MemorySafe) -> None:
    mine = await settled(desk, safe)
    found = await renew(desk, safe, "another")
    assert found == Identity(
        standing=Standing.FAILED, device_id=DEVICE, master=mine, why="M_FORBIDDEN"
    )
    assert desk.calls() == [QUERY, KEYS, KEYS]
    assert (await stand(desk, safe)).master == mine
    # What a failed attempt has left behind is not what the next one publishes.
    left = await safe.load("cross-signing-pending")
    assert (await renew(desk, safe)).standing is Standing.SIGNED
    seeds = await load(safe)
    assert seeds is not None
    assert seeds.master != left[MASTER]


# ---- our device ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"keys": {f"ed25519:{DEVICE}": OWN.curve25519, f"curve25519:{DEVICE}": OWN.curve25519}},
        {"keys": {**listed()["keys"], "ed25519:OTHER": OWN.ed25519}},
        {"algorithms": []},
        {"dehydrated": True},
        {"user_id": "@other:example.org"},
        {"device_id": "OTHER"},
        {"signatures": {}},
    ],
)
async def test_a_device_that_is_not_as_we_made_it_is_not_signed(
    desk: Desk, safe: MemorySafe, changed: dict[str, Any]
) -> None:
    desk.device = {**desk.device, **changed}
    found = await stand(desk, safe)
    assert (found.standing, found.why) == (Standing.FAILED, "device-mismatch")
    assert desk.calls() == [QUERY]
    assert await load(safe) is None


async def test_another_key_with_a_good_signature_of_its_own_is_not_signed(
    desk: Desk, safe: MemorySafe
) -> None:
    seed = b"x" * 32
    other = replace(OWN, ed25519=Seeds(**dict.fromkeys(USAGES, seed)).public(MASTER))
    desk.device = listed(other, seed)
    assert is_signed(desk.device, ME, f"ed25519:{DEVICE}", other.ed25519)
    assert (await stand(desk, safe)).why == "device-mismatch"
    curve = replace(OWN, curve25519=other.curve25519[::-1])
    desk.device = listed(curve)
    assert (await stand(desk, safe)).why == "device-mismatch"
    assert desk.masters == []


async def test_a_device_that_the_server_does_not_list(desk: Desk, safe: MemorySafe) -> None:
    desk.instead[QUERY] = dict
    assert (await stand(desk, safe)).why == "device-missing"
    assert desk.calls() == [QUERY]


@pytest.mark.parametrize(
    ("failures", "why"),
    [
        ({ME: {DEVICE: {"errcode": "M_INVALID_SIGNATURE"}}}, "M_INVALID_SIGNATURE"),
        ({ME: {DEVICE: {"errcode": "words of somebody"}}}, "signature-refused"),
        ({ME: {"OTHER": {}}}, "signature-refused"),
        (["something"], "signature-refused"),
    ],
)
async def test_a_signature_that_is_not_taken(
    desk: Desk, safe: MemorySafe, failures: Any, why: str
) -> None:
    desk.instead[SIGNATURES] = lambda: {"failures": failures}
    found = await stand(desk, safe)
    assert (found.standing, found.why) == (Standing.FAILED, why)
    desk.instead.clear()
    assert (await stand(desk, safe)).master == found.master
    assert len(desk.masters) == 1


@pytest.mark.parametrize(("what", "why"), [(KEYS, "M_NOT_FOUND"), (SIGNATURES, "not-shown")])
async def test_what_is_taken_and_not_shown(
    desk: Desk, safe: MemorySafe, what: str, why: str
) -> None:
    desk.instead[what] = dict
    found = await stand(desk, safe)
    assert (found.standing, found.why) == (Standing.FAILED, why)
    desk.instead.clear()
    assert (await stand(desk, safe)).master == found.master


async def test_a_device_that_changes_while_it_is_signed(desk: Desk, safe: MemorySafe) -> None:
    def swap() -> dict[str, Any]:
        desk.device = listed(OWN, b"x" * 32)
        return {}

    desk.instead[SIGNATURES] = swap
    found = await stand(desk, safe)
    assert (found.standing, found.why) == (Standing.FAILED, "device-mismatch")


# ---- a human approves ----------------------------------------------------------------------------


@pytest.mark.parametrize("reset", [False, True])
async def test_a_human_approves_what_then_goes_on(
    desk: Desk, safe: MemorySafe, reset: bool
) -> None:
    mine = await settled(desk, safe) if reset else None
    desk.wants, desk.strict = SSO, True
    waiting = await stand(desk, safe, reset=reset)
    assert waiting.standing is Standing.WAITING
    page = f"{HOME}/_matrix/client/v3/auth/m.login.sso/fallback/web?session=s1"
    assert waiting.url == page
    # Nobody has approved it yet: the same page, the same keys.
    assert await stand(desk, safe, reset=reset) == waiting
    if reset:
        assert waiting.master == mine
        assert (await stand(desk, safe)).standing is Standing.SIGNED
    desk.approved.add("s1")
    offered = [
        body["master_key"]["keys"]
        for what, body in desk.bodies
        if what == KEYS and body is not None
    ]
    found = await stand(desk, safe, reset=reset)
    assert found.standing is Standing.SIGNED
    assert desk.masters[-1:] == [found.master]
    assert all(list(each.values()) == [found.master] for each in offered)
    assert not await safe.load("cross-signing-approval")
    assert await stand(desk, safe) == found


async def test_a_session_that_is_over_begins_anew(desk: Desk, safe: MemorySafe) -> None:
    await settled(desk, safe)
    desk.wants = SSO
    first = await stand(desk, safe, reset=True)
    left = await safe.load("cross-signing-pending")
    desk.sessions = 8
    again = await stand(desk, safe, reset=True)
    assert first.url != again.url == f"{first.url}".replace("s1", "s9")
    assert (await safe.load("cross-signing-pending")) != left
    assert len(await safe.load("cross-signing-approval")) == 1


# ---- cut off -------------------------------------------------------------------------------------


async def _cut(reset: bool, lost: bool, at: int, done: bool) -> bool:
    """Cut it off at a step, and go on; returns whether there was such a step."""
    desk = Desk()
    safe = FatedSafe(desk.fate)
    before = await settled(desk, safe) if reset else None
    if lost:
        await safe.write({("cross-signing", usage): None for usage in USAGES})
    desk.fate.steps.clear()
    desk.fate.last, desk.fate.done = at, done
    cut = False
    try:
        await stand(desk, safe, reset=reset, password=lambda: PASSWORD)
    except Lost:
        cut = True
    desk.fate.last = None
    now = await stand(desk, safe)
    if lost and desk.masters == [before]:
        assert (now.standing, now.theirs) == (Standing.FOREIGN, before)
    else:
        assert (now.standing, now.master) == (Standing.SIGNED, desk.masters[-1])
    if not reset:
        assert len(desk.masters) == 1
        return cut
    if desk.masters == [before]:
        assert (await renew(desk, safe)).standing is Standing.SIGNED
    assert len(desk.masters) == 2
    assert (await stand(desk, safe)).master == desk.masters[-1] != before
    assert not await safe.load("cross-signing-pending")
    return cut


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize(("reset", "lost"), [(False, False), (True, False), (True, True)])
async def test_whatever_was_cut_off_is_finished(reset: bool, lost: bool, done: bool) -> None:
    steps = 0
    while await _cut(reset, lost, steps, done):
        steps += 1
    assert steps >= 6


async def test_a_reset_that_was_cut_off_is_not_done_twice(desk: Desk, safe: MemorySafe) -> None:
    await settled(desk, safe)
    desk.fate.steps.clear()
    desk.fate.last, desk.fate.done = 2, True
    with pytest.raises(Lost):
        await renew(desk, safe)
    assert desk.fate.steps == [QUERY, KEYS, KEYS]
    desk.fate.last = None
    found = await renew(desk, safe)
    assert (found.standing, [found.master]) == (Standing.SIGNED, desk.masters[1:])


@pytest.mark.parametrize("reset", [False, True])
async def test_a_server_that_took_only_the_first_of_three_keys(
    desk: Desk, safe: MemorySafe, reset: bool
) -> None:
    if reset:
        await settled(desk, safe)
    before = dict(desk.keys)
    desk.fate.steps.clear()
    desk.fate.last, desk.fate.done = 2 if reset else 1, True
    with pytest.raises(Lost):
        await stand(desk, safe, reset=reset, password=lambda: PASSWORD)
    desk.fate.last = None
    desk.used -= {_public(desk.keys[usage]) for usage in USAGES[1:]}
    desk.keys = {MASTER: desk.keys[MASTER]} | {
        usage: before[usage] for usage in USAGES[1:] if reset
    }
    found = await stand(desk, safe, password=lambda: PASSWORD)
    assert (found.standing, found.master) == (Standing.SIGNED, desk.masters[-1])
    assert len(desk.masters) == 1 + reset


# ---- refusals and junk ---------------------------------------------------------------------------


def refuse(code: str, *, soft: bool = False) -> Callable[[], Any]:
    def answer() -> Any:
        raise Refused(403, code, soft)

    return answer


@pytest.mark.parametrize("what", [QUERY, KEYS, SIGNATURES])
async def test_a_server_that_refuses(desk: Desk, safe: MemorySafe, what: str) -> None:
    desk.instead[what] = refuse("M_FORBIDDEN")
    found = await stand(desk, safe)
    assert (found.standing, found.why) == (Standing.FAILED, "M_FORBIDDEN")
    for soft in (False, True):
        desk.instead[what] = refuse("M_UNKNOWN_TOKEN", soft=soft)
        with pytest.raises(Refused):
            await stand(desk, safe)


async def test_a_password_that_cannot_be_read(desk: Desk, safe: MemorySafe) -> None:
    def unreadable() -> str:
        raise ValueError("of no use")

    mine = await settled(desk, safe)
    with pytest.raises(ValueError, match="of no use"):
        await stand(desk, safe, reset=True, password=unreadable)
    assert (await stand(desk, safe)).master == mine


_NAMES = st.sampled_from(
    f"{ME} {DEVICE} ed25519:{DEVICE} keys signatures failures errcode device_keys master_keys"
    " self_signing_keys user_id device_id flows stages session".split()
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | _NAMES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | _NAMES, inner),
)


def _deep() -> Any:
    value: Any = []
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    what=st.sampled_from([QUERY, KEYS, SIGNATURES]),
    answer=st.dictionaries(st.text() | _NAMES, _JSON),
    refused=st.booleans(),
    reset=st.booleans(),
)
async def test_nothing_of_any_shape_is_believed(
    what: str, answer: dict[str, Any], refused: bool, reset: bool
) -> None:
    desk, safe = Desk(), MemorySafe()

    def instead() -> Any:
        if refused:
            raise Refused(401, "M_UNAUTHORIZED", wants=answer)
        return answer

    desk.instead[what] = instead
    found = await stand(desk, safe, reset=reset, password=lambda: PASSWORD)
    assert found.standing is not Standing.SIGNED
    desk.instead.clear()
    after = await renew(desk, safe)
    assert after.standing is Standing.SIGNED


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(usage=st.sampled_from([*USAGES, "device"]), raw=_JSON | st.builds(_deep))
async def test_no_key_of_any_shape_is_believed(usage: str, raw: Any) -> None:
    desk, safe = Desk(), MemorySafe()
    await settled(desk, safe)
    right: dict[str, Any] = {**desk.keys, "device": desk.device}
    last = {**right[usage], "signatures": raw}
    for each in (raw, {**right[usage], "keys": raw}, last):
        shown = {**right, usage: each}
        answer = {f"{name}_keys": {ME: key} for name, key in shown.items()}
        answer["device_keys"] = {ME: {DEVICE: shown["device"]}}
        desk.instead = {QUERY: partial(dict, answer), KEYS: dict, SIGNATURES: dict}
        found = await stand(desk, safe)
        # The master key is what it is: nobody has to sign it.
        unsigned = usage == MASTER and each is last
        assert (found.standing is Standing.SIGNED) is unsigned
