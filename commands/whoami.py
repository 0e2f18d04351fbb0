"""`whoami`: who the bot takes the asker for, and what may be said to them now."""

from bot.core.policy.access import Rule
from bot.core.policy.flaws import named
from bot.core.words.effects import Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from bot.core.words.readers import Asker, Terms
from bot.core.words.text import Arg, Line, Msg, Piece, doc, public, team
from commands._spec import Call, Example, command

#: Lines about what is wrong with a room; where it may not be said there, it goes by DM.
MOST_REASONS = 4


@command(
    "whoami",
    usage="whoami",
    rule=Rule(who=None, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    writes_nothing=True,
    examples=(
        Example(typed="!whoami", says="whoami.known"),
        Example(typed="!whoami now", says="usage"),
    ),
)
def whoami(call: Call, terms: Terms) -> Effects:
    """Say name, roles, account, and what this place and a DM may carry.

    That somebody is on the roster is not for everybody: where the place may not carry it, the
    answer goes by DM.
    """
    asker = call.asker
    if asker.person is None:
        return [Answer(doc=doc(*_stranger(asker, terms), label=Label.PUBLIC))]
    private = not asker.in_dm and asker.ceiling < Label.TEAM
    known = doc(*_known(asker, asker.person), instead=Msg("whoami.unsure"))
    return [Answer(doc=known, private=private)]


def _known(asker: Asker, person: Person) -> tuple[Line, ...]:
    roles = team(", ".join(sorted(person.roles)))
    here = Msg("whoami.here", (_level(asker.ceiling), _level(asker.dm_ceiling)))
    if asker.in_dm:
        here = Msg("whoami.dm", (_level(asker.ceiling),))
    return (
        Msg("whoami.known", (team(person.name), roles, _account(asker))),
        Msg(f"whoami.may.{_may(person)}"),
        here,
        *named(asker.reasons, MOST_REASONS),
    )


def _may(person: Person) -> str:
    """Return what somebody's roles come to."""
    if person.handles_cases:
        return "pii" if person.clearance >= Label.PII else "case"
    if Role.ON_CALL in person.roles:
        return "call"
    return "ombuds" if Role.OMBUDS in person.roles else "operator"


def _stranger(asker: Asker, terms: Terms) -> tuple[Line, ...]:
    key = "whoami.no-account" if asker.account is None else "whoami.not-listed"
    account = asker.account
    args = () if account is None else (Piece(text=account.name, label=Label.PUBLIC),)
    return (Msg(key, args), Msg("whoami.write", (public(terms.team_name),)))


def _account(asker: Asker) -> Arg:
    return Msg("whoami.no-name") if asker.account is None else team(str(asker.account))


def _level(label: Label) -> Msg:
    return Msg(f"whoami.level.{label.name.lower()}")
