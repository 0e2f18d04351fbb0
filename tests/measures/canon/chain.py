"""Puts transforms together: which may follow which, and which compositions a hash chooses."""

import dataclasses
from collections.abc import Iterable, Iterator

from tests.measures.canon.seeds import Seed
from tests.measures.canon.transforms_chat import CHAT
from tests.measures.canon.transforms_disguise import DISGUISES
from tests.measures.canon.transforms_shape import SHAPES
from tests.measures.canon.transforms_url import DETAILS
from tests.measures.canon.transforms_wrap import WRAPPERS
from tests.measures.canon.variant import Transform, Variant, number, start

TRANSFORMS = tuple(t for part in (SHAPES, DETAILS, WRAPPERS, DISGUISES, CHAT) for t in part.all)
WRAPPING = WRAPPERS.phase
LONGEST = 3


def fits(done: list[Transform], new: Transform) -> bool:
    """Whether a transform may follow: phases in order, one of a group, archives outermost apart."""
    if not done:
        return True
    last = done[-1]
    if new.phase < last.phase or new.group in {t.group for t in done}:
        return False
    return (
        new.phase != last.phase
        or new.phase == WRAPPING
        or TRANSFORMS.index(new) > TRANSFORMS.index(last)
    )


def apply(seed: Seed, chain: Iterable[Transform]) -> Variant | None:
    """Put a seed through a chain; none where one of them does not apply."""
    variant: Variant | None = start(seed)
    done: list[Transform] = []
    for transform in chain:
        if variant is None or variant.parts or not fits(done, transform):
            return None
        changed = transform.change(variant)
        if changed is None:
            return None
        variant = dataclasses.replace(changed, how=(*variant.how, transform.name))
        done.append(transform)
    return variant


def chains(seed: Seed, wanted: int) -> Iterator[Variant]:
    """Yield the plain form, every single transform, and compositions that a hash chooses."""
    seen: set[object] = set()
    singles = [(), *((t,) for t in TRANSFORMS)]
    round_ = 0
    while len(seen) < wanted and round_ < wanted * 40:
        if round_ < len(singles):
            chain: tuple[Transform, ...] = singles[round_]
        else:
            many = 2 + number(f"{seed.id} {round_} many") % (LONGEST - 1)
            chosen = (number(f"{seed.id} {round_} {i}") for i in range(many))
            chain = tuple(sorted((TRANSFORMS[n % len(TRANSFORMS)] for n in chosen), key=_order))
        round_ += 1
        made = apply(seed, chain)
        key = made and (made.parts or made.text, made.wiki)
        if made is None or key in seen:
            continue
        seen.add(key)
        yield made


def _order(transform: Transform) -> tuple[int, int]:
    place = 0 if transform.phase == WRAPPING else TRANSFORMS.index(transform)
    return transform.phase, place
