"""Links: found, and the same whichever way they are written."""

import pytest

from bot.core.pii.links import canonical, find, keys

SAME = [
    (
        "wiki.example.org rev 123456",
        [
            "https://wiki.example.org/w/index.php?oldid=123456",
            "https://wiki.example.org/w/index.php?title=User:Example&oldid=123456",
            "http://wiki.example.org/w/index.php?diff=prev&oldid=123456",
            "https://wiki.example.org/wiki/Special:Diff/123456",
            "https://wiki.example.org/wiki/special:permalink/123456",
            "https://WIKI.example.org/wiki/Special%3ADiff/123456",
            "hxxps://wiki[.]example[.]org/wiki/Special:Diff/123456",
            "wiki.example.org/wiki/Special:Diff/123456",
            "<https://wiki.example.org/wiki/Special:Diff/123456>,",
            "https://wiki.example.org./w/index.php?oldid=123456#top",
            "https://wiki.m.example.org/wiki/Special:MobileDiff/123456",
            "https://wiki.example.org/wiki/Special:Diff/99999/123456",
            "https://wiki.exa\u200bmple.org/wiki/Special:Diff/123456",
        ],
    ),
    (
        "wiki.example.org page User:Example_(test)",
        [
            "https://wiki.example.org/wiki/User:Example_(test)",
            "(https://wiki.example.org/wiki/User:Example_(test))",
            "https://wiki.example.org/w/index.php?title=User:Example_(test)&action=history",
            "https://wiki.example.org/wiki/User:Example%20%28test%29#talk",
        ],
    ),
    ("rev 123456", ["Special:Diff/123456", "[[Special:Diff/123456]]", "oldid=123456", "?diff=123456"]),
    (
        "forum.example.com/thread/5?a=1&b=2",
        [
            "https://forum.example.com/thread/5?b=2&a=1",
            "http://www.forum.example.com/thread/5/?a=1&b=2#x",
            "forum.example.com/thread/5?a=1&b=2",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in SAME for text in texts])
def test_one_key_for_every_way_to_write_it(key: str, text: str) -> None:
    assert canonical(text) == key


HELD = "https://www.blog.example.com/20/who-is-jane.html?a=1"


@pytest.mark.parametrize(
    "line",
    [
        "it is at blog dot example dot com/20/who-is-jane.html?a=1 now",
        "blog . example . com/20/who-is-jane.html?a=1",
        "blog.example.com:443/20/who-is-jane.html?a=1#top",
        "https://blog [dot] example (dot) com/20/who-is-jane.html?a=1",
        "https: //blog.example.com/20/who-is-jane.html?a=1",
        "https:blog.example.com/20/who-is-jane.html?a=1",
        "https:////blog.example.com/20/who-is-jane.html?a=1",
        "https:\\\\blog.example.com\\20\\who-is-jane.html?a=1",
        "https://bl\x02og.exam\x0fple.com/20/who-is-jane.html?a=1",
        "\x0304https://blog.example.com/20/who-is-jane.html?a=1\x0f",
        "https://blog&#46;example&#x2e;com/20/who-is-jane.html?a=1",
        "https://%62log.example.com/20/who-is-jane.html?a=1",
        "https%3A%2F%2Fblog.example.com%2F20%2Fwho-is-jane.html%3Fa%3D1",
        "https://blog.exam\nple.com/20/who-is-jane.html?a=1",
        "https://blog.example.com/20/\twho-is-jane.html?a=1\nand more",
        "[here](https://blog.example.com/20/who-is-jane.html?a=1), see",
        "https://blog.example.com/20/who-is-jane.html?utm_source=irc&a=1&fbclid=IwX",
        "ｈｔｔｐｓ：／／blog.example.com/20/who-is-jane.html?a=1",
        "https://jane@blog.example.com/20/./who-is-jane.html?a=1",
    ],
)
def test_a_link_is_known_again_in_disguise(line: str) -> None:
    (held, *_) = keys(HELD)
    assert any(held in link.keys for link in find(line))


@pytest.mark.parametrize(
    ("held", "line"),
    [
        ("https://wiki.example.org/wiki/Main_draft", "wiki.example.org/w/index.php/Main_draft"),
        ("https://wiki.example.org/wiki/Main_draft", "https://wiki.example.org/wiki/Main draft ok"),
        (
            "https://wiki.example.org/wiki/User_talk:Ex",
            "https://wiki.example.org/wiki/User talk:Ex",
        ),
        ("https://wiki.example.org/wiki/Caf%C3%A9", "https://wiki.example.org/wiki/Cafe\u0301"),
        (
            "https://wiki.example.org/wiki/Special:Contributions/Ex",
            "https://wiki.example.org/w/index.php?title=Special:Contributions&target=Ex",
        ),
        ("https://files.example.org/a/b.pdf", "files.example.org / a / b.pdf"),
    ],
)
def test_a_page_is_known_by_its_other_names(held: str, line: str) -> None:
    assert any(keys(held)[0] in link.keys for link in find(line))


def test_lines_that_follow_each_other_keep_their_own_links() -> None:
    text = "https://a.example.org/x\nhttps://b.example.org/y"
    assert [link.keys[0] for link in find(text)] == ["a.example.org/x", "b.example.org/y"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://wiki.example.org/?oldid=1234", "https://wiki.example.org/?oldid=1235"),
        ("https://a.example.org/wiki/X", "https://b.example.org/wiki/X"),
        ("https://example.org/a", "https://example.org/b"),
        ("https://wiki.example.org/wiki/X", "https://wiki.example.org/wiki/x_y"),
        ("https://example.org/a", "https://example.org:8443/a"),
        ("https://example.org/?aBc", "https://example.org/?aBd"),
        (
            "https://wiki.example.org/w/index.php?title=Special:Log&page=A",
            "https://wiki.example.org/w/index.php?title=Special:Log&page=B",
        ),
        ("https://example.org/a?title=X&id=1", "https://example.org/a?title=X&id=2"),
    ],
)
def test_different_things_have_different_keys(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "text",
    [
        "foo.py",
        "1.2.3.4",
        "e.g. this",
        "either/or",
        "me@example.org",
        "see T12345",
        "nick!user@host.example.org",
        "12:34:56",
        "@alice:example.org",
        "...",
        "",
        "version 2.0",
        "the end.Next sentence",
        "yes / no . maybe",
        "src/main.js/x or gateway/web/irc.example.com/x-1",
        "#room:example.org/event",
        "https://en",
    ],
)
def test_what_is_no_link_has_no_key(text: str) -> None:
    assert canonical(text) is None
    assert find(text) == ()


def test_borders_are_those_of_the_link() -> None:
    text = "look at https://example.org/a, and (www.example.com/b) please"
    assert [text[link.start : link.end] for link in find(text)] == [
        "https://example.org/a",
        "www.example.com/b",
    ]


def test_a_link_further_in_is_not_what_a_text_begins_with() -> None:
    assert canonical("he wrote https://example.org/a") is None
    assert canonical(" https://example.org/a and more") == "example.org/a"


def test_the_host_is_the_one_a_browser_would_ask() -> None:
    key = canonical("https://wiki.example.org\\@evil.example.com/x")
    assert key is not None
    assert key.startswith("wiki.example.org")


def test_a_diff_shows_two_revisions() -> None:
    (link,) = find("https://wiki.example.org/w/index.php?diff=2000&oldid=1000")
    assert link.keys == ("wiki.example.org rev 2000", "wiki.example.org rev 1000")


@pytest.mark.parametrize(
    "text",
    ["http://[::1", "https://\uff0f\uff0f", "https://%", "h://", "a.b/" * 3000, "://", "[.]"],
)
def test_odd_addresses_raise_nothing(text: str) -> None:
    for link in find(text):
        assert link.keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://wiki.example.org/w/index.php?curid=77", "wiki.example.org id 77"),
        ("https://wiki.example.org/?diff=next&oldid=1000", "wiki.example.org rev 1000"),
        ("Special:Diff/1000/next", "rev 1000"),
        ("ftp://files.example.org/a", "ftp:files.example.org/a"),
    ],
)
def test_other_forms_have_keys_of_their_own(text: str, key: str) -> None:
    assert canonical(text) == key


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("see https://en . example . org/wiki/X}} there", "https://en . example . org/wiki/X"),
        ("(h . a . example/x)", "h . a . example/x"),
    ],
)
def test_a_link_with_gaps_is_marked_whole(text: str, whole: str) -> None:
    (link,) = find(text)
    assert text.find(whole) >= link.start
    assert text.find(whole) + len(whole) <= link.end


@pytest.mark.parametrize(
    "text",
    [
        "[https://a.example.org/x](https://a.example.org/x)",
        "[a.example.org/x](a.example.org/x)",
        "see [https://a.example.org/x](https://b.example.org/y), or (https://a.example.org/x)",
    ],
)
def test_every_address_in_markup_is_marked(text: str) -> None:
    left = text
    for link in reversed(find(text)):
        left = left[: link.start] + left[link.end :]
    assert "example" not in left
