"""When everybody who could handle a case is a party to it: whom it goes to then."""

from collections.abc import Sequence

from bot.core.words.effects import Effects, Lane, Mail, Post, ToPerson
from bot.core.words.labels import Label
from bot.core.words.people import Person, Role
from bot.core.words.readers import Terms
from bot.core.words.text import Doc, Msg, doc, public, team

#: Whose address gets a case that nobody on the team may see and no ombuds can take.
LAST_RESORT = "life"


def orphaned(code: str, free: Sequence[Person], terms: Terms) -> Effects:
    """Return who is told of a case, by its code alone, that no handler may see.

    `free` are the people who are no party to it. While one of them handles cases, nobody is.
    The ombuds are told; without one, the emergency contact is, by mail.
    """
    if any(person.handles_cases for person in free):
        return []
    ombuds = [person for person in free if Role.OMBUDS in person.roles]
    how = Msg("recusal.lift", (team(code), public(terms.prefix)))
    said = doc(Msg("recusal.orphan", (team(code),)), how, label=Label.TEAM)
    posts = [
        Post(
            to=ToPerson(name=person.name),
            doc=said,
            key=f"orphan:{code}:{person.name}",
            lane=Lane.WORDS,
            case=code,
        )
        for person in ombuds
    ]
    addresses = tuple(person.mail for person in ombuds if person.mail)
    if not ombuds:
        addresses = terms.contacts[LAST_RESORT].mail
    return [*posts, *(_mail(address, code, terms) for address in addresses)]


def _mail(address: str, code: str, terms: Terms) -> Mail:
    body: Doc = doc(
        Msg("recusal.orphan", (team(code),)),
        Msg("recusal.reply", (team(terms.team_name), team(terms.team_mail))),
    )
    return Mail(
        to=address,
        subject=Msg("recusal.subject", (team(code),)),
        body=body,
        key=f"orphan:{code}:{address}",
        lane=Lane.WORDS,
        case=code,
    )
