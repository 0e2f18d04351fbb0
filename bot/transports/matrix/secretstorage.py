"""The bot's cross-signing keys at its homeserver, sealed by a recovery key that people keep.

Source: Matrix specification 1.15, client-server API, "Secret storage".
"""

from collections.abc import Mapping
from typing import Any

from bot.transports.matrix.canonical import canonical, pad_off, unpadded
from bot.transports.matrix.keytalk import Caller
from bot.transports.matrix.recovery import (
    Misshapen,
    WrongKey,
    described,
    fits,
    named,
    seal,
    unseal,
)
from bot.transports.matrix.seeds import LENGTH, USAGES, Seeds
from bot.transports.matrix.wire import Refused, seg

_V3 = "/_matrix/client/v3"
_DEFAULT, _KEY = "m.secret_storage.default_key", "m.secret_storage.key."
_NAMES = {f"m.cross_signing.{usage}": usage for usage in USAGES}
#: Of what a server may list as keys, how many are tried, and how long their names may be.
_MOST_KEYS, _MOST_LETTERS = 16, 255


class NothingStored(Exception):
    """The server holds no keys of the bot, or not all three, that the recovery key could open."""


class NotKept(Exception):
    """The server took what was stored and does not show it. Nothing leans on it yet."""


async def store(
    wire: Caller, user_id: str, seeds: Seeds, key: bytes, *, alone: bool = False
) -> str:
    """Seal the seeds with a recovery key (32 bytes), keep them at the server; returns the key's id.

    What was cut off is done once more from its beginning, with the same id. Until that is the
    default key's, clients and `restore` find what was there before. Entries of other keys stay;
    with `alone` they go after that, because they hold older seeds or their key was stolen. Raises
    `NotKept`, and what `Wire.call` does.
    """
    shelf = _Shelf(wire, user_id)
    # Of the seeds too: a key that is used again never opens old and new seeds mixed.
    key_id = named(key, "".join(seeds.public(usage) for usage in USAGES).encode())
    await shelf.put(_KEY + key_id, described(key))
    ours = {}
    for name, usage in _NAMES.items():
        ours[name] = {key_id: seal(key, name, pad_off(seeds.of(usage)).encode())}
        kept = _others(await shelf.get(name))
        await shelf.put(name, {"encrypted": {**kept, **ours[name]}})
    try:
        shown = fits(key, await shelf.get(_KEY + key_id)) and await _open(shelf, key, key_id)
    except (NothingStored, WrongKey, Misshapen) as error:
        raise NotKept from error
    if shown != seeds:
        raise NotKept
    await shelf.put(_DEFAULT, {"key": key_id})
    if alone:
        for name, entry in ours.items():
            await shelf.put(name, {"encrypted": entry})
    return key_id


async def is_stored(wire: Caller, user_id: str) -> bool:
    """Whether the server holds keys of the bot under any recovery key. Raises what `Wire.call` does."""
    shelf = _Shelf(wire, user_id)
    default = (await shelf.get(_DEFAULT)).get("key")
    held = [_entries(await shelf.get(name)) for name in _NAMES]
    return isinstance(default, str) and all(default in each for each in held)


async def restore(wire: Caller, user_id: str, key: bytes) -> Seeds:
    """Return the seeds that the server holds under a recovery key (32 bytes).

    Whether they are those of the keys that the server publishes is for the caller to see. Raises
    `NothingStored`, `WrongKey`, `Misshapen` (also where the key is right and a secret is not), and
    what `Wire.call` does.
    """
    shelf = _Shelf(wire, user_id)
    key_id, sure = await _find(shelf, key)
    try:
        return await _open(shelf, key, key_id)
    except WrongKey as error:
        if sure:
            raise Misshapen from error
        raise


class _Shelf:
    """The account data of one user."""

    def __init__(self, wire: Caller, user_id: str) -> None:
        self._wire = wire
        self._path = f"{_V3}/user/{seg(user_id)}/account_data/"

    async def get(self, name: str) -> dict[str, Any]:
        """Return what stands under a name; nothing where nothing does."""
        try:
            found = await self._wire.call("GET", self._path + seg(name))
        except Refused as error:
            if error.code != "M_NOT_FOUND":
                raise
            return {}
        return found if isinstance(found, dict) else {}

    async def put(self, name: str, content: Mapping[str, Any]) -> None:
        """Replace what stands under a name."""
        await self._wire.call("PUT", self._path + seg(name), body=content)


async def _find(shelf: _Shelf, key: bytes) -> tuple[str, bool]:
    """Return the id under which a key is known, and whether its description says that it is it."""
    ids = [(await shelf.get(_DEFAULT)).get("key"), *_entries(await shelf.get(next(iter(_NAMES))))]
    usable = [each for each in ids if isinstance(each, str) and 0 < len(each) <= _MOST_LETTERS]
    silent: str | None = None
    failure: type[Exception] = NothingStored
    for key_id in list(dict.fromkeys(usable))[:_MOST_KEYS]:
        description = await shelf.get(_KEY + key_id)
        if not description:
            continue
        try:
            fit = fits(key, description)
        except Misshapen:
            failure = WrongKey if failure is WrongKey else Misshapen
            continue
        if fit:
            return key_id, True
        if fit is None:
            silent = silent or key_id
        else:
            failure = WrongKey
    if silent is None:
        raise failure
    return silent, False


async def _open(shelf: _Shelf, key: bytes, key_id: str) -> Seeds:
    """Return the seeds sealed under a key's id. Raises `NothingStored`, `WrongKey`, `Misshapen`."""
    found = {}
    for name, usage in _NAMES.items():
        sealed = _entries(await shelf.get(name)).get(key_id)
        if sealed is None:
            raise NothingStored
        try:
            # An error of decoding would carry the secret.
            found[usage] = unpadded(unseal(key, name, sealed).decode(errors="replace"))
        except ValueError as error:
            raise Misshapen from error
        if len(found[usage]) != LENGTH:
            raise Misshapen
    return Seeds(**found)


def _entries(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a secret's content holds, by the id of the key that seals it."""
    encrypted = content.get("encrypted")
    return encrypted if isinstance(encrypted, dict) else {}


def _others(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that can be written again just as they are."""
    return {key_id: each for key_id, each in _entries(content).items() if _is_sound(key_id, each)}


def _is_sound(key_id: str, entry: Any) -> bool:
    try:
        canonical({"entry": {key_id: entry}})
    except ValueError:
        return False
    return isinstance(entry, dict)
