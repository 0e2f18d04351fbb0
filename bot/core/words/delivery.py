"""The life of an outbox row, as a table: a missing entry is the error.

`uncertain` is sent again unchanged, with the same key and the same bytes; `held` waits until
somebody is there or a place may carry it; `sent`, `done` and `dead` are ends.
"""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.words.ports import RowState


class DeliveryInput(StrEnum):
    """What can happen to a row."""

    #: The worker takes it in hand.
    TAKE = "take"
    #: It is proven to have arrived.
    PROVE = "prove"
    #: It did not go out; it will be tried again.
    RETRY = "retry"
    #: It may have gone out: the other side fell silent, or the bot was killed.
    DOUBT = "doubt"
    #: It may not be said there now, or nobody is there to hear it.
    HOLD = "hold"
    #: What held it may be over.
    RELEASE = "release"
    #: Nobody needs it any more.
    CANCEL = "cancel"
    #: It can never be delivered.
    GIVE_UP = "give-up"


TABLE: Mapping[tuple[RowState, DeliveryInput], RowState] = {
    (RowState.PENDING, DeliveryInput.TAKE): RowState.INFLIGHT,
    (RowState.UNCERTAIN, DeliveryInput.TAKE): RowState.INFLIGHT,
    (RowState.INFLIGHT, DeliveryInput.PROVE): RowState.SENT,
    (RowState.INFLIGHT, DeliveryInput.RETRY): RowState.PENDING,
    (RowState.INFLIGHT, DeliveryInput.DOUBT): RowState.UNCERTAIN,
    (RowState.INFLIGHT, DeliveryInput.HOLD): RowState.HELD,
    (RowState.INFLIGHT, DeliveryInput.CANCEL): RowState.DONE,
    (RowState.INFLIGHT, DeliveryInput.GIVE_UP): RowState.DEAD,
    (RowState.HELD, DeliveryInput.RELEASE): RowState.PENDING,
    # A page that was taken needs none of its rings any more.
    (RowState.PENDING, DeliveryInput.CANCEL): RowState.DONE,
    (RowState.UNCERTAIN, DeliveryInput.CANCEL): RowState.DONE,
    (RowState.HELD, DeliveryInput.CANCEL): RowState.DONE,
}


class DeliveryError(ValueError):
    """Something that cannot happen to a row in this state."""


def follow(state: RowState, given: DeliveryInput) -> RowState:
    """Return the state after `given`; raises DeliveryError where there is none."""
    try:
        return TABLE[state, given]
    except KeyError:
        raise DeliveryError(f"{given} cannot happen to a row that is {state}") from None
