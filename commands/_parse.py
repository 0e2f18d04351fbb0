"""From a typed line to a `Call`: what was meant, or in words what is missing."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from bot.core.words.cases import CaseView
from bot.core.words.doors import Line
from bot.core.words.ids import Slip, read_code
from bot.core.words.readers import Cases, Desk
from bot.core.words.text import NO_PING, Msg, Piece, Pieces, public, team
from commands._spec import Command, TakesCase, TakesText, TakesWord

#: Letters of a line that a phone shows whole, without the words before them.
WIDTH = 64

#: Labels a stretch of typed text.
Labeller = Callable[[str], Pieces]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The arguments that a command takes.

    `spelled` is the rest of the line with the case's code in full, however it was typed.
    """

    spelled: str
    case: CaseView | None = None
    words: dict[str, str] = field(default_factory=dict)
    text: Pieces | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """The line cannot be run as it stands; `why` and `more` say what to type."""

    why: Msg
    more: tuple[Msg, ...] = ()


def addressed(text: str, *, prefix: str, name: str) -> Line | None:
    """Split `!verb rest` or `name: verb rest`; None for a line that is not for the bot."""
    stripped = text.replace(NO_PING, "").strip()
    lowered = stripped.lower()
    named = False
    if stripped.startswith(prefix):
        body = stripped[len(prefix) :]
    elif lowered.startswith((f"{name.lower()}:", f"{name.lower()},")):
        body = stripped[len(name) + 1 :].lstrip().removeprefix(prefix)
        named = True
    else:
        return None
    verb, _, rest = body.partition(" ")
    if not verb or not verb[0].isalpha():
        return None
    return Line(verb=verb.lower(), rest=rest.strip(), named=named)


def parse(
    command: Command,
    line: Line,
    *,
    cases: Cases,
    desk: Desk,
    label: Labeller,
    prefix: str,
    in_dm: bool,
) -> Parsed | Unclear:
    """Read the arguments that `command` takes from a line."""
    usage = _spelled(prefix, command.usage)
    rest = line.rest
    words: dict[str, str] = {}
    spelled = rest
    case: CaseView | None = None
    text: Pieces | None = None
    words_follow = any(isinstance(takes, TakesText) for takes in command.takes)
    for takes in command.takes:
        match takes:
            case TakesCase():
                found = _take_case(takes, rest, cases, desk, usage, words_follow=words_follow)
                if isinstance(found, Unclear):
                    return found
                case, rest = found
                spelled = rest if case is None else f"{case.code} {rest}".strip()
            case TakesWord():
                taken = _take_word(takes, rest, usage)
                if isinstance(taken, Unclear):
                    return taken
                word, rest = taken
                if word is not None:
                    words[takes.name] = word
            case TakesText():
                typed = rest if line.text is None else line.text
                if typed:
                    text, rest = label(typed), "" if line.text is None else rest
                elif not takes.optional and (why := _no_text(takes, line, desk, usage, in_dm)):
                    return why
    if rest:
        return Unclear(_usage(usage))
    return Parsed(spelled=spelled, case=case, words=words, text=text)


@cache
def _spelled(prefix: str, usage: str) -> Piece:
    return public(f"{prefix}{usage}")


def _no_text(takes: TakesText, line: Line, desk: Desk, usage: Piece, in_dm: bool) -> Unclear | None:
    """Return what to say where the text is missing; None where it may be composed now."""
    if line.text is not None:
        return Unclear(Msg("compose.empty"))
    if not takes.composed:
        return Unclear(_usage(usage))
    if not in_dm:
        return Unclear(_usage(usage), (Msg("compose.in-dm"),))
    if (open_ := desk.composing) is not None:
        return Unclear(
            Msg("compose.open", (public(open_.verb), team(open_.case))), (Msg("compose.how"),)
        )
    return None


def _usage(usage: Piece) -> Msg:
    return Msg("usage", (usage,))


def _take_case(
    takes: TakesCase, rest: str, cases: Cases, desk: Desk, usage: Piece, *, words_follow: bool
) -> tuple[CaseView | None, str] | Unclear:
    head, _, tail = rest.partition(" ")
    code = code_of(head, desk)
    if (takes.may_omit or takes.optional) and head.isalpha() and code is not None:
        if isinstance(code, Slip):
            code = None
        elif words_follow:
            # Whether there is such a case must not decide what the line means.
            return Unclear(Msg("case.dash"))
    if isinstance(code, Slip):
        return Unclear(Msg("case.slip"))
    if code is None:
        if head.isdecimal() and not words_follow:
            # A number that the last list does not have is no part of anything else.
            return Unclear(absent(head, usage))
        if takes.may_omit and desk.case is not None:
            return _found(cases, desk.case, rest, Unclear(absent("", usage)))
        if takes.optional:
            return None, rest
        return Unclear(absent("", usage))
    return _found(cases, code, tail.strip(), Unclear(absent(head, usage)))


def code_of(head: str, desk: Desk) -> str | Slip | None:
    """Return the code that a word means, by itself or as a number of the last list."""
    if head in {str(number) for number in range(1, len(desk.listed) + 1)}:
        return desk.listed[int(head) - 1]
    return read_code(head)


def absent(head: str, usage: Piece) -> Msg:
    """Return what is said when a word names no case, or none that all who read may know of.

    A number, or no word at all, means what was remembered. What has become hidden since is as
    if it had never been: "no such case" would tell those present that there is one.
    """
    return Msg("case.none") if head and not head.isdecimal() else Msg("case.which", (usage,))


def _found(cases: Cases, code: str, rest: str, absent: Unclear) -> tuple[CaseView, str] | Unclear:
    case = cases.find(code)
    return absent if case is None else (case, rest)


def _take_word(takes: TakesWord, rest: str, usage: Piece) -> tuple[str | None, str] | Unclear:
    head, _, tail = rest.partition(" ")
    if not takes.choices:
        if head:
            return head, tail.strip()
        return (None, "") if takes.optional else Unclear(_usage(usage))
    chosen = _choose(head, takes.choices, exactly=takes.optional)
    if chosen is not None:
        return chosen, tail.strip()
    if takes.optional:
        return None, rest
    return Unclear(Msg("word.choices", (usage, _listed(takes.choices))))


def _choose(head: str, choices: tuple[str, ...], *, exactly: bool) -> str | None:
    lowered = head.lower()
    if exactly or lowered in choices:
        return lowered if lowered in choices else None
    begun = [choice for choice in choices if lowered and choice.startswith(lowered)]
    return begun[0] if len(begun) == 1 else None


def _listed(choices: tuple[str, ...]) -> Piece:
    return team("\n".join(textwrap.wrap(", ".join(choices), WIDTH)))
