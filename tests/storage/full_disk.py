"""A program of its own for the tests of the spool: takes in emergencies on a disk that is full.

    python -m tests.storage.full_disk FOLDER KEY HOW

HOW is `filler` (a file takes all space there is), `limit` (no file may grow any more), or `torn`
(killed in the middle of a commit of the spool). Prints what came of it, and ends as if killed.
"""

import asyncio
import json
import os
import resource
import signal
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.core.case import facts
from bot.core.words.effects import Lane
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.ports import Kept, StoreFailed, Timer, Unit
from storage.reserve import SealedReserve, reserve_of
from storage.spool import SPOOL, journal_of
from storage.store import SealedStore, open_store
from tests.storage.kit import MINUTE, NOW, Clock, letter, named, opening, row, words


def call(number: int) -> tuple[str, str]:
    """Return the codes of the case and the page of a call for help."""
    return f"C-{number:06d}", f"E-{number:06d}"


def emergency(unit: Unit, number: int) -> None:
    """Write a call for help, with everything that belongs to one."""
    case, code = call(number)
    page = Page(
        code=code, emergency=EmergencyClass.LIFE, case=case, opened_at=NOW, caller="testnet|l|7"
    )
    said = facts.heard(at=NOW, question="danger", pieces=words("Quokka7Zanzibar " * 20))
    unit.create_case(case, [opening(by=None), said, named("Example Alpha")])
    unit.save_page(page)
    unit.add_facts(case, [facts.called(at=NOW, by=None, page=code, emergency=page.emergency)])
    for address in ("a", "b"):
        mail = letter(b"Quokka7Zanzibar\r\n" * 100)
        made = row(f"mail:{code}:1:{address}", lane=Lane.EMERGENCY, payload=mail, case=case)
        unit.enqueue(replace(made, page=code))
    for name in ("Example-A", "Example-B"):
        ring = f"ring:{code}:0:{name}"
        unit.enqueue(row(ring, lane=Lane.PAGE, case=case, page=code))
    for kind in ("page", "routes"):
        due = NOW + MINUTE
        unit.set_timer(Timer(key=f"{kind}:{code}", due=due, kind=kind, data={"page": code}))


def fill(folder: Path) -> None:
    """Take all space there is on a file system."""
    with (folder / "filler").open("wb", buffering=0) as filler:
        for step in (65536, 4096, 1):
            try:
                while True:
                    filler.write(bytes(step))
            except OSError:
                continue


def limit(folder: Path) -> None:
    """Let no file grow beyond the spool."""
    most = (folder / SPOOL).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


async def fails(store: SealedStore) -> bool:
    """Tell whether a database cannot keep something big."""
    big = facts.noted(at=NOW, by=None, pieces=words("-" * 1_000_000))
    try:
        await store.run(lambda unit: unit.create_case("C-999999", [opening(), big]))
    except StoreFailed:
        return True
    return False


async def torn(reserve: SealedReserve, folder: Path) -> None:
    """Write to the spool what SQLite has to put down before the commit, and be killed there."""
    store = await reserve.open(Kept.SPOOL)
    await store.run(lambda unit: emergency(unit, 0))
    await store.database.call(lambda raw: raw.execute("PRAGMA cache_size = 5").close())

    def job(unit: Unit) -> None:
        for number in range(1, 5):
            emergency(unit, number)
        print(json.dumps({"hot": journal_of(folder / SPOOL).read_bytes()[:1] != b"\0"}), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    await store.run(job)


async def main(folder: Path, key: Path, how: str) -> None:
    """Open everything, let the disk be full, and take in emergencies until there is no room."""
    now = Clock().now
    database = await open_store(folder, key, now=now)
    reserve = reserve_of(database, now=now)
    prepared = await reserve.prepare()
    if how == "torn":
        await torn(reserve, folder)
    {"filler": fill, "limit": limit}[how](folder)
    lost = await fails(database)
    carried = await database.run(lambda unit: unit.carry())
    store = await reserve.open(Kept.SPOOL)
    await store.run(lambda unit: unit.take_in(carried, NOW))
    kept = 0
    try:
        while True:
            await store.run(partial(emergency, number=kept))
            kept += 1
    except StoreFailed:
        pass
    live = len(await store.run(lambda unit: unit.pages().live()))
    print(json.dumps({"prepared": prepared, "lost": lost, "kept": kept, "live": live}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
