"""Which emergency a line means, and which of them the asker may know of."""

from dataclasses import dataclass

from bot.core.words.ids import CodeKind, Slip, read_code
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.readers import Cases, Pages
from bot.core.words.text import Msg


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The calls that somebody may know of: those of the cases that they can find.

    Whoever is on call without working cases can find none, and is rung all the same.
    """

    cases: Cases
    person: Person | None

    def __contains__(self, page: Page) -> bool:
        handles = self.person is not None and self.person.handles_cases
        return not handles or page.case is None or self.cases.find(page.case) is not None

    def rings(self, page: Page) -> bool:
        """Tell whether a call is not one that only somebody else is rung for."""
        return page.whom is None or (self.person is not None and page.whom == self.person.name)


def page_of(typed: str, pages: Pages, known: Known) -> Page | Msg:
    """Return the page that a code means, its own or a case's; else what to answer.

    One that is not there and one that is not for the asker get the same words.
    """
    read = read_code(typed, CodeKind.PAGE) or read_code(typed, CodeKind.CASE)
    if isinstance(read, Slip):
        return Msg("case.slip")
    page = pages.find(read) if read is not None else None
    if page is not None and page.whom is not None and page.code != read:
        page = _of_case(str(read), page, pages, known)
    if page is None or page not in known:
        return Msg("ack.none")
    return page


def _of_case(case: str, found: Page, pages: Pages, known: Known) -> Page:
    """Return the emergency of a case where a colleague is wanted for it as well."""
    about = [page for page in pages.live() if case in (pages.cases_of(page) or ())]
    meant = sorted(filter(known.rings, about), key=lambda page: page.whom is not None)
    return meant[0] if meant else found
