"""Wrappers: archives, caches, translators and redirectors with an address inside."""

from urllib.parse import quote, urlsplit

from tests.measures.canon.variant import Catalogue, Change, Variant, to

WRAPPERS = Catalogue(2)
ARCHIVES = {
    "web archive": "https://web.archive.org/web/20240102030405/{u}",
    "web archive as stored": "https://web.archive.org/web/20240102030405id_/{u}",
    "web archive, any time": "https://web.archive.org/web/2024/{u}",
    "web archive, all times": "https://web.archive.org/web/*/{u}",
    "web archive, short host": "http://archive.org/web/20240102030405/{u}",
    "archive.today newest": "https://archive.today/newest/{u}",
    "archive.ph": "https://archive.ph/20240102030405/{u}",
    "archive.is": "https://archive.is/2024.01.02-030405/{u}",
    "arquivo": "https://arquivo.pt/wayback/20240102030405/{u}",
}
REDIRECTORS = {
    "Google redirect": "https://www.google.com/url?sa=D&q={e}&ust=1700000000000000",
    "Google redirect, url": "https://www.google.com/url?url={e}&sa=t",
    "Google cache": "https://webcache.googleusercontent.com/search?q=cache:{e}",
    "Google Translate": "https://translate.google.com/translate?sl=auto&tl=en&u={e}",
    "Google Translate site": "https://translate.google.com/website?sl=de&tl=en&u={e}",
    "Bing translator": "https://www.translatetheweb.com/?from=&to=en&a={e}",
    "Yandex translator": "https://translate.yandex.com/translate?url={e}&lang=de-en",
    "Facebook redirect": "https://l.facebook.com/l.php?u={e}&h=AT0ExampleA",
    "VK redirect": "https://vk.com/away.php?to={e}&cc_key=",
    "YouTube redirect": "https://www.youtube.com/redirect?event=comments&q={e}",
    "DuckDuckGo redirect": "https://duckduckgo.com/l/?uddg={e}&rut=abc",
    "Outlook safe link": "https://nam02.safelinks.protection.outlook.com/?url={e}&data=05&reserved=0",
    "Steam link filter": "https://steamcommunity.com/linkfilter/?url={e}",
    "Slack redirect": "https://slack-redir.net/link?url={e}",
    "Tumblr redirect": "https://t.umblr.com/redirect?z={e}&t=abc",
    "unknown redirector": "https://go.example.com/?url={e}",
    "unknown redirector, to": "https://out.example.com/leave?id=3&to={e}",
}


def _wrapping(template: str) -> Change:
    def change(variant: Variant) -> Variant | None:
        if not variant.url or "\n" in variant.text:
            return None
        inner = variant.text
        if "{u}" in template and ("#" in inner or inner.startswith("https:///")):
            return None
        if "cache:" in template and inner.startswith("http://"):
            return None
        return to(variant, template.format(u=inner, e=quote(inner, safe="")))

    return change


for _name, _template in ARCHIVES.items():
    WRAPPERS.put(_name, _name, _wrapping(_template), "An archive's copy is of the address inside.")
for _name, _template in REDIRECTORS.items():
    WRAPPERS.put(_name, _name, _wrapping(_template), "It leads on to the address inside.")


@WRAPPERS.add("scheme missing in archive")
def archive_without_scheme(variant: Variant) -> Variant | None:
    """The archive takes an address without a scheme."""
    if not variant.url or "#" in variant.text or "://" in variant.text[8:]:
        return None
    bare = variant.text.partition("://")[2]
    if set("@:") & set(bare.partition("/")[0]):
        return None
    return to(variant, f"https://web.archive.org/web/20240102030405/{bare}")


@WRAPPERS.add("hosted translation")
def hosted_translation(variant: Variant) -> Variant | None:
    """The translator writes dots as one hyphen and hyphens as two."""
    parsed = urlsplit(variant.text)
    clean = parsed.netloc.isascii() and parsed.netloc.replace(".", "").replace("-", "").isalnum()
    wrong = "://" in variant.text[8:] or parsed.netloc.endswith(".") or "#" in variant.text
    if not variant.url or wrong or not clean or not parsed.path or "xn--" in parsed.netloc:
        return None
    host = parsed.netloc.lower().replace("-", "--").replace(".", "-") + ".translate.goog"
    tail = variant.text.partition("://")[2].removeprefix(parsed.netloc)
    mark = "&" if parsed.query else "?"
    if tail.endswith("?"):
        mark = ""
    return to(variant, f"https://{host}{tail}{mark}_x_tr_sl=auto&_x_tr_tl=en")


@WRAPPERS.add("view-source")
def source_view(variant: Variant) -> Variant | None:
    """The browser shows the source of the address behind the colon."""
    return to(variant, f"view-source:{variant.text}", url=False) if variant.url else None
