"""A peer on Matrix: simplematrixbotlib as its manual shows it, answering `!ping TOKEN`.

PYTHON bench/matrix_simple.py HOMESERVER USER PASSWORD STORE
"""

import sys
from typing import Any

# Installed in an environment of its own, never in the project's.
import simplematrixbotlib as botlib  # type: ignore[import-not-found]


def main(homeserver: str, user: str, password: str, store: str) -> None:
    """Answer for ever."""
    config = botlib.Config()
    config.encryption_enabled = True
    config.ignore_unverified_devices = True
    config.store_path = f"{store}/crypto/"
    session = f"{store}/session.txt"
    bot = botlib.Bot(botlib.Creds(homeserver, user, password, session_stored_file=session), config)

    @bot.listener.on_message_event  # type: ignore[untyped-decorator]  # not here to be read
    async def ping(room: Any, message: Any) -> None:
        match = botlib.MessageMatch(room, message, bot, "!")
        if match.is_not_from_this_bot() and match.prefix() and match.command("ping"):
            text = " ".join(match.args())
            await bot.api.send_text_message(room.room_id, text, msgtype="m.notice")

    bot.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
