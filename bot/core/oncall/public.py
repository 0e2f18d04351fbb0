"""A public call word: people on call are rung, and the room hears no more than that they are.

Nothing is mailed. What was said is kept in a case. As long as a page of such calls is live,
further ones join it and are kept in the same case: they ring nobody anew, and whoever took it
hears of them every quarter of an hour at most.
"""

from dataclasses import replace

from bot.core.oncall.calls import QUESTION, QUIET
from bot.core.oncall.classes import class_of
from bot.core.oncall.context import CallContext
from bot.core.oncall.ladder import PageInput, advance
from bot.core.oncall.reach import takers_of
from bot.core.oncall.tell import tell
from bot.core.words.effects import (
    Answer,
    Called,
    Effects,
    Hear,
    OpenReport,
    PublicCall,
    SavePage,
)
from bot.core.words.ids import CodeKind
from bot.core.words.labels import Label
from bot.core.words.names import mentioned
from bot.core.words.pages import Page, PageState
from bot.core.words.text import Msg, doc, plain, team


def expand_public(effect: PublicCall, ctx: CallContext) -> Effects:
    """Return everything that such a call means, in the order in which it is written.

    A call that names people of the team rings the others: it joins no page that rings them.
    """
    heard = Answer(doc=doc(Msg("call.heard"), label=Label.PUBLIC), plain_message=True)
    named = _named(effect, ctx)
    live = (page for page in ctx.pages.live() if page.emergency is None and not page.exposure)
    page = next((page for page in live if page.case and ctx.excluded(page.case) >= named), None)
    if page is not None and page.case is not None:
        return [*_joined(page, page.case, effect, ctx), heard]
    code = ctx.cases.fresh_code(CodeKind.CASE, ctx.dice)
    page = Page(
        code=ctx.cases.fresh_code(CodeKind.PAGE, ctx.dice),
        emergency=None,
        case=code,
        opened_at=ctx.now,
    )
    # The case is not written yet, so nobody is known to be recused from it.
    ctx = replace(ctx, excluded=lambda _code: named)
    ring = advance(page, PageInput.RING, ctx.now, ctx.terms.ladder, ctx.who(page))
    return [
        OpenReport(code=code, answers=((QUESTION, effect.words),), by=effect.by),
        *ring.effects,
        Called(code=code, page=page.code, emergency=None, by=effect.by),
        heard,
    ]


def _named(effect: PublicCall, ctx: CallContext) -> frozenset[str]:
    if effect.by is not None:
        return frozenset()
    return frozenset(person.name for person in mentioned(plain(effect.words), ctx.terms.people))


def _joined(page: Page, case: str, effect: PublicCall, ctx: CallContext) -> Effects:
    page = replace(page, calls=page.calls + 1, called_at=ctx.now)
    effects: Effects = [
        Hear(code=case, question=QUESTION, words=effect.words),
        Called(code=case, page=page.code, emergency=None, by=effect.by),
        SavePage(page=page),
    ]
    told = [row.created_at for row in ctx.rows(page.code) if row.key.startswith("joined:")]
    if page.state is PageState.ACKED and all(ctx.now - at >= QUIET for at in told):
        line = Msg("page.joined", (team(page.code), class_of(page), team(case)))
        effects += tell(page, takers_of(page, ctx.who(page)), (line,), ctx.now, kind="joined")
    return effects
