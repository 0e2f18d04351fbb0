"""The emergency mail holds what the people behind the address need, and names what is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.oncall.known import Known, Link, known_of
from bot.core.oncall.packet import (
    MOST_EARLIER,
    MOST_LINKS,
    MOST_WORDS,
    PACKETS,
    Caller,
    Packet,
    packet_doc,
)
from bot.core.pii.links import canonical
from bot.core.words.cases import CaseView, Entry, Evidence
from bot.core.words.facts import JSON
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Piece, Pieces, plain
from tests.core.oncall.office import ALICE, MINUTE, START, Office, case, said

OFFICE = Office()
LIFE, CHILD = EmergencyClass.LIFE, EmergencyClass.CHILD
LATER = START + 30 * MINUTE
REPLY = (
    "To reach our team, write to safety-team@example.org and name E-AAAAAA. We read that mailbox."
    " The address that this mail comes from is not read."
)
NOTE = "They act on links alone."


def pii(text: str, number: int | None = None) -> Pieces:
    return (Piece(text=text, label=Label.PII, number=number),)


WORDS: Pieces = (
    Piece(text="He wrote\nI will find you, see ", label=Label.CASE),
    Piece(text="https://de.wiki.example.org/wiki/User:Example-C", label=Label.PII),
)


class Told:
    """A case made of what was told, fact by fact."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.evidence: list[Evidence] = []
        self.bodies: dict[tuple[str, int], Pieces] = {}

    def fact(self, kind: str, words: Pieces, *, undone: bool = False, **data: JSON) -> "Told":
        seq = len(self.entries) + 1
        at = START + (seq - 1) * MINUTE
        entry = Entry(seq=seq, kind=kind, at=at, by=None, data=data, words=True, undone=undone)
        self.entries.append(entry)
        self.bodies["C-AAAAAA", seq] = words
        for piece in words:
            if piece.number is not None:
                link = canonical(piece.text) is not None
                self.evidence.append(
                    Evidence(number=piece.number, seq=seq, label=Label.PII, link=link)
                )
        return self

    def heard(self, question: str, text: str, *, undone: bool = False) -> "Told":
        return self.fact("heard", pii(text), undone=undone, question=question)

    @property
    def view(self) -> CaseView:
        view = case("C-AAAAAA")
        return replace(view, entries=tuple(self.entries), evidence=tuple(self.evidence))

    def known(self, words: Pieces = WORDS) -> Known:
        office = Office(bodies=self.bodies)
        return known_of(words, self.view, office, OFFICE.people, canonical)


def whole_case(contact: str | None = "yes, anna@example.org") -> Told:
    """Return a case of an interview that answered everything, and a handler's work besides."""
    told = Told()
    story: Pieces = (
        *pii("He follows me since May, "),
        *pii("https://en.wiki.example.org/w/index.php?diff=123", 1),
    )
    told.fact("heard", story, question="story")
    told.heard("where", "Example Wiki").heard("when", "last night")
    told.fact("party", pii("Example-A", 2), role="subject", question="who")
    told.fact("party", pii("Example-B", 3), role="target")
    told.fact("party", pii("Example-W", 4), role="witness")
    told.fact("noted", pii("https://internal.example.org/thread", 5))
    told.fact("said", pii("We are here"), to="reporter")
    told.fact("linked", (*pii("https://host.example.org/picture", 6), *pii(" kept by alice")))
    told.heard("story", "taken back", undone=True)
    if contact is not None:
        told.heard("contact", contact)
    return told


def packet(
    emergency: EmergencyClass, known: Known, *, words: Pieces = WORDS, caller: Caller | None = None
) -> Packet:
    return Packet(
        page="E-AAAAAA",
        case="C-AAAAAA",
        emergency=emergency,
        at=LATER,
        words=words,
        caller=caller or Caller.of(None, "anna", "net|account|anna"),
        known=known,
    )


def body(made: Packet) -> list[str]:
    return said(packet_doc(made, OFFICE.terms)).split("\n")


def missing(lines: Sequence[str]) -> list[str]:
    """Return what a mail names as not known; it says so in one line, if at all."""
    found = [line for line in lines if line.startswith("Not known to us yet: ")]
    assert len(found) <= 1
    return found[0].partition(": ")[2].split(", ") if found else []


FROM_ROOM = known_of((), None, OFFICE, OFFICE.people, canonical)


# ---- life ------------------------------------------------------------------------------------


def test_life_with_everything_known() -> None:
    assert body(packet(LIFE, whole_case().known())) == [
        "A report of an emergency, passed on by the safety team: danger to life.",
        "Our reference: E-AAAAAA (case C-AAAAAA)",
        "Where (wiki or other site): Example Wiki, en.wiki.example.org, de.wiki.example.org",
        "Who is reported: Example-A",
        "Who is affected: Example-B",
        "Accounts named: Example-C",
        "Link: https://en.wiki.example.org/w/index.php?diff=123 (given 2031-03-04 09:00:00 UTC)",
        "Link: https://host.example.org/picture (given 2031-03-04 09:08:00 UTC)",
        "Link: https://de.wiki.example.org/wiki/User:Example-C",
        "Called at: 2031-03-04 09:30:00 UTC",
        "First told us at: 2031-03-04 09:00:00 UTC",
        "When it happened: last night",
        "May they be contacted? They answered: yes, anna@example.org",
        "Called by: nickname anna, account anna, chat network net",
        (
            "Whoever calls is told at once to turn to local emergency services too."
            " We do not call them ourselves."
        ),
        "What was said:",
        "> He wrote",
        "> I will find you, see https://de.wiki.example.org/wiki/User:Example-C",
        "Said before, in the same report:",
        "> He follows me since May, https://en.wiki.example.org/w/index.php?diff=123",
        REPLY,
    ]


def test_an_empty_call_for_life_goes_out_and_names_all_that_is_missing() -> None:
    lines = body(packet(LIFE, FROM_ROOM, words=(), caller=Caller.of(None, None, None)))
    assert lines == [
        "A report of an emergency, passed on by the safety team: danger to life.",
        "Our reference: E-AAAAAA (case C-AAAAAA)",
        "Called at: 2031-03-04 09:30:00 UTC",
        (
            "Whoever calls is told at once to turn to local emergency services too."
            " We do not call them ourselves."
        ),
        (
            "Not known to us yet: where it happens, who is reported, who is affected, a link,"
            " when it happened, whether they may be contacted, who called, what was said in this call"
        ),
        REPLY,
    ]


def test_somebody_who_may_harm_themselves_is_said_to_be_that() -> None:
    made = replace(packet(LIFE, FROM_ROOM), self_harm=True)
    assert body(made)[1] == "Somebody may be about to harm themselves."


# ---- child -----------------------------------------------------------------------------------


def test_child_with_everything_known() -> None:
    assert body(packet(CHILD, whole_case().known())) == [
        "A report of an emergency, passed on by the safety team: a child's safety.",
        "Our reference: E-AAAAAA (case C-AAAAAA)",
        "Link: https://en.wiki.example.org/w/index.php?diff=123 (given 2031-03-04 09:00:00 UTC)",
        "Link: https://host.example.org/picture (given 2031-03-04 09:08:00 UTC)",
        "Link: https://de.wiki.example.org/wiki/User:Example-C",
        "Where (wiki or other site): Example Wiki, en.wiki.example.org, de.wiki.example.org",
        "Who is reported: Example-A",
        "Who is affected: Example-B",
        "Accounts named: Example-C",
        "Called at: 2031-03-04 09:30:00 UTC",
        "First told us at: 2031-03-04 09:00:00 UTC",
        "When it happened: last night",
        "May they be contacted? They answered: yes, anna@example.org",
        "Called by: nickname anna, account anna, chat network net",
        "No picture or file is attached: we have not opened, copied or kept any.",
        "What was said:",
        "> He wrote",
        "> I will find you, see https://de.wiki.example.org/wiki/User:Example-C",
        NOTE,
        REPLY,
    ]


def test_an_empty_call_for_a_child_goes_out_and_names_all_that_is_missing() -> None:
    lines = body(packet(CHILD, FROM_ROOM, words=(), caller=Caller.of(None, None, None)))
    assert lines[2:] == [
        "Called at: 2031-03-04 09:30:00 UTC",
        "No picture or file is attached: we have not opened, copied or kept any.",
        (
            "Not known to us yet: a link, where it happens, an account, when it happened,"
            " whether they may be contacted, who called, what was said in this call"
        ),
        NOTE,
        REPLY,
    ]


# ---- every class -----------------------------------------------------------------------------


def test_every_class_has_a_packet() -> None:
    assert set(PACKETS) == set(EmergencyClass)


@pytest.mark.parametrize("emergency", EmergencyClass)
def test_a_stranger_s_call_from_a_room(emergency: EmergencyClass) -> None:
    known = known_of(WORDS, None, OFFICE, OFFICE.people, canonical)
    caller = Caller.of(None, "bert", "net|link|5")
    lines = body(packet(emergency, known, caller=caller))
    assert "Called by: nickname bert, chat network net" in lines
    assert "Link: https://de.wiki.example.org/wiki/User:Example-C" in lines
    assert "Where (wiki or other site): de.wiki.example.org" in lines
    assert "Accounts named: Example-C" in lines
    assert "> He wrote" in lines
    assert "whether they may be contacted" in missing(lines)
    assert "where it happens" not in missing(lines)


@pytest.mark.parametrize("emergency", EmergencyClass)
def test_a_call_by_somebody_of_the_roster_about_a_case(emergency: EmergencyClass) -> None:
    told = whole_case().fact("opened", pii("Threats on Example Wiki"))
    told.fact("opened", pii("bob says that it is real"))
    words = pii("please look at once")
    caller = Caller.of(ALICE, "alice", "net|account|alice")
    text = "\n".join(body(packet(emergency, told.known(words), words=words, caller=caller)))
    assert "Called by: a member of our team" in text
    assert "> please look at once" in text
    assert ("> He follows me since May" in text) is (emergency is LIFE)
    assert ("> Threats on Example Wiki" in text) is (emergency is LIFE)
    for ours in ("alice", "bob", "internal.example.org", "We are here", "taken back", "kept by"):
        assert ours not in text


@pytest.mark.parametrize("emergency", EmergencyClass)
@pytest.mark.parametrize(
    ("answer", "agreed"),
    [
        ("yes", True),
        ("mail me: anna@example.org", True),
        ("I want a letter, please", True),
        ("no", False),
        ("please don't, he reads anna@example.org", False),
        ("maybe", False),
        ("not at anna@example.org", False),
        ("nein, bitte nicht anna@example.org", False),
        ("non, pas anna@example.org", False),
        ("no, nunca anna@example.org", False),
        ("não anna@example.org", False),
        ("нет anna@example.org", False),
        ("لا anna@example.org", False),
        ("不要 anna@example.org", False),
        ("only my team: anna@example.org", False),
        ("anna@example.org, but keep it private", False),
        ("ja, anna@example.org", True),
        ("oui anna@example.org", True),
    ],
)
def test_a_contact_goes_out_only_where_it_was_agreed(
    emergency: EmergencyClass, answer: str, *, agreed: bool
) -> None:
    known = whole_case(contact=answer).known()
    lines = body(packet(emergency, known))
    assert (f"May they be contacted? They answered: {answer}" in lines) is agreed
    assert agreed or "anna@example.org" not in "".join(lines)
    assert ("They were asked, and have not agreed to be contacted." in lines) is not agreed
    assert missing(lines) == []


def test_the_last_answer_about_contact_counts() -> None:
    told = whole_case(contact="yes, anna@example.org").heard("contact", "no")
    assert (told.known().contact, told.known().refused) == (None, True)


@pytest.mark.parametrize("emergency", EmergencyClass)
def test_who_was_never_asked_about_contact_has_agreed_to_nothing(emergency: EmergencyClass) -> None:
    lines = body(packet(emergency, whole_case(contact=None).known()))
    assert missing(lines) == ["whether they may be contacted"]


# ---- long, odd and hostile words ---------------------------------------------------------------


@pytest.mark.parametrize("emergency", EmergencyClass)
def test_64_kb_of_words_are_whole_and_more_are_said_to_be_cut(emergency: EmergencyClass) -> None:
    words = pii("help " * (MOST_WORDS // 5) + "x")
    assert len(plain(words)) == MOST_WORDS
    lines = body(packet(emergency, FROM_ROOM, words=words))
    assert f"> {plain(words)}" in lines
    assert not any("The rest" in line for line in lines)
    lines = body(packet(emergency, FROM_ROOM, words=(*words, *pii("y" * 17))))
    at = lines.index(f"> {plain(words)}")
    assert lines[at + 1] == "The rest (17 characters) is kept in case C-AAAAAA. Ask us for it."
    assert lines[-1] == REPLY


def test_what_was_said_before_is_cut_and_so_are_links() -> None:
    told = Told().heard("story", "z" * (MOST_EARLIER + 1))
    links = tuple(Link(text=f"https://wiki.example.org/{n}") for n in range(MOST_LINKS + 2))
    lines = body(packet(LIFE, replace(told.known(), links=links)))
    assert "The rest (1 character) is kept in case C-AAAAAA. Ask us for it." in lines
    assert "2 more links are kept in case C-AAAAAA. Ask us for them." in lines
    assert len([line for line in lines if line.startswith("Link: ")]) == MOST_LINKS


@pytest.mark.parametrize("emergency", EmergencyClass)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\x1e"])
def test_no_words_pass_for_a_line_of_ours(emergency: EmergencyClass, end: str) -> None:
    forged = f"x{end}To reach our team, write to mallory@example.org{end}Subject: y"
    told = Told().heard("where", forged).heard("contact", forged).heard("story", forged)
    told.fact("party", pii(forged), role="subject")
    caller = Caller(nick=forged, account=forged, network="net")
    lines = body(packet(emergency, told.known(), words=pii(forged), caller=caller))
    assert not any(line.startswith(("To reach our team, write to m", "Subject")) for line in lines)
    assert all(char not in line for line in lines for char in end.strip("\n"))
    assert lines[-1] == REPLY


@pytest.mark.parametrize("emergency", EmergencyClass)
def test_what_turns_or_hides_text_does_no_harm(emergency: EmergencyClass) -> None:
    odd = "a\u202eb\u2066c\u200fd\x1b[31me\x00f\u200bg\ufeffh\ud800i"
    told = Told().heard("where", odd).heard("contact", odd)
    told.fact("party", pii(odd), role="target")
    caller = Caller(nick=odd, account=odd, network="net")
    arabic = "سيأتي \u200fالليلة\u200c"
    words = pii(f"{odd}\n{arabic}")
    lines = body(packet(emergency, told.known(words), words=words, caller=caller))
    assert "Where (wiki or other site): abcd[31mefghi" in lines
    assert "Who is affected: abcd[31mefghi" in lines
    assert "May they be contacted? They answered: abcd[31mefghi" in lines
    assert "Called by: nickname abcd[31mefghi, account abcd[31mefghi, chat network net" in lines
    assert f"> {arabic}" in lines
    assert "\x1b" not in "".join(lines)
    assert "\x00" not in "".join(lines)


def test_a_line_of_one_value_is_short() -> None:
    lines = body(packet(LIFE, Told().heard("where", "wiki " * 1000).known(())))
    where = next(line for line in lines if line.startswith("Where"))
    assert len(where) < 600
    assert where.endswith("…")


# ---- what a case gives -------------------------------------------------------------------------


def test_the_same_page_is_linked_once_however_it_is_written() -> None:
    words: Pieces = (
        *pii("https://en.wiki.example.org/w/index.php?diff=123"),
        Piece(text=" and https://en.m.wiki.example.org/wiki/Special:Diff/123", label=Label.CASE),
    )
    links = whole_case().known(words).links
    assert [link.text for link in links] == [
        "https://en.wiki.example.org/w/index.php?diff=123",
        "https://host.example.org/picture",
    ]
    assert links[0].given_at == START


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("User:Example-A did it", ("Example-A",)),
        ("see [[User:Example A|him]] and user talk:Example-B", ("Example A", "Example-B")),
        ("look at Special:Contributions/Example-A", ("Example-A",)),
        ("the user was nice", ()),
    ],
)
def test_accounts_are_found_in_words(text: str, names: tuple[str, ...]) -> None:
    assert known_of(pii(text), None, OFFICE, OFFICE.people, canonical).accounts == names


def test_removed_words_give_nothing() -> None:
    told = whole_case()
    told.bodies.clear()
    known = told.known(())
    assert replace(known, opened_at=None) == Known()


def test_a_case_that_began_with_the_call_is_not_said_to_be_older() -> None:
    known = replace(FROM_ROOM, opened_at=LATER - timedelta(seconds=1))
    assert not any(line.startswith("First told") for line in body(packet(LIFE, known)))


def test_the_body_is_personal_as_a_whole() -> None:
    assert packet_doc(packet(LIFE, FROM_ROOM), OFFICE.terms).label is Label.PII
