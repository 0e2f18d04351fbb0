"""From a reporter's words to facts: number what is personal, note names and links for lookup."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from bot.core.case import facts
from bot.core.danger.judge import judge
from bot.core.words.cases import CaseView
from bot.core.words.facts import Fact, Mark, MarkKind
from bot.core.words.names import USER_PREFIX, mentioned
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Person
from bot.core.words.text import Pieces, of_case, plain, without_files

#: Returns the canonical form of a text that is a link, None for any other text.
Canonical = Callable[[str], str | None]

#: Questions whose answers name somebody, and what that makes of them.
PARTY_QUESTIONS = {"who": "subject", "whom": "target"}

#: A name longer than this many words, or beyond this many words of an answer, is not looked for.
NAME_WORDS = 4
MOST_WORDS = 60

_EDGES = " \t.,;:!?()[]{}<>\"'«»„“”"


def report(
    code: str,
    answers: tuple[tuple[str, Pieces], ...],
    *,
    kind: str,
    at: datetime,
    by: str | None,
    has_reporter: bool,
    promised: tuple[datetime, str],
    canonical: Canonical,
    people: Iterable[Person] = (),
    reporter: str | None = None,
    kept_out: Iterable[Person] = (),
    child: bool = False,
) -> tuple[Fact, ...]:
    """Return the first facts of a case that begins with somebody's words.

    `people` are those who must not hear of the case where the words name them; `reporter` is the
    identity of whoever reports, who keeps a reporter's view whatever they are besides. `kept_out`
    must not hear of it, whatever the words name. `child` as for `answer`; one answer that tells
    of such a thing counts for all.
    """
    child = child or any(_of_child(words) for _, words in answers)
    marks: tuple[Mark, ...] = ()
    if reporter is not None:
        marks = (Mark(kind=MarkKind.PARTY, value=reporter),)
    for person in kept_out:
        marks += facts.person_marks(person)
    first = facts.opened(
        at=at,
        by=by,
        kind=kind,
        has_reporter=has_reporter,
        next_at=promised[0],
        next_what=promised[1],
        marks=marks,
    )
    recorded: list[Fact] = [first]
    number = 1
    for question, words in answers:
        if not plain(words).strip():
            continue
        fact, number = answer(
            code,
            question,
            words,
            at=at,
            first=number,
            canonical=canonical,
            people=people,
            child=child,
        )
        recorded.append(fact)
    return tuple(recorded)


def answer(
    code: str,
    question: str,
    words: Pieces,
    *,
    at: datetime,
    first: int,
    canonical: Canonical,
    people: Iterable[Person] = (),
    child: bool = False,
) -> tuple[Fact, int]:
    """Return the fact of one answer, and the number that the next evidence gets.

    Whoever of `people` is named anywhere in it, whatever the question, is marked as a party.
    Where the case, or the answer, is about the abuse of a `child`, nothing is kept that leads to
    a file.
    """
    bare = without_files(words)
    if child or _of_child(bare):
        words = bare
    numbered, evidence = of_case(words, code, first)
    links = {number: link for number, text in evidence if (link := canonical(text))}
    marks = tuple(Mark(kind=MarkKind.LINK, value=link) for link in links.values())
    for person in mentioned(plain(bare), people):
        marks += facts.person_marks(person)
    if question in PARTY_QUESTIONS:
        made = facts.party(at=at, by=None, role=PARTY_QUESTIONS[question], name=numbered)
        marks += tuple(Mark(kind=MarkKind.PARTY, value=name) for name in names_in(plain(bare)))
        made = replace(made, data={**made.data, "question": question}, marks=marks)
    else:
        made = facts.heard(
            at=at, question=question, pieces=numbered, links=tuple(links), marks=marks
        )
    return made, first + len(evidence)


def is_of_child(case: CaseView | None) -> bool:
    """Whether somebody called for a child in this case: then nothing that leads to files is kept."""
    entries = () if case is None else case.entries
    return any(
        entry.kind == facts.FactKind.CALLED
        and entry.data.get("emergency") == EmergencyClass.CHILD
        and not entry.undone
        for entry in entries
    )


def _of_child(words: Pieces) -> bool:
    return judge(plain(without_files(words))).emergency is EmergencyClass.CHILD


def names_in(text: str) -> tuple[str, ...]:
    """Return every run of words in an answer that could be the name of an account.

    Somebody asked for a name writes a sentence as often as a name, so each run of up to four
    words counts. Too many names exclude a handler too often; too few, once too rarely.
    """
    cleaned = USER_PREFIX.sub("", text)
    words = [word for part in cleaned.split() if (word := part.strip(_EDGES))][:MOST_WORDS]
    runs = (
        " ".join(words[start : start + length])
        for length in range(1, NAME_WORDS + 1)
        for start in range(len(words) - length + 1)
    )
    return tuple(dict.fromkeys(runs))
