"""Pictures are drawn from the tables."""

from enum import StrEnum

import pytest

from bot.diagrams import DIAGRAMS, UnknownDiagramError, draw, render


class _Lamp(StrEnum):
    OFF = "off"
    ON_HIGH = "on-high"
    BROKEN = "broken"


class _Do(StrEnum):
    PRESS = "press"
    TURN = "turn"
    DROP = "drop"


def test_a_table_becomes_arrows() -> None:
    table = {
        (_Lamp.ON_HIGH, _Do.PRESS): _Lamp.OFF,
        (_Lamp.OFF, _Do.PRESS): _Lamp.ON_HIGH,
        (_Lamp.OFF, _Do.TURN): _Lamp.ON_HIGH,
        (_Lamp.OFF, _Do.DROP): _Lamp.BROKEN,
    }
    assert render(table).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> off",
        "    on_high --> off : press",
        "    off --> on_high : press, turn",
        "    off --> broken : drop",
        "    broken --> [*]",
    ]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_picture_can_be_drawn(name: str) -> None:
    assert draw(name).startswith("stateDiagram-v2\n    [*] --> ")


def test_an_unknown_picture_names_those_that_there_are() -> None:
    with pytest.raises(UnknownDiagramError) as caught:
        draw("nothing")
    assert caught.value.known == tuple(DIAGRAMS)
