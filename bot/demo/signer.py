"""People whose devices carry their own signature, as Element signs them for its users."""

import json
from collections.abc import Mapping
from typing import Any

from nio import AsyncClient

from bot.core.words.ports import Safe
from bot.transports.matrix.signing import Identity, OwnDevice, Standing, ensure
from bot.transports.matrix.wire import Refused

#: The homeserver wants a password first.
_PROVE = 401


class NotSignedError(ConnectionError):
    """The homeserver did not take somebody's signature."""


class _Line:
    """What nio's client has no words for, asked in its name."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None) -> Any:
        """Return the server's answer; ConnectionError for a refusal."""
        http = self._client.client_session
        assert http is not None
        async with http.request(
            method,
            f"{self._client.homeserver}{path}",
            data=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {self._client.access_token}"},
        ) as answer:
            said = await answer.json()
            if answer.status == _PROVE:
                raise Refused(_PROVE, str(said.get("errcode", "")), wants=said)
            if not answer.ok:
                raise NotSignedError(answer.status)
            return said


async def sign(client: AsyncClient, keys: Safe, password: str, *, reset: bool = False) -> Identity:
    """Sign the device that a client is logged in with; its owner's keys are kept in `keys`.

    The first device makes these keys, and `reset` others. ConnectionError where the homeserver
    refuses.
    """
    assert client.olm is not None
    mine = client.olm.account.identity_keys
    device = OwnDevice(
        user_id=client.user_id,
        device_id=str(client.device_id),
        ed25519=str(mine["ed25519"]),
        curve25519=str(mine["curve25519"]),
    )
    line = _Line(client)
    made = await ensure(
        line, keys, device, homeserver=client.homeserver, password=lambda: password, reset=reset
    )
    if made.standing is not Standing.SIGNED:
        raise NotSignedError(made.standing)
    return made
