"""What is said in an event's content, whatever its shape: words, a file, what it belongs to.

Relations travel beside the ciphertext, where the server can add and remove them: they may make
words count for less, never for more.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.words.attachment import KINDS as FILES
from bot.core.words.attachment import MOST_NAME, Attachment, of_content

MOST_TEXT = 16_000
NOTICE = "m.notice"
_WORDS = frozenset({"m.text", NOTICE, "m.emote"})
_LOCATION = "m.location"
_MOST_ID = 255
_MOST_GEO = 200
_GEO = re.compile(r"geo:[-+0-9.,;=a-zA-Z]+")
#: Control characters, but for the ends of lines and tabs.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_RELATES = "m.relates_to"
#: So much of an event is read beside its words, in characters, and so deep.
MOST_BESIDES, _DEEPEST = 64_000, 8
#: What holds nothing that people read: keys, sizes, and names of the program's.
_UNREAD = frozenset(
    {"algorithm", "event_id", "file", "format", "info", "m.in_reply_to", "m.mentions", "msgtype"}
    | {"rel_type", "thumbnail_file", "url", "user_ids"}
)
_TAG = re.compile(r"<[^<>]{0,4000}>")
_ATTRIBUTE = re.compile(r"""=\s{0,9}(?:"([^"<>]{1,4000})"|'([^'<>]{1,4000})')""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words of a message, perhaps with a file.

    `edit` where they stand for what was said before. `thread` is the event that a thread began
    with.
    """

    text: str
    notice: bool = False
    edit: bool = False
    thread: str | None = None
    attachment: Attachment | None = None


def said(content: object, outside: object = None) -> Said | None:
    """Return what a message says; None where it says nothing that can be read.

    `outside` is the content of the event that the message was encrypted in.
    """
    if not isinstance(content, Mapping):
        return None
    relations = tuple(_relations(content, outside))
    new = content.get("m.new_content")
    edit = new is not None or any(each.get("rel_type") == "m.replace" for each in relations)
    words = new if isinstance(new, Mapping) else content
    msgtype = words.get("msgtype")
    text, attachment = _words_of(words, msgtype)
    if any("m.in_reply_to" in each for each in relations):
        text = without_quote(text)
    if not text.strip():
        return None
    return Said(
        text=text,
        notice=msgtype == NOTICE or content.get("msgtype") == NOTICE,
        edit=edit,
        thread=_thread(relations),
        attachment=attachment,
    )


def besides(content: object, text: str = "") -> str:
    """Return all else that people may read in an event, beside the `text` that it says.

    Markup once without its tags, and what its links lead to; whatever the event is.
    """
    found: dict[str, None] = {}
    left = MOST_BESIDES
    for value in _texts(content, _DEEPEST):
        for form in _forms(value[:left]):
            if form != text:
                found[form] = None
        left -= len(value)
        if left <= 0:
            break
    return clean("\n".join(found))


def _texts(value: object, deep: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
    elif deep > 0 and isinstance(value, Mapping):
        for key, each in value.items():
            if key not in _UNREAD:
                yield from _texts(each, deep - 1)
    elif deep > 0 and isinstance(value, list):
        for each in value:
            yield from _texts(each, deep - 1)


def _forms(text: str) -> Iterator[str]:
    """Return a text as it stands, and as it is shown where it is markup."""
    yield text
    if "<" in text or "&" in text:
        yield html.unescape(_TAG.sub("", text))
        for match in _ATTRIBUTE.finditer(text):
            yield html.unescape(match[1] or match[2])


def reacts_to(content: object, outside: object = None) -> str | None:
    """Return the id of the event that a reaction is about; None for what is no reaction."""
    if isinstance(content, Mapping):
        for each in _relations(content, outside):
            if each.get("rel_type") == "m.annotation":
                return event_id(each.get("event_id"))
    return None


def event_id(value: object) -> str | None:
    """Return what can be the name of an event."""
    sound = isinstance(value, str) and 1 < len(value) <= _MOST_ID and value.startswith("$")
    return clean(value) if sound and isinstance(value, str) and clean(value) == value else None


def clean(text: str) -> str:
    """Return a text that can be stored and said: without control characters and half letters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def without_quote(text: str) -> str:
    """Return a reply without the words that it quotes; as it is, where nothing else is in it."""
    lines = text.split("\n")
    if not lines[0].startswith(("> <", "> * <")):
        return text
    at = 0
    while at < len(lines) and lines[at].startswith(">"):
        at += 1
    rest = "\n".join(lines[at:]).strip("\n")
    return rest if rest.strip() else text


def _words_of(words: Mapping[str, Any], msgtype: object) -> tuple[str, Attachment | None]:
    body = words.get("body")
    text = clean(body[:MOST_TEXT]) if isinstance(body, str) else ""
    if not isinstance(msgtype, str):
        return "", None
    if msgtype in _WORDS:
        return text, None
    if msgtype == _LOCATION:
        return _located(text, words.get("geo_uri")), None
    if msgtype not in FILES:
        return "", None
    given = words.get("filename")
    named = isinstance(given, str) and bool(given.strip())
    name = clean(str(given)[:MOST_NAME]) if named else text
    name = " ".join(name.split())[:MOST_NAME]
    captioned = named and bool(text.strip()) and text != given
    return text if captioned else name, of_content(words, name)


def _located(text: str, geo: object) -> str:
    """Return the words for a place, with where it is on the globe."""
    if not isinstance(geo, str) or len(geo) > _MOST_GEO or _GEO.fullmatch(geo) is None:
        return text
    return text if geo in text else f"{text}\n{geo}".lstrip("\n")


def _relations(*contents: object) -> Iterator[Mapping[str, Any]]:
    for content in contents:
        if isinstance(content, Mapping) and isinstance(content.get(_RELATES), Mapping):
            yield content[_RELATES]


def _thread(relations: tuple[Mapping[str, Any], ...]) -> str | None:
    for each in relations:
        if each.get("rel_type") == "m.thread" and (root := event_id(each.get("event_id"))):
            return root
    return None
