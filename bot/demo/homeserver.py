"""A Matrix homeserver of one's own: Synapse on this machine alone, in a folder of its own.

It federates with nobody, asks nothing of anybody else, and listens on the loopback. `./run`
installs it beside the project.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from aiohttp import ClientError, ClientSession, ClientTimeout

HOST = "127.0.0.1"
#: What comes after the colon in everybody's name.
DOMAIN = "demo.test"
_PYTHON = Path(__file__).resolve().parents[2] / ".venv-synapse" / "bin" / "python"
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_ASK_AGAIN = 0.05
_ENDLESS = {"per_second": 100_000, "burst_count": 100_000}
_LIMITS: Mapping[str, Any] = {
    "rc_message": _ENDLESS,
    "rc_registration": _ENDLESS,
    "rc_login": {"address": _ENDLESS, "account": _ENDLESS, "failed_attempts": _ENDLESS},
    "rc_admin_redaction": _ENDLESS,
    "rc_joins": {"local": _ENDLESS, "remote": _ENDLESS},
    "rc_joins_per_room": _ENDLESS,
    "rc_key_requests": _ENDLESS,
    "rc_invites": {"per_room": _ENDLESS, "per_user": _ENDLESS, "per_issuer": _ENDLESS},
    "rc_room_creation": _ENDLESS,
}
_LOG = """\
version: 1
formatters: {plain: {format: '%(asctime)s %(levelname)s %(name)s %(message)s'}}
handlers: {file: {class: logging.FileHandler, formatter: plain, filename: @FILE@}}
root: {level: WARNING, handlers: [file]}
disable_existing_loggers: false
"""


class HomeserverError(Exception):
    """It did not come up, or refused what it was asked; its own last lines say why."""


def missing(python: Path = _PYTHON) -> list[str]:
    """Return the names of programs that this needs and the machine does not have."""
    # The script comes last in an installation, so that a broken one does not count.
    return [] if (python.parent / "synapse_homeserver").exists() else ["matrix-synapse"]


class Homeserver:
    """One Synapse. `url` is where it answers once it was started; its data stay in `folder`.

    `limits` are those of the server's own defaults, or none.
    """

    name = DOMAIN

    def __init__(
        self,
        folder: Path,
        *,
        limits: Literal["none", "default"] = "none",
        python: Path = _PYTHON,
    ) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.port = _free_port()
        self._python = python
        self._secret = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._write(limits)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    def user_id(self, user: str) -> str:
        """Return how somebody is called here."""
        return f"@{user}:{self.name}"

    async def start(self) -> None:
        """Start it, on the same port and data as before; returns once it answers.

        Raises `HomeserverError` where it does not come up; nothing of it runs then.
        """
        if absent := missing(self._python):
            raise HomeserverError(f"not installed: {', '.join(absent)}")
        if not self.running:
            with (self.folder / "output.txt").open("ab") as out:
                self._process = subprocess.Popen(  # noqa: S603, ASYNC220 (a command of ours; it returns at once)
                    [str(self._python), "-m", "synapse.app.homeserver", "-c", str(self._config)],
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                )
        up = False
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._answers()
            up = True
        except TimeoutError:
            raise HomeserverError(self._last_words()) from None
        finally:
            if not up:
                self.end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end, and kill it if it does not."""
        await asyncio.to_thread(self.end)

    async def kill(self) -> None:
        """End it as a power cut does."""
        await asyncio.to_thread(self._end, signal.SIGKILL)

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """As `stop`, for who cannot wait in a loop."""
        self._end(by)

    async def register(self, user: str, password: str) -> None:
        """Give somebody an account; one that is there already stays as it is."""
        url = f"{self.url}/_synapse/admin/v1/register"
        async with ClientSession(timeout=ClientTimeout(total=30)) as http:
            async with http.get(url) as answer:
                nonce = (await answer.json())["nonce"]
            words = b"\0".join(part.encode() for part in (nonce, user, password, "notadmin"))
            proof = hmac.new(self._secret.encode(), words, hashlib.sha1).hexdigest()
            body = {
                "nonce": nonce,
                "username": user,
                "password": password,
                "admin": False,
                "mac": proof,
                "inhibit_login": True,
            }
            async with http.post(url, json=body) as answer:
                said = await answer.json()
        if "user_id" not in said and said.get("errcode") != "M_USER_IN_USE":
            raise HomeserverError(str(said.get("errcode")))

    @property
    def _config(self) -> Path:
        return self.folder / "homeserver.yaml"

    def _write(self, limits: str) -> None:
        """Write its configuration; JSON is YAML."""
        seed = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        _private(self.folder / "signing.key", f"ed25519 a_demo {seed}\n")
        log = _LOG.replace("@FILE@", str(self.folder / "homeserver.log"))
        _private(self.folder / "log.yaml", log)
        config = {
            "server_name": self.name,
            "pid_file": str(self.folder / "homeserver.pid"),
            "public_baseurl": f"{self.url}/",
            "serve_server_wellknown": False,
            "listeners": [
                {
                    "port": self.port,
                    "type": "http",
                    "tls": False,
                    "x_forwarded": False,
                    "bind_addresses": [HOST],
                    "resources": [{"names": ["client"], "compress": False}],
                }
            ],
            "database": {
                "name": "sqlite3",
                "args": {"database": str(self.folder / "homeserver.db")},
            },
            "log_config": str(self.folder / "log.yaml"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "enable_registration": False,
            "report_stats": False,
            "federation_domain_whitelist": [],
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "url_preview_enabled": False,
            "presence": {"enabled": False},
            "room_list_publication_rules": [{"action": "allow"}],
            "bcrypt_rounds": 4,
            **({} if limits == "default" else _LIMITS),
        }
        _private(self._config, json.dumps(config, indent=1))

    async def _answers(self) -> None:
        async with ClientSession(timeout=ClientTimeout(total=5)) as http:
            while True:
                if not self.running:
                    raise HomeserverError(self._last_words())
                try:
                    async with http.get(f"{self.url}/health") as answer:
                        if answer.status < 500:  # noqa: PLR2004 (a status of HTTP)
                            return
                except (ClientError, TimeoutError, OSError):
                    pass
                await asyncio.sleep(_ASK_AGAIN)

    def _end(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, by)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _last_words(self) -> str:
        return (self.folder / "output.txt").read_text("utf-8", "replace")[-2000:]


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
