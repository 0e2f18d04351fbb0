"""The command line: one function for each verb. Exit codes: 0 done, 1 failed, 2 your mistake.

Whatever a verb needs is imported inside it, so that help is quick and `health` stays small.
"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import logs

if TYPE_CHECKING:
    from bot.config import Config

FAILED = 1
MISTAKE = 2
#: What helps while a database is being mended.
_MEANWHILE = "Until then, `caseward run --emergency-only` passes calls for help on."
_HEALTH_TIMEOUT = 5.0
_OK = 200
#: An address that means "everywhere" cannot be asked; this machine can.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (read, not listened on)

app = typer.Typer(
    add_completion=False,
    help="A case desk for reports of harassment.",
    no_args_is_help=True,
    # Tracebacks with the values of variables would print what people wrote.
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
key_app = typer.Typer(help="The root key.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(key_app, name="key")
matrix_app = typer.Typer(
    help="The bot's account on a Matrix homeserver.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(matrix_app, name="matrix")


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


ConfigPath = Annotated[Path, typer.Option("--config", help="The configuration file.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"caseward {version('caseward')}")
        raise typer.Exit


@app.callback()
def caseward(
    *,
    show_version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Say the version."),
    ] = False,
) -> None:
    """A case desk for reports of harassment."""
    del show_version


@app.command()
def run(
    *,
    config: ConfigPath = Path("config.toml"),
    log_level: Annotated[LogLevel, typer.Option()] = LogLevel.INFO,
    log_json: Annotated[bool, typer.Option("--log-json", help="Log lines as JSON.")] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Take over a data folder copied from elsewhere.")
    ] = False,
    emergency_only: Annotated[
        bool,
        typer.Option(
            "--emergency-only",
            help="Pass calls for help on, without database or key; keep nothing.",
        ),
    ] = False,
) -> None:
    """Run the bot until it is told to stop."""
    settled = _load(config, stored=not emergency_only, to_run=True)
    logs.install(log_level.value, as_json=log_json)

    from bot.app import run_bot
    from bot.runtime.stores import DatabaseUnusable
    from storage.errors import AlreadyRunning, StorageRefused

    try:
        os.umask(0o077)
        code = run_bot(settled, adopt=adopt, emergency_only=emergency_only)
    except AlreadyRunning as running:
        _stop(str(running))
    except (StorageRefused, DatabaseUnusable) as refused:
        _stop(f"{refused} {_MEANWHILE}")
    raise typer.Exit(code)


@app.command("check-config")
def check_config(*, config: ConfigPath = Path("config.toml")) -> None:
    """Say in words what the bot will do with a configuration, or what is wrong with it."""
    from bot.config.explain import explain
    from bot.runtime.clock import SystemClock
    from storage.errors import KeyRefused
    from storage.keys import load_root_key

    settled = _load(config)
    try:
        load_root_key(settled.root_key_file, data_dir=settled.data_dir)
    except KeyRefused as refused:
        _stop(f"keys.root_key_file: {refused}")
    for line in explain(settled, SystemClock().now()):
        print(line)


@app.command()
def demo(
    *,
    script: Annotated[bool, typer.Option("--script", help="Play the story and stop.")] = False,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="On Matrix, over a homeserver of its own.")
    ] = False,
) -> None:
    """Play the story of a case on this machine, then let you try."""
    from bot.demo.story import run_demo

    raise typer.Exit(run_demo(script, matrix))


@key_app.callback()
def key() -> None:
    """The root key: without it, nobody reads the database."""


@key_app.command("new")
def key_new(file: Annotated[Path, typer.Argument(help="Where the key is written.")]) -> None:
    """Write a fresh root key to a file that does not exist yet."""
    from storage.errors import KeyRefused
    from storage.keys import new_root_key

    try:
        new_root_key(file)
    except KeyRefused as refused:
        _stop(str(refused))
    except OSError as error:
        _stop(f"{file}: cannot be written ({type(error).__name__}); choose another place")
    print(f"{file} holds a new root key. Keep a copy where the data is not.")


@app.command()
def diagram(name: Annotated[str, typer.Argument(help="Which state machine.")]) -> None:
    """Print the picture of a state machine, as mermaid text."""
    from bot.diagrams import UnknownDiagramError, draw

    try:
        print(draw(name))
    except UnknownDiagramError as unknown:
        _stop(f"there is no such picture; there are: {', '.join(unknown.known)}")


@app.command()
def health(*, config: ConfigPath = Path("config.toml")) -> None:
    """Ask the running bot whether it is well."""
    from http.client import HTTPConnection, HTTPException

    listen = _load(config).health
    if listen is None:
        _stop("health: there is no [health] section, so the bot does not listen")
    host, port = listen
    if port == 0:
        _stop("health.listen: port 0 means any, so there is nothing to ask; set a port")
    connection = HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=_HEALTH_TIMEOUT)
    try:
        connection.request("GET", "/healthz")
        well = connection.getresponse().status == _OK
    except (OSError, HTTPException):
        print("no answer", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    finally:
        connection.close()
    print("well" if well else "not well")
    raise typer.Exit(0 if well else FAILED)


@app.command()
def doctor(*, config: ConfigPath = Path("config.toml")) -> None:
    """Look at everything there is to look at, and say what to do. Changes nothing."""
    from bot.operating.desk import look_at_everything

    raise typer.Exit(look_at_everything(_load(config)))


@app.command()
def canon(
    file: Annotated[str, typer.Argument(help="A file, or - for standard input.")],
    *,
    wiki: Annotated[
        str | None,
        typer.Option(
            "--wiki", help="The wiki that is meant where none is named: enwiki, or a host."
        ),
    ] = None,
) -> None:
    """Print the canonical key of the link on each line, an empty line where there is none."""
    from bot.operating import lines

    try:
        for key_or_nothing in lines.each_line(file, lines.canon(wiki)):
            print(key_or_nothing)
    except LookupError:
        _stop(f"--wiki {wiki}: nobody knows this wiki; name it like enwiki, or by its host")
    except lines.NotReadable as refused:
        _stop(str(refused))


@matrix_app.callback()
def matrix() -> None:
    """The bot's account on a Matrix homeserver."""


@matrix_app.command("identity")
def matrix_identity(
    *,
    config: ConfigPath = Path("config.toml"),
    network: Annotated[
        str | None, typer.Option("--network", help="Which homeserver, by its name in the file.")
    ] = None,
    new_recovery_key: Annotated[
        bool, typer.Option("--new-recovery-key", help="Make a recovery key, and print it once.")
    ] = False,
    restore: Annotated[
        Path | None,
        typer.Option(
            "--restore", help="Bring the keys back; the recovery key is in this file, or `-`."
        ),
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Replace the identity: everybody compares keys anew.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Show the keys by which people know the bot on Matrix; with an option, mend them."""
    from bot.operating.desk import Deed, identity
    from storage.errors import StorageError

    asked = [
        deed
        for deed, wanted in (
            (Deed.KEEP, new_recovery_key),
            (Deed.RESTORE, restore is not None),
            (Deed.RESET, reset),
        )
        if wanted
    ]
    if len(asked) > 1:
        _stop("only one of --new-recovery-key, --restore and --reset at a time")
    deed = asked[0] if asked else Deed.SHOW
    if deed is Deed.RESET and not yes:
        print("Everybody who has compared keys with the bot will see that its identity was reset.")
        print("Type reset to go on: ", end="", flush=True)
        if sys.stdin.readline().strip() != "reset":
            _stop("nothing was changed")
    try:
        code = identity(_load(config), deed, network=network, typed=restore)
    except (StorageError, LookupError) as refused:
        _stop(str(refused))
    raise typer.Exit(code)


def main() -> NoReturn:
    """Run the program; an error that nobody expected is told without what it was about."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 (the last door: a traceback could hold words)
        print(f"caseward: failed: {logs.describe(error)}", file=sys.stderr)
        sys.exit(FAILED)
    sys.exit(0)


def _load(path: Path, *, stored: bool = True, to_run: bool = False) -> "Config":
    from bot.config import ConfigError, load_config
    from bot.config.words import MISTAKES

    try:
        return load_config(path, stored=stored)
    except ConfigError as error:
        print(MISTAKES.format(count=len(error.problems)), file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        if to_run and _runs_without_storage(path):
            print(_MEANWHILE, file=sys.stderr)
        raise typer.Exit(MISTAKE) from None


def _runs_without_storage(path: Path) -> bool:
    """Tell whether nothing is wrong with a file but what concerns the database and its key."""
    from bot.config import ConfigError, load_config

    try:
        load_config(path, stored=False)
    except ConfigError:
        return False
    return True


def _stop(sentence: str) -> NoReturn:
    print(f"caseward: {sentence}", file=sys.stderr)
    raise typer.Exit(MISTAKE)
