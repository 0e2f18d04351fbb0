"""The verbs, their exit codes, and that no secret leaves by them."""

import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner, Result

from bot import cli, logs
from bot.config import Config
from tests.config.conftest import MARKER

Invoke = Callable[..., Result]


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run the program with arguments; logs are left as they are."""
    monkeypatch.setattr(logs, "install", lambda *args, **kwargs: None)
    return lambda *args: CliRunner().invoke(cli.app, [str(arg) for arg in args])


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a function in the place of a module's, so that a verb calls it."""

    def put(name: str, **functions: object) -> None:
        module = ModuleType(name)
        module.__dict__.update(functions)
        monkeypatch.setitem(sys.modules, name, module)

    return put


def test_check_config_takes_the_contract(contract: Path, invoke: Invoke) -> None:
    result = invoke("check-config", "--config", contract)
    assert result.exit_code == 0, result.output
    assert "In an emergency" in result.stdout
    assert MARKER not in result.output


def test_check_config_lists_mistakes_and_exits_2(contract: Path, invoke: Invoke) -> None:
    contract.write_text(contract.read_text().replace('ceiling = "case" ', 'celing = "case" '))
    result = invoke("check-config", "--config", contract)
    assert result.exit_code == 2
    assert 'rooms[0].celing: no such key; did you mean "ceiling"?' in result.stderr
    assert result.stdout == ""
    assert MARKER not in result.output


def test_check_config_refuses_what_is_no_key(contract: Path, invoke: Invoke) -> None:
    (contract.parent / "secrets" / "root.key").write_text(MARKER)
    result = invoke("check-config", "--config", contract)
    assert result.exit_code == 2
    assert "keys.root_key_file: " in result.stderr
    assert MARKER not in result.output


def test_a_key_that_was_just_made_is_taken(contract: Path, invoke: Invoke) -> None:
    key = contract.parent / "secrets" / "root.key"
    key.unlink()
    missing = invoke("check-config", "--config", contract)
    assert missing.exit_code == 2
    assert "caseward key new" in missing.stderr
    assert invoke("key", "new", key).exit_code == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert invoke("check-config", "--config", contract).exit_code == 0


def test_a_key_is_never_written_over(contract: Path, invoke: Invoke) -> None:
    key = contract.parent / "secrets" / "root.key"
    before = key.read_bytes()
    assert invoke("key", "new", key).exit_code == 2
    assert key.read_bytes() == before


def test_a_key_below_a_file_is_refused(contract: Path, invoke: Invoke) -> None:
    result = invoke("key", "new", contract / "root.key")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("code", [0, 1])
def test_run_hands_the_configuration_on_and_its_answer_back(
    contract: Path, invoke: Invoke, stand_in: Callable[..., None], code: int
) -> None:
    given: list[Config] = []

    def run_bot(config: Config, *, adopt: bool = False, emergency_only: bool = False) -> int:
        given.append(config)
        return code

    stand_in("bot.app", run_bot=run_bot)
    assert invoke("run", "--config", contract, "--log-level", "debug").exit_code == code
    assert given[0].path == contract


def test_run_exits_2_where_the_store_refuses(
    contract: Path, invoke: Invoke, stand_in: Callable[..., None]
) -> None:
    from storage.errors import WrongKey

    def run_bot(config: Config, *, adopt: bool = False, emergency_only: bool = False) -> int:
        raise WrongKey

    stand_in("bot.app", run_bot=run_bot)
    result = invoke("run", "--config", contract)
    assert result.exit_code == 2
    assert "not the one the database was made with" in result.stderr


def test_demo_plays_the_script(invoke: Invoke, stand_in: Callable[..., None]) -> None:
    stand_in("bot.demo.story", run_demo=lambda script, matrix: 2 * matrix + (not script))
    assert invoke("demo", "--script").exit_code == 0
    assert invoke("demo").exit_code == 1


def test_a_diagram_is_printed_and_an_unknown_one_named(invoke: Invoke) -> None:
    drawn = invoke("diagram", "page")
    assert drawn.exit_code == 0
    assert drawn.stdout.startswith("stateDiagram-v2\n    [*] --> ringing\n")
    unknown = invoke("diagram", "nothing")
    assert unknown.exit_code == 2
    assert "page" in unknown.stderr


def test_version_and_mistakes_of_the_caller(invoke: Invoke) -> None:
    assert invoke("--version").stdout.startswith("caseward ")
    assert invoke("--version").exit_code == 0
    assert invoke("frob").exit_code == 2
    assert invoke("check-config", "--nothing").exit_code == 2
    assert invoke("check-config", "--config", "nowhere.toml").exit_code == 2


def test_health_cannot_ask_any_port(contract: Path, invoke: Invoke) -> None:
    contract.write_text(contract.read_text().replace("127.0.0.1:8787", "127.0.0.1:0"))
    result = invoke("health", "--config", contract)
    assert result.exit_code == 2
    assert "health.listen" in result.stderr


class _Connection:
    """Stands in for an HTTP connection; `status` None means that nobody answers."""

    status: int | None = 200
    asked: tuple[object, ...] = ()

    def __init__(self, host: str, port: int, timeout: float) -> None:
        _Connection.asked = (host, port)

    def request(self, method: str, path: str) -> None:
        _Connection.asked += (method, path)
        if self.status is None:
            raise ConnectionRefusedError

    def getresponse(self) -> "_Connection":
        return self

    def close(self) -> None:
        _Connection.asked += ("closed",)


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Connection]]:
    monkeypatch.setattr("http.client.HTTPConnection", _Connection)
    yield _Connection
    _Connection.status, _Connection.asked = 200, ()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (None, 1)])
def test_health_asks_the_running_bot(
    contract: Path, invoke: Invoke, connection: type[_Connection], status: int | None, code: int
) -> None:
    contract.write_text(contract.read_text().replace("127.0.0.1:8787", "0.0.0.0:8787"))
    connection.status = status
    assert invoke("health", "--config", contract).exit_code == code
    assert connection.asked == ("127.0.0.1", 8787, "GET", "/healthz", "closed")


def test_an_unexpected_error_is_one_line_without_content(
    contract: Path,
    stand_in: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run_bot(config: Config, *, adopt: bool = False, emergency_only: bool = False) -> int:
        secret = MARKER
        raise RuntimeError(secret)

    stand_in("bot.app", run_bot=run_bot)
    monkeypatch.setattr(logs, "install", lambda *args, **kwargs: None)
    monkeypatch.setattr(sys, "argv", ["caseward", "run", "--config", str(contract)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert said.err.startswith("caseward: failed: RuntimeError at tests/config/test_cli.py:")
    assert said.err.count("\n") == 1
    assert MARKER not in said.out + said.err


def test_health_without_a_section_says_so(contract: Path, invoke: Invoke) -> None:
    text = contract.read_text("utf-8")
    contract.write_text(text.partition("[health]")[0], "utf-8")
    result = invoke("health", "--config", contract)
    assert result.exit_code == 2
    assert "no [health] section" in result.stderr


# ---- the bot's identity on Matrix ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--reset", "--new-recovery-key"], "only one of"),
        (["--network", "nowhere"], "name one homeserver"),
        (["--reset"], "nothing was changed"),
        ([], "start the bot once"),
        (["--restore", "nowhere.txt"], "cannot be read"),
    ],
)
def test_identity_says_what_is_missing(
    contract: Path, invoke: Invoke, options: list[str], sentence: str
) -> None:
    result = invoke("matrix", "identity", "--config", contract, *options)
    assert result.exit_code == 2, result.output
    assert sentence in result.stderr
    assert not (contract.parent / "data" / "caseward.db").exists()


def test_doctor_begins_with_what_is_there(contract: Path, invoke: Invoke) -> None:
    result = invoke("doctor", "--config", contract)
    assert result.exit_code == 0, result.output
    assert "ok    the configuration can be read" in result.stdout
    assert "Toolforge" in result.stdout
    assert "there is no database yet" in result.stdout


def test_doctor_names_a_wrong_key(contract: Path, invoke: Invoke) -> None:
    (contract.parent / "secrets" / "root.key").write_text(MARKER)
    result = invoke("doctor", "--config", contract)
    assert result.exit_code == 1
    assert "fault the database: " in result.stdout
    assert MARKER not in result.output
