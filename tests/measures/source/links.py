"""Bases, the disguises put on them, and pages that only look alike, as plain data and functions."""

from collections.abc import Callable
from urllib.parse import urlsplit

#: Each base with hand-written pairs: "=" leads to the same page, "!" to another one.
#: A backslash escape such as ``\u200b`` stands for a letter that cannot be seen.
PAIRS: dict[str, str] = {
    "https://example.org/thread/4711": """
        = example.org/thread/4711
        = https://example.org/thread/4711/
        = example(dot)org(slash)thread(slash)4711
        = e x a m p l e . o r g / t h r e a d / 4 7 1 1
        ! https://example.org/thread/4712
        ! https://example.org/thread/471
        ! https://example.org/thread/47110
        ! https://example.net/thread/4711
        ! https://example.org/threads/4711
        ! https://example.org/thread/
    """,
    "https://forum.example.org/showthread.php?t=555&page=2": """
        = https://forum.example.org/showthread.php?page=2&t=555
        = forum [dot] example [dot] org/showthread.php?t=555&page=2
        = https://forum.example.org/showthread.php?t=555&amp;page=2
        ! https://forum.example.org/showthread.php?t=556&page=2
        ! https://forum.example.org/showthread.php?p=555&page=2
        ! https://forum.example.net/showthread.php?t=555&page=2
    """,
    "https://en.wikipedia.example/wiki/User_talk:Example-A": """
        = https://en.wikipedia.example/w/index.php?title=User_talk:Example-A
        = https://en.wikipedia.example/wiki/User talk:Example-A
        = https://en.wikipedia.example/wiki/User%20talk:Example-A
        = https://en.wikipedia.example/wiki/User_talk%3AExample-A
        = https://en.m.wikipedia.example/wiki/User_talk:Example-A#Hello
        = https://en.wikipedia.example/wiki/user_talk:Example-A
        = https://en.wikipedia.example/w/index.php?title=User_talk:Example-A&action=view
        ! https://en.wikipedia.example/wiki/User:Example-A
        ! https://en.wikipedia.example/wiki/User_talk:Example-B
        ! https://de.wikipedia.example/wiki/User_talk:Example-A
        ! https://en.wikipedia.example/wiki/User_talk:Example-A/Archive_1
        ! https://en.wikipedia.example/w/index.php?title=User_talk:Example-AB
    """,
    "https://en.wikipedia.example/w/index.php?diff=1234567&oldid=1234566": """
        = https://en.wikipedia.example/wiki/Special:Diff/1234566/1234567
        = https://en.wikipedia.example/wiki/Special:Diff/1234567
        = https://en.wikipedia.example/w/index.php?oldid=1234566&diff=1234567
        = https://en.wikipedia.example/w/index.php?title=Foo&diff=1234567&oldid=1234566
        = https://en.wikipedia.example/w/index.php?diff=1234567
        = https://en.m.wikipedia.example/wiki/Special:MobileDiff/1234567
        = https://en.wikipedia.example/w/index.php?diff=prev&oldid=1234567
        ! https://en.wikipedia.example/wiki/Special:Diff/1234568
        ! https://en.wikipedia.example/w/index.php?diff=1234569&oldid=1234568
        ! https://de.wikipedia.example/w/index.php?diff=1234567&oldid=1234566
        ! https://en.wikipedia.example/wiki/Special:Diff/12345670
    """,
    "https://en.wikipedia.example/w/index.php?title=Example&oldid=7654321": """
        = https://en.wikipedia.example/wiki/Special:PermanentLink/7654321
        = https://en.wikipedia.example/wiki/Special:Permalink/7654321
        = https://en.wikipedia.example/w/index.php?oldid=7654321
        = https://en.wikipedia.example/wiki/Example?oldid=7654321
        = https://en.wikipedia.example/?oldid=7654321
        ! https://en.wikipedia.example/w/index.php?title=Example&oldid=7654322
        ! https://en.wikipedia.example/wiki/Special:PermanentLink/765432
        ! https://fr.wikipedia.example/w/index.php?title=Example&oldid=7654321
    """,
    "https://wiki.example.org/wiki/Example_page": """
        = https://wiki.example.org/wiki/example_page
        = https://wiki.example.org/wiki/Example%5Fpage
        = https://wiki.example.org/wiki/Example__page
        = https://wiki.example.org/w/index.php?title=Example page
        = https://wiki.example.org/index.php/Example_page
        = https://wiki.example.org/w/index.php/Example_page
        ! https://wiki.example.org/wiki/Example_Page
        ! https://wiki.example.org/wiki/Example_pages
        ! https://wiki.example.org/wiki/Talk:Example_page
        ! https://other.example.org/wiki/Example_page
    """,
    "https://wiki.example.org/wiki/Special:Diff/9001": """
        = https://wiki.example.org/w/index.php?diff=9001
        = https://wiki.example.org/wiki/special:diff/9001
        = https://wiki.example.org/w/index.php?title=Special:Diff/9001
        = https://wiki.example.org/wiki/Special%3ADiff%2F9001
        ! https://wiki.example.org/wiki/Special:Diff/9002
        ! https://wiki.example.org/wiki/Special:Log/9001
        ! https://wiki2.example.org/wiki/Special:Diff/9001
    """,
    "https://paste.example.net/raw/aBcD12": """
        = paste.example.net/raw/aBcD12
        = pAsTe.eXaMpLe.NeT/raw/aBcD12
        ! https://paste.example.net/raw/abcd12
        ! https://paste.example.net/raw/aBcD13
        ! https://paste.example.net/aBcD1
    """,
    "http://blog.example.com/2026/02/who-is-example-a.html": """
        = https://blog.example.com/2026/02/who-is-example-a.html
        = http://blog.example.com/2026/02/./who-is-example-a.html
        = http://blog.example.com/2026/01/../02/who-is-example-a.html
        = blog dot example dot com slash 2026 slash 02 slash who-is-example-a.html
        ! http://blog.example.com/2026/02/who-is-example-b.html
        ! http://blog.example.com/2026/03/who-is-example-a.html
        ! http://blog.example.com/
    """,
    "https://b\u00fccher.example/seite/9": """
        = https://xn--bcher-kva.example/seite/9
        = https://B\u00dcCHER.example/seite/9
        = https://bu\u0308cher.example/seite/9
        = https://b%C3%BCcher.example/seite/9
        ! https://bucher.example/seite/9
        ! https://xn--bcher-kva.example/seite/8
        ! https://buecher.example/seite/9
    """,
    "https://example.org/photos/%C3%A9t%C3%A9": """
        = https://example.org/photos/\u00e9t\u00e9
        = https://example.org/photos/%c3%a9t%c3%a9
        = https://example.org/photos/e\u0301te\u0301
        ! https://example.org/photos/ete
        ! https://example.org/photos/%C3%A9
    """,
    "https://social.example/@jane_example/1122": """
        = social.example/@jane_example/1122
        = https://social.example/%40jane_example/1122
        ! https://social.example/@jane_example/1123
        ! https://social.example/@jan_example/1122
        ! https://social.example/@jane_example
    """,
    "https://commons.example.org/wiki/File:Jane_Example.jpg": """
        = https://commons.example.org/w/index.php?title=File:Jane Example.jpg
        = https://commons.m.example.org/wiki/File:Jane_Example.jpg
        ! https://commons.example.org/wiki/File:Jane_Example.png
        ! https://commons.example.org/wiki/File_talk:Jane_Example.jpg
        ! https://commons.example.org/wiki/File:Jan_Example.jpg
    """,
    "https://video.example.com/watch?v=AbC_d3f-0xY": """
        = https://m.video.example.com/watch?v=AbC_d3f-0xY
        = https://video.example.com/watch?v=AbC_d3f-0xY&utm_source=share
        ! https://video.example.com/watch?v=abc_d3f-0xy
        ! https://video.example.com/watch?v=AbC_d3f-0xZ
        ! https://video.example.com/watch
    """,
    "https://en.wikipedia.example/wiki/Example_(disambiguation)": """
        = https://en.wikipedia.example/wiki/Example_%28disambiguation%29
        = (see https://en.wikipedia.example/wiki/Example_(disambiguation))
        ! https://en.wikipedia.example/wiki/Example
        ! https://en.wikipedia.example/wiki/Example_(film)
    """,
    "https://example.net/~jane/cv.pdf": """
        = https://example.net/%7Ejane/cv.pdf
        = http://example.net:80/~jane/cv.pdf
        ! https://example.net/~jan/cv.pdf
        ! https://example.net/~jane/cv.pdf.sig
        ! https://example.net:8443/~jane/cv.pdf
    """,
    "https://www.example.com/people/jane-example": """
        = https://example.com/people/jane-example
        = WWW.EXAMPLE.COM/people/jane-example
        ! https://www.example.com/people/jane-examples
        ! https://shop.example.com/people/jane-example
        ! https://www.example.com.evil.example/people/jane-example
    """,
    "https://example.org/a/b?id=77": """
        = https://example.org/a/b?id=77&fbclid=IwAR0abc
        = https://example.org/a/b?gclid=zz9&id=77
        = https://example.org/a/b?id=%37%37
        ! https://example.org/a/b?id=78
        ! https://example.org/a/b
        ! https://example.org/a/b?id=77&id=78
    """,
    "https://lists.example.org/archive/msg00042.html": """
        = lists.example.org / archive / msg00042.html
        = https:lists.example.org/archive/msg00042.html
        ! https://lists.example.org/archive/msg00043.html
        ! https://notlists.example.org/archive/msg00042.html
        ! https://lists.example.org@evil.example/archive/msg00042.html
    """,
    "https://chan.example.net/b/res/998877": """
        = chan,example,net/b/res/998877 without the commas: chan.example.net/b/res/998877
        = chan{.}example{.}net/b/res/998877
        ! https://chan.example.net/v/res/998877
        ! https://chan.example.net/b/res/998878
        ! https://chan.example.net/b/
    """,
    "https://de.wikipedia.example/wiki/Stra\u00dfe": """
        = https://de.wikipedia.example/wiki/Stra%C3%9Fe
        = https://de.wikipedia.example/w/index.php?title=Stra%C3%9Fe
        ! https://de.wikipedia.example/wiki/Strasse
        ! https://en.wikipedia.example/wiki/Stra%C3%9Fe
    """,
    "https://drive.example.com/d/1aZ-9_Qx/view": """
        = drive . example . com/d/1aZ-9_Qx/view
        = drive DOT example DOT com/d/1aZ-9_Qx/view
        ! https://drive.example.com/d/1aZ-9_Qy/view
        ! https://drive.example.com/d/1aZ-9_Qx/edit
    """,
    "https://example.org:8443/private/list": """
        = https://EXAMPLE.org:8443/private/list#names
        ! https://example.org/private/list
        ! https://example.org:8444/private/list
    """,
    "https://en.wikipedia.example/wiki/Special:Contributions/Example-B": """
        = https://en.wikipedia.example/w/index.php?title=Special:Contributions/Example-B
        = https://en.m.wikipedia.example/wiki/Special:Contributions/Example-B
        ! https://en.wikipedia.example/wiki/Special:Contributions/Example-C
        ! https://en.wikipedia.example/wiki/Special:Log/Example-B
    """,
    "https://img.example.net/u/5550123.png": """
        = <img src="https://img.example.net/u/5550123.png">
        = [my pic](https://img.example.net/u/5550123.png)
        ! https://img.example.net/u/5550124.png
        ! https://img.example.net/u/5550123.jpg
        ! https://cdn.example.net/u/5550123.png
    """,
    "https://leak.example.org/dump/example-a": """
        = [https://leak.example.org/dump/example-a here]
        = leak\u3002example\u3002org/dump/example-a
        ! https://leak.example.org/dump/example-aa
        ! https://leak-example.org/dump/example-a
        ! https://leak.example.org/Dump
    """,
}  # fmt: skip


def host(base: str) -> str:
    """Return the host of a base as it is written there."""
    return urlsplit(base).hostname or ""


def swap(base: str, change: Callable[[str], str]) -> str:
    """Return the base with its host changed and the rest as it was."""
    return base.replace(host(base), change(host(base)), 1)


def rest(base: str, change: Callable[[str], str]) -> str:
    """Return the base with what follows the host changed."""
    at = base.index(host(base)) + len(host(base))
    return base[:at] + change(base[at:])


def percent(text: str) -> str:
    """Write the last ASCII letter or digit of a text as a percent escape."""
    at = max(
        i for i, c in enumerate(text) if c.isascii() and c.isalnum() and "%" not in text[i - 2 : i]
    )
    return f"{text[:at]}%{ord(text[at]):02X}{text[at + 1 :]}"


def full(text: str) -> str:
    """Write ASCII letters and dots in their wide form."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def middle(text: str, what: str) -> str:
    """Put something into the middle of a text."""
    at = len(text) // 2
    return text[:at] + what + text[at:]


def query(base: str, pair: str) -> str:
    """Add a parameter to a base."""
    return base + ("&" if "?" in base else "?") + pair


#: Disguises that lead to the same page, whatever the base is.
TRICKS: dict[str, Callable[[str], str]] = {
    "hxxp": lambda b: "hxxp" + b.removeprefix("http"),
    "hXXp": lambda b: "hXXp" + b.removeprefix("http"),
    "h**p": lambda b: "h**p" + b.removeprefix("http"),
    "brackets": lambda b: swap(b, lambda h: h.replace(".", "[.]")),
    "round brackets": lambda b: swap(b, lambda h: h.replace(".", "(.)")),
    "(dot)": lambda b: swap(b, lambda h: h.replace(".", "(dot)")),
    "[dot]": lambda b: swap(b, lambda h: h.replace(".", " [dot] ")),
    "word dot": lambda b: swap(b, lambda h: h.replace(".", " dot ")).split("//")[1],
    "spaced dots": lambda b: swap(b, lambda h: h.replace(".", " . ")),
    "hxxp brackets": lambda b: (
        "hxxp" + swap(b, lambda h: h.replace(".", "[.]")).removeprefix("http")
    ),
    "[://]": lambda b: b.replace("://", "[://]", 1),
    "colon slash": lambda b: b.replace("://", ": //", 1),
    "no scheme": lambda b: b.split("//")[1],
    "zero width space": lambda b: swap(b, lambda h: middle(h, "\u200b")),
    "zero width joiner": lambda b: middle(b, "\u200d"),
    "soft hyphen": lambda b: swap(b, lambda h: middle(h, "\u00ad")),
    "word joiner": lambda b: swap(b, lambda h: h.replace(".", "\u2060.")),
    "direction mark": lambda b: "\u202d" + b + "\u202c",
    "percent": lambda b: rest(b, percent),
    "double percent": lambda b: rest(b, lambda r: percent(r).replace("%", "%25")),
    "percent host": lambda b: swap(b, lambda h: f"%{ord(h[0]):02x}{h[1:]}"),
    "host case": lambda b: swap(b, str.upper),
    "mixed case": lambda b: swap(b, lambda h: h.title()),
    "scheme case": lambda b: "HTTPS" + b[b.index("://") :],
    "fragment": lambda b: b + "#c5550123",
    "tracking": lambda b: query(b, "utm_source=irc&utm_medium=social"),
    "click id": lambda b: query(b, "fbclid=IwAR2x"),
    "full stop after": lambda b: "look: " + b + ".",
    "comma after": lambda b: b + ", saw it?",
    "question after": lambda b: "is this it " + b + "?",
    "angle": lambda b: f"<{b}>",
    "quotes": lambda b: f'he wrote "{b}" there',
    "round": lambda b: f"this ({b}) again",
    "markdown": lambda b: f"[click]({b})",
    "wikitext": lambda b: f"[{b} click]",
    "userinfo": lambda b: b.replace("://", "://jane:pw@", 1),
    "trailing dot": lambda b: swap(b, lambda h: h + "."),
    "backslashes": lambda b: b.replace("https://", "https:\\\\").replace("http://", "http:\\\\"),
    "all backslashes": lambda b: b.split("?")[0].replace("/", "\\") + b[len(b.split("?")[0]) :],
    "wide host": lambda b: swap(b, full),
    "wide dots": lambda b: swap(b, lambda h: h.replace(".", "\uff0e")),
    "ideographic dots": lambda b: swap(b, lambda h: h.replace(".", "\u3002")),
    "split line": lambda b: rest(b, lambda r: "\n" + r),
    "split inside": lambda b: middle(b, "\n"),
    "three slashes": lambda b: b.replace("://", ":///", 1),
    "tab": lambda b: middle(b, "\t"),
    "backticks": lambda b: f"`{b}`",
    "colour codes": lambda b: "\x0304" + b + "\x0f",
    "bold inside": lambda b: swap(b, lambda h: middle(h, "\x02")),
    "html entity": lambda b: swap(b, lambda h: h.replace(".", "&#46;")),
}
#: Changes that lead to another page, whatever the base is.
NEAR: dict[str, Callable[[str], str]] = {
    "host before": lambda b: swap(b, lambda h: "not" + h),
    "host after": lambda b: swap(b, lambda h: h + ".evil.example"),
    "host as user": lambda b: swap(b, lambda h: h + "@evil.example"),
    "letter more": lambda b: b.split("?")[0] + "x" + b[len(b.split("?")[0]) :],
    "path more": lambda b: b.split("?")[0] + "/old" + b[len(b.split("?")[0]) :],
    "other port": lambda b: b.replace(host(b), host(b) + ":4443").replace(":4443:8443", ":4443"),
    "host alone": lambda b: b[: b.index(host(b)) + len(host(b))] + "/",
}
#: So many bases per change, chosen by the order of the hash, so that nobody chose them.
PER_TRICK = 4
