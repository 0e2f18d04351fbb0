"""What people and rooms are told about a page: codes, class and age, never content."""

import re
from collections.abc import Iterable
from datetime import datetime

from bot.core.oncall.classes import class_of
from bot.core.oncall.reach import Who
from bot.core.words.effects import Effect, Lane, Mail, Post, ToPerson, ToRoom
from bot.core.words.pages import Page
from bot.core.words.people import Person
from bot.core.words.text import Count, Doc, Line, Msg, doc, public, team

_RING = re.compile(r"(ring(?:-room)?:.+:)\d{8}T\d{12}(.*)")


def ring_line(page: Page, now: datetime, who: Who) -> Msg:
    """Return the line that rings: code, class and age, and how to take it."""
    minutes = max(0, int((now - page.opened_at).total_seconds()) // 60)
    code, what, prefix = team(page.code), class_of(page), public(who.prefix)
    if minutes == 0:
        return Msg("page.ring-now", (code, what, prefix))
    return Msg("page.ring", (code, what, Count(number=minutes), prefix))


def marked(page: Page, line: Line) -> Line:
    """Return a line about a page; where it is a drill, the first word says so."""
    return Msg("drill.word", (line,)) if page.drill else line


def tell(
    page: Page, people: Iterable[Person], lines: tuple[Line, ...], now: datetime, *, kind: str
) -> list[Effect]:
    """Say lines to people about a page, by every route they have. Keys hold the moment."""
    told: list[Effect] = []
    subject = Msg("drill.subject" if page.drill else "page.subject", (team(page.code),))
    body = [marked(page, line) for line in (*lines, Msg("page.mail.how"))]
    for person in people:
        key = f"{kind}:{page.code}:{person.name}:{_stamp(now)}"
        if person.accounts:
            told.append(
                Post(
                    to=ToPerson(name=person.name),
                    doc=_spoken(page, lines),
                    key=key,
                    lane=Lane.PAGE,
                    case=page.case,
                    page=page.code,
                    plain_message=True,
                )
            )
        if person.mail:
            told.append(
                Mail(
                    to=person.mail,
                    subject=subject,
                    body=doc(*body),
                    key=f"{key}:mail",
                    lane=Lane.PAGE,
                    case=page.case,
                    page=page.code,
                )
            )
    return told


def tell_rooms(
    page: Page, who: Who, lines: tuple[Line, ...], now: datetime, *, kind: str
) -> list[Effect]:
    """Say lines about a page in the rooms that hear of it."""
    return [
        Post(
            to=ToRoom(room=room),
            doc=_spoken(page, lines),
            key=f"{kind}:{page.code}:{room}:{_stamp(now)}",
            lane=Lane.PAGE,
            case=page.case,
            page=page.code,
            plain_message=True,
        )
        for room in who.rooms
    ]


def _spoken(page: Page, lines: tuple[Line, ...]) -> Doc:
    instead = Msg("drill.public" if page.drill else "page.public")
    return doc(*(marked(page, line) for line in lines), instead=instead)


def _stamp(now: datetime) -> str:
    return f"{now:%Y%m%dT%H%M%S%f}"


def latest_ring(key: str, page: Page) -> str | None:
    """Return the key of a page's latest ring for whom the ring with `key` is; None for no ring."""
    ring = _RING.fullmatch(key)
    if ring is None or page.rung_at is None:
        return None
    return f"{ring[1]}{_stamp(page.rung_at)}{ring[2]}"
