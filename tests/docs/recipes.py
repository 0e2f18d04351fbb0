"""Takes the recipes out of `docs/adding.md` and applies them to a copy of the program."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/adding.md"
TEXTS = "bot/texts/"
_COPIED = ("bot", "commands", "storage", "tests/__init__.py", "tests/world.py", "tests/docs")
_HEADING = re.compile(r"(?m)^## \d+\. (.+)$")
_PATH = re.compile(r"`([\w./]+/[\w./]+)`")
_BLOCK = re.compile(r"(?ms)^```(\w+) file=(\S+)(?: after='(.+?)')?\n(.*?)^```$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of a recipe: a whole new file, lines after a line, or keys of a JSON file."""

    kind: str
    file: str
    after: str
    text: str

    @property
    def words(self) -> bool:
        """Whether the block is sentences beside the recipe's own file."""
        return self.file in {f"{TEXTS}en.json", f"{TEXTS}qqq.json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One numbered section of the page: its heading, the files that it names, its blocks."""

    heading: str
    files: tuple[str, ...]
    blocks: tuple[Block, ...]


def recipes() -> tuple[Recipe, ...]:
    """Return the recipes of the page, in its order."""
    parts = _HEADING.split(PAGE.read_text(encoding="utf-8"))[1:]
    return tuple(
        Recipe(heading=heading, files=tuple(_PATH.findall(heading)), blocks=tuple(_blocks(body)))
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    )


def _blocks(body: str) -> list[Block]:
    return [
        Block(kind=kind, file=file, after=after, text=text)
        for kind, file, after, text in _BLOCK.findall(body)
    ]


def copy_program(folder: Path) -> None:
    """Copy the program, and what the checks stand on, into a folder."""
    for name in _COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target, ignore=ignored)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def apply(recipe: Recipe, folder: Path) -> None:
    """Do what a recipe says. ValueError when the page and the program do not fit together."""
    for block in recipe.blocks:
        path = folder / block.file
        if block.after:
            path.write_text(_inserted(block, path.read_text(encoding="utf-8")), encoding="utf-8")
        elif block.words:
            held = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps(held | json.loads(block.text)), encoding="utf-8")
        elif path.exists():
            raise ValueError(f"{block.file} exists; a recipe makes a new file, or says after what")
        else:
            path.write_text(block.text, encoding="utf-8")


def _inserted(block: Block, text: str) -> str:
    lines = text.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if line.strip() == block.after]
    if len(places) != 1:
        raise ValueError(f"{block.file} has {len(places)} lines that are {block.after!r}")
    at = places[0] + 1
    return "".join([*lines[:at], block.text, *lines[at:]])


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a copy by its name."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if "__pycache__" not in path.parts
    }
