"""What a variant is, what a transform is, and how a transform tells where it applies."""

import dataclasses
import hashlib
from collections.abc import Callable

from tests.measures.canon.seeds import Seed, base


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to write the thing of a seed."""

    seed: Seed
    text: str
    wiki: str | None = None  # the default wiki that the reader has to know
    url: bool = True  # still a whole plain address, https and all
    parts: tuple[str, str] | None = None  # set when it comes as two messages
    how: tuple[str, ...] = ()

    @property
    def raw(self) -> bool:
        """Whether nothing has been done to it yet."""
        return not self.how

    @property
    def pick(self) -> int:
        """A number that decides what is left open, always the same for the same variant."""
        return number(self.seed.id + "|" + "|".join(self.how) + "|" + self.text)


Change = Callable[[Variant], Variant | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """A named change that keeps the identity; `why` says why it does."""

    name: str
    phase: int  # shapes 0, address 1, wrappers 2, disguises 3, surroundings 4
    group: str  # of one group only one takes part, wrappers excepted
    change: Change
    why: str


def number(text: str) -> int:
    """Return the number that stands for chance here."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def start(seed: Seed) -> Variant:
    """Return the plain form of a seed."""
    return Variant(seed=seed, text=base(seed))


def to(variant: Variant, text: str | None, *, url: bool = True) -> Variant | None:
    """Return the variant with another text, or none where the text is missing or the same."""
    if text is None or text == variant.text:
        return None
    return dataclasses.replace(variant, text=text, url=variant.url and url)


class Catalogue:
    """Collects the transforms of a module in the order in which they are written."""

    def __init__(self, phase: int) -> None:
        self.phase = phase
        self.all: list[Transform] = []

    def add(self, group: str) -> Callable[[Change], Change]:
        """Enter a function under its own name; the first line of its docstring is the reason."""

        def enter(change: Change) -> Change:
            name = getattr(change, "__name__", "").replace("_", " ").strip()
            self.put(name, group, change, (change.__doc__ or "").splitlines()[0])
            return change

        return enter

    def put(self, name: str, group: str, change: Change, why: str) -> None:
        """Enter a function under a given name."""
        self.all.append(Transform(name=name, phase=self.phase, group=group, change=change, why=why))
