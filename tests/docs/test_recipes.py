"""Each recipe of `docs/adding.md` touches one file and does what it says, on a copy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.applied import CHECKS
from tests.docs.recipes import TEXTS, Recipe, apply, copy_program, recipes, snapshot

RECIPES = recipes()
EACH = pytest.mark.parametrize(
    "recipe", [pytest.param(recipe, id=recipe.heading.split(":")[0]) for recipe in RECIPES]
)


def run_check(recipe: Recipe, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the check of a recipe on a copy."""
    command = [sys.executable, "-m", "tests.docs.applied", recipe.files[0]]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=50, check=False
    )


def test_every_recipe_is_checked() -> None:
    assert [recipe.files[0] for recipe in RECIPES] == list(CHECKS)


@EACH
def test_a_recipe_names_one_file_and_has_blocks_for_it(recipe: Recipe) -> None:
    assert len(recipe.files) == 1
    assert recipe.blocks
    own = {block.file for block in recipe.blocks if not block.words}
    assert own == set(recipe.files)


@EACH
def test_words_have_a_note_for_translators(recipe: Recipe) -> None:
    keys = {
        block.file: set(re.findall(r'(?m)^ "([^"]+)":', block.text))
        for block in recipe.blocks
        if block.words
    }
    assert keys.get(f"{TEXTS}en.json") == keys.get(f"{TEXTS}qqq.json")


@pytest.mark.slow
@EACH
def test_a_recipe_works_and_touches_nothing_else(recipe: Recipe, tmp_path: Path) -> None:
    copy_program(tmp_path)
    before = run_check(recipe, tmp_path)
    assert before.returncode == 1, "the check must fail where the recipe was not applied"
    found = snapshot(tmp_path)
    apply(recipe, tmp_path)
    after = run_check(recipe, tmp_path)
    assert after.returncode == 0, after.stderr
    words = {block.file for block in recipe.blocks if block.words}
    changed = {name for name, held in snapshot(tmp_path).items() if found.get(name) != held}
    assert changed == {*recipe.files, *words}
