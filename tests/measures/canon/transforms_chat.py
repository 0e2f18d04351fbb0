"""Surroundings: markup and lines of chat with a link in them."""

import dataclasses
import re

from tests.measures.canon.variant import Catalogue, Change, Variant, to

CHAT = Catalogue(4)
WHY_MARKUP = "Markup leads to its target."
WHY_TALK = "The words around a link are no part of it."


def _marked(template: str) -> Change:
    """Put a whole, undisguised address into markup."""

    def change(variant: Variant) -> Variant | None:
        if not variant.url or re.search(r"[\s()\[\]<>\"|]", variant.text):
            return None
        entity = variant.text if "&amp;" in variant.text else variant.text.replace("&", "&amp;")
        return to(variant, template.format(u=variant.text, h=entity), url=False)

    return change


for _name, _template in {
    "angle brackets": "<{u}>",
    "Markdown link": "[this page]({u})",
    "Markdown link to itself": "[{u}]({u})",
    "Markdown link with a title": '[here]({u} "a page")',
    "Markdown target in brackets": "[here](<{u}>)",
    "Markdown in talk": "please see [this one]({u}), thanks",
    "HTML link": '<a href="{h}">here</a>',
    "HTML link, single quotes": "<a class='x' href='{h}'>this page</a>",
    "HTML link to itself": '<a href="{h}">{h}</a>',
    "wikitext external link": "[{u} this page]",
    "wikitext external link, bare": "[{u}]",
    "reference": "see [1].\n\n[1]: {u}",
}.items():
    CHAT.put(_name, "markup", _marked(_template), WHY_MARKUP)


def _said(template: str, *, tight: bool = False) -> Change:
    """Put any variant into a line; `tight` signs touch it, so it has to end in a letter or digit."""

    def change(variant: Variant) -> Variant | None:
        if tight and (not variant.url or not variant.text[-1].isalnum()):
            return None
        if tight and re.search(r"[\s()\[\]<>\"]", variant.text):
            return None
        return to(variant, template.format(u=variant.text), url=False)

    return change


for _name, _template in {
    "look at it please": "look at {u} please",
    "in the middle": "this is what I meant: {u} and nothing else",
    "at the end": "can somebody look at this {u}",
    "at the start": "{u} here it is",
    "addressed": "Example-Q: {u}",
    "quoted": "> {u}",
    "German": "schaut euch bitte {u} an",
    "Spanish": "mirad {u} por favor",
    "Russian": "посмотрите {u} пожалуйста",
    "Arabic": "انظروا {u} من فضلكم",
    "Japanese": "これを見て {u} お願いします",
    "between dashes": "the edit - {u} - is back",
}.items():
    CHAT.put(f"talk: {_name}", "talk", _said(_template), WHY_TALK)
for _name, _template in {
    "full stop": "It is at {u}.",
    "comma": "see {u}, it is still there",
    "parentheses": "they did it again ({u})",
    "question mark": "did you see {u}?",
    "exclamation mark": "look: {u}!",
    "double quotes": 'she posted "{u}" there',
    "guillemets": "voir «{u}» svp",
    "code": "`{u}`",
    "bold": "**{u}** is the one",
    "colon touching": "link:{u}",
    "Chinese full stop": "请看 {u}。",
}.items():
    CHAT.put(f"talk: {_name}", "talk", _said(_template, tight=True), WHY_TALK)


def _parted(share: float, before: str) -> Change:
    """Cut an address behind its host, inside a word or number."""

    def change(variant: Variant) -> Variant | None:
        if not variant.url or re.search(r"\s|[^\x20-\x7e]", variant.text):
            return None
        first = variant.text.index("/", 8) + 2
        places = [
            i
            for i in range(first, len(variant.text))
            if variant.text[i - 1 : i + 1].isalnum()
            and "%" not in variant.text[i - 4 : i]
            and "&" not in variant.text[i - 6 : i]
        ]
        if not places:
            return None
        at = places[int(share * (len(places) - 1))]
        parts = (before + variant.text[:at], variant.text[at:])
        return dataclasses.replace(variant, text=variant.text + before, parts=parts, url=False)

    return change


for _name, _share, _before in (
    ("early", 0.1, ""),
    ("in the middle", 0.5, ""),
    ("late", 0.95, ""),
    ("after words", 0.6, "it is this one: "),
):
    CHAT.put(
        f"two messages, cut {_name}",
        "talk",
        _parted(_share, _before),
        "Two messages of one speaker, one straight after the other, hold one address.",
    )
