"""What each class of emergency means: who is written to, and which words name it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.readers import Contact, Terms
from bot.core.words.text import Msg


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRecord:
    """One class: the `contact` its mail goes to and the `kind` of a case opened for it.

    `raised` is the message key of what the caller is told at once.
    """

    contact: str
    kind: str
    raised: str


CLASSES: Mapping[EmergencyClass, ClassRecord] = {
    EmergencyClass.LIFE: ClassRecord(
        contact="life", kind="threats-physical-harm", raised="emergency.raised"
    ),
    EmergencyClass.CHILD: ClassRecord(
        contact="child", kind="minor", raised="emergency.raised.child"
    ),
}

#: Kind of a case opened for somebody who may harm themselves.
SELF_HARM_KIND = "threats-self-harm"


def name_of(emergency: EmergencyClass | None) -> Msg:
    """Return the words for a class; None is a live exposure."""
    return Msg(f"page.class.{'exposure' if emergency is None else emergency.value}")


def class_of(page: Page) -> Msg:
    """Return the words for what a page is about."""
    if page.drill:
        return Msg("page.class.drill")
    if page.whom is not None:
        return Msg("page.class.wanted")
    if page.emergency is None and not page.exposure:
        return Msg("page.class.call")
    return name_of(None if page.exposure else page.emergency)


def contact_of(emergency: EmergencyClass, terms: Terms) -> Contact:
    """Return where this class is mailed to; a contact without addresses if none is configured."""
    return terms.contacts.get(CLASSES[emergency].contact, Contact(mail=()))
