"""What the bot must not let out, and what it has to be able to say all the same."""

from bot.core.words.ports import Unit, Viewer
from bot.core.words.text import Pieces
from bot.runtime.live import Live
from bot.runtime.performer import held_by


def own_names(live: Live) -> list[str]:
    """Return the names and addresses that the bot itself has to say."""
    terms = live.terms
    contacts = [address for contact in terms.contacts.values() for address in contact.mail]
    people = [name for p in live.everybody.people for name in (p.name, *map(str, p.accounts))]
    return [terms.bot_name, terms.team_name, terms.team_mail, *contacts, *people]


def held_words(unit: Unit) -> list[tuple[str, Pieces]]:
    """Return every word that cases hold, by case: closed ones hold theirs as long as they exist."""
    cases = unit.cases(Viewer(system=True))
    held: list[tuple[str, Pieces]] = []
    for row in cases.rows(status=None):
        view = cases.find(row.code)
        held += [] if view is None else held_by(unit, view)
    return held
