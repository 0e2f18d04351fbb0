"""What is done where the clock jumped while the bot runs: pages go on in their own pace."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from bot.core.oncall import routes
from bot.core.oncall.jump import Jump, moved
from bot.core.oncall.ladder import TIMER
from bot.core.words.ports import Timer, Unit
from bot.runtime.standing import SOON

_FAR = datetime.max.replace(tzinfo=UTC)
#: More timers than any store has.
_ALL = 1_000_000


def after_jump(unit: Unit, jump: Jump, fresh: Collection[str]) -> None:
    """Move every page that is not over, and when whoever waits for it is told the truth.

    `fresh` are the codes of pages that may have been written since the clock jumped.
    """
    for page in unit.pages().live():
        unit.save_page(moved(page, jump, fresh=page.code in fresh))
        soon = jump.now + SOON
        data = {"page": page.code}
        unit.set_timer(Timer(key=f"{TIMER}:{page.code}", due=soon, kind=TIMER, data=data))
    for timer in unit.due_timers(_FAR, _ALL):
        if timer.kind == routes.TIMER:
            due = jump.moved_due(timer.due, fresh=timer.data.get("page") in fresh)
            unit.set_timer(replace(timer, due=due))
