"""Plays a scene up to the cut, lets people go on as people would, and looks at what is left."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.runtime.clock import SystemClock
from storage.keys import new_root_key
from tests.crash.left import Left, look_in
from tests.crash.nursery import Nursery, NurseryProgram
from tests.crash.scenes import EMERGENCY_MAIL, Step
from tests.e2e.people import Person
from tests.e2e.relay import Relay, read
from tests.e2e.rig import Rig
from tests.servers.api import IRCServer
from tests.servers.client import PATIENCE
from tests.servers.smtp_certs import MailCertificates

_CODES = {"case": r"\bC-[0-9A-Z]{6}\b", "page": r"\bE-[0-9A-Z]{6}\b"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where the plug is pulled: at which hit of a point, once a step was begun."""

    step: str
    point: str
    hit: int = 1

    def __str__(self) -> str:
        times = "" if self.hit == 1 else f" x{self.hit}"
        return f"{self.step}:{self.point}{times}"


class FusedRig(Rig):
    """A rig whose program has a fuse. Pages ring once, so that a mail too many is no reminder."""

    def __init__(
        self, folder: Path, server: IRCServer, relay: Relay, certificates: MailCertificates
    ) -> None:
        super().__init__(
            folder,
            server=server,
            relays=[relay],
            mail_ca=certificates.ca,
            command=(sys.executable, "-m", "tests.crash.child"),
            env={"FUSE": str(folder / "fuse")},
            repage="3m",
            escalate="5m",
        )

    def born_in(self, nursery: Nursery) -> None:
        """Let the program be forked from now on, which is quicker."""
        program = self.program
        self.program = NurseryProgram(program.config, env=program.env)
        self.program.nursery = nursery

    async def __aenter__(self) -> Self:
        """Make the root key here: that is quicker than a process."""
        new_root_key(self.folder / "secrets/root.key")
        return self

    @property
    def fuse(self) -> Path:
        """Where the point is written that ends the program."""
        return self.folder / "fuse"

    async def blown(self) -> None:
        """Wait until the fuse has blown and the network has seen the bot go."""
        assert await self.program.ends(PATIENCE) == -signal.SIGKILL
        self.fuse.unlink()
        await self.alice.client.expect(r"^:caseward\S* QUIT ")


@asynccontextmanager
async def fused_rig(
    folder: Path,
    server: IRCServer,
    certificates: MailCertificates,
    *,
    nursery: Nursery,
) -> AsyncIterator[FusedRig]:
    """Alice and ivan are there, and the program runs."""
    async with Relay(certificates) as relay:
        rig = FusedRig(folder, server, relay, certificates)
        rig.born_in(nursery)
        async with rig:
            await rig.open("ivan")
            yield rig


class Play:
    """One scene on one rig."""

    def __init__(self, rig: FusedRig, cuts: Iterable[Cut]) -> None:
        self.rig = rig
        self.cuts = {cut.step: cut for cut in cuts}
        self.said: list[Step] = []

    async def play(self, scene: Sequence[Step]) -> None:
        """Play all of it. AssertionError where the plug was not pulled, or an answer is owed."""
        for step in scene:
            cut = self.cuts.get(step.name)
            if cut is None:
                await self._asks(step)
            else:
                await self._cut_off(step, cut)
            self.said.append(step)

    async def _asks(self, step: Step) -> None:
        person = self.rig.people[step.who]
        await person.asks(await self._fill(step.says), await self._fill(step.hears))

    async def _cut_off(self, step: Step, cut: Cut) -> None:
        """Say the line, see the program die, start it again, and go on."""
        rig, person = self.rig, self.rig.people[step.who]
        before = len(person.heard())
        says, hears = await self._fill(step.says), await self._fill(step.hears)
        rig.fuse.write_text(f"{cut.point} {cut.hit}")
        person.says(says)
        await rig.blown()
        await person.client.sync()
        answered = any(re.search(hears, line) for line in person.heard()[before:])
        await rig.restart()
        if answered and step.nudge is not None:
            # Whoever got an answer knows nothing of a restart, and just goes on.
            await person.hears(hears)
        elif step.name == "yes":
            await self._sent_or_say_again(step, person)
        else:
            person.says(says)
            if step.nudge is not None:
                person.says(step.nudge)
            await person.hears(hears)

    async def _sent_or_say_again(self, step: Step, person: Person) -> None:
        """A confirmation is void after a restart: look whether it was done, else do it again."""
        shown = await person.answers(await self._fill("!show {case} messages"))
        if "lanternfish" in " ".join(shown):
            return
        again = next(each for each in self.said if each.name == "say")
        await self._asks(again)
        await self._asks(step)

    async def _fill(self, text: str) -> str:
        for name, pattern in _CODES.items():
            if f"{{{name}}}" in text:
                text = text.replace(f"{{{name}}}", await self._code(pattern))
        return text

    async def _code(self, pattern: str) -> str:
        """The first code of this kind that alice was told; waits for it."""
        alice = self.rig.alice
        async with asyncio.timeout(3 * PATIENCE):
            while True:
                if found := re.search(pattern, "\n".join(alice.heard_anywhere())):
                    return found[0]
                alice.client._news.clear()
                await alice.client._news.wait()


# ---- what is left ----------------------------------------------------------------------------


async def look(rig: Rig) -> Left:
    """Read the whole database, as the program left it. AssertionError where anything is torn."""
    return await look_in(rig.folder / "data", rig.folder / "secrets/root.key", SystemClock().now())


def check_words(play: Play, left: Left) -> None:
    """Nothing that was said is missing, and every code that was told is there."""
    for step in play.said:
        assert step.keeps is None or step.keeps in left.words, step.name
    for person in play.rig.people.values():
        for code in re.findall(_CODES["case"], "\n".join(person.heard_anywhere())):
            assert code in left.cases, code


def check_mail(rig: Rig) -> None:
    """The emergency was mailed once, or twice as the very same letter."""
    mails = [mail for relay in rig.relays for mail in relay.mails(EMERGENCY_MAIL)]
    assert 1 <= len(mails) <= 2
    assert len({mail.raw for mail in mails}) == 1
    assert len({read(mail)["Message-ID"] for mail in mails}) == 1
    others = Counter(mail.raw for relay in rig.relays for mail in relay.accepted)
    assert max(others.values()) <= 2
