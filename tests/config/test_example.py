"""The example file is what the models say, complete, and can be used."""

import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from bot.config import load_config
from bot.config.example import example
from bot.config.explain import explain
from bot.config.models import Settings
from bot.core.words.rota import DrillPlan
from tests.config.conftest import NOW, make_secrets

FILE = Path(__file__).resolve().parents[2] / "config.example.toml"


def test_the_file_is_what_the_models_say() -> None:
    assert FILE.read_text(encoding="utf-8") == example()


def test_it_can_be_used_once_the_secrets_are_there(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text(example())
    assert list(explain(load_config(path), NOW))[-1] == "The configuration can be used."


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for inner in get_args(annotation):
        yield from _models(inner)


def test_every_key_stands_in_it_with_its_meaning() -> None:
    text = example()
    for model in set(_models(Settings)) - {Settings}:
        for name, field in model.model_fields.items():
            key = field.alias or name
            assert re.search(rf"(?m)(^#?|[{{ ]|\.){key}( =|\]\]?)", text), (model, key)
            assert field.description, (model, key)
            assert (model.__doc__ or "").strip()


def test_what_is_left_out_can_be_put_in(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    path = tmp_path / "config.toml"
    put_in = re.sub(r"(?m)^#(?=[a-z_\[])", "", example())
    assert put_in.count("\n[") > example().count("\n[")
    room = '"matrix/!abc:example.org"'
    path.write_text(put_in.replace('"libera/#oversight"', room).replace("redact = true", ""))
    config = load_config(path)
    assert config.matrix[0].relays == ("@irc_*:example.org",)
    assert config.settings.oncall.shifts[0].person == "alice"
    assert config.terms.drill == DrillPlan(day=5, at=time(18))
