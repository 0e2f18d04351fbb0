"""The sealing boundary: what was changed or moved does not open, and lengths do not show."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import vault
from storage.errors import SealBroken
from storage.vault import Slot

KEY = vault.unwrap(
    vault.wrapping_key(bytes(32)),
    vault.wrap(vault.wrapping_key(bytes(32)), b"k" * 32, purpose="spine", scope="C-000000"),
    key_id=7,
    purpose="spine",
    scope="C-000000",
)
SLOT = Slot(table="facts", row="1", column="body", case="C-000000")


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_where_it_stands(content: bytes) -> None:
    sealed = vault.seal(KEY, SLOT, content)
    assert vault.unseal(KEY, SLOT, sealed) == content
    assert vault.key_id_of(sealed) == 7
    assert (len(sealed) - 9 - 12 - 16) % 256 == 0


def test_lengths_show_in_steps_only() -> None:
    lengths = [len(vault.seal(KEY, SLOT, bytes(size))) for size in (0, 1, 252, 253, 508)]
    assert lengths == [293, 293, 293, 549, 549]


def test_the_same_content_never_looks_the_same() -> None:
    assert vault.seal(KEY, SLOT, b"x") != vault.seal(KEY, SLOT, b"x")


def test_every_changed_byte_is_noticed() -> None:
    sealed = vault.seal(KEY, SLOT, b"content")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            vault.unseal(KEY, SLOT, bytes(changed))


@pytest.mark.parametrize("field", ["table", "row", "column", "case"])
def test_what_was_moved_does_not_open(field: str) -> None:
    sealed = vault.seal(KEY, SLOT, b"content")
    with pytest.raises(SealBroken):
        vault.unseal(KEY, replace(SLOT, **{field: "other"}), sealed)


@pytest.mark.parametrize("sealed", [b"", b"\x01", bytes(20), b"\x02" + bytes(60)])
def test_what_has_another_shape_is_refused(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        vault.key_id_of(sealed)
    with pytest.raises(SealBroken):
        vault.unseal(KEY, SLOT, sealed)


def test_a_wrapped_key_is_for_one_thing() -> None:
    root = vault.wrapping_key(bytes(32))
    wrapped = vault.wrap(root, vault.make_key(), purpose="spine", scope="C-000000")
    for purpose, scope in (("record", "C-000000"), ("spine", "C-000001")):
        with pytest.raises(SealBroken):
            vault.unwrap(root, wrapped, key_id=1, purpose=purpose, scope=scope)
    with pytest.raises(SealBroken):
        vault.unwrap(root, b"", key_id=1, purpose="spine", scope="C-000000")


def test_keys_do_not_show() -> None:
    assert repr(KEY) == "DataKey(id=7)"
