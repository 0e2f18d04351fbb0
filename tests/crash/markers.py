"""Finds words in bytes, in whatever spelling a program could have left them there."""

import base64
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

#: Shorter ones would be found by chance in what is encrypted.
SHORTEST = 8


def _plain(word: str) -> Iterator[bytes]:
    yield word.encode()


def _wide(word: str) -> Iterator[bytes]:
    yield from (word.encode(f"utf-{bits}-{end}") for bits in (16, 32) for end in ("le", "be"))


def _hex(word: str) -> Iterator[bytes]:
    yield word.encode().hex().encode()


def _reversed(word: str) -> Iterator[bytes]:
    yield word[::-1].encode()


def _base64(word: str) -> Iterator[bytes]:
    """As it stands inside a longer text, at each of the three places it can begin."""
    for spelling in {word, word.lower(), word.upper()}:
        for before in range(3):
            raw = bytes(before) + spelling.encode()
            whole = base64.b64encode(raw)[(before * 8 + 5) // 6 : len(raw) * 8 // 6]
            yield whole
            yield whole.translate(bytes.maketrans(b"+/", b"-_"))


#: Spellings, all of them read without regard to case but base64.
FORMS: Mapping[str, Callable[[str], Iterator[bytes]]] = {
    "plain": _plain,
    "wide": _wide,
    "hex": _hex,
    "reversed": _reversed,
    "base64": _base64,
}


def forms_in(blob: bytes, word: str) -> list[str]:
    """Return the names of the spellings in which a word stands in some bytes."""
    assert len(word) >= SHORTEST, word
    folded = blob.lower()
    return [
        name
        for name, spell in FORMS.items()
        if any(form in blob if name == "base64" else form.lower() in folded for form in spell(word))
    ]


def hits(blobs: Mapping[str, bytes], words: Mapping[str, str]) -> list[str]:
    """Return what was found: which word (by what it was typed as), where, in which spelling."""
    return [
        f"{what} in {where}, {form}"
        for where, blob in blobs.items()
        for what, word in words.items()
        for form in forms_in(blob, word)
    ]


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the content of every file in a folder, and its name as content too."""
    found = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found | {f"name of {name}": name.encode() for name in found}


def process(pid: int) -> dict[str, bytes]:
    """Return what the machine shows of a running process."""
    return {name: Path(f"/proc/{pid}/{name}").read_bytes() for name in ("environ", "cmdline")}
