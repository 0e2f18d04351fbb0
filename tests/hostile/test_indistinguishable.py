"""A link that a case holds and one that none holds: nobody else can tell them apart.

Two worlds that are alike but for what the case holds hear the same lines: all that is said, shown
or written down, and how many statements each line costs until it is answered, is the same for
everybody but the oversighter who may hear of it.
"""

import re

import structlog

from storage.audit import AuditBook
from storage.store import SealedStore
from tests.hostile.kit import report
from tests.world import new_world

_LITERALS = re.compile(r"x'[0-9a-f]*'|'[^']*'|\b\d+\b")
#: Each line has a link of its own: what somebody typed before is held from then on.
LINK = "https://wiki.example.org/w/index.php?diff={}"
TYPED, ELSE = 471_100, 581_100
#: What is typed with a link in it, by whom, where; CASE is a case of everybody's.
LINES = (
    *(("stranger", "#lobby", text) for text in ("look at {}", "!help {}", "caseward: {}", "!spill {}")),
    *(("carol", "#lobby", text) for text in ("{}", "!can {}", "!whoami {}", "!spill {}")),
    *(
        ("bob", where, text)
        for where in ("#team", None)
        for text in (
            *("{}", "!show {}", "!note CASE {}", "!link CASE {} again", "!party CASE witness {}"),
            *("!say CASE reporter {}", "!open It is about {}", "!due CASE {}", "!nothing {}", "!cases {}"),
            *("!close CASE withdrawn {}", "!relate CASE {}", "!assign CASE {}", "!reveal CASE {}"),
        )
    ),
    *(("rita", None, text) for text in ("{}", "add {}", "status {}")),
)  # fmt: skip


def jobs(statements: list[str]) -> list[str]:
    """Return what the jobs of a line ask the database, from taking it in until it is kept."""
    kept: list[str] = []
    inside = False
    for one in statements:
        inside = inside or one.startswith("INSERT INTO inbound")
        if inside:
            kept.append(_LITERALS.sub("?", one))
        inside = inside and not one.startswith("RELEASE")
    return kept


async def told(holds: int) -> list[object]:
    """Return all that happens where a case holds links from this number on, but what its oversighter hears."""
    async with new_world(sealed=True) as world:
        store = world.store
        assert isinstance(store, SealedStore)
        assert world.bot is not None
        # Both have sent something by then: the first time of each month makes a key.
        await report(world, "rita", "more", "there", "finn", "me", "yes")
        held = " ".join(LINK.format(holds + number) for number in range(len(LINES)))
        await world.says("alice", None, f"!open Look at {held}")
        assert bool(world.bot.held.hit(LINK.format(TYPED))) == (holds == TYPED)
        opened = world.code(await world.says("bob", None, "!open Something else"))
        found: list[object] = []
        with structlog.testing.capture_logs() as logs:
            for number, (nick, where, text) in enumerate(LINES):
                mark, seen = len(world.net.said), list[str]()
                await store.database.trace(seen.append)
                world.net.hear(
                    nick, where, text.format(LINK.format(TYPED + number)).replace("CASE", opened)
                )
                await world.bot.supervisor.settled()
                found.append((text, jobs(seen)))
                await store.database.trace(None)
                await world.later(seconds=20)
                others = (one for one in world.net.said[mark:] if one.place.address != "alice")
                found.append([(str(one.place), one.text) for one in others])
        ring = store._ring
        entries = await store.database.run(lambda raw: AuditBook(raw, ring).read())
        audited = [(entry.who, entry.place, entry.verb, entry.outcome) for entry in entries]
        return [*found, [line["event"] for line in logs], audited]


async def test_nobody_else_can_tell_a_held_link_from_another() -> None:
    held, other = await told(TYPED), await told(ELSE)
    assert len(held) == len(other)
    for one, two in zip(held, other, strict=True):
        assert one == two
