"""`page`: call one colleague about a case, until they answer."""

from datetime import datetime, timedelta

from bot.core.oncall.ladder import PageInput, advance
from bot.core.policy.access import CALL_ROLES, CASE_ROLES, Rule
from bot.core.words.effects import Answer, Effects, RememberCase
from bot.core.words.ids import CodeKind, Dice
from bot.core.words.labels import Label
from bot.core.words.pages import Page, PageState
from bot.core.words.people import Roster
from bot.core.words.readers import Cases, Pages, Terms, Watch
from bot.core.words.text import Msg, doc, team
from commands._crew import called
from commands._spec import Call, Example, TakesCase, TakesWord, command
from commands._watch import whom

#: Nobody is called about the same case again before this has passed, unless they answered.
AGAIN = timedelta(minutes=15)


@command(
    "page",
    usage="page WHO CASE",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM, closed_too=False),
    label=Label.TEAM,
    takes=(TakesWord(name="who"), TakesCase()),
    examples=(
        Example(typed="!page bob CASE", says="page.done", given=("!open Insults on a talk page",)),
        Example(
            typed="!page bob CASE",
            says="page.already",
            given=("!open Insults on a talk page", "!page bob CASE"),
        ),
        Example(
            typed="!page somebody CASE",
            says="page.nobody",
            given=("!open Insults on a talk page",),
        ),
    ),
)
def page(
    call: Call,
    cases: Cases,
    pages: Pages,
    roster: Roster,
    terms: Terms,
    watch: Watch,
    now: datetime,
    dice: Dice,
) -> Effects:
    """Ring one person on every route; whoever is named in the case is nobody, in the same words."""
    case = call.subject
    seen = RememberCase(code=case.code)
    able = [person for person in roster.people if not person.roles.isdisjoint(CALL_ROLES)]
    kept_out = cases.kept_out(case.code, able)
    free = [person for person in able if person.name not in kept_out]
    chosen = called(call.words["who"], [each for each in free if each.accounts or each.mail])
    if chosen is None:
        return [seen, Answer(doc=doc(Msg("page.nobody")))]
    if chosen.name == call.by:
        return [seen, Answer(doc=doc(Msg("page.yourself")))]
    about = (team(chosen.name), team(case.code))
    if _is_called(chosen.name, case.code, pages, now):
        return [seen, Answer(doc=doc(Msg("page.already", about)))]
    new = Page(
        code=cases.fresh_code(CodeKind.PAGE, dice),
        emergency=None,
        case=case.code,
        opened_at=now,
        whom=chosen.name,
        asked_by=call.by,
    )
    ring = advance(new, PageInput.RING, now, terms.ladder, whom(new, terms, watch, now))
    done = Msg("page.done", (*about, team(new.code)))
    return [*ring.effects, seen, Answer(doc=doc(done))]


def _is_called(name: str, case: str, pages: Pages, now: datetime) -> bool:
    """Tell whether somebody is being called about a case, or was just now and did not answer."""
    last = pages.find(case)
    known = pages.live() if last is None else (*pages.live(), last)
    return any(
        each.whom == name
        and each.case == case
        and not each.answers
        and (each.state is PageState.RINGING or now - each.opened_at < AGAIN)
        for each in known
    )
