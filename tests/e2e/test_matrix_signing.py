"""The bot's identity on a real homeserver: what others see of it, and what is never replaced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import vodozemac

from bot.demo.homeserver import Homeserver
from bot.runtime.clock import SystemClock
from bot.transports.matrix.account import enter
from bot.transports.matrix.canonical import canonical, is_signed
from bot.transports.matrix.memory_safe import MemorySafe
from bot.transports.matrix.seeds import MASTER, SELF_SIGNING, USAGES, load
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.signing import Identity, OwnDevice, Standing, ensure
from bot.transports.matrix.wire import Lost, Wire
from tests.e2e.matrix_person import BOT, Town

pytestmark = [pytest.mark.real, pytest.mark.slow]
_V3 = "/_matrix/client/v3"


@dataclass(slots=True)
class Bot:
    """The bot at one device, as far as it has an identity. `wire` may be cut."""

    wire: Wire
    safe: MemorySafe
    settings: Settings
    own: OwnDevice

    async def stand(
        self,
        *,
        reset: bool = False,
        password: Callable[[], str] | None = None,
        wire: Cut | None = None,
    ) -> Identity:
        return await ensure(
            wire or self.wire,
            self.safe,
            self.own,
            homeserver=self.settings.base,
            password=password or self.settings.password,
            reset=reset,
        )


class Cut:
    """A wire that loses one answer, by its number; the server has taken what it was asked."""

    def __init__(self, wire: Wire, at: int) -> None:
        self.wire = wire
        self.left = at

    async def call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None) -> Any:
        answer = await self.wire.call(method, path, body=body)
        self.left -= 1
        if self.left < 0:
            raise Lost("cut")
        return answer


async def _publish(wire: Wire, user_id: str, device_id: str) -> OwnDevice:
    """Upload the keys of a new Olm account."""
    account = vodozemac.Account()
    own = OwnDevice(
        user_id=user_id,
        device_id=device_id,
        ed25519=account.ed25519_key.to_base64(),
        curve25519=account.curve25519_key.to_base64(),
    )
    keys: dict[str, Any] = {
        "user_id": user_id,
        "device_id": device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {f"ed25519:{device_id}": own.ed25519, f"curve25519:{device_id}": own.curve25519},
    }
    signature = account.sign(canonical(keys)).to_base64()
    keys["signatures"] = {user_id: {f"ed25519:{device_id}": signature}}
    await wire.call("POST", f"{_V3}/keys/upload", body={"device_keys": keys})
    return own


@asynccontextmanager
async def _logged_in(town: Town, folder: Path, name: str, safe: MemorySafe) -> AsyncIterator[Bot]:
    """Log in as a new device with these seeds."""
    file = folder / f"password-{name}"
    file.write_text(town.password(name))
    settings = Settings(
        name="matrix", homeserver=town.url, user_id=town.user_id(name), password_file=file
    )
    wire = Wire(settings, SystemClock())
    await wire.open()
    try:
        login = await enter(wire, settings, safe, lost=True)
        own = await _publish(wire, login.user_id, login.device_id)
        yield Bot(wire, safe, settings, own)
    finally:
        await wire.close()


async def _seen_by(other: Bot, bot: Bot) -> str | None:
    """Return the master key on which the bot's device hangs, as somebody else checks it."""
    user = bot.own.user_id
    answer = await other.wire.call("POST", f"{_V3}/keys/query", body={"device_keys": {user: []}})
    key = answer["self_signing_keys"][user]
    [(_, master)] = answer["master_keys"][user]["keys"].items()
    [(_, lesser)] = key["keys"].items()
    device = answer["device_keys"][user][bot.own.device_id]
    chain = is_signed(key, user, f"ed25519:{master}", master)
    good = chain and is_signed(device, user, f"ed25519:{lesser}", lesser)
    return str(master) if good else None


async def test_a_life_of_an_identity(homeserver: Homeserver, tmp_path: Path) -> None:
    town, safe = Town(homeserver), MemorySafe()
    await town.register(BOT)
    await town.register("rita")
    async with (
        _logged_in(town, tmp_path, BOT, safe) as bot,
        _logged_in(town, tmp_path, "rita", MemorySafe()) as rita,
    ):
        first = await bot.stand()
        assert first.standing is Standing.SIGNED
        assert await _seen_by(rita, bot) == first.master
        assert await bot.stand() == first

        async with _logged_in(town, tmp_path, BOT, safe) as later:
            second = await later.stand()
            assert (second.standing, second.master) == (Standing.SIGNED, first.master)
            assert second.device_id != first.device_id
            assert await _seen_by(rita, later) == first.master

        wrong = await bot.stand(reset=True, password=lambda: "another")
        assert (wrong.standing, wrong.why) == (Standing.FAILED, "M_FORBIDDEN")
        assert await bot.stand() == first

        await safe.write({("cross-signing", usage): None for usage in USAGES})
        lost = await bot.stand()
        assert (lost.standing, lost.theirs) == (Standing.FOREIGN, first.master)
        assert await _seen_by(rita, bot) == first.master

        new = await bot.stand(reset=True)
        assert new.standing is Standing.SIGNED
        assert await _seen_by(rita, bot) == new.master != first.master
        assert await bot.stand() == new


async def test_lesser_keys_of_an_earlier_time_are_replaced(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    town, safe = Town(homeserver), MemorySafe()
    await town.register(BOT)
    async with _logged_in(town, tmp_path, BOT, safe) as bot:
        first = await bot.stand()
        await safe.write({("cross-signing", SELF_SIGNING): b"n" * 32})
        found = await bot.stand()
        assert (found.standing, found.master) == (Standing.SIGNED, first.master)
        seeds = await load(safe)
        assert seeds is not None
        assert seeds.public(MASTER) == await _seen_by(bot, bot) == first.master


@pytest.mark.parametrize("reset", [False, True])
async def test_an_answer_that_is_lost_costs_no_identity(
    homeserver: Homeserver, tmp_path: Path, reset: bool
) -> None:
    town = Town(homeserver)
    calls = 0
    while True:
        name = f"{BOT}-{calls}"
        await town.register(name)
        async with _logged_in(town, tmp_path, name, MemorySafe()) as bot:
            before = (await bot.stand()).master if reset else None
            try:
                await bot.stand(reset=reset, wire=Cut(bot.wire, calls))
            except Lost:
                calls += 1
            else:
                break
            found = await bot.stand()
            assert found.standing is Standing.SIGNED
            assert await _seen_by(bot, bot) == found.master
            # Once the new keys were taken they stay; before that the old ones do.
            assert not reset or (found.master != before) is (calls > 1)
    assert calls == 4
