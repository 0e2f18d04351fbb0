"""Wikis by name: which host a database name or an interwiki prefix means, and what it speaks.

Sources: the site matrix and the interwiki map of Wikimedia, MediaWiki's language converter.
"""

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["VARIANTS", "desktop", "host_of", "interwiki", "is_wikimedia", "language_of"]

#: Projects with a wiki for each language: what their database names end in, and their domains.
_FAMILIES: Final = {
    "wiki": "wikipedia",
    "wiktionary": "wiktionary",
    "wikibooks": "wikibooks",
    "wikinews": "wikinews",
    "wikiquote": "wikiquote",
    "wikisource": "wikisource",
    "wikiversity": "wikiversity",
    "wikivoyage": "wikivoyage",
}
#: Wikis of their own, by database name.
_SINGLE: Final = {
    "commonswiki": "commons.wikimedia.org",
    "metawiki": "meta.wikimedia.org",
    "wikidatawiki": "wikidata.org",
    "mediawikiwiki": "mediawiki.org",
    "specieswiki": "species.wikimedia.org",
    "incubatorwiki": "incubator.wikimedia.org",
    "foundationwiki": "foundation.wikimedia.org",
    "outreachwiki": "outreach.wikimedia.org",
    "sourceswiki": "wikisource.org",
    "betawikiversity": "beta.wikiversity.org",
    "wikimaniawiki": "wikimania.wikimedia.org",
    "wikifunctionswiki": "wikifunctions.org",
    "wikitechwiki": "wikitech.wikimedia.org",
    "labswiki": "wikitech.wikimedia.org",
    "testwiki": "test.wikipedia.org",
    "test2wiki": "test2.wikipedia.org",
    "testwikidatawiki": "test.wikidata.org",
    "testcommonswiki": "test-commons.wikimedia.org",
    "loginwiki": "login.wikimedia.org",
    "donatewiki": "donate.wikimedia.org",
    "votewiki": "vote.wikimedia.org",
    "strategywiki": "strategy.wikimedia.org",
    "usabilitywiki": "usability.wikimedia.org",
    "otrs_wikiwiki": "vrt-wiki.wikimedia.org",
    "stewardwiki": "steward.wikimedia.org",
    "checkuserwiki": "checkuser.wikimedia.org",
    "arbcom_enwiki": "arbcom-en.wikipedia.org",
    "arbcom_dewiki": "arbcom-de.wikipedia.org",
}
#: Databases whose name is that of another code than the host's.
_OLD_NAMES: Final = {"be_x_old": "be-tarask", "no": "no", "zh_classical": "zh-classical"}
#: Hosts that were renamed, and those that only lead to another.
_RENAMED: Final = {
    "be-x-old": "be-tarask",
    "nb": "no",
    "zh-cfr": "zh-min-nan",
    "nan": "zh-min-nan",
    "yue": "zh-yue",
    "lzh": "zh-classical",
    "jp": "ja",
    "cz": "cs",
    "dk": "da",
    "epo": "eo",
    "nomcom": "nomcom",
    "minnan": "zh-min-nan",
    "gsw": "als",
    "rup": "roa-rup",
    "sgs": "bat-smg",
    "vro": "fiu-vro",
}
_DOMAINS: Final = frozenset(_FAMILIES.values())
_WIKIMEDIA: Final = re.compile(
    r"(?:.+\.)?(?:wikipedia|wiktionary|wikibooks|wikinews|wikiquote|wikisource|wikiversity|wikivoyage"
    r"|wikimedia|wikidata|wikifunctions|mediawiki|wikimediafoundation)\.org\Z"
)
#: What stands before the domain for phones, for those without credit, and for nothing at all.
_DROPPED: Final = frozenset({"m", "zero", "mobile", "www", "wap"})
_HOST: Final = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}\Z")

#: Prefixes of projects; those that name a language next end in a domain alone.
_PREFIXES: Final = {
    "w": "wikipedia", "wikipedia": "wikipedia", "wikt": "wiktionary", "wiktionary": "wiktionary",
    "b": "wikibooks", "wikibooks": "wikibooks", "n": "wikinews", "wikinews": "wikinews",
    "q": "wikiquote", "wikiquote": "wikiquote", "s": "wikisource", "wikisource": "wikisource",
    "v": "wikiversity", "wikiversity": "wikiversity", "voy": "wikivoyage", "wikivoyage": "wikivoyage",
}  # fmt: skip
_PLACES: Final = {
    "m": "meta.wikimedia.org", "meta": "meta.wikimedia.org", "metawiki": "meta.wikimedia.org",
    "metawikimedia": "meta.wikimedia.org", "metawikipedia": "meta.wikimedia.org",
    "c": "commons.wikimedia.org", "commons": "commons.wikimedia.org", "wikimediacommons": "commons.wikimedia.org",
    "d": "wikidata.org", "wikidata": "wikidata.org", "mw": "mediawiki.org", "mediawikiwiki": "mediawiki.org",
    "species": "species.wikimedia.org", "wikispecies": "species.wikimedia.org",
    "incubator": "incubator.wikimedia.org", "foundation": "foundation.wikimedia.org", "wmf": "foundation.wikimedia.org",
    "outreach": "outreach.wikimedia.org", "outreachwiki": "outreach.wikimedia.org",
    "wikimania": "wikimania.wikimedia.org", "wikitech": "wikitech.wikimedia.org", "f": "wikifunctions.org",
    "wikifunctions": "wikifunctions.org", "testwiki": "test.wikipedia.org", "test2wiki": "test2.wikipedia.org",
    "betawikiversity": "beta.wikiversity.org", "donate": "donate.wikimedia.org", "strategy": "strategy.wikimedia.org",
    "quality": "quality.wikimedia.org", "usability": "usability.wikimedia.org", "otrswiki": "vrt-wiki.wikimedia.org",
    "vrts": "vrt-wiki.wikimedia.org", "oldwikisource": "wikisource.org", "mul": "wikisource.org",
}  # fmt: skip
#: Codes of wikis; another word before a colon is a part of a title.
_CODES: Final = frozenset(
    "aa ab ace ady af ak als alt am ami an ang ann anp ar arc ary arz as ast atj av avk awa ay az azb ba ban"
    " bar bat-smg bbc bcl bdr be be-tarask be-x-old bew bg bh bi bjn blk bm bn bo bpy br bs btm bug bxr ca"
    " cbk-zam cdo ce ceb ch cho chr chy ckb co cr crh cs csb cu cv cy da dag de dga din diq dsb dtp dty dv dz"
    " ee el eml en eo es et eu ext fa fat ff fi fiu-vro fj fo fon fr frp frr fur fy ga gag gan gcr gd gl glk"
    " gn gom gor got gpe gsw gu guc gur guw gv ha hak haw he hi hif ho hr hsb ht hu hy hyw hz ia iba id ie ig"
    " igl ii ik ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp kcg kg kge ki kj kk kl km kn knc ko koi kr"
    " krc ks ksh ku kus kv kw ky la lad lb lbe lez lfn lg li lij lld lmo ln lo lrc lt ltg lv lzh mad mai map-bms"
    " mdf mg mh mhr mi min mk ml mn mni mnw mo mos mr mrj ms mt mus mwl my myv mzn na nah nan nap nds nds-nl ne"
    " new ng nia nl nn no nb nov nqo nr nrm nso nv ny oc olo om or os pa pag pam pap pcd pcm pdc pfl pi pih pl pms"
    " pnb pnt ps pt pwn qu rm rmy rn ro roa-rup roa-tara rsk ru rue rup rw sa sah sat sc scn sco sd se sg sgs sh"
    " shi shn shy si simple sk skr sl sm smn sn so sq sr srn ss st stq su sv sw syl szl szy ta tay tcy tdd te tet"
    " tg th ti tig tk tl tly tn to tpi tr trv ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo vro wa war"
    " wo wuu xal xh xmf yi yo yue za zea zgh zh zh-classical zh-min-nan zh-yue zu".split()
)

#: First parts of paths, and values of `variant`, by which a wiki writes itself in other letters.
VARIANTS: Final[Mapping[str, frozenset[str]]] = {
    "zh": frozenset("zh zh-hans zh-hant zh-cn zh-tw zh-hk zh-mo zh-my zh-sg".split()),
    "sr": frozenset("sr sr-ec sr-el sr-cyrl sr-latn".split()),
    "sh": frozenset("sh sh-latn sh-cyrl".split()),
    "kk": frozenset("kk kk-cyrl kk-latn kk-arab kk-kz kk-tr kk-cn".split()),
    "ku": frozenset("ku ku-latn ku-arab".split()),
    "iu": frozenset("iu ike-cans ike-latn".split()),
    "shi": frozenset("shi shi-tfng shi-latn".split()),
    "tg": frozenset("tg tg-cyrl tg-latn".split()),
    "uz": frozenset("uz uz-latn uz-cyrl".split()),
    "gan": frozenset("gan gan-hans gan-hant".split()),
    "crh": frozenset("crh crh-latn crh-cyrl".split()),
    "tly": frozenset("tly tly-cyrl".split()),
    "ban": frozenset("ban ban-bali ban-x-dharma ban-x-palmleaf ban-x-pku".split()),
    "mni": frozenset("mni mni-beng".split()),
    "wuu": frozenset("wuu wuu-hans wuu-hant".split()),
    "en": frozenset({"en-x-piglatin"}),
}


def host_of(dbname: str) -> str | None:
    """Return the host of a wiki by the name of its database, or a host itself; None: unknown."""
    name = dbname.strip().casefold()
    if name in _SINGLE:
        return _SINGLE[name]
    for ending, domain in sorted(_FAMILIES.items(), key=lambda pair: -len(pair[0])):
        code = name.removesuffix(ending)
        if code == name or not code:
            continue
        language = _OLD_NAMES.get(code, code.replace("_", "-"))
        if language in _CODES:
            return desktop(f"{language}.{domain}.org")
    return desktop(name) if _HOST.match(name) else None


def language_of(host: str) -> str | None:
    """Return the language that a wiki of Wikimedia speaks; None for any other host."""
    if not _WIKIMEDIA.match(host):
        return None
    first = host.partition(".")[0]
    if first == "simple":
        return "en"
    return first if first in _CODES and host.split(".")[1] in _DOMAINS else "en"


def desktop(host: str) -> str:
    """Return the one host that stands for all of a wiki's; others stay as they are."""
    if not _WIKIMEDIA.match(host):
        return host
    labels = host.split(".")
    kept = [label for label in labels[:-2] if label not in _DROPPED]
    if labels[-2] in _DOMAINS and kept:
        kept[0] = _RENAMED.get(kept[0], kept[0])
    return ".".join((*kept, *labels[-2:]))


def interwiki(prefix: str, host: str | None) -> str | None:
    """Return where a prefix leads from a wiki (None: from Wikipedia); None where it is none."""
    name = prefix.strip(" _").casefold()
    if name in _PLACES:
        return _PLACES[name]
    here = (host or "en.wikipedia.org").split(".")
    known = _WIKIMEDIA.match(host or "en.wikipedia.org") is not None
    language = (
        here[0] if known and here[0] in _CODES and here[1:2] and here[1] in _DOMAINS else "en"
    )
    if name in _PREFIXES:
        return f"{language}.{_PREFIXES[name]}.org"
    if name in _CODES or name in _RENAMED:
        domain = here[-2] if known and here[-2] in _DOMAINS else "wikipedia"
        return desktop(f"{name}.{domain}.org")
    return None


def is_wikimedia(host: str) -> bool:
    """Tell whether a host is one of Wikimedia's."""
    return _WIKIMEDIA.match(host) is not None
