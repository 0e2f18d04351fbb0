"""Recovery keys and what they seal, against what Element's SDK makes of the same; seeds kept."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transports.matrix.canonical import pad_off, unpadded
from bot.transports.matrix.recovery import (
    ALGORITHM,
    BadKey,
    Fault,
    Misshapen,
    WrongKey,
    decode,
    described,
    encode,
    fits,
    new_key,
    seal,
    unseal,
)
from bot.transports.matrix.secretstorage import NothingStored, NotKept, restore, store
from bot.transports.matrix.seeds import USAGES, Seeds
from bot.transports.matrix.wire import Lost, Refused

ME = "@case/ward:example.org"
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
SEEDS = Seeds(master=b"\1" * 32, self_signing=b"\2" * 32, user_signing=b"\3" * 32)
OLDER = Seeds(master=b"\4" * 32, self_signing=b"\5" * 32, user_signing=b"\6" * 32)
DEFAULT, DESCRIBED = "m.secret_storage.default_key", "m.secret_storage.key."
MASTER = "m.cross_signing.master"
SECRETS = [f"m.cross_signing.{usage}" for usage in USAGES]

# Made by matrix-js-sdk 37.5.0: encodeRecoveryKey, calculateKeyCheck, encryptAESSecretStorageItem.
WRITTEN = {
    KEY: "EsSz ykH7 LCZx 7Cae cmKD wcmY JRXi Ybtu 8iQ3 t8Ez nRwK pUY1",
    bytes(32): "EsSz ygLv VP1b xF1C v7kE eBQx MxDP buG5 w25T L3b6 hfyG Kkrd",
    b"\xff" * 32: "EsUK 2TRo ZKTB CKmv wEDA o6rq tTYu aKzp eJ9f 95nM 3VHk Xbnq",
}
IV = "cHFyc3R1dnd4eXp7fH1+fw=="
CHECK = {
    "iv": IV,
    "ciphertext": "g3xA5x89Jig8bOBhMyFgU1JiCyNtOPneXDIzcdMLcg8=",
    "mac": "a8dGPCzmhw8Pam2Y9e8LRSt7lMcjUuLiMygXnfj+XqY=",
}
SEALED = {
    "m.cross_signing.master": {
        "iv": IV,
        "ciphertext": "SQByspE3tSaHC7PoJ7swdhsDqnCfeOgsNydlqXeiGPbDJ5fkrgf3ckOTpA==",
        "mac": "c+Gya+U8ouW2269BBAeMWFnNvY682leqYf8bkFCqP8A=",
    },
    "m.cross_signing.self_signing": {
        "iv": IV,
        "ciphertext": "0P61iG5ctlei8q4aLew6PeyCHwa8rNRLIA28wCYDVkh/ov0X0QdGgRtHzA==",
        "mac": "0pNbpwZQABdqS/o0jPDlBDVJlJqRoazToifnQfTmwIk=",
    },
    "m.cross_signing.user_signing": {
        "iv": IV,
        "ciphertext": "TdJ8ywN0cARU/ScRFtaedVoUpno8CtI9glhY9mtECoE+IiqyqzpSN/JpjA==",
        "mac": "wk5z5hYZurW9PCj5xhG38lCF+u/yQAhrGmZOvnTBEOw=",
    },
}
PLAIN = {f"m.cross_signing.{usage}": pad_off(SEEDS.of(usage)).encode() for usage in USAGES}

# Half of a pair of surrogates too, which JSON can hold and UTF-8 cannot.
TEXT = st.text(st.characters(), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


class Drawer:
    """Keeps account data as a homeserver does. The write of a number can be the last one."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self.written: list[str] = []
        self.asked: list[str] = []
        self.last: int | None = None
        self.done = False
        #: Names of which it takes what is written, and does not keep it.
        self.forgetful: set[str] = set()
        self.refuses: Refused | None = None

    async def call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None) -> Any:
        begin = "/_matrix/client/v3/user/%40case%2Fward%3Aexample.org/account_data/"
        assert path.startswith(begin)
        assert "/" not in path.removeprefix(begin)
        name = unquote(path.removeprefix(begin))
        if self.refuses is not None:
            raise self.refuses
        if method == "GET":
            self.asked.append(name)
            if name not in self.held:
                raise Refused(404, "M_NOT_FOUND")
            return json.loads(json.dumps(self.held[name]))
        assert method == "PUT"
        over = self.last is not None and len(self.written) >= self.last
        if over and not self.done:
            raise Lost("cut")
        self.written.append(name)
        if name not in self.forgetful:
            self.held[name] = json.loads(json.dumps(body, allow_nan=False))
        if over:
            raise Lost("cut")
        return {}

    def by_sdk(self) -> "Drawer":
        """Hold what Element's SDK would have stored."""
        self.held = {
            DEFAULT: {"key": "theirs"},
            f"{DESCRIBED}theirs": {"algorithm": ALGORITHM, "iv": IV, "mac": CHECK["mac"]},
            **{name: {"encrypted": {"theirs": sealed}} for name, sealed in SEALED.items()},
        }
        return self


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


# ---- the key, written down -----------------------------------------------------------------------


@pytest.mark.parametrize("key", WRITTEN)
def test_a_key_is_written_as_elsewhere(key: bytes) -> None:
    assert encode(key) == WRITTEN[key]
    assert decode(WRITTEN[key]) == key
    assert decode(f"\n{WRITTEN[key].replace(' ', '')}\t\u00a0") == key


@given(st.binary(min_size=32, max_size=32))
def test_each_key_comes_back(key: bytes) -> None:
    assert decode(encode(key)) == key


def _raw(letters: bytes) -> str:
    number, text = int.from_bytes(letters), ""
    while number:
        number, rest = divmod(number, 58)
        text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[rest] + text
    return text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.BASE58),
        (" \n", Fault.BASE58),
        (WRITTEN[KEY].replace("L", "0"), Fault.BASE58),
        (WRITTEN[KEY].replace("L", "l"), Fault.BASE58),
        (WRITTEN[KEY] + "\u200b", Fault.BASE58),
        (WRITTEN[KEY][:-1], Fault.LENGTH),
        (WRITTEN[KEY] + "1", Fault.LENGTH),
        ("1" + WRITTEN[KEY], Fault.LENGTH),
        ("1" * 48, Fault.PREFIX),
        ("z" * 48, Fault.PREFIX),
        (_raw(b"\x01\x8b\x01" + bytes(32) + b"\x8a"), Fault.PREFIX),
        ("z" * 100_000, Fault.LENGTH),
        (_raw(b"\x8b\x02" + bytes(32) + b"\x89"), Fault.PREFIX),
        (_raw(b"\x8b\x01" + bytes(31) + b"\x8a").rjust(48, "1"), Fault.PREFIX),
        (_raw(b"\x8b\x01" + bytes(32) + b"\x8b"), Fault.PARITY),
        (WRITTEN[KEY].replace("LCZx", "LCxZ"), Fault.PARITY),
    ],
)
def test_what_is_no_key_is_told_apart(text: str, fault: Fault) -> None:
    with pytest.raises(BadKey) as raised:
        decode(text)
    assert raised.value.fault is fault
    assert "LCZx" not in repr(raised.value)


def test_what_is_too_short_is_not_written() -> None:
    with pytest.raises(BadKey):
        encode(KEY[:31])


@given(st.text())
def test_any_text_is_a_key_or_none(text: str) -> None:
    with pytest.raises(BadKey):
        decode(text)


def test_a_new_key_is_new() -> None:
    assert len({new_key() for _ in range(8)}) == 8
    assert len(new_key()) == 32


# ---- sealed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SECRETS)
def test_sealed_as_elsewhere(name: str) -> None:
    bare = {each: value.rstrip("=") for each, value in SEALED[name].items()}
    assert seal(KEY, name, PLAIN[name], unpadded(IV)) == bare
    assert unseal(KEY, name, SEALED[name]) == unseal(KEY, name, bare) == PLAIN[name]


@given(st.binary(), st.binary(min_size=32, max_size=32))
def test_what_is_sealed_opens(plain: bytes, key: bytes) -> None:
    sealed = seal(key, "some", plain)
    assert unseal(key, "some", sealed) == plain
    iv = unpadded(sealed["iv"])
    assert len(iv) == 16
    assert iv[8] < 0x80
    assert sealed["iv"] != seal(key, "some", plain)["iv"]


def test_only_its_key_and_its_name_open_it() -> None:
    with pytest.raises(WrongKey):
        unseal(OTHER, MASTER, SEALED[MASTER])
    with pytest.raises(WrongKey):
        unseal(KEY, "m.cross_signing.other", SEALED[MASTER])


@pytest.mark.parametrize("what", ["ciphertext", "mac"])
def test_each_damaged_byte_is_seen(what: str) -> None:
    whole = unpadded(SEALED[MASTER][what])
    for at in range(len(whole)):
        damaged = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        with pytest.raises(WrongKey):
            unseal(KEY, MASTER, {**SEALED[MASTER], what: pad_off(damaged)})


@pytest.mark.parametrize("what", ["iv", "ciphertext", "mac"])
@pytest.mark.parametrize("value", [None, 1, [], {}, "é", "not base64!", "a"])
def test_other_shapes_are_misshapen(what: str, value: Any) -> None:
    with pytest.raises(Misshapen):
        unseal(KEY, MASTER, {**SEALED[MASTER], what: value})
    with pytest.raises(Misshapen):
        unseal(KEY, MASTER, {name: each for name, each in SEALED[MASTER].items() if name != what})


@pytest.mark.parametrize("length", [0, 8, 12, 15, 17, 32])
def test_the_iv_has_one_length(length: int) -> None:
    iv = pad_off(bytes(length))
    with pytest.raises(Misshapen):
        unseal(KEY, MASTER, {**SEALED[MASTER], "iv": iv})
    with pytest.raises(Misshapen):
        fits(KEY, {**described(KEY), "iv": iv})


@given(JSON)
def test_junk_never_opens(junk: Any) -> None:
    with pytest.raises((WrongKey, Misshapen)):
        unseal(KEY, MASTER, junk)


def test_a_description_tells_keys_apart() -> None:
    theirs = {"algorithm": ALGORITHM, "iv": IV, "mac": CHECK["mac"], "name": "some"}
    for description in (theirs, described(KEY)):
        assert fits(KEY, description) is True
        assert fits(OTHER, description) is False
    assert fits(KEY, {"algorithm": ALGORITHM}) is None
    assert set(described(KEY)) == {"algorithm", "iv", "mac"}
    assert described(KEY) != described(KEY)
    for wrong in ({}, {**theirs, "algorithm": "other"}, {**theirs, "iv": None}):
        with pytest.raises(Misshapen):
            fits(KEY, wrong)


# ---- kept at the server --------------------------------------------------------------------------


async def test_stored_and_restored(drawer: Drawer) -> None:
    key_id = await store(drawer, ME, SEEDS, KEY)
    assert drawer.written == [DESCRIBED + key_id, *SECRETS, DEFAULT]
    assert drawer.held[DEFAULT] == {"key": key_id}
    for name in SECRETS:
        assert unseal(KEY, name, drawer.held[name]["encrypted"][key_id]) == PLAIN[name]
    assert await restore(drawer, ME, KEY) == SEEDS
    with pytest.raises(WrongKey):
        await restore(drawer, ME, OTHER)


async def test_what_an_sdk_stored_is_restored(drawer: Drawer) -> None:
    assert await restore(drawer.by_sdk(), ME, KEY) == SEEDS
    with pytest.raises(WrongKey):
        await restore(drawer, ME, OTHER)
    # A description may say nothing; then the secrets do.
    drawer.held[f"{DESCRIBED}theirs"] = {"algorithm": ALGORITHM}
    assert await restore(drawer, ME, KEY) == SEEDS
    with pytest.raises(WrongKey):
        await restore(drawer, ME, OTHER)


async def test_nothing_is_nothing(drawer: Drawer) -> None:
    with pytest.raises(NothingStored):
        await restore(drawer, ME, KEY)
    drawer.held = {DEFAULT: {}, MASTER: {}}
    with pytest.raises(NothingStored):
        await restore(drawer, ME, KEY)
    # The key is there, and nobody has sealed anything with it.
    drawer.by_sdk().held[SECRETS[2]] = {}
    with pytest.raises(NothingStored):
        await restore(drawer, ME, KEY)


@pytest.mark.parametrize("name", SECRETS)
async def test_with_the_right_key_what_does_not_open_is_damaged(drawer: Drawer, name: str) -> None:
    plains = [b"", b"\xff" * 43, b"no base64!", pad_off(b"\1" * 31).encode(), b"AAAA" * 11]
    for damaged in (
        {**SEALED[name], "mac": CHECK["mac"]},
        {},
        "text",
        *(seal(KEY, name, plain) for plain in plains),
    ):
        drawer.by_sdk().held[name] = {"encrypted": {"theirs": damaged}}
        with pytest.raises(Misshapen) as raised:
            await restore(drawer, ME, KEY)
        # That would carry the secret.
        assert not isinstance(raised.value.__cause__, UnicodeError)


async def test_a_key_that_is_not_the_default_is_found(drawer: Drawer) -> None:
    await store(drawer.by_sdk(), ME, OLDER, OTHER)
    assert drawer.held[DEFAULT] != {"key": "theirs"}
    # Both keys open what was sealed with them: nothing of others was thrown away.
    assert await restore(drawer, ME, KEY) == SEEDS
    assert await restore(drawer, ME, OTHER) == OLDER
    with pytest.raises(WrongKey):
        await restore(drawer, ME, new_key())
    drawer.held[DEFAULT] = {"key": 7}
    assert await restore(drawer, ME, OTHER) == OLDER


async def test_kinds_that_nobody_knows_are_misshapen(drawer: Drawer) -> None:
    drawer.by_sdk().held[f"{DESCRIBED}theirs"] = {"algorithm": "org.example.other"}
    with pytest.raises(Misshapen):
        await restore(drawer, ME, KEY)


async def test_alone_nothing_of_other_keys_stays(drawer: Drawer) -> None:
    key_id = await store(drawer.by_sdk(), ME, SEEDS, OTHER, alone=True)
    assert all(list(drawer.held[name]["encrypted"]) == [key_id] for name in SECRETS)
    assert await restore(drawer, ME, OTHER) == SEEDS
    with pytest.raises((WrongKey, NothingStored)):
        await restore(drawer, ME, KEY)


async def test_entries_of_other_kinds_stay_as_they_are(drawer: Drawer) -> None:
    other = {"ephemeral": "x", "more": [1, {"é": None}]}
    drawer.held[MASTER] = {
        "encrypted": {"a": other, "b": "text", "c": {"n": float("inf")}, "d": {"\ud800": 0}},
        "unknown": 1,
    }
    key_id = await store(drawer, ME, SEEDS, KEY)
    sealed = drawer.held[MASTER]["encrypted"].pop(key_id)
    assert set(sealed) == {"iv", "ciphertext", "mac"}
    assert drawer.held[MASTER] == {"encrypted": {"a": other}}


async def test_a_server_may_list_very_many_keys(drawer: Drawer) -> None:
    many: dict[str, Any] = {"x" * 256: {}, "": {}, **{f"key{number}": {} for number in range(1000)}}
    drawer.held = {DEFAULT: {"key": "key7"}, MASTER: {"encrypted": many}}
    with pytest.raises(NothingStored):
        await restore(drawer, ME, KEY)
    tried = [name for name in drawer.asked if name.startswith(DESCRIBED)]
    assert tried[0] == f"{DESCRIBED}key7"
    assert len(set(tried)) == len(tried) == 16
    assert all(len(DESCRIBED) < len(name) < 300 for name in tried)


async def test_of_several_keys_the_one_that_says_most_counts(drawer: Drawer) -> None:
    drawer.by_sdk()
    entries = drawer.held[MASTER]["encrypted"]
    entries |= {"odd": {}, "silent": {}}
    drawer.held[f"{DESCRIBED}odd"] = {"algorithm": "org.example.other"}
    with pytest.raises(WrongKey):
        await restore(drawer, ME, OTHER)
    drawer.held[f"{DESCRIBED}silent"] = {"algorithm": ALGORITHM}
    drawer.held[DEFAULT] = {"key": "silent"}
    assert await restore(drawer, ME, KEY) == SEEDS
    # Of two that say nothing the default one is tried.
    drawer.held[f"{DESCRIBED}theirs"] = {"algorithm": ALGORITHM}
    drawer.held[DEFAULT] = {"key": "theirs"}
    assert await restore(drawer, ME, KEY) == SEEDS


@pytest.mark.parametrize("name", [*SECRETS, DESCRIBED])
async def test_a_server_that_keeps_nothing_is_found_out(drawer: Drawer, name: str) -> None:
    key_id = await store(Drawer(), ME, SEEDS, KEY)
    drawer.forgetful = {name + key_id if name == DESCRIBED else name}
    with pytest.raises(NotKept):
        await store(drawer, ME, SEEDS, KEY)
    assert DEFAULT not in drawer.held


@pytest.mark.parametrize("description", [{"algorithm": ALGORITHM}, described(OTHER)])
async def test_a_server_that_keeps_something_else_is_found_out(
    drawer: Drawer, description: dict[str, str]
) -> None:
    name = DESCRIBED + await store(Drawer(), ME, SEEDS, KEY)
    drawer.held, drawer.forgetful = {name: description}, {name}
    with pytest.raises(NotKept):
        await store(drawer, ME, SEEDS, KEY)
    assert DEFAULT not in drawer.held


async def test_refusals_are_passed_on(drawer: Drawer) -> None:
    drawer.refuses = Refused(403, "M_FORBIDDEN")
    with pytest.raises(Refused):
        await restore(drawer, ME, KEY)
    with pytest.raises(Refused):
        await store(drawer, ME, SEEDS, KEY)


# ---- cut off -------------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("key", [KEY, OTHER])
@pytest.mark.parametrize("last", range(8))
async def test_cut_off_at_any_write(key: bytes, last: int, alone: bool, done: bool) -> None:
    """The old key opens the old seeds until the new one is the default; then, at last, all is new.

    Also where it is the same key that seals new seeds: old and new ones are never mixed.
    """
    drawer = Drawer().by_sdk()
    drawer.last, drawer.done = last, done
    writes = 8 if alone else 5
    if last < writes:
        with pytest.raises(Lost):
            await store(drawer, ME, OLDER, key, alone=alone)
    else:
        await store(drawer, ME, OLDER, key, alone=alone)
    if drawer.held[DEFAULT] == {"key": "theirs"}:
        assert last < 5
        assert await restore(drawer, ME, KEY) == SEEDS
    else:
        assert await restore(drawer, ME, key) == OLDER
    drawer.last = None
    key_id = await store(drawer, ME, OLDER, key, alone=alone)
    assert await restore(drawer, ME, key) == OLDER
    # The second attempt leaves no key behind that nobody uses.
    keys = {name for name in drawer.held if name.startswith(DESCRIBED)}
    assert keys == {f"{DESCRIBED}theirs", DESCRIBED + key_id}


@pytest.mark.parametrize("last", range(8))
async def test_the_same_key_never_opens_old_and_new_mixed(drawer: Drawer, last: int) -> None:
    await store(drawer, ME, SEEDS, KEY)
    drawer.last = len(drawer.written) + last
    with pytest.raises(Lost):
        await store(drawer, ME, OLDER, KEY, alone=True)
    assert await restore(drawer, ME, KEY) == (SEEDS if last < 5 else OLDER)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("last", range(5))
async def test_the_first_one_cut_off(drawer: Drawer, last: int, done: bool) -> None:
    drawer.last, drawer.done = last, done
    with pytest.raises(Lost):
        await store(drawer, ME, SEEDS, KEY)
    assert (DEFAULT in drawer.held) is (last == 4 and done)
    if last + done < 4:
        with pytest.raises(NothingStored):
            await restore(drawer, ME, KEY)
    else:
        assert await restore(drawer, ME, KEY) == SEEDS
    drawer.last = None
    await store(drawer, ME, SEEDS, KEY)
    assert await restore(drawer, ME, KEY) == SEEDS


# ---- junk ----------------------------------------------------------------------------------------

OBJECT = st.dictionaries(TEXT, JSON, max_size=3)
NAMED = st.sampled_from(["theirs", "encrypted", "key", "iv", "mac", "algorithm", "ciphertext"])
NEAR = st.recursive(
    JSON | st.sampled_from(["theirs", ALGORITHM, IV, CHECK["mac"]]),
    lambda inner: st.dictionaries(NAMED, inner, max_size=4),
    max_leaves=5,
)
PLACE = st.sampled_from([DEFAULT, f"{DESCRIBED}theirs", *SECRETS])


@settings(max_examples=30)
@given(st.dictionaries(PLACE, OBJECT | st.dictionaries(NAMED, NEAR, max_size=4), min_size=1))
async def test_a_server_may_hold_anything(junk: dict[str, Any]) -> None:
    drawer = Drawer().by_sdk()
    drawer.held |= junk
    try:
        found = await restore(drawer, ME, KEY)
    except (WrongKey, NothingStored, Misshapen):
        found = SEEDS
    assert found == SEEDS
    await store(drawer, ME, OLDER, OTHER)
    assert await restore(drawer, ME, OTHER) == OLDER
