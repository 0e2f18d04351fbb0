"""The house rules that no linter knows: sizes, reasons for dependencies, locks, image, words."""

import ast
import re
import socket
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("bot", "commands", "storage")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60

CONTROL_WORDS = frozenset(
    "yes no unsure done pause back skip stop delete status add urgent help report read language"
    " appeal emergency".split()
)
# Words that a phrase must not hold, with their usual endings: it is given to people who have just
# told of something bad.
UNWELCOME = re.compile(
    "(abus|anger|arrest|assault|attack|beat|bitch|bleed|blood|body|bomb|breast|bull|coward|corpse"
    "|crash|crime|cruel|cry|damn|danger|dark|dead|death|devil|die|drown|drug|drunk|enem|evil|fail"
    "|fat|fear|fight|filth|flesh|god|grave|grief|gun|harass|harm|hate|hell|hit|hurt|idiot|insult"
    "|jail|jesus|kill|knife|liar|lie|lonel|lost|murder|naked|nazi|nude|pain|panic|poison|police"
    "|pray|pries|prison|punch|rage|rape|ruin|sad|scar|scare|scream|sex|shame|shoot|sick|sin|slave"
    "|slut|sorr|stab|steal|stupid|suicid|tear|terror|threat|tortur|ugl|victim|violen|vomit|war"
    "|weapon|weep|whore|wound|wrong)(e|s|es|ed|er|ers|ing|y|ly|ies|ful|ness)?"
)


def project() -> dict[str, Any]:
    """Return the project table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


def direct() -> set[str]:
    """Return the name of each package that pyproject.toml asks for."""
    table = project()
    lines = [*table["dependencies"], *chain(*table["optional-dependencies"].values())]
    return {Requirement(line).name for line in lines}


def locked(name: str) -> dict[str, str]:
    """Return name and version of each package in a lock file."""
    return dict(re.findall(r"(?m)^([a-z0-9.-]+)==([^ ;]+)", (ROOT / name).read_text()))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield each function of a file, methods and inner ones too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert lengths
    assert {name: n for name, n in lengths.items() if n > MAX_FILE_LINES} == {}


def test_functions_fit_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": length
        for path in SOURCES
        for node in functions(path)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_nothing_is_left_for_later() -> None:
    mark = re.compile("TO" + "DO|FIX" + "ME|X" + "XX")
    scripts = [ROOT / "run", ROOT / ".ci/run", ROOT / "Dockerfile"]
    files = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *scripts]
    assert [str(path.relative_to(ROOT)) for path in files if mark.search(path.read_text())] == []


def test_each_dependency_has_its_reason() -> None:
    page = (ROOT / "docs/dependencies.md").read_text()
    reasons = dict(re.findall(r"(?m)^\| `([^`]+)` \| (\S.{10,}) \|$", page))
    assert set(reasons) == direct()


def test_locks_hold_what_is_asked_for() -> None:
    program, tools = locked("requirements.lock"), locked("requirements-dev.lock")
    table = project()
    asked = table["dependencies"] + table["optional-dependencies"]["build"]
    for line in asked:
        requirement = Requirement(line)
        assert requirement.specifier.contains(program[requirement.name]), line
    for line in table["optional-dependencies"]["dev"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(tools[requirement.name]), line
    assert program.items() <= tools.items()


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-synapse.lock"]
)
def test_locks_have_hashes_and_name_no_place(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"(?m)^\s*--(?!hash=sha256:)", text)
    entries = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert len(entries) == len(locked(name))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_image_keeps_its_promises() -> None:
    text = (ROOT / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    stages = [line for line in lines if line.startswith("FROM ")]
    assert len(stages) == 2
    assert all("-slim" in stage for stage in stages)
    last = lines[lines.index(stages[1], 1) :] if stages[0] != stages[1] else lines
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    assert users
    assert users[-1].split(":")[0] not in {"root", "0"}
    installs = [line for line in lines if "pip install" in line]
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    assert any("--require-hashes -r requirements.lock" in line for line in installs)
    for promise in (
        "PYTHONDONTWRITEBYTECODE=1",
        'VOLUME ["/data"]',
        "HEALTHCHECK ",
        '"python", "-m", "bot", "health", "--config", "/config/config.toml"',
        'ENTRYPOINT ["caseward"]',
        'CMD ["run", "--config", "/config/config.toml"]',
    ):
        assert promise in text


def test_the_image_gets_only_what_it_copies() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source.rstrip("/")
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def receipt_words() -> list[str]:
    """Return the words that receipts are made of, as the file has them."""
    return (ROOT / "bot/texts/words.en.txt").read_text().splitlines()


def test_six_receipt_words_make_66_bits() -> None:
    words = receipt_words()
    assert len(words) >= 2048
    assert len(set(words)) == len(words)
    assert words == sorted(words)


def test_receipt_words_are_short_and_plain() -> None:
    assert [word for word in receipt_words() if not re.fullmatch("[a-z]{3,7}", word)] == []


def test_receipt_words_are_neither_orders_nor_unkind() -> None:
    words = set(receipt_words())
    assert words & CONTROL_WORDS == set()
    assert {word for word in words if UNWELCOME.fullmatch(word)} == set()


def test_sockets_are_shut_unless_a_test_asks() -> None:
    with (
        pytest.warns(UserWarning, match="socket"),
        pytest.raises(RuntimeError, match="socket"),
    ):
        socket.create_connection(("127.0.0.1", 9), timeout=1)


@pytest.mark.net
def test_marked_tests_reach_loopback() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


@pytest.mark.net
def test_marked_tests_reach_nothing_beyond() -> None:
    with (
        pytest.warns(UserWarning, match="connect"),
        pytest.raises(RuntimeError, match="connect"),
    ):
        socket.create_connection(("192.0.2.1", 9), timeout=1)
