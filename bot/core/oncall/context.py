"""What a call for help is decided from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from bot.core.oncall.reach import Who, who_of
from bot.core.words.ids import Dice
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.ports import Kept, OutboxRow
from bot.core.words.readers import Cases, Pages, Terms
from bot.core.words.rota import Rota


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """What a call, or a page's timer, is decided from.

    `cases` and `pages` read for the bot itself, not for the caller. `rows` returns the outbox
    rows of a page, whatever their state; `excluded` the names of those who must not hear of a
    case; `rota` says who is on call. The rest is about the caller, where there is one: `person` for roster people only.
    For a timer `identity` is its `data["caller"]`, if it has one. `canonical` returns the key of
    a text that is a link, None for any other. `kept` is where what is decided will be kept.
    """

    now: datetime
    dice: Dice
    terms: Terms
    cases: Cases
    pages: Pages
    rows: Callable[[str], Sequence[OutboxRow]]
    excluded: Callable[[str], frozenset[str]]
    rota: Rota
    in_dm: bool = True
    person: Person | None = None
    identity: str | None = None
    nick: str | None = None
    canonical: Callable[[str], str | None] = lambda _text: None
    kept: Kept = Kept.DATABASE

    def who(self, page: Page) -> Who:
        """Return whom a page can reach."""
        excluded = frozenset[str]() if page.case is None else self.excluded(page.case)
        return who_of(page, self.terms, self.rota, self.now, excluded)


def told_prefix(page: Page) -> str:
    """Return how the keys begin of what strangers who joined a page are told."""
    return f"told:{page.code}:"


def caller_mark(page: Page, identity: str) -> str:
    """Return what stands for a caller in keys of this page: a row forgets whom it was for."""
    return blake2s(f"{page.code} {identity}".encode(), digest_size=8).hexdigest()
