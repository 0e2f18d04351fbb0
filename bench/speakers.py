"""Five people in a bot's channel: they say lines at any speed, and know when the bot answers."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence

from tests.servers.api import IRCServer
from tests.servers.client import IRCClient

#: Three of the team, one with an account only, one without.
NICKS = ("alice", "bob", "erin", "ivan", "mallory")
PATIENCE = 60.0
#: What may stand around the last word: a colon, colours, the end of bold print.
_DRESS = b":\x02\x03\x0f\x16\x1d\x1f"
_CODE = re.compile(r"C-[0-9A-HJKMNP-TV-Z]{6}")


class Speaker(IRCClient):
    """A client that reads little: what one bot says, and nothing else."""

    def __init__(self, nick: str) -> None:
        super().__init__(nick)
        self.quick = False
        self._rest = b""
        self._bot = b""
        #: Waiting by the last word of the line that ends the wait; `None` counts any line.
        self._waiting: dict[bytes, asyncio.Future[float]] = {}
        self._any: asyncio.Queue[bytes] | None = None

    def listen_to(self, nick: str) -> None:
        """From now on read only what this bot says."""
        self._bot, self.quick = f":{nick}!".encode(), True

    def expect_word(self, word: str) -> asyncio.Future[float]:
        """Return when a line of the bot, or a PONG, ends with a word: seconds of the clock."""
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[word.encode()] = answer
        return answer

    def all_lines(self) -> asyncio.Queue[bytes]:
        """Return a queue that gets every line of the bot from now on."""
        self._any = asyncio.Queue()
        return self._any

    def forget_lines(self) -> None:
        """Start over with what was read before the quick reading, or between."""
        self.lines.clear()
        self._cursor = 0

    def data_received(self, data: bytes) -> None:
        """Take lines in."""
        if not self.quick:
            super().data_received(data)
            return
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            if line.startswith(self._bot):
                self._bot_line(line)
            elif line.startswith(b"PING "):
                self.send_raw(b"PONG" + line[4:] + b"\r\n")
            elif b" PONG " in line[:80]:
                self._settle(line)

    def _bot_line(self, line: bytes) -> None:
        self._settle(line)
        if self._any is not None:
            self._any.put_nowait(line)

    def _settle(self, line: bytes) -> None:
        waiting = self._waiting.pop(line.rpartition(b" ")[2].strip(_DRESS), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(time.perf_counter())


class Table:
    """The speakers of one bot in its channel."""

    def __init__(self, bot: str, nick: str, channel: str) -> None:
        self.bot, self.nick, self.channel = bot, nick, channel
        self.people: list[Speaker] = []
        self._numbers = 0

    async def gather(self, server: IRCServer) -> None:
        """Connect all; nicks are the accounts' own with the bot's name behind."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._enter(server, name)) for name in NICKS]
        self.people = [task.result() for task in tasks]
        for person in self.people:
            await person.join(self.channel)
        await self.people[0].sync()
        for person in self.people:
            person.listen_to(self.nick)

    async def _enter(self, server: IRCServer, name: str) -> Speaker:
        return await Speaker.connect(
            server.host,
            server.port,
            f"{name}{self.bot[:3]}",
            account=name if name in server.accounts else None,
            password=server.accounts.get(name, ""),
            caps=(),
        )

    def token(self) -> str:
        """Return a word that was never said."""
        self._numbers += 1
        return f"{self.bot[:3]}{self._numbers}x"

    async def answered(self, person: int = 0, within: float = PATIENCE) -> float:
        """Type a `!ping`, wait for its answer; returns how long that took, in seconds."""
        speaker, token = self.people[person], self.token()
        answer = speaker.expect_word(token)
        began = time.perf_counter()
        speaker.say(self.channel, f"!ping {token}")
        async with asyncio.timeout(within):
            return await answer - began

    async def arrives(self, began: float, check: Callable[[], None]) -> float:
        """Ask until the bot is there and answers; returns seconds since `began`.

        `check` is called again and again, and raises if there is nothing more to wait for.
        """
        speaker, answers = self.people[0], []
        async with asyncio.timeout(PATIENCE):
            while True:
                check()
                token = self.token()
                answers.append(speaker.expect_word(token))
                speaker.say(self.channel, f"!ping {token}")
                done, _ = await asyncio.wait(
                    answers, timeout=0.01, return_when=asyncio.FIRST_COMPLETED
                )
                if done:
                    return min(answer.result() for answer in done) - began

    async def burst(self, said: Sequence[str]) -> None:
        """Say all lines at once, shared among the people; returns when the bot has read them."""
        share = len(said) // len(self.people)
        echoes = []
        for at, person in enumerate(self.people):
            part = said[at * share : (at + 1) * share]
            token = self.token()
            echoes.append(person.expect_word(token))
            lines = [f"PRIVMSG {self.channel} :{text}" for text in part]
            person.send_raw("\r\n".join([*lines, f"PING {token}", ""]).encode())
        async with asyncio.timeout(PATIENCE):
            for echo in echoes:
                await echo
        await self.answered()

    async def talk(self, said: Sequence[str], per_second: float) -> None:
        """Say lines evenly, one person after the other."""
        began = time.perf_counter()
        for at, text in enumerate(said):
            self.people[at % len(self.people)].say(self.channel, text)
            wait = began + (at + 1) / per_second - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
        await self.answered()

    async def commands(self, count: int, window: int = 20) -> None:
        """Have every person type `!ping` as fast as the answers come, `window` of them ahead."""
        share = count // len(self.people)
        async with asyncio.TaskGroup() as group:
            for at in range(len(self.people)):
                group.create_task(self._ask(at, share, window))

    async def _ask(self, at: int, count: int, window: int) -> None:
        gate = asyncio.Semaphore(window)
        speaker = self.people[at]
        answers = []
        async with asyncio.timeout(PATIENCE):
            for _ in range(count):
                await gate.acquire()
                token = self.token()
                answer = speaker.expect_word(token)
                answer.add_done_callback(lambda _: gate.release())
                answers.append(answer)
                speaker.say(self.channel, f"!ping {token}")
            for answer in answers:
                await answer

    async def opens(self, at: int) -> str:
        """Have one of the team open a case by DM; returns its code."""
        speaker = self.people[at]
        heard = speaker.all_lines()
        speaker.say(self.nick, "!open A made-up case to measure with")
        async with asyncio.timeout(PATIENCE):
            while True:
                found = _CODE.search((await heard.get()).decode("utf-8", "replace"))
                if found:
                    return found[0]

    async def notes(self, at: int, code: str, count: int, window: int = 10) -> None:
        """Have one of the team keep notes on a case, `window` of them ahead of the answers."""
        speaker = self.people[at]
        heard = speaker.all_lines()
        async with asyncio.timeout(PATIENCE):
            for number in range(count + window):
                if number >= window:
                    await heard.get()
                if number < count:
                    speaker.say(self.nick, f"!note {code} Note {number} of a made-up story")

    async def settled(self) -> None:
        """See the bot gone: nobody of its nick is there any more."""
        speaker = self.people[0]
        async with asyncio.timeout(PATIENCE):
            while True:
                token = self.token()
                speaker.quick = False
                start = len(speaker.lines)
                speaker.send(f"ISON {self.nick}")
                speaker.send(f"PING {token}")
                await speaker.expect(f"PONG .*{token}")
                there = any(
                    line.params[0] == "303" and self.nick in line.params[-1]
                    for line in speaker.lines[start:]
                )
                speaker.forget_lines()
                speaker.quick = True
                if not there:
                    return
