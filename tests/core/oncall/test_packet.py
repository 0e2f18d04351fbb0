"""The emergency mail holds what the people behind the address need, and names what is missing."""

from dataclasses import replace

from bot.core.oncall.packet import Caller, Known, Packet, known_of, packet_doc
from bot.core.words.cases import Entry, Evidence
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece, Pieces
from tests.core.oncall.office import ALICE, START, Office, case, said

OFFICE = Office()


def pii(text: str, number: int | None = None) -> Pieces:
    return (Piece(text=text, label=Label.PII, number=number),)


def entry(seq: int, question: str, *, undone: bool = False, words: bool = True) -> Entry:
    return Entry(
        seq=seq,
        kind="heard",
        at=START,
        by=None,
        data={"question": question},
        words=words,
        undone=undone,
    )


PACKET = Packet(
    page="E-AAAAAA",
    case="C-AAAAAA",
    emergency=EmergencyClass.LIFE,
    at=START,
    words=(
        Piece(text="He wrote\nI will find you, see ", label=Label.CASE),
        Piece(text="https://wiki.example.org/w/2", label=Label.PII),
    ),
    caller=Caller.of(None, "anna", "net|account|anna"),
    known=Known(),
)


def body(packet: Packet) -> list[str]:
    return said(packet_doc(packet, OFFICE.terms)).split("\n")


def test_a_mail_with_everything_known() -> None:
    known = Known(
        where=pii("Example Wiki"),
        links=(pii("https://wiki.example.org/w/1"), pii("https://wiki.example.org/w/2")),
        contact=pii("yes, anna@example.org"),
    )
    lines = body(replace(PACKET, known=known))
    assert lines == [
        "A report of an emergency, passed on by the safety team: danger to life.",
        "Our reference: E-AAAAAA (case C-AAAAAA)",
        "Called at: 2031-03-04 09:00:00 UTC",
        "Where it happens (wiki or other site): Example Wiki",
        "Link: https://wiki.example.org/w/1",
        "Link: https://wiki.example.org/w/2",
        "Caller's nickname: anna",
        "Caller's account: anna",
        "Caller's network: net",
        "May they be contacted, and how: yes, anna@example.org",
        "What was said, whole and unchanged:",
        "He wrote",
        "I will find you, see https://wiki.example.org/w/2",
        lines[-1],
    ]
    assert "safety-team@example.org" in lines[-1]
    assert "E-AAAAAA" in lines[-1]


def test_what_is_missing_is_named() -> None:
    caller = Caller.of(None, "anna", "net|link|5")
    lines = body(replace(PACKET, words=pii("help"), caller=caller))
    missing = [line.partition(":")[0] for line in lines if line.endswith(": not known to us yet")]
    assert missing == [
        "Where it happens (wiki or other site)",
        "Link",
        "Caller's account",
        "May they be contacted, and how",
    ]


def test_a_caller_of_whom_nothing_is_known_is_said_to_be_that() -> None:
    lines = body(replace(PACKET, caller=Caller.of(None, None, None)))
    assert "Caller's nickname: not known to us yet" in lines
    assert "Caller's network: not known to us yet" in lines


def test_a_member_of_the_team_is_never_named() -> None:
    caller = Caller.of(ALICE, "alice", "net|account|alice")
    text = "\n".join(body(replace(PACKET, caller=caller)))
    assert "alice" not in text
    assert "a member of our team" in text


def test_a_child_s_mail_says_that_no_picture_was_kept_and_carries_the_contact_s_note() -> None:
    lines = body(replace(PACKET, emergency=EmergencyClass.CHILD))
    assert any("picture" in line for line in lines)
    assert "They act on links alone." in lines
    assert not any("picture" in line for line in body(PACKET))


def test_the_body_is_personal_as_a_whole() -> None:
    assert packet_doc(PACKET, OFFICE.terms).label is Label.PII


def test_what_a_case_holds_is_gathered_and_nothing_undone_or_removed() -> None:
    view = replace(
        case("C-AAAAAA"),
        entries=(
            entry(1, "story"),
            entry(2, "where"),
            entry(3, "contact"),
            entry(4, "contact", undone=True),
            entry(5, "where", words=False),
        ),
        evidence=(
            Evidence(number=1, seq=1, label=Label.PII, link=True),
            Evidence(number=2, seq=1, label=Label.PII, link=False),
        ),
    )
    story = (*pii("https://wiki.example.org/w/1", 1), *pii("Jane", 2))
    bodies = {
        ("C-AAAAAA", 1): story,
        ("C-AAAAAA", 2): pii("Example Wiki"),
        ("C-AAAAAA", 3): pii("yes"),
        ("C-AAAAAA", 4): pii("undone"),
    }
    known = known_of(view, Office(bodies=bodies))
    assert known == Known(
        where=pii("Example Wiki"),
        links=(pii("https://wiki.example.org/w/1", 1),),
        contact=pii("yes"),
    )


def test_a_case_not_yet_written_gives_nothing() -> None:
    assert known_of(None, OFFICE) == Known()
