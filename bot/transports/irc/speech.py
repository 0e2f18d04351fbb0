"""Text on its way out: cut so that everybody sees all of it, and slow enough for the network."""

import asyncio
import unicodedata
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from bot.core.words.ports import Clock

#: A relayed line's limit, line end included.
LIMIT = 512
_LINE_END = 2
#: What others may see of us until the network has said it: the longest user and host in use.
_WORST_USER, _WORST_HOST = 12, 64
_LEAST = 64
_JOINER = "\u200d"
_VARIATIONS = ("\ufe00", "\ufe0f")
_SKIN = ("\U0001f3fb", "\U0001f3ff")
_FLAG = ("\U0001f1e6", "\U0001f1ff")


def budget(*, nick: str, user: str, host: str, command: str, target: str) -> int:
    """Return how many bytes of text fit into a line as others will see it."""
    mask = (
        len(nick.encode())
        + (len(user.encode()) or _WORST_USER)
        + (len(host.encode()) or _WORST_HOST)
    )
    around = len(": ! @ :") - 1 + mask + len(command) + 1 + len(target.encode())
    return max(_LEAST, LIMIT - _LINE_END - around)


def split(text: str, size: int) -> list[str]:
    """Cut a text into pieces of at most `size` bytes: between words, else between letters."""
    pieces: list[str] = []
    rest = text.strip(" ")
    while rest:
        piece, rest = cut(rest, size)
        pieces.append(piece)
    return pieces


def cut(text: str, size: int) -> tuple[str, str]:
    """Return the first piece of a text without spaces around it, and what is left of it."""
    if len(text.encode("utf-8", "replace")) <= size:
        return text, ""
    # What may fit has no more letters than bytes; texts may be long, and all one letter.
    at = _fitting(text[: size + 1], size)
    space = text.rfind(" ", 0, at + 1)
    if space > 0:
        at = space
    return text[:at].rstrip(" "), text[at:].lstrip(" ")


def _fitting(text: str, size: int) -> int:
    """Return the last place where the text may be cut so that its start fits; at least one."""
    used, cut = 0, 0
    for start, end in _clusters(text):
        length = len(text[start:end].encode("utf-8", "replace"))
        if used + length > size:
            break
        used += length
        cut = end
    if cut:
        return cut
    while used <= size:
        used += len(text[cut].encode("utf-8", "replace"))
        cut += 1
    return max(1, cut - 1)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the borders of what readers see as one letter."""
    start, flags = 0, 0
    for index in range(1, len(text)):
        before, char = text[index - 1], text[index]
        flags = flags + 1 if _FLAG[0] <= before <= _FLAG[1] else 0
        if _attaches(before, char) or (flags % 2 and _FLAG[0] <= char <= _FLAG[1]):
            continue
        yield start, index
        start = index
    yield start, len(text)


def _attaches(before: str, char: str) -> bool:
    return (
        _JOINER in {before, char}
        or unicodedata.category(char).startswith("M")
        or _VARIATIONS[0] <= char <= _VARIATIONS[1]
        or _SKIN[0] <= char <= _SKIN[1]
    )


class Lane(IntEnum):
    """Who goes first when the network makes us wait."""

    URGENT = 0
    CONTROL = 1
    NORMAL = 2


@dataclass(slots=True, kw_only=True)
class Bucket:
    """Tokens: `burst` at once, then `per_second`."""

    burst: float
    per_second: float
    level: float = field(init=False)
    at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.level = self.burst

    def wait(self, now: float) -> float:
        """Return the seconds until a token is there, 0 when one is."""
        self._fill(now)
        return max(0.0, (1.0 - self.level) / self.per_second)

    def take(self, now: float) -> None:
        """Use a token up, there or not."""
        self._fill(now)
        self.level = max(0.0, self.level - 1.0)

    def _fill(self, now: float) -> None:
        self.level = min(self.burst, self.level + max(0.0, now - self.at) * self.per_second)
        self.at = now


class Turnstile:
    """Lets lines through one by one: urgent ones first, each lane in its order.

    Housekeeping goes before words, but only every other time: strangers can cause a lot of it.
    """

    def __init__(self, bucket: Bucket, clock: Clock) -> None:
        self._bucket = bucket
        self._clock = clock
        self._waiting: dict[Lane, deque[asyncio.Event]] = {lane: deque() for lane in Lane}
        self._kept_house = False
        self._closed = False

    async def turn(self, lane: Lane) -> bool:
        """Wait for a turn; False when the connection ended meanwhile."""
        now = self._clock.monotonic()
        if not self._closed and self._first() is None and self._bucket.wait(now) == 0:
            self._pass(lane, now)
            return True
        called = asyncio.Event()
        self._waiting[lane].append(called)
        try:
            while not self._closed:
                if self._first() is not called:
                    called.clear()
                    await called.wait()
                elif (seconds := self._bucket.wait(self._clock.monotonic())) > 0:
                    await self._clock.sleep(seconds)
                else:
                    self._pass(lane, self._clock.monotonic())
                    return True
            return False
        finally:
            self._waiting[lane].remove(called)
            first = self._first()
            if first is not None:
                first.set()

    @property
    def idle(self) -> bool:
        """Whether nobody waits, and whoever came now would not have to."""
        return self._first() is None and self._bucket.wait(self._clock.monotonic()) == 0

    def _pass(self, lane: Lane, now: float) -> None:
        self._bucket.take(now)
        if lane is not Lane.URGENT:
            self._kept_house = lane is Lane.CONTROL

    def _first(self) -> asyncio.Event | None:
        if not any(self._waiting.values()):
            return None
        others = (Lane.NORMAL, Lane.CONTROL) if self._kept_house else (Lane.CONTROL, Lane.NORMAL)
        lanes = (self._waiting[lane] for lane in (Lane.URGENT, *others))
        return next((lane[0] for lane in lanes if lane), None)

    def owe(self) -> None:
        """Count a line that did not wait."""
        self._bucket.take(self._clock.monotonic())

    def close(self) -> None:
        """Send everybody away."""
        self._closed = True
        for lane in self._waiting.values():
            for called in lane:
                called.set()
