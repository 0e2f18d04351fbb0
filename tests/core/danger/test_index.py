"""The index skips what cannot match: it must find what a search through everything finds."""

import random
import re
from collections.abc import Iterator

import pytest

from bot.core.danger.entry import Entry, Phrase
from bot.core.danger.fold import fold
from bot.core.danger.heads import heads
from bot.core.danger.index import Found, Index
from bot.core.danger.judge import LISTS

_BRANCH = re.compile(r"[a-z]+(?: [a-z]+){0,2}")


def plainly(entries: tuple[Entry, ...], text: str) -> Iterator[tuple[Entry, Phrase, Found]]:
    """Yield what is found by trying each phrase at each word that its cue allows."""
    words = text.split(" ")
    starts = [sum(len(word) + 1 for word in words[:at]) for at in range(len(words))]
    for entry in entries:
        for phrase in entry.phrases:
            done = 0
            for number, word in enumerate(words):
                if word not in phrase.cues:
                    continue
                for at in range(max(number - phrase.reach, done), number + 1):
                    found = phrase.regex.match(text, starts[at])
                    if found is not None:
                        yield entry, phrase, found.span()
                        break
                done = number + 1


def made(count: int) -> Iterator[str]:
    """Yield lines made of pieces of the lists themselves, and of their samples."""
    dice = random.Random(4)
    pieces = [
        piece
        for entry in LISTS
        for phrase in entry.phrases
        for piece in _BRANCH.findall(phrase.line)
    ]
    samples = [sample for entry in LISTS for sample in (*entry.hits, *entry.misses)]
    for _ in range(count):
        some = [dice.choice(pieces) for _ in range(dice.randint(2, 12))]
        yield " ".join([*some, dice.choice(samples), "12 years old", *dice.sample(some, 2)])


def test_it_finds_what_trying_everything_finds() -> None:
    index = Index(LISTS)
    index.always.clear()
    hits = 0
    for line in made(60):
        text = fold(line)
        slow = sorted((id(entry), span) for entry, _, span in plainly(LISTS, text))
        assert sorted((id(entry), span) for entry, span in index.read(text)) == slow
        hits += len(slow)
    assert hits > 100


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("(?:he|she) (?:is )?", {"he", "she"}),
        ("kids? ", {"kid", "kids"}),
        ("(?:(?:two|a)(?: \\w+)? (?:man)|i) ", {"two", "a", "i"}),
        ("(?:[8-9]|1[0-1]) (?:years?) ", {"8", "9", "10", "11"}),
        ("(?:they)(?: is| are)? (?:just )?", {"they"}),
        ("(?:the |a )?", set()),
        ("(?:he|\\w+s) ", set()),
        ("(?:he|she)", set()),
        ("he(?!llo) ", set()),
        ("(?:he (?:is|", set()),
        ("", set()),
    ],
)
def test_the_first_words_are_known_only_where_they_are_certain(
    expression: str, words: set[str]
) -> None:
    assert heads(expression) == words
