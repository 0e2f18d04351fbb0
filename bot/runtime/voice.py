"""The way out: render, clear, hand to the transport; clear anew when the place changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from bot.core.policy.gate import Cleared, Draft, Stopped, clear, show
from bot.core.words.beside import NOTHING_BESIDE, Beside
from bot.core.words.labels import Label
from bot.core.words.people import Person, Roster, Speaker
from bot.core.words.places import DMView, Place, PlaceKind, RoomView
from bot.core.words.ports import Sent
from bot.core.words.text import Doc, Msg, Piece, team
from bot.runtime.fitting import fit
from bot.runtime.live import Live
from bot.runtime.mentions import restored, unpinged
from bot.texts.render import reader

#: A place that changes this often while one text is on its way is not a place to speak in.
TRIES = 4
#: Lines that an answer may fill in a room; the rest goes by DM.
ROOM_LINES = 4
#: Why nothing is said when a roster person came in whom nobody reckoned with.
NEWCOMER = Stopped(reason="newcomer")

#: Returns the codes of the cases that hold something in a text.
HeldBy = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """For whom a text was decided.

    `whom` is the identity that a direct message is for, `person` the name of the one on the roster
    whom it is for: what is not public is for nobody else, not even on the same account. `readers` are the roster people who were
    reckoned with in a room: another one may be recused, and stops the text. `own` is the case of
    the reporter who is spoken to: what it holds is no secret to them.
    """

    whom: str | None = None
    person: str | None = None
    readers: tuple[Person, ...] | None = None
    own: str | None = None

    def misses(self, present: tuple[Person, ...]) -> bool:
        """Tell whether somebody is present with whom nobody reckoned."""
        return self.readers is not None and not set(present) <= set(self.readers)


ANYBODY = Audience()


class _Named(NamedTuple):
    """Who is named in a room, by the nick of whoever asked: as long as these are the same."""

    view: RoomView
    roster: Roster
    names: dict[str | None, frozenset[str]]


@dataclass(slots=True, kw_only=True)
class Voice:
    """Says documents in places, through the gate."""

    live: Live
    scan: HeldBy
    _named: _Named | None = None

    def draft(
        self,
        doc: Doc,
        place: Place,
        *,
        plain_message: bool = False,
        asker: Speaker | None = None,
        beside: Beside = NOTHING_BESIDE,
    ) -> Draft:
        """Render a document for whoever reads in a place.

        A notice in a room rings nobody there by name, but whoever asked.
        """
        terms = self.live.terms
        zone = terms.time_zone
        view = self.live.view(place)
        account = getattr(view, "account", None)
        person = self.live.roster.holder(place.network, account) if account else None
        if person is not None:
            zone = person.time_zone
        draft = reader(terms.language, zone).draft(doc, plain_message=plain_message)
        if beside is not NOTHING_BESIDE:
            draft = replace(draft, beside=beside)
        transport = self.live.transports.get(place.network)
        rings = transport is None or transport.names_ring
        if plain_message or not rings or not isinstance(view, RoomView):
            return draft
        return unpinged(draft, self._names(view, asker))

    def _names(self, view: RoomView, asker: Speaker | None) -> frozenset[str]:
        """Return the names of those present, by nick and on the roster, without the asker's."""
        roster, nick = self.live.roster, None if asker is None else asker.nick
        if self._named is None or self._named.view is not view or self._named.roster is not roster:
            self._named = _Named(view, roster, {})
        found = self._named.names
        if nick not in found:
            found[nick] = self._others(view, nick)
        return found[nick]

    def _others(self, view: RoomView, nick: str | None) -> frozenset[str]:
        names: set[str] = set()
        for member in view.members:
            if member.nick == nick:
                continue
            person = self.live.roster.holder(view.place.network, member.account)
            names |= {member.nick, member.nick if person is None else person.name}
        return frozenset(name.casefold() for name in names)

    async def say(
        self,
        place: Place,
        draft: Draft,
        *,
        audience: Audience = ANYBODY,
        proof: bool = False,
        urgent: bool = False,
        tries: int = TRIES,
    ) -> Sent | Stopped:
        """Say a draft in a place, cleared for what the place is at that very moment.

        A direct message is for one identity: where the nick belongs to somebody else by now,
        nobody is there.
        """
        transport = self.live.transports.get(place.network)
        if transport is None:
            return Sent.DOWN
        for _ in range(tries):
            if place.kind is PlaceKind.DM and not self._is_there(place, audience, draft):
                return Sent.GONE
            if audience.readers is not None and audience.misses(self.live.present(place)):
                return NEWCOMER
            cleared = self._clear(place, draft, audience.own)
            if isinstance(cleared, Stopped):
                return cleared
            sent = await transport.send(cleared, proof=proof, urgent=urgent)
            if sent is not Sent.STALE:
                return sent
        return Sent.STALE

    def _is_there(self, place: Place, audience: Audience, draft: Draft) -> bool:
        view = self.live.view(place)
        if not isinstance(view, DMView) or audience.whom is None or view.identity != audience.whom:
            return False
        if audience.person is None or draft.label is Label.PUBLIC:
            return True
        holder = self.live.roster.holder(place.network, view.account)
        return holder is not None and holder.name == audience.person

    async def answer(
        self, place: Place, dm: Place, draft: Draft, audience: Audience, *, urgent: bool = False
    ) -> Sent | Stopped:
        """Answer a command: in a room as many lines as its network bears, what is more by DM.

        Returns how it fared as a whole: a half that cannot be said counts.
        """
        ceiling = self.live.ceiling(place)[0]
        transport = self.live.transports.get(place.network)
        most = ROOM_LINES if transport is None else transport.room_lines
        shown = partial(show, ceiling=ceiling, held=self._held)
        fits = not fit(draft.lines, most, shown)[1] or draft.label > ceiling
        if place.kind is PlaceKind.DM or fits:
            return await self.say(place, draft, audience=audience, urgent=urgent)
        whole = self._clear(place, draft, audience.own)
        if isinstance(whole, Stopped):
            # Half of what a case holds must not be said because the other half is cut off.
            return whole
        first, rest = fit(draft.lines, most - 1, shown)
        more = reader(self.live.terms.language).line(Msg("answer.rest-by-dm"))
        # These are other words than those that `once` stands for.
        shown_here = replace(draft, lines=(*first, more), beside=replace(draft.beside, once=None))
        said = await self.say(place, shown_here, audience=audience, urgent=urgent)
        if isinstance(said, Stopped):
            return said
        # What a message is called in a room is nothing in a direct message.
        apart = replace(draft, lines=restored(rest), beside=Beside(case=draft.beside.case))
        said_apart = await self.say(dm, apart, audience=audience, urgent=urgent)
        return said if said_apart is Sent.DELIVERED else said_apart

    def _clear(self, place: Place, draft: Draft, own: str | None) -> Cleared | Stopped:
        ceiling, epoch = self.live.ceiling(place)
        return clear(
            draft,
            place=place,
            epoch=epoch,
            ceiling=ceiling,
            scan=lambda text: ceiling < Label.PII and not self.scan(text) <= {own},
            held=self._held,
        )

    def _held(self, code: str | None, number: int | None) -> str:
        language = self.live.terms.language
        if code is None or number is None:
            return reader(language).text(Msg("held.unnamed"))
        name: Piece = team(f"{code} {number}")
        return reader(language).text(Msg("held", (team(self.live.terms.prefix), name)))
