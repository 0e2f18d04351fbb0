"""Each rule's samples, and reading a line into pieces."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.pii.reading import label, read
from bot.core.pii.recognisers import RULES, Rule, spans, spans_by
from bot.core.words.labels import Label
from bot.core.words.text import plain
from bot.core.words.verdict import Danger

ALL = [pytest.param(rule, id=f"{rule.kind}-{number}") for number, rule in enumerate(RULES)]


@pytest.mark.parametrize("rule", ALL)
def test_each_rule_finds_its_hits_and_leaves_its_misses(rule: Rule) -> None:
    assert rule.hits
    assert rule.misses
    for sample in rule.hits:
        assert spans_by((rule,), sample), sample
    for sample in rule.misses:
        assert not spans_by((rule,), sample), sample


CHAT = """
nick!~user@gateway/web/irccloud.com
updated to version 1.35.0.2
T123456 is fixed in r98765
see edits 1012345678 and 1012345699
the hash is deadbeefcafe0123
it starts at 12:34:56 UTC on 2031-05-28
@alice:example.org joined
C-4KTZ1A is done
block for 31 hours, 3RR
there are 10 000 edits
the ban is on *!*@192.0.2.44 and ~x@2001:db8::1
see ISBN 0-306-40615-2 and DOI 10.1000/182
commit 3f2a9c1 fixed 12:34 05-06-2031
libexample 1.1.1.1 broke, 3.0.2.0 works
the full name is too long for the field
X is actually quite a good article
meet me at the noticeboard, dot your i
AGF = Assume Good Faith
""".strip().splitlines()


@pytest.mark.parametrize("line", CHAT)
def test_ordinary_chat_holds_nothing_personal(line: str) -> None:
    assert spans(line) == ()
    assert [piece.label for piece in label(line)] == [Label.CASE]


def test_a_rule_more_is_one_record() -> None:
    more = Rule(kind="badge", pattern=re.compile(r"badge \d+"), hits=("badge 7",), misses=("x",))
    assert spans("badge 7") == ()
    assert [span.kind for span in spans_by((*RULES, more), "badge 7")] == ["badge"]


def test_personal_spans_and_links_are_raised_and_nothing_is_lost() -> None:
    text = "mail jane@example.org, see https://example.org/a now"
    reading = read(text)
    assert plain(reading.pieces) == text
    assert [piece.text for piece in reading.pieces if piece.label is Label.PII] == [
        "jane@example.org",
        "https://example.org/a",
    ]


def test_reading_finds_danger_and_exposure() -> None:
    assert read("he will kill me").verdict.danger is Danger.RAISED
    assert read("he posted my address").exposure
    assert not read("hello").exposure


def test_spans_do_not_overlap() -> None:
    text = "her real name is Jane Example jane@example.org phone 555-010-9999"
    found = spans(text)
    assert [span.kind for span in found] == ["real-name", "mail", "phone"]
    assert all(one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("sin 046 454 286", ["national-id"]),
        ("profile: https://social.example/@jane_example", ["profile-link"]),
        ("her number is 555 0123, ask for Jane", ["phone"]),
        ("her address is 10 rue de l'Exemple", ["address"]),
    ],
)
def test_kinds_are_told_apart(text: str, kinds: list[str]) -> None:
    assert [span.kind for span in spans(text)] == kinds


@given(st.text(max_size=200))
def test_any_text_is_read_whole(text: str) -> None:
    assert plain(read(text).pieces) == text


@given(
    st.lists(
        st.sampled_from(
            ["jane@example.org", "+49 30 1234567", "https://example.org/a?b=c", "192.0.2.1", "x",
             "hxxp://a[.]example/b", "Special:Diff/12345", "(", ")", "\u200b", "he will kill me"]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_any_mixture_is_read_whole(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words)):
        assert plain(read(text).pieces) == text
