"""One entry of a danger list: phrases, what they mean, and the samples that test them.

A pattern holds one phrase a line, written over folded text (see `fold`): lower case, plain
spelling (`he is`, `do not`, `going to`, `you`, `picture`), single spaces, ` . ` between sentences.
`<name>` stands for a group of `GROUPS`. Braces mark the cue: plain words, one of which must be
in the line for the phrase to be tried at all, around the places where it stands. A phrase without
braces is searched everywhere. Repeats are bounded, so that reading stays linear.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from bot.core.danger.groups import GROUPS, WORDS
from bot.core.danger.heads import heads
from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger

#: How many words may stand before the cue of a phrase.
REACH = 24
_GROUP = re.compile(r"<(\w+)>")
_CUE = re.compile(r"{([\w|<> ]+)}")


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A phrase: its expression, the words that call for it, how far before them it may begin, and
    the words that it can begin with, where they are few.
    """

    line: str
    cues: frozenset[str]
    reach: int
    heads: frozenset[str]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The expression; compiled when it is first called for, since all of them take long."""
        return _expression(self.line)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Phrases with one meaning.

    `danger` NONE makes an idiom: what it matches is taken out before the others look. `first`
    takes it out as well, but counts. `calm` makes a context, in which less is meant than said.
    `hits` and `misses` are samples, and its tests.
    """

    pattern: str
    danger: Danger
    emergency: EmergencyClass = EmergencyClass.LIFE
    self_harm: bool = False
    first: bool = False
    calm: bool = False
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases of the pattern; KeyError for an unknown group."""
        return compile_phrases(self.pattern)


def compile_phrases(pattern: str) -> tuple[Phrase, ...]:
    """Return the phrases of a pattern, one for each of its lines; KeyError for unknown groups."""
    return tuple(_compile(line.strip()) for line in pattern.splitlines() if line.strip())


def _compile(line: str) -> Phrase:
    for name in _GROUP.findall(line):
        if name not in GROUPS:
            raise KeyError(name)
    found = _CUE.search(line)
    if found is None:
        return Phrase(line=line, cues=frozenset(), reach=0, heads=frozenset())
    words = _GROUP.sub(lambda group: WORDS[group[1]], found[1])
    return Phrase(
        line=f"{line[: found.start()]}(?:{found[1]}){line[found.end() :]}",
        cues=frozenset(each.split()[0] for each in words.split("|")),
        reach=0 if found.start() == 0 else REACH,
        heads=heads(_GROUP.sub(lambda group: GROUPS[group[1]], line[: found.start()])),
    )


def _expression(line: str) -> re.Pattern[str]:
    filled = _GROUP.sub(lambda group: GROUPS[group[1]], line)
    return re.compile(rf"(?<!\w)(?:{filled})(?!\w)")
