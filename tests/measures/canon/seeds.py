"""The things that the links of this set lead to: made-up revisions, pages, people and posts."""

import dataclasses
from urllib.parse import quote


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wiki:
    """A wiki: its database name (empty: none is known), host, prefix and localised names."""

    db: str
    host: str
    prefix: str = ""  # how other wikis link to it
    special: str = "Special"
    user: str = "User"
    talk: str = "User talk"
    contributions: str = "Contributions"
    log: str = "Log"
    permalink: str = "PermanentLink"
    variants: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One thing: `kind`, on a wiki or another site, with the values that make it this thing."""

    id: str
    kind: str  # revision, page, curid, contributions, log, logid, userid, file, site
    value: str  # number, title (spaces, English namespace) or address
    wiki: Wiki | None = None
    title: str = ""  # of a revision: the page it is said to be of
    type: str = ""  # of a log
    others: tuple[str, ...] = ()  # of another site: further addresses of the same thing


EN = Wiki(db="enwiki", host="en.wikipedia.org", prefix="w:en")
DE = Wiki(
    db="dewiki",
    host="de.wikipedia.org",
    prefix="w:de",
    special="Spezial",
    user="Benutzer",
    talk="Benutzer Diskussion",
    contributions="Beiträge",
    log="Logbuch",
    permalink="Permanenter Link",
)
FR = Wiki(
    db="frwiki",
    host="fr.wikipedia.org",
    prefix="w:fr",
    special="Spécial",
    user="Utilisateur",
    talk="Discussion utilisateur",
    log="Journal",
)
ES = Wiki(
    db="eswiki",
    host="es.wikipedia.org",
    prefix="w:es",
    special="Especial",
    user="Usuario",
    contributions="Contribuciones",
    log="Registro",
)
PT = Wiki(
    db="ptwiki",
    host="pt.wikipedia.org",
    prefix="w:pt",
    special="Especial",
    contributions="Contribuições",
    log="Registo",
)
RU = Wiki(
    db="ruwiki",
    host="ru.wikipedia.org",
    prefix="w:ru",
    special="Служебная",
    user="Участник",
    talk="Обсуждение участника",
    contributions="Вклад",
)
AR = Wiki(
    db="arwiki",
    host="ar.wikipedia.org",
    prefix="w:ar",
    special="خاص",
    user="مستخدم",
    talk="نقاش المستخدم",
    contributions="مساهمات",
    log="سجل",
)
ZH = Wiki(
    db="zhwiki",
    host="zh.wikipedia.org",
    prefix="w:zh",
    permalink="永久链接",
    contributions="用户贡献",
    variants=("zh-tw", "zh-cn", "zh-hk", "zh-hant", "zh-hans", "zh-sg"),
)
JA = Wiki(
    db="jawiki",
    host="ja.wikipedia.org",
    prefix="w:ja",
    special="特別",
    user="利用者",
    contributions="投稿記録",
    log="ログ",
    permalink="固定リンク",
)
PL = Wiki(
    db="plwiki",
    host="pl.wikipedia.org",
    prefix="w:pl",
    special="Specjalna",
    contributions="Wkład",
    log="Rejestr",
)
IT = Wiki(
    db="itwiki",
    host="it.wikipedia.org",
    prefix="w:it",
    special="Speciale",
    user="Utente",
    talk="Discussioni utente",
    contributions="Contributi",
    log="Registri",
)
NL = Wiki(
    db="nlwiki",
    host="nl.wikipedia.org",
    prefix="w:nl",
    special="Speciaal",
    user="Gebruiker",
    talk="Overleg gebruiker",
    contributions="Bijdragen",
    log="Logboeken",
)
SV = Wiki(
    db="svwiki",
    host="sv.wikipedia.org",
    prefix="w:sv",
    user="Användare",
    talk="Användardiskussion",
    contributions="Bidrag",
    permalink="Permanent länk",
)
SR = Wiki(db="srwiki", host="sr.wikipedia.org", prefix="w:sr", variants=("sr-el", "sr-ec"))
COMMONS = Wiki(db="commonswiki", host="commons.wikimedia.org", prefix="c")
META = Wiki(db="metawiki", host="meta.wikimedia.org", prefix="m")
DATA = Wiki(db="wikidatawiki", host="www.wikidata.org", prefix="d")
ORG = Wiki(db="", host="wiki.example.org")
NET = Wiki(db="", host="wiki.example.net")
WIKIS = (EN, DE, FR, ES, PT, RU, AR, ZH, JA, PL, IT, NL, SV, SR, COMMONS, META, DATA, ORG, NET)


def _wiki_seeds() -> list[Seed]:
    """Return the seeds on wikis; the numbers follow from the place in the list."""
    out: list[Seed] = []
    for at, wiki in enumerate(WIKIS):
        name = wiki.db or wiki.host
        person = f"Example-{chr(65 + at)}"
        out.append(
            Seed(
                id=f"{name}:revision",
                kind="revision",
                wiki=wiki,
                value=str(118203457 + at * 7340917),
                title="Q4115189" if wiki is DATA else f"Made-up page {at + 1}",
            )
        )
        extra = ("contributions", "talk", "log", "curid", "page", "user", "logid")
        for kind in (extra[at % 7], extra[(at + 3) % 7]):
            title = {"talk": f"User talk:{person}", "user": f"User:{person}"}.get(kind, "")
            if kind == "page":
                title = "Project:Café notes/Example list" if at % 2 else f"Café {person} notes"
            number = str(40127 + at * 90173)
            out.append(
                Seed(
                    id=f"{name}:{kind}",
                    kind="page" if title else kind,
                    wiki=wiki,
                    value=title or (person if kind in {"contributions", "log"} else number),
                    type=("block", "move", "delete", "protect")[at % 4] if kind == "log" else "",
                )
            )
    out += [
        Seed(id="enwiki:user2", kind="page", wiki=EN, value="User:Example-A B/Draft"),
        Seed(
            id="enwiki:revision2",
            kind="revision",
            wiki=EN,
            value="987654321",
            title="User talk:Example-Z",
        ),
        Seed(id="ruwiki:page2", kind="page", wiki=RU, value="Пример страницы"),
        Seed(id="jawiki:page2", kind="page", wiki=JA, value="例の項目"),
        Seed(id="zhwiki:page2", kind="page", wiki=ZH, value="示例條目"),
        Seed(id="srwiki:page2", kind="page", wiki=SR, value="Пример чланка"),
        Seed(id="enwiki:userid", kind="userid", wiki=EN, value="4417203"),
        Seed(id="commonswiki:file", kind="file", wiki=COMMONS, value="Example-A at desk.jpg"),
    ]
    return out


def _site(name: str, address: str, *others: str) -> Seed:
    return Seed(id=f"site:{name}", kind="site", value=address, others=others)


_SITES = [
    _site(
        "x-post",
        "https://x.com/Example_A1/status/1700000000000000123",
        "https://twitter.com/Example_A1/status/1700000000000000123",
        "https://mobile.twitter.com/Example_A1/status/1700000000000000123",
        "https://twitter.com/Example_A1/status/1700000000000000123?s=20",
        "https://x.com/i/web/status/1700000000000000123",
        "https://www.x.com/example_a1/status/1700000000000000123",
    ),
    _site(
        "x-profile",
        "https://x.com/Example_A1",
        "https://twitter.com/Example_A1",
        "https://mobile.twitter.com/example_a1",
        "https://www.twitter.com/Example_A1/",
        "https://x.com/EXAMPLE_A1?lang=en",
    ),
    _site(
        "facebook-profile",
        "https://www.facebook.com/example.a1.person",
        "https://facebook.com/example.a1.person",
        "https://m.facebook.com/example.a1.person",
        "https://mbasic.facebook.com/example.a1.person/",
        "https://fb.com/example.a1.person",
        "https://de-de.facebook.com/example.a1.person",
    ),
    _site(
        "facebook-id",
        "https://www.facebook.com/profile.php?id=100000000000123",
        "https://m.facebook.com/profile.php?id=100000000000123",
        "https://facebook.com/profile.php?id=100000000000123",
    ),
    _site(
        "instagram-profile",
        "https://www.instagram.com/example_a1_person/",
        "https://instagram.com/example_a1_person",
        "https://instagr.am/example_a1_person",
        "https://www.instagram.com/Example_A1_person/?hl=en",
    ),
    _site(
        "instagram-post",
        "https://www.instagram.com/p/CxExAmPlE12/",
        "https://instagram.com/p/CxExAmPlE12",
        "https://www.instagram.com/p/CxExAmPlE12/?igsh=abc",
    ),
    _site(
        "video",
        "https://www.youtube.com/watch?v=Ex4mPl3_-Ab",
        "https://youtu.be/Ex4mPl3_-Ab",
        "https://m.youtube.com/watch?v=Ex4mPl3_-Ab",
        "https://youtube.com/shorts/Ex4mPl3_-Ab",
        "https://www.youtube.com/embed/Ex4mPl3_-Ab",
        "https://www.youtube.com/live/Ex4mPl3_-Ab",
        "https://www.youtube-nocookie.com/embed/Ex4mPl3_-Ab",
        "https://youtu.be/Ex4mPl3_-Ab?si=abcd",
    ),
    _site(
        "tiktok-post",
        "https://www.tiktok.com/@example_a1/video/7200000000000000123",
        "https://tiktok.com/@example_a1/video/7200000000000000123",
        "https://m.tiktok.com/@example_a1/video/7200000000000000123",
    ),
    _site(
        "reddit-thread",
        "https://www.reddit.com/r/example/comments/1ab2c3/a_made_up_thread/",
        "https://old.reddit.com/r/example/comments/1ab2c3/a_made_up_thread/",
        "https://www.reddit.com/comments/1ab2c3",
        "https://redd.it/1ab2c3",
        "https://reddit.com/r/example/comments/1ab2c3",
    ),
    _site(
        "reddit-profile",
        "https://www.reddit.com/user/Example-A1",
        "https://www.reddit.com/u/Example-A1",
        "https://old.reddit.com/user/Example-A1/",
        "https://reddit.com/u/example-a1",
    ),
    _site(
        "linkedin",
        "https://www.linkedin.com/in/example-a1",
        "https://linkedin.com/in/example-a1/",
        "https://de.linkedin.com/in/example-a1",
    ),
    _site(
        "telegram",
        "https://t.me/example_a1_chat",
        "https://telegram.me/example_a1_chat",
        "https://t.me/s/example_a1_chat",
    ),
    _site("vk", "https://vk.com/id100200300", "https://m.vk.com/id100200300"),
    _site("bluesky", "https://bsky.app/profile/a1.example.org"),
    _site("forum", "https://forum.example.org/viewtopic.php?f=2&t=5417"),
    _site("paste", "https://paste.example.net/Ab12Cd34"),
    _site("blog", "https://example.net/2024/Notes-on-Example-A?page=2"),
    _site("short", "https://bit.ly/3ExAmPl"),
    _site("short2", "https://tinyurl.com/ex4mpl3a"),
    _site("short3", "https://w.wiki/9Xz4"),
    _site(
        "idn",
        "https://bücher.example/list/Ab3",
        "https://xn--bcher-kva.example/list/Ab3",
        "https://BÜCHER.example/list/Ab3",
    ),
]
SEEDS = (*_wiki_seeds(), *_SITES)


def path(title: str) -> str:
    """Write a title as MediaWiki writes it in an address."""
    return quote(title.replace(" ", "_"), safe=":/-_.~")


def base(seed: Seed) -> str:
    """Return the plain address of a seed, which the disguises start from."""
    if seed.wiki is None:
        return seed.value
    host, value = f"https://{seed.wiki.host}", path(seed.value)
    return {
        "revision": f"{host}/w/index.php?title={path(seed.title)}&oldid={value}",
        "page": f"{host}/wiki/{value}",
        "curid": f"{host}/w/index.php?curid={value}",
        "contributions": f"{host}/wiki/Special:Contributions/{value}",
        "log": f"{host}/w/index.php?title=Special:Log&type={seed.type}&user={value}",
        "logid": f"{host}/w/index.php?title=Special:Log&logid={value}",
        "userid": f"{host}/wiki/Special:Redirect/user/{value}",
        "file": f"{host}/wiki/File:{value}",
    }[seed.kind]
