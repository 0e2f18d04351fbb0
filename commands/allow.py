"""`allow`: let somebody who was stopped read more cases; it takes a second person."""

from datetime import datetime

from bot.core.policy.access import CASE_ROLES, Rule
from bot.core.words.effects import AllowReads, Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.people import Roster
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, doc, team
from commands._reads import tell
from commands._spec import Call, Example, TakesWord, command


@command(
    "allow",
    usage="allow WHO",
    rule=Rule(who=CASE_ROLES, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesWord(name="who"),),
    examples=(
        Example(typed="!allow bob", says="allow.done"),
        Example(typed="!allow alice", says="allow.yourself"),
        Example(typed="!allow nobody", says="allow.nobody"),
    ),
)
def allow(call: Call, roster: Roster, terms: Terms, now: datetime) -> Effects:
    """Let them read as many cases again within the hour, and tell the team."""
    who = roster.named(call.words["who"])
    if who is None or not who.handles_cases:
        return [Answer(doc=doc(Msg("allow.nobody")))]
    if who.name == call.by:
        return [Answer(doc=doc(Msg("allow.yourself")))]
    told = Msg("allow.told", (team(call.by), team(who.name)))
    return [
        AllowReads(name=who.name),
        *tell(told, f"allow:{who.name}:{now.isoformat()}", call.asker, roster, terms, also=who),
        Answer(doc=doc(Msg("allow.done", (team(who.name),)))),
    ]
