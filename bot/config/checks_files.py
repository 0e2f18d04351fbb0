"""Checks of the files that the configuration names. Their names are never repeated: somebody may
have written the secret itself where its file was asked for.
"""

import os
import stat
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from bot.config.models import IRCTransport, Settings, beside
from bot.config.problems import Problem, did_you_mean

_MAX_SECRET = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Where systemd and Docker put secrets: they see to the modes, and show them in their own way.
_MANAGED = (Path("/run/credentials"), Path("/run/secrets"))
_MEND_FILE = "put the password alone into a file of mode 0600, and name that file here"
_MEND_CA = "name a file of certificates (PEM), or leave the key out for the system's"
_MEND_CERT = "put certificate and key (PEM) into a file of mode 0600, and name that file here"
_MEND_ROOT = "make it with: caseward key new FILE, and name that FILE here"


def root_key(settings: Settings, path: Path) -> Iterator[Problem]:
    """The root key is there, its owner's alone, and not beside the data that it opens."""
    where = "keys.root_key_file"
    file = beside(path, settings.keys.root_key_file)
    trouble = list(_readable(where, file, _MEND_ROOT))
    yield from trouble
    managed = any(file.resolve().is_relative_to(folder) for folder in _MANAGED)
    if not trouble and not managed and file.stat().st_mode & _OTHERS:
        yield Problem(where, "others than its owner can read the root key; chmod 600 that file")


def root_key_apart(settings: Settings, path: Path) -> Iterator[Problem]:
    """The root key is not in the data folder: a copy of one must not be a copy of both."""
    data = beside(path, settings.bot.data_dir).resolve()
    if beside(path, settings.keys.root_key_file).resolve().is_relative_to(data):
        yield Problem(
            "keys.root_key_file", "the root key is inside bot.data_dir; move it elsewhere"
        )


def data_dir(settings: Settings, path: Path) -> Iterator[Problem]:
    """The data folder can be made, or is a folder."""
    folder = beside(path, settings.bot.data_dir)
    if folder.exists() and not folder.is_dir():
        yield Problem("bot.data_dir", "this is a file; name a folder")


def transport_secrets(settings: Settings, path: Path) -> Iterator[Problem]:
    """The files that transports need are there."""
    for index, transport in enumerate(settings.transports):
        start = f"transports[{index}]"
        yield from _named(f"{start}.ca_file", path, transport.ca_file, _MEND_CA)
        if not isinstance(transport, IRCTransport) or transport.sasl == "plain":
            yield from _named(f"{start}.password_file", path, transport.password_file, _MEND_FILE)
        else:
            yield from _named(
                f"{start}.client_cert_file", path, transport.client_cert_file, _MEND_CERT
            )


def smtp_secrets(settings: Settings, path: Path) -> Iterator[Problem]:
    """The files that mail servers need are there."""
    for index, relay in enumerate(settings.smtp):
        yield from _named(f"smtp[{index}].ca_file", path, relay.ca_file, _MEND_CA)
        yield from _named(f"smtp[{index}].password_file", path, relay.password_file, _MEND_FILE)


def language(settings: Settings, path: Path) -> Iterator[Problem]:
    """The team's language is one that there are texts for."""
    del path
    known = known_languages()
    if settings.bot.language not in known:
        hint = did_you_mean(settings.bot.language, known) or f"; known: {', '.join(known)}"
        yield Problem("bot.language", f"there are no texts in this language{hint}")


def known_languages() -> tuple[str, ...]:
    """Return the codes of the languages that there are texts for."""
    names = (file.name for file in files("bot.texts").iterdir())
    found = {name.removesuffix(".json") for name in names if name.endswith(".json")}
    return tuple(sorted((found - {"qqq"}) | {"en"}))


def exposed(settings: Settings, path: Path) -> Iterator[str]:
    """Yield the keys whose files with passwords can be read by others: worth a warning."""
    for index, transport in enumerate(settings.transports):
        names = {"password_file": transport.password_file}
        if isinstance(transport, IRCTransport):
            names["client_cert_file"] = transport.client_cert_file
        for key, name in names.items():
            if name is not None and _open_to_others(beside(path, name)):
                yield f"transports[{index}].{key}"
    for index, relay in enumerate(settings.smtp):
        if relay.password_file and _open_to_others(beside(path, relay.password_file)):
            yield f"smtp[{index}].password_file"


def _open_to_others(file: Path) -> bool:
    return file.exists() and bool(file.stat().st_mode & stat.S_IRWXO)


def _named(where: str, path: Path, name: str | None, mend: str) -> Iterator[Problem]:
    if name is not None:
        yield from _readable(where, beside(path, name), mend)


def _readable(where: str, file: Path, mend: str) -> Iterator[Problem]:
    try:
        found = file.stat()
    except PermissionError:
        yield Problem(where, f"the folder of this file cannot be read by this user; {mend}")
        return
    except (OSError, ValueError):
        yield Problem(where, f"there is no such file; {mend}")
        return
    if not stat.S_ISREG(found.st_mode):
        yield Problem(where, f"this is not a file; {mend}")
    elif not os.access(file, os.R_OK):
        yield Problem(
            where, "this user cannot read the file; give it to the user that runs the bot"
        )
    elif not 0 < found.st_size <= _MAX_SECRET * 16:
        yield Problem(where, f"the file is empty or far too long; {mend}")
