"""What a ring says of its age."""

import pytest

from bot.core.oncall.tell import ring_line
from bot.core.words.text import doc
from tests.core.oncall.office import MINUTE, START, Office, said
from tests.core.oncall.test_ladder import PAGE


@pytest.mark.parametrize(
    ("minutes", "age"),
    [(0, "raised just now"), (1, "raised 1 minute ago"), (2, "raised 2 minutes ago")],
)
def test_a_ring_says_how_long_ago_in_words_that_a_person_would_use(minutes: int, age: str) -> None:
    who = Office().context().who(PAGE)
    line = said(doc(ring_line(PAGE, START + minutes * MINUTE, who)))
    assert line == (
        f"E-AAAAAA: danger to life, {age}. Nobody has taken it yet. To take it: !ack E-AAAAAA"
    )
