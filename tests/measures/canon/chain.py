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


def _composed(seed: Seed, turn: int, shapes: list[Transform]) -> tuple[Transform, ...]:
    """Choose two or three transforms: often a shape first, now and then only wrappers."""
    many = 2 + number(f"{seed.id} {turn} many") % (LONGEST - 1)
    pool = WRAPPERS.all if turn % 10 == 0 else TRANSFORMS
    numbers = [number(f"{seed.id} {turn} {i}") for i in range(many)]
    chosen = [pool[n % len(pool)] for n in numbers]
    if shapes and turn % 2:
        chosen[0] = shapes[numbers[0] % len(shapes)]
    return tuple(sorted(chosen, key=_order))


def chains(seed: Seed, wanted: int) -> Iterator[Variant]:
    """Yield the plain form, every single transform, and compositions that a hash chooses."""
    seen: set[object] = set()
    singles: list[tuple[Transform, ...]] = [(), *((t,) for t in TRANSFORMS)]
    shapes = [t for t in SHAPES.all if apply(seed, [t])]
    # Chance would hardly ever bring these together with the shapes they need.
    singles += [(s, t) for s in shapes for t in TRANSFORMS if t.group == "word"]
    singles += [(s, t) for s in shapes for t in TRANSFORMS if t.name == "visual difference"]
    for turn in range(wanted * 40):
        if len(seen) >= wanted:
            return
        chain = singles[turn] if turn < len(singles) else _composed(seed, turn, shapes)
        made = apply(seed, chain)
        key = made and (made.parts or made.text, made.wiki)
        if made is None or key in seen:
            continue
        seen.add(key)
        yield made


def _order(transform: Transform) -> tuple[int, int]:
    place = 0 if transform.phase == WRAPPING else TRANSFORMS.index(transform)
    return transform.phase, place
