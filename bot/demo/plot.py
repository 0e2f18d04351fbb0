"""What happens in the demo: from a frightened message to the close of a case.

This is data: to change what happens, or what must come of it, change a line here.
"""

from dataclasses import dataclass

from bot.demo import irc_venue
from bot.demo.beats import (
    Does,
    Enters,
    Hears,
    Mailed,
    Never,
    NotKept,
    Says,
    Settled,
    Step,
    opening,
)
from bot.demo.cast import DM, Deed

#: What must be seen by few: a page that gives somebody's name away.
LINK = "https://example.org/wiki/User:Example-Rosa-Winter"
SECRET = "Example-Rosa-Winter"  # noqa: S105 (a name, made up)
_CASE = r"(?P<case>C-[0-9A-HJKMNP-TV-Z]{6})"
_PAGE = r"(?P<page>E-[0-9A-HJKMNP-TV-Z]{6})"
_DATE = r"20\d\d-\d\d-\d\d"
_SIX_WORDS = r"^[a-z]+(?: [a-z]+){5}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What differs between networks: how they call things, and what is seen of a deed there.

    `room` is what a room is called, `team` how the team's is called; `closed` what is seen when
    alice closes it, `ajar` what the bot says once she opens it, `kept` what it tells a reporter
    of how words are kept; the others are captions.
    """

    team: str
    room: str
    closed: str
    ajar: str
    kept: str
    look: str
    reporter: str
    reveal: str
    search: str


IRC = Setting(
    team=irc_venue.TEAM,
    room="channel",
    closed=r"alice sets \+i",
    ajar="room.flaw.not-closed",
    kept="intake.hello-private",
    look="who is in it, can others get in? It was open until now. alice closes it.",
    reporter="Somebody without an account is frightened.",
    reveal="(The demo allows that on IRC; by default it stays on Matrix.)",
    search="in the database, the log and the output",
)
MATRIX = Setting(
    team="functionaries",
    room="room",
    closed="alice sets history_visibility to joined",
    ajar="room.flaw.joinable",
    kept="intake.hello-sealed",
    look="is it encrypted, who is in it, can others get in? Whoever joins later could read what "
    "was said before, as rooms have it by default. alice mends that.",
    reporter="Somebody is frightened, and writes in an encrypted direct message.",
    reveal="(It is encrypted from her device to the bot, as the room is; but few read along.)",
    search="in the database, in all that the homeserver keeps, the log and the output",
)


def plot(at: Setting) -> tuple[Step, ...]:
    """Return the story as it goes on a network."""
    return (*_report(at), *_emergency(at), *_interview(), *_private(at), *_work(at))


def _report(at: Setting) -> tuple[Step, ...]:
    return (
        Step(
            name=f"the team's {at.room}",
            caption=f"The bot looks at the team's {at.room}: {at.look}",
            beats=(
                Does("alice", Deed.CLOSE, at.team),
                Hears("alice", at.team, at.closed),
                Hears("alice", at.team, opening("room.restored")),
            ),
        ),
        Step(
            name="the first message",
            caption=f"{at.reporter} The bot says who it is, and asks one thing first.",
            beats=(
                Says(
                    "rita",
                    DM,
                    f"Somebody follows me from page to page, and now wrote this about me: {LINK} "
                    "I am frightened.",
                ),
                Hears("rita", DM, opening("intake.hello")),
                Hears("rita", DM, opening(at.kept)),
                Hears("rita", DM, opening("intake.ask-danger")),
            ),
        ),
        Step(
            name="danger",
            caption="“yes” is all it takes: recorded, mailed and rung in one go. She hears what is "
            "true, and that no help is promised.",
            beats=(
                Says("rita", DM, "yes"),
                Hears("rita", DM, opening("emergency.raised")),
                Hears("rita", DM, opening("emergency.direct", r"emergency@example\.org")),
                Hears("rita", DM, opening("emergency.local")),
                Hears("rita", DM, opening("intake.issued", "the safety team", _CASE)),
                Hears("rita", DM, opening("intake.ask-what")),
            ),
        ),
    )


def _emergency(at: Setting) -> tuple[Step, ...]:
    return (
        Step(
            name="the mail",
            caption="The emergency address has a mail. Its subject is the same for everyone, but for "
            "a code that says nothing.",
            beats=(
                Mailed(
                    "emergency@example.org",
                    rf"Emergency report {_PAGE}",
                    r"(?s)Somebody follows me.*safety-team@example\.org",
                ),
            ),
        ),
        Step(
            name="the team hears",
            caption="The team hears that there is a new report: a code, a kind and an age, nothing "
            "else.",
            beats=(Hears("alice", at.team, r"{case}.*!take {case}"),),
        ),
        Step(
            name="the page",
            caption="alice is on call. A page carries a code, a class and an age, and rings until "
            "somebody takes it.",
            beats=(
                Hears("alice", DM, r"^{page}: .*raised .*!ack {page}"),
                Says("alice", DM, "!ack {page}"),
                Hears("alice", DM, opening("ack.done", "{page}")),
                Hears("alice", at.team, opening("page.taken", "{page}", "alice")),
            ),
        ),
    )


def _interview() -> tuple[Step, ...]:
    return (
        Step(
            name="the interview",
            caption="The questions go on beside the emergency. Any of them may be skipped; every "
            "answer is kept before the next is asked.",
            beats=(
                Says("rita", DM, "done"),
                Hears("rita", DM, opening("intake.ask-what-again")),
                Says("rita", DM, "It began on Monday, when I undid an edit of theirs."),
                Hears("rita", DM, opening("intake.ask-where")),
                Says("rita", DM, "skip"),
                Hears("rita", DM, opening("intake.ask-who")),
                Says("rita", DM, "skip"),
                Hears("rita", DM, opening("intake.ask-whom")),
                Says("rita", DM, "skip"),
                Hears("rita", DM, opening("intake.ask-contact")),
                Says("rita", DM, "yes"),
            ),
        ),
        Step(
            name="the receipt",
            caption="The receipt: a code, a date by which somebody writes, and six words that let her "
            "go on from anywhere.",
            beats=(
                Hears("rita", DM, opening("intake.receipt", "{case}")),
                Hears("rita", DM, _DATE),
                Hears("rita", DM, _SIX_WORDS),
                Hears("rita", DM, opening("intake.receipt-change")),
            ),
        ),
    )


def _private(at: Setting) -> tuple[Step, ...]:
    return (
        Step(
            name=f"a hole in the {at.room}",
            caption=f"In the {at.room} the story has a hole where the link was. The {at.room} is "
            "private, but not private enough for that.",
            beats=(
                Says("alice", at.team, "!show {case}"),
                Hears(
                    "alice",
                    at.team,
                    r"wrote this about me: \[held: !reveal {case} (?P<number>\d+) in a DM",
                ),
                Settled("alice", at.team),
                Never(SECRET, place=at.team),
            ),
        ),
        Step(
            name="reveal",
            caption=f"alice may see it: by direct message, and on the record. {at.reveal}",
            beats=(
                Says("alice", at.team, "!reveal {case} {number}"),
                Hears("alice", DM, SECRET),
                Settled("alice", at.team),
                Never(SECRET, place=at.team),
            ),
        ),
        Step(
            name="a stranger",
            caption=f"The {at.room} is left open for a moment, and somebody nobody knows walks in. "
            "From then on it carries nothing.",
            beats=(
                Does("alice", Deed.OPEN, at.team),
                Hears("alice", at.team, opening(at.ajar)),
                Enters("stranger"),
                Does("stranger", Deed.JOIN, at.team),
                Hears("alice", at.team, "stranger joins"),
                Hears("alice", at.team, opening("room.flaw.stranger")),
                Says("alice", at.team, "!show {case}"),
                Settled("alice", at.team),
                Never(r"wrote this|Monday|\[held", who="stranger"),
            ),
        ),
        Step(
            name="mended",
            caption=f"The stranger leaves, the door is closed, and the {at.room} is what it was.",
            beats=(
                Does("stranger", Deed.PART, at.team),
                Hears("alice", at.team, "stranger leaves"),
                Does("alice", Deed.CLOSE, at.team),
                Hears("alice", at.team, opening("room.restored")),
            ),
        ),
    )


def _work(at: Setting) -> tuple[Step, ...]:
    return (
        Step(
            name="work",
            caption="Now somebody works on it. Whoever takes a case first leads it.",
            beats=(
                Says("alice", at.team, "!take {case}"),
                Hears("alice", at.team, opening("take.lead")),
                Says("alice", at.team, "!note {case} Asked for the page to be hidden; it is gone."),
                Hears("alice", at.team, opening("note.done")),
            ),
        ),
        Step(
            name="words to the reporter",
            caption="What reaches others is shown first, and sent on “yes”. It comes from the team, "
            "not from alice.",
            beats=(
                Says(
                    "alice",
                    at.team,
                    "!say {case} reporter The page is hidden now. Thank you for writing to us.",
                ),
                Hears("alice", at.team, opening("say.preview")),
                Hears("alice", at.team, "!yes"),
                Says("alice", at.team, "!yes"),
                Hears("alice", at.team, opening("say.sent")),
                Hears("rita", DM, opening("say.from-team", "the safety team")),
                Hears("rita", DM, r"The page is hidden now\."),
                Never("alice", who="rita"),
            ),
        ),
        Step(
            name="the close",
            caption="The reporter knows, so the case may be closed, with its outcome on record.",
            beats=(
                Says(
                    "alice", at.team, "!close {case} actionable The page was hidden the same day."
                ),
                Hears("alice", at.team, opening("close.done", "{case}")),
            ),
        ),
        Step(
            name="nowhere else",
            caption=f"And the link? Looked for in all that the {at.room} ever carried, {at.search}: "
            "it is in none.",
            beats=(
                Settled("alice", at.team),
                Never(SECRET, place=at.team),
                Never(SECRET, who="stranger"),
                NotKept(SECRET),
                NotKept("Somebody follows me"),
            ),
        ),
    )


PLOT = plot(IRC)
MATRIX_PLOT = plot(MATRIX)
