"""Links lead somewhere, files that are named exist, pictures and tables are what the code is."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import app
from bot.core.words.places import Flaw
from bot.diagrams import DIAGRAMS, draw
from bot.texts.catalogue import message
from commands._registry import load
from storage import errors
from tests.docs.pictures import PAGE, drawn
from tests.docs.recipes import ROOT, recipes

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
EACH = pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"(?ms)^```.*?^```$")
_PATH = re.compile(r"`((?:bot|commands|storage|tests|docs)/[\w./-]*\w)`")
_ROW = re.compile(r"(?m)^\| `([\w/]+)` \| \S.* \|$")
_SOURCES = ("*.py", "*.md", "*.sql")


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def section(page: Path, heading: str) -> str:
    """Return what stands under a heading of a page."""
    text = page.read_text(encoding="utf-8")
    match = re.search(rf"(?ms)^(#+) {re.escape(heading)}$(.*?)(?=^#{{1,3}} |\Z)", text)
    assert match is not None, heading
    return match[2]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(page))
    return {"".join(_slug(heading)) for heading in headings}


def _slug(heading: str) -> Iterator[str]:
    for char in heading.lower():
        if char == " ":
            yield "-"
        elif char in "-_" or unicodedata.category(char)[0] in "LN":
            yield char


@EACH
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(prose(page)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.is_relative_to(ROOT), target
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


@EACH
def test_files_that_are_named_exist(page: Path) -> None:
    made = {file for recipe in recipes() for file in recipe.files}
    named = {name for name in _PATH.findall(prose(page)) if name not in made}
    assert {name for name in named if not (ROOT / name).exists()} == set()


def folders() -> set[str]:
    """Return the folders of the program, of its tests and of its pages, as far as they go."""
    top = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}
    kept = {name for name in top if any(any((ROOT / name).glob(kind)) for kind in _SOURCES)}
    inner = {
        str(path.relative_to(ROOT))
        for name in ("bot", "commands", "storage")
        for path in (ROOT / name).rglob("*")
        if path.is_dir() and any(any(path.glob(kind)) for kind in _SOURCES)
    }
    return kept | inner


def test_the_folder_map_is_the_folders() -> None:
    rows = _ROW.findall(section(DOCS / "architecture.md", "Folders"))
    assert len(rows) == len(set(rows))
    assert set(rows) == folders()


@pytest.mark.parametrize("name", DIAGRAMS)
def test_pictures_are_drawn_from_the_tables(name: str) -> None:
    assert f"```mermaid\n{draw(name)}\n```" in section(DOCS / "architecture.md", name)


def test_pictures_that_are_drawn_anew_stay_the_same() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert drawn(text) == text


def test_points_where_it_can_be_killed_are_in_the_code() -> None:
    named = re.findall(r"`([\w*]+(?:\.[\w*-]+)+)`", section(DOCS / "architecture.md", _KILLED))
    sources = [path for name in ("bot", "storage") for path in (ROOT / name).rglob("*.py")]
    calls = "".join(re.findall(r'robe\(f?"[^"]+"', "".join(map(Path.read_text, sources))))
    points = re.findall(r'"([^"]+)"', re.sub(r"\{[^}]*\}", "*", calls))
    assert named
    assert {name for name in named if not any(fnmatch(name, point) for point in points)} == set()


_KILLED = "Where it can be killed"


def test_commands_that_are_told_of_exist() -> None:
    known = set(load().commands)
    for page in PAGES:
        told = set(re.findall(r"`!([a-z-]+)", prose(page)))
        assert told <= known | {"command"}, page.name


def test_verbs_and_options_of_the_program_that_are_told_of_exist() -> None:
    known = get_command(app)
    assert isinstance(known, TyperGroup)
    for page in PAGES:
        told = re.findall(r"caseward ([a-z][a-z-]+)(?: (--[a-z-]+))?", _quoted(page))
        for verb, option in told:
            assert verb in known.commands, (page.name, verb)
            options = {opt for param in known.commands[verb].params for opt in param.opts}
            assert not option or option in options, (page.name, verb, option)


def _quoted(page: Path) -> str:
    """Return what a page shows as typed: in backticks, and in indented blocks."""
    text = page.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"`[^`\n]+`|(?m:^ {4}\S.*$)", text))


def test_commands_that_are_said_to_be_missing_are() -> None:
    missing = re.search(r"\*\*No ((?:`[a-z]+`(?:, | or )?)+)\*\*", (ROOT / "README.md").read_text())
    assert missing is not None
    names = set(re.findall(r"`([a-z]+)`", missing[1]))
    assert names
    assert names & set(load().commands) == set()


def test_each_thing_a_channel_can_be_told_is_explained() -> None:
    page = section(DOCS / "operating.md", "The channel")
    explained = set(re.findall(r'(?m)^\| "(.+?)" \|', page))
    assert explained == {message(f"room.flaw.{flaw}") for flaw in Flaw}


def test_each_refusal_to_start_is_explained() -> None:
    rows = re.findall(r"(?m)^\| ([^|]+) \| [^|]+ \|$", section(DOCS / "operating.md", _REFUSALS))
    assert set(rows[1:]) >= set(_SAID.values())
    refusals = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    concrete = {
        kind.__name__
        for kind in refusals
        if issubclass(kind, errors.StorageRefused) and not kind.__subclasses__()
    }
    assert concrete == {*_SAID, *_NEVER_AT_START}


_REFUSALS = "When it does not start"
_SAID = {
    "MissingKey": "no root key file",
    "LooseKey": "others can read or replace the root key",
    "KeyInDataFolder": "the root key lies in the data folder",
    "BadKey": "the root key file does not hold a key",
    "WrongKey": "not the key the database was made with",
    "NewerDatabase": "written by a newer version",
    "NetworkFileSystem": "on a network file system",
    "UnfitFileSystem": "the file system cannot keep a write-ahead log",
    "AlreadyRunning": "another process is using this data folder",
    "CopiedDatabase": "the data folder is a copy or was moved",
    "DamagedDatabase": "cannot be read as a database",
    "NoRoom": "the data folder cannot be written",
}
#: Said by `key new` only, and by whoever looks into a database that was never made.
_NEVER_AT_START = {"KeyExists", "NoDatabase"}


def test_the_unit_runs_what_is_installed_and_takes_the_key_it_is_given() -> None:
    text = (ROOT / "README.md").read_text()
    service = _unit(_main_unit())["Service"]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    program, verb = service["ExecStart"].split()[:2]
    assert Path(program).name in scripts
    assert verb == "run"
    name = service["LoadCredential"].partition(":")[0]
    assert f'root_key_file = "/run/credentials/caseward.service/{name}"' in text
    assert f'data_dir = "/var/lib/{service["StateDirectory"]}"' in text


def test_the_unit_for_emergencies_runs_without_the_database_and_ends_with_it() -> None:
    block = re.search(r"(?ms)^```ini\n(.*?)^```$", (DOCS / "operating.md").read_text())
    assert block is not None
    unit, main = _unit(block[1]), _unit(_main_unit())
    assert unit["Unit"]["Conflicts"] == "caseward.service"
    assert "caseward.service" in unit["Unit"]["After"].split()
    program, verb, option, *rest = unit["Service"]["ExecStart"].split()
    assert [program, verb, *rest] == main["Service"]["ExecStart"].split()
    assert option == "--emergency-only"
    assert "StateDirectory" not in unit["Service"]
    kept = dict(unit["Service"])
    del kept["ExecStart"]
    assert kept.items() <= dict(main["Service"]).items()


def _unit(text: str) -> ConfigParser:
    unit = ConfigParser(interpolation=None, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as the module's page says
    unit.read_string(text)
    return unit


def _main_unit() -> str:
    block = re.search(r"(?ms)^```ini\n(.*?)^```$", (ROOT / "README.md").read_text())
    assert block is not None
    return block[1]


def test_the_changelog_puts_security_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    for version in re.split(r"(?m)^## ", text)[1:]:
        kinds = re.findall(r"(?m)^### (\w+)$", version)
        allowed = ["Security", "Added", "Changed", "Deprecated", "Removed", "Fixed"]
        assert kinds == [kind for kind in allowed if kind in kinds]
