"""Mail of an emergency over two relays, of which one or both are dead."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.relay import read
from tests.e2e.rig import Rig, make_rig
from tests.servers.embedded import EmbeddedServer

pytestmark = [pytest.mark.net, pytest.mark.slow]

TO = "emergency@example.org"
CALL = "urgent he is at my door"


@pytest_asyncio.fixture
async def pair(tmp_path: Path, embedded: EmbeddedServer) -> AsyncIterator[Rig]:
    """A rig with two relays."""
    async with make_rig(tmp_path, embedded, relays=2) as made:
        await made.open("rita")
        yield made


async def test_a_dead_first_relay_is_passed_over(pair: Rig) -> None:
    first, second = pair.relays
    first.down()
    pair.people["rita"].says(CALL)
    mail = read(await second.mail(TO))
    assert mail["Subject"].startswith("Emergency report E-")
    assert first.accepted == []


async def test_with_both_dead_the_person_hears_the_truth_and_the_mail_goes_out_later(
    pair: Rig,
) -> None:
    first, second = pair.relays
    first.down()
    second.script["body"] = "451 4.3.0 Try again later"
    rita = pair.people["rita"]
    rita.says(CALL)
    await rita.ever_hears("I can't say when someone answers")
    await rita.ever_hears(rf"You can also write directly: {TO}")
    assert not any("help is coming" in text for text in rita.heard())
    refused = await second.refuses(TO)
    assert second.mails(TO) == []
    first.up()
    sent = await first.mail(TO, within=30)
    assert sent.raw == refused.raw
    assert read(sent)["Message-ID"] == read(refused)["Message-ID"]


async def test_both_relays_speak_tls_before_any_password(pair: Rig) -> None:
    pair.people["rita"].says(CALL)
    relay = pair.relays[0]
    await relay.mail(TO)
    assert {secure for step, secure in relay.steps if step in {"auth", "mail", "data"}} == {True}
    assert all(good for _, good in relay.logins)
