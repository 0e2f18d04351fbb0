"""Mail relays in a process of their own, so that no mail waits for whoever floods.

`python -m bench.relays FOLDER` works on the certificates in the folder, says its port, and a line
for each mail that it takes: the moment of the 250 on the monotonic clock, which is the same in all
processes, and the text. It ends when its standard input does.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import Envelope, Session

from tests.e2e.relay import Relay, read
from tests.servers.smtp_certs import MailCertificates

MAILBOX = "emergency@example.org"
#: What is told of a mail: when it was taken, on the monotonic clock, and its text.
Tell = Callable[[float, str], None]


def _nothing(_at: float, _body: str) -> None:
    """Tell nobody."""


class Timed(Relay):
    """A relay that tells what it took, and when."""

    tell: Tell = staticmethod(_nothing)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """As the relay does it."""
        before = len(self.accepted)
        answer = await super().handle_DATA(server, session, envelope)
        at = time.monotonic()
        for mail in self.accepted[before:]:
            if mail.recipient == MAILBOX:
                self.tell(at, read(mail).get_content())
        return answer


class Apart(Timed):
    """A working relay in another process; here it is a port and what it tells."""

    _process: Process
    _listener: "asyncio.Task[None]"

    def __init__(self, certificates: MailCertificates) -> None:
        super().__init__(certificates)
        self._folder = certificates.folder

    async def __aenter__(self) -> Self:
        """Start it, and wait for its port."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, str(self._folder), stdin=PIPE, stdout=PIPE
        )
        self.port = int(await self._read())
        self._listener = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._listener
        await self._process.wait()

    async def _read(self) -> bytes:
        assert self._process.stdout is not None
        return await self._process.stdout.readline()

    async def _listen(self) -> None:
        while line := await self._read():
            at, body = json.loads(line)
            self.tell(at, body)


async def serve(folder: Path) -> None:
    """Be the relay until standard input ends."""

    def tell(at: float, body: str) -> None:
        print(json.dumps([at, body]), flush=True)

    async with Timed(MailCertificates(ca=folder / "ca.pem", folder=folder)) as relay:
        relay.tell = tell
        print(relay.port, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
