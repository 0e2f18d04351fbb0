"""What people wrote is text and nothing else, whatever it looks like."""

import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.words.labels import Label
from bot.core.words.text import Piece, Pieces, plain, public
from bot.transports.matrix.render import LARGE, body, content, html_of, split

RLO, PDF, RLI, PDI = "\u202e", "\u202c", "\u2067", "\u2069"


def _typed(text: str) -> Pieces:
    return (Piece(text=text, label=Label.CASE),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>x</b><script>y</script>", "&lt;b&gt;x&lt;/b&gt;&lt;script&gt;y&lt;/script&gt;"),
        ("**bold** _it_ [x](y) `z`", "**bold** _it_ [x](y) `z`"),
        (
            '<a href="https://matrix.to/#/@alice:example.org">Alice</a>',
            "&lt;a href=&quot;https://matrix.to/#/@alice:example.org&quot;&gt;Alice&lt;/a&gt;",
        ),
        ("&lt;b&gt; &#x3c;i>", "&amp;lt;b&amp;gt; &amp;#x3c;i&gt;"),
        ("@room look", "@room look"),
    ],
)
def test_what_people_wrote_is_never_markup(text: str, shown: str) -> None:
    assert html_of([_typed(text)]) == shown
    assert body([_typed(text)]) == text


@pytest.mark.parametrize("plain_message", [True, False])
@pytest.mark.parametrize("text", ["@room", "@alice:example.org", "https://matrix.to/#/@a:b.org"])
def test_what_people_wrote_rings_nobody(text: str, *, plain_message: bool) -> None:
    said = content([_typed(text)], plain_message=plain_message)
    assert said["m.mentions"] == {}


def test_a_page_rings_exactly_whom_it_is_for_and_a_notice_nobody() -> None:
    lines, alice = [_typed("@room")], "@alice:example.org"
    page = content(lines, plain_message=True, mentions=[alice])
    assert page["msgtype"] == "m.text"
    assert page["m.mentions"] == {"user_ids": [alice]}
    notice = content(lines, plain_message=False, mentions=[alice])
    assert notice["msgtype"] == "m.notice"
    assert notice["m.mentions"] == {}


def test_lines_are_lines() -> None:
    said = content([_typed("one"), _typed("<two>")], plain_message=False)
    assert said["body"] == "one\n<two>"
    assert said["format"] == "org.matrix.custom.html"
    assert said["formatted_body"] == "one<br>&lt;two&gt;"


def test_what_to_type_is_code_in_the_words_of_the_program() -> None:
    line = (public("Type `"), Piece(text="<!", label=Label.TEAM), public("yes` or `no`."))
    assert html_of([line]) == "Type <code>&lt;!yes</code> or <code>no</code>."
    assert body([line]) == "Type `<!yes` or `no`."


def test_a_tick_that_nobody_closes_is_a_tick() -> None:
    assert html_of([(public("a `b` c ` d"),)]) == "a <code>b</code> c ` d"
    # A person's tick neither opens nor closes anything.
    assert html_of([(public("a ` "), *_typed("b` c"))]) == "a ` b` c"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"evil{RLO}gnp.exe", f"evil{RLO}gnp.exe{PDF}"),
        (f"{RLI}{RLO}x", f"{RLI}{RLO}x{PDF}{PDI}"),
        (f"{RLI}{RLO}x{PDI}", f"{RLI}{RLO}x{PDI}"),
        (f"{RLO}x{PDF}", f"{RLO}x{PDF}"),
        (f"{PDI}{PDF}x{RLI}", f"{PDI}{PDF}x{RLI}{PDI}"),
    ],
)
def test_nobody_turns_the_words_that_stand_behind(text: str, shown: str) -> None:
    line = (*_typed(text), public(" held"))
    assert body([line]) == f"{shown} held"
    assert html_of([line]) == f"{shown} held"


def test_controls_and_halves_of_characters_are_not_sent() -> None:
    said = content([_typed("a\x00b\x1bc\rd\te\ud800f\x85")], plain_message=False)
    assert said["body"] == "abcd\te\ufffdf"
    json.dumps(said, ensure_ascii=False).encode()


def test_a_long_line_goes_out_whole_and_in_one() -> None:
    (group,) = split([_typed("<" * 3000), _typed("word " * 1000)])
    assert len(group) == 2


@given(
    st.lists(
        st.lists(
            st.builds(
                Piece,
                text=st.text("ab <&`é\u202e\U0001f642", max_size=300),
                label=st.just(Label.CASE),
                own=st.booleans(),
            ),
            max_size=3,
        ).map(tuple),
        max_size=8,
    )
)
def test_what_is_split_is_small_and_nothing_of_it_is_lost(lines: list[Pieces]) -> None:
    groups = list(split(lines, 500))
    for group in groups:
        said = content(group, plain_message=False)
        size = sum(len(json.dumps(said[part])) for part in ("body", "formatted_body"))
        assert size <= 550
    parts = [line for group in groups for line in group]
    whole = re.sub("[ ]", "", "".join(map(plain, lines)))
    assert re.sub("[ ]", "", "".join(map(plain, parts))) == whole


@given(st.lists(st.text(max_size=60).map(_typed), min_size=1, max_size=4))
def test_html_says_what_the_text_says(lines: list[Pieces]) -> None:
    assert html.unescape(html_of(lines).replace("<br>", "\n")) == html.unescape(
        html.escape(body(lines))
    )


def test_most_is_what_the_server_takes() -> None:
    many = [_typed("x" * 900)] * 200
    groups = list(split(many))
    assert sum(map(len, groups)) == 200
    assert all(len(json.dumps(content(g, plain_message=True))) <= LARGE + 500 for g in groups)
