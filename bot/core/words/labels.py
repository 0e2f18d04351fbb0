"""Labels say how far a piece of text may travel; lowest first."""

from enum import IntEnum


class Label(IntEnum):
    """How private a piece of text is, and, for a place, the most private text it may carry."""

    #: May be said anywhere.
    PUBLIC = 0
    #: Codes, dates, counts: for the team's own rooms.
    TEAM = 1
    #: The words of a case, with its holes.
    CASE = 2
    #: Personal information and links to it.
    PII = 3


def read_label(name: str) -> Label:
    """Return the label with the configuration's name (`public team case pii`); KeyError else."""
    return Label[name.upper()]
