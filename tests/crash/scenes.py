"""What people do while the plug is pulled: two stories, step by step, as data.

`ivan` reports and has an account, so that he is known again after a restart without six words;
`alice` is on call. Everybody writes direct messages. Each thing said has a word of its own, by
which it is found again.
"""

from dataclasses import dataclass
from typing import Literal

Who = Literal["ivan", "alice"]

EMERGENCY_MAIL = "emergency@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Somebody types a line and waits for an answer.

    `hears` is what tells that it was taken. `nudge` is what they type after having repeated an
    unanswered line: it makes the bot say where they are. `{case}` and `{page}` are the codes
    that were told. `keeps` is a word of the line that must be in the case at the end.
    """

    name: str
    who: Who
    says: str
    hears: str
    nudge: str | None = None
    keeps: str | None = None


def _answer(
    name: str, words: str, hears: str, keeps: str, *, nudge: str = "done"
) -> tuple[Step, Step]:
    """Close the window of the question before, then answer this one."""
    return (
        Step(name=f"{name}-ready", who="ivan", says="done", hears="We were at|May the team write"),
        Step(name=name, who="ivan", says=words, hears=hears, nudge=nudge, keeps=keeps),
    )


INTERVIEW = (
    Step(
        name="first",
        who="ivan",
        says="Somebody calls me a quagmire on every talk page.",
        hears="Is anyone in danger",
        nudge="done",
        keeps="quagmire",
    ),
    Step(name="calm", who="ivan", says="no", hears="pass (it|them)? ?on", nudge="done"),
    Step(
        name="pass-on",
        who="ivan",
        says="yes",
        hears="tell me more about what happened|We were at what",
        nudge="done",
    ),
    *_answer("what", "It began with a teapot edit.", "[Ww]here (did )?it happen", "teapot"),
    *_answer(
        "where", "https://wiki.example.org/w/index.php?diff=4711", "[Ww]ho did it", "diff=4711"
    ),
    *_answer("who", "User:Example-Villain", "aimed at", "Example-Villain"),
    *_answer("whom", "At my friend Example-Target", "write to you here", "Example-Target"),
    *_answer("contact", "By pigeon please", "should write to you by", "pigeon", nudge="status"),
)

CALL = (
    Step(
        name="call",
        who="ivan",
        says="He says he will kill me tonight, and he is a gargoyle.",
        hears="emergency@example.org",
        nudge="status",
        keeps="gargoyle",
    ),
    Step(name="ack", who="alice", says="!ack {page}", hears="You have {page}|Still yours: {page}"),
    Step(
        name="say",
        who="alice",
        says="!say {case} reporter The lanternfish was hidden.",
        hears="!yes does it",
    ),
    Step(name="yes", who="alice", says="!yes", hears="On its way|Nothing is waiting"),
)
