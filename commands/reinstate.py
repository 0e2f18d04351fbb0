"""`reinstate`: let somebody act again who was suspended."""

from bot.core.policy.access import Rule
from bot.core.policy.standing import REINSTATE
from bot.core.words.effects import Answer, Confirm, Effects, Reinstate
from bot.core.words.labels import Label
from bot.core.words.readers import Standing, Terms
from bot.core.words.text import Line, Msg, doc, public, team
from commands._spec import Call, Example, TakesWord, command


@command(
    "reinstate",
    usage="reinstate WHO",
    rule=Rule(who=REINSTATE, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesWord(name="who"),),
    examples=(
        Example(typed="!reinstate alice", says="reinstate.not-suspended", by="carol"),
        Example(typed="!reinstate nobody", says="standing.unknown", by="carol"),
    ),
)
def reinstate(call: Call, standing: Standing, terms: Terms) -> Effects:
    """Say what will happen, and on `yes` end a suspension. Never one's own: who is suspended
    has no right to this.
    """
    who = standing.everybody.named(call.words["who"])
    if who is None:
        return [Answer(doc=doc(Msg("standing.unknown")))]
    name = team(who.name)
    if standing.suspension(who.name) is None:
        key = "reinstate.by-file" if who.suspended else "reinstate.not-suspended"
        return [Answer(doc=doc(Msg(key, (name, public(terms.prefix)))))]
    # The file may suspend them besides: then that stands.
    also: tuple[Line, ...] = (Msg("suspend.by-file", (name,)),) if who.suspended else ()
    if not call.confirmed:
        return [Confirm(doc=doc(Msg("reinstate.preview", (name,)), *also))]
    done = Answer(doc=doc(Msg("reinstate.done", (name,)), *also))
    return [Reinstate(name=who.name, by=call.by), done]
