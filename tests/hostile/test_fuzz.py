"""Twenty thousand hostile lines: the connection stays, nothing fails, nobody is somebody else."""

import pytest

from tests.hostile.fuzz import BOT, Hostile
from tests.hostile.fuzz_run import run
from tests.hostile.fuzz_server import Found, Network

LINES, SEED = 20_000, 20261122


@pytest.mark.net
@pytest.mark.slow
async def test_hostile_lines_break_nothing() -> None:
    found = await run(LINES, SEED)
    assert found.clean, found
    assert found.answered > LINES / 100


@pytest.mark.parametrize(
    "raw",
    [
        b"PRIVMSG #team :a\x02b",
        b"PRIVMSG #team :a\rQUIT :x",
        b"PRIVMSG #team :a\xff",
        b"PRIVMSG #team :" + b"a" * 430,
        b"PRIVMSG mallory :hello",
        b"PRIVMSG #nowhere :hello",
        b"NOTICE ChanServ :drop #team",
        b"QUIT :x",
        b"JOIN #nowhere",
        b"MODE alice +o",
        b"WHO alice bob 400",
        b"NOTICE #team :n5x",
        b"WHOIS " + b"a" * 510,
    ],
)
def test_what_must_not_be_sent_is_seen(raw: bytes) -> None:
    network = Network(Found())
    network.asks[5] = "alice"
    network._judge(raw)
    assert network.found.wrong_sends == 1


def test_what_may_be_sent_is_let_through() -> None:
    network = Network(Found())
    network.asks[5] = "alice"
    for raw in (
        b"NOTICE alice :n5x",
        b"PRIVMSG #team :" + "ü".encode() * 150,
        b"NOTICE ChanServ :INVITE #team",
        b"WHO alice %tcuhnfa,400",
        b"JOIN #team,#lobby",
        f"MODE {BOT} +B".encode(),
    ):
        network._judge(raw)
    assert network.found.wrong_sends == 0


def test_the_same_seed_makes_the_same_lines() -> None:
    first, again, other = (list(Hostile(seed).items(500)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert all(item.data.endswith(b"\n") and item.data.count(b"\n") == 1 for item in first)
