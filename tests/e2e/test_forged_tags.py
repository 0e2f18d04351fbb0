"""A server that has gone wrong, or a liar in between: only one plain `account` tag is a name.

Every command is typed with every kind of tag or sender that is nearly right; the audit is compared
with the reviewed table of rights, and one honest line shows that the liar would be believed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.cast import SECRET, Play, in_dm, one_each
from tests.e2e.forger import Forger, Forgery
from tests.e2e.ledger import LINK, kept, lines
from tests.e2e.rig import BOT, LOBBY, make_rig
from tests.servers.inspircd import InspIRCd

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(120)]

HONEST = "honest"
_NET = "net|account|"
FORGERIES = {
    HONEST: Forgery(tags="account=alice;{rest}", who="alice"),
    "two": Forgery(tags="account=alice;account=bob;{rest}", who=LINK),
    "twice": Forgery(tags="account=alice;account=alice;{rest}", who=LINK),
    "apart": Forgery(tags="account=alice;{rest};account=alice", who=LINK),
    "half": Forgery(tags="account=alice;account;{rest}", who=LINK),
    "after": Forgery(tags="{all};account=alice", who=LINK),
    "before": Forgery(tags="account=alice;{all}", who=LINK),
    "client": Forgery(tags="+account=alice;{rest}", who=LINK),
    "vendor": Forgery(tags="example.org/account=alice;{rest}", who=LINK),
    "title": Forgery(tags="Account=alice;{rest}", who=LINK),
    "upper": Forgery(tags="ACCOUNT=alice;{rest}", who=LINK),
    "bare": Forgery(tags="account;{rest}", who=LINK),
    "empty": Forgery(tags="account=;{rest}", who=LINK),
    "star": Forgery(tags="account=*;{rest}", who=LINK),
    "space": Forgery(tags="account=alice\\sbob;{rest}", who=LINK),
    "start": Forgery(tags="account=\\salice;{rest}", who=LINK),
    "line-end": Forgery(tags="account=alice\\n;{rest}", who=LINK),
    "escaped": Forgery(tags="account=alice\\:;{rest}", who=f"{_NET}alice;"),
    "broad": Forgery(tags="account=\uff41lice;{rest}", who=f"{_NET}\uff41lice"),
    "hard-space": Forgery(tags="account=alice\u00a0;{rest}", who=f"{_NET}alice\u00a0"),
    "braces": Forgery(tags="account=zoe[m];{rest}", who=f"{_NET}zoe[m]"),
    "tag-apart": Forgery(tags="account =alice;{rest}", who=None),
    "server": Forgery(tags="account=alice;{rest}", source="alice", who=None),
    "no-user": Forgery(tags="account=alice;{rest}", source="alice@example.org", who=None),
    "no-name": Forgery(tags="account=alice;{rest}", source="!alice@example.org", who=None),
    "short-user": Forgery(tags="account=alice;{rest}", source="alice!@example.org", who=None),
    "nobody": Forgery(tags="account=alice;{rest}", source="", who=None),
    "nick": Forgery(source="alice!alice@example.org", who=LINK),
}


@pytest_asyncio.fixture
async def play(tmp_path: Path, inspircd: InspIRCd) -> AsyncIterator[Play]:
    async with make_rig(tmp_path, inspircd) as rig, Forger(inspircd, FORGERIES) as forger:
        config = rig.program.config
        there = f"port = {inspircd.tls_port}"
        text = config.read_text("utf-8")
        assert there in text
        config.write_text(text.replace(there, f"port = {forger.port}"), "utf-8")
        yield Play(rig)


async def forge(play: Play, mark: str, where: str, typed: list[str]) -> None:
    """Somebody types lines that reach the bot changed; returns once they are answered."""
    forgery = FORGERIES[mark]
    person = play.person("ivan" if "{all}" in forgery.tags else "mallory")
    nick = person.nick if forgery.source is None else forgery.source.partition("!")[0]
    for line in typed:
        person.says(f"~{mark}~{line}", where)
        if forgery.who is not None:
            play.ledger.note(forgery.who, where, line, nick=nick)
    if forgery.who is None:
        await person.client.sync()
        await play.rig.alice.settled(LOBBY)
    else:
        token = f"{mark}-{len(play.ledger.rows)}"
        person.says(f"~{mark}~!ping {token}", LOBBY)
        await person.hears(f"^{token}$", LOBBY)


async def test_only_one_plain_account_tag_is_a_name(play: Play) -> None:
    await play.open()
    typed = one_each(lines(play.case))
    for mark in FORGERIES:
        if mark != HONEST:
            await forge(play, mark, LOBBY, typed)
            await forge(play, mark, BOT, in_dm(typed))
    await forge(play, HONEST, BOT, [f"!note {play.case} believed"])
    for nick in ("mallory", "ivan"):
        heard = "\n".join(play.person(nick).heard_anywhere())
        assert SECRET not in heard
    assert await play.rig.stop() == 0
    left = await kept(play.rig)
    assert play.ledger.differences(left.rows()) == ({}, {})
    assert left.acts[play.case] == [("opened", "alice"), ("noted", "alice")]
    assert "believed" in left.words[play.case]
    assert {by for _, by in left.acts[play.hidden]} == {None}
    assert set(left.acts) == {play.case, play.hidden}
