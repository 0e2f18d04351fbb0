"""What the team's rooms hear of a new report's age."""

from bot.core.pii.reading import read
from tests.core.intake.talk import Talk
from tests.core.intake.test_texts import said


def news(seconds: float) -> str:
    talk = Talk()
    talk.hears(read("Somebody follows me from page to page."))
    talk.hears(read("no"), later=seconds)
    talk.hears(read("yes"))
    return next(line for line in said(talk.effects) if line.startswith("New report"))


def test_a_report_that_came_in_at_once_began_just_now() -> None:
    assert "Begun just now. To work on it: !take C-" in news(10)


def test_a_report_that_took_a_while_says_how_long() -> None:
    assert "Begun: 1 minute ago. To work on it: !take C-" in news(70)
    assert "Begun: 5 minutes ago. To work on it: !take C-" in news(300)
