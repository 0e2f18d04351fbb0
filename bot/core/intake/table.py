"""What an interview can be in, what can happen to it, and what follows: the two tables.

`STATES` says how far it has come, `BESIDES` what stands in front of it for the moment. A pair
that is missing is not possible, and says so as `IllegalInput`.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """How far an interview has come."""

    #: Nothing was said yet.
    NEW = "new"
    #: Asked for by `report`: the first words are still to come.
    STORY = "story"
    #: The first words are kept; the danger question stands.
    DANGER = "danger"
    #: The question stands whether to pass them on.
    CONSENT = "pass-on"
    #: A case exists; the other questions are asked.
    ASKING = "asking"
    #: The receipt was given; further words are added.
    RECEIVED = "received"
    #: Nothing is kept any more.
    GONE = "gone"


class Beside(StrEnum):
    """What stands in front of the interview for the moment."""

    NOTHING = "nothing"
    PAUSED = "paused"
    #: "Delete?" was asked.
    DELETING = "deleting"
    #: Words were unclear: the danger question is asked once more.
    CHECKING = "checking"


class Input(StrEnum):
    """What a line does to an interview."""

    #: `report` without words.
    OPENED = "opened"
    #: The first words.
    FIRST = "first"
    #: Somebody is, or may be, in danger.
    ALARM = "alarm"
    #: Nobody is, or the question was skipped.
    CALM = "calm"
    #: Words that leave open whether somebody is in danger.
    DOUBT = "doubt"
    CONSENT = "consent"
    REFUSE = "refuse"
    #: The standing question is answered or skipped, and another follows.
    ANSWER = "answer"
    #: The last question is answered or skipped.
    LAST = "last"
    #: Words that are kept and move nothing.
    MORE = "more"
    #: A control word that is answered and moves nothing.
    ASIDE = "aside"
    BACK = "back"
    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"
    #: "Delete?" was answered with yes.
    ERASE = "erase"
    #: "Delete?" was answered with anything else.
    KEEP = "keep"
    STOP = "stop"


class IllegalInput(Exception):
    """This input is not possible in this state: a mistake of the program, not of a person."""


_LIVE = (State.STORY, State.DANGER, State.CONSENT, State.ASKING, State.RECEIVED)
_STAYS = (
    Input.ASIDE, Input.BACK, Input.PAUSE, Input.RESUME, Input.DELETE, Input.KEEP,
)  # fmt: skip
_ASKED = (State.DANGER, State.CONSENT, State.ASKING, State.RECEIVED)

STATES: Mapping[tuple[State, Input], State] = {
    **{(state, given): state for state in _LIVE for given in _STAYS},
    **{(state, Input.MORE): state for state in _ASKED},
    **{(state, Input.DOUBT): state for state in _ASKED},
    (State.NEW, Input.OPENED): State.STORY,
    (State.NEW, Input.FIRST): State.DANGER,
    (State.NEW, Input.ALARM): State.ASKING,
    (State.NEW, Input.ASIDE): State.GONE,
    (State.STORY, Input.FIRST): State.DANGER,
    (State.STORY, Input.ALARM): State.ASKING,
    (State.STORY, Input.STOP): State.GONE,
    (State.STORY, Input.ERASE): State.GONE,
    (State.DANGER, Input.ALARM): State.ASKING,
    (State.DANGER, Input.CALM): State.CONSENT,
    (State.DANGER, Input.STOP): State.GONE,
    (State.DANGER, Input.ERASE): State.GONE,
    (State.CONSENT, Input.ALARM): State.ASKING,
    (State.CONSENT, Input.CALM): State.CONSENT,
    (State.CONSENT, Input.BACK): State.DANGER,
    (State.CONSENT, Input.CONSENT): State.ASKING,
    (State.CONSENT, Input.REFUSE): State.GONE,
    (State.CONSENT, Input.STOP): State.GONE,
    (State.CONSENT, Input.ERASE): State.GONE,
    (State.ASKING, Input.ALARM): State.ASKING,
    (State.ASKING, Input.CALM): State.ASKING,
    (State.ASKING, Input.ANSWER): State.ASKING,
    (State.ASKING, Input.LAST): State.RECEIVED,
    (State.ASKING, Input.STOP): State.RECEIVED,
    (State.ASKING, Input.ERASE): State.RECEIVED,
    (State.RECEIVED, Input.ALARM): State.RECEIVED,
    (State.RECEIVED, Input.CALM): State.RECEIVED,
    (State.RECEIVED, Input.STOP): State.RECEIVED,
    (State.RECEIVED, Input.ERASE): State.RECEIVED,
}

BESIDES: Mapping[tuple[Beside, Input], Beside] = {
    **{(beside, Input.PAUSE): Beside.PAUSED for beside in Beside},
    **{(beside, Input.DELETE): Beside.DELETING for beside in Beside},
    **{(beside, Input.DOUBT): Beside.CHECKING for beside in Beside},
    **{(beside, Input.STOP): Beside.NOTHING for beside in Beside},
    **{(beside, Input.ALARM): Beside.NOTHING for beside in Beside},
    (Beside.PAUSED, Input.RESUME): Beside.NOTHING,
    (Beside.DELETING, Input.ERASE): Beside.NOTHING,
    (Beside.DELETING, Input.KEEP): Beside.NOTHING,
    (Beside.CHECKING, Input.CALM): Beside.NOTHING,
    **{
        (beside, given): beside
        for beside in (Beside.NOTHING, Beside.CHECKING)
        for given in (Input.MORE, Input.ASIDE, Input.ANSWER, Input.LAST)
    },
    (Beside.CHECKING, Input.BACK): Beside.NOTHING,
    **{
        (Beside.NOTHING, given): Beside.NOTHING
        for given in (Input.OPENED, Input.FIRST, Input.BACK, Input.CALM, Input.CONSENT, Input.REFUSE)
    },
}  # fmt: skip


def follow(state: State, beside: Beside, given: Input) -> tuple[State, Beside]:
    """Return what follows; IllegalInput where either table has no such pair."""
    try:
        return STATES[state, given], BESIDES[beside, given]
    except KeyError:
        raise IllegalInput(f"{given} in {state}, {beside}") from None
