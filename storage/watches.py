"""Who is on call by agreement, and what was offered: kept until a month after it is over."""

import logging
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.words.rota import Offer, Override
from storage.codec import dump_json, load_json, moment, stamp
from storage.errors import KeyDestroyed, SealBroken
from storage.keyring import KeyRing, Purpose
from storage.vault import Slot

_LOG = logging.getLogger("caseward.storage")

NEW_WATCH = "INSERT INTO watches (ends, sealed) VALUES (?, ?) RETURNING id"
SEAL_WATCH = "UPDATE watches SET ends = ?, sealed = ? WHERE id = ?"
LIST_WATCHES = "SELECT id, sealed FROM watches WHERE id > 0 ORDER BY id"
DROP_WATCH = "DELETE FROM watches WHERE id = ?"
PRUNE_WATCHES = "DELETE FROM watches WHERE ends < ?"
SAVE_OFFER = """
INSERT INTO offers (digest, sealed) VALUES (?, ?)
ON CONFLICT (digest) DO UPDATE SET sealed = excluded.sealed
"""
DROP_OFFER = "DELETE FROM offers WHERE digest = ?"
LIST_OFFERS = "SELECT digest, sealed FROM offers WHERE digest > x'' ORDER BY digest"
ADD_NOTE = "INSERT INTO notes (digest, at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
RENEW_NOTE = """
INSERT INTO notes (digest, at) VALUES (?, ?)
ON CONFLICT (digest) DO UPDATE SET at = excluded.at
"""
FIND_NOTE = "SELECT at FROM notes WHERE digest = ?"
LIST_NOTES = "SELECT digest, at FROM notes WHERE digest > x'' ORDER BY digest"
PRUNE_NOTES = "DELETE FROM notes WHERE at < ?"

#: How long a watch that is over is kept.
KEPT = timedelta(days=30)
#: How long it is known that something was done.
MEMORY = timedelta(days=400)


class WatchBook:
    """Watches that were taken, and offers, for one job."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def add(self, override: Override, at: datetime) -> None:
        """Keep a watch, after all others; forget those that were over a month ago."""
        self._connection.execute(PRUNE_WATCHES, (stamp(at - KEPT),))
        self._new(override)

    def end(self, person: str, at: datetime) -> None:
        """End at this moment what somebody took besides their shifts."""
        for row_id, override in list(self._all()):
            if override.person != person or override.instead is not None or override.ends <= at:
                continue
            if override.begins >= at:
                self._connection.execute(DROP_WATCH, (row_id,))
            else:
                ended = Override(person=person, begins=override.begins, ends=at)
                self._write(row_id, ended)

    def list(self) -> tuple[Override, ...]:
        """Return all watches, in the order in which they were agreed on.

        One whose seal is broken is left out and logged: pages must go on ringing.
        """
        return tuple(override for _, override in self._all())

    def save_offer(self, offer: Offer) -> None:
        """Keep an offer, in the place of an earlier one of the same person."""
        digest = self._ring.of_name("offers", offer.giver)
        content = _offer_content(offer)
        sealed = self._ring.seal_for_month(Purpose.WATCH, _offer_slot(digest), content)
        self._connection.execute(SAVE_OFFER, (digest, sealed))

    def drop_offer(self, giver: str) -> None:
        """Forget what somebody offers."""
        self._connection.execute(DROP_OFFER, (self._ring.of_name("offers", giver),))

    def offers(self) -> tuple[Offer, ...]:
        """Return all offers, by the name of whoever makes them."""
        rows = self._connection.execute(LIST_OFFERS).fetchall()
        found: list[Offer] = []
        for digest, sealed in rows:
            try:
                found.append(self._offer(digest, sealed))
            except (SealBroken, KeyDestroyed):
                _LOG.error("an offer cannot be opened and is dropped")
                self._connection.execute(DROP_OFFER, (digest,))
        return tuple(sorted(found, key=lambda offer: offer.giver))

    def digests(self) -> frozenset[bytes]:
        """Return what tells each watch and each offer from all others."""
        watches = (_watch_content(override) for override in self.list())
        offers = (_offer_content(offer) for offer in self.offers())
        return frozenset(map(self._told_by, (*watches, *offers)))

    def put(
        self, watches: Sequence[Override], offers: Sequence[Offer], ended: Collection[bytes]
    ) -> None:
        """Add watches that are not there yet, after all others, and set offers; none `ended`."""
        there = self.list()
        for override in watches:
            if override not in there and self._told_by(_watch_content(override)) not in ended:
                self._new(override)
        for offer in offers:
            if self._told_by(_offer_content(offer)) not in ended:
                self.save_offer(offer)

    def end_told(self, gone: Collection[bytes]) -> None:
        """Forget the watches and offers that are told by these digests."""
        for row_id, override in list(self._all()):
            if self._told_by(_watch_content(override)) in gone:
                self._connection.execute(DROP_WATCH, (row_id,))
        for offer in self.offers():
            if self._told_by(_offer_content(offer)) in gone:
                self.drop_offer(offer.giver)

    def _told_by(self, content: bytes) -> bytes:
        return self._ring.of_name("watches", content.decode())

    def _offer(self, digest: bytes, sealed: bytes) -> Offer:
        content = load_json(self._ring.unseal(_offer_slot(digest), sealed))
        return Offer(
            giver=str(content["giver"]),
            taker=str(content["taker"]),
            begins=datetime.fromisoformat(str(content["begins"])),
            ends=datetime.fromisoformat(str(content["ends"])),
            until=datetime.fromisoformat(str(content["until"])),
        )

    def _all(self) -> Iterator[tuple[int, Override]]:
        for row_id, sealed in self._connection.execute(LIST_WATCHES).fetchall():
            try:
                yield row_id, self._open(row_id, sealed)
            except (SealBroken, KeyDestroyed):
                _LOG.error("watch %d cannot be opened", row_id)

    def _open(self, row_id: int, sealed: bytes) -> Override:
        content = load_json(self._ring.unseal(_slot(row_id), sealed))
        instead = content["instead"]
        return Override(
            person=str(content["person"]),
            begins=datetime.fromisoformat(str(content["begins"])),
            ends=datetime.fromisoformat(str(content["ends"])),
            instead=None if instead is None else str(instead),
        )

    def _new(self, override: Override) -> None:
        (row_id,) = self._connection.execute(NEW_WATCH, (0, b"-")).fetchone()
        self._write(row_id, override)

    def _write(self, row_id: int, override: Override) -> None:
        content = _watch_content(override)
        sealed = self._ring.seal_for_month(Purpose.WATCH, _slot(row_id), content)
        self._connection.execute(SEAL_WATCH, (stamp(override.ends), sealed, row_id))


class NoteBook:
    """What was done once, by key: digests and moments alone."""

    def __init__(self, connection: sqlite3.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring

    def add(self, key: str, at: datetime) -> None:
        """Note that something was done; a key that is noted keeps its moment."""
        self._connection.execute(PRUNE_NOTES, (stamp(at - MEMORY),))
        self._connection.execute(ADD_NOTE, (self._ring.of_name("notes", key), stamp(at)))

    def renew(self, key: str, at: datetime) -> None:
        """Note that something is done again and again: the last time counts."""
        self._connection.execute(RENEW_NOTE, (self._ring.of_name("notes", key), stamp(at)))

    def of(self, key: str) -> datetime | None:
        """Return when something was done; None if it was not."""
        row = self._connection.execute(FIND_NOTE, (self._ring.of_name("notes", key),)).fetchone()
        return None if row is None else moment(row[0])

    def carried(self) -> tuple[tuple[bytes, int], ...]:
        """Return all notes, as digests and stamps."""
        return tuple(self._connection.execute(LIST_NOTES).fetchall())

    def put(self, notes: Iterable[tuple[bytes, int]]) -> None:
        """Add notes that another store carried; what is noted keeps its moment."""
        for note in notes:
            self._connection.execute(ADD_NOTE, note)


def _watch_content(override: Override) -> bytes:
    return dump_json(
        {
            "person": override.person,
            "begins": override.begins.isoformat(),
            "ends": override.ends.isoformat(),
            "instead": override.instead,
        }
    )


def _offer_content(offer: Offer) -> bytes:
    return dump_json(
        {
            "giver": offer.giver,
            "taker": offer.taker,
            "begins": offer.begins.isoformat(),
            "ends": offer.ends.isoformat(),
            "until": offer.until.isoformat(),
        }
    )


def _slot(row_id: int) -> Slot:
    return Slot(table="watches", row=str(row_id), column="sealed")


def _offer_slot(digest: bytes) -> Slot:
    return Slot(table="offers", row=digest.hex(), column="sealed")
