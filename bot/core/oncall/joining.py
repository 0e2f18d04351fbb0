"""Which page a call belongs to: its case's own, the strangers' incident, or one that it makes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.oncall.behind import QUIET, passed
from bot.core.oncall.context import CallContext, caller_mark, told_prefix
from bot.core.words.cases import Entry
from bot.core.words.effects import RaiseEmergency
from bot.core.words.ids import CodeKind
from bot.core.words.names import mentioned
from bot.core.words.pages import Page
from bot.core.words.text import plain

_CALLED = "called"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Where a call belongs.

    `page` is as it is after this call. `fresh` says whether the call made the page, `opens`
    whether it opens its case, `added` whether the case was not on the page before, `new` whether
    the caller had not called on it before, `mails` whether the call is mailed.
    """

    page: Page
    case: str
    fresh: bool = False
    opens: bool = False
    added: bool = False
    new: bool = False
    mails: bool = True


def named_in(effect: RaiseEmergency, ctx: CallContext) -> frozenset[str]:
    """Return the roster people who must not hear of a call without a case.

    A stranger's words keep out whom they name.
    """
    if effect.case is not None:
        return frozenset()
    people = ctx.terms.people
    out = frozenset(person.name for person in people if person.name in effect.kept_out)
    if ctx.person is not None:
        return out
    return out | {person.name for person in mentioned(plain(effect.words), people)}


def joining(effect: RaiseEmergency, ctx: CallContext, named: frozenset[str]) -> Joining:
    """Return where a call belongs.

    One about a case that rings already joins its page. Any other call of a stranger joins the
    strangers' incident of its class, unless other people must not hear of it; one of a roster
    person makes a page. The first call of each is mailed, later ones every `QUIET` at most.
    """
    live = [page for page in ctx.pages.live() if _is_of(page, effect)]
    if effect.case is not None:
        page = next((page for page in live if _holds(page, effect.case, ctx)), None)
        if page is not None:
            return _again(page, effect.case, effect, ctx)
    if ctx.person is None:
        found = _own(live, effect, ctx, named) or _incident(live, effect, ctx, named)
        if found is not None:
            return found
    return _start(effect, ctx)


def _is_of(page: Page, effect: RaiseEmergency) -> bool:
    """Tell whether a page is a real one of this class, for everybody."""
    real = not page.exposure and not page.drill and page.whom is None
    return real and page.emergency is effect.emergency


# ---- one's own page ---------------------------------------------------------------------------


def _holds(page: Page, case: str, ctx: CallContext) -> bool:
    """Tell whether a case is on a page, and the page rings whom it may."""
    if page.case == case:
        return True
    return bool(_calls(page, case, ctx)) and _same(page, ctx.excluded(case), ctx)


def _calls(page: Page, case: str, ctx: CallContext) -> Sequence[Entry]:
    """Return the calls about a case that are on a page."""
    view = ctx.cases.find(case)
    entries = () if view is None else view.entries
    return [e for e in entries if e.kind == _CALLED and e.data.get("page") == page.code]


def _again(page: Page, case: str, effect: RaiseEmergency, ctx: CallContext) -> Joining:
    """Join a page that the case is on. Somebody of the roster may call about it as well."""
    new = all(entry.by != effect.by for entry in _calls(page, case, ctx))
    mine = ctx.person is None and effect.identity is not None and page.caller == effect.identity
    new = new and not mine
    return Joining(page=_with(page, ctx), case=case, new=new, mails=new or _quiet(page, case, ctx))


def _own(
    live: Sequence[Page], effect: RaiseEmergency, ctx: CallContext, named: frozenset[str]
) -> Joining | None:
    """Join with one's own earlier report, where whoever is named now is kept out of it already."""
    if effect.case is not None or effect.identity is None:
        return None
    for page in live:
        case = _case_of(page, effect.identity, ctx) if _is_strangers(page, ctx) else None
        if case is not None and _holds(page, case, ctx) and named <= ctx.excluded(case):
            return Joining(page=_with(page, ctx), case=case, mails=_quiet(page, case, ctx))
    return None


def _case_of(page: Page, identity: str, ctx: CallContext) -> str | None:
    """Return the case that a stranger made on a page, None where they have not called there."""
    if page.caller == identity:
        return page.case
    mark = f":{caller_mark(page, identity)}"
    return next((row.case for row in ctx.rows(page.code) if row.key.endswith(mark)), None)


def _quiet(page: Page, case: str, ctx: CallContext) -> bool:
    """Tell whether no mail about the case was made for the page within the quiet time."""
    rows = (row for row in ctx.rows(page.code) if row.case == case)
    made = [row.created_at for row in rows if row.key.startswith(f"mail:{page.code}:")]
    return all(passed(at, QUIET, ctx.now) for at in made)


# ---- the strangers' incident ------------------------------------------------------------------


def _incident(
    live: Sequence[Page], effect: RaiseEmergency, ctx: CallContext, named: frozenset[str]
) -> Joining | None:
    out = named if effect.case is None else ctx.excluded(effect.case)
    page = next((p for p in live if _is_strangers(p, ctx) and _same(p, out, ctx)), None)
    if page is None:
        return None
    known = effect.identity is not None and _case_of(page, effect.identity, ctx) is not None
    return Joining(
        page=_with(page, ctx),
        case=effect.case or ctx.cases.fresh_code(CodeKind.CASE, ctx.dice),
        opens=effect.case is None,
        added=True,
        new=not known,
    )


def _is_strangers(page: Page, ctx: CallContext) -> bool:
    """Tell whether strangers join a page; an older version knew that by what it told them."""
    if page.strangers:
        return True
    return any(row.key.startswith(told_prefix(page)) for row in ctx.rows(page.code))


def _same(page: Page, out: frozenset[str], ctx: CallContext) -> bool:
    """Tell whether exactly these people must not hear of a page."""
    return page.case is not None and ctx.excluded(page.case) == out


def _with(page: Page, ctx: CallContext) -> Page:
    return replace(page, calls=page.calls + 1, called_at=ctx.now)


# ---- a page of its own ------------------------------------------------------------------------


def _start(effect: RaiseEmergency, ctx: CallContext) -> Joining:
    case = effect.case or ctx.cases.fresh_code(CodeKind.CASE, ctx.dice)
    page = Page(
        code=ctx.cases.fresh_code(CodeKind.PAGE, ctx.dice),
        emergency=effect.emergency,
        case=case,
        opened_at=ctx.now,
        caller=effect.identity,
        strangers=ctx.person is None,
    )
    return Joining(page=page, case=case, fresh=True, opens=effect.case is None, new=True)
