"""What goes into the seal comes out as the very same value."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.core.case.facts import SPINE_VERSION
from bot.core.words.effects import Target, ToIdentity, ToPerson, ToPlace, ToReporter, ToRoom
from bot.core.words.facts import JSON, Fact
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.places import Place, PlaceKind
from bot.core.words.ports import AuditEntry, Letter, Speech
from bot.core.words.text import Count, Doc, Msg, Piece, Pieces, When
from storage import codec
from tests.storage.kit import NOW, letter

TEXT = st.text(max_size=12)
NAME = st.none() | TEXT
LABEL = st.sampled_from(Label)
MOMENT = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - the time zone is added by `timezones`
    timezones=st.just(UTC),
)
PIECE = st.builds(Piece, text=TEXT, label=LABEL, code=NAME, number=st.none() | st.integers(1, 99))
PIECES: st.SearchStrategy[Pieces] = st.lists(PIECE, max_size=3).map(tuple)
PLAIN = (
    PIECE
    | PIECES
    | st.builds(Count, number=st.integers(-9, 10**9), label=LABEL)
    | st.builds(When, at=MOMENT, label=LABEL, day=st.booleans())
)
MSG = st.recursive(
    st.builds(Msg, TEXT, st.lists(PLAIN, max_size=3).map(tuple)),
    lambda inner: st.builds(Msg, TEXT, st.lists(PLAIN | inner, max_size=3).map(tuple)),
    max_leaves=4,
)
DOC = st.builds(
    Doc, lines=st.lists(MSG | PIECES, max_size=3).map(tuple), label=LABEL, instead=st.none() | MSG
)
TARGET: st.SearchStrategy[Target] = st.one_of(
    st.builds(ToRoom, room=TEXT),
    st.builds(ToPerson, name=TEXT),
    st.builds(ToReporter, case=TEXT),
    st.builds(ToIdentity, identity=TEXT),
    st.builds(
        ToPlace,
        place=st.builds(Place, network=TEXT, address=TEXT, kind=st.sampled_from(PlaceKind)),
    ),
)
VALUE: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
SPEECH = st.builds(Speech, to=TARGET, doc=DOC, relay=st.booleans(), plain_message=st.booleans())


@given(MOMENT)
def test_moments(at: datetime) -> None:
    assert codec.moment(codec.stamp(at)) == at


@given(PIECES)
def test_pieces(pieces: Pieces) -> None:
    assert codec.load_pieces(codec.dump_pieces(pieces)) == pieces


@given(SPEECH)
def test_speeches(speech: Speech) -> None:
    head = codec.load_head(codec.dump_head(codec.head_of("key", speech)))
    assert codec.load_payload(head, codec.dump_payload(speech)) == speech


@given(TEXT, st.binary(max_size=99))
def test_letters(recipient: str, raw: bytes) -> None:
    sent = Letter(recipient=recipient, raw=raw)
    head = codec.load_head(codec.dump_head(codec.head_of("key", sent)))
    assert codec.load_payload(head, codec.dump_payload(sent)) == sent
    assert head.emptied() == Letter(recipient=recipient, raw=b"")


@given(TARGET)
def test_the_head_names_nobody_unknown(to: Target) -> None:
    head = codec.head_of("key", Speech(to=to, doc=Doc(lines=())))
    personal = isinstance(to, ToIdentity) or (
        isinstance(to, ToPlace) and to.place.kind is PlaceKind.DM
    )
    kept = ToIdentity(identity="") if personal else to
    assert head.emptied() == Speech(to=kept, doc=Doc(lines=()))


@given(
    st.builds(
        Page,
        code=TEXT,
        emergency=st.none() | st.sampled_from(EmergencyClass),
        case=NAME,
        opened_at=MOMENT,
        state=st.sampled_from(PageState),
        step=st.integers(0, 9),
        rung_at=st.none() | MOMENT,
        stepped_at=st.none() | MOMENT,
        acked_by=st.lists(TEXT, max_size=3).map(tuple),
        acked_at=st.none() | MOMENT,
        calls=st.integers(1, 9),
        exposure=st.booleans(),
        caller=NAME,
    )
)
def test_pages(page: Page) -> None:
    assert codec.load_page(codec.dump_page(page)) == page


@given(st.builds(AuditEntry, at=MOMENT, who=TEXT, place=TEXT, verb=TEXT, outcome=TEXT, case=NAME))
def test_audit_entries(entry: AuditEntry) -> None:
    assert codec.load_audit(codec.dump_audit(entry)) == entry


@given(st.dictionaries(TEXT, VALUE, max_size=3))
def test_objects(value: dict[str, JSON]) -> None:
    assert codec.load_json(codec.dump_json(value)) == value


@given(MOMENT, NAME, st.dictionaries(TEXT, VALUE, max_size=3), st.booleans())
def test_spines(at: datetime, by: str | None, data: dict[str, JSON], words: bool) -> None:
    fact = Fact(kind="noted", at=at, by=by, data=data)
    spine, known = codec.load_spine(codec.dump_spine(fact), seq=3, words=words)
    assert known
    assert (spine.seq, spine.kind, spine.at, spine.by) == (3, "noted", at, by)
    assert (spine.data, spine.words) == (data, words)


def test_a_newer_spine_is_not_guessed_at() -> None:
    wire: dict[str, JSON] = {"v": SPINE_VERSION + 1, "kind": "closed", "at": NOW.isoformat()}
    content = codec.dump_json(wire | {"by": "Ann", "data": {"outcome": "actionable"}})
    spine, known = codec.load_spine(content, seq=1, words=True)
    assert not known
    assert (spine.kind, spine.at, spine.by, spine.data) == (codec.NEWER, NOW, "Ann", {})


def test_a_kind_nobody_knows_is_kept_and_said() -> None:
    content = codec.dump_spine(Fact(kind="weighed", at=NOW))
    spine, known = codec.load_spine(content, seq=1, words=False)
    assert (spine.kind, known) == ("weighed", False)


def test_the_bytes_of_a_letter_are_not_touched() -> None:
    assert codec.dump_payload(letter()) == letter().raw
