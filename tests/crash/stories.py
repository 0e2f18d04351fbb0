"""What people do while a bot in memory is killed: stories, act by act, as data.

`ivan` has an account, so that he is known again after a restart. Whoever gets no answer says it
again, as people do; a confirmation is void after a restart, so first it is looked whether it was
done. Each thing said has a word of its own, by which it is found again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LOBBY, TEAM = "#lobby", "#team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody says a line (`where` None: to the bot), time passes, or mail servers (don't) work.

    `hears` tells that it was taken. For a `yes`, `look` is typed after a restart, and unless the
    answer is `done`, `before` and the `yes` are said again. `{case}`, `{page}` are the first codes
    that were told. With `jumps` the time passes at one go. `keeps` is a word of the line that a case must hold at the end.
    """

    name: str
    who: str = ""
    says: str = ""
    where: str | None = None
    hears: str = ""
    keeps: str | None = None
    look: str = ""
    done: str = ""
    before: str = ""
    minutes: float = 0
    jumps: bool = False
    mail: bool | None = None


def _yes(name: str, who: str, before: str, hears: str, *, look: str, done: str) -> tuple[Act, Act]:
    """Ask for something that is previewed, and confirm it."""
    return (
        Act(name=f"{name}-ask", who=who, says=before, hears="!yes"),
        Act(name=name, who=who, says="!yes", hears=hears, before=before, look=look, done=done),
    )


#: Ivan writes that he is in danger, in a DM.
_CALL = Act(
    name="call",
    who="ivan",
    says="urgent he is at my door with a gargoyle",
    hears="emergency@example.org",
    keeps="gargoyle",
)

LADDER = (
    _CALL,
    Act(name="again", minutes=3.1),
    Act(name="next", minutes=2),
    Act(name="ack", who="alice", says="!ack", hears="You have|Still yours"),
    Act(name="still", minutes=30.1, jumps=True),
    Act(name="lapse", minutes=3.1),
    Act(name="second", who="bob", says="!ack {page}", hears="You have|Still yours"),
    Act(name="rest", minutes=2),
)

STOOD_DOWN = (
    Act(
        name="first",
        who="stranger",
        where=LOBBY,
        says="!emergency a gargoyle at the door",
        hears="passing it on",
        keeps="gargoyle",
    ),
    Act(
        name="joined",
        who="ivan",
        where=LOBBY,
        says="!emergency a second teapot at the door",
        hears="passing it on",
        keeps="teapot",
    ),
    *_yes(
        "stand-down",
        "bob",
        "!stand-down {page} They drank the quagmire",
        r"is over\. Whoever",
        look="!ack {page}",
        done="Nothing is ringing",
    ),
    Act(name="quiet", minutes=4),
    Act(
        name="later",
        who="stranger",
        where=LOBBY,
        says="!emergency the marzipan is back",
        hears="passing it on",
        keeps="marzipan",
    ),
)

SILENT = (
    Act(
        name="report",
        who="ivan",
        says="Somebody calls me a quagmire.",
        hears="Is anyone in danger",
        keeps="quagmire",
    ),
    Act(name="calm", who="ivan", says="no", hears="pass (it|them)? ?on"),
    Act(name="pass-on", who="ivan", says="yes", hears="tell me more|We were at what"),
    Act(name="silence", minutes=12, jumps=True),
    *_yes(
        "say",
        "alice",
        "!say {case} reporter The lanternfish was hidden.",
        "On its way",
        look="!show {case} messages",
        done="lanternfish",
    ),
    Act(name="read", who="ivan", says="read", hears="lanternfish"),
    Act(
        name="note",
        who="alice",
        where=TEAM,
        says="!note {case} A periscope was seen",
        hears="✓",
        keeps="periscope",
    ),
    Act(name="days", minutes=60 * 24 * 6, jumps=True),
)

ROSTER = (
    *_yes("suspend", "bob", "!suspend finn", "is suspended", look="!suspend finn", done="already"),
    *_yes(
        "reinstate", "carol", "!reinstate finn", "✓", look="!reinstate finn", done="not suspended"
    ),
    Act(name="reload", who="carol", says="!reload", hears="(?i)chang|same|nothing"),
)

DEAD_ROUTES = (
    Act(name="no-mail", mail=False),
    _CALL,
    Act(name="waiting", minutes=2.2),
    Act(name="mail", mail=True),
    Act(name="relief", minutes=4),
)

STORIES: Mapping[str, tuple[Act, ...]] = {
    "ladder": LADDER,
    "stood-down": STOOD_DOWN,
    "silent": SILENT,
    "roster": ROSTER,
    "dead-routes": DEAD_ROUTES,
}


#: Stories with the points at which the lives in them end: each line is one playing of a story.
LINES = tuple(
    (story, line)
    for story, lines in {
        "ladder": """
call:effect.CreateCase again:timer.page.before next:outbox.page.taken*2 ack:effect.SavePage still:timer.page.committed
call:effect.SavePage again:effect.SavePage next:timer.page.before ack:outbox.page.taken still:timer.page.before
call:effect.Mail again:timer.page.committed next:outbox.page-mail.taken ack:command.before still:outbox.page.handed-over
call:effect.SetTimer again:outbox.page.taken ack:command.answered lapse:timer.page.before second:effect.SavePage
call:effect.Post again:outbox.page-mail.handed-over ack:outbox.page.handed-over lapse:effect.SavePage
again:timer.routes.before next:effect.SavePage ack:effect.SetTimer lapse:timer.page.committed second:command.committed
again:timer.routes.committed next:outbox.page.settled still:effect.SavePage lapse:outbox.page.taken
""",
        "stood-down": """
first:effect.CreateCase joined:effect.SavePage stand-down:effect.SavePage later:effect.CreateCase
first:outbox.emergency.taken joined:effect.Mail stand-down:effect.DropTimer later:command.committed
first:outbox.emergency.handed-over joined:command.committed stand-down:effect.AddFacts quiet:timer.routes.before
first:command.answered joined:outbox.emergency.settled stand-down:command.committed later:effect.SavePage
first:outbox.emergency-mail.handed-over stand-down:outbox.page.taken later:outbox.emergency-mail.taken
joined:outbox.emergency-mail.handed-over stand-down:outbox.page-mail.handed-over quiet:timer.routes.committed
stand-down-ask:command.answered
""",
        "silent": """
report:effect.SaveSession pass-on:effect.CreateCase say:effect.AddFacts read:effect.SaveSession days:timer.promise.before
calm:effect.SaveSession say:outbox.words.knocked note:effect.AddFacts days:timer.promise.committed
pass-on:effect.SaveSession say:command.answered read:effect.Post days:effect.SetTimer
say:outbox.words.settled read:outbox.words.handed-over note:command.answered days:outbox.news.taken
""",
        "roster": """
suspend:effect.Suspend reinstate:effect.Reinstate reload:effect.Reload
suspend:command.committed reinstate:command.committed reload:reload.before
suspend:outbox.words.handed-over reinstate:outbox.news.handed-over reload:reload.committed
suspend:command.before reinstate-ask:command.committed
""",
        "dead-routes": """
call:outbox.emergency-mail.taken waiting:timer.routes.before relief:outbox.page-mail.handed-over
waiting:timer.routes.committed relief:outbox.emergency-mail.handed-over
waiting:outbox.emergency-mail.settled relief:timer.page.committed
""",
    }.items()
    for line in lines.strip().splitlines()
)
