"""What happens in the demo: from a frightened message to the close of a case.

This is data: to change what happens, or what must come of it, change a line here.
"""

from bot.demo.actor import DM
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
from bot.demo.stage import TEAM

#: What must be seen by few: a page that gives somebody's name away.
LINK = "https://example.org/wiki/User:Example-Rosa-Winter"
SECRET = "Example-Rosa-Winter"  # noqa: S105 (a name, made up)
_CASE = r"(?P<case>C-[0-9A-HJKMNP-TV-Z]{6})"
_PAGE = r"(?P<page>E-[0-9A-HJKMNP-TV-Z]{6})"
_DATE = r"20\d\d-\d\d-\d\d"
_SIX_WORDS = r"^[a-z]+(?: [a-z]+){5}$"

PLOT: tuple[Step, ...] = (
    Step(
        name="the team's channel",
        caption="The bot looks at the team's channel: who is in it, can others get in? It was open "
        "until now. alice closes it.",
        beats=(
            Does("alice", f"MODE {TEAM} +i"),
            Hears("alice", TEAM, r"alice sets \+i"),
            Hears("alice", TEAM, opening("room.restored")),
        ),
    ),
    Step(
        name="the first message",
        caption="Somebody without an account is frightened. The bot says who it is, and asks one "
        "thing first.",
        beats=(
            Says(
                "rita",
                DM,
                f"Somebody follows me from page to page, and now wrote this about me: {LINK} "
                "I am frightened.",
            ),
            Hears("rita", DM, opening("intake.hello")),
            Hears("rita", DM, opening("intake.hello-private")),
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
        beats=(Hears("alice", TEAM, r"{case}.*!take {case}"),),
    ),
    Step(
        name="the page",
        caption="alice is on call. A page carries a code, a class and an age, and rings until "
        "somebody takes it.",
        beats=(
            Hears("alice", DM, r"^{page}: .*raised .*!ack {page}"),
            Says("alice", DM, "!ack {page}"),
            Hears("alice", DM, opening("ack.done", "{page}")),
            Hears("alice", TEAM, opening("page.taken", "{page}", "alice")),
        ),
    ),
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
    Step(
        name="a hole in the channel",
        caption="In the channel the story has a hole where the link was. The channel is private, "
        "but not private enough for that.",
        beats=(
            Says("alice", TEAM, "!show {case}"),
            Hears(
                "alice",
                TEAM,
                r"wrote this about me: \[held: !reveal {case} (?P<number>\d+) in a DM",
            ),
            Settled("alice", TEAM),
            Never(SECRET, place=TEAM),
        ),
    ),
    Step(
        name="reveal",
        caption="alice may see it: by direct message, and on the record. (The demo allows that on "
        "IRC; by default it stays on Matrix.)",
        beats=(
            Says("alice", TEAM, "!reveal {case} {number}"),
            Hears("alice", DM, SECRET),
            Settled("alice", TEAM),
            Never(SECRET, place=TEAM),
        ),
    ),
    Step(
        name="a stranger",
        caption="The channel is left open for a moment, and somebody nobody knows walks in. From "
        "then on it carries nothing.",
        beats=(
            Does("alice", f"MODE {TEAM} -i"),
            Hears("alice", TEAM, opening("room.flaw.not-closed")),
            Enters("stranger"),
            Does("stranger", f"JOIN {TEAM}"),
            Hears("alice", TEAM, "stranger joins"),
            Hears("alice", TEAM, opening("room.flaw.stranger")),
            Says("alice", TEAM, "!show {case}"),
            Settled("alice", TEAM),
            Never(r"wrote this|Monday|\[held", who="stranger"),
        ),
    ),
    Step(
        name="mended",
        caption="The stranger leaves, the door is closed, and the channel is what it was.",
        beats=(
            Does("stranger", f"PART {TEAM}"),
            Hears("alice", TEAM, "stranger leaves"),
            Does("alice", f"MODE {TEAM} +i"),
            Hears("alice", TEAM, opening("room.restored")),
        ),
    ),
    Step(
        name="work",
        caption="Now somebody works on it. Whoever takes a case first leads it.",
        beats=(
            Says("alice", TEAM, "!take {case}"),
            Hears("alice", TEAM, opening("take.lead")),
            Says("alice", TEAM, "!note {case} Asked for the page to be hidden; it is gone."),
            Hears("alice", TEAM, opening("note.done")),
        ),
    ),
    Step(
        name="words to the reporter",
        caption="What reaches others is shown first, and sent on “yes”. It comes from the team, "
        "not from alice.",
        beats=(
            Says(
                "alice",
                TEAM,
                "!say {case} reporter The page is hidden now. Thank you for writing to us.",
            ),
            Hears("alice", TEAM, opening("say.preview")),
            Hears("alice", TEAM, "!yes"),
            Says("alice", TEAM, "!yes"),
            Hears("alice", TEAM, opening("say.sent")),
            Hears("rita", DM, opening("say.from-team", "the safety team")),
            Hears("rita", DM, r"The page is hidden now\."),
            Never("alice", who="rita"),
        ),
    ),
    Step(
        name="the close",
        caption="The reporter knows, so the case may be closed, with its outcome on record.",
        beats=(
            Says("alice", TEAM, "!close {case} actionable The page was hidden the same day."),
            Hears("alice", TEAM, opening("close.done", "{case}")),
        ),
    ),
    Step(
        name="nowhere else",
        caption="And the link? Looked for in all that the channel ever carried, in the database, "
        "the log and the output: it is in none.",
        beats=(
            Settled("alice", TEAM),
            Never(SECRET, place=TEAM),
            Never(SECRET, who="stranger"),
            NotKept(SECRET),
            NotKept("Somebody follows me"),
        ),
    ),
)
