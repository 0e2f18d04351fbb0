"""The bot's own account on a homeserver, as an operator looks at it or mends it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.config import Config
from bot.config.to_domain import MatrixSection
from bot.core.words.ports import Clock, Safe
from bot.transports.matrix.account import Login, enter
from bot.transports.matrix.crypt import Crypt
from bot.transports.matrix.owners import Owners
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.wire import Wire

_KIND = "login"


class NeverLoggedIn(Exception):
    """The bot has no login there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One homeserver, asked in the bot's name. `lost` where the device's own keys are gone."""

    settings: Settings
    wire: Wire
    safe: Safe
    login: Login
    crypt: Crypt
    lost: bool


def settings_of(section: MatrixSection) -> Settings:
    """Return what a transport of the configuration says."""
    return Settings(
        name=section.name,
        homeserver=section.homeserver,
        user_id=section.user_id,
        password_file=section.password_file,
        device_name=section.device_name,
        ca_file=section.ca_file,
        relays=section.relays,
        rooms=section.rooms,
    )


@asynccontextmanager
async def as_it_is(
    settings: Settings, safe: Safe, config: Config, clock: Clock
) -> AsyncIterator[Home]:
    """Ask with the login that the running bot has, and change nothing.

    Raises `NeverLoggedIn`, `StoreFailed`, and what `Wire.open` does.
    """
    held = {name: value.decode() for name, value in (await safe.load(_KIND)).items()}
    if held.get("user") != settings.user_id or not {"device", "token"} <= held.keys():
        raise NeverLoggedIn
    login = Login(
        user_id=settings.user_id, device_id=held["device"], token=held["token"], fresh=False
    )
    wire = Wire(settings, clock)
    await wire.open()
    try:
        wire.token = login.token
        crypt = await Crypt.open(safe, login, clock.now, await _owners(settings, safe, config))
        yield Home(
            settings=settings, wire=wire, safe=safe, login=login, crypt=crypt, lost=crypt.fresh
        )
    finally:
        await wire.close()


@asynccontextmanager
async def in_its_place(
    settings: Settings, safe: Safe, config: Config, clock: Clock
) -> AsyncIterator[Home]:
    """Log in as the bot does, with keys that others can write to.

    Raises what `enter` does, and what `Wire.call` does.
    """
    wire = Wire(settings, clock)
    await wire.open()
    try:
        owners = await _owners(settings, safe, config)
        login = await enter(wire, settings, safe)
        crypt = await Crypt.open(safe, login, clock.now, owners)
        if crypt.fresh and not login.fresh:
            login = await enter(wire, settings, safe, lost=True)
            crypt = await Crypt.open(safe, login, clock.now, owners)
        await crypt.publish(wire)
        await crypt.flush()
        yield Home(settings=settings, wire=wire, safe=safe, login=login, crypt=crypt, lost=False)
    finally:
        await wire.close()


async def _owners(settings: Settings, safe: Safe, config: Config) -> Owners:
    """Return whose keys count, telling nobody."""
    roster = config.roster
    fixed = {
        account.name: person.master_key
        for person in roster.people
        for account in person.accounts
        if account.network == settings.name
    }
    return await Owners.open(
        safe,
        network=settings.name,
        on_roster=fixed.__contains__,
        fixed=fixed.get,
        tell=lambda _news: None,
    )
