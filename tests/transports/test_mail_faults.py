"""Every fault of a mail server, through the whole bot: an emergency is mailed all the same.

The servers are real and on the loopback; a second of silence is a second of the bot's clock.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes

import pytest

from bot.core.words.ports import Letter, MailOutcome
from bot.core.words.readers import Contact
from bot.texts import catalogue
from bot.transports.email import Mailer, MailResult, Relay, Security, Step
from tests.servers.smtp import HOST, NAME, PASSWORD, Delivery, FaultySMTP
from tests.servers.smtp_certs import MailCertificates, make_mail_certificates
from tests.tiers import mostly_slow
from tests.transports.mail_faults import (
    BROKEN_OFF,
    PERHAPS_TAKEN,
    TAKEN,
    TAKEN_BY_NOBODY,
    Fault,
)
from tests.world import PEOPLE, FakeCarrier, World, new_folder, terms

pytestmark = [pytest.mark.net]

TO = "emergency@example.org"
CALL = "urgent he is at my door"
FAULTS = (*TAKEN_BY_NOBODY, *PERHAPS_TAKEN, *BROKEN_OFF)
#: What is tried each time; the long tier tries all.
FEW = (*TAKEN_BY_NOBODY[::12], PERHAPS_TAKEN[0], BROKEN_OFF[0])
#: What the promise names, by the names in the table.
PROMISED = {
    *("connect refuse", "connect black-hole", "connect 421", "connect 554", "banner hang"),
    *("nonsense", "ehlo 550", "no starttls", "tls 454", "tls drop", "tls nonsense"),
    *("wrong-host starttls", "expired starttls", "unknown starttls", "auth 535", "auth hang"),
    *("mail 451", "mail 550", "rcpt 450", "rcpt 550", "data 451", "body drop", "half of it"),
    *("banner slow", "body slow", "taken then dropped", "rcpt 421", "banner flood"),
    *("rcpt flood", "starttls injected"),
}


class Through(FakeCarrier):
    """The real mailer, over whichever relays there are."""

    def __init__(self, *relays: Relay) -> None:
        super().__init__()
        self.results: list[MailResult] = []
        self._mailer = Mailer(relays, report=self.results.append)

    async def carry(self, letter: Letter) -> MailOutcome:
        return await self._mailer.carry(letter)


class MailWorld(World):
    """A world with two real relays, whose people are reached over the network only."""

    def __init__(self, certificates: MailCertificates, stack: AsyncExitStack) -> None:
        super().__init__(new_folder())
        people = [replace(person, mail=None) for person in PEOPLE]
        self.live.renew(
            roster=type(self.live.roster)(tuple(people)),
            rooms=self.live.rooms,
            terms=terms(people),
            dm_most=self.live.dm_most,
            suspended=self.live.suspended,
        )
        self.servers: list[FaultySMTP] = []
        self.relays: list[Relay] = []
        self._certificates = certificates
        self._stack = stack
        self._loop = asyncio.get_running_loop()
        self._own_time = self._loop.time
        self._ahead = 0.0
        self._secret = self.folder / "smtp"
        self._secret.write_text(PASSWORD)

    def time(self) -> float:
        """The loop's time: what the mailer waits by."""
        return self._own_time() + self._ahead

    async def second(self) -> None:
        """Let a second pass for the bot and for the mailer, and what is due then."""
        self._ahead += 1
        self.clock.set(self.clock.now() + timedelta(seconds=1))
        assert self.store is not None
        for _ in range(3):
            await self.store.run(lambda _unit: None)

    async def until(self, moment: datetime) -> None:
        """Let time pass, waking whatever is due on the way; a silence may have passed some."""
        while (now := self.clock.now()) < moment:
            wake = min(self.clock.next_wake() or moment, moment)
            self._ahead += max(0.0, (wake - now).total_seconds())
            self.clock.set(max(wake, now))
            await self.settle()

    async def serve(self, fault: Fault | None) -> None:
        """Put up a relay: a good one, or one with this fault."""
        options = {} if fault is None else dict(fault.options)
        script = None if fault is None else fault.script
        server = FaultySMTP(self._certificates, script, second=self.second, **options)
        self.servers.append(await self._stack.enter_async_context(server))

    async def mend(self, index: int) -> None:
        """Put a good relay where a faulty one was."""
        bad = self.servers[index]
        await bad.__aexit__()
        good = FaultySMTP(self._certificates, security=bad.security, port=bad.port)
        self.servers[index] = await self._stack.enter_async_context(good)

    async def open(self, *faults: Fault | None) -> None:
        """Put up the relays and start the bot."""
        for fault in faults:
            await self.serve(fault)
        self.relays = [self._relay(server) for server in self.servers]
        self.carrier = Through(*self.relays)
        self.populate()
        await self.start()

    def _relay(self, server: FaultySMTP) -> Relay:
        security: Security = "tls" if server.security == "tls" else "starttls"
        return Relay(
            host=HOST,
            port=server.port,
            security=security,
            ca_file=self._certificates.ca,
            username=NAME,
            password_file=self._secret,
            sender="caseward@example.org",
        )

    async def again(self) -> None:
        """Stop the bot and start it anew: it remembers only what it wrote down."""
        await self.stop()
        self.carrier = Through(*self.relays)
        self.net = self.renewed()
        await self.start()

    def told(self, key: str) -> list[str]:
        """Return what rita heard that is the sentence with this key."""
        return [line for line in self.heard("rita") if catalogue.says(key, line)]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> MailCertificates:
    return make_mail_certificates(tmp_path_factory.mktemp("mail"))


@pytest.fixture
async def world(
    certificates: MailCertificates, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MailWorld]:
    async with AsyncExitStack() as stack:
        made = MailWorld(certificates, stack)
        monkeypatch.setattr(asyncio.get_running_loop(), "time", made.time)
        yield made
        await made.stop()
    shutil.rmtree(made.folder)


def by_name(fault: Fault) -> str:
    return fault.name.replace(" ", "-")


def check_same(mails: Sequence[Delivery]) -> None:
    """Every copy is the same mail, to one recipient."""
    assert len({mail.raw for mail in mails}) == 1
    assert {mail.recipient for mail in mails} == {TO}
    ids = {message_from_bytes(mail.raw)["Message-ID"] for mail in mails}
    assert len(ids) == 1
    assert None not in ids


def test_every_fault_that_is_promised_is_in_the_table_once() -> None:
    names = [fault.name for fault in (*FAULTS, *TAKEN)]
    assert len(set(names)) == len(names)
    assert not PROMISED - set(names)


@pytest.mark.parametrize("fault", mostly_slow(FAULTS, FEW), ids=by_name)
async def test_the_second_relay_has_it_within_a_minute(fault: Fault, world: MailWorld) -> None:
    await world.open(fault, None)
    called = world.clock.now()
    await world.says("rita", None, CALL)
    await world.until(called + timedelta(seconds=60))
    first, second = world.servers
    assert len(second.accepted) == 1
    check_same([*first.handed, *second.accepted])
    await world.until(called + timedelta(minutes=10))
    assert len(second.accepted) == 1
    assert len(first.handed) <= 1
    assert not world.told("emergency.unreachable")


@pytest.mark.parametrize("fault", mostly_slow(FAULTS, FEW), ids=by_name)
async def test_with_both_dead_the_truth_is_told_and_one_that_is_mended_gets_it(
    fault: Fault, world: MailWorld
) -> None:
    await world.open(fault, fault)
    for nick in ("alice", "bob", "olga"):
        world.net.leave(nick)
    called = world.clock.now()
    await world.says("rita", None, CALL)
    await world.until(called + timedelta(seconds=120))
    assert len(world.told("emergency.raised")) == 1
    assert len(world.told("emergency.unreachable")) == 1
    assert not world.told("emergency.through")
    lost = [mail for server in world.servers for mail in server.handed]
    assert not any(server.accepted for server in world.servers)
    await world.mend(0)
    now = world.clock.now()
    await world.until(now + timedelta(seconds=150))
    taken = world.servers[0].accepted
    assert len(taken) == 1
    check_same([*lost, *world.servers[1].handed, *taken])
    await world.until(now + timedelta(minutes=10))
    assert len(world.servers[0].handed) == 1
    assert len(world.told("emergency.unreachable")) == 1
    assert len(world.told("emergency.through")) == 1


@pytest.mark.parametrize("fault", TAKEN, ids=by_name)
async def test_what_was_taken_is_sent_once(fault: Fault, world: MailWorld) -> None:
    await world.open(fault, None)
    await world.says("rita", None, CALL)
    await world.until(world.clock.now() + timedelta(minutes=10))
    assert [len(server.handed) for server in world.servers] == [1, 0]


async def test_whom_the_relays_put_off_they_take_later(world: MailWorld) -> None:
    grey = Fault(name="grey", where=Step.RCPT, script={"rcpt": "once 450 4.2.0 Try again later"})
    await world.open(grey, grey)
    called = world.clock.now()
    await world.says("rita", None, CALL)
    assert not any(server.accepted for server in world.servers)
    await world.until(called + timedelta(seconds=60))
    assert [len(server.accepted) for server in world.servers] == [1, 0]
    await world.until(called + timedelta(minutes=10))
    assert [len(server.handed) for server in world.servers] == [1, 0]
    assert not world.told("emergency.unreachable")


async def test_a_mail_is_the_same_over_tries_restarts_and_relays(world: MailWorld) -> None:
    drops, hangs = PERHAPS_TAKEN[:2]
    await world.open(drops, hangs)
    await world.says("rita", None, CALL)
    for restarts in range(4):
        assert sum(len(server.handed) for server in world.servers) > restarts
        await world.again()
        await world.until(world.clock.now() + timedelta(seconds=70))
    await world.mend(0)
    await world.until(world.clock.now() + timedelta(seconds=90))
    first, second = world.servers
    assert len(first.accepted) == 1
    assert second.handed
    check_same([*second.handed, *first.handed])


@pytest.mark.parametrize("fault", [None, PERHAPS_TAKEN[0]])
async def test_each_recipient_has_a_message_of_their_own(
    fault: Fault | None, world: MailWorld
) -> None:
    others = (TO, "second@example.org", "third@example.org")
    live = world.live
    live.renew(
        roster=live.roster,
        rooms=live.rooms,
        terms=replace(live.terms, contacts={"life": Contact(mail=others)}),
        dm_most=live.dm_most,
        suspended=live.suspended,
    )
    await world.open(fault, None)
    await world.says("rita", None, CALL)
    await world.until(world.clock.now() + timedelta(seconds=60))
    first, second = world.servers
    for to in others:
        mails = [mail for mail in (*first.handed, *second.handed) if mail.recipient == to]
        assert len(mails) == (1 if fault is None else 2)
        assert len({mail.raw for mail in mails}) == 1
        assert message_from_bytes(mails[0].raw).get_all("To") == [to]
        assert not any(message_from_bytes(mails[0].raw)[name] for name in ("Cc", "Bcc"))
    ids = {message_from_bytes(mail.raw)["Message-ID"] for mail in first.handed + second.handed}
    assert len(ids) == len(others)
