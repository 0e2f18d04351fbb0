"""The key table: data keys, wrapped by the month's key, which is wrapped by the root's.

Destroying a row of it destroys whatever was sealed with that key. Unwrapped keys are held in a
bounded memory; it is emptied whenever a transaction is undone, since ids may then come again.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.core.words.facts import Mark, MarkKind
from bot.core.words.names import party_key
from storage import vault
from storage.codec import stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keys import RootSecrets, digest
from storage.vault import DataKey, Slot

FIND_KEY = "SELECT id FROM keys WHERE purpose = ? AND scope = ?"
LOAD_KEY = "SELECT purpose, scope, parent, wrapped FROM keys WHERE id = ?"
ADD_KEY = "INSERT INTO keys (purpose, scope, parent, wrapped, made_at) VALUES (?, ?, ?, ?, ?)"
DROP_KEY = "DELETE FROM keys WHERE id = ?"

_HELD = 2048
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Purpose(StrEnum):
    """What a key is for. Those without a case or session of their own last a month."""

    EPOCH = "epoch"
    SPINE = "spine"
    TRANSCRIPT = "transcript"
    EVIDENCE = "evidence"
    RECORD = "record"
    SESSION = "session"
    FACE = "face"
    OUTBOX = "outbox"
    PAGE = "page"
    TIMER = "timer"
    AUDIT = "audit"
    SUSPENSION = "suspension"
    WATCH = "watch"
    SAFE = "safe"


class KeyRing:
    """Seals and opens for one connection, on its thread."""

    def __init__(
        self, connection: sqlite3.Connection, secrets: RootSecrets, now: Callable[[], datetime]
    ) -> None:
        self._connection = connection
        self.secrets = secrets
        self._now = now
        self._keys: OrderedDict[int, DataKey] = OrderedDict()
        self._ids: OrderedDict[tuple[str, str], int] = OrderedDict()

    # ---- sealing -----------------------------------------------------------------------------

    def seal(self, purpose: Purpose, scope: str, slot: Slot, content: bytes) -> bytes:
        """Seal with the key of a case or a session, made when it is first needed."""
        return vault.seal(self._key_for(purpose, scope), slot, content)

    def seal_for_month(self, purpose: Purpose, slot: Slot, content: bytes) -> bytes:
        """Seal with the present month's key of this purpose."""
        return self.seal(purpose, self._month(), slot, content)

    def unseal(self, slot: Slot, sealed: bytes) -> bytes:
        """Open a sealed value with the key that it names. Raises `SealBroken`, `KeyDestroyed`."""
        return vault.unseal(self._key(vault.key_id_of(sealed)), slot, sealed)

    def destroy(self, purpose: Purpose, scope: str) -> None:
        """Destroy a key, and with it all that was sealed with it."""
        row = self._connection.execute(FIND_KEY, (purpose, scope)).fetchone()
        if row is not None:
            self._connection.execute(DROP_KEY, (row[0],))
            self._keys.pop(row[0], None)
            self._ids.pop((purpose, scope), None)

    def forget(self) -> None:
        """Drop all keys held in memory."""
        self._keys.clear()
        self._ids.clear()

    # ---- digests -----------------------------------------------------------------------------

    def of_mark(self, mark: Mark) -> bytes:
        """Return the blind index of a mark: names folded, links in the form they came in."""
        value = party_key(mark.value) if mark.kind is MarkKind.PARTY else mark.value
        return digest(self.secrets.index, mark.kind.value, value)

    def of_identity(self, identity: str) -> bytes:
        """Return the digest a session is found by."""
        return digest(self.secrets.identity, identity)

    def of_phrase(self, phrase: str) -> bytes:
        """Return the digest of six words, whatever their letters' case and the spaces between."""
        return digest(self.secrets.phrase, " ".join(phrase.lower().split()))

    def of_inbound(self, key: str) -> bytes:
        """Return the digest of an inbound key."""
        return digest(self.secrets.inbound, key)

    def of_name(self, table: str, key: str) -> bytes:
        """Return the digest of the key of a timer, an outbox row, and whatever else has a name."""
        return digest(self.secrets.name, table, key)

    # ---- keys --------------------------------------------------------------------------------

    def _root(self) -> DataKey:
        return vault.wrapping_key(self.secrets.wrapping)

    def _month(self) -> str:
        return self._now().strftime("%Y-%m")

    def _key_for(self, purpose: Purpose, scope: str) -> DataKey:
        key_id = self._ids.get((purpose, scope))
        if key_id is None:
            row = self._connection.execute(FIND_KEY, (purpose, scope)).fetchone()
            key_id = self._make(purpose, scope) if row is None else row[0]
            _hold(self._ids, (purpose.value, scope), key_id)
        return self._key(key_id)

    def _make(self, purpose: Purpose, scope: str) -> int:
        if purpose is Purpose.EPOCH:
            parent, parent_id = self._root(), None
        else:
            parent = self._key_for(Purpose.EPOCH, self._month())
            parent_id = parent.id
        wrapped = vault.wrap(parent, vault.make_key(), purpose=purpose, scope=scope)
        made_at = stamp(self._now())
        cursor = self._connection.execute(ADD_KEY, (purpose, scope, parent_id, wrapped, made_at))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _key(self, key_id: int) -> DataKey:
        key = self._keys.get(key_id)
        if key is not None:
            self._keys.move_to_end(key_id)
            return key
        row = self._connection.execute(LOAD_KEY, (key_id,)).fetchone()
        if row is None:
            raise KeyDestroyed
        purpose, scope, parent_id, wrapped = row
        parent = self._root() if parent_id is None else self._key(parent_id)
        key = vault.unwrap(parent, wrapped, key_id=key_id, purpose=purpose, scope=scope)
        _hold(self._keys, key_id, key)
        return key


class ClearRing(KeyRing):
    """Seals nothing: for a store in memory, which must work even where sealing does not."""

    def seal(
        self,
        purpose: Purpose,  # noqa: ARG002 - the same door as that of the ring that seals
        scope: str,  # noqa: ARG002 - as above
        slot: Slot,  # noqa: ARG002 - as above
        content: bytes,
    ) -> bytes:
        """Return the content; there is no key."""
        return content

    def unseal(self, slot: Slot, sealed: bytes) -> bytes:
        """Return the content. Raises `SealBroken` where there is none: nothing is sealed empty."""
        if not sealed:
            raise SealBroken(slot.table)
        return sealed


def _hold(held: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    held[key] = value
    while len(held) > _HELD:
        held.popitem(last=False)
