"""Profiles and posts on large social sites: one key for the addresses that each is known by.

A site is told by its registrable domain, so that hosts for phones, countries and old designs are
one. Names of accounts are compared without case where the site does so.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["site_key"]

#: A path's segments and the query's values: the key without the site's name, None for no such form.
Form = Callable[[tuple[str, ...], Mapping[str, str]], str | None]


@dataclass(frozen=True, slots=True)
class Site:
    """A site: what it is called in keys, and its forms, tried in order."""

    name: str
    forms: tuple[Form, ...]


def _path(pattern: str, key: str, *, fold: tuple[str, ...] = ("who",)) -> Form:
    """Return a form that reads a path; groups of `fold` are compared without case.

    `key` names groups in braces.
    """
    compiled = re.compile(pattern + r"/*\Z", re.IGNORECASE)

    def read(segments: tuple[str, ...], _: Mapping[str, str]) -> str | None:
        match = compiled.match("/".join(segments))
        if match is None:
            return None
        groups = {name: value or "" for name, value in match.groupdict().items()}
        for name in fold:
            if name in groups:
                groups[name] = groups[name].casefold()
        return key.format(**groups)

    return read


def _query(path: str, key: str, *names: str) -> Form:
    """Return a form that reads values of a query, all of which are needed."""
    compiled = re.compile(path + r"/*\Z", re.IGNORECASE)

    def read(segments: tuple[str, ...], query: Mapping[str, str]) -> str | None:
        if compiled.match("/".join(segments)) is None or not all(query.get(n) for n in names):
            return None
        return key.format(**{name: query[name] for name in names})

    return read


_W = r"(?P<who>[\w.%~+-]{1,80})"
_N = r"(?P<id>\d{1,25})"
_ID = r"(?P<id>[\w-]{3,40})"
_NOBODY = (
    r"(?!(?:search|home|login|share|sharer|intent|hashtag|explore|watch|about|help|settings|legal|i|"
    r"privacy|policies|terms|results|playlist|features|notifications|messages|groups?|events?|pages?|"
    r"tags?|status|jobs|feed|marketplace|gaming|stories|reels?|p|tv|direct|accounts|discover|upload|"
    r"embed|shorts|live|comments|r|topics?|trending|signup|register|download|apps?|photo|video|story|"
    r"permalink|dialog|plugins|tr|profile|people|l|login\.php|sharer\.php|index\.php)(?:/|\.php|\Z))"
)


def _account(prefix: str = "") -> Form:
    """Return the form of an account right under the host."""
    tail = r"(?:/(?:with_replies|media|likes|followers|following|about|photos|videos|posts|reels|tagged|overview|submitted|featured|shorts|streams|playlists|community|repositories|stars))?"
    return _path(f"{prefix}{_NOBODY}{_W}{tail}", "user {who}")


_X = Site(
    "x.com",
    (
        _path(
            rf"(?:{_W}|i|i/web)/status(?:es)?/{_N}(?:/(?:photo|video)/\d+|/(?:likes|retweets|quotes|history))?",
            "post {id}",
        ),
        _query(r"(?:intent/(?:user|follow))", "user {screen_name}", "screen_name"),
        _query(r"i/user/\d+|intent/user", "id {user_id}", "user_id"),
        _path(rf"i/user/{_N}", "id {id}"),
        _account("@?"),
    ),
)
_FACEBOOK = Site(
    "facebook.com",
    (
        _query(r"(?:story|permalink)\.php", "post {story_fbid}", "story_fbid", "id"),
        _query(r"(?:photo(?:\.php)?|photos?/viewer)", "post {fbid}", "fbid"),
        _query(r"watch(?:/live)?|video\.php", "post {v}", "v"),
        _query(r"profile\.php", "user {id}", "id"),
        _path(rf"(?:people|public)/[^/]{{1,100}}/{_N}", "user {id}"),
        _path(rf"groups/[\w.-]{{1,80}}/(?:posts|permalink)/{_N}", "post {id}"),
        _path(
            r"[\w.%-]{1,80}/(?:posts|videos|photos)/(?:[^/]{1,200}/)?(?P<id>(?:pfbid)?\w{5,120})",
            "post {id}",
        ),
        _path(rf"(?:reel|watch|share/[pvr])/{_ID}", "post {id}"),
        _path(r"groups/(?P<who>[\w.-]{1,80})(?:/about|/members)?", "group {who}"),
        _account(),
    ),
)
_INSTAGRAM = Site(
    "instagram.com",
    (
        _path(
            rf"(?:[\w.]{{1,40}}/)?(?:p|reels?|tv)/{_ID}(?:/embed(?:/captioned)?|/c/\d+)?",
            "post {id}",
        ),
        _path(r"stories/(?P<who>[\w.]{1,40})/(?P<id>\d+)", "story {id}"),
        _path(r"(?:_u/|stories/)?" + _NOBODY + _W, "user {who}"),
    ),
)
_YOUTUBE = Site(
    "youtube.com",
    (
        _query(r"watch(?:_popup)?", "post {v}", "v"),
        _path(rf"(?:shorts|embed|live|v|e|watch)/{_ID}", "post {id}"),
        _path(r"channel/(?P<id>UC[\w-]{10,40})(?:/\w+)?", "channel {id}"),
        _path(r"(?:(?:user|c)/)(?P<who>[\w.%-]{1,80})(?:/\w+)?", "user {who}"),
        _path(r"@(?P<who>[\w.%-]{1,80})(?:/\w+)?", "user @{who}"),
        _query(r"playlist", "list {list}", "list"),
    ),
)
_REDDIT = Site(
    "reddit.com",
    (
        _path(
            r"(?:(?:r|u|user)/[\w-]{1,40}/)?comments/(?P<id>\w{3,12})(?:/[^/]{0,200}/(?P<sub>\w{4,12}))",
            "post {id}/{sub}",
            fold=("id", "sub"),
        ),
        _path(
            r"(?:(?:r|u|user)/[\w-]{1,40}/)?comments/(?P<id>\w{3,12})(?:/[^/]{0,200})?",
            "post {id}",
            fold=("id",),
        ),
        _path(r"(?:gallery|tb)/(?P<id>\w{3,12})", "post {id}", fold=("id",)),
        _path(
            r"(?:u|user)/(?P<who>[\w-]{1,40})(?:/(?:about|overview|comments|submitted|gilded|upvoted|m/\w+))?",
            "user {who}",
        ),
        _path(r"r/(?P<who>\w{2,40})(?:/(?:new|hot|top|rising|about))?", "sub {who}"),
    ),
)
_LINKEDIN = Site(
    "linkedin.com",
    (
        _path(
            rf"in/{_W}(?:/(?:details/\w+|overlay/[\w-]+|recent-activity(?:/\w+)?|[a-z]{{2}}))?",
            "user {who}",
        ),
        _path(
            r"posts/[^/]{1,300}?-(?:activity|share|ugcpost)-(?P<id>\d{10,25})(?:-\w+)?", "post {id}"
        ),
        _path(r"feed/update/urn:li:(?:activity|share|ugcpost):(?P<id>\d{10,25})", "post {id}"),
        _path(rf"(?:company|school)/{_W}(?:/(?:about|posts|people|jobs))?", "company {who}"),
    ),
)
_TIKTOK = Site(
    "tiktok.com",
    (
        _path(r"@[\w.]{1,60}/(?:video|photo)/" + _N, "post {id}"),
        _path(rf"(?:v|embed(?:/v2)?)/{_N}(?:\.html)?", "post {id}"),
        _path(r"@(?P<who>[\w.]{1,60})", "user {who}"),
    ),
)
_TELEGRAM = Site(
    "t.me",
    (
        _path(r"c/(?P<chat>\d+)/(?:\d+/)?(?P<id>\d+)", "post {chat}/{id}"),
        _path(r"(?:s/)?(?P<who>[a-z]\w{3,40})/(?:\d+/)?(?P<id>\d+)", "post {who}/{id}"),
        _query(r"resolve", "user {domain}", "domain"),
        _path(r"(?:joinchat/|\+)(?P<id>[\w-]{8,40})", "invite {id}"),
        _path(r"(?:s/)?(?P<who>[a-z]\w{3,40})", "user {who}"),
    ),
)
_GITHUB = Site(
    "github.com",
    (
        _path(r"(?P<who>[\w-]{1,40})(?:\.(?:keys|gpg|atom|png))?", "user {who}"),
        _path(
            r"(?P<who>[\w-]{1,40})/(?P<repo>[\w.-]{1,100}?)(?:\.git)?",
            "repo {who}/{repo}",
            fold=("who", "repo"),
        ),
    ),
)
_BLUESKY = Site(
    "bsky.app",
    (
        _path(r"profile/(?P<who>[\w.:-]{3,120})/post/(?P<id>\w{8,20})", "post {id}"),
        _path(r"profile/(?P<who>[\w.:-]{3,120})(?:/\w+)?", "user {who}"),
    ),
)
_THREADS = Site(
    "threads.net",
    (
        _path(rf"@[\w.]{{1,60}}/post/{_ID}(?:/\w+)?", "post {id}"),
        _path(rf"t/{_ID}", "post {id}"),
        _path(r"@(?P<who>[\w.]{1,60})(?:/\w+)?", "user {who}"),
    ),
)
_VK = Site(
    "vk.com",
    (
        _path(r"(?P<id>wall-?\d+_\d+)", "post {id}"),
        _query(r"[\w.]{1,40}", "post wall{w}", "w"),
        _account(),
    ),
)
_PINTEREST = Site(
    "pinterest.com",
    (_path(rf"pin/(?:[\w-]{{1,120}}--)?{_N}", "post {id}"), _account()),
)
_SNAPCHAT = Site(
    "snapchat.com",
    (_path(rf"(?:add/|@){_W}", "user {who}"), _account()),
)
_TWITCH = Site(
    "twitch.tv",
    (
        _path(rf"videos/{_N}", "post {id}"),
        _path(rf"(?:\w{{1,40}}/)?clip/{_ID}", "clip {id}"),
        _account(),
    ),
)
_DISCORD = Site(
    "discord.com",
    (
        _path(r"invite/(?P<id>[\w-]{2,40})", "invite {id}"),
        _path(r"channels/(?P<id>(?:\d+|@me)(?:/\d+){1,2})", "post {id}"),
        _path(rf"users/{_N}", "user {id}"),
    ),
)
_MEDIUM = Site(
    "medium.com",
    (
        _path(
            r"(?:@[\w.-]{1,60}|[\w-]{1,60}|p)/(?:[\w%-]{1,200}-)?(?P<id>[0-9a-f]{8,12})",
            "post {id}",
            fold=("id",),
        ),
        _path(r"@(?P<who>[\w.-]{1,60})(?:/\w+)?", "user {who}"),
    ),
)
_STEAM = Site(
    "steamcommunity.com",
    (_path(r"id/(?P<who>[\w-]{2,60})", "user {who}"), _path(rf"profiles/{_N}", "id {id}")),
)
_FLICKR = Site(
    "flickr.com",
    (
        _path(rf"photos/[\w@.-]{{1,60}}/{_N}(?:/.{{0,200}})?", "post {id}"),
        _path(r"(?:people|photos)/(?P<who>[\w@.-]{1,60})", "user {who}"),
    ),
)
_WHATSAPP = Site(
    "wa.me",
    (_query(r"send", "user {phone}", "phone"), _path(r"\+?(?P<id>\d{6,20})", "user {id}")),
)
_TUMBLR = Site(
    "tumblr.com",
    (
        _path(
            rf"(?:blog/(?:view/)?)?{_NOBODY}(?P<who>[\w-]{{1,60}})/{_N}(?:/[^/]{{0,200}})?",
            "post {who}/{id}",
        ),
        _path(rf"(?:blog/(?:view/)?)?{_NOBODY}(?P<who>[\w-]{{1,60}})", "user {who}"),
    ),
)
_PLAIN = {
    name: Site(name, (_account(),))
    for name in (
        "soundcloud.com",
        "patreon.com",
        "onlyfans.com",
        "linktr.ee",
        "ko-fi.com",
        "keybase.io",
    )
}
_WEIBO = Site(
    "weibo.com", (_path(rf"(?:u|profile)/{_N}", "user {id}"), _path(rf"{_N}", "user {id}"))
)
_OK = Site("ok.ru", (_path(rf"profile/{_N}(?:/statuses)?", "user {id}"), _account()))
_FEDIVERSE: Final = (
    _path(
        r"(?:@(?P<who>[\w.]{1,60})|users/(?P<also>[\w.]{1,60})/statuses|@(?P<far>[\w.]{1,60}@[\w.-]{3,80}))/(?P<id>\d{6,25})",
        "post {id}",
    ),
    _path(
        r"(?:@|users/)(?P<who>[\w.]{1,60})(?:/(?:with_replies|media|followers|following))?",
        "user @{who}",
    ),
)

_SITES: Final[Mapping[str, Site]] = {
    "twitter.com": _X, "x.com": _X, "nitter.net": _X, "fxtwitter.com": _X, "vxtwitter.com": _X, "fixupx.com": _X,
    "facebook.com": _FACEBOOK, "fb.com": _FACEBOOK, "fb.me": _FACEBOOK,
    "instagram.com": _INSTAGRAM, "instagr.am": _INSTAGRAM, "ddinstagram.com": _INSTAGRAM,
    "youtube.com": _YOUTUBE, "youtube-nocookie.com": _YOUTUBE, "reddit.com": _REDDIT,
    "linkedin.com": _LINKEDIN, "tiktok.com": _TIKTOK, "t.me": _TELEGRAM, "telegram.me": _TELEGRAM,
    "telegram.dog": _TELEGRAM, "github.com": _GITHUB, "bsky.app": _BLUESKY, "threads.net": _THREADS,
    "threads.com": _THREADS, "vk.com": _VK, "vk.ru": _VK, "vkontakte.ru": _VK, "snapchat.com": _SNAPCHAT,
    "twitch.tv": _TWITCH, "discord.com": _DISCORD, "discordapp.com": _DISCORD, "medium.com": _MEDIUM,
    "steamcommunity.com": _STEAM, "flickr.com": _FLICKR, "wa.me": _WHATSAPP, "whatsapp.com": _WHATSAPP,
    "tumblr.com": _TUMBLR, "weibo.com": _WEIBO, "weibo.cn": _WEIBO, "ok.ru": _OK, **_PLAIN,
}  # fmt: skip
#: Hosts that hold nothing but short addresses of one site, and the form that they stand for.
_SHORT: Final[Mapping[str, tuple[str, str]]] = {
    "youtu.be": ("youtube.com", "watch/"),
    "redd.it": ("reddit.com", "comments/"),
    "discord.gg": ("discord.com", "invite/"),
}
_COUNTRIES = re.compile(r"(?:.+\.)?pinterest\.(?:com?\.)?[a-z]{2,3}\Z")
#: First labels that lead to the same site; another first label is another place on it.
_SAME_SITE = re.compile(
    r"(?:www|m|mobile|mbasic|touch|web|old|new|np|i|amp|sh|ssl|canary|ptb|app|music|gaming|api|free|d|h5"
    r"|[a-z]{2}(?:-[a-z]{2})?|vm|clips|business|upload)\Z"
)


def site_key(host: str, path: str, query: Mapping[str, str]) -> str | None:
    """Return the key of a profile or a post, None for an address of no known form.

    `path` is decoded.
    """
    segments = tuple(part for part in path.split("/") if part)
    if host in _SHORT:
        host, lead = _SHORT[host]
        segments = (*lead.strip("/").split("/"), *segments)
    labels = host.split(".")
    domain = ".".join(labels[-2:])
    first = labels[0] if labels[2:] else ""
    site = _PINTEREST if _COUNTRIES.match(host) else _SITES.get(domain)
    if site is _TUMBLR and first and not _SAME_SITE.match(first):
        if segments[:1] == ("post",):
            segments = segments[1:]
        segments, first = (first, *segments), ""
    if site is _MEDIUM and first and not _SAME_SITE.match(first):
        segments, first = (f"@{first}", *segments), ""
    if site is None:
        return _on_any_host(host, segments, query)
    if first and not _SAME_SITE.match(first):
        return None
    for form in site.forms:
        found = form(segments, query)
        if found is not None:
            return f"{site.name} {found}"
    return None


def _on_any_host(host: str, segments: tuple[str, ...], query: Mapping[str, str]) -> str | None:
    """Return the key of an account on a server of the fediverse."""
    for form in _FEDIVERSE:
        found = form(segments, query)
        if found is not None:
            return f"{host} {found}"
    return None
