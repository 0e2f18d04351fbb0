"""kill -9 at named points: nothing acknowledged is lost, no mail is lost, nothing is torn."""

from pathlib import Path

import pytest

from tests.crash.nursery import Nursery
from tests.crash.play import Cut, Play, check_mail, check_words, fused_rig, look
from tests.crash.scenes import CALL, EMERGENCY_MAIL, INTERVIEW
from tests.servers.embedded import EmbeddedServer
from tests.servers.smtp_certs import MailCertificates

pytestmark = [pytest.mark.crash, pytest.mark.net]


def _cuts(line: str) -> tuple[Cut, ...]:
    """Read `step:point step:point …`, in the order of the scene."""
    pairs = (word.partition(":") for word in line.split())
    return tuple(Cut(step=step, point=point) for step, _, point in pairs)


#: Each line is one interview, and each word in it one kill.
INTERVIEWS = """
first:report.before calm:store.commit pass-on:store.job what:report.committed
first:store.job calm:report.committed pass-on:store.committed where:store.commit
first:store.committed pass-on:report.committed who:report.committed contact:outbox.words.taken
first:report.answered pass-on:outbox.news.handed-over contact:store.committed
whom:report.answered contact:outbox.words.handed-over
""".strip().splitlines()

#: Each line is one emergency.
CALLS = """
call:report.before ack:store.commit yes:store.commit
call:store.job ack:command.committed yes:command.committed
call:store.commit yes:outbox.words.taken
call:store.committed yes:outbox.words.handed-over
call:report.answered
call:outbox.emergency-mail.taken
call:outbox.emergency-mail.handed-over
call:outbox.emergency-mail.settled
call:outbox.page.handed-over
call:outbox.page-mail.handed-over
""".strip().splitlines()


@pytest.mark.parametrize("line", INTERVIEWS)
async def test_a_report_survives(
    tmp_path: Path,
    embedded: EmbeddedServer,
    mail_certificates: MailCertificates,
    nursery: Nursery,
    line: str,
) -> None:
    async with fused_rig(tmp_path, embedded, mail_certificates, nursery=nursery) as rig:
        play = Play(rig, _cuts(line))
        await play.play(INTERVIEW)
        assert await rig.stop() == 0
        left = await look(rig)
    check_words(play, left)
    assert len(left.cases) == 1


@pytest.mark.parametrize("line", CALLS)
async def test_a_call_for_help_survives(
    tmp_path: Path,
    embedded: EmbeddedServer,
    mail_certificates: MailCertificates,
    nursery: Nursery,
    line: str,
) -> None:
    async with fused_rig(tmp_path, embedded, mail_certificates, nursery=nursery) as rig:
        play = Play(rig, _cuts(line))
        await play.play(CALL)
        await rig.people["ivan"].hears("lanternfish")
        await rig.relays[0].mail(EMERGENCY_MAIL)
        assert await rig.stop() == 0
        left = await look(rig)
    check_words(play, left)
    check_mail(rig)
    assert 1 <= " ".join(rig.people["ivan"].heard()).count("lanternfish") <= 2
    assert len(left.pages) == 1
