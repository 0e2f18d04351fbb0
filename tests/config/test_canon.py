"""`caseward canon`: one key for each line, without any configuration."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import cli


def canon(*args: str, typed: bytes = b"") -> Result:
    return CliRunner().invoke(cli.app, ["canon", *args], input=typed)


def test_each_line_has_its_key_or_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text(
        "https://en.wikipedia.org/w/index.php?diff=123456789\n"
        "nothing here\n"
        "[[Special:Diff/123456789]]\r\n"
        "123456789\n"
        "rev 123456789",
        "utf-8",
    )
    told = canon("--wiki", "enwiki", str(file))
    assert told.exit_code == 0
    key = "en.wikipedia.org rev 123456789"
    assert told.stdout.split("\n") == [key, "", key, "", key, ""]


def test_standard_input_is_read_and_needs_no_wiki() -> None:
    told = canon("-", typed=b"[[Special:Diff/123456789]]\n\xff\xfe\nhttps://example.org/a\n")
    assert told.stdout.split("\n") == ["rev 123456789", "", "example.org/a", ""]


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("--wiki", "nosuchthingwiki", "-"), "--wiki nosuchthingwiki"),
        (("/nowhere/at/all",), "/nowhere/at/all: cannot be read"),
    ],
)
def test_a_mistake_is_named(args: tuple[str, ...], named: str) -> None:
    told = canon(*args)
    assert told.exit_code == cli.MISTAKE
    assert named in told.stderr
    assert not told.stdout
