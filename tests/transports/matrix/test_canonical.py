"""Signed JSON: the specification's own examples, and what a hostile server may send instead."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transports.matrix.canonical import canonical, is_signed, public_of, sign, unpadded
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.seeds import MASTER, SELF_SIGNING, USAGES, Seeds, fingerprint, load

ME = "@caseward:example.org"
#: Seed, key and signatures as the specification's appendix gives them.
SEED = unpadded("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1")
KEY = "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI"
NAMED = "ed25519:1"


def test_the_examples_of_the_specification() -> None:
    assert public_of(SEED) == KEY
    assert sign(SEED, {}) == (
        "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"
    )
    assert sign(SEED, {"one": 1, "two": "Two"}) == (
        "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, b"{}"),
        ({"b": "2", "a": "1"}, b'{"a":"1","b":"2"}'),
        ({"a": "日本語"}, '{"a":"日本語"}'.encode()),
        ({"本": 2, "日": 1}, '{"日":1,"本":2}'.encode()),
        ({"a": None, "unsigned": {"b": 1}, "signatures": {}}, b'{"a":null}'),
        (
            {"a": {"d": True, "c": [-0, {"unsigned": 1}]}},
            b'{"a":{"c":[0,{"unsigned":1}],"d":true}}',
        ),
    ],
)
def test_its_form(value: dict[str, Any], expected: bytes) -> None:
    assert canonical(value) == expected


def _deep() -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(100_000):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "value", [{"a": 1.5}, {"a": 2**53}, {"a": "\ud800"}, {"a": float("nan")}, {"a": {1: 2}}]
)
def test_what_has_no_form(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)


def test_what_is_too_deep_has_no_form_and_no_signature() -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        canonical(_deep())
    assert not is_signed({**_deep(), "signatures": {ME: {NAMED: "AA"}}}, ME, NAMED, KEY)


def test_a_signature_is_for_these_words_of_this_user_only() -> None:
    value = {"one": 1}
    signed = {**value, "signatures": {ME: {NAMED: sign(SEED, value)}}, "unsigned": {"age": 3}}
    assert is_signed(signed, ME, NAMED, KEY)
    assert is_signed(json.loads(json.dumps(signed)), ME, NAMED, KEY + "=")
    assert not is_signed({**signed, "one": 2}, ME, NAMED, KEY)
    assert not is_signed(signed, "@other:example.org", NAMED, KEY)
    assert not is_signed(signed, ME, "ed25519:2", KEY)
    assert not is_signed(signed, ME, NAMED, public_of(bytes(32)))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON, _JSON, st.text())
def test_nothing_of_any_shape_is_signed(value: Any, signatures: Any, key: str) -> None:
    for each in (value, {"signatures": signatures}, {"signatures": {ME: signatures}}):
        assert not is_signed(each, ME, NAMED, key)


async def test_seeds_come_back_from_the_safe_whole_or_not_at_all() -> None:
    safe, seeds = MemorySafe(), Seeds.new()
    assert await load(safe) is None
    await safe.write(seeds.kept())
    assert await load(safe) == seeds
    await safe.write({next(iter(seeds.kept())): b"short"})
    assert await load(safe) is None


def test_what_is_published_hangs_together_and_holds_no_seed() -> None:
    seeds = Seeds.new()
    published = seeds.published(ME)
    assert list(published) == list(USAGES)
    master = seeds.public(MASTER)
    for usage in USAGES[1:]:
        assert is_signed(published[usage], ME, f"ed25519:{master}", master)
        assert published[usage]["usage"] == [usage]
    more = seeds.signed(SELF_SIGNING, ME, published["user_signing"])
    assert is_signed(more, ME, f"ed25519:{master}", master)
    assert is_signed(more, ME, seeds.key_id(SELF_SIGNING), seeds.public(SELF_SIGNING))
    assert not any(str(seeds.of(usage)) in repr(seeds) for usage in USAGES)


def test_a_fingerprint_reads_in_groups() -> None:
    assert fingerprint(KEY).split() == [KEY[at : at + 4] for at in range(0, len(KEY), 4)]
