"""`contain`: words of a case stand in a room; take them back, or say how that is done by hand.

Only whoever could hide them hears that they do. In a room that anybody else reads it is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.pii.containing import by_hand
from bot.core.policy.access import HIDE_ROLES, Rule
from bot.core.policy.flaws import named
from bot.core.words.effects import (
    Answer,
    Confirm,
    Effects,
    Lane,
    Post,
    RememberCase,
    RemoveMessages,
    SaveHit,
    ToIdentity,
)
from bot.core.words.hits import Hit
from bot.core.words.identity import by_account
from bot.core.words.labels import Label
from bot.core.words.people import Roster
from bot.core.words.places import Rooms
from bot.core.words.readers import Cases, Hits, Terms
from bot.core.words.text import Count, Line, Msg, doc, public, team
from commands._spec import Call, Example, TakesCase, TakesWord, command

TELL = "tell"
#: Whose words are older is not written to any more.
LATELY = timedelta(days=1)
#: Lines of a refusal that say what is wrong with a room.
MOST_REASONS = 2


@command(
    "contain",
    usage="contain CASE [tell]",
    rule=Rule(who=HIDE_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesCase(), TakesWord(name="what", choices=(TELL,), optional=True)),
    examples=(
        Example(
            typed="!contain CASE",
            says="refused.not-here",
            given=("!open Insults on a talk page",),
        ),
        Example(typed="!contain C-000000", says="case.none"),
    ),
)
def contain(
    call: Call,
    hits: Hits,
    cases: Cases,
    roster: Roster,
    rooms: Rooms,
    terms: Terms,
    now: datetime,
) -> Effects:
    """Have messages taken back, say the steps for all others; with `tell`, write to the authors."""
    asker, code = call.asker, call.subject.code
    if not asker.in_dm and asker.ceiling < Label.PII:
        why = (Msg("refused.not-here", (public(call.verb),)), *named(asker.reasons, MOST_REASONS))
        return [Answer(doc=doc(*why, label=Label.PUBLIC))]
    seen = RememberCase(code=code)
    known = hits.of(code)
    if not known:
        return [seen, Answer(doc=doc(Msg("contain.nothing", (team(code),))))]
    if call.words.get("what") == TELL:
        return [seen, *_told(call, _recent(known, cases, roster, code, now), terms)]
    return [seen, *_contained(code, known, rooms)]


def _contained(code: str, known: Sequence[Hit], rooms: Rooms) -> Effects:
    """Return what takes back what can be, with the steps for all else, again where it was before."""
    open_ = [hit for hit in known if not hit.contained]
    goes = [hit for hit in open_ if hit.removes and hit.messages]
    stands = [hit for hit in open_ or known if not (hit.removes and hit.messages)]
    lines: list[Line] = [] if open_ else [Msg("contain.already", (team(code),))]
    if goes:
        messages = Count(number=sum(len(hit.messages) for hit in goes))
        lines.append(Msg("contain.begun", (team(code), messages)))
    lines += by_hand(stands, rooms)
    noted = [SaveHit(hit=replace(hit, contained=True)) for hit in stands if not hit.contained]
    removed = [RemoveMessages(hits=tuple(goes))] if goes else []
    return [*noted, *removed, Answer(doc=doc(*lines))]


def _recent(
    known: Sequence[Hit], cases: Cases, roster: Roster, code: str, now: datetime
) -> list[Hit]:
    """Return the last hit of each author who can be written to, and may learn of it."""
    out = cases.kept_out(code, roster.people)
    silent = {by_account(a) for p in roster.people if p.name in out for a in p.accounts}
    latest = {hit.author: hit for hit in known if now - hit.told_at < LATELY}
    return [hit for author, hit in latest.items() if author and author not in silent]


def _told(call: Call, recent: Sequence[Hit], terms: Terms) -> Effects:
    if not recent:
        return [Answer(doc=doc(Msg("contain.nobody")))]
    number = Count(number=len(recent))
    if not call.confirmed:
        return [Confirm(doc=doc(Msg("contain.tell-preview", (number,)), _word(recent[0], terms)))]
    posts = [
        Post(
            to=ToIdentity(identity=hit.author),
            doc=doc(_word(hit, terms), label=Label.PUBLIC),
            key=f"contain:{hit.case}:{hit.author}:{hit.told_at.isoformat()}",
            lane=Lane.WORDS,
            plain_message=True,
        )
        for hit in recent
    ]
    return [*posts, Answer(doc=doc(Msg("contain.told", (number,))))]


def _word(hit: Hit, terms: Terms) -> Line:
    """Return what an author reads: of no case, and of nothing that was said."""
    return Msg("contain.author", (public(str(hit.place)), public(terms.team_name)))
