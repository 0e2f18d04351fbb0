"""What a homeserver's operator can read of an evening: who met whom in which room, and no word.

Each thing that somebody says or types has a word of its own in it. None of them passes between
the bot and its server in clear, or in a form that hides nothing, or comes to lie on a disk.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from bot.demo.homeserver import Homeserver
from tests.e2e.matrix_proxy import Proxy
from tests.e2e.matrix_rig import MatrixRig, make_matrix_rig
from tests.e2e.rig import CODE, code_in

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(120)]

COUNT = 50


class Words:
    """Markers: each is a word that stands nowhere else, in this test or out of it."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def new(self) -> str:
        """Return the next one."""
        number = len(self.made)
        word = "zq" + "".join("bdfghjklmn"[int(digit)] for digit in f"{number:02}") + "uvwo"
        self.made.append(word)
        return word


def forms(word: str) -> Iterator[bytes]:
    """Yield how a word looks in clear: letter for letter, in hexadecimal, in base64."""
    plain = word.encode()
    yield from (plain, plain.upper(), plain.hex().encode(), word.encode("utf-16-le"))
    for before in range(3):
        # Where a word begins inside of three bytes decides on its letters.
        whole = base64.b64encode(b"\0" * before + plain)
        start = (0, 2, 3)[before]
        cut = whole.rstrip(b"=")[start:]
        yield cut[: len(cut) - 1]
        yield base64.urlsafe_b64encode(base64.b64decode(whole))[start : start + len(cut) - 1]


def shows(where: bytes, words: list[str]) -> list[str]:
    """Return the words that can be read in bytes."""
    looked = (where, unquote_to_bytes(where.replace(b"+", b" ")), where.replace(b"\\u00", b""))
    return [
        word
        for word in words
        if any(form in each for each, form in itertools.product(looked, forms(word)))
    ]


async def an_evening(rig: MatrixRig, words: Words) -> str:
    """A report by somebody unknown, and the team's work on it; returns all that Alice heard."""
    word, alice, bob, team = words.new, rig.alice, rig.bob, rig.team
    rita = rig.people["rita"]
    room = await rita.dm()
    story = f"Somebody insults me, {word()} {word()}, on https://example.org/{word()}?a={word()}"
    await rita.asks(room, story, ".")
    await rita.asks(room, "no", ".")
    await rita.asks(room, "yes", CODE.pattern)
    for _ in range(6):
        await rita.say(room, f"Example-{word()} wrote {word()}@example.org, {word()}")
    await rita.say(
        room,
        f"{word()}.png",
        msgtype="m.image",
        filename=f"{word()}.png",
        file={"url": f"mxc://{rig.town.server.name}/example"},
    )
    opened = await alice.asks(team, f"!open Threats {word()} by {word()}", "Opened C-")
    case, thread = code_in(opened.body, CODE), opened.event_id
    for number in range(5):
        await alice.asks(team, f"!note {case} {word()} note {word()}", "✓", thread=thread)
        await bob.say(team, f"I saw {word()} {number} times", thread=thread)
    await alice.asks(team, f"!link {case} https://example.org/{word()}", ".", thread=thread)
    for what in ("", " timeline", " record"):
        await alice.asks(team, f"!show {case}{what}", case)
    while len(words.made) < COUNT:
        await alice.asks(team, f"!note {case} {word()}", "✓")
    await alice.asks(team, "!ping evening", "^evening$")
    return "\n".join(each.body for each in alice.record)


async def test_no_word_passes_or_lies_anywhere_in_clear(
    tmp_path: Path, homeserver: Homeserver
) -> None:
    words = Words()
    async with make_matrix_rig(tmp_path, homeserver) as rig, Proxy(rig.town.url) as proxy:
        rig.bot_url = proxy.url
        rig.program.arguments = ("--log-level", "debug")
        await rig.open("rita")
        heard = await an_evening(rig, words)
        assert await rig.program.stop() == 0
        out, record = "\n".join(rig.program.said), b"\n".join(proxy.record)
    assert len(words.made) == COUNT
    # They were there to be seen by whom they are for.
    assert len(shows(heard.encode(), words.made)) > COUNT // 2
    # Bytes that the server was sent are among those that were kept.
    assert b"m.room.encrypted" in record
    assert b"ciphertext" in record
    for told in (
        words.made[0].encode(),
        words.made[0].replace("z", "%7a").encode(),
        *(base64.b64encode(f"{'a' * n}{words.made[0]} c".encode()) for n in range(3)),
    ):
        assert shows(told, words.made) == words.made[:1]
    assert shows(record, words.made) == []
    assert shows(out.encode() + rig.program.err.encode(), words.made) == []
    files = [path for path in (rig.folder / "data").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert shows(path.read_bytes(), words.made) == [], path.name
