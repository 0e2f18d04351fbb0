"""`help`: what can be typed, in few lines."""

import textwrap
from collections.abc import Sequence

from bot.core.policy.access import Rule, may_ever
from bot.core.words.effects import Answer, Effects
from bot.core.words.labels import Label
from bot.core.words.people import Person
from bot.core.words.readers import Terms
from bot.core.words.text import Line, Msg, Piece, doc, public
from commands._registry import Table
from commands._spec import Call, Command, Example, TakesWord, command

#: Letters of a line that a phone shows whole, and how many the word before the first of them has.
WIDTH, BEFORE = 78, 6
#: What is taught first.
FIRST = ("cases", "show", "take", "note", "say", "due", "request", "close", "ack", "emergency")


@command(
    "help",
    usage="help [VERB]",
    rule=Rule(who=None, floor=Label.PUBLIC),
    label=Label.PUBLIC,
    writes_nothing=True,
    takes=(TakesWord(name="verb", optional=True),),
    examples=(
        Example(typed="!help note", says="help.usage"),
        Example(typed="!help", says="help.first"),
        Example(typed="!help nothing", says="verb.unknown"),
    ),
)
def help_(call: Call, table: Table, terms: Terms) -> Effects:
    """Name the verbs that the asker may use, or explain one of them."""
    person, verb = call.asker.person, call.words.get("verb")
    found = table.find(verb) if verb else None
    if found is not None and may_ever(found.rule, person):
        lines = _one(found, terms)
    elif verb is not None and person is not None:
        lines = (_not_found(table, verb, person),)
    else:
        lines = _all(table, person, terms)
    return [Answer(doc=doc(*lines, label=Label.PUBLIC))]


def _all(table: Table, person: Person | None, terms: Terms) -> tuple[Line, ...]:
    if person is None:
        return (Msg("help.stranger", (public(terms.team_name), public(terms.prefix))),)
    known = [command_.verb for command_ in table.open_to(person)]
    first = [verb for verb in FIRST if verb in known]
    # The last line says how to go on asking for help.
    rest = [verb for verb in known if verb not in {*first, "help"}]
    prefix = public(terms.prefix)
    return (
        Msg("help.first", (_listed(first),)),
        Msg("help.rest", (_wrapped(rest),)),
        Msg("help.how", (prefix,)),
    )


def _one(found: Command, terms: Terms) -> tuple[Line, ...]:
    prefix = public(terms.prefix)
    example = public(found.examples[0].typed.removeprefix("!"))
    return (
        Msg("help.usage", (prefix, public(found.usage))),
        Msg(found.summary_key),
        Msg("help.example", (prefix, example)),
    )


def _not_found(table: Table, verb: str, person: Person) -> Msg:
    near = table.nearest(verb, person)
    return Msg("verb.unknown") if near is None else Msg("verb.near", (public(near),))


def _wrapped(verbs: Sequence[str]) -> Piece:
    """Return verbs in as many lines as a phone shows whole."""
    room = " " * BEFORE
    lines = textwrap.wrap(" ".join(verbs), WIDTH, initial_indent=room, break_on_hyphens=False)
    return public("\n".join(lines).removeprefix(room))


def _listed(verbs: Sequence[str]) -> Piece:
    return public(" ".join(verbs))
