"""`suspend`: take every right from somebody of the team, at once."""

from bot.core.policy.access import CALL_ROLES, Rule
from bot.core.policy.standing import SUSPEND
from bot.core.words.effects import Answer, Confirm, Effects, Suspend
from bot.core.words.labels import Label
from bot.core.words.people import Person, Roster
from bot.core.words.readers import Cases, Standing, Terms
from bot.core.words.text import Count, Line, Msg, When, doc, public, team
from commands._spec import Call, Example, TakesWord, command


@command(
    "suspend",
    usage="suspend WHO",
    rule=Rule(who=SUSPEND, floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesWord(name="who"),),
    examples=(
        Example(typed="!suspend alice", says="suspend.preview", by="carol"),
        Example(typed="!suspend nobody", says="standing.unknown", by="carol"),
    ),
    goes_on=True,
)
def suspend(call: Call, standing: Standing, roster: Roster, cases: Cases, terms: Terms) -> Effects:
    """Say what will happen, and on `yes` let somebody be nobody until they are reinstated."""
    who = standing.everybody.named(call.words["who"])
    if who is None:
        return [Answer(doc=doc(Msg("standing.unknown")))]
    if who.name == call.by:
        return [Answer(doc=doc(Msg("suspend.yourself")))]
    if roster.named(who.name) is None:
        return [Answer(doc=doc(already(who, standing)))]
    if not call.confirmed:
        return [Confirm(doc=doc(*_preview(who, roster, cases, terms)))]
    done = Msg("suspend.done", (team(who.name), public(terms.prefix)))
    # Where they sit in this very room, it may not carry their name from now on.
    said = doc(done, instead=Msg("suspend.done-public"))
    return [Suspend(name=who.name, by=call.by), Answer(doc=said)]


def already(who: Person, standing: Standing) -> Line:
    """Return why somebody may not act: the file says so, or somebody did."""
    found = standing.suspension(who.name)
    if found is None:
        return Msg("suspend.by-file", (team(who.name),))
    return Msg("suspend.already", (team(who.name), team(found.by), When(at=found.at)))


def _preview(who: Person, roster: Roster, cases: Cases, terms: Terms) -> tuple[Line, ...]:
    name = team(who.name)
    led = sum(1 for row in cases.rows() if row.lead == who.name)
    others = [person for person in roster.people if person is not who]
    able = [p for p in others if not p.roles.isdisjoint(CALL_ROLES)]
    on_ladder = {one for step in terms.ladder.steps for one in step}
    lines: list[Line] = [Msg("suspend.preview", (name,))]
    if led:
        lines.append(Msg("suspend.preview-leads", (name, Count(number=led))))
    if not any(person.handles_cases for person in others):
        lines.append(Msg("suspend.preview-nobody"))
    elif who.name in on_ladder and not any(person.name in on_ladder for person in able):
        lines.append(Msg("suspend.preview-ladder"))
    return tuple(lines)
