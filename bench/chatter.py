"""What people say in a channel: made-up lines of 30-300 characters, the same in every run."""

import random

_WORDS = (
    "the a an of to and in is it that was for on with as by at from this page edit editor talk "
    "revert source article history template user account block request discussion summary link "
    "category admin policy notice please thanks think could should because after before maybe "
    "already still there where which when what who somebody everybody nobody wiki section image "
    "title version draft review comment question answer again once twice also only very more less"
).split()
SHORTEST, LONGEST = 30, 300
URLS, PERSONAL = 0.05, 0.01
_SEED = 20261122


def line(dice: random.Random) -> str:
    """Return one line: 5 % have a link in it, 1 % something personal."""
    wanted = dice.randint(SHORTEST, LONGEST)
    words: list[str] = []
    drawn = dice.random()
    if drawn < URLS:
        words.append(f"https://wiki.example.org/w/index.php?title=Page_{dice.randrange(9999)}")
    elif drawn < URLS + PERSONAL:
        words.append(
            dice.choice(
                (
                    f"reach me at user{dice.randrange(999)}@example.org",
                    f"their address is 192.0.2.{dice.randrange(1, 255)}",
                    f"call +1 202 555 01{dice.randrange(10, 100)}",
                )
            )
        )
    while len(" ".join(words)) < wanted:
        words.insert(dice.randrange(len(words) + 1), dice.choice(_WORDS))
    return " ".join(words)[:LONGEST].strip()


def lines(count: int) -> list[str]:
    """Return so many lines; the first ones are the same for every count."""
    dice = random.Random(_SEED)  # noqa: S311 (nothing secret is drawn)
    return [line(dice) for _ in range(count)]
