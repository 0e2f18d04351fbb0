"""What differs between two files, and which keys only a restart can change."""

from datetime import time
from pathlib import Path

import pytest

from bot.config import load_config
from bot.config.source import FileSource
from bot.core.words.labels import Label
from bot.core.words.people import Role
from bot.core.words.reloading import (
    CeilingChange,
    Difference,
    Found,
    Fresh,
    Mistakes,
    NeedsRestart,
    NetworkTerms,
    RolesChange,
)
from bot.core.words.rota import DrillPlan
from tests.config.conftest import MARKER, edited

DORA = '[[people]]\nname = "dora"\nroles = ["functionary"]\nirc = ["libera/dora"]\n\n'
ANNEX = '[[rooms]]\nname = "annex"\nplaces = ["libera/#annex"]\nceiling = "team"\n\n'


def edit(contract: Path, *edits: tuple[str, str]) -> FileSource:
    """Start from the contract, then change the file."""
    source = FileSource(load_config(contract))
    contract.write_text(edited(contract.read_text(), edits))
    return source


def section_of(contract: Path, name: str, until: str) -> str:
    head = f'[[people]]\nname = "{name}"'
    return head + contract.read_text().split(head)[1].split(until)[0]


async def changed(contract: Path, *edits: tuple[str, str]) -> Found:
    source = edit(contract, *edits)
    return await source.read()


async def difference(contract: Path, *edits: tuple[str, str]) -> Difference:
    found = await changed(contract, *edits)
    assert isinstance(found, Fresh), found
    return found.difference


async def test_nothing_differs_from_itself(contract: Path) -> None:
    found = await difference(contract)
    assert found == Difference()
    assert (found.count, found.concerns_rights) == (0, False)


async def test_people_who_come_and_go(contract: Path) -> None:
    found = await difference(contract, (section_of(contract, "dan", "[contacts.life]"), DORA))
    assert (found.came, found.left) == (("dora",), ("dan",))
    assert found.concerns_rights
    assert found.count == 2


async def test_who_has_the_accounts_of_somebody_who_left(contract: Path) -> None:
    found = await difference(contract, ('name = "dan"', 'name = "daniel"'))
    assert (found.came, found.left) == (("daniel",), ("dan",))
    assert found.renamed == (("dan", "daniel"),)
    assert found.count == 2


async def test_roles_and_accounts(contract: Path) -> None:
    found = await difference(
        contract,
        ('roles = ["functionary", "steward", "on-call"]', 'roles = ["arbitrator", "on-call"]'),
        ('irc = ["libera/alice"]', 'irc = ["libera/alice2"]'),
        ('irc = ["libera/carol"]', 'irc = ["libera/carol"]\nsuspended = true'),
    )
    lost = (Role.FUNCTIONARY, Role.STEWARD)
    assert found.roles == (RolesChange(name="bob", gained=(Role.ARBITRATOR,), lost=lost),)
    assert found.details == ("alice",)
    assert found.suspended == ("carol",)


async def test_rooms_and_other_keys(contract: Path) -> None:
    found = await difference(
        contract,
        ('[[rooms]]\nname = "lobby"', ANNEX + '[[rooms]]\nname = "lobby"'),
        ('ceiling = "case"', 'ceiling = "team"'),
        ('roles = ["oversighter"]\n', 'roles = ["steward"]\n'),
        ('first_reply = "48h"', 'first_reply = "24h"'),
        ('mail = ["ca@example.org"]', 'mail = ["ca2@example.org"]'),
        ("relays = []", 'relays = ["bridge"]'),
    )
    assert found.rooms_added == ("annex",)
    assert found.ceilings == (CeilingChange(name="team", was=Label.CASE, now=Label.TEAM),)
    assert found.rooms == ("oversight",)
    keys = {"promises.first_reply", "contacts.harassment.mail", "transports[0].relays"}
    assert set(found.keys) == keys


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("port = 6697", "port = 6698", "transports[0].port"),
        ('nick = "caseward"', 'nick = "other"', "transports[0].nick"),
        ("per_second = 1.0", "per_second = 2.0", "transports[0].rate.per_second"),
        ('prefix = "!"', 'prefix = "%"', "bot.prefix"),
        ('data_dir = "data"', 'data_dir = "data2"', "bot.data_dir"),
        ('team_mail = "safety-team@example.org"', 'team_mail = "x@example.org"', "bot.team_mail"),
        ("port = 587", "port = 588", "smtp[0].port"),
        ('listen = "127.0.0.1:8787"', 'listen = "127.0.0.1:8788"', "health.listen"),
    ],
)
async def test_keys_that_need_a_restart_are_named(
    contract: Path, old: str, new: str, key: str
) -> None:
    found = await changed(
        contract, (old, new), ('name = "bob"', 'name = "bobby"'), ('["bob"]', '["bobby"]')
    )
    assert isinstance(found, NeedsRestart)
    assert found.keys == (key,)


async def test_rooms_and_relays_of_matrix_are_taken_over(contract: Path) -> None:
    found = await changed(
        contract,
        ('"matrix/!def:example.org"', '"matrix/!ghi:example.org"'),
        ('device_name = "caseward"', 'relays = ["@irc_*:example.org"]'),
    )
    assert isinstance(found, Fresh)
    assert found.networks["matrix"] == NetworkTerms(
        channels=("!abc:example.org", "!ghi:example.org"), relays=("@irc_*:example.org",)
    )
    assert found.was["matrix"].channels == ("!abc:example.org", "!def:example.org")
    assert found.difference.keys == ("transports[1].relays",)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("https://matrix.example.org", "https://matrix2.example.org", "homeserver"),
        ("@caseward:example.org", "@other:example.org", "user_id"),
        ('device_name = "caseward"', 'device_name = "other"', "device_name"),
        ('"secrets/matrix"', '"secrets/irc"', "password_file"),
    ],
)
async def test_other_keys_of_matrix_need_a_restart(
    contract: Path, old: str, new: str, key: str
) -> None:
    assert await changed(contract, (old, new)) == NeedsRestart(keys=(f"transports[1].{key}",))


async def test_another_letter_is_another_user_of_matrix(contract: Path) -> None:
    found = await difference(
        contract, ('name = "dan"', 'name = "daniel"'), ("@dan:example.org", "@Dan:example.org")
    )
    assert (found.came, found.left, found.renamed) == (("daniel",), ("dan",), ())


async def test_a_file_with_mistakes_says_them_without_their_values(contract: Path) -> None:
    found = await changed(contract, ('ceiling = "case"', f'ceiling = "{MARKER}"'))
    assert isinstance(found, Mistakes)
    assert "rooms[0].ceiling" in found.sentences[0]
    assert MARKER not in str(found)


async def test_what_was_taken_is_what_stands(contract: Path) -> None:
    source = edit(contract, ("relays = []", 'relays = ["bridge"]'))
    for _ in range(2):
        found = await source.read()
        assert isinstance(found, Fresh)
        assert found.networks["libera"].relays == ("bridge",)
        assert found.was["libera"].relays == ()
    source.taken()
    found = await source.read()
    assert isinstance(found, Fresh)
    assert found.difference == Difference()


async def test_a_drill_is_taken_over_at_once(contract: Path) -> None:
    assert load_config(contract).terms.drill is None
    section = '[oncall.drill]\nday = "sat"\nat = "18:00"\n'
    found = await changed(contract, ("[promises]", f"{section}[promises]"))
    assert isinstance(found, Fresh)
    assert found.terms.drill == DrillPlan(day=5, at=time(18))
    assert found.difference == Difference(keys=("oncall.drill",))
    found = await changed(contract, ('at = "18:00"', 'at = "19:30"'))
    assert isinstance(found, Fresh)
    assert found.difference == Difference(keys=("oncall.drill.at",))


async def test_call_words_are_read_at_the_start_only(contract: Path) -> None:
    assert load_config(contract).terms.call_words == ()
    found = await changed(contract, ("repage =", 'call_words = ["!Urgent"]\nrepage ='))
    assert isinstance(found, NeedsRestart)
    assert [key.partition("[")[0] for key in found.keys] == ["oncall.call_words"]
    assert load_config(contract).terms.call_words == ("!urgent",)
