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


def routes_timer(page: Page, caller: str, due: datetime) -> SetTimer:
    """Return a caller's timer that asks whether anything of the page has gone out."""
    own = "" if caller == page.caller else f":{caller_mark(page, caller)}"
    data: dict[str, JSON] = {"page": page.code, "caller": caller}
    return SetTimer(key=f"{TIMER}:{page.code}{own}", due=due, kind=TIMER, data=data)


def on_routes(page: Page, rows: Sequence[OutboxRow], ctx: CallContext) -> Effects:
    """Be honest with the caller (`ctx.identity`) of a page for which nothing went out yet.

    `rows` are the page's outbox rows. The caller is told once that nobody could be reached,
    and once more when something went out, or somebody took the page after all.
    """
    caller = ctx.identity
    if caller is None:
        return []
    mark = caller_mark(page, caller)
    told = f"unreachable:{page.code}:{mark}"
    if page.state is not PageState.RINGING or any(_went_out(row, page) for row in rows):
        if all(row.key != told for row in rows):
            return []
        relief = doc(Msg("emergency.through"), label=Label.PUBLIC)
        return [_word(caller, relief, f"through:{page.code}:{mark}", page)]
    saved = "emergency.unreachable.memory" if ctx.kept is Kept.MEMORY else "emergency.unreachable"
    lines = direct(page.emergency, ctx.terms, ctx.kept)
    words = doc(Msg(saved), *lines, label=Label.PUBLIC)
    return [_word(caller, words, told, page), routes_timer(page, caller, ctx.now + AGAIN)]


def _went_out(row: OutboxRow, page: Page) -> bool:
    """Tell whether a row is a mail or a ring to a person, and has gone out.

    A line in a room does not count: nobody may be there to read it.
    """
    routes = (f"mail:{page.code}:", f"ring:{page.code}:")
    return row.state is RowState.SENT and row.key.startswith(routes)


def _word(identity: str, words: Doc, key: str, page: Page) -> Effect:
    return Post(
        to=ToIdentity(identity=identity),
        doc=words,
        key=key,
        lane=Lane.EMERGENCY,
        page=page.code,
        plain_message=True,
    )
