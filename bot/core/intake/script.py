"""The questions of the interview, as data: one record each, asked from top to bottom.

To add a question, add a record (and its two texts, `KEY` and `KEY-again`). `danger` and
`pass-on` come first and are known to the machine; every other one is only data.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.words.labels import Label

#: The question id under which first words are kept: nobody asked for them.
STORY = "story"
#: The question id of words that come after the receipt, or with `add`.
ADDED = "added"
DANGER = "danger"
CONSENT = "pass-on"
#: May the team write to them here?
CONTACT = "contact"


class Kind(StrEnum):
    """What counts as an answer at once, when it is a line of its own."""

    TEXT = "text"
    YES_NO = "yes-no"
    YES_NO_UNSURE = "yes-no-unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `key` is its message; `KEY-again` the short form when it is repeated. `label` is the least
    label of words that answer it. `words` says that any other words answer a yes-or-no
    question too. `next` is the id that follows, by default the record below.
    """

    id: str
    key: str
    kind: Kind = Kind.TEXT
    label: Label = Label.CASE
    skippable: bool = True
    words: bool = False
    next: str | None = None

    @property
    def again(self) -> str:
        """Key of the short form, for when the question is repeated."""
        return f"{self.key}-again"

    @property
    def takes_words(self) -> bool:
        """Whether free text is an answer."""
        return self.words or self.kind is Kind.TEXT


@dataclass(frozen=True, slots=True)
class Script:
    """Questions in their order."""

    questions: tuple[Question, ...]

    def get(self, question: str) -> Question:
        """Return the record of a question; KeyError when there is none."""
        for record in self.questions:
            if record.id == question:
                return record
        raise KeyError(question)

    def after(self, question: str) -> str | None:
        """Return the id of the question that follows, None after the last one."""
        record = self.get(question)
        if record.next is not None:
            return record.next
        below = self.questions.index(record) + 1
        return self.questions[below].id if below < len(self.questions) else None


SCRIPT = Script(
    (
        Question(id=DANGER, key="intake.ask-danger", kind=Kind.YES_NO_UNSURE),
        Question(id=CONSENT, key="intake.ask-pass-on", kind=Kind.YES_NO, skippable=False),
        Question(id="what", key="intake.ask-what"),
        Question(id="where", key="intake.ask-where"),
        Question(id="who", key="intake.ask-who", label=Label.PII),
        Question(id="whom", key="intake.ask-whom", label=Label.PII),
        Question(
            id=CONTACT,
            key="intake.ask-contact",
            kind=Kind.YES_NO,
            label=Label.PII,
            words=True,
        ),
    )
)
