"""The door to the cases: what one viewer may know of. All else is as absent as if it never was.

Whether a code is hidden from the viewer or was never given out, the same statements run and
nothing is unsealed: who is named in a case cannot tell that there is one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.words.cases import CaseRow, CaseStatus, CaseView
from bot.core.words.facts import Mark, MarkKind
from bot.core.words.identity import by_account
from bot.core.words.ids import CodeKind, Dice, new_code
from bot.core.words.pages import Page
from bot.core.words.people import Person, Role
from bot.core.words.ports import Viewer
from bot.core.words.text import Pieces
from storage.cases import CaseBook
from storage.pages import PageBook


class CaseDoor:
    """`Cases` for one viewer, in one job."""

    def __init__(self, book: CaseBook, viewer: Viewer) -> None:
        self._book = book
        self._viewer = viewer
        self._hidden: frozenset[int] = frozenset()
        self._hidden_at = -1

    def find(self, code: str) -> CaseView | None:
        """Return a case; None when there is none or it is not for this viewer."""
        case_id = self._visible(code)
        return None if case_id is None else self._book.view(case_id, code)

    def rows(self, *, status: CaseStatus | None = CaseStatus.OPEN) -> Sequence[CaseRow]:
        """Return the rows of visible cases, the next date first; None means any status."""
        if not self._may_look:
            return ()
        wanted = tuple(CaseStatus) if status is None else (status,)
        hidden = self.hidden_cases()
        return [row for one in wanted for row in self._book.rows(one, hidden)]

    def words(self, code: str, seq: int) -> Pieces | None:
        """Return the words of a fact; None once they are removed."""
        case_id = self._visible(code)
        return None if case_id is None else self._book.words(case_id, code, seq)

    def marked(self, mark: Mark) -> Sequence[str]:
        """Return the codes of visible cases that carry this mark."""
        if not self._may_look:
            return ()
        hidden = self.hidden_cases()
        found = (case_id for case_id in self._book.marked(mark) if case_id not in hidden)
        return [self._book.code_of(case_id) for case_id in found]

    def fresh_code(self, kind: CodeKind, dice: Dice) -> str:
        """Return a code of this kind that was never used."""
        code = new_code(kind, dice)
        while self._book.code_used(code):
            code = new_code(kind, dice)
        return code

    def known(self, code: str) -> bool:
        """Tell whether there is such a case for this viewer; the ombuds may know that, too."""
        return self._known(code) is not None

    def kept_out(self, code: str, people: Sequence[Person]) -> tuple[str, ...]:
        """Return which of these people are named in a case that is `known`, and so kept out.

        Whoever reported it is kept out as well, and not told apart here: who reports is for
        nobody to learn.
        """
        case_id = self._known(code)
        if case_id is None:
            return ()
        return tuple(
            person.name for person in people if case_id in self._named(set(person.names()))
        )

    @property
    def _may_look(self) -> bool:
        """Whether this viewer works cases at all."""
        person = self._viewer.person
        return self._viewer.system or (person is not None and person.handles_cases)

    @property
    def _may_know(self) -> bool:
        """Whether this viewer may know which cases there are."""
        person = self._viewer.person
        return self._may_look or (person is not None and Role.OMBUDS in person.roles)

    def _visible(self, code: str) -> int | None:
        return self._known(code) if self._may_look else None

    def _known(self, code: str) -> int | None:
        if not self._may_know:
            return None
        hidden = self.hidden_cases()
        case_id = self._book.id_of(code)
        return None if case_id in hidden else case_id

    def hidden_cases(self) -> frozenset[int]:
        """Return the cases that the viewer, or anybody who reads along, is named in or reported."""
        if self._hidden_at != self._book.marks_version:
            self._hidden = self._named(self._names())
            self._hidden_at = self._book.marks_version
        return self._hidden

    def _named(self, names: set[str]) -> frozenset[int]:
        """Return the cases that carry any of these names."""
        return frozenset(
            case_id
            for name in sorted(names)
            for case_id in self._book.marked(Mark(kind=MarkKind.PARTY, value=name))
        )

    def _names(self) -> set[str]:
        if self._viewer.system:
            return set()
        people = (self._viewer.person, *self._viewer.present)
        return {name for person in people if person is not None for name in _names_of(person)}


def _names_of(person: Person) -> set[str]:
    """Return every mark that keeps somebody out: their names, and that they reported."""
    return {by_account(account) for account in person.accounts} | set(person.names())


class PageDoor:
    """`Pages` that these people may know of: none about a case they are a party to."""

    def __init__(self, pages: PageBook, cases: CaseBook, people: Sequence[Person]) -> None:
        self._pages = pages
        self._door = CaseDoor(cases, Viewer(present=tuple(people)))

    def live(self) -> Sequence[Page]:
        """Return the pages that ring or were taken, oldest first."""
        return self._pages.live(self._door.hidden_cases())

    def taken(self, since: datetime) -> Mapping[str, int]:
        """Return how many of these pages, opened since then, each person has taken."""
        return self._pages.taken(since, self._door.hidden_cases())

    def find(self, code: str) -> Page | None:
        """Return a page by its code, or by its case's code, whatever its state."""
        return self._pages.find(code, self._door.hidden_cases())

    def cases_of(self, page: Page) -> Sequence[str] | None:
        """Return the codes of the cases whose calls are on a page; None where one is hidden."""
        return self._pages.cases_of(page, self._door.hidden_cases())
