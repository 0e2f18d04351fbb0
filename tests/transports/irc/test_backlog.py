"""What waits to be read: answers go past a crowd, and whoever they are about keeps their order."""

from collections.abc import Sequence
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transports.irc.backlog import Backlog

NICKS = (b"anna", b"Bert", b"[x]", b"dora")
SAID = [b":%s!u@h PRIVMSG bot :words" % nick for nick in NICKS]
#: Lines that are about one nick each.
ABOUT = [
    line % nick
    for nick in NICKS
    for line in (
        b":%s!u@h QUIT :gone",
        b"@time=x :%s!u@h ACCOUNT *",
        b":irc 354 bot 401 * u h %s H acc\r",
        b":irc 401 bot %s :No such nick",
        b":irc 730 bot :%s!u@h",
    )
]
#: Lines that nothing may overtake, and that overtake nothing.
FIXED = [
    b":anna!u@h NICK :carl",
    b":irc MODE #team +n",
    b":irc 353 bot = #team :anna",
    b":anna!u@h JOIN #team acc :A",
    b":irc CAP bot DEL :account-tag",
    b"\x01 nothing",
    b":an\x01na!u@h QUIT :gone",
    b":irc 354 bot",
]
FREE = [b":irc PONG irc :token", b"PING :x\r", b"@label=c1 :irc ACK"]
LINES = [*SAID, *ABOUT, *FIXED, *FREE]


def read(chunks: Sequence[tuple[list[bytes], int]]) -> list[int]:
    """Return the numbers of lines as they were read; after each chunk some have their turn."""
    # Each of them a thing of its own, to be known again.
    lines = [[bytes(bytearray(line)) for line in chunk] for chunk, _ in chunks]
    numbers = {id(line): number for number, line in enumerate(chain.from_iterable(lines))}
    order: list[int] = []
    backlog = Backlog(lambda raw: order.append(numbers[id(raw)]), lambda raw: raw in SAID[2:])
    for some, (_, turns) in zip(lines, chunks, strict=True):
        backlog.put(some)
        for _ in range(min(turns, len(backlog))):
            backlog.read_one()
    while backlog:
        backlog.read_one()
    return order


def nick_of(line: bytes) -> bytes | None:
    """Return whom a line of these is about."""
    for nick in NICKS:
        if nick in line and line not in FIXED:
            return nick
    return None


def test_an_answer_goes_past_those_it_is_not_about() -> None:
    read_so_far: list[bytes] = []
    backlog = Backlog(read_so_far.append)
    backlog.put([*SAID, b":irc 354 bot 401 * u h bERT H acc"])
    assert read_so_far == [SAID[1], b":irc 354 bot 401 * u h bERT H acc"]
    assert len(backlog) == 3
    backlog.put([b":{X}!u@h QUIT :gone", b":irc 731 bot :dora,anna"])
    assert read_so_far[2:] == [
        SAID[2],
        b":{X}!u@h QUIT :gone",
        SAID[3],
        SAID[0],
        b":irc 731 bot :dora,anna",
    ]
    assert not backlog
    with pytest.raises(IndexError):
        backlog.read_one()


def test_nothing_goes_past_what_may_change_more_than_one_nick() -> None:
    read_so_far: list[bytes] = []
    backlog = Backlog(read_so_far.append)
    lines = [SAID[0], FIXED[0], *SAID[1:], *FREE, *ABOUT]
    backlog.put(lines)
    assert read_so_far == []
    while backlog:
        backlog.read_one()
    assert read_so_far == lines


def test_whoever_says_very_much_holds_the_loop_up_no_longer_than_others() -> None:
    read_so_far: list[bytes] = []
    backlog = Backlog(read_so_far.append)
    backlog.put([SAID[0]] * 1000 + [b":anna!u@h QUIT :gone", FREE[0]])
    assert read_so_far == []
    assert len(backlog) == 1002


CHUNK = st.tuples(st.lists(st.sampled_from(LINES), max_size=12), st.integers(0, 8))


def test_who_may_be_calling_is_read_before_others_who_come_on_all_the_same() -> None:
    read_so_far: list[bytes] = []
    backlog = Backlog(read_so_far.append, lambda raw: raw.endswith(b"help"))
    calls = [b":caller%d!u@h PRIVMSG bot :help" % number for number in range(9)]
    before = b":caller1!u@h PRIVMSG bot :listen"
    backlog.put([*SAID, before, *calls, SAID[0]])
    while backlog:
        backlog.read_one()
    assert read_so_far[:6] == [calls[0], before, *calls[1:4], SAID[0]]
    assert read_so_far[6:] == [*calls[4:8], SAID[1], calls[8], *SAID[2:], SAID[0]]
    backlog.put([FIXED[0], SAID[0], calls[0]])
    for _ in range(2):
        backlog.read_one()
    assert read_so_far[-2:] == [FIXED[0], calls[0]]


@given(st.lists(CHUNK, max_size=6))
@settings(max_examples=300)
def test_all_that_is_about_one_nick_and_all_that_is_fixed_keeps_its_order(
    chunks: list[tuple[list[bytes], int]],
) -> None:
    given_lines = [line for lines, _ in chunks for line in lines]
    order = read(chunks)
    assert sorted(order) == list(range(len(given_lines)))
    place = {number: at for at, number in enumerate(order)}
    for first, one in enumerate(given_lines):
        for second in range(first + 1, len(given_lines)):
            other = given_lines[second]
            about = nick_of(one)
            same = about is not None and about == nick_of(other)
            if same or one in FIXED or (other in FIXED and one not in FREE):
                assert place[first] < place[second]
