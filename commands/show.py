"""`show`: one case, whole or in part. Personal pieces pass through; the gate holds them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.cases import CaseView
from bot.core.words.effects import Answer, Effects, RememberCase
from bot.core.words.labels import Label
from bot.core.words.readers import Cases, Terms
from bot.core.words.text import Line, Msg, doc, team
from commands._shown import Shown, links, messages, overview, parties, record, timeline
from commands._spec import Call, Example, TakesCase, TakesWord, command

PARTS: Mapping[str, Callable[[Shown], tuple[Line, ...]]] = {
    "timeline": timeline,
    "parties": parties,
    "links": links,
    "messages": messages,
    "record": record,
}


@command(
    "show",
    usage="show CASE [timeline|parties|links|messages|record]",
    rule=Rule(who=CASE_ROLES, floor=Label.CASE),
    label=Label.CASE,
    takes=(TakesCase(may_omit=True), TakesWord(name="part", choices=tuple(PARTS), optional=True)),
    reads_case=True,
    examples=(
        Example(typed="!show CASE", says="show.head", given=("!open Insults on a talk page",)),
        Example(typed="!show links", says="show.no-links", given=("!open Insults on a talk page",)),
        Example(typed="!show C-000000", says="case.none"),
    ),
    goes_on=True,
)
def show(call: Call, cases: Cases, terms: Terms, now: datetime) -> Effects:
    """Say what is known of a case, with its holes."""
    shown = Shown(case=call.subject, cases=cases, terms=terms, now=now)
    part = call.words.get("part")
    lines = overview(shown) if part is None else PARTS[part](shown) or _nothing(shown.case, part)
    return [RememberCase(code=shown.case.code), Answer(doc=doc(*lines, label=Label.CASE))]


def _nothing(case: CaseView, part: str) -> tuple[Line, ...]:
    return (Msg(f"show.no-{part}", (team(case.code),)),)
