"""The honest word: whoever waits is told when nothing could be sent, and when something was."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.oncall.context import CallContext, caller_mark
from bot.core.oncall.told import direct
from bot.core.words.effects import Effect, Effects, Lane, Post, SetTimer, ToIdentity
from bot.core.words.facts import JSON
from bot.core.words.labels import Label
from bot.core.words.pages import Page, PageState
from bot.core.words.ports import Kept, OutboxRow, RowState
from bot.core.words.text import Doc, Msg, doc

TIMER = "routes"
#: When it is first asked whether anything went out: within two minutes the caller knows.
FIRST = timedelta(seconds=100)
AGAIN = timedelta(seconds=120)


def routes_timer(page: Page, caller: str, due: datetime, since: datetime) -> SetTimer:
    """Return the timer that asks whether anything of a call, made at `since`, has gone out."""
    own = "" if caller == page.caller else f":{caller_mark(page, caller)}"
    data: dict[str, JSON] = {"page": page.code, "caller": caller, "since": since.isoformat()}
    return SetTimer(key=f"{TIMER}:{page.code}{own}", due=due, kind=TIMER, data=data)


def on_routes(
    page: Page, rows: Sequence[OutboxRow], ctx: CallContext, since: datetime | None = None
) -> Effects:
    """Be honest with the caller (`ctx.identity`) of a page for whom nothing went out yet.

    `rows` are the page's outbox rows, `since` is when they called; None, or what is still to
    come by a clock that was set back, counts as its beginning. The caller is told once that
    nobody could be reached, and once more when something went out, or somebody took the page.
    """
    caller = ctx.identity
    if caller is None:
        return []
    if since is None or since > ctx.now:
        since = min(page.opened_at, ctx.now)
    mark = caller_mark(page, caller)
    told = f"unreachable:{page.code}:{mark}"
    if _taken(page, since) or any(_went_out(row, page, mark, since) for row in rows):
        if all(row.key != told for row in rows):
            return []
        relief = doc(Msg("emergency.through"), label=Label.PUBLIC)
        return [_word(caller, relief, f"through:{page.code}:{mark}", page)]
    saved = "emergency.unreachable.memory" if ctx.kept is Kept.MEMORY else "emergency.unreachable"
    lines = direct(page.emergency, ctx.terms, ctx.kept)
    words = doc(Msg(saved), *lines, label=Label.PUBLIC)
    again = routes_timer(page, caller, ctx.now + AGAIN, since)
    return [_word(caller, words, told, page), again]


def _taken(page: Page, since: datetime) -> bool:
    """Tell whether somebody took a page after a call, or it is over."""
    if page.state is PageState.ACKED:
        return page.acked_at is None or page.acked_at >= since
    return page.state is PageState.ENDED


def _went_out(row: OutboxRow, page: Page, mark: str, since: datetime) -> bool:
    """Tell whether a row is a mail of one's own call, or a ring to a person since, and was sent.

    So does a word to whoever took the page. A line in a room does not count: nobody may be
    there to read it.
    """
    if row.state is not RowState.SENT:
        return False
    if row.key.startswith(f"mail:{page.code}:"):
        return row.key.endswith(f":{mark}")
    rings = (f"ring:{page.code}:", f"joined:{page.code}:")
    return row.created_at >= since and row.key.startswith(rings)


def _word(identity: str, words: Doc, key: str, page: Page) -> Effect:
    return Post(
        to=ToIdentity(identity=identity),
        doc=words,
        key=key,
        lane=Lane.EMERGENCY,
        page=page.code,
        plain_message=True,
    )
