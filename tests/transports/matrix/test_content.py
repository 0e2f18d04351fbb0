"""What is said in the content of an event, whatever its shape."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.transports.matrix.content import (
    MOST_BESIDES,
    MOST_TEXT,
    besides,
    clean,
    event_id,
    reacts_to,
    said,
)

FILE = {
    "url": "mxc://example.org/abc",
    "key": {"kty": "oct", "k": "aWF6", "alg": "A256CTR", "ext": True, "key_ops": ["decrypt"]},
    "iv": "AAAA",
    "hashes": {"sha256": "BBBB"},
    "v": "v2",
}


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


def words(content: object, outside: object = None) -> str | None:
    found = said(content, outside)
    return None if found is None else found.text


@pytest.mark.parametrize("msgtype", ["m.text", "m.emote"])
def test_words_are_words(msgtype: str) -> None:
    found = said({"msgtype": msgtype, "body": "help\nme"})
    assert found is not None
    assert (found.text, found.notice, found.edit) == ("help\nme", False, False)


def test_a_notice_is_marked() -> None:
    found = said({"msgtype": "m.notice", "body": "!take"})
    assert found is not None
    assert found.notice


def test_an_edit_that_looks_like_a_notice_before_or_after_is_one() -> None:
    new = {"msgtype": "m.text", "body": "b"}
    found = said({"msgtype": "m.notice", "body": "* b", "m.new_content": new})
    assert found is not None
    assert found.notice


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"msgtype": "m.text"},
        {"msgtype": "m.text", "body": 5},
        {"msgtype": "m.text", "body": "  \n"},
        {"msgtype": ["m.text"], "body": "x"},
        {"msgtype": "m.key.verification.request", "body": "x"},
        {"body": "x"},
    ],
)
def test_what_says_nothing_is_nothing(content: object) -> None:
    assert said(content) is None


def test_an_edit_says_what_is_new() -> None:
    new = text("now")
    found = said(text("* now", **{"m.new_content": new, "m.relates_to": {"rel_type": "m.replace"}}))
    assert found is not None
    assert (found.text, found.edit) == ("now", True)


def test_an_edit_stays_one_without_its_relation_and_becomes_one_by_it() -> None:
    kept = said(text("* now", **{"m.new_content": text("now")}))
    assert kept is not None
    assert kept.edit
    outside = said(text("now"), {"m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}})
    assert outside is not None
    assert outside.edit


def test_a_reply_is_read_without_what_it_quotes() -> None:
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}
    quote = "> <@a:example.org> !take\n> more\n\n!show"
    assert words(text(quote, **reply)) == "!show"
    assert words(text(quote), reply) == "!show"
    assert words(text(quote)) == quote
    assert words(text("> mine\n\nwords", **reply)) == "> mine\n\nwords"
    assert words(text("> <@a:example.org> only", **reply)) == "> <@a:example.org> only"


def test_a_thread_has_its_root() -> None:
    inside = said(text("x", **{"m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}))
    outside = said(text("x"), {"m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}})
    bad = said(text("x", **{"m.relates_to": {"rel_type": "m.thread", "event_id": 4}}))
    assert inside is not None
    assert outside is not None
    assert bad is not None
    assert (inside.thread, outside.thread, bad.thread) == ("$root", "$root", None)


def test_a_long_text_is_cut_and_cleaned() -> None:
    assert len(words(text("x" * 20_000)) or "") == MOST_TEXT
    assert clean("a\x00b\x1b\r\nc\ud800") == "ab\nc?"


def test_a_file_is_its_caption_or_its_name() -> None:
    bare = said({"msgtype": "m.image", "body": "jane example.png", "file": FILE})
    assert bare is not None
    assert bare.text == "jane example.png"
    assert bare.attachment is not None
    assert bare.attachment.name == "jane example.png"
    assert bare.attachment.key == "aWF6"
    told = said({"msgtype": "m.image", "body": "look", "filename": "a.png", "file": FILE})
    assert told is not None
    assert told.text == "look"
    assert told.attachment is not None
    assert told.attachment.name == "a.png"


def test_a_file_in_clear_has_no_key() -> None:
    found = said({"msgtype": "m.file", "body": "a.pdf", "url": "mxc://example.org/x"})
    assert found is not None
    assert found.attachment is not None
    assert (found.attachment.url, found.attachment.key) == ("mxc://example.org/x", None)


@pytest.mark.parametrize(
    "file",
    [
        {},
        {**FILE, "url": "https://example.org/a"},
        {**FILE, "url": "mxc://example.org/../x"},
        {**FILE, "url": "mxc://\ud800/x"},
        {**FILE, "key": None},
        {**FILE, "iv": 4},
        {**FILE, "hashes": {}},
    ],
)
def test_a_file_that_cannot_be_one_leaves_its_words(file: object) -> None:
    found = said({"msgtype": "m.image", "body": "a.png", "file": file})
    assert found is not None
    assert (found.text, found.attachment) == ("a.png", None)


def test_a_location_says_where() -> None:
    content = {"msgtype": "m.location", "body": "here", "geo_uri": "geo:51.5,-0.12;u=35"}
    assert words(content) == "here\ngeo:51.5,-0.12;u=35"
    assert words({**content, "geo_uri": "geo:\n!take"}) == "here"


def test_a_reaction_names_its_event() -> None:
    about = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "+"}}
    assert reacts_to(about) == "$a"
    assert reacts_to({}, about) == "$a"
    assert reacts_to({"m.relates_to": {"rel_type": "m.annotation", "event_id": []}}) is None
    assert reacts_to(None) is None


@pytest.mark.parametrize("name", [None, 4, "", "$", "x", "$\ud800", "$a\x00", "$" + "a" * 300])
def test_what_names_no_event(name: object) -> None:
    assert event_id(name) is None


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "msgtype body m.relates_to m.new_content rel_type event_id file url key k iv info"
                " hashes sha256 size mimetype filename geo_uri m.in_reply_to".split()
            ),
            inner
            | st.sampled_from(
                ["m.text", "m.image", "m.location", "m.replace", "> <a", "mxc://a/b"]
            ),
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(_JSON, _JSON)
def test_no_content_raises(content: Any, outside: Any) -> None:
    found = said(content, outside)
    assert found is None or found.text.strip()
    about = reacts_to(content, outside)
    assert about is None or about.startswith("$")


def test_markup_is_read_as_it_is_shown_and_where_it_leads() -> None:
    shown = "Ja<b>ne</b> &amp; <a title='tip' href=\"https://e/?a=1&amp;b=2\">here</a>"
    content = text("Jane", formatted_body=shown)
    assert besides(content, "Jane").split("\n") == [
        shown,
        "Jane & here",
        "tip",
        "https://e/?a=1&b=2",
    ]


def test_all_forms_of_a_text_are_read_but_keys_and_names_of_the_program() -> None:
    content = text(
        "> <@a:e> quoted\n\nwords",
        **{
            "m.new_content": text("new"),
            "m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "reacts"},
            "file": {"url": "mxc://e/x", "key": {"k": "secret"}},
            "info": {"mimetype": "image/png"},
        },
    )
    assert all(word in besides(content, "words") for word in ("quoted", "new", "reacts"))
    assert "secret" not in besides(content)
    assert "$x" not in besides(content)
    assert besides(text("words"), "words") == ""


@pytest.mark.parametrize("content", [None, [], 1, {"a": None}, {"a": [[[[[[[[[["deep"]]]]]]]]]]}])
def test_nothing_is_beside_nothing(content: object) -> None:
    assert besides(content) == ""


def test_what_is_beside_is_bounded() -> None:
    for content in (
        {"a": "<" * 10**6},
        {"a": '="' * 10**5},
        {str(number): "x" * 9 + str(number) for number in range(10**5)},
    ):
        assert len(besides(content)) <= 4 * MOST_BESIDES
