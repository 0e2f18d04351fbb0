"""What a network is told beside the words, as far as it can make use of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Where words belong, and how to say them no more than once.

    `case` is the code of the case that they are about: in a room, what is said of one stands
    together. `message` is what the network called the line that they answer, and `thread` the
    thread it stood in. `once` is the same whenever the same words are handed over again: a
    network that knows it says them only once.
    """

    case: str | None = None
    message: str | None = None
    thread: str | None = None
    once: str | None = None


NOTHING_BESIDE = Beside()
