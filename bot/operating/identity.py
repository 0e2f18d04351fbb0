"""`caseward matrix identity`: show the bot's own keys, replace them, keep them, bring them back."""

from dataclasses import dataclass

from bot.core.words.keys import grouped
from bot.core.words.ports import StoreFailed
from bot.operating.homeserver import Home
from bot.transports.matrix.recovery import BadKey, Misshapen, WrongKey, decode, encode, new_key
from bot.transports.matrix.secretstorage import NothingStored, NotKept, is_stored, restore, store
from bot.transports.matrix.seeds import MASTER, load
from bot.transports.matrix.signing import Identity, Standing, ensure, look
from bot.transports.matrix.wire import Lost, Refused

#: What may go wrong on the way to a homeserver, and with what it says.
ON_THE_WAY = (Refused, Lost, OSError, StoreFailed)


@dataclass(frozen=True, slots=True)
class Ended:
    """How it went: what to print, and whether it did."""

    lines: tuple[str, ...]
    well: bool = True


def trouble(error: Exception) -> str:
    """Return what was in the way, without anything that could be secret."""
    return str(error.code) if isinstance(error, Refused) else type(error).__name__


def failed(*lines: str) -> Ended:
    """Return that it did not work."""
    return Ended(lines, well=False)


def told(identity: Identity) -> tuple[str, ...]:
    """Return what an identity is, in words."""
    ours = "none yet" if identity.master is None else grouped(identity.master)
    lines = [f"device: {identity.device_id}", f"key: {ours}"]
    match identity.standing:
        case Standing.SIGNED:
            lines.append("The server shows this key, and the device signed under it.")
        case Standing.FOREIGN:
            theirs = "one that is no key" if identity.theirs is None else grouped(identity.theirs)
            lines.append(f"The server shows another key: {theirs}")
            lines.append(
                "Nothing was changed. Bring ours back with --restore, or begin anew with --reset."
            )
        case Standing.WAITING:
            lines.append(f"A human has to approve it first: {identity.url}")
            lines.append("Then give the same command again.")
        case Standing.FAILED if identity.why in {"not-published", "not-signed"}:
            lines.append("Not published yet: the bot does that when it logs in next.")
        case Standing.FAILED:
            lines.append(f"The server did not take it ({identity.why}).")
    return tuple(lines)


async def show(home: Home) -> Ended:
    """Say what the bot holds, and what the server shows."""
    identity = await look(home.wire, home.safe, home.crypt.own_device)
    kept = await is_stored(home.wire, home.login.user_id)
    lines = (f"account: {home.login.user_id}", *told(identity))
    recovery = "a recovery key opens a copy at the server" if kept else "no recovery key was made"
    return Ended((*lines, f"recovery: {recovery}"), well=identity.standing is Standing.SIGNED)


async def _ensured(home: Home, *, reset: bool) -> Identity:
    settings = home.settings
    return await ensure(
        home.wire,
        home.safe,
        home.crypt.own_device,
        homeserver=settings.base,
        password=settings.password,
        reset=reset,
    )


async def reset(home: Home) -> Ended:
    """Replace the identity by a new one."""
    identity = await _ensured(home, reset=True)
    lines = told(identity)
    if identity.standing is not Standing.SIGNED:
        return failed(*lines)
    return Ended(
        (*lines, "Make a recovery key for it: --new-recovery-key. The old one opens it no more.")
    )


async def keep(home: Home) -> Ended:
    """Make a recovery key, and a copy of the keys that it opens."""
    identity = await _ensured(home, reset=False)
    seeds = await load(home.safe)
    if identity.standing is not Standing.SIGNED or seeds is None:
        return failed(*told(identity), "No recovery key was made.")
    key = new_key()
    try:
        await store(home.wire, home.login.user_id, seeds, key, alone=True)
    except NotKept:
        return failed(
            "The server did not keep it. Nothing leans on it; give the same command again."
        )
    return Ended(
        (
            "Recovery key, shown only now:",
            "",
            f"  {encode(key)}",
            "",
            "Write it down and keep it where the bot's machine is not. With it and the bot's password,",
            "anybody can be the bot. An earlier recovery key opens nothing any more.",
        )
    )


async def bring_back(home: Home, typed: str) -> Ended:
    """Take the keys back that a recovery key opens."""
    try:
        key = decode(typed)
    except BadKey as error:
        return failed(
            f"This is no recovery key ({error.fault}): look for a slip. Nothing was changed."
        )
    try:
        seeds = await restore(home.wire, home.login.user_id, key)
    except WrongKey:
        return failed(
            "This recovery key opens nothing here: it may be an earlier one. Nothing was changed."
        )
    except NothingStored:
        return failed(
            "The server holds no copy of the keys. Nothing was changed; --reset begins anew."
        )
    except Misshapen:
        return failed(
            "The copy at the server is damaged. Nothing was changed; --reset begins anew."
        )
    identity = await look(home.wire, home.safe, home.crypt.own_device)
    there = identity.theirs or identity.master
    if seeds.public(MASTER) != there:
        return failed(
            "The copy holds an older identity than the one that the server shows. Nothing was changed."
        )
    await home.safe.write(seeds.kept())
    identity = await _ensured(home, reset=False)
    return Ended(told(identity), well=identity.standing is Standing.SIGNED)
