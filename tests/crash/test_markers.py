"""Whatever people type, and whatever they are called: none of it is left in clear anywhere."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.ircd import DemoIRCd
from tests.crash.markers import FORMS, files_in, forms_in, hits, process
from tests.crash.play import FusedRig
from tests.crash.scenes import EMERGENCY_MAIL
from tests.e2e.people import Person
from tests.e2e.relay import Relay, read
from tests.e2e.rig import LOBBY, TEAM
from tests.servers.api import BOT_ACCOUNT
from tests.servers.certs import Certificates
from tests.servers.embedded import EmbeddedServer
from tests.servers.smtp import PASSWORD
from tests.servers.smtp_certs import MailCertificates

pytestmark = [pytest.mark.crash, pytest.mark.net, pytest.mark.timeout(90)]

_CASE = r"C-[0-9A-Z]{6}"


class Marks:
    """Hands out a word for each thing that is typed; each is found nowhere else."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def __call__(self, what: str) -> str:
        """Return the word for this, always the same one."""
        number = len(self.words)
        return self.words.setdefault(what, f"Vort{number:02d}igern{number:02d}")


class MarkedServer(EmbeddedServer):
    """The embedded server, with accounts of the test's own."""

    def __init__(self, certificates: Certificates, *names: str) -> None:
        super().__init__(certificates)
        self.accounts = {**self.accounts, **{name: f"{name}-password" for name in names}}
        self.ircd = DemoIRCd(
            self.accounts,
            now=lambda: dt.datetime.now(dt.UTC),
            tls=certificates.server_context(),
        )


@pytest.fixture
def marks() -> Marks:
    return Marks()


@pytest_asyncio.fixture
async def rig(
    tmp_path: Path, certificates: Certificates, mail_certificates: MailCertificates, marks: Marks
) -> AsyncIterator[FusedRig]:
    """Erin's account, names and address are marks of their own."""
    account, reporter = marks("account of the team"), marks("account of a reporter")
    server = MarkedServer(certificates, account, reporter)
    await server.start()
    async with Relay(mail_certificates) as relay:
        rig = FusedRig(tmp_path, server, relay, mail_certificates)
        config = rig.program.config
        erin = f'"{marks("roster name")}"\nwiki = ["{marks("wiki name")}"]'
        erin += f'\nmail = "{marks("mail address")}@example.org"'
        text = config.read_text().replace('"erin"', erin).replace("net/erin", f"net/{account}")
        text = text.replace('team_name = "the safety team"', f'team_name = "{marks("team")}"')
        config.write_text(text)
        async with rig:
            yield rig
    await server.close()


async def _report(person: Person, marks: Marks, who: str) -> None:
    """Answer everything that a reporter is asked."""
    await person.asks(f"Somebody calls me {marks(f'{who}: first message')}.", "Is anyone in danger")
    await person.asks("no", "Shall I pass on")
    told = await person.asks("yes", r"^[a-z]+( [a-z]+){5}$")
    marks.words[f"{who}: six words"] = told
    await person.hears("tell me more")
    for answer, following in (
        (f"It was {marks(f'{who}: what')}.", "Where did it happen"),
        (f"https://wiki.example.org/wiki/{marks(f'{who}: link')}?diff=4711", "Who did it"),
        (f"User:{marks(f'{who}: villain')}", "aimed at"),
        (f"At {marks(f'{who}: target')}, tel. 030 1234567", "write to you here"),
        (f"Write to {marks(f'{who}: contact')}@example.org", "should write to you by"),
    ):
        await person.asks("done", "We were at|May the team write")
        await person.asks(answer, following)
    await person.asks(f"add {marks(f'{who}: addition')}", "added that")
    await person.asks(f"urgent {marks(f'{who}: urgent')} is at my door", "emergency@example.org")


async def _odd(person: Person, marks: Marks, who: str) -> None:
    """Send what programs and slips of the finger send."""
    person.says(f"\x01VERSION {marks(f'{who}: ctcp')}\x01")
    person.client.notice("caseward", marks(f"{who}: notice"))
    person.client.send_raw(b"PRIVMSG caseward :\xff\xfe " + marks(f"{who}: bytes").encode())
    person.client.send_raw(b"\r\n")
    person.client.send(f"{marks(f'{who}: raw verb')} caseward :x")
    person.client.send(f"INVITE caseward #{marks(f'{who}: channel')}")
    person.client.send(f"AWAY :{marks(f'{who}: away')}")
    await person.client.sync()


async def _work(person: Person, marks: Marks, case: str) -> None:
    """Type everything that somebody of the team types, right and wrong."""
    opened = await person.asks(f"!open {marks('summary')} kind:doxing", "Opened")
    mine = re.findall(_CASE, opened)[0]
    await person.asks(f"!note {mine} {marks('note')}", "Noted")
    await person.asks(f"!link {mine} https://example.org/{marks('evidence')}", "Kept as number")
    await person.asks(f"!say {case} reporter {marks('words to the reporter')}", "!yes does it")
    await person.asks("!yes", "On its way")
    for line in (
        f"!{marks('unknown verb')} {marks('after an unknown verb')}",
        f"!show {marks('no code')}",
        f"!help {marks('help word')}",
        f"!can {marks('can word')}",
        f"!due {mine} {marks('no date')}",
        f"!close {mine} {marks('no outcome')} words",
        f"!ack {marks('ack word')}",
        f"!take {case}",
        f"!skip {case} reporter {marks('reason')}",
        f"!ping {marks('ping token')}",
        f"{marks('plain words of the team')} in a DM",
    ):
        await person.answers(line)
    await person.asks(f"!close {case} actionable {marks('close words')}", "Closed")


async def _break(rig: FusedRig, person: Person, marks: Marks) -> None:
    """Let two lines fail, before their commit and after it, with an error that holds words."""
    for point in ("command.before", "command.committed"):
        rig.fuse.write_text(f"{point} 1 {marks(f'error at {point}')}")
        person.says(f"!note C-000000 {marks(f'line that failed at {point}')}")
        await person.settled()
    rig.fuse.unlink()


async def _everything(rig: FusedRig, marks: Marks) -> None:
    """Have a stranger, a reporter with an account, and the team type all of it."""
    stranger = await rig.enter(marks("nick of a stranger"))
    reporter = marks("account of a reporter")
    known = await rig.enter(marks("nick of a reporter"), account=reporter)
    team = await rig.enter(marks("nick of the team"), account=marks("account of the team"))
    await _report(stranger, marks, "stranger")
    await _report(known, marks, "reporter")
    for person in (stranger, known, team):
        await _odd(person, marks, person.nick)
    case = re.findall(_CASE, "\n".join(known.heard()))[0]
    await _work(team, marks, case)
    await _break(rig, team, marks)
    await known.hears(marks("words to the reporter"))
    await stranger.client.join(LOBBY)
    stranger.says(f"!emergency life {marks('called in a room')}", LOBBY)
    await stranger.hears("heard that", LOBBY)
    stranger.says(f"!{marks('verb of a stranger')} x", LOBBY)
    rig.alice.client.send(f"TOPIC {TEAM} :{marks('topic')}")
    await rig.alice.client.sync()
    await rig.alice.settled(TEAM)
    stranger.client.send(f"QUIT :{marks('last words')}")
    await stranger.client.wait_closed()


def _left(rig: FusedRig) -> dict[str, bytes]:
    """Everything that the program has written so far."""
    said = "\n".join(rig.program.said).encode()
    return {**files_in(rig.folder / "data"), "stdout": said, "stderr": rig.program.err.encode()}


async def test_nothing_that_was_typed_is_left_anywhere(rig: FusedRig, marks: Marks) -> None:
    await rig.open()
    await _everything(rig, marks)
    words = marks.words | {"password": rig.server.accounts[BOT_ACCOUNT], "smtp": PASSWORD}
    mail = await rig.relays[0].mail(EMERGENCY_MAIL)
    assert marks("stranger: urgent") in read(mail).get_content()
    pid = rig.program.process.pid if rig.program.process is not None else 0
    live = _left(rig)
    assert any(name.endswith("-wal") for name in live), sorted(live)
    assert live["stderr"].count(b"work.failed") == 2, live["stderr"]
    assert hits({**live, **process(pid)}, words) == []
    await rig.kill9()
    assert hits(_left(rig), words) == []
    await rig.restart()
    await rig.alice.asks("!cases all", r"\d ", None)
    assert await rig.stop() == 0
    assert hits(_left(rig), words) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_search_finds_what_is_there(tmp_path: Path, form: str) -> None:
    word = "Vort99igern99"
    for spelled in FORMS[form](word):
        (tmp_path / "some.db-wal").write_bytes(bytes(range(256)) + spelled + b"tail")
        assert hits(files_in(tmp_path), {"word": word}) == [
            f"word in {tmp_path / 'some.db-wal'}, {form}"
        ]
    assert hits({"x": bytes(range(256)) * 64}, {"word": word}) == []


@pytest.mark.parametrize("before", range(3))
@pytest.mark.parametrize("after", range(3))
def test_the_search_finds_base64_wherever_it_begins(before: int, after: int) -> None:
    word = "Vort99igern99"
    raw = b"x" * before + word.encode() + b"y" * after
    assert forms_in(base64.b64encode(raw), word) == ["base64"]
    assert forms_in(base64.urlsafe_b64encode(raw), word) == ["base64"]
