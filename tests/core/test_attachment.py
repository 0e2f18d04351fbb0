"""A file that was sent: its marker, where it is kept, and where it is never said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.case import recording
from bot.core.oncall.known import Known
from bot.core.oncall.packet import Caller, Packet, packet_doc
from bot.core.pii.held import HeldSet
from bot.core.pii.links import canonical
from bot.core.pii.reading import label, read, reading_of
from bot.core.policy.gate import Cleared, Draft, clear
from bot.core.words.attachment import (
    MOST_MARKER,
    Attachment,
    as_content,
    defuse,
    is_marker,
    of_content,
    parse,
    write,
)
from bot.core.words.identity import by_account
from bot.core.words.inbound import Inbound
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Account, Speaker
from bot.core.words.places import Place, PlaceKind
from bot.core.words.text import Msg, Piece, Pieces, plain, without_files
from bot.texts.render import Reader
from tests.commands.bench import TERMS

NOW = datetime(2031, 5, 28, tzinfo=UTC)
PICTURE = Attachment(
    msgtype="m.image",
    name="jane example.png",
    url="mxc://example.org/AbC-1",
    mimetype="image/png",
    size=1234,
    key="aWF6",
    iv="AAAAAA",
    sha256="BBBB",
)
MARKER = write(PICTURE)
PLACE = Place(network="matrix", address="@a:example.org", kind=PlaceKind.DM)
ABUSE = "he sexually abused a child"


def inbound(text: str, *attachments: Attachment) -> Inbound:
    account = Account(network="matrix", name="@a:example.org")
    speaker = Speaker(network="matrix", nick=account.name, identity=by_account(account))
    return Inbound(
        key="k", speaker=speaker, place=PLACE, text=text, at=NOW, attachments=attachments
    )


def markers(pieces: Pieces) -> list[str]:
    return [piece.text for piece in pieces if is_marker(piece.text)]


def said(pieces: Pieces, ceiling: Label) -> list[str]:
    cleared = clear(
        Draft(lines=(pieces,), label=Label.PUBLIC),
        place=PLACE,
        epoch=1,
        ceiling=ceiling,
        scan=lambda _text: False,
        held=lambda code, number: f"[held {code} {number}]",
    )
    assert isinstance(cleared, Cleared)
    assert ["".join(p.text for p in line) for line in cleared.pieces] == list(cleared.lines)
    return list(cleared.lines)


# ---- the marker ----------------------------------------------------------------------------


@given(
    st.builds(
        Attachment,
        msgtype=st.sampled_from(["m.image", "m.file", "m.audio", "m.video"]),
        name=st.text(st.characters(exclude_categories=["Cs"]), max_size=255),
        url=st.just("mxc://example.org/x"),
        mimetype=st.none() | st.just("image/png"),
        size=st.none() | st.integers(0, 2**40),
    )
)
def test_a_marker_is_read_as_it_was_written(attachment: Attachment) -> None:
    marker = write(attachment)
    assert parse(marker) == (attachment,)
    assert is_marker(marker)
    assert len(marker) <= MOST_MARKER
    assert not set(marker) & set(" \n=")


def test_several_markers_are_found_among_words() -> None:
    other = Attachment(msgtype="m.file", name="b.pdf", url="mxc://example.org/b")
    assert parse(f"look\n{MARKER}\n{write(other)}") == (PICTURE, other)
    assert parse(f"x{MARKER}") == ()
    assert not is_marker(f"{MARKER} ")


@pytest.mark.parametrize(
    "text",
    [
        "attachment:",
        "attachment:AAAAAAAAAAAAAAAAAAAA",
        "attachment:" + "W" * 5000,
        "attachment:e30" + "A" * 20,
        write(Attachment(msgtype="m.text", name="x", url="mxc://example.org/x")),
        write(Attachment(msgtype="m.image", name="x", url="https://example.org/x")),
        write(Attachment(msgtype="m.image", name="x", url="mxc://example.org/x", key="aaaa")),
    ],
)
def test_what_is_no_marker(text: str) -> None:
    assert parse(text) == ()
    assert not is_marker(text)


def test_what_is_too_long_stays_words() -> None:
    name = "x" * MOST_MARKER
    assert write(Attachment(msgtype="m.image", name=name, url="")) == f"attachment {name}"


def test_a_file_is_handed_on_as_it_came() -> None:
    content = as_content(PICTURE)
    assert of_content(content, PICTURE.name) == PICTURE
    assert content["file"]["v"] == "v2"
    bare = Attachment(msgtype="m.file", name="b.pdf", url="mxc://example.org/b")
    assert "file" not in as_content(bare)
    assert of_content(as_content(bare), bare.name) == bare


@given(st.text(st.sampled_from("attachmenATTACHMENT: \n\t") | st.characters()))
def test_typed_words_stay_as_long_and_hold_no_marker(text: str) -> None:
    typed = defuse(f"{text}{MARKER}")
    assert len(typed) == len(f"{text}{MARKER}")
    assert parse(typed) == ()


# ---- reading -------------------------------------------------------------------------------


def test_a_message_with_a_file_is_read_with_its_marker() -> None:
    reading = reading_of(inbound("look at this", PICTURE))
    assert plain(reading.pieces) == f"look at this\n{MARKER}"
    assert reading.text == "look at this"
    assert [p.text for p in reading.pieces if p.label is Label.PII] == [MARKER]
    assert without_files(reading.pieces) == read("look at this").pieces


def test_the_name_of_a_file_is_personal() -> None:
    reading = reading_of(inbound(PICTURE.name, PICTURE))
    assert [p.text for p in reading.pieces if p.label is Label.PII] == [PICTURE.name, MARKER]


def test_where_a_phone_is_is_personal() -> None:
    pieces = label("here\ngeo:51.5,-0.12;u=35")
    assert [p.text for p in pieces if p.label is Label.PII] == ["geo:51.5,-0.12;u=35"]


def test_typed_markers_are_words() -> None:
    for pieces in (read(MARKER).pieces, label(MARKER), reading_of(inbound(MARKER)).pieces):
        assert markers(pieces) == []
    assert markers(reading_of(inbound(MARKER, PICTURE)).pieces) == [MARKER]


def test_of_abuse_of_a_child_no_file_is_kept() -> None:
    reading = reading_of(inbound(ABUSE, PICTURE))
    assert reading.verdict.emergency is EmergencyClass.CHILD
    assert markers(reading.pieces) == []


# ---- keeping -------------------------------------------------------------------------------


def kept(*answers: str, child: bool = False) -> list[str]:
    first = recording.report(
        "C-AAAAAA",
        tuple(("story", reading_of(inbound(text, PICTURE)).pieces) for text in answers),
        kind="doxing",
        at=NOW,
        by=None,
        has_reporter=True,
        promised=(NOW, "first-reply"),
        canonical=canonical,
        child=child,
    )
    return [marker for fact in first for marker in markers(fact.body or ())]


def test_a_case_keeps_where_the_files_are() -> None:
    assert kept("look", "and here") == [MARKER, MARKER]


def test_a_case_of_a_child_keeps_none() -> None:
    assert kept("look", ABUSE) == []
    assert kept("look", child=True) == []
    words = reading_of(inbound("look", PICTURE)).pieces
    fact, number = recording.answer(
        "C-AAAAAA", "story", words, at=NOW, first=1, canonical=canonical, child=True
    )
    assert (markers(fact.body or ()), number) == ([], 1)


def test_a_file_is_evidence_and_names_nobody() -> None:
    words = reading_of(inbound("Example-A", PICTURE)).pieces
    fact, number = recording.answer("C-AAAAAA", "who", words, at=NOW, first=1, canonical=canonical)
    assert number == 2
    assert "Example-A" in [mark.value for mark in fact.marks]
    assert not any("attachment" in mark.value for mark in fact.marks)


def test_the_watch_does_not_hold_markers() -> None:
    held = HeldSet()
    held.add("C-AAAAAA", (Piece(text=MARKER, label=Label.PII),))
    assert not held.hit(MARKER)


# ---- saying --------------------------------------------------------------------------------


@pytest.mark.parametrize("ceiling", list(Label))
def test_no_place_is_told_where_a_file_is(ceiling: Label) -> None:
    piece = Piece(text=MARKER, label=Label.CASE, code="C-AAAAAA", number=2)
    assert said((piece,), ceiling) == ["[held C-AAAAAA 2]"]


def test_what_the_program_hands_on_goes_where_it_may() -> None:
    piece = Piece(text=MARKER, label=Label.PII, code="C-AAAAAA", number=2, own=True)
    assert said((piece,), Label.PII) == [MARKER]
    assert said((piece,), Label.CASE) == ["[held C-AAAAAA 2]"]


@pytest.mark.parametrize("emergency", list(EmergencyClass))
@pytest.mark.parametrize("text", ["look", ""])
def test_no_mail_carries_a_marker(emergency: EmergencyClass, text: str) -> None:
    words = (Piece(text=text), Piece(text="\n"), Piece(text=MARKER))
    packet = Packet(
        page="E-AAAAAA",
        case="C-AAAAAA",
        emergency=emergency,
        at=NOW,
        words=words,
        caller=Caller(),
        known=Known(),
    )
    body = packet_doc(packet, TERMS)
    mailed = "\n".join(plain(Reader().line(line)) for line in body.lines)
    assert "attachment:" not in mailed
    told = any(isinstance(x, Msg) and x.key == "emergency.mail.attachment" for x in body.lines)
    assert told is (emergency is EmergencyClass.LIFE)
