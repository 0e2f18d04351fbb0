"""The page `docs/commands.md`, made from the specs: `python -m commands._page > docs/commands.md`.

It is the table of rights, too: a test holds the page to the specs, so that no right changes
unseen.
"""

import sys
from collections.abc import Iterator

from bot.core.policy.access import CALL_ROLES, CASE_ROLES, PII_ROLES, ROSTER, Rule
from bot.core.words.people import Role
from bot.texts.catalogue import message
from commands._registry import Table, load
from commands._spec import Command

_HEAD = """\
# Commands

Made from the files in `commands/`; `python -m commands._page > docs/commands.md` makes it anew.

In a room a command begins with the prefix (`!`) or with the bot's name (`caseward: help`). The verb
comes first, the case second, free text last. A case is its code, in any case of letters, or a
number of the last list. The last case used in a place may be left out for `show`, `note` and
`link`; never where somebody else is reached. On Matrix each case has a thread, which the bot begins
with its own words: in it, the case is the one of the thread.

A longer text is written in a direct message: type the command without its text, then as many lines
as it takes, up to 16 kB; `done` on a line of its own uses them all, `cancel` drops them. Other
commands can be typed in between. After half an hour without a line, or when the bot starts anew,
what was written so far is gone, and the next line is told so.
"""

_RIGHTS = """
## Who may type what, where

*Everybody* includes people whom the team does not know. *On the list* is everybody in the
configuration. *Case roles* are functionary, oversighter, checkuser, steward and arbitrator; *PII
roles* the same without functionary; *call roles* are the case roles and on-call. The place is the
least that it must be able to carry at that moment; the label says how private the answer is, and
*by DM* that it goes there wherever it was asked for. *Counted* verbs read the words of a case: after
20 cases within an hour they stop, the team and the ombuds are told, and another handler can type
`allow`. `can VERB` and `whoami` say the same for you, there and then.

| verb | who | place | closed cases | answer | counted | `undo` |
|---|---|---|---|---|---|---|
"""

_WHO = {
    None: "everybody",
    ROSTER: "on the list",
    CASE_ROLES: "case roles",
    PII_ROLES: "PII roles",
    CALL_ROLES: "call roles",
    CASE_ROLES | {Role.OMBUDS}: "case roles and ombuds",
}


def page(table: Table) -> str:
    """Return the page."""
    found = table.commands.values()
    verbs = "\n".join(line for one in found for line in _verb(one))
    rights = "\n".join(_right(one) for one in found)
    return f"{_HEAD}\n{verbs}{_RIGHTS}{rights}\n"


def _verb(found: Command) -> Iterator[str]:
    yield f"## `{found.usage}`\n"
    yield f"{message(found.summary_key)}\n"
    yield "```"
    yield from (example.typed for example in found.examples)
    yield "```\n"


def _right(found: Command) -> str:
    rule = found.rule
    cells = (
        f"`{found.verb}`",
        _who(rule),
        rule.floor.name.lower(),
        _closed(found),
        f"{found.label.name.lower()}{', by DM' if found.by_dm else ''}",
        "yes" if found.reads_case else "",
        "yes" if found.undoable else "",
    )
    return f"| {' | '.join(cells)} |"


def _who(rule: Rule) -> str:
    return _WHO[rule.who] if rule.who in _WHO else ", ".join(sorted(rule.who or ()))


def _closed(found: Command) -> str:
    if not found.takes_case:
        return ""
    return "yes" if found.rule.closed_too else "no"


if __name__ == "__main__":
    sys.stdout.write(page(load()))
