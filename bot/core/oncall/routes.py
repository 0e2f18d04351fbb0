"""The honest word: whoever waits is told when nothing could be sent, and when something was."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.oncall.context import CallContext, told_prefix
from bot.core.oncall.told import direct
from bot.core.words.effects import Effect, Effects, Lane, Post, SetTimer, ToIdentity
from bot.core.words.labels import Label
from bot.core.words.pages import Page, PageState
from bot.core.words.ports import OutboxRow, RowState, Speech
from bot.core.words.text import Doc, Msg, doc

TIMER = "routes"
#: When it is first asked whether anything went out: within two minutes the caller knows.
FIRST = timedelta(seconds=100)
AGAIN = timedelta(seconds=120)


def routes_timer(page: Page, due: datetime) -> SetTimer:
    """Return the timer that asks whether anything of the page has gone out."""
    return SetTimer(key=f"{TIMER}:{page.code}", due=due, kind=TIMER, data={"page": page.code})


def on_routes(page: Page, rows: Sequence[OutboxRow], ctx: CallContext) -> Effects:
    """Be honest with the callers of a page for which nothing has gone out yet.

    `rows` are the page's outbox rows. Each caller is told once that nobody could be reached,
    and once more when something went out, or somebody took the page after all.
    """
    if page.state is not PageState.RINGING or any(_went_out(row, page) for row in rows):
        return _through(page, rows)
    words = doc(
        Msg("emergency.unreachable"), *direct(page.emergency, ctx.terms), label=Label.PUBLIC
    )
    posts = [
        _word(identity, words, f"unreachable:{page.code}:{number}", page)
        for number, identity in enumerate(_callers(page, rows))
    ]
    return [*posts, routes_timer(page, ctx.now + AGAIN)]


def _through(page: Page, rows: Sequence[OutboxRow]) -> Effects:
    """Tell those who were told before that nobody could be reached."""
    keys = {row.key for row in rows}
    words = doc(Msg("emergency.through"), label=Label.PUBLIC)
    return [
        _word(identity, words, f"through:{page.code}:{number}", page)
        for number, identity in enumerate(_callers(page, rows))
        if f"unreachable:{page.code}:{number}" in keys
    ]


def _went_out(row: OutboxRow, page: Page) -> bool:
    """Tell whether a row is a mail or a ring to a person, and has gone out.

    A line in a room does not count: nobody may be there to read it.
    """
    routes = (f"mail:{page.code}:", f"ring:{page.code}:")
    return row.state is RowState.SENT and row.key.startswith(routes)


def _callers(page: Page, rows: Sequence[OutboxRow]) -> tuple[str, ...]:
    """Return everybody who waits for this page, whoever raised it first; the order is kept."""
    joined = [
        row.payload.to.identity
        for row in sorted(rows, key=lambda row: row.id)
        if isinstance(row.payload, Speech)
        and isinstance(row.payload.to, ToIdentity)
        and row.key.startswith(told_prefix(page))
    ]
    first = [page.caller] if page.caller is not None else []
    return tuple(dict.fromkeys([*first, *joined]))


def _word(identity: str, words: Doc, key: str, page: Page) -> Effect:
    return Post(
        to=ToIdentity(identity=identity),
        doc=words,
        key=key,
        lane=Lane.EMERGENCY,
        page=page.code,
        plain_message=True,
    )
