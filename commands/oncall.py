"""`oncall`: who is rung when, and taking, ending or handing on a watch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.oncall.rota import is_on, next_watch, own_takes
from bot.core.oncall.watch import span_of, stamp, tell_rooms
from bot.core.policy.access import CALL_ROLES, ROSTER, Rule
from bot.core.words.effects import (
    Answer,
    DropOffer,
    Effect,
    Effects,
    EndWatch,
    Lane,
    OfferWatch,
    Post,
    TakeWatch,
    ToPerson,
)
from bot.core.words.labels import Label
from bot.core.words.people import Person
from bot.core.words.readers import Pages, Terms, Watch
from bot.core.words.rota import Offer, Rota, Span
from bot.core.words.text import Arg, Line, Msg, When, doc, public, team
from commands._crew import called
from commands._drill import drilled, under_way
from commands._spec import Call, Example, TakesWord, command
from commands._watch import duration, rota_of, shown

USAGE = "oncall [show | take DURATION | drop | swap WHO | accept WHO | drill]"
#: An offer that nobody accepts lapses after this, or when the watch begins.
OFFER_LASTS = timedelta(hours=24)
_WORDS = ("show", "take", "drop", "swap", "accept", "drill")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """Somebody who may be rung asks for something. `word` is what followed, if anything did."""

    me: Person
    word: str | None
    terms: Terms
    rota: Rota
    offers: Sequence[Offer]
    now: datetime


@command(
    "oncall",
    usage=USAGE,
    rule=Rule(who=ROSTER, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(
        TakesWord(name="what", choices=_WORDS, optional=True),
        TakesWord(name="word", optional=True),
    ),
    examples=(
        Example(typed="!oncall", says="oncall.now"),
        Example(typed="!oncall take 4h", says="oncall.taken"),
        Example(typed="!oncall swap bob", says="oncall.no-watch"),
        Example(typed="!oncall drop", says="oncall.nothing-taken"),
        Example(typed="!oncall take 4h", says="oncall.not-yours", by="carol"),
        Example(typed="!oncall drill", says="drill.word"),
        Example(typed="!oncall drill", says="drill.not-yours", by="olga"),
    ),
    goes_on=True,
)
def oncall(call: Call, terms: Terms, watch: Watch, pages: Pages, now: datetime) -> Effects:
    """Show who is on call, change who is, or ring them for practice."""
    what, word = call.words.get("what"), call.words.get("word")
    if word is None and what in {None, "show"}:
        return [Answer(doc=doc(*under_way(pages, terms), *shown(terms, watch, now)))]
    if word is None and what == "drill":
        return drilled(call, terms, watch, pages, now)
    act = _ACTS.get(what or "")
    if act is None:
        return _said(Msg("usage", (public(f"{terms.prefix}{USAGE}"),)))
    me = call.asker.person
    if me is None or me.roles.isdisjoint(CALL_ROLES):
        return _said(Msg("oncall.not-yours"))
    rota = rota_of(terms, watch)
    asked = _Act(me=me, word=word, terms=terms, rota=rota, offers=watch.offers(), now=now)
    return act(asked)


def _take(act: _Act) -> Effects:
    """Be on call from now on, besides whoever is."""
    length = duration(act.word or "")
    if length is None:
        return _said(Msg("oncall.how-long", (public(act.terms.prefix),)))
    ends = act.now + length
    name, until = team(act.me.name), When(at=ends)
    return [
        TakeWatch(person=act.me.name, begins=act.now, ends=ends),
        *_news(act, Msg("oncall.take-news", (name, until))),
        *_said(Msg("oncall.taken", (until, public(act.terms.prefix)))),
    ]


def _drop(act: _Act) -> Effects:
    """End what one took oneself; shifts stay."""
    if act.word is not None:
        return _said(Msg("usage", (public(f"{act.terms.prefix}{USAGE}"),)))
    if not own_takes(act.rota, act.me.name, act.now):
        return _said(Msg("oncall.nothing-taken", (public(act.terms.prefix),)))
    return [
        EndWatch(person=act.me.name),
        *_news(act, Msg("oncall.drop-news", (team(act.me.name),))),
        *_said(Msg("oncall.dropped")),
    ]


def _swap(act: _Act) -> Effects:
    """Offer one's present or next watch to somebody; until they accept, nothing changes."""
    them = called(act.word or "", act.terms.people)
    why = _cannot(act, them)
    if them is None or why is not None:
        return _said(why or Msg("standing.unknown"))
    span = next_watch(act.rota, act.me.name, act.now)
    if span is None:
        return _said(Msg("oncall.no-watch", (public(act.terms.prefix),)))
    ends = span.begins if span.begins > act.now else span.ends
    offer = Offer(
        giver=act.me.name,
        taker=them.name,
        begins=span.begins,
        ends=span.ends,
        until=min(act.now + OFFER_LASTS, ends),
    )
    giver, taker, prefix = team(act.me.name), team(them.name), public(act.terms.prefix)
    asked = Msg("oncall.offer", (giver, span_of(span), prefix, When(at=offer.until)))
    told = Msg("oncall.offered", (taker, span_of(span), prefix, giver, When(at=offer.until)))
    return [
        OfferWatch(offer=offer),
        *(
            _tell(old.taker, Msg("oncall.withdrawn", (giver, _when(old))), old, act.now)
            for old in act.offers
            if old.giver == offer.giver and old.taker != offer.taker and old.until > act.now
        ),
        _tell(them.name, asked, offer, act.now),
        *_said(told),
    ]


def _cannot(act: _Act, them: Person | None) -> Msg | None:
    """Return why a watch cannot be offered to somebody, None where it can."""
    if act.word is None:
        return Msg("usage", (public(f"{act.terms.prefix}{USAGE}"),))
    if them is None:
        return Msg("standing.unknown")
    if them.name == act.me.name:
        return Msg("oncall.yourself")
    if them.roles.isdisjoint(CALL_ROLES):
        return Msg("oncall.not-theirs", (team(them.name),))
    return None if them.accounts else Msg("oncall.no-account", (team(them.name),))


def _accept(act: _Act) -> Effects:
    """Take the watch that somebody offers; from now on they are not on call for it."""
    mine = [each for each in act.offers if each.taker == act.me.name and each.until > act.now]
    if act.word is not None:
        them = called(act.word, act.terms.people)
        mine = [each for each in mine if them is not None and each.giver == them.name]
    if not mine:
        return _said(Msg("oncall.no-offer"))
    if len(mine) > 1:
        return _said(Msg("oncall.which", (public(act.terms.prefix),)))
    offer = mine[0]
    begins = max(offer.begins, act.now)
    gone = DropOffer(giver=offer.giver, outcome="accept")
    if not is_on(act.rota, offer.giver, begins):
        void = DropOffer(giver=offer.giver, outcome="void")
        return [void, *_said(Msg("oncall.not-theirs-now", (team(offer.giver),)))]
    span = Span(begins=begins, ends=offer.ends)
    giver, taker = team(offer.giver), team(act.me.name)
    return [
        TakeWatch(person=act.me.name, begins=begins, ends=offer.ends, instead=offer.giver),
        gone,
        *_news(act, Msg("oncall.swap-news", (taker, giver, span_of(span)))),
        _tell(offer.giver, Msg("oncall.swapped", (taker, span_of(span))), offer, act.now),
        *_said(Msg("oncall.accepted", (giver, span_of(span)))),
    ]


_ACTS: Mapping[str, Callable[[_Act], Effects]] = {
    "take": _take,
    "drop": _drop,
    "swap": _swap,
    "accept": _accept,
}


def _when(offer: Offer) -> Arg:
    return span_of(Span(begins=offer.begins, ends=offer.ends))


def _said(line: Line) -> Effects:
    return [Answer(doc=doc(line))]


def _news(act: _Act, line: Msg) -> Effects:
    return [*tell_rooms(line, act.terms, f"rota:news:{act.me.name}:{stamp(act.now)}")]


def _tell(name: str, line: Msg, offer: Offer, now: datetime) -> Effect:
    key = f"rota:offer:{offer.giver}:{offer.taker}:{stamp(offer.begins)}:{line.key}:{stamp(now)}"
    return Post(to=ToPerson(name=name), doc=doc(line), key=key, lane=Lane.WORDS, plain_message=True)
