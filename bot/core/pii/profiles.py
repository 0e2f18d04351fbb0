"""Rules for links to a person's page on another site, told from other links by their form."""

import re

from bot.core.pii.addresses import WEB
from bot.core.pii.rule import Rule

_START = rf"(?<![\w@.-])(?:(?<!/)|(?<=//))(?:{WEB}://)?"
_HOST = r"(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?::\d{1,5})?"
_HANDLE = r"[\w.@%~+-]{1,80}"
_END = (
    r"(?:/(?:about|overview|posts|comments|submitted|photos|videos|followers|media|with_replies))?"
    r"/?(?:[?#][^\s<>\"]{0,300})?(?![\w/%-])"
)
#: The part of a path that says that a person comes next.
_OF_PERSON = (
    r"(?:in|u|usr|users?|people|person|profiles?|profil|perfil|members?|membre|mitglieder|authors?"
    r"|accounts?|id|pub|artist|channel|c|gamer|player|freelancers|staff|team|add|contributors?)"
)
#: Sites whose pages right under the host are people's, by the first word of their name.
_SITES = (
    r"(?:twitter|x|facebook|fb|instagram|github|gitlab|tiktok|vk|linktr|medium|twitch|threads|snapchat"
    r"|pinterest|soundcloud|flickr|ask|keybase|patreon|ko-fi|paypal|venmo|cash|onlyfans|t|telegram"
    r"|about|tumblr|last|deviantart|quora|xing|linkedin|youtube|strava|letterboxd|goodreads|myspace"
    r"|mastodon|bsky|steamcommunity|[\w-]{0,20}(?:social|face|insta|gram|snap|dating|friends|fans"
    r"|people|profile|linked)[\w-]{0,20})"
)
#: Pages right under the host that are nobody's.
_NO_PERSON = (
    r"(?!(?:search|home|login|share|sharer|intent|hashtag|explore|watch|about|help|settings|legal|wiki"
    r"|privacy|policies|terms|index|results|playlist|features|notifications|messages|i|news|blog|photo"
    r"|groups?|events?|pages?|tags?|status|docs|api|faq|rules|contact|forum|topics?|threads?|post)\b)"
)

PROFILES: tuple[Rule, ...] = (
    Rule(
        kind="profile-link",
        needs=("/@", "/~"),
        pattern=re.compile(
            rf"{_START}{_HOST}/(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?[@~]{_HANDLE}{_END}", re.IGNORECASE
        ),
        hits=("t.me.example/@jane_example", "https://social.example/@jane", "example.edu/~jane/"),
        misses=("https://social.example/@jane/1122", "https://example.org/a/b/@c"),
    ),
    Rule(
        kind="profile-link",
        needs=("/",),
        pattern=re.compile(
            rf"{_START}{_HOST}/(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?{_OF_PERSON}/(?:\d{{1,12}}/)?{_HANDLE}{_END}",
            re.IGNORECASE,
        ),
        hits=(
            "https://work.example/in/jane-example-12/",
            "https://example.net/users/12345/jane",
            "hxxps://forum.example/user/jane",
        ),
        misses=("https://example.org/wiki/User:Example", "and/or in/out", "example.org/c/a/b/d"),
    ),
    Rule(
        kind="profile-link",
        needs=("id=", "u=", "user", "profile", "member"),
        pattern=re.compile(
            rf"{_START}{_HOST}/(?:[\w-]{{1,30}}/){{0,2}}"
            r"(?:(?:profile|member|user|memberlist|viewprofile|index)(?:\.\w{3,4})?\?"
            r"(?:[\w=&;-]{0,60}[?&;])?(?:id|u|uid|user|username|showuser|name)=[\w.%-]{1,60}"
            rf"|\?(?:showuser|user|profile|u)=[\w.%-]{{1,60}}){_END}",
            re.IGNORECASE,
        ),
        hits=(
            "https://forum.example.org/memberlist.php?mode=viewprofile&u=7",
            "https://face.example/profile.php?id=1000123",
        ),
        misses=("https://wiki.example.org/w/index.php?title=User:Example", "example.org/a?id=1"),
    ),
    Rule(
        kind="profile-link",
        needs=("/",),
        pattern=re.compile(
            rf"{_START}(?:[a-z]{{1,9}}\.)?{_SITES}\.[a-z]{{2,10}}(?:\.example)?/{_NO_PERSON}"
            rf"(?:add/|in/)?(?![\w.-]*\.(?:html?|php|png|jpe?g|pdf)\b)[\w.$-]{{2,60}}{_END}",
            re.IGNORECASE,
        ),
        hits=(
            "https://twitter.com/jane_example",
            "github.com/example-a",
            "t.me/jane_example",
            "https://photogram.example/jane",
        ),
        misses=(
            "https://github.com/example/repo",
            "https://twitter.com/search?q=x",
            "https://example.com/jane",
        ),
    ),
)
