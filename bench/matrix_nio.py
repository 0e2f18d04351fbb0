"""The floor on Matrix: a minimal bot on matrix-nio that answers `!ping TOKEN`, and does no more.

python bench/matrix_nio.py HOMESERVER USER PASSWORD STORE
"""

import asyncio
import sys

from nio import AsyncClient, AsyncClientConfig, MatrixRoom, RoomMessageText


async def main(homeserver: str, user: str, password: str, store: str) -> None:
    """Log in, and answer for ever."""
    config = AsyncClientConfig(store_sync_tokens=False, encryption_enabled=True)
    client = AsyncClient(homeserver, user, store_path=store, config=config)
    await client.login(password, device_name="floor")
    if client.should_upload_keys:
        await client.keys_upload()

    async def hear(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.body.startswith("!ping ") and event.sender != client.user_id:
            await client.room_send(
                room.room_id,
                "m.room.message",
                {"msgtype": "m.notice", "body": event.body.removeprefix("!ping ")},
                ignore_unverified_devices=True,
            )

    await client.sync(timeout=0, full_state=True)
    for room_id in list(client.invited_rooms):
        await client.join(room_id)
    client.add_event_callback(hear, RoomMessageText)
    await client.sync_forever(timeout=30_000)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
