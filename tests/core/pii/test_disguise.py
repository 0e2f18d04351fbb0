"""Disguises are undone, and positions are those of the text as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.pii.disguise import undo
from bot.core.pii.recognisers import spans


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("an ordinary line", "an ordinary line"),
        ("a [dot] b (dot) c{.}d", "a.b.c.d"),
        ("jane[at]example", "jane@example"),
        ("https[:]//x[/]y", "https://x/y"),
        ("\x0304,05red\x03 \x02bold\x0f \x04ff0000hex", "red bold hex"),
        ("x&#46;y&#x2F;z&amp;&nothing;", "x.y/z&&nothing;"),
        ("zero\u200bwidth\u00ad", "zerowidth"),
        ("ｗｉｄｅ。１\u0663", "wide.13"),
        ("a\nb\tc", "a\nb\tc"),
    ],
)
def test_a_disguise_is_undone(typed: str, plain: str) -> None:
    assert undo(typed).text == plain


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("it is jane[at]example[dot]org ok", "jane[at]example[dot]org"),
        ("it was 192[.]0[.]2[.]61", "192[.]0[.]2[.]61"),
        ("call ＋４９ 30 1234567", "＋４９ 30 1234567"),
        ("\x02his mail\x02 jane@exa\u200bmple.org", "jane@exa\u200bmple.org"),
    ],
)
def test_what_is_found_is_what_was_typed(typed: str, found: str) -> None:
    assert [typed[span.start : span.end] for span in spans(typed)] == [found]


@given(st.text(alphabet="ab.[]()dot&#46;\x02\x03\u200bé１。 \n", max_size=60))
def test_positions_grow_and_stay_inside(text: str) -> None:
    plain = undo(text)
    starts = [plain.back(at) for at in range(len(plain.text) + 1)]
    assert starts == sorted(starts)
    assert starts[-1] == len(text)
