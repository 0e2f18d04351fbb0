"""The life of an outbox row: every pair of state and input is a way or the one error."""

import pytest

from bot.core.words.delivery import TABLE, DeliveryError, DeliveryInput, follow
from bot.core.words.ports import RowState

ENDS = {RowState.SENT, RowState.DONE, RowState.DEAD}


@pytest.mark.parametrize("state", RowState)
@pytest.mark.parametrize("given", DeliveryInput)
def test_every_pair_is_a_way_or_the_error(state: RowState, given: DeliveryInput) -> None:
    if (state, given) in TABLE:
        assert follow(state, given) is TABLE[state, given]
    else:
        with pytest.raises(DeliveryError):
            follow(state, given)


def test_nothing_leaves_an_end_and_every_other_state_can_reach_sent() -> None:
    assert not any(state in ENDS for state, _ in TABLE)
    reaching = {RowState.SENT}
    for _ in RowState:
        reaching |= {state for (state, _), after in TABLE.items() if after in reaching}
    assert reaching == set(RowState) - {RowState.DONE, RowState.DEAD}
