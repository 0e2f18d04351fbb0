"""Who the bot is on its homeserver at this login: its signature, and who compares keys with it."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.core.words.keys import KeyKind, KeyNews
from bot.core.words.people import Account
from bot.core.words.ports import Safe
from bot.transports.matrix.comparing import Comparing, Post
from bot.transports.matrix.crypt import Crypt
from bot.transports.matrix.outbound import as_device
from bot.transports.matrix.sas_words import Party
from bot.transports.matrix.settings import Settings
from bot.transports.matrix.signing import Identity, Standing, ensure
from bot.transports.matrix.wire import Wire

_log = structlog.get_logger(__name__)


async def sign(
    wire: Wire, settings: Settings, safe: Safe, crypt: Crypt, tell: Callable[[KeyNews], None]
) -> Identity:
    """See that clients count this device as ours; an operator hears where they do not.

    Raises what `ensure` does.
    """
    identity = await ensure(
        wire, safe, crypt.own_device, homeserver=settings.base, password=settings.password
    )
    if identity.standing is Standing.SIGNED:
        _log.info("matrix.signed", network=settings.name)
    else:
        _log.error("matrix.unsigned", network=settings.name, standing=identity.standing)
        me = Account(network=settings.name, name=settings.user_id)
        kind = KeyKind(f"own-{identity.standing}")
        reason = identity.url or identity.why
        tell(KeyNews(kind=kind, account=me, key=identity.master, reason=reason))
    return identity


def comparing(
    crypt: Crypt,
    identity: Identity,
    post: Post,
    *,
    network: str,
    on_roster: Callable[[str], bool],
    now: Callable[[], datetime],
    tell: Callable[[KeyNews], None],
) -> Comparing:
    """Return what compares keys with people of the team, as the identity that we have now."""
    mine = crypt.own_device
    signed = identity.standing is Standing.SIGNED
    return Comparing(
        me=Party(
            user_id=mine.user_id,
            device_id=mine.device_id,
            ed25519=mine.ed25519,
            master=identity.master if signed else None,
        ),
        network=network,
        on_roster=on_roster,
        devices_of=lambda user: [as_device(each) for each in crypt.devices_of(user)],
        master_of=crypt.owners.shown,
        wonder=crypt.wonder,
        now=now,
        post=post,
        tell=tell,
    )
