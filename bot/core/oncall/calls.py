"""A call for help: what is recorded, who is mailed and who is rung.

Everything that follows from one call comes in one list, so that it goes in with one commit.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from bot.core.oncall.behind import about, joined, joined_line, on_time
from bot.core.oncall.classes import CLASSES, SELF_HARM_KIND, contact_of
from bot.core.oncall.context import CallContext, caller_mark
from bot.core.oncall.joining import Joining, joining, named_in
from bot.core.oncall.known import known_of
from bot.core.oncall.ladder import PageInput, advance
from bot.core.oncall.packet import Caller, Packet, packet_doc
from bot.core.oncall.routes import FIRST, on_routes, routes_timer
from bot.core.oncall.tell import tell_rooms
from bot.core.oncall.told import told
from bot.core.words.cases import CaseStatus
from bot.core.words.effects import (
    Called,
    DropTimer,
    Effects,
    Hear,
    Lane,
    Mail,
    OpenReport,
    RaiseEmergency,
    RaiseExposure,
)
from bot.core.words.ids import CodeKind
from bot.core.words.pages import EmergencyClass, Page, PageState
from bot.core.words.text import Msg, team, without_files

__all__ = ["CallContext", "expand", "expand_exposure", "on_page_timer", "on_routes"]

#: The question under which the words of a call are kept in a case.
QUESTION = "call"


def expand(effect: RaiseEmergency, ctx: CallContext) -> Effects:
    """Return everything that a call for help means, in the order in which it is written.

    Without a case a report is opened. A call about a case that rings already joins its page;
    calls of strangers join one incident, each with a report of their own. The first call of each
    is always mailed.
    """
    if effect.emergency is EmergencyClass.CHILD:
        effect = replace(effect, words=without_files(effect.words))
    # Many may have joined: their rows are read once for each call.
    ctx = replace(ctx, rows=cache(ctx.rows))
    named = named_in(effect, ctx)
    place = joining(effect, ctx, named)
    page, case = place.page, place.case
    if place.opens:
        # The case is not written yet, so nobody is known to be recused from it.
        ctx = replace(ctx, excluded=lambda _code: named)
    return [
        *_recorded(effect, ctx, place),
        *(_started(page, ctx) if place.fresh else _joined(effect, ctx, place)),
        *_honest_word(effect, ctx, place),
        Called(code=case, page=page.code, emergency=effect.emergency, by=effect.by),
        *(_mails(effect, ctx, place) if place.mails else ()),
        *told(effect, ctx, page, case, mailed=place.mails),
    ]


def expand_exposure(effect: RaiseExposure, ctx: CallContext) -> Effects:
    """Ring oversighters, else stewards, for private details that are out in the open.

    No emergency mail. A case whose exposure is live already gets nothing more.
    """
    if any(page.exposure and page.case == effect.case for page in ctx.pages.live()):
        return []
    page = Page(
        code=ctx.cases.fresh_code(CodeKind.PAGE, ctx.dice),
        emergency=None,
        case=effect.case,
        opened_at=ctx.now,
        exposure=True,
    )
    step = advance(page, PageInput.RING, ctx.now, ctx.terms.ladder, ctx.who(page))
    return [*step.effects, Called(code=effect.case, page=page.code, emergency=None)]


def on_page_timer(page: Page, ctx: CallContext) -> Effects:
    """Return what a page's own timer asks for.

    A page ends by itself once every case that it is about has been closed.
    """
    if page.state is PageState.ENDED:
        return [DropTimer(key=f"page:{page.code}")]
    who = ctx.who(page)
    if _closed(page, ctx):
        return list(advance(page, PageInput.OVER, ctx.now, ctx.terms.ladder, who).effects)
    behind = on_time(page, ctx)
    if behind.page.state is not page.state:
        return list(behind.effects)
    tick = advance(behind.page, PageInput.TICK, ctx.now, ctx.terms.ladder, who)
    return [*behind.effects, *tick.effects]


def _closed(page: Page, ctx: CallContext) -> bool:
    """Tell whether all its cases are; most often the first one that is asked about is open."""
    views = (ctx.cases.find(code) for code in _cases_of(page, ctx))
    first = next(views, None)
    if first is None or first.status is not CaseStatus.CLOSED:
        return False
    return all(view is not None and view.status is CaseStatus.CLOSED for view in views)


def _cases_of(page: Page, ctx: CallContext) -> Iterator[str]:
    """Yield the codes of all cases whose calls are on this page, its own first."""
    if page.case is not None:
        yield page.case
    joined = {row.case for row in ctx.rows(page.code) if row.case is not None}
    yield from sorted(joined - {page.case})


# ---- what follows ----------------------------------------------------------------------------


def _recorded(effect: RaiseEmergency, ctx: CallContext, place: Joining) -> Effects:
    """Keep the words. A reporter's own case has them already, from the interview."""
    if place.opens:
        kind = SELF_HARM_KIND if effect.self_harm else CLASSES[effect.emergency].kind
        return [
            OpenReport(
                code=place.case,
                answers=((QUESTION, effect.words),),
                kind=kind,
                identity=effect.identity if ctx.person is None else None,
                by=effect.by,
                kept_out=effect.kept_out,
            )
        ]
    if effect.case is None or ctx.person is not None:
        return [Hear(code=place.case, question=QUESTION, words=effect.words)]
    return []


def _started(page: Page, ctx: CallContext) -> Effects:
    return list(advance(page, PageInput.RING, ctx.now, ctx.terms.ladder, ctx.who(page)).effects)


def _honest_word(effect: RaiseEmergency, ctx: CallContext, place: Joining) -> Effects:
    """Set the timer that looks whether anything went out, once for each who waits."""
    if effect.identity is None or not (place.fresh or place.added or place.new):
        return []
    return [routes_timer(place.page, effect.identity, ctx.now + FIRST, ctx.now)]


def _joined(effect: RaiseEmergency, ctx: CallContext, place: Joining) -> Effects:
    """Tell the rooms of each case that is new on the page, and whoever took it of each call."""
    page, case = place.page, place.case
    step = joined(page, case, ctx, new=place.new, by=effect.by)
    if not place.added:
        return list(step.effects)
    line = joined_line(page, case)
    words = tell_rooms(page, ctx.who(page), (line,), ctx.now, kind="joined-room")
    return [*step.effects, *(about(word, case) for word in words)]


def _mails(effect: RaiseEmergency, ctx: CallContext, place: Joining) -> Effects:
    page = place.page
    view = None if place.opens else ctx.cases.find(place.case)
    packet = Packet(
        page=page.code,
        case=place.case,
        emergency=effect.emergency,
        at=ctx.now,
        words=effect.words,
        caller=Caller.of(ctx.person, ctx.nick, effect.identity),
        known=known_of(effect.words, view, ctx.cases, ctx.terms.people, ctx.canonical),
        self_harm=effect.self_harm,
    )
    caller = effect.identity
    mark = "" if caller is None else f":{caller_mark(page, caller)}"
    return [
        Mail(
            to=address,
            subject=Msg("emergency.subject", (team(page.code),)),
            body=packet_doc(packet, ctx.terms),
            key=f"mail:{page.code}:{page.calls}:{address}{mark}",
            lane=Lane.EMERGENCY,
            case=place.case,
            page=page.code,
        )
        for address in contact_of(effect.emergency, ctx.terms).mail
    ]
