"""`lift`: let somebody know of a case after all, who was kept out because they are named."""

from datetime import datetime

from bot.core.case import facts
from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AddFacts, Answer, Effects, RememberCase
from bot.core.words.ids import Slip
from bot.core.words.labels import Label
from bot.core.words.people import Role
from bot.core.words.readers import Cases, Desk, Standing, Terms
from bot.core.words.text import Msg, doc, public, team
from commands._crew import called
from commands._parse import absent, code_of
from commands._spec import Call, Example, TakesWord, command

USAGE = "lift CASE WHO"


@command(
    "lift",
    usage=USAGE,
    rule=Rule(who=CASE_ROLES | {Role.OMBUDS}, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesWord(name="case"), TakesWord(name="who")),
    examples=(
        Example(
            typed="!lift CASE bob",
            says="lift.not-kept",
            given=("!open Insults on a talk page",),
        ),
        Example(
            typed="!lift CASE nobody", says="lift.nobody", given=("!open Insults on a talk page",)
        ),
    ),
)
def lift(
    call: Call, cases: Cases, standing: Standing, desk: Desk, terms: Terms, now: datetime
) -> Effects:
    """Take somebody's names off a case. Whoever reported it keeps a reporter's view unsaid.

    The ombuds reads no case, so the code is looked up here, without what it holds.
    """
    code = code_of(call.words["case"], desk)
    if isinstance(code, Slip):
        return [_said(Msg("case.slip"))]
    if code is None:
        return [_said(absent("", public(f"{terms.prefix}{USAGE}")))]
    if not cases.known(code):
        return [_said(absent(call.words["case"], public(f"{terms.prefix}{USAGE}")))]
    seen = RememberCase(code=code)
    everybody = standing.everybody.people
    person = called(call.words["who"], everybody)
    if person is None:
        return [seen, Answer(doc=doc(Msg("lift.nobody")))]
    about = (team(person.name), team(code))
    if not cases.kept_out(code, (person,)):
        return [seen, Answer(doc=doc(Msg("lift.not-kept", about)))]
    still = cases.kept_out(code, [other for other in everybody if other is not person])
    return [
        AddFacts(code=code, facts=(facts.lifted(at=now, by=call.by, person=person, still=still),)),
        seen,
        Answer(doc=doc(Msg("lift.done", about))),
    ]


def _said(why: Msg) -> Answer:
    return Answer(doc=doc(why, label=Label.PUBLIC))
