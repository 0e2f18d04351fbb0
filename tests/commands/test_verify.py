"""`verify`: what there is to decide about somebody's keys, and what is ordered."""

from dataclasses import replace

import pytest

from bot.core.words.effects import OrderKeys
from bot.core.words.keys import KeyAct, KeyKind, KeyNews, KeyOrder
from bot.core.words.people import Account
from tests.commands.bench import CAROL, Bench

OLD, NEW = "O" * 43, "Nnnn" + "N" * 39


def account(bench: Bench) -> Account:
    [mine, *_] = next(p for p in bench.terms.people if p.name == "alice").accounts
    return mine


@pytest.fixture
def bench() -> Bench:
    return Bench(who=CAROL)


def orders(bench: Bench) -> list[KeyOrder]:
    assert bench.last is not None
    return [each.order for each in bench.last.effects if isinstance(each, OrderKeys)]


def note(bench: Bench, kind: KeyKind, **more: object) -> None:
    bench.matters.note(KeyNews(kind=kind, account=account(bench), **more))  # type: ignore[arg-type]  # as the test says


def test_a_changed_key_counts_once_its_beginning_is_typed(bench: Bench) -> None:
    note(bench, KeyKind.CHANGED, key=NEW, before=OLD)
    bench.types("!verify alice")
    assert bench.keys[-4:] == [
        "verify.changed",
        "verify.changed-before",
        "verify.changed-now",
        "verify.changed-how",
    ]
    for wrong in ("NnnnNNN", OLD[:8], "nnnnnnnn", "NnnnNNNNx"):
        bench.types(f"!verify alice {wrong}")
        assert bench.keys[-1] == "verify.other-key"
        assert orders(bench) == []
    bench.types(f"!verify alice {NEW[:8]}")
    assert orders(bench) == [KeyOrder(act=KeyAct.TRUST, account=account(bench), key=NEW)]


def test_the_file_is_not_overruled(bench: Bench) -> None:
    note(bench, KeyKind.CHANGED, key=NEW, before=OLD, by_file=True)
    for line in ("!verify alice", f"!verify alice {NEW}"):
        bench.types(line)
        assert bench.keys[-1] == "verify.by-file"
        assert orders(bench) == []


def test_a_comparison_goes_step_by_step(bench: Bench) -> None:
    bench.types("!verify alice same")
    assert bench.keys[-1] == "verify.nothing-shown"
    note(bench, KeyKind.ASKED)
    bench.types("!verify alice same")
    assert (bench.keys[-1], orders(bench)) == ("verify.nothing-shown", [])
    bench.types("!verify alice")
    assert orders(bench) == [KeyOrder(act=KeyAct.COMPARE, account=account(bench))]
    note(bench, KeyKind.SHOWN, shown=("Dog",) * 7)
    bench.types("!verify alice")
    assert (bench.keys[-1], orders(bench)) == ("verify.say", [])
    for typed, act in (("same", KeyAct.SAME), ("different", KeyAct.DIFFERENT)):
        bench.types(f"!verify alice {typed}")
        assert orders(bench) == [KeyOrder(act=act, account=account(bench))]
    note(bench, KeyKind.VERIFIED)
    bench.types("!verify alice")
    assert bench.keys[-1] == "verify.nothing"


def test_what_ended_is_not_waiting_any_more(bench: Bench) -> None:
    note(bench, KeyKind.CHANGED, key=NEW, before=OLD)
    note(bench, KeyKind.SHOWN, shown=("Dog",) * 7)
    note(bench, KeyKind.ENDED)
    bench.types("!verify alice")
    assert bench.keys[-1] == "verify.changed-how"
    bench.matters.settled(account(bench), NEW)
    bench.types("!verify alice")
    assert bench.keys[-1] == "verify.nothing"


def test_pictures_can_prove_a_changed_key(bench: Bench) -> None:
    note(bench, KeyKind.CHANGED, key=NEW, before=OLD)
    bench.types("!verify alice pictures")
    # Her account here is none that has keys.
    assert (bench.keys[-1], orders(bench)) == ("verify.nothing", [])
    mine = Account(network="net", name="@alice:example.org")
    people = tuple(
        replace(each, accounts=(mine,)) if each.name == "alice" else each
        for each in bench.terms.people
    )
    bench.terms = replace(bench.terms, people=people)
    bench.types("!verify alice pictures")
    assert orders(bench) == [KeyOrder(act=KeyAct.COMPARE, account=mine)]
    assert bench.keys[-1] == "verify.asked"
