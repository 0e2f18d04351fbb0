"""What the bot remembers of each asker in each place, in memory only: a restart voids it."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.words.doors import Line
from bot.core.words.effects import Compose
from bot.core.words.ids import ALPHABET, Dice
from bot.core.words.readers import Composing, Desk, LastDone, Waiting
from bot.runtime.composing import Text

#: Desks beyond this many are forgotten, the longest unused first.
MOST = 2000
UNDO_FOR = timedelta(seconds=60)

_EMPTY = Desk()
#: An asker, by identity and by name on the roster, in a place or in a thread of one.
DeskKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A line that waits for a `yes`, to be decided anew then.

    `early` are the keys of lines that had been typed before the preview was out: what they say
    was said without having seen it. None means that it is not out yet.
    """

    token: str
    line: Line
    until: datetime
    early: frozenset[str] | None = None
    case: str | None = None
    #: The other desk of the same asker where a `yes` counts as well.
    elsewhere: DeskKey | None = None

    def seen_before(self, key: str) -> bool:
        """Tell whether whoever wrote the line with this key could have seen the preview."""
        return self.early is not None and key not in self.early


@dataclass(slots=True)
class _Drawer:
    desk: Desk = field(default_factory=Desk)
    pending: tuple[Pending, ...] = ()
    text: Text | None = None
    lapsed: Composing | None = None


class Desks:
    """All desks."""

    def __init__(self, dice: Dice) -> None:
        """Start with empty desks; `dice` draws the tokens."""
        self._dice = dice
        self._drawers: OrderedDict[DeskKey, _Drawer] = OrderedDict()

    def look(self, key: DeskKey, now: datetime) -> Desk:
        """Return what is on a desk, without what has run out."""
        drawer = self._drawers.get(key)
        if drawer is None:
            return _EMPTY
        drawer.pending = tuple(p for p in drawer.pending if p.until > now)
        waiting = tuple(
            Waiting(token=p.token, verb=p.line.verb, until=p.until) for p in drawer.pending
        )
        done = drawer.desk.last_done
        if done is not None and done.at + UNDO_FOR < now:
            done = None
        text = self.text(key, now)
        composing = None if text is None else text.seen()
        return replace(drawer.desk, waiting=waiting, last_done=done, composing=composing)

    def wait(self, key: DeskKey, line: Line, until: datetime, case: str | None = None) -> str:
        """Let a line about a case wait for a `yes`; returns its token.

        The same line waits only once.
        """
        drawer = self._drawer(key)
        token = "".join(ALPHABET[self._dice.below(len(ALPHABET))] for _ in range(3))
        others = tuple(p for p in drawer.pending if p.line != line)
        drawer.pending = (*others, Pending(token=token, line=line, until=until, case=case))
        return token

    def shown(self, key: DeskKey, token: str, early: frozenset[str]) -> None:
        """The preview went out: from now on a `yes` counts, but for lines typed before."""
        drawer = self._drawer(key)
        drawer.pending = tuple(
            replace(p, early=early) if p.token == token else p for p in drawer.pending
        )

    def waiting(self, key: DeskKey, now: datetime) -> tuple[Pending, ...]:
        """Return the lines that wait for a `yes` on a desk."""
        drawer = self._drawers.get(key)
        return () if drawer is None else tuple(p for p in drawer.pending if p.until > now)

    def pending(self, key: DeskKey, token: str | None, now: datetime) -> Pending | None:
        """Return the waiting line with this token, or the only one there is."""
        waiting = chosen(self.waiting(key, now), token)
        return waiting[0] if len(waiting) == 1 else None

    def withdraw(self, key: DeskKey, token: str) -> None:
        """The preview could not be shown: nothing waits for a `yes`."""
        for pending in self._without(key, token):
            if pending.elsewhere is not None:
                self._without(pending.elsewhere, token)

    def share(self, key: DeskKey, case: str, other: DeskKey) -> None:
        """Let a `yes` to what was shown about a case count on another desk of its asker as well."""
        drawer = self._drawers.get(key)
        shown = () if drawer is None or key == other else drawer.pending
        for pending in shown:
            if pending.case != case or pending.early is None or pending.elsewhere is not None:
                continue
            self._without(key, pending.token)
            for desk, elsewhere in ((key, other), (other, key)):
                into = self._drawer(desk)
                others = tuple(p for p in into.pending if p.line != pending.line)
                into.pending = (*others, replace(pending, elsewhere=elsewhere))

    def _without(self, key: DeskKey, token: str) -> tuple[Pending, ...]:
        """Take what waits under a token off one desk, and return it."""
        drawer = self._drawer(key)
        found = tuple(p for p in drawer.pending if p.token == token)
        drawer.pending = tuple(p for p in drawer.pending if p.token != token)
        return found

    def settle(self, key: DeskKey, pending: Pending) -> None:
        """Take a waiting line off the desk."""
        self.withdraw(key, pending.token)

    def remember(
        self,
        key: DeskKey,
        *,
        listed: tuple[str, ...] | None = None,
        case: str | None = None,
        done: LastDone | None = None,
    ) -> None:
        """Note what the asker now sees, works on, or could take back, if anything.

        Whoever never had a desk gets none for nothing: strangers must not push out the team's.
        """
        if key not in self._drawers and (listed, case, done) == (None, None, None):
            return
        drawer = self._drawer(key)
        if listed is not None:
            drawer.desk = replace(drawer.desk, listed=listed)
        if case is not None:
            drawer.desk = replace(drawer.desk, case=case)
        if done is not None:
            drawer.desk = replace(drawer.desk, last_done=done)

    def done_with(self, key: DeskKey) -> None:
        """Nothing can be taken back any more."""
        drawer = self._drawers.get(key)
        if drawer is not None:
            drawer.desk = replace(drawer.desk, last_done=None)

    def compose(self, key: DeskKey, asked: Compose, now: datetime) -> None:
        """Begin a text; one that was being written already is dropped."""
        drawer = self._drawer(key)
        drawer.text, drawer.lapsed = Text(asked=asked, touched=now), None

    def text(self, key: DeskKey, now: datetime) -> Text | None:
        """Return the text that is being written; one that waited too long is dropped first."""
        drawer = self._drawers.get(key)
        if drawer is None or drawer.text is None:
            return None
        if drawer.text.idle(now):
            drawer.lapsed, drawer.text = drawer.text.seen(), None
        return drawer.text

    def drop_text(self, key: DeskKey) -> None:
        """Stop writing: the text was used, or nobody wants it."""
        self._drawer(key).text = None

    def lapsed(self, key: DeskKey, now: datetime, *, told: bool = False) -> Composing | None:
        """Return what was dropped for waiting too long; only until somebody was `told`."""
        self.text(key, now)
        drawer = self._drawers.get(key)
        if drawer is None:
            return None
        was = drawer.lapsed
        if told:
            drawer.lapsed = None
        return was

    def _drawer(self, key: DeskKey) -> _Drawer:
        drawer = self._drawers.setdefault(key, _Drawer())
        self._drawers.move_to_end(key)
        while len(self._drawers) > MOST:
            self._drawers.popitem(last=False)
        return drawer


def chosen(pending: tuple[Pending, ...], token: str | None) -> tuple[Pending, ...]:
    """Return the waiting lines that a token means; all of them without one."""
    return tuple(p for p in pending if token is None or p.token == token.upper())
