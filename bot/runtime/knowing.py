"""What those who read along in a place may know of: the doors that a command reads through."""

from collections.abc import Sequence

from bot.core.words.cases import CaseRow, CaseStatus, CaseView
from bot.core.words.facts import Mark
from bot.core.words.ids import CodeKind, Dice
from bot.core.words.people import Person
from bot.core.words.ports import Unit, Viewer
from bot.core.words.text import Pieces


class CasesHere:
    """The cases that the asker may speak of in front of those present.

    A case that only somebody present must not hear of is as absent as any other; `kept_back`
    holds its code, so that the asker can be told of it elsewhere.
    """

    def __init__(self, unit: Unit, asker: Person | None, present: tuple[Person, ...]) -> None:
        """Take who asks and who else reads the answer."""
        self._here = unit.cases(Viewer(person=asker, present=present))
        self._alone = unit.cases(Viewer(person=asker))
        self._handles = asker is not None and asker.handles_cases
        self.kept_back: list[str] = []

    def find(self, code: str) -> CaseView | None:
        """Return a case; None when there is none, or it is not for everybody here.

        What is kept back is not opened to find that out: it must cost what an absent one does.
        """
        found = self._here.find(code)
        if found is None and self._handles and self._alone.known(code):
            self.kept_back.append(code)
        return found

    def rows(self, *, status: CaseStatus | None = CaseStatus.OPEN) -> Sequence[CaseRow]:
        """Return the rows of visible cases, the next date first; None means any status."""
        return self._here.rows(status=status)

    def words(self, code: str, seq: int) -> Pieces | None:
        """Return the words of a fact; None once they are removed."""
        return self._here.words(code, seq)

    def marked(self, mark: Mark) -> Sequence[str]:
        """Return the codes of visible cases that carry this mark."""
        return self._here.marked(mark)

    def fresh_code(self, kind: CodeKind, dice: Dice) -> str:
        """Return a code of this kind that was never used."""
        return self._here.fresh_code(kind, dice)

    def known(self, code: str) -> bool:
        """Tell whether there is such a case for everybody here; the ombuds may know that, too."""
        found = self._here.known(code)
        if not found and self._alone.known(code):
            self.kept_back.append(code)
        return found

    def kept_out(self, code: str, people: Sequence[Person]) -> tuple[str, ...]:
        """Return which of these people are named in a case that is `known`, and so kept out."""
        return self._here.kept_out(code, people)
