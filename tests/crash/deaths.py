"""A bot in memory, with a real database on a real disk, that is killed with SIGKILL and lives on.

`python -m tests.crash.deaths` takes a line of JSON for each life that is to be lived and answers
with how it ended. The network is scripted and the clock stands in for the real one, so a ring
that comes half an hour later is reached at once; the process, its death and the files are real.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from tests.crash.stories import STORIES, Act

_CODES = {"case": re.compile(r"\bC-[0-9A-Z]{6}\b"), "page": re.compile(r"\bE-[0-9A-Z]{6}\b")}
_RING = re.compile(r"Nobody has taken it yet|was taken by|stood it down")
#: How long one life may last, in seconds.
LIFE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where it dies: at which hit of a point, counted from the beginning of an act."""

    act: str
    point: str
    hit: int = 1

    def __str__(self) -> str:
        return f"{self.act}:{self.point}" + ("" if self.hit == 1 else f"*{self.hit}")


@dataclass(slots=True)
class Journal:
    """What was done and said so far, life after life: one line of JSON each."""

    file: Path
    lines: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> Self:
        """Take in what earlier lives wrote."""
        text = self.file.read_text("utf-8") if self.file.exists() else ""
        self.lines = [json.loads(line) for line in text.splitlines()]
        return self

    def write(self, **line: Any) -> None:
        """Append a line; a death leaves it whole, as it is one write."""
        self.lines.append(line)
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")

    def said(self, where: str | None = None, *, since: int = 0) -> list[str]:
        """Return what the bot said, in one place or anywhere."""
        found = (line for line in self.lines[since:] if "said" in line)
        return [line["said"] for line in found if where in {None, line["where"]}]

    def first(self, kind: str) -> str:
        """Return the first code of this kind that was told to anybody."""
        found = (_CODES[kind].search(text) for text in self.said())
        return next((match[0] for match in found if match), "none")


class _Noting(list[Any]):
    """A list that tells of whatever is appended."""

    def __init__(self, tell: Any) -> None:
        super().__init__()
        self._tell = tell

    def append(self, item: Any) -> None:
        super().append(item)
        self._tell(item)


class Life:
    """One life of the bot: from where the one before was cut off to the end, or to a cut."""

    def __init__(self, folder: Path, story: Sequence[Act], cut: Cut | None, seed: int) -> None:
        from tests.world import FixedDice, World

        self.story, self.cut = story, cut
        self.journal = Journal(folder / "journal").read()
        #: Whether there was a life before this one.
        self.lived = bool(self.journal.lines)
        self.world = World(folder)
        self.world.dice = FixedDice(seed)
        self.world.on_probe = self._probe
        self.world.net.said = _Noting(self._note_said)
        self.world.carrier.carried = _Noting(self._note_mail)
        self.world.net._messages = seed * 10_000
        self._act, self._hits = "", 0
        for line in self.journal.lines:
            if "now" in line:
                self.world.clock._now = datetime.fromisoformat(line["now"])

    def _note_said(self, said: Any) -> None:
        self.journal.write(said=said.text.replace("\u2060", ""), where=said.place.address)

    def _note_mail(self, letter: Any) -> None:
        message_id = str(message_from_bytes(letter.raw)["Message-ID"])
        digest = hashlib.sha256(letter.raw).hexdigest()
        self.journal.write(mail=letter.recipient, digest=digest, id=message_id)

    def _probe(self, name: str) -> None:
        self._point(name)
        if self.cut is None or (self._act, name) != (self.cut.act, self.cut.point):
            return
        self._hits += 1
        if self._hits == self.cut.hit:
            self.journal.write(now=self.world.clock.now().isoformat())
            os.kill(os.getpid(), signal.SIGKILL)

    def _point(self, name: str) -> None:
        if self.cut is None and self._act:
            self.journal.write(point=name, act=self._act, now=self.world.clock.now().isoformat())

    async def live(self) -> None:
        """Live it. AssertionError where somebody gets no answer."""
        self.world.populate()
        self.world.net.arrive("ivan", "ivan")
        self.world.net.channel("#lobby", "alice", "carol", "stranger", "ivan", modes="nt")
        begun = [line for line in self.journal.lines if "begin" in line]
        ended = {line["end"] for line in self.journal.lines if "end" in line}
        for line in self.journal.lines:
            if "mail_works" in line:
                self._mail(works=line["mail_works"])
        await self.world.start()
        for act in self.story:
            if act.name not in ended:
                cut_off = next((line for line in begun if line["begin"] == act.name), None)
                await self._do(act, cut_off)
        await self.world.later(minutes=2)
        await self.world.stop()

    async def _do(self, act: Act, cut_off: dict[str, Any] | None) -> None:
        now = self.world.clock.now()
        if cut_off is None:
            end = (now + timedelta(minutes=act.minutes)).isoformat()
            self.journal.write(begin=act.name, until=end, now=now.isoformat())
        self._act, self._hits = act.name, 0
        if act.mail is not None:
            self.journal.write(mail_works=act.mail)
            self._mail(works=act.mail)
        elif act.minutes:
            begun = cut_off or self.journal.lines[-1]
            until = datetime.fromisoformat(begun["until"])
            if act.jumps and until > now:
                self.world.clock.set(until)
            else:
                left = (until - now).total_seconds()
                await self.world.later(seconds=max(0.0, left))
            await self.world.settle()
        elif cut_off is None or not self._answered(act, self.journal.lines.index(cut_off)):
            await self._says(act, again=cut_off is not None)
        self._act = ""
        self.journal.write(end=act.name, now=self.world.clock.now().isoformat())

    def _mail(self, *, works: bool) -> None:
        from bot.core.words.ports import MailOutcome

        self.world.carrier.always = MailOutcome.SENT if works else MailOutcome.RETRY

    def _answered(self, act: Act, since: int) -> bool:
        heard = self.journal.said(act.where or act.who, since=since)
        return any(re.search(act.hears, text) for text in heard)

    async def _says(self, act: Act, *, again: bool) -> None:
        if act.look and (again or self.lived):
            # What waited for a yes is void after a restart.
            since = len(self.journal.lines)
            await self._line(act, act.look)
            if any(re.search(act.done, text) for text in self.journal.said(since=since)):
                return
            await self._line(act, act.before)
        since = len(self.journal.lines)
        await self._line(act, act.says)
        if again and not self._answered(act, since):
            # They hear the question that stands, and go on from there.
            await self._line(act, "status")
            return
        assert self._answered(act, since), (act.name, self.journal.said(since=since))

    async def _line(self, act: Act, text: str) -> None:
        for kind in _CODES:
            text = text.replace(f"{{{kind}}}", self.journal.first(kind))
        await self.world.says(act.who, act.where, text)


# ---- what must be true at the end --------------------------------------------------------------


async def check(folder: Path, story: Sequence[Act], now: datetime) -> None:
    """Nothing is lost, nothing torn, nothing said or mailed more than twice. AssertionError else."""
    from tests.crash.left import look_in

    journal = Journal(folder / "journal").read()
    left = await look_in(folder / "data", folder / "root.key", now)
    for act in story:
        assert act.keeps is None or act.keeps in left.words, f"lost: {act.keeps}"
    for code in {code for text in journal.said() for code in _CODES["case"].findall(text)}:
        assert code in left.cases, f"lost: {code}"
    for code in left.pages:
        assert f"page:{code}" in left.timers, f"silent: {code}"
    for code, (view, _) in left.cases.items():
        assert view.closed_at is not None or f"promise:{code}" in left.timers, f"forgotten: {code}"
    rung = Counter(
        (line["where"], line["said"])
        for line in journal.lines
        if "said" in line and _RING.search(line["said"])
    )
    assert max(rung.values(), default=0) <= 2, rung.most_common(1)
    _check_mail(journal, story)


def _check_mail(journal: Journal, story: Sequence[Act]) -> None:
    mails = [line for line in journal.lines if "mail" in line]
    if any("emergency" in act.says or "urgent" in act.says for act in story):
        assert any(line["mail"] == "emergency@example.org" for line in mails), "lost: the mail"
    by_id: dict[str, list[str]] = {}
    for line in mails:
        by_id.setdefault(line["id"], []).append(line["digest"])
    for digests in by_id.values():
        assert len(digests) <= 2, "a mail too many"
        assert len(set(digests)) == 1, "the same mail with other bytes"


def points_of(folder: Path) -> dict[str, Counter[str]]:
    """Return which points were passed in each act of a life without a cut, and how often."""
    found: dict[str, Counter[str]] = {}
    for line in Journal(folder / "journal").read().lines:
        if "point" in line:
            found.setdefault(line["act"], Counter())[line["point"]] += 1
    return found


# ---- the process that forks lives --------------------------------------------------------------


class Deaths:
    """The process that forks, as tests and benchmarks see it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.deaths"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def live(
        self,
        folder: Path,
        story: str,
        *,
        cut: Cut | None = None,
        seed: int = 1,
        after: float | None = None,
    ) -> int:
        """Live one life in this folder; returns its exit code, negative for a signal.

        It dies at `cut`, or `after` so many seconds, or plays to the end and is looked at.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "folder": str(folder),
            "story": story,
            "cut": None if cut is None else [cut.act, cut.point, cut.hit],
            "seed": seed,
            "after": after,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def killed_at(self, folder: Path, story: str, cuts: Sequence[Cut]) -> str:
        """Kill one life after the other, each at its point, live on, and look.

        The points are in the order of the story. Returns what is wrong, or nothing.
        """
        _prepare(folder)
        for seed, cut in enumerate(cuts, start=1):
            if self.live(folder, story, cut=cut, seed=seed) != -signal.SIGKILL:
                return f"{cut} was never reached\n{_trouble(folder)}"
        if self.live(folder, story, seed=len(cuts) + 1) == 0:
            return ""
        return f"{' '.join(map(str, cuts))}\n{_trouble(folder)}"

    def killed_after(self, folder: Path, story: str, seconds: float) -> str | None:
        """Kill one life at a moment, live on, and look; returns what is wrong, or nothing.

        None where the story was over by then.
        """
        _prepare(folder)
        died = self.live(folder, story, seed=1, after=seconds)
        if died not in {0, -signal.SIGKILL}:
            return f"after {seconds:.3f} s\n{_trouble(folder)}"
        if died == 0:
            return None
        code = self.live(folder, story, seed=2)
        return f"after {seconds:.3f} s\n{_trouble(folder)}" if code else ""


def new_folder() -> Path:
    """Make a folder for lives: in memory where the machine has such a place."""
    shm = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="caseward-", dir=shm if shm.is_dir() else None))


def _prepare(folder: Path) -> None:
    from storage.keys import new_root_key

    folder.mkdir(parents=True, exist_ok=True)
    new_root_key(folder / "root.key")


def _trouble(folder: Path) -> str:
    trouble = folder / "trouble"
    return trouble.read_text("utf-8") if trouble.exists() else ""


def cuts_in(line: str) -> tuple[Cut, ...]:
    """Read `act:point act:point*hit …`, in the order of the story."""
    found = (re.fullmatch(r"(\S+?):(\S+?)(?:\*(\d+))?", word) for word in line.split())
    return tuple(Cut(act=m[1], point=m[2], hit=int(m[3] or 1)) for m in found if m)


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
        print(_end_of(pid, order["after"]), flush=True)


def _end_of(pid: int, after: float | None) -> int:
    """Wait for a life to end, and end it at its time."""
    end = time.monotonic() + (LIFE if after is None else after)
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _become(order: dict[str, Any]) -> NoReturn:
    """Live, in the process that was just forked."""
    folder, story = Path(order["folder"]), STORIES[order["story"]]
    cut = (
        None
        if order["cut"] is None
        else Cut(act=order["cut"][0], point=order["cut"][1], hit=order["cut"][2])
    )
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    try:
        life = Life(folder, story, cut, order["seed"])
        asyncio.run(asyncio.wait_for(life.live(), LIFE))
        asyncio.run(check(folder, story, life.world.clock.now()))
    # Whatever went wrong is for the test to tell.
    except BaseException:  # noqa: BLE001 - as above
        (folder / "trouble").write_text(traceback.format_exc(), "utf-8")
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    import logging

    import tests.crash.left
    import tests.world  # noqa: F401 - so that every life has it at once

    logging.disable(logging.CRITICAL)
    _serve()
