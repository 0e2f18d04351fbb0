"""A call for help: what is recorded, who is mailed and who is rung.

Everything that follows from one call comes in one list, so that it goes in with one commit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.oncall.classes import CLASSES, SELF_HARM_KIND, class_of, contact_of
from bot.core.oncall.context import CallContext, caller_mark, told_prefix
from bot.core.oncall.ladder import PageInput, advance
from bot.core.oncall.packet import Caller, Packet, known_of, packet_doc
from bot.core.oncall.reach import takers_of
from bot.core.oncall.routes import FIRST, on_routes, routes_timer
from bot.core.oncall.tell import tell, tell_rooms
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
    SavePage,
)
from bot.core.words.ids import CodeKind
from bot.core.words.names import mentioned
from bot.core.words.pages import Page, PageState
from bot.core.words.ports import OutboxRow
from bot.core.words.text import Msg, plain, team

__all__ = ["CallContext", "expand", "expand_exposure", "on_page_timer", "on_routes"]

#: The question under which the words of a call are kept in a case.
QUESTION = "call"
#: A joined call is mailed, and told to whoever took the page, at most this often.
QUIET = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joining:
    """Where a call belongs.

    `page` is as it is after this call. `fresh` says whether the call made the page, `opens`
    whether it opens its case, `mails` whether it is mailed.
    """

    page: Page
    case: str
    fresh: bool
    opens: bool
    mails: bool


def expand(effect: RaiseEmergency, ctx: CallContext) -> Effects:
    """Return everything that a call for help means, in the order in which it is written.

    Without a case a report is opened. A call about a case that rings already joins its page;
    strangers without a case join one incident, each with a report of their own. The first
    call of each is always mailed.
    """
    named = _named(effect, ctx)
    joining = _joining(effect, ctx, named)
    page, case = joining.page, joining.case
    if joining.opens:
        # The case is not written yet, so nobody is known to be recused from it.
        ctx = replace(ctx, excluded=lambda _code: named)
    return [
        *_recorded(effect, ctx, joining),
        *(_started(page, ctx) if joining.fresh else _joined(joining, ctx)),
        *_honest_word(effect, ctx, joining),
        Called(code=case, page=page.code, emergency=effect.emergency, by=effect.by),
        *(_mails(effect, ctx, joining) if joining.mails else ()),
        *told(effect, ctx, page, case, mailed=joining.mails),
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
    what = PageInput.OVER if _closed(page, ctx) else PageInput.TICK
    return list(advance(page, what, ctx.now, ctx.terms.ladder, ctx.who(page)).effects)


def _closed(page: Page, ctx: CallContext) -> bool:
    views = [ctx.cases.find(code) for code in sorted(_cases_of(page, ctx))]
    return bool(views) and all(view and view.status is CaseStatus.CLOSED for view in views)


def _cases_of(page: Page, ctx: CallContext) -> set[str]:
    """Return the codes of all cases whose calls are on this page."""
    return {code for code in (page.case, *(row.case for row in ctx.rows(page.code))) if code}


# ---- which page ------------------------------------------------------------------------------


def _named(effect: RaiseEmergency, ctx: CallContext) -> frozenset[str]:
    """Return the roster people whom a stranger's call names: they must not hear of it."""
    if effect.case is not None or ctx.person is not None:
        return frozenset()
    return frozenset(person.name for person in mentioned(plain(effect.words), ctx.terms.people))


def _joining(effect: RaiseEmergency, ctx: CallContext, named: frozenset[str]) -> _Joining:
    live = [page for page in ctx.pages.live() if page.emergency is effect.emergency]
    if effect.case is not None:
        page = next((page for page in live if effect.case in _cases_of(page, ctx)), None)
        if page is not None:
            return _join(page, effect.case, ctx, opens=False)
    elif ctx.person is None and effect.identity is not None:
        incident = next((page for page in live if _may_join(page, ctx, named)), None)
        if incident is not None:
            return _join_incident(incident, effect.identity, ctx)
    return _start(effect, ctx)


def _may_join(page: Page, ctx: CallContext, named: frozenset[str]) -> bool:
    """Tell whether a page is the strangers' incident, and rings the people that it should."""
    same = page.case is not None and ctx.excluded(page.case) == named
    return same and any(_told_rows(page, ctx))


def _start(effect: RaiseEmergency, ctx: CallContext) -> _Joining:
    case = effect.case or ctx.cases.fresh_code(CodeKind.CASE, ctx.dice)
    page = Page(
        code=ctx.cases.fresh_code(CodeKind.PAGE, ctx.dice),
        emergency=effect.emergency,
        case=case,
        opened_at=ctx.now,
        caller=effect.identity,
    )
    return _Joining(page=page, case=case, fresh=True, opens=effect.case is None, mails=True)


def _join_incident(page: Page, identity: str, ctx: CallContext) -> _Joining:
    """Join the strangers' incident: with one's own earlier report, or with a new one."""
    mark = caller_mark(page, identity)
    mine = next((row.case for row in _told_rows(page, ctx) if row.key.endswith(mark)), None)
    if mine is not None:
        return _join(page, mine, ctx, opens=False)
    return _join(page, ctx.cases.fresh_code(CodeKind.CASE, ctx.dice), ctx, opens=True)


def _join(page: Page, case: str, ctx: CallContext, *, opens: bool) -> _Joining:
    mails = opens or _quiet_since(f"mail:{page.code}:", page, ctx)
    joined = replace(page, calls=page.calls + 1, called_at=ctx.now)
    return _Joining(page=joined, case=case, fresh=False, opens=opens, mails=mails)


def _told_rows(page: Page, ctx: CallContext) -> Iterator[OutboxRow]:
    return (row for row in ctx.rows(page.code) if row.key.startswith(told_prefix(page)))


def _quiet_since(prefix: str, page: Page, ctx: CallContext) -> bool:
    """Tell whether no row of this kind was made for the page within the quiet time."""
    made = [row.created_at for row in ctx.rows(page.code) if row.key.startswith(prefix)]
    return all(ctx.now - at >= QUIET for at in made)


# ---- what follows ----------------------------------------------------------------------------


def _recorded(effect: RaiseEmergency, ctx: CallContext, joining: _Joining) -> Effects:
    """Keep the words. A reporter's own case has them already, from the interview."""
    if joining.opens:
        kind = SELF_HARM_KIND if effect.self_harm else CLASSES[effect.emergency].kind
        return [
            OpenReport(
                code=joining.case,
                answers=((QUESTION, effect.words),),
                kind=kind,
                identity=effect.identity if ctx.person is None else None,
                by=effect.by,
            )
        ]
    if effect.case is None or ctx.person is not None:
        return [Hear(code=joining.case, question=QUESTION, words=effect.words)]
    return []


def _started(page: Page, ctx: CallContext) -> Effects:
    return list(advance(page, PageInput.RING, ctx.now, ctx.terms.ladder, ctx.who(page)).effects)


def _honest_word(effect: RaiseEmergency, ctx: CallContext, joining: _Joining) -> Effects:
    """Set the timer that looks whether anything went out, once for each who waits."""
    if effect.identity is None or not (joining.fresh or joining.opens):
        return []
    return [routes_timer(joining.page, effect.identity, ctx.now + FIRST)]


def _joined(joining: _Joining, ctx: CallContext) -> Effects:
    """Count the call. Where the page was taken nothing rings, so whoever took it is told."""
    page = joining.page
    effects: Effects = [SavePage(page=page)]
    who = ctx.who(page)
    line = Msg("page.joined", (team(page.code), class_of(page), team(joining.case)))
    if joining.opens:
        effects += tell_rooms(page, who, (line,), ctx.now, kind="joined-room")
    if page.state is PageState.ACKED and _quiet_since(f"joined:{page.code}:", page, ctx):
        effects += tell(page, takers_of(page, who), (line,), ctx.now, kind="joined")
    return effects


def _mails(effect: RaiseEmergency, ctx: CallContext, joining: _Joining) -> Effects:
    page = joining.page
    packet = Packet(
        page=page.code,
        case=joining.case,
        emergency=effect.emergency,
        at=ctx.now,
        words=effect.words,
        caller=Caller.of(ctx.person, ctx.nick, effect.identity),
        known=known_of(None if joining.opens else ctx.cases.find(joining.case), ctx.cases),
    )
    return [
        Mail(
            to=address,
            subject=Msg("emergency.subject", (team(page.code),)),
            body=packet_doc(packet, ctx.terms),
            key=f"mail:{page.code}:{page.calls}:{address}",
            lane=Lane.EMERGENCY,
            case=joining.case,
            page=page.code,
        )
        for address in contact_of(effect.emergency, ctx.terms).mail
    ]
