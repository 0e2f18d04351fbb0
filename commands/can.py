"""`can`: may I do this here, who else may, where, and if not, why?"""

from bot.core.policy.access import ROSTER, Refusal, Rule, decide
from bot.core.words.effects import Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.readers import Asker
from bot.core.words.text import Line, Msg, doc, public
from commands._registry import Table
from commands._spec import Call, Command, Example, TakesWord, command


@command(
    "can",
    usage="can VERB",
    rule=Rule(who=None, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    writes_nothing=True,
    takes=(TakesWord(name="verb"),),
    examples=(
        Example(typed="!can note", says="can.yes"),
        Example(typed="!can fly", says="can.unknown"),
        Example(typed="!can", says="usage"),
    ),
)
def can(call: Call, table: Table) -> Effects:
    """Answer from the table of rights, as it would be decided now."""
    found = table.find(call.words["verb"])
    lines = (Msg("can.unknown"),) if found is None else _told(found, call.asker)
    return [Answer(doc=doc(*lines, label=Label.PUBLIC))]


def _told(found: Command, asker: Asker) -> tuple[Line, ...]:
    verb, who, where = public(found.verb), _who(found), _where(found)
    match decide(found.rule, asker.person, asker.ceiling):
        case None if found.by_dm and asker.dm_ceiling < found.label:
            return (Msg("can.no-answer"), who, where, Msg("can.no-answer-how"))
        case None:
            return (Msg("can.yes", (verb,)), who, where)
        case Refusal.NOT_KNOWN:
            return (Msg("can.not-known", (verb,)), who, Msg("can.log-in"))
        case Refusal.NOT_YOURS:
            return (Msg("can.not-yours"), who, where)
        case _:
            elsewhere = decide(found.rule, asker.person, asker.dm_ceiling) is None
            no = Msg("can.by-dm" if elsewhere else "can.nowhere")
            return (no, who, where, *_why(asker))


def _who(found: Command) -> Msg:
    """Return who has the right, in words."""
    who = found.rule.who
    if who is None:
        return Msg("can.who", (Msg("can.who.anybody"),))
    if who == ROSTER:
        return Msg("can.who", (Msg("can.who.roster"),))
    return Msg("can.who", (public(", ".join(sorted(who))),))


def _where(found: Command) -> Msg:
    """Return in which places, on which cases, and where the answer goes."""
    rule = found.rule
    said = Msg(f"can.where.{rule.floor.name.lower()}")
    if found.takes_case:
        state = Msg("can.state.any" if rule.closed_too else "can.state.open")
        said = Msg("can.where", (said, state))
    return Msg("can.where", (said, Msg("can.answer-by-dm"))) if found.by_dm else said


def _why(asker: Asker) -> tuple[Msg, ...]:
    """Return why this place may not carry it, in one line where the others leave room for one."""
    if asker.in_dm:
        return (Msg("can.no-answer-how"),)
    if asker.reasons:
        return (Msg(f"room.flaw.{asker.reasons[0]}"),)
    return (Msg("can.not-here-how"),)
