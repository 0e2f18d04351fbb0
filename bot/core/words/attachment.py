"""A file that somebody sent: never fetched, only where it lies and what opens it.

Kept as a marker of one line, a piece of its own among somebody's words, so that whatever keeps
words keeps it too. Only transports make attachments; typed words never do.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = frozenset({"m.image", "m.file", "m.audio", "m.video"})
MOST_NAME = 255
MOST_MARKER = 4096
_HEAD = "attachment:"
_MARKER = re.compile(r"(?<!\S)attachment:([A-Za-z0-9_-]{16,})(?!\S)")
_TYPED = re.compile(r"attachment:(?=\S)", re.IGNORECASE)
_URL = re.compile(r"mxc://[A-Za-z0-9.:\[\]-]{1,255}/[A-Za-z0-9_-]{1,255}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{1,128}={0,2}")
_MIME = re.compile(r"[a-zA-Z0-9!#$&^_.+-]{1,64}/[a-zA-Z0-9!#$&^_.+-]{1,64}")
_MOST_SIZE = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Where a file lies (`url`), what it is called, and what opens it.

    `key`, `iv` and `sha256` are base64 as they came, all three or none: a file without them lies
    there in clear.
    """

    msgtype: str
    name: str
    url: str
    mimetype: str | None = None
    size: int | None = None
    key: str | None = None
    iv: str | None = None
    sha256: str | None = None


def of_content(content: Mapping[str, Any], name: str) -> Attachment | None:
    """Return what an event's content of JSON refers to; None where that cannot be a file."""
    msgtype = content.get("msgtype")
    if not isinstance(msgtype, str) or msgtype not in KINDS:
        return None
    info = content.get("info")
    info = info if isinstance(info, Mapping) else {}
    file = content.get("file")
    made: dict[str, Any] = {"url": content.get("url")}
    if isinstance(file, Mapping):
        key, hashes = file.get("key"), file.get("hashes")
        made = {
            "url": file.get("url"),
            "key": key.get("k") if isinstance(key, Mapping) else "",
            "iv": file.get("iv") or "",
            "sha256": hashes.get("sha256") if isinstance(hashes, Mapping) else "",
        }
    mimetype, size = info.get("mimetype"), info.get("size")
    made["mimetype"] = mimetype if _is_mimetype(mimetype) else None
    made["size"] = size if _is_size(size) else None
    return _checked({"msgtype": msgtype, "name": name[:MOST_NAME], **made})


def as_content(attachment: Attachment) -> dict[str, Any]:
    """Return the content of an event that hands the file on."""
    info = {"mimetype": attachment.mimetype, "size": attachment.size}
    content: dict[str, Any] = {
        "msgtype": attachment.msgtype,
        "body": attachment.name,
        "filename": attachment.name,
        "info": {name: value for name, value in info.items() if value is not None},
    }
    if attachment.key is None:
        return {**content, "url": attachment.url}
    key = {"kty": "oct", "alg": "A256CTR", "ext": True, "k": attachment.key}
    file = {
        "url": attachment.url,
        "key": {**key, "key_ops": ["encrypt", "decrypt"]},
        "iv": attachment.iv,
        "hashes": {"sha256": attachment.sha256},
        "v": "v2",
    }
    return {**content, "file": file}


def write(attachment: Attachment) -> str:
    """Return the marker of an attachment; bare words where it would be too long."""
    given = {name: getattr(attachment, name) for name in Attachment.__slots__}
    kept = {name: value for name, value in given.items() if value is not None}
    packed = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    marker = _HEAD + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return marker if len(marker) <= MOST_MARKER else f"attachment {attachment.name}"


def parse(text: str) -> tuple[Attachment, ...]:
    """Return the attachments whose markers stand in a text that the program has kept."""
    found = (_unpacked(match[1]) for match in _MARKER.finditer(text))
    return tuple(each for each in found if each is not None)


def is_marker(text: str) -> bool:
    """Whether a text is a marker and nothing else."""
    return text.startswith(_HEAD) and _MARKER.fullmatch(text) is not None and bool(parse(text))


def defuse(typed: str) -> str:
    """Return typed words, as long as they were, with nothing in them that is a marker."""
    return _TYPED.sub(lambda match: f"{match[0][:-1]};", typed) if ":" in typed else typed


def _unpacked(packed: str) -> Attachment | None:
    if len(packed) + len(_HEAD) > MOST_MARKER:
        return None
    try:
        raw = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or not set(raw) <= set(Attachment.__slots__):
        return None
    return _checked(raw)


def _checked(raw: Mapping[str, Any]) -> Attachment | None:
    """Return an attachment of these values; None where one of them cannot be meant."""
    values: dict[str, Any] = {name: raw.get(name) for name in Attachment.__slots__}
    locks = [values["key"], values["iv"], values["sha256"]]
    locked = any(lock is not None for lock in locks)
    sound = (
        isinstance(values["msgtype"], str)
        and values["msgtype"] in KINDS
        and isinstance(values["name"], str)
        and len(values["name"]) <= MOST_NAME
        and _is(_URL, values["url"])
        and (values["mimetype"] is None or _is_mimetype(values["mimetype"]))
        and (values["size"] is None or _is_size(values["size"]))
        and (not locked or all(_is(_BASE64, lock) for lock in locks))
    )
    return Attachment(**values) if sound else None


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_mimetype(value: object) -> bool:
    return _is(_MIME, value)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_SIZE
