"""What a drill has shown: who was rung, what arrived, who answered and how soon. Blames nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.oncall.context import CallContext
from bot.core.oncall.reach import steps_of, who_of
from bot.core.oncall.tell import marked
from bot.core.oncall.watch import listed
from bot.core.words.effects import Effects, Post, ToPerson, ToRoom
from bot.core.words.pages import Page
from bot.core.words.people import Role
from bot.core.words.ports import OutboxRow, RowState
from bot.core.words.text import Arg, Count, Line, Msg, doc, public, team

#: How drills end that say what would happen in earnest, and the one of which no room hears.
_WHOLE = "over"
_REAL = "real"
_MINUTE = timedelta(minutes=1)
_RING = "ring"
#: Kinds of rows that are said in rooms end so.
_ROOM = "-room"
_MAIL = "mail"


def called(page: Page, ctx: CallContext) -> tuple[str, ...]:
    """Return the names of everybody who was rung, or was to be, or answered; each once."""
    who = who_of(page, ctx.terms, ctx.rota, page.opened_at)
    steps = steps_of(page, ctx.terms.ladder, who)[: page.step + 1]
    meant = [person.name for step in steps for person in step]
    rung = [name for kind, name, _, _ in _rows(page, ctx) if kind == _RING]
    return tuple(dict.fromkeys((*rung, *meant, *(name for name, _ in page.answers))))


def report(page: Page, end: str, at: datetime, case: str | None, ctx: CallContext) -> Effects:
    """Return what the team's rooms and, by DM, operators are told of a drill that is over.

    `end` is how it ended, at the moment `at`. Where a real call about `case` ended it, the rooms
    have other worries, and nobody is told who must not hear of that case.
    """
    lines = [marked(page, line) for line in _lines(page, end, at, ctx)]
    words = doc(*lines, instead=Msg("drill.public"))
    key = f"drill-report:{page.code}"
    operators = [person for person in ctx.terms.people if Role.OPERATOR in person.roles]
    rooms = () if end == _REAL else ctx.terms.team_rooms
    return [
        *(Post(to=ToRoom(room=room), doc=words, key=f"{key}:{room}", case=case) for room in rooms),
        *(
            Post(
                to=ToPerson(name=person.name),
                doc=words,
                key=f"{key}:by-dm:{person.name}",
                case=case,
            )
            for person in operators
        ),
    ]


def _lines(page: Page, end: str, at: datetime, ctx: CallContext) -> Iterator[Line]:
    names = called(page, ctx)
    answered = dict(page.answers)
    code = team(page.code)
    nobody = end == _WHOLE and not answered
    if nobody:
        yield Msg("drill.end.nobody", (code,))
        yield Msg("drill.called", (_listed([team(name) for name in names]),))
    else:
        lasted = Count(number=_minutes(page, at))
        counts = (Count(number=len(names)), Count(number=len(answered)))
        yield Msg(f"drill.end.{end}", (code, lasted, *counts))
    if answered:
        after = [_after(page, name, min(when, at)) for name, when in answered.items()]
        yield Msg("drill.answered", (listed(after),))
    silent = [team(name) for name in names if name not in answered]
    if silent and not nobody:
        yield Msg("drill.silent" if answered else "drill.silent-all", (listed(silent),))
    yield from _routes(page, names, ctx)
    if nobody:
        yield Msg("drill.help", (public(ctx.terms.prefix),))


def _after(page: Page, name: str, when: datetime) -> Msg:
    minutes = _minutes(page, when)
    if minutes < 1:
        return Msg("drill.at-once", (team(name),))
    return Msg("drill.after", (team(name), Count(number=minutes)))


def _minutes(page: Page, at: datetime) -> int:
    """Return whole minutes since the drill began; a clock that was set does not show."""
    return max(at - page.opened_at, timedelta()) // _MINUTE


def _routes(page: Page, names: Sequence[str], ctx: CallContext) -> Iterator[Line]:
    """Yield by which routes something arrived with each one, and by which nothing did.

    Of a route on which nothing was tried to its end nothing is said.
    """
    found: dict[tuple[str, str], list[OutboxRow]] = {}
    for _, name, route, row in _rows(page, ctx):
        found.setdefault((name, route), []).append(row)
    came: dict[str, list[Arg]] = {}
    lost: dict[str, list[Arg]] = {}
    for (name, route), rows in found.items():
        if any(row.state is RowState.SENT for row in rows):
            came.setdefault(name, []).append(_route(route))
        elif any(row.tries for row in rows):
            lost.setdefault(name, []).append(_route(route))
    with_routes = {name for name, _ in found}
    for name in names:
        if name not in with_routes:
            lost[name] = [Msg("drill.no-route")]
    good, bad = _by_name(came), _by_name(lost)
    if good and bad:
        yield Msg("drill.arrived-some", (listed(good), listed(bad)))
    elif good:
        yield Msg("drill.arrived-all", (listed(good),))
    elif bad:
        yield Msg("drill.arrived-none", (listed(bad),))


def _by_name(routes: dict[str, list[Arg]]) -> list[Arg]:
    return [Msg("drill.by", (team(name), listed(by))) for name, by in routes.items()]


def _route(route: str) -> Arg:
    return Msg("drill.mail") if route == _MAIL else team(route)


def _rows(page: Page, ctx: CallContext) -> Iterator[tuple[str, str, str, OutboxRow]]:
    """Yield the kind, the person, the route and the row of all that was for somebody alone.

    A row that has gone forgets whom it was for, but for its key (`tell`).
    """
    for row in ctx.rows(page.code):
        kind, code, name, rest = (*row.key.split(":", 3), "", "", "")[:4]
        if code != page.code or kind.endswith(_ROOM):
            continue
        if rest.endswith(f":{_MAIL}"):
            yield kind, name, _MAIL, row
        elif "@" in rest:
            yield kind, name, rest.partition("@")[2].partition("/")[0], row


def _listed(items: Sequence[Arg]) -> Arg:
    return listed(items or [Msg("oncall.nobody")])
