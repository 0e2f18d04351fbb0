"""`can`: may I do this here, and if not, why?"""

from bot.core.policy.access import Refusal, Rule, decide
from bot.core.words.effects import Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.readers import Asker
from bot.core.words.text import Line, Msg, Piece, doc, public
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
    verb = public(found.verb)
    match decide(found.rule, asker.person, asker.ceiling):
        case None:
            return (Msg("can.yes", (verb,)),)
        case Refusal.NOT_KNOWN:
            return (Msg("can.not-known", (verb,)),)
        case Refusal.NOT_YOURS:
            return (Msg("can.not-yours", (verb, _roles(found))),)
        case _:
            elsewhere = decide(found.rule, asker.person, asker.dm_ceiling) is None
            where = Msg("can.by-dm" if elsewhere else "can.nowhere", (verb,))
            reasons = (Msg(f"room.flaw.{reason}") for reason in asker.reasons)
            return (where, *reasons)


def _roles(found: Command) -> Piece:
    return public(", ".join(sorted(found.rule.who or ())))
