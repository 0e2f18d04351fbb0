"""`caseward doctor`: what is in order, what is not, and what to do about it. Changes nothing."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.config import Config
from bot.core.words.keys import grouped
from bot.core.words.ports import Clock
from bot.operating.homeserver import Home, NeverLoggedIn, as_it_is, settings_of
from bot.operating.identity import ON_THE_WAY
from bot.transports.matrix.account import is_asleep, is_dead
from bot.transports.matrix.outbound import as_device
from bot.transports.matrix.owners import Proof
from bot.transports.matrix.secretstorage import is_stored
from bot.transports.matrix.signing import Identity, Standing, look
from bot.transports.matrix.wire import Refused
from storage.errors import CopiedDatabase, NoDatabase, StorageError
from storage.peek import Peek, peek


class Grade(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    text: str

    def __str__(self) -> str:
        return f"{self.grade:5} {self.text}"


_TOOLFORGE = (
    "Wikimedia's Toolforge is no place for private reports: machines and disks are shared there."
)
_LOST = (
    "the device's own keys are gone: at its next start the bot logs in as a new device and signs"
    " it; sign the old one out afterwards"
)
_FOREIGN = (
    "the server shows another identity than ours, or ours is lost: stop the bot, then"
    " `caseward matrix identity --restore FILE` with the recovery key; without one, `--reset`,"
    " and everybody compares keys anew"
)
_COPIED = (
    "this data folder is a copy, or was moved. Two bots with the same keys break what the other"
    " says: see that the original runs no more, then start this one once with `run --adopt`"
)


async def examine(config: Config, clock: Clock) -> AsyncIterator[Finding]:
    """Yield what is found, one thing after the other."""
    yield Finding(Grade.OK, "the configuration can be read")
    yield Finding(Grade.NOTE, _TOOLFORGE)
    try:
        with peek(config.data_dir, config.root_key_file, clock.now) as found:
            using = "and a bot is using it" if found.running else "and no bot is using it"
            yield Finding(Grade.OK, f"the root key opens the database, {using}")
            async for finding in _homeservers(config, clock, found):
                yield finding
    except NoDatabase:
        yield Finding(Grade.NOTE, "there is no database yet: start the bot once")
    except CopiedDatabase:
        yield Finding(Grade.FAULT, _COPIED)
    except StorageError as error:
        yield Finding(Grade.FAULT, f"the database: {error}")


async def _homeservers(config: Config, clock: Clock, found: Peek) -> AsyncIterator[Finding]:
    for section in config.matrix:
        name = section.name
        try:
            async with as_it_is(settings_of(section), found.safe(name), config, clock) as home:
                async for finding in _home(config, home):
                    yield Finding(finding.grade, f"{name}: {finding.text}")
        except NeverLoggedIn:
            yield Finding(Grade.NOTE, f"{name}: the bot has never logged in there: start it once")
        except ON_THE_WAY as error:
            yield Finding(Grade.FAULT, f"{name}: {_trouble(error)}")


def _trouble(error: Exception) -> str:
    if isinstance(error, Refused):
        if is_dead(error) or is_asleep(error):
            return "the server has forgotten this login: the bot logs in anew when it is started"
        return f"the server refuses to answer ({error.code})"
    return f"the server cannot be asked ({type(error).__name__}): see to it, or to the network"


async def _home(config: Config, home: Home) -> AsyncIterator[Finding]:
    if home.lost:
        yield Finding(Grade.FAULT, _LOST)
    else:
        identity = await look(home.wire, home.safe, home.crypt.own_device)
        yield _identity(identity)
    if await is_stored(home.wire, home.login.user_id):
        yield Finding(Grade.OK, "a recovery key opens a copy of the identity")
    else:
        make = "stop the bot, then `caseward matrix identity --new-recovery-key`"
        yield Finding(Grade.NOTE, f"no recovery key was made: {make}")
    if not home.lost:
        for finding in await _people(config, home):
            yield finding


def _identity(identity: Identity) -> Finding:
    match identity.standing:
        case Standing.SIGNED:
            return Finding(
                Grade.OK, f"the bot is signed; its key: {grouped(identity.master or '')}"
            )
        case Standing.FOREIGN:
            return Finding(Grade.FAULT, _FOREIGN)
        case _ if identity.why in {"not-published", "not-signed"}:
            return Finding(
                Grade.FAULT, "the bot is not signed yet: start it (anew), and look again"
            )
        case _:
            why = "look at the list of the account's devices; another program may use its name"
            return Finding(
                Grade.FAULT, f"the bot's device is not as it should be ({identity.why}): {why}"
            )


async def _people(config: Config, home: Home) -> list[Finding]:
    """Return whose devices of the team are not proven."""
    network = home.settings.name
    accounts = {
        account.name: person.name
        for person in config.roster.people
        for account in person.accounts
        if account.network == network
    }
    await home.crypt.ask(home.wire, list(accounts))
    return list(_unproven(accounts, home))


def _unproven(accounts: dict[str, str], home: Home) -> Iterator[Finding]:
    owners = home.crypt.owners
    sound = 0
    for user, name in accounts.items():
        proofs = {owners.proof(user, as_device(each)) for each in home.crypt.devices_of(user)}
        if Proof.CHANGED in proofs:
            what = f"their key is not the one that counts: `verify {name}` to the bot says more"
            yield Finding(Grade.FAULT, f"{name}: {what}")
        elif Proof.SIGNED not in proofs:
            what = "no device of theirs is verified, so the bot neither obeys nor tells them there"
            yield Finding(Grade.NOTE, f"{name}: {what}")
        else:
            sound += 1
    yield Finding(Grade.OK, f"{sound} of {len(accounts)} people of the team have a verified device")
