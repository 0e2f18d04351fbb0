"""`emergency`: somebody may be in danger. Anybody may call it, anywhere, at any time.

Nothing that was typed can make this fail: what is not a class or a case is text.
"""

from bot.core.policy.access import CASE_ROLES, Rule, may_ever
from bot.core.words.effects import Effects, RaiseEmergency
from bot.core.words.ids import read_code
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.readers import Cases
from bot.core.words.text import Pieces, plain
from commands._spec import Call, Example, TakesText, TakesWord, command
from commands._words import cut

RULE = Rule(who=None, floor=Label.PUBLIC)
_FOR_CASES = Rule(who=CASE_ROLES)


@command(
    "emergency",
    usage="emergency [life|child] [CASE] TEXT",
    rule=RULE,
    label=Label.PUBLIC,
    takes=(
        TakesWord(name="class", choices=tuple(EmergencyClass), optional=True),
        TakesText(optional=True),
    ),
    examples=(
        Example(typed="!emergency somebody says they will hurt a person", says="emergency.room"),
        Example(
            typed="!emergency child CASE see the link in the case",
            says="emergency.room",
            given=("!open Messages to a child",),
        ),
    ),
    goes_on=True,
)
def emergency(call: Call, cases: Cases) -> Effects:
    """Call for help: `life` unless `child` was said."""
    case, words = _case_and_words(call, cases)
    raised = RaiseEmergency(
        emergency=EmergencyClass(call.words.get("class", EmergencyClass.LIFE)),
        words=words,
        case=case,
        identity=call.asker.identity,
        by=call.asker.name,
    )
    return [raised]


def _case_and_words(call: Call, cases: Cases) -> tuple[str | None, Pieces]:
    """Take a case's code off the words; one that this asker cannot find is text like any other."""
    text = call.text or ()
    whole = plain(text)
    head, _, tail = whole.partition(" ")
    code = read_code(head)
    known = isinstance(code, str) and may_ever(_FOR_CASES, call.asker.person)
    if not isinstance(code, str) or not known or cases.find(code) is None:
        return None, text
    return code, cut(text, len(whole) - len(tail.lstrip()), len(whole))
