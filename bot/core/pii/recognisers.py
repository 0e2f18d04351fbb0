"""Personal information found by rule: one record each, with the samples that test it.

Rules are for words that people type in a chat; they are narrow where chat is full of numbers
(versions, revision ids, tickets). Adding one is adding a record. Where two rules find the same
characters, the earlier one names the kind.
"""

import re

from bot.core.pii.numbers import NUMBERS
from bot.core.pii.people import PEOPLE
from bot.core.pii.phones import PHONES
from bot.core.pii.places import PLACES
from bot.core.pii.rule import Reader, Rule, Span, spans_by

__all__ = ["RULES", "Rule", "Span", "spans", "spans_by"]

_HOST_WORDS = (
    r"(?:com|org|net|edu|gov|info|biz|name|io|me|dev|app|xyz|online|example|test|mail|email|de|fr|uk|it|es|nl|pl|ru"
    r"|ch|at|be|se|no|fi|dk|eu|us|ca|au|in|jp|br|cz|pt|gr|ie|nz|cn|kr|tw|hu|ro|ua|za|mx|ar|il|tr|tv|cc|co)"
)
#: What stands before "at" without being anybody's mailbox.
_NO_BOXES = frozenset(
    "look looked looking me us it is be was are were hosted available live page site see stay find found"
    " here there up over now not that this them him her you he she they i we read seen posted work works"
    " working arrive register registered sign signed edit edits editing active account user down back in"
    " out and or only more just again out go staying laughing happened happens published listed".split()
)


def _is_box(match: re.Match[str]) -> bool:
    return match["box"].lower() not in _NO_BOXES


RULES: tuple[Rule, ...] = (
    Rule(
        kind="mail",
        needs=("@",),
        pattern=re.compile(
            r"(?<![\w.!~@%+-])[\w%+-][\w.%+'-]{0,63}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}(?![\w@]|-\w)"
        ),
        hits=("write to jane@example.org", "a.b+c@mail.example.com.", "jane[at]example[dot]org"),
        misses=("nick!~user@host.example.org", "@alice:example.org", "user@localhost"),
    ),
    Rule(
        kind="mail",
        needs=(" dot ", " . ", " @", "@ "),
        pattern=re.compile(
            r"(?<![\w.!~@%+-])(?P<box>\w[\w%+-]{0,40}(?:(?:\.| ?_ ?| dot )[\w%+-]{1,40}){0,3})"
            r"(?: at | ?@ )"
            r"[\w-]{1,63}(?:(?: dot | ?\. ?)[\w-]{1,63}){0,3}(?: dot | \. ?| ?\. )"
            rf"{_HOST_WORDS}(?!\w)",
            re.IGNORECASE,
        ),
        check=_is_box,
        hits=(
            "jane at example dot org",
            "jane.example AT example DOT com",
            "its jane @ example . org",
        ),
        misses=("look at wikipedia dot org", "meet me at example.org", "ping @ jane . ok then"),
    ),
    Rule(
        kind="mail",
        needs=(" at ", " @ "),
        pattern=re.compile(
            r"(?<![\w.!~@%+-])(?P<box>\w[\w%+-]{0,40}(?:[._][\w%+-]{1,40}){0,3})"
            r" (?:(?-i:AT)|@|(?<=[._\d]\w at)|at(?= (?:gmail|gmx|yahoo|hotmail|outlook|proton\w{0,4}|mail)\b)) "
            rf"(?:[\w-]{{1,63}}\.){{1,4}}{_HOST_WORDS}(?!\w)",
            re.IGNORECASE,
        ),
        check=_is_box,
        hits=("jane AT example.org", "jane @ example.org", "jane at gmail.com"),
        misses=("sign up at example.org", "read it AT example.org"),
    ),
    *NUMBERS,
    *PHONES,
    *PLACES,
    *PEOPLE,
)

_reader = Reader(RULES)


def spans(text: str) -> tuple[Span, ...]:
    """Return where the text holds personal information: in order, without overlaps."""
    return _reader.spans(text)
