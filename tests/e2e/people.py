"""People at their clients, as the bot's users: they type, and wait for what the bot answers."""

from __future__ import annotations

import asyncio
import itertools
import re

from tests.servers.client import PATIENCE, Heard, IRCClient

BOT = "caseward"
_SAYS = {"PRIVMSG", "NOTICE"}
_tokens = itertools.count(1)


class Person:
    """Somebody at a client. Places are channels, or None for the DM with the bot."""

    def __init__(self, client: IRCClient) -> None:
        self.client = client
        self.nick = client.nick
        self._read: dict[str, int] = {}

    def says(self, text: str, where: str | None = None) -> None:
        """Type a line to the bot, or into a channel."""
        self.client.say(where or BOT, text)

    async def hears(self, words: str, where: str | None = None, within: float = PATIENCE) -> str:
        """The next line of the bot in a place that matches `words`; reads on from the last one.

        Raises:
            AssertionError: none came in time.
        """
        place, wanted = where or self.nick, re.compile(words)
        try:
            async with asyncio.timeout(within):
                while True:
                    found = self._next(place, wanted)
                    if found is not None:
                        return found
                    assert not self.client.closed, self._failed("the end before", words, place)
                    self.client._news.clear()
                    await self.client._news.wait()
        except TimeoutError:
            raise AssertionError(self._failed("no", words, place)) from None

    async def ever_hears(self, words: str, where: str | None = None) -> str:
        """As `hears`, whatever else came first: lines of the outbox keep no order with answers."""
        place = where or self.nick
        kept = self._read.pop(place, 0)
        try:
            return await self.hears(words, where)
        finally:
            self._read[place] = max(kept, self._read[place])

    async def asks(
        self, text: str, words: str, where: str | None = None, *, by_dm: bool = False
    ) -> str:
        """Type a line and wait for an answer in the same place, or by DM."""
        self.says(text, where)
        return await self.hears(words, None if by_dm else where)

    async def settled(self, where: str | None = None) -> list[str]:
        """Wait until the bot has answered everything this person typed; returns what came.

        Only for roster people: it is a `ping` that is answered in its turn.
        """
        place = where or self.nick
        start = self._read.get(place, 0)
        token = f"settled-{next(_tokens)}"
        self.says(f"!ping {token}", where)
        await self.hears(f"^{token}$", where)
        said = [line for line in self.client.lines[start:] if self._is_for(line, place)]
        return [text for text in (line.params[-1] for line in said) if text != token]

    async def answers(self, text: str, where: str | None = None) -> list[str]:
        """Type a line; return everything that the bot said in that place until it had answered."""
        await self.settled(where)
        self.says(text, where)
        return await self.settled(where)

    async def arrives(self, nick: str, channel: str, within: float = 2 * PATIENCE) -> None:
        """See somebody in a channel where this person is: there already, or as they come in."""
        self.client.send(f"NAMES {channel}")
        names = await self.client.expect(rf" 353 \S+ \S+ {re.escape(channel)} ")
        if nick not in {name.lstrip("~&@%+") for name in names.params[-1].split()}:
            await self.client.expect(rf"^:{nick}!\S* JOIN :?{re.escape(channel)}", within)

    def heard(self, where: str | None = None) -> list[str]:
        """Every line that the bot ever said in a place, for all that this client saw."""
        place = where or self.nick
        return [line.params[-1] for line in self.client.lines if self._is_for(line, place)]

    def heard_anywhere(self) -> list[str]:
        """Every line of the bot, wherever it was said."""
        return [line.params[-1] for line in self.client.lines if _is_said(line)]

    def _next(self, place: str, wanted: re.Pattern[str]) -> str | None:
        start = self._read.get(place, 0)
        for number, line in enumerate(self.client.lines[start:], start):
            self._read[place] = number + 1
            if self._is_for(line, place) and wanted.search(line.params[-1]):
                return line.params[-1]
        return None

    @staticmethod
    def _is_for(line: Heard, place: str) -> bool:
        return _is_said(line) and line.params[1].lower() == place.lower()

    def _failed(self, what: str, words: str, place: str) -> str:
        last = "".join(f"\n    {line.text}" for line in self.client.lines[-20:])
        return f"{self.nick}: {what} {words!r} in {place}; last lines:{last}"


def _is_said(line: Heard) -> bool:
    return line.nick.startswith(BOT) and line.params[0] in _SAYS
