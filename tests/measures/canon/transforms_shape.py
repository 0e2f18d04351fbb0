"""Shapes: the ways MediaWiki and other sites address one thing."""

import dataclasses
from collections.abc import Callable

from tests.measures.canon.seeds import EN, META, Seed, Wiki, path
from tests.measures.canon.variant import Catalogue, Change, Variant, to

SHAPES = Catalogue(0)
PROJECT = {"dewiki": ("Wikipedia", "WP"), "nlwiki": ("Wikipedia",), "metawiki": ("Meta",)}
Form = Callable[[Seed, Wiki], str | None]


def _localised(seed: Seed, wiki: Wiki) -> str | None:
    """Return the title of a page under the localised or another valid name of its namespace."""
    space, _, rest = seed.value.partition(":")
    own = {"User": wiki.user, "User talk": wiki.talk}.get(space, space)
    if space == "Project" and wiki.db in PROJECT:
        own = PROJECT[wiki.db][0]
    return f"{own}:{rest}" if rest and own != space else None


def _page(wiki: Wiki, title: str) -> str:
    return f"https://{wiki.host}/wiki/{path(title)}"


def _shape(form: Form) -> Change:
    def change(variant: Variant) -> Variant | None:
        if not variant.raw or variant.seed.wiki is None:
            return None
        return to(variant, form(variant.seed, variant.seed.wiki))

    return change


def _table(kind: str, why: str, rows: dict[str, str]) -> None:
    """Enter templates: `{h}` host, `{n}` value, `{t}` title, `{s}` local Special, and so on."""
    for name, template in rows.items():

        def form(seed: Seed, wiki: Wiki, template: str = template) -> str | None:
            if seed.kind != kind:
                return None
            return template.format(
                h=f"https://{wiki.host}",
                n=path(seed.value),
                q=path(seed.value).replace("/", "%2F"),
                t=path(seed.title or seed.value),
                s=path(wiki.special),
                c=path(wiki.contributions),
                l=path(wiki.log),
                p=path(wiki.permalink),
                y=seed.type,
                m=int(seed.value) - 1723 if kind == "revision" else "",
            )

        SHAPES.put(f"{kind} as {name}", "shape", _shape(form), why)


_table(
    "revision",
    "Every one of these shows the revision with this number.",
    {
        "diff": "{h}/w/index.php?diff={n}",
        "diff=prev": "{h}/w/index.php?title={t}&diff=prev&oldid={n}",
        "diff=next": "{h}/w/index.php?title={t}&diff=next&oldid={n}",
        "diff=cur": "{h}/w/index.php?title={t}&diff=cur&oldid={n}",
        "diff of two": "{h}/w/index.php?title={t}&diff={n}&oldid={m}",
        "oldid alone": "{h}/w/index.php?oldid={n}",
        "root query": "{h}/?oldid={n}",
        "root diff": "{h}/?diff={n}",
        "wiki path with oldid": "{h}/wiki/{t}?oldid={n}",
        "wiki path with diff": "{h}/wiki/{t}?diff={n}",
        "Special:Diff": "{h}/wiki/Special:Diff/{n}",
        "local Special:Diff": "{h}/wiki/{s}:Diff/{n}",
        "Special:Diff prev": "{h}/wiki/Special:Diff/{n}/prev",
        "Special:Diff of two": "{h}/wiki/{s}:Diff/{m}/{n}",
        "Special:PermanentLink": "{h}/wiki/Special:PermanentLink/{n}",
        "Special:PermaLink": "{h}/wiki/{s}:PermaLink/{n}",
        "local PermanentLink": "{h}/wiki/{s}:{p}/{n}",
        "Special:MobileDiff": "{h}/wiki/Special:MobileDiff/{n}",
        "local Special:MobileDiff": "{h}/wiki/{s}:MobileDiff/{n}",
        "Special:Redirect": "{h}/wiki/Special:Redirect/revision/{n}",
        "title=Special:Diff": "{h}/w/index.php?title=Special:Diff/{n}",
        "title=local PermanentLink": "{h}/w/index.php?title={s}:{p}/{n}",
        "special in other case": "{h}/wiki/special:diff/{n}",
        "raw text": "{h}/w/index.php?title={t}&action=raw&oldid={n}",
        "edit form": "{h}/w/index.php?title={t}&action=edit&oldid={n}",
        "rest.php": "{h}/w/rest.php/v1/revision/{n}/bare",
        "rest.php html": "{h}/w/rest.php/v1/revision/{n}/html",
        "rest_v1": "{h}/api/rest_v1/page/html/{t}/{n}",
        "api query": "{h}/w/api.php?action=query&prop=revisions&revids={n}&format=json",
        "api parse": "{h}/w/api.php?action=parse&oldid={n}",
    },
)
_table(
    "page",
    "Every one of these is a view of the page with this title.",
    {
        "title": "{h}/w/index.php?title={n}",
        "root title": "{h}/?title={n}",
        "history": "{h}/w/index.php?title={n}&action=history",
        "raw": "{h}/w/index.php?title={n}&action=raw",
        "edit": "{h}/w/index.php?action=edit&title={n}",
        "red link": "{h}/w/index.php?title={n}&action=edit&redlink=1",
        "history on the wiki path": "{h}/wiki/{n}?action=history",
        "index.php path": "{h}/w/index.php/{n}",
        "rest.php": "{h}/w/rest.php/v1/page/{q}/html",
        "api query": "{h}/w/api.php?action=query&titles={n}",
        "api parse": "{h}/w/api.php?format=json&action=parse&page={n}",
    },
)
_table(
    "curid",
    "Every one of these shows the page with this number.",
    {
        "root query": "{h}/?curid={n}",
        "wiki query": "{h}/wiki/?curid={n}",
        "Special:Redirect": "{h}/wiki/Special:Redirect/page/{n}",
        "local Special:Redirect": "{h}/wiki/{s}:Redirect/page/{n}",
        "history": "{h}/w/index.php?curid={n}&action=history",
        "raw": "{h}/w/index.php?action=raw&curid={n}",
        "api": "{h}/w/api.php?action=query&pageids={n}",
    },
)
_table(
    "contributions",
    "Every one of these lists what this account has written.",
    {
        "title": "{h}/w/index.php?title=Special:Contributions/{n}",
        "target": "{h}/w/index.php?title=Special:Contributions&target={n}",
        "user": "{h}/w/index.php?title=Special:Contributions&user={n}",
        "target on the path": "{h}/wiki/Special:Contributions?target={n}",
        "local name": "{h}/wiki/{s}:{c}/{n}",
        "local name, target": "{h}/w/index.php?title={s}:{c}&target={n}",
        "local space": "{h}/wiki/{s}:Contributions/{n}",
        "local name in English space": "{h}/wiki/Special:{c}/{n}",
        "alias": "{h}/wiki/Special:Contribs/{n}",
        "other case": "{h}/wiki/special:contributions/{n}",
    },
)
_table(
    "log",
    "Every one of these is the log of this type for this account.",
    {
        "wiki path": "{h}/wiki/Special:Log?type={y}&user={n}",
        "subpage": "{h}/wiki/Special:Log/{y}?user={n}",
        "two subpages": "{h}/wiki/Special:Log/{y}/{n}",
        "local": "{h}/w/index.php?title={s}:{l}&type={y}&user={n}",
        "local subpage": "{h}/wiki/{s}:{l}/{y}/{n}",
        "local space": "{h}/wiki/{s}:Log?type={y}&user={n}",
        "page empty": "{h}/w/index.php?title=Special:Log&type={y}&user={n}&page=",
    },
)
_table(
    "logid",
    "Every one of these shows the log entry with this number.",
    {
        "wiki path": "{h}/wiki/Special:Log?logid={n}",
        "Special:Redirect": "{h}/wiki/Special:Redirect/logid/{n}",
        "local Special:Redirect": "{h}/wiki/{s}:Redirect/logid/{n}",
        "local": "{h}/wiki/{s}:{l}?logid={n}",
        "type empty": "{h}/w/index.php?title=Special:Log&type=&logid={n}",
    },
)
_table(
    "userid",
    "Both lead to the account with this number.",
    {"title": "{h}/w/index.php?title=Special:Redirect/user/{n}"},
)
_table(
    "file",
    "A file's page has these names.",
    {
        "Special:Redirect": "{h}/wiki/Special:Redirect/file/{n}",
        "Image": "{h}/wiki/Image:{n}",
        "title": "{h}/w/index.php?title=File:{n}",
        "history": "{h}/w/index.php?title=Image:{n}&action=history",
    },
)


def _entered(group: str = "shape") -> Callable[[Form], Form]:
    def enter(form: Form) -> Form:
        why = (form.__doc__ or "").splitlines()[0]
        SHAPES.put(form.__name__.replace("_", " "), group, _shape(form), why)
        return form

    return enter


@_entered()
def local_namespace(seed: Seed, wiki: Wiki) -> str | None:
    """The localised name of a namespace and its English one are the same."""
    own = _localised(seed, wiki) if seed.kind == "page" else None
    return own and _page(wiki, own)


@_entered()
def namespace_in_other_case(seed: Seed, wiki: Wiki) -> str | None:
    """Names of namespaces are read without regard to case."""
    space, _, rest = seed.value.partition(":")
    return _page(wiki, f"{space.upper()}:{rest}") if seed.kind == "page" and rest else None


@_entered()
def space_after_namespace(seed: Seed, wiki: Wiki) -> str | None:
    """Spaces around the colon of a namespace are dropped."""
    space, _, rest = seed.value.partition(":")
    return _page(wiki, f"{space}:_{rest}") if seed.kind == "page" and rest else None


@_entered()
def first_letter_small(seed: Seed, wiki: Wiki) -> str | None:
    """These wikis write the first letter of a page's name large."""
    space, colon, rest = seed.value.rpartition(":")
    if seed.kind != "page" or "/" in space or not rest[0].isascii():
        return None
    return _page(wiki, space + colon + rest[0].lower() + rest[1:])


@_entered()
def short_project_name(seed: Seed, wiki: Wiki) -> str | None:
    """WP is an alias of the project's namespace on this wiki."""
    if wiki.db != "dewiki" or not seed.value.startswith("Project:"):
        return None
    return _page(wiki, "WP:" + seed.value.removeprefix("Project:"))


@_entered()
def language_variant_path(seed: Seed, wiki: Wiki) -> str | None:
    """A language variant in place of `wiki` converts the script of the same page."""
    if seed.kind != "page" or not wiki.variants:
        return None
    return f"https://{wiki.host}/{wiki.variants[len(seed.id) % 2]}/{path(seed.value)}"


@_entered()
def language_variant_parameter(seed: Seed, wiki: Wiki) -> str | None:
    """`variant` converts the script of the same page."""
    if seed.kind != "page" or not wiki.variants:
        return None
    return f"https://{wiki.host}/w/index.php?title={path(seed.value)}&variant={wiki.variants[-1]}"


@SHAPES.add("shape")
def other_address(variant: Variant) -> Variant | None:
    """The site shows the same profile, post or page under this address."""
    others = variant.seed.others
    return to(variant, others[0]) if variant.raw and others else None


def _other(at: int) -> Change:
    def change(variant: Variant) -> Variant | None:
        others = variant.seed.others
        return to(variant, others[at]) if variant.raw and len(others) > at else None

    return change


for _at in range(1, 7):
    SHAPES.put(f"other address {_at + 1}", "shape", _other(_at), "See the first other address.")


def _target(seed: Seed, wiki: Wiki, *, local: bool) -> str | None:
    """Return what stands between the brackets of a link in wikitext."""
    special = wiki.special if local else "Special"
    contributions = wiki.contributions if local else "Contributions"
    return {
        "revision": f"{special}:Diff/{seed.value}",
        "page": _localised(seed, wiki) if local else seed.value,
        "curid": f"{special}:Redirect/page/{seed.value}",
        "contributions": f"{special}:{contributions}/{seed.value}",
        "log": f"{special}:Log/{seed.type}/{seed.value}",
        "logid": f"{special}:Redirect/logid/{seed.value}",
        "userid": f"{special}:Redirect/user/{seed.value}",
        "file": f":File:{seed.value}",
    }[seed.kind]


def _written(name: str, why: str, form: Callable[[Seed, Wiki], tuple[str, Wiki] | None]) -> None:
    """Enter a form that needs the wiki of the speaker."""

    def change(variant: Variant) -> Variant | None:
        wiki = variant.seed.wiki
        if not variant.raw or wiki is None or not wiki.db:
            return None
        made = form(variant.seed, wiki)
        if made is None:
            return None
        return dataclasses.replace(variant, text=made[0], wiki=made[1].db, url=False)

    SHAPES.put(name, "shape", change, why)


def _link(*, local: bool, label: str = "") -> Callable[[Seed, Wiki], tuple[str, Wiki] | None]:
    def form(seed: Seed, wiki: Wiki) -> tuple[str, Wiki] | None:
        target = _target(seed, wiki, local=local)
        return (f"[[{target}{label}]]", wiki) if target else None

    return form


def _abroad(seed: Seed, wiki: Wiki) -> tuple[str, Wiki]:
    speaker = META if wiki is EN else EN
    return f"[[:{wiki.prefix}:{(_target(seed, wiki, local=False) or '').lstrip(':')}]]", speaker


def _number(template: str) -> Callable[[Seed, Wiki], tuple[str, Wiki] | None]:
    def form(seed: Seed, wiki: Wiki) -> tuple[str, Wiki] | None:
        if seed.kind != "revision" or ("{{" in template and wiki is not EN):
            return None
        return template.replace("TITLE", seed.title).replace("NUMBER", seed.value), wiki

    return form


_written(
    "link in wikitext", "A link without a prefix is on the speaker's wiki.", _link(local=False)
)
_written("local link in wikitext", "As the link, with local names.", _link(local=True))
_written("labelled link", "The label changes no target.", _link(local=False, label="|this one"))
_written("interwiki link", "The prefix names the wiki; the colon in front shows the link.", _abroad)
for _name, _template in {
    "rev N": "rev NUMBER",
    "diff N": "diff NUMBER",
    "oldid query": "?oldid=NUMBER",
    "diff query": "?diff=NUMBER",
    "permanent link in wikitext": "[[Special:PermanentLink/NUMBER]]",
    "diff template": "{{diff|TITLE|prev|NUMBER}}",
    "diff template, diff only": "{{diff|TITLE|NUMBER}}",
}.items():
    _written(_name, "Said as such, it is a revision of the speaker's wiki.", _number(_template))
