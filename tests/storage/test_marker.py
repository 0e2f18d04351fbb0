"""Nothing that people say or are called by can be read in any file, in any spelling."""

import base64
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.case import facts
from bot.core.words.cases import Outcome
from bot.core.words.effects import Lane, Target, ToIdentity, ToPerson, ToPlace, ToRoom
from bot.core.words.facts import JSON, Fact, Mark, MarkKind
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import AuditEntry, Letter, RowState, Speech, Timer, Unit
from bot.core.words.text import Doc, Msg, Piece, Pieces
from storage.errors import StorageError
from storage.store import SealedStore
from tests.storage.kit import CODE, NOW, SYSTEM, row

MARKER = "Quokka7Zanzibar"


def mark(where: str) -> str:
    """Return the marker inside something that looks like what stands at this place."""
    return f"{MARKER} {where}"


def pieces(where: str, number: int | None = None) -> Pieces:
    return (Piece(text=mark(where), label=Label.PII, code=mark("code"), number=number),)


def made_facts() -> list[Fact]:
    who, said = mark("roster name"), pieces("words", 1)
    marks = (
        Mark(kind=MarkKind.PARTY, value=mark("party")),
        Mark(kind=MarkKind.LINK, value=f"https://example.org/{MARKER}"),
    )
    return [
        facts.opened(
            at=NOW,
            by=who,
            kind=mark("kind"),
            has_reporter=True,
            next_at=NOW,
            next_what=mark("what"),
            summary=said,
            marks=marks,
        ),
        facts.heard(at=NOW, question=mark("question"), pieces=said, marks=marks),
        facts.noted(at=NOW, by=who, pieces=said, marks=marks),
        facts.linked(at=NOW, by=who, number=2, label=Label.PII, pieces=pieces("link")),
        facts.party(at=NOW, by=who, role=mark("role"), name=pieces("name")),
        facts.taken(at=NOW, by=who),
        facts.said(at=NOW, by=who, pieces=said, to=mark("to")),
        facts.due(at=NOW, by=who, next_at=NOW, next_what=mark("what")),
        facts.called(at=NOW, by=who, page="E-000000", emergency=EmergencyClass.LIFE),
        facts.skipped(at=NOW, by=who, step=mark("step"), reason=said),
        facts.delivered(at=NOW, what=mark("what")),
        facts.undelivered(at=NOW, what=mark("what")),
        facts.undone(at=NOW, by=who, seqs=[3]),
        facts.closed(at=NOW, by=who, outcome=Outcome.MISTAKEN, summary=said),
    ]


def speak(unit: Unit) -> None:
    doc = Doc(lines=(pieces("line"), Msg(mark("key"), pieces("arg"))), instead=Msg(mark("instead")))
    targets: tuple[Target, ...] = (
        ToRoom(room=mark("room")),
        ToPerson(name=mark("person")),
        ToIdentity(identity=mark("identity")),
        ToPlace(place=Place(network=mark("net"), address=mark("nick"), kind=PlaceKind.DM)),
    )
    for number, target in enumerate(targets):
        payload = Speech(to=target, doc=doc)
        unit.enqueue(row(f"{MARKER}:{number}", payload=payload, case=CODE))
    raw = f"Subject: {mark('subject')}\r\n\r\n{mark('mail')}".encode()
    mail = Letter(recipient=f"{MARKER}@example.org", raw=raw)
    unit.enqueue(row(f"{MARKER}:mail", payload=mail, lane=Lane.EMERGENCY, page="E-000000"))
    states = (RowState.SENT, RowState.HELD, RowState.PENDING, RowState.DEAD)
    for taken, state in zip(unit.take_rows(NOW, 4), states, strict=True):
        unit.settle(taken.id, state, reason=mark("reason"))


def fill(unit: Unit) -> None:
    """Put the marker into everything that a person could have said or be called by."""
    unit.claim(mark("inbound key"), NOW)
    unit.create_case(CODE, made_facts())
    data: dict[str, JSON] = {"story": mark("story"), MARKER: [mark("list")]}
    unit.save_session(mark("identity"), data, seen_at=NOW, case=CODE, phrase=mark("phrase"))
    unit.save_session(mark("other"), data, seen_at=NOW)
    unit.drop_session(mark("other"))
    unit.move_session(mark("identity"), mark("new identity"))
    unit.save_page(
        Page(
            code="E-000000",
            emergency=EmergencyClass.CHILD,
            case=CODE,
            opened_at=NOW,
            state=PageState.ACKED,
            acked_by=(mark("acker"),),
            caller=mark("caller"),
        )
    )
    unit.set_timer(Timer(key=mark("key"), due=NOW, kind=mark("timer kind"), data=data))
    speak(unit)
    names = {"who": mark("who"), "place": mark("place"), "verb": mark("verb")}
    unit.audit(AuditEntry(at=NOW, outcome=mark("outcome"), case=CODE, **names))


def spellings() -> dict[str, bytes]:
    """Return the marker in the encodings that hide a text from a plain search."""
    raw = MARKER.encode()
    found = {
        "utf-8": raw,
        "lower": raw.lower(),
        "upper": raw.upper(),
        "utf-16-le": MARKER.encode("utf-16-le"),
        "utf-16-be": MARKER.encode("utf-16-be"),
        "utf-32": MARKER.encode("utf-32-le"),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "reversed": raw[::-1],
    }
    for shift in range(3):
        # The middle of the code is the same wherever the text stands within the encoded bytes.
        found[f"base64 {shift}"] = base64.b64encode(bytes(shift) + raw)[4:-4]
    return found


def hits(content: bytes) -> list[str]:
    return [name for name, spelling in spellings().items() if spelling in content]


def test_the_search_would_find_it() -> None:
    assert hits(f"..{MARKER}..".encode()) == ["utf-8"]
    assert hits(base64.b64encode(f"a {MARKER}!".encode())) == ["base64 2"]
    assert hits(base64.b64encode(f"abc{MARKER}!".encode())) == ["base64 0"]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((folder / "data").iterdir()):
        yield path.name, path.read_bytes()


async def test_no_file_shows_it_at_any_time(
    store: SealedStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await store.run(fill)
    running = dict(files(folder))
    assert {"caseward.db", "caseward.db-wal", "caseward.db-shm"} <= set(running)
    assert len(running["caseward.db-wal"]) > 20_000
    assert {name: hits(content) for name, content in running.items() if hits(content)} == {}
    view = await store.run(lambda unit: unit.cases(SYSTEM).find(CODE))
    assert view is not None
    assert MARKER in view.kind
    await store.close()
    closed = dict(files(folder))
    assert {name: hits(content) for name, content in closed.items() if hits(content)} == {}
    assert MARKER not in caplog.text


async def test_no_column_in_clear_shows_it(store: SealedStore) -> None:
    await store.run(fill)

    def read(connection: sqlite3.Connection) -> list[str]:
        return list(connection.iterdump())

    dump = "\n".join(await store.database.call(read))
    assert CODE in dump
    assert hits(dump.encode()) == []


async def test_no_error_shows_it(store: SealedStore) -> None:
    await store.run(fill)

    def break_seals(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE facts SET body = spine, spine = x'01'")
        connection.execute("UPDATE sessions SET sealed = x'01'")

    await store.database.run(break_seals)
    raised: list[Exception] = []
    for job in (
        lambda unit: unit.cases(SYSTEM).find(CODE),
        lambda unit: unit.cases(SYSTEM).words(CODE, 1),
        lambda unit: unit.sessions().of(mark("new identity")),
        lambda unit: unit.sessions().by_phrase(mark("phrase")),
        lambda unit: unit.move_session(mark("nobody"), mark("else")),
        lambda unit: unit.create_case("C-000001", [Fact(kind=mark("kind"), at=NOW)]),
        lambda unit: unit.create_case("C-000001", [*made_facts()[:1], Fact(kind=MARKER, at=NOW)]),
    ):
        with pytest.raises((StorageError, LookupError, ValueError)) as caught:
            await store.run(job)
        raised.append(caught.value)
    assert [error for error in raised if MARKER in f"{error!r} {error} {error.__cause__!r}"] == []
