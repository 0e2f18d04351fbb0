"""A bare loop over `/sync` that answers `!ping TOKEN` in clear rooms: what no bot can go below.

python bench/matrix_raw.py HOMESERVER USER PASSWORD
"""

import asyncio
import secrets
import sys
from itertools import count
from urllib.parse import quote

import aiohttp

_V3 = "/_matrix/client/v3"


async def main(homeserver: str, user: str, password: str) -> None:
    """Log in, follow invitations, and answer for ever."""
    async with aiohttp.ClientSession(homeserver) as http:
        who = {"type": "m.id.user", "user": user}
        login = {"type": "m.login.password", "identifier": who, "password": password}
        async with http.post(f"{_V3}/login", json=login) as answer:
            token = (await answer.json())["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        since, sent = {"timeout": "0"}, count()
        begins = f"{secrets.token_hex(4)}-"
        while True:
            async with http.get(f"{_V3}/sync", params=since) as answer:
                seen = await answer.json()
            # What was said before it came is not answered.
            here = "since" in since
            since = {"timeout": "30000", "since": seen["next_batch"]}
            for room in seen.get("rooms", {}).get("invite", {}):
                await (await http.post(f"{_V3}/rooms/{quote(room, safe='')}/join", json={})).read()
            for room, part in seen.get("rooms", {}).get("join", {}).items():
                for event in part["timeline"]["events"] if here else ():
                    body = event.get("content", {}).get("body", "")
                    if body.startswith("!ping ") and event["sender"] != user:
                        text = {"msgtype": "m.notice", "body": body.removeprefix("!ping ")}
                        path = f"{_V3}/rooms/{quote(room, safe='')}/send/m.room.message"
                        await (await http.put(f"{path}/{begins}{next(sent)}", json=text)).read()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
