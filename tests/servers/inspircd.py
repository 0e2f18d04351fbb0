"""A private InspIRCd with Atheme services: started, killed and started again on the same ports."""

from __future__ import annotations

import asyncio
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.servers import inspircd_config
from tests.servers.api import ACCOUNTS, BOT_ACCOUNT, HOST
from tests.servers.certs import Certificates, fingerprint
from tests.servers.client import IRCClient

_START_SECONDS = 15.0


def missing_programs() -> list[str]:
    """Names of programs that this needs and the machine does not have."""
    return [name for name in ("inspircd", "atheme-services") if _program(name) is None]


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")


class InspIRCd:
    """One server, with services unless it is a leaf; implements `tests.servers.api.IRCServer`.

    With a `peer` (which server, its link port) it may be linked: see `tests.servers.linked`.
    """

    kind = "inspircd"
    host = HOST
    accounts = ACCOUNTS

    def __init__(
        self,
        certificates: Certificates,
        *,
        server: inspircd_config.Server = inspircd_config.HUB,
        ports: inspircd_config.Ports | None = None,
        peer: tuple[inspircd_config.Server, int] | None = None,
    ) -> None:
        self.certificates = certificates
        self._folder = Path(tempfile.mkdtemp(prefix="inspircd-"))
        self._ports = ports or free_ports(1)[0]
        self.port = self._ports.plain
        self.limited_port = self._ports.limited
        self.tls_port = self._ports.tls
        self._ircd: subprocess.Popen[bytes] | None = None
        self._services: subprocess.Popen[bytes] | None = None
        self._answering = False
        shutil.copy(certificates.server, self._folder / "server.pem")
        inspircd_config.write_config(self._folder, self._ports, server=server, peer=peer)
        digits = {BOT_ACCOUNT: fingerprint(certificates.bot)}
        inspircd_config.write_accounts(self._folder, ACCOUNTS, digits)
        self._user = _unprivileged_user()
        if self._user is not None:
            for path in (self._folder, *self._folder.iterdir()):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)

    # -- the protocol

    async def start(self) -> None:
        """Start what is not running; returns when services answer."""
        alive = all(each is not None and each.poll() is None for each in self._processes)
        if alive and self._answering:
            return
        await asyncio.to_thread(self.start_ircd)
        await self.services_up()

    async def kill(self) -> None:
        """SIGKILL to InspIRCd; Atheme stays and links again by itself."""
        await asyncio.to_thread(self.stop_ircd)

    async def restart(self) -> None:
        """`kill`, then `start`."""
        await self.kill()
        await self.start()

    async def services_down(self) -> None:
        """SIGKILL to Atheme; returns when InspIRCd has seen it go."""
        async with self._control() as control:
            self.stop_services()
            await control.expect(" (731) .*NickServ")

    async def services_up(self) -> None:
        """Start Atheme if need be; returns when NickServ is on the network."""
        self.start_services()
        async with self._control(oper=False) as control:
            await control.expect(" 730 .*NickServ", within=_START_SECONDS)
        self._answering = True

    async def kill_client(self, nick: str, reason: str = "tests") -> None:
        """An operator's KILL."""
        async with self._control() as control:
            control.send(f"KILL {nick} :{reason}")
            await control.sync()

    async def force_join(self, nick: str, channel: str) -> None:
        """SAJOIN."""
        async with self._control() as control:
            control.send(f"SAJOIN {nick} {channel}")
            await control.sync()

    async def force_nick(self, nick: str, other: str) -> None:
        """SANICK: what services do to somebody who does not prove a nick."""
        async with self._control() as control:
            control.send(f"SANICK {nick} {other}")
            await control.sync()

    @asynccontextmanager
    async def _control(self, *, oper: bool = True) -> AsyncIterator[IRCClient]:
        control = await IRCClient.connect(self.host, self.port, "control")
        control.send("MONITOR + NickServ")
        if oper:
            control.send("OPER {} {}".format(*inspircd_config.OPER))
            await control.expect(" 381 ")
        yield control
        await control.quit()

    # -- processes

    @property
    def _processes(self) -> tuple[subprocess.Popen[bytes] | None, ...]:
        return (self._ircd, self._services)

    def start_ircd(self) -> None:
        """Start InspIRCd; returns when its ports are open."""
        if self._ircd is not None and self._ircd.poll() is None:
            return
        config = str(self._folder / "inspircd.conf")
        self._ircd = self._spawn("inspircd", "--nofork", "--config", config)
        _await_output(self._ircd, b"InspIRCd is now running")

    def stop_ircd(self) -> None:
        """SIGKILL to InspIRCd."""
        self._answering = False
        _end(self._ircd)

    def start_services(self) -> None:
        """Start Atheme; it links by itself and takes a moment for it."""
        if self._services is not None and self._services.poll() is None:
            return
        folder = str(self._folder)
        paths = ("-c", f"{folder}/atheme.conf", "-D", folder, "-l", f"{folder}/atheme.log")
        self._services = self._spawn("atheme-services", "-n", *paths, "-p", f"{folder}/atheme.pid")

    def stop_services(self) -> None:
        """SIGKILL to Atheme."""
        self._answering = False
        _end(self._services)

    def close(self) -> None:
        """End both and remove what they wrote."""
        self.stop_services()
        self.stop_ircd()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _spawn(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        program = _program(name)
        assert program is not None, f"{name} is not installed"
        user = self._user
        return subprocess.Popen(
            [program, *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if name == "inspircd" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )


def _unprivileged_user() -> pwd.struct_passwd | None:
    """The servers refuse to be root; Debian has a user for them."""
    return pwd.getpwnam("irc") if os.getuid() == 0 else None


def free_ports(servers: int) -> list[inspircd_config.Ports]:
    """Ports that nobody listens on now, for so many servers; no two of them are the same."""
    sockets = [socket.create_server((HOST, 0)) for _ in range(4 * servers)]
    numbers = iter([each.getsockname()[1] for each in sockets])
    for each in sockets:
        each.close()
    return [
        inspircd_config.Ports(plain=plain, limited=limited, tls=tls, link=link)
        for plain, limited, tls, link in zip(numbers, numbers, numbers, numbers, strict=True)
    ]


def _await_output(process: subprocess.Popen[bytes], wanted: bytes) -> None:
    assert process.stdout is not None
    heard = b""
    deadline = time.monotonic() + _START_SECONDS
    while wanted not in heard:
        left = deadline - time.monotonic()
        ready, _, _ = select.select([process.stdout], [], [], max(left, 0))
        piece = os.read(process.stdout.fileno(), 65536) if ready else b""
        assert piece, f"no {wanted!r} from {process.args!r}: {heard.decode(errors='replace')}"
        heard += piece


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
