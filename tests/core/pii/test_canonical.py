"""One key for every way to write the same thing: by what is written in each wiki and site."""

import pytest

from bot.core.pii.links import find, key_of_line

EN = "en.wikipedia.org"

SAME: dict[str, tuple[str, ...]] = {
    f"{EN} rev 123456789": (
        "https://en.wikipedia.org/w/index.php?diff=123456789",
        "https://en.wikipedia.org/w/index.php?title=X&diff=prev&oldid=123456789",
        "https://en.wikipedia.org/w/index.php?title=X&diff=next&oldid=123456789",
        "https://en.wikipedia.org/w/index.php?title=X&diff=cur&oldid=123456789",
        "https://en.wikipedia.org/w/index.php?oldid=123456789&title=X&action=raw",
        "https://en.wikipedia.org/w/index.php?oldid=&oldid=123456789",
        "https://en.wikipedia.org/w/index.php?title=X&amp;oldid=123456789",
        "https://en.wikipedia.org/w/index.php?title=X;oldid=123456789",
        "https://en.wikipedia.org/?oldid=123456789",
        "https://en.wikipedia.org/wiki/?oldid=123456789",
        "https://en.wikipedia.org/wiki/X?oldid=123456789",
        "https://en.wikipedia.org/w/index.php%3Foldid%3D123456789",
        "https://en.wikipedia.org/wiki/Special:Diff/123456788/123456789",
        "https://en.wikipedia.org/wiki/special:diff/prev/123456789",
        "https://en.wikipedia.org/wiki/Special:PermanentLink/123456789#x",
        "https://en.m.wikipedia.org/wiki/Special:MobileDiff/123456789",
        "https://en.m.wikipedia.org/wiki/Special:MobileDiff/123456788...123456789",
        "https://en.wikipedia.org/wiki/Special:Redirect/revision/123456789",
        "https://en.wikipedia.org/w/index.php?title=Special:Redirect&wptype=revision&wpvalue=123456789",
        "https://en.wikipedia.org/w/index.php?title=Special:Diff/123456789",
        "https://en.wikipedia.org/w/index.php/Special:Diff/123456789",
        "https://en.wikipedia.org./w/index.php?oldid=123456789",
        "https://en.wikipedia.org:443/w/index.php?oldid=123456789",
        "http://en.wikipedia.org:80/w/index.php?oldid=123456789",
        "https://me@en.wikipedia.org/w/index.php?oldid=123456789",
        "HTTPS://EN.WIKIPEDIA.ORG/w/index.php?oldid=123456789",
        "//en.wikipedia.org/w/index.php?oldid=123456789",
        "en.wikipedia.org/w/index.php?oldid=123456789",
        "https:\\\\en.wikipedia.org\\w\\index.php?oldid=123456789",
        "https://en.wikipedia.org/wiki/Special%3ADiff%2F123456789",
        "https://en.wikipedia.org/wiki/Special%253ADiff%252F123456789",
        "https%3A%2F%2Fen.wikipedia.org%2Fw%2Findex.php%3Foldid%3D123456789",
        "https://en.wikipedia.org/w/rest.php/v1/revision/123456789",
        "https://en.wikipedia.org/w/rest.php/v1/revision/123456788/compare/123456789",
        "https://api.wikimedia.org/core/v1/wikipedia/en/revision/123456789/bare",
        "https://en.wikipedia.org/api/rest_v1/page/html/X/123456789",
        "https://en.wikipedia.org/w/api.php?action=query&prop=revisions&revids=123456789&format=json",
        "https://en.wikipedia.org/w/api.php?action=compare&fromrev=123456788&torev=123456789",
        "https://en.wikipedia.org/w/api.php?action=parse&oldid=123456789",
        "https://web.archive.org/web/20200101000000/https://en.wikipedia.org/w/index.php?oldid=123456789",
        "https://web.archive.org/web/2020id_/en.wikipedia.org/w/index.php?oldid=123456789",
        "https://archive.ph/2020.01.01-101010/https://en.wikipedia.org/w/index.php?oldid=123456789",
        "https://www.google.com/url?q=https%3A%2F%2Fen.wikipedia.org%2Fw%2Findex.php%3Foldid%3D123456789&sa=D",
        "https://translate.google.com/translate?sl=en&tl=de&u=https://en.wikipedia.org/w/index.php?oldid=123456789",
        "https://en-wikipedia-org.translate.goog/w/index.php?oldid=123456789&_x_tr_sl=en&_x_tr_tl=de",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fen.wikipedia.org%2Fw%2Findex.php%3Foldid%3D123456789&h=AT0",
        "https://web.archive.org/web/2020/https://www.google.com/url?q=https%3A%2F%2Fen-wikipedia-org.translate.goog%2Fw%2Findex.php%3Foldid%3D123456789",
        "https://webcache.googleusercontent.com/search?q=cache:abcdefghijkl:https://en.wikipedia.org/w/index.php?oldid=123456789",
        "[[Special:Diff/123456789]]",
        "[[:en:Special:Diff/123456789|this]]",
        "[[w:en:Special:PermanentLink/123456789]]",
        "\u8bf7\u770b Special:Diff/123456789\u3002",
        "{{diff|X|123456789|123456788|label}}",
        "{{diff|X|prev|123456789}}",
        "{{diff|title=X|diff=123456789|oldid=prev}}",
        "{{diff2|123456789|label}}",
        "{{oldid|X|123456789}}",
        "rev 123456789",
        "Rev. 123456789",
        "see revision 123456789 please",
        "diff #123456789",
        "oldid=123456789",
        "?diff=prev&oldid=123456789",
        "look at [this](https://en.wikipedia.org/wiki/Special:Diff/123456789) now",
        '<a href="https://en.wikipedia.org/wiki/Special:Diff/123456789">https://a.example/x</a>',
        "[https://a.example/x](https://en.wikipedia.org/wiki/Special:Diff/123456789)",
        "<https://en.wikipedia.org/wiki/Special:Diff/123456789>",
        "hxxps://en[.]wikipedia[.]org/wiki/Special:Diff/123456789",
        "https://en . wikipedia . org/wiki/Special:Diff/123456789",
        "en(dot)wikipedia(dot)org/wiki/Special:Diff/123456789",
        "https://\u0435n.wikipedia.org/wiki/Special:Diff/123456789",
        "https://xn--n-itb.wikipedia.org/wiki/Special:Diff/123456789",
        "https://en.wikipedia.org/w\u0456ki/S\u0440ecial:Diff/123456789",
        "https://en.wiki\u200bpedia.org/wiki/Special:\u202eDiff/123456789",
        "\uff48\uff54\uff54\uff50\uff53\uff1a\uff0f\uff0fen.wikipedia.org/wiki/Special:Diff/123456789",
        "https://en.wikipedia.org/w/index.php?title=X&oldid=000123456789",
        "https://en.wikipedia.org//w//index.php?oldid=123456789",
        "https://en.wikipedia.org/w/../w/index.php?oldid=123456789",
    ),
    "de.wikipedia.org rev 77777777": (
        "https://de.wikipedia.org/wiki/Spezial:Diff/77777777",
        "https://de.wikipedia.org/wiki/Spezial:Permanenter_Link/77777777",
        "https://de.wikipedia.org/wiki/Special:Permalink/77777777",
        "[[:de:Spezial:Diff/77777777]]",
        "w:de:Spezial:Diff/77777777",
    ),
    "fr.wikipedia.org contribs Exemple-A": (
        "https://fr.wikipedia.org/wiki/Sp%C3%A9cial:Contributions/Exemple-A",
        "https://fr.wikipedia.org/w/index.php?title=Sp%C3%A9cial:Contributions&target=Exemple-A&offset=5",
        "https://fr.wikipedia.org/wiki/Special:Contribs/exemple-A",
        "https://fr.wikipedia.org/w/api.php?action=query&list=usercontribs&ucuser=Exemple-A",
    ),
    f"{EN} page User_talk:Example-A": (
        "https://en.wikipedia.org/wiki/User_talk:Example-A",
        "https://en.wikipedia.org/wiki/user_Talk:example-A?action=edit",
        "https://en.wikipedia.org/w/index.php?title=User%20talk:Example-A&action=history",
        "https://en.wikipedia.org/wiki/Special:History/User_talk:Example-A",
        "https://en.wikipedia.org/w/rest.php/v1/page/User_talk%3AExample-A/history",
        "https://en.wikipedia.org/api/rest_v1/page/summary/User_talk%3AExample-A",
        "https://en.wikipedia.org/w/api.php?action=query&titles=User_talk:Example-A&prop=info",
        "[[User talk:Example-A#top|x]]",
        "[[:en:user talk:example-A]]",
    ),
    "meta.wikimedia.org page User:Example-A": (
        "https://meta.wikimedia.org/wiki/User:Example-A",
        "https://meta.m.wikimedia.org/wiki/User:Example-A",
        "[[m:User:Example-A]]",
        "[[meta:User:Example-A]]",
        "https://en.wikipedia.org/wiki/m:User:Example-A",
    ),
    "zh.wikipedia.org page \u4f8b\u5b50": (
        "https://zh.wikipedia.org/wiki/%E4%BE%8B%E5%AD%90",
        "https://zh.wikipedia.org/zh-tw/%E4%BE%8B%E5%AD%90",
        "https://zh.wikipedia.org/zh-hans/\u4f8b\u5b50",
        "https://zh.wikipedia.org/w/index.php?title=\u4f8b\u5b50&variant=zh-cn",
    ),
    f"{EN} log 4242": (
        "https://en.wikipedia.org/wiki/Special:Redirect/logid/4242",
        "https://en.wikipedia.org/w/index.php?title=Special:Log&logid=4242",
        "https://en.wikipedia.org/wiki/Special:Log?logid=4242",
    ),
    f"{EN} id 4242": (
        "https://en.wikipedia.org/?curid=4242",
        "https://en.wikipedia.org/w/index.php?curid=4242",
        "https://en.wikipedia.org/wiki/Special:Redirect/page/4242",
        "https://en.wikipedia.org/w/api.php?action=query&pageids=4242",
    ),
    "x.com post 1122334455": (
        "https://twitter.com/Example_A/status/1122334455",
        "https://mobile.twitter.com/example_a/status/1122334455?s=20",
        "https://x.com/i/web/status/1122334455",
    ),
    "x.com user example_a": (
        "https://twitter.com/Example_A",
        "https://x.com/@example_a",
        "https://www.twitter.com/example_a/with_replies",
        "https://twitter.com/intent/user?screen_name=example_a",
    ),
    "youtube.com post dQw4w9WgXcQ": (
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3",
        "https://youtu.be/dQw4w9WgXcQ?si=abc",
        "https://m.youtube.com/shorts/dQw4w9WgXcQ",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
    ),
    "forum.example.org/thread?a=1&b=2": (
        "https://forum.example.org/thread?b=2&a=1",
        "http://forum.example.org/thread/?a=1&b=2&utm_source=x#p",
    ),
    "w.wiki/AbC": ("https://w.wiki/AbC", "w.wiki/AbC"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text"), [(k, text) for k, texts in SAME.items() for text in texts]
)
def test_one_key_for_every_way_to_write_it(key: str, text: str) -> None:
    assert key_of_line(text, EN) == key


@pytest.mark.parametrize(
    ("text", "wiki", "key"),
    [
        ("[[Wikipedia:Harassment]]", None, "page Project:Harassment"),
        ("[[Wikipedia:Harassment]]", EN, f"{EN} page Project:Harassment"),
        ("[[Wikipedia:Harassment]]", "en.wiktionary.org", f"{EN} page Harassment"),
        ("[[Commons:Licensing]]", "commons.wikimedia.org", "commons.wikimedia.org page Project:Licensing"),
        ("[[Commons:Licensing]]", EN, "commons.wikimedia.org page Licensing"),
    ],
)  # fmt: skip
def test_a_prefix_is_what_it_is_on_its_wiki(text: str, wiki: str | None, key: str) -> None:
    assert key_of_line(text, wiki) == key


@pytest.mark.parametrize(
    "text", ["123456789", "", "v2.0", "the diff was fine", "rev del please", "16:05", "rev 3 of it"]
)
def test_what_names_nothing_has_no_key(text: str) -> None:
    assert key_of_line(text, EN) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://en.wikipedia.org/?oldid=55555", "https://en.wikipedia.org/?curid=55555"),
        ("https://en.wikipedia.org/?oldid=55555", "https://de.wikipedia.org/?oldid=55555"),
        ("https://en.wikipedia.org/wiki/User:Ex", "https://en.wikipedia.org/wiki/User_talk:Ex"),
        ("https://en.wikipedia.org/wiki/User:Ex", "https://en.wikipedia.org/wiki/User:E\u0445"),
        ("https://en.wikipedia.org/wiki/User:Ex", "https://en.wikipedia.org/wiki/User:EX"),
        ("https://zh.wikipedia.org/wiki/A:B", "https://zh.wikipedia.org/wiki/A\uff1aB"),
        ("https://en.wikipedia.org/wiki/A%3Fb", "https://en.wikipedia.org/wiki/A"),
        ("https://en.wikipedia.org/wiki/User:A1", "https://en.wikipedia.org/wiki/User:A\uff11"),
        ("https://twitter.com/example_a", "https://twitter.com/example_b"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcq"),
        ("https://en.wikipedia.org/wiki/Special:Contributions/Ex", "https://en.wikipedia.org/wiki/User:Ex"),
    ],
)  # fmt: skip
def test_two_things_share_no_key(one: str, other: str) -> None:
    ours = {key for link in find(one, EN) for key in link.keys}
    assert ours
    assert ours.isdisjoint(key for link in find(other, EN) for key in link.keys)
