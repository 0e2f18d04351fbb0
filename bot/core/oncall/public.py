"""A public call word: people on call are rung, and the room hears no more than that they are.

Nothing is mailed. What was said is kept in a case. As long as a page of such calls is live,
further ones join it and are kept in the same case: they ring nobody anew, and whoever took it
hears of all of them, every quarter of an hour at most.
"""

from dataclasses import replace

from bot.core.oncall.behind import joined
from bot.core.oncall.calls import QUESTION
from bot.core.oncall.context import CallContext
from bot.core.oncall.ladder import PageInput, advance
from bot.core.words.effects import (
    Answer,
    Called,
    Effects,
    Hear,
    OpenReport,
    PublicCall,
)
from bot.core.words.ids import CodeKind
from bot.core.words.labels import Label
from bot.core.words.names import mentioned
from bot.core.words.pages import Page
from bot.core.words.text import Msg, doc, plain


def expand_public(effect: PublicCall, ctx: CallContext) -> Effects:
    """Return everything that such a call means, in the order in which it is written.

    A call that names people of the team rings the others: it joins no page that rings them.
    """
    heard = Answer(doc=doc(Msg("call.heard"), label=Label.PUBLIC), plain_message=True)
    named = _named(effect, ctx)
    live = (page for page in ctx.pages.live() if _is_call(page))
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


def _is_call(page: Page) -> bool:
    """Tell whether a page is of a call in a room: no exposure, drill, or ring for one person."""
    special = page.exposure or page.drill or page.whom is not None
    return page.emergency is None and not special


def _named(effect: PublicCall, ctx: CallContext) -> frozenset[str]:
    if effect.by is not None:
        return frozenset()
    return frozenset(person.name for person in mentioned(plain(effect.words), ctx.terms.people))


def _joined(page: Page, case: str, effect: PublicCall, ctx: CallContext) -> Effects:
    page = replace(page, calls=page.calls + 1, called_at=ctx.now)
    step = joined(page, case, ctx, new=False, by=effect.by)
    return [
        Hear(code=case, question=QUESTION, words=effect.words),
        *step.effects,
        Called(code=case, page=page.code, emergency=None, by=effect.by),
    ]
