"""What reading a line found: danger, exposure, personal spans. Made by `danger` and `pii`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Pieces


class Danger(StrEnum):
    """How sure the word lists are that somebody is in danger."""

    NONE = "none"
    #: One plain question settles it.
    UNCLEAR = "unclear"
    RAISED = "raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The danger found in a line. `self_harm` chooses gentler words."""

    danger: Danger = Danger.NONE
    emergency: EmergencyClass | None = None
    self_harm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A line as the dispatcher has read it, before any handler sees it.

    `pieces` is the whole text, labelled `case`, with the personal spans raised to `pii`.
    `exposure` is true when it tells of, or carries, private details out in the open.
    """

    text: str
    pieces: Pieces
    verdict: Verdict
    exposure: bool
