"""An emergency in which routes die at a moment for ten minutes, and what must be true of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.core.words.ports import Unit, Viewer
from bot.core.words.text import plain
from tests.faults.kit import CALL, MAIL, ROUTES, SILENCE, TEAM, Moment, Routes
from tests.world import NETWORK

#: How long the ladder may take, a first ring, and the word that nothing went out.
LADDER, MINUTE = timedelta(minutes=15), timedelta(minutes=1)
HONEST, LOOKED = timedelta(seconds=120), timedelta(seconds=100)
DEAD = timedelta(minutes=10)

#: Every named point that an emergency passes, see `test_dead_routes.py`, and some later hits.
MOMENTS = tuple(
    Moment(word.partition("*")[0], int(word.partition("*")[2] or 1))
    for word in """
report.before effect.CreateCase effect.SaveSession effect.SavePage effect.Post effect.Mail
effect.SetTimer effect.AddFacts effect.Answer report.committed network.said report.answered
outbox.emergency-mail.taken relay.took outbox.emergency-mail.handed-over
outbox.emergency-mail.settled outbox.page.taken outbox.page.handed-over outbox.page.settled
outbox.page-mail.taken outbox.page-mail.handed-over outbox.page-mail.settled
outbox.news.taken outbox.news.handed-over outbox.news.settled
timer.routes.before timer.routes.committed timer.page.before timer.page.committed
network.said*11 relay.took*2 outbox.page.taken*2 outbox.page.handed-over*6 timer.page.before*2
""".split()
)
#: What is tried each time; the long tier tries all.
FEW = tuple(
    Moment(point)
    for point in ("report.committed", "outbox.page.handed-over", "relay.took", "timer.page.before")
)


class Story:
    """A call, routes that die at a moment of it, and what is seen of it all."""

    def __init__(self, world: Routes, routes: Sequence[str]) -> None:
        self.world = world
        self.routes = routes
        self.called = world.clock.now()
        self.mended = self.called

    async def play(self, moment: Moment) -> None:
        """Play it until a while after the routes are back."""
        world = self.world
        world.dies_at(moment, self.routes)
        await world.says("rita", None, CALL)
        await world.later(minutes=8)
        assert world.died_at is not None, "the moment never came"
        self.mended = world.died_at + DEAD
        await world.later(seconds=(self.mended - world.clock.now()).total_seconds())
        await world.mend(self.routes)
        await world.later(minutes=8)

    @property
    def died(self) -> datetime:
        """When the routes died."""
        assert self.world.died_at is not None
        return self.world.died_at

    def alive(self, route: str) -> list[tuple[datetime, datetime]]:
        """Return from when until when a route was alive, since the call."""
        end = self.world.clock.now()
        if route not in self.routes:
            return [(self.called, end)]
        return [(self.called, self.died), (self.mended, end)]

    def went_out(self) -> datetime:
        """Return when the first mail or ring went out, as far as the bot could know."""
        rings = [ring for route in ROUTES for ring in self.world.rings(route)]
        return min(seen.at for seen in (*self.world.letters(), *rings) if seen.sure)

    # ---- what must be true ---------------------------------------------------------------------

    def check_letter(self) -> None:
        """The emergency was mailed in time, and the same bytes were."""
        letters = self.world.letters()
        late = self.mended if MAIL in self.routes else self.called
        assert letters, "the mail is lost"
        assert letters[0].at <= late + MINUTE
        assert len({(letter.raw, letter.key) for letter in letters}) == 1

    def check_rings(self, away: Sequence[str] = ()) -> None:
        """No route that is alive keeps silent for long, and everybody is reached."""
        for route in set(ROUTES) - set(away):
            rung = [ring.at for ring in self.world.rings(route)]
            for begin, end in self.alive(route):
                times = [begin, *(at for at in rung if begin <= at <= end), end]
                assert max(b - a for a, b in pairwise(times)) <= SILENCE, route
                assert times[1] - begin <= MINUTE, route
        rings = [ring for route in ROUTES for ring in self.world.rings(route)]
        for name in TEAM:
            first = min(ring.at for ring in rings if ring.whom.partition("@")[0] == name)
            assert first <= self.called + LADDER or first <= self.mended + MINUTE

    def check_doubles(self) -> None:
        """What came twice came in doubt, and nobody is rung for what is over."""
        world = self.world
        words = [s for s in world.seen if "E-" in s.what]
        counted = Counter((seen.route, seen.whom, seen.key) for seen in words)
        surplus = {key: count - 1 for key, count in counted.items() if count > 1}
        assert sum(surplus.values()) <= world.doubts, surplus
        for route in ROUTES:
            people = {ring.whom for ring in world.rings(route)}
            for whom in people:
                at = [r.at for r in world.rings(route) if r.whom == whom and r.at == self.mended]
                assert len(at) <= 1 + world.doubts, "rings have piled up"

    def check_truth(self) -> None:
        """What the caller hears is so."""
        world, out = self.world, self.went_out()
        told, through = (world.told(f"emergency.{key}") for key in ("unreachable", "through"))
        raised = world.told("emergency.raised")
        assert max(len(told), len(through), len(raised)) <= 1 + world.doubts
        heard = [seen.at for seen in raised if seen.sure]
        assert heard, "the answer is lost"
        assert heard[0] in {self.called, self.mended}
        if NETWORK not in self.routes:
            assert [seen.at for seen in raised] == [self.called]
        assert bool(told) == (out > self.called + LOOKED)
        assert bool(through) == bool(told)
        if told:
            listens = self.mended if NETWORK in self.routes else self.called
            assert told[0].at <= max(listens, self.called + HONEST)
            assert max(out, told[0].at) <= through[0].at <= max(out, listens) + HONEST

    async def check_case(self) -> None:
        """The case and its call are whole, and go on."""
        world = self.world
        assert world.store is not None
        pages = await world.store.run(lambda unit: unit.pages().live())
        assert len(pages) == 1
        code = str(pages[0].case)
        words, closed = await world.store.run(lambda unit: _held(unit, code))
        assert words.count("at my door") == 1
        assert not closed

    async def check_asked(self) -> None:
        """Whoever asks once the network is back hears where things stand."""
        world = self.world
        mark = len(world.seen)
        await world.says("rita", None, "status")
        assert any(s.whom == "rita" and "C-" in s.what for s in world.seen[mark:])

    async def check(self, away: Sequence[str] = ()) -> None:
        """See that all of it is true."""
        self.check_letter()
        self.check_rings(away)
        self.check_doubles()
        self.check_truth()
        await self.check_case()
        await self.check_asked()


def _held(unit: Unit, code: str) -> tuple[str, bool]:
    """Return all words of a case, and whether it is closed."""
    cases = unit.cases(Viewer(system=True))
    view = cases.find(code)
    assert view is not None
    found = (cases.words(code, entry.seq) for entry in view.entries)
    return " ".join(plain(pieces) for pieces in found if pieces), view.closed_at is not None
