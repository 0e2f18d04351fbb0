"""What an emergency mail can say of a case: what the reporter and the team told of it.

Notes, votes, and what was said to anybody stay where they are. Nothing is fetched.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.words.cases import CaseView, Entry
from bot.core.words.labels import Label
from bot.core.words.names import bare_name, mentioned
from bot.core.words.people import Person
from bot.core.words.readers import Cases
from bot.core.words.text import Pieces, plain, without_files

#: Kinds of facts whose words may leave the team, and questions that are none of a story's.
_HEARD, _PARTY, _OPENED, _LINKED = "heard", "party", "opened", "linked"
_OURS = frozenset({"where", "when", "who", "whom", "contact", "pass-on", "danger", "delete-asked"})
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WIKI = re.compile(r"(\S*[^\s/]) (?:rev \d+|page |id \d+|log \d+|contribs |logs )")
_USER = re.compile(
    r"\[\[[^\[\]]{0,40}\buser(?:[ _]talk)?:[^\[\]]{1,200}\]\]"
    r"|(?:\buser(?:[ _]talk)?:|\bspecial:contrib(?:ution)?s/)\s?[^\s\[\]|/?#&,;]{1,200}",
    re.IGNORECASE,
)
_USER_KEY = re.compile(r"(?:\A| )(?:page user(?:_talk)?:|contribs )([^/]+)", re.IGNORECASE)
#: Refusals, doubts and bounds in all languages of the lists: what is held back in error is kept in
#: the case, what goes out in error cannot be taken back.
_REFUSED = re.compile(
    r"\b(?:no|nope|nah|not|never|nobody|none|rather|unsure|maybe|perhaps|later|stop|skip|idk"
    r"|\w+n['’]t|dont|cant|wont|only|just|private|privately|secret|keep"
    r"|nein|ne|nicht|kein\w*|nie|niemals|nur|lieber|privat|geheim|vielleicht"
    r"|non|pas|jamais|seulement|uniquement|privé|peut-être"
    r"|nunca|jamás|ningun\w*|solo|sólo|privado|quizás?|tal vez"
    r"|não|nao|jamais|somente|só|talvez"
    r"|нет|не|никогда|только|лично|может"
    r"|لا|ليس|فقط|ربما)\b|[不别別没沒只]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it was given, and when; None: with this very call."""

    text: str
    given_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a call besides its words, as people wrote it.

    `contact` is how the reporter may be reached, set only where they agreed; `refused` says that
    they were asked and did not. `earlier` are the words of the same case, oldest first.
    """

    where: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    when: tuple[str, ...] = ()
    opened_at: datetime | None = None
    contact: str | None = None
    refused: bool = False
    earlier: tuple[str, ...] = ()


def known_of(
    words: Pieces,
    view: CaseView | None,
    cases: Cases,
    people: Iterable[Person],
    canonical: Callable[[str], str | None],
) -> Known:
    """Gather what a call's words and its own case tell; `view` is None for one not yet written.

    `canonical` returns the key of a text that is a link, None for any other. `people` are those
    whose names the team's own words must not carry out.
    """
    told = _Told(view, cases)
    links = [*told.links(), *(Link(text=text) for text in _links_in(words, canonical))]
    keys = {link.text: canonical(link.text) or "" for link in links}
    contact = next(reversed(told.answers("contact")), None)
    agreed = contact is not None and _REFUSED.search(contact) is None
    earlier = told.earlier(tuple(people))
    said = plain(without_files(words))
    users = [
        found[1].replace("_", " ") for key in keys.values() if (found := _USER_KEY.search(key))
    ]
    users += [bare_name(found[0]) for text in (*earlier, said) for found in _USER.finditer(text)]
    wikis = [found[1] for key in keys.values() if (found := _WIKI.match(key))]
    reported, affected = told.party("subject"), told.party("target")
    return Known(
        where=_each((*told.answers("where"), *wikis)),
        reported=reported,
        affected=affected,
        accounts=tuple(name for name in _each(users) if name not in {*reported, *affected}),
        links=_once(links, keys),
        when=told.answers("when"),
        opened_at=None if view is None else view.opened_at,
        contact=contact if agreed else None,
        refused=contact is not None and not agreed,
        earlier=tuple(text for text in earlier if text.strip() not in said),
    )


class _Told:
    """The facts of a case, as far as their words may be passed on."""

    def __init__(self, view: CaseView | None, cases: Cases) -> None:
        self._view = view
        self._cases = cases

    def answers(self, question: str) -> tuple[str, ...]:
        """Return the answers to a question, in order."""
        found = (e for e in self._facts(_HEARD) if e.data.get("question") == question)
        return _each(text for entry in found for text in self._text(entry))

    def party(self, role: str) -> tuple[str, ...]:
        """Return who has this role in the case."""
        found = (e for e in self._facts(_PARTY) if e.data.get("role") == role)
        return _each(text for entry in found for text in self._text(entry))

    def earlier(self, people: tuple[Person, ...]) -> tuple[str, ...]:
        """Return the words of the case. What the team may have said itself names none of them."""
        return tuple(
            text
            for entry in self._facts(_HEARD, _OPENED)
            if entry.data.get("question") not in _OURS
            for text in self._text(entry)
            if not (_may_be_ours(entry) and mentioned(text, people))
        )

    def links(self) -> Iterator[Link]:
        """Yield the links that the evidence holds, but for those in notes."""
        if self._view is None:
            return
        given = {entry.seq: entry.at for entry in self._facts(_HEARD, _PARTY, _OPENED, _LINKED)}
        for item in self._view.evidence:
            if not item.link or item.seq not in given:
                continue
            words = self._cases.words(self._view.code, item.seq) or ()
            text = plain(tuple(piece for piece in words if piece.number == item.number))
            if text:
                yield Link(text=text, given_at=given[item.seq])

    def _facts(self, *kinds: str) -> Iterator[Entry]:
        for entry in () if self._view is None else self._view.entries:
            if entry.kind in kinds and entry.words and not entry.undone:
                yield entry

    def _text(self, entry: Entry) -> Iterator[str]:
        if self._view is not None:
            text = plain(without_files(self._cases.words(self._view.code, entry.seq) or ()))
            if text.strip():
                yield text


def _may_be_ours(entry: Entry) -> bool:
    return entry.kind == _OPENED or entry.data.get("question") == "call"


def _links_in(words: Pieces, canonical: Callable[[str], str | None]) -> Iterator[str]:
    """Yield the links of words: what was taken for one as it came in, and what looks like one."""
    for piece in words:
        if piece.label is Label.PII and canonical(piece.text) is not None:
            yield piece.text
        else:
            yield from _LINK.findall(piece.text)


def _once(links: Iterable[Link], keys: dict[str, str]) -> tuple[Link, ...]:
    """Return links without those that lead to the same page as one before."""
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(keys[link.text] or link.text, link)
    return tuple(found.values())


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts))
