"""Capabilities that come and go while connected, and services that are not there."""

import pytest

from bot.core.words.inbound import RoomChanged
from bot.core.words.places import RoomView
from tests.transports.irc.fake import CAPS, MASK, FakeNet, Make, settle
from tests.transports.irc.rig import room

TEAM = room("#team")
ALICE = ":alice!u@h.example.org"
LATER = "CAP REQ :account-tag account-notify"
LESS = CAPS.replace("sasl=PLAIN,EXTERNAL ", "")


def team(net: FakeNet) -> RoomView:
    view = net.view(TEAM)
    assert isinstance(view, RoomView)
    return view


async def read_again(net: FakeNet, *rows: str) -> None:
    """Answer the questions about #team; rows are `nick=account`."""
    await net.clock.advance(3)
    token = next(line for line in net.sent() if line.startswith("WHO #team")).split(",")[1]
    await net.says(
        ":irc 324 caseward #team +nsti",
        f":irc 353 caseward = #team :caseward {' '.join(row.split('=')[0] for row in rows)}",
        ":irc 366 caseward #team :end",
        *(
            f":irc 354 caseward {token} #team u h.example.org {nick} H {account}"
            for nick, account in (row.split("=") for row in rows)
        ),
        ":irc 315 caseward #team :end",
    )


# ---- while connected -------------------------------------------------------------------------


async def test_what_comes_back_is_asked_for_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":irc CAP caseward DEL :account-tag account-notify")
    assert net.sent() == []
    await net.says(":irc CAP caseward NEW :account-tag account-notify draft/unknown")
    assert net.sent() == [LATER]
    assert net.links() == [True]


async def test_nobody_is_anybody_while_there_are_no_account_tags(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    line = f"@account=alice {ALICE} PRIVMSG caseward :!cases"
    await net.says(":irc CAP caseward DEL :account-tag", line)
    await net.says(":irc CAP caseward NEW :account-tag", line)
    await net.says(":irc CAP caseward ACK :account-tag", line)
    people = [inbound.speaker.person for inbound in net.heard()]
    assert [person.name if person else None for person in people] == [None, None, "alice"]


async def test_accounts_missed_in_between_are_read_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice", "bob=bob")
    await net.says(":irc CAP caseward DEL :account-notify")
    assert not team(net).complete
    await net.says(":irc CAP caseward NEW :account-notify", ":irc CAP caseward ACK :account-notify")
    assert not team(net).complete
    await read_again(net, "alice=0", "bob=bob")
    assert team(net).complete
    assert [member.account for member in team(net).members] == [None, "bob"]
    assert net.events[-1] == RoomChanged(place=TEAM)


async def test_an_answer_to_an_older_question_is_not_taken_for_the_new_one(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":ghost!u@h PRIVMSG #team :boo")
    await net.clock.advance(3)
    old = next(line for line in net.sent() if line.startswith("WHO #team")).split(",")[1]
    await net.says(":irc CAP caseward ACK :account-notify")
    await net.clock.advance(3)
    new = next(line for line in net.sent() if line.startswith("WHO #team")).split(",")[1]
    members = [":irc 353 caseward = #team :caseward alice", ":irc 366 caseward #team :end"]
    await net.says(
        ":irc 324 caseward #team +nsti",
        *members,
        f":irc 354 caseward {old} #team u h.example.org alice H alice",
        ":irc 315 caseward #team :end",
        *members,
    )
    assert not team(net).complete
    await net.says(
        f":irc 354 caseward {new} #team u h.example.org alice H 0", ":irc 315 caseward #team :end"
    )
    assert team(net).complete
    assert [member.account for member in team(net).members] == [None]


async def test_one_refused_capability_does_not_take_the_others_with_it(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(
        ":irc CAP caseward DEL :account-tag account-notify",
        ":irc CAP caseward NEW :account-tag account-notify",
        ":irc CAP caseward NAK :account-tag account-notify",
    )
    assert net.sent() == [LATER, "CAP REQ :account-tag", "CAP REQ :account-notify"]
    await net.says(":irc CAP caseward NAK :account-notify", ":irc CAP caseward ACK :account-tag")
    assert net.sent() == []
    assert net.links() == [True]


async def test_a_capability_that_is_taken_back_is_gone(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":irc CAP caseward ACK :-account-notify")
    assert not team(net).complete


async def test_capabilities_that_came_during_the_handshake_are_taken_too(make: Make) -> None:
    net = make()
    await net.begin()
    few = CAPS.replace(" account-notify", "")
    await net.prove(caps=few)
    await net.says(":irc CAP caseward NEW :account-notify")
    net.sent()
    wanted = " ".join(name for name in few.split() if not name.startswith("sasl"))
    await net.says(f":irc CAP caseward ACK :{wanted}", ":irc 001 caseward :Welcome")
    await net.says(":irc 005 caseward WHOX :are supported", ":irc 422 caseward :no message")
    assert net.sent()[:2] == ["CAP END", "CAP REQ :account-notify"]


async def test_an_answer_that_never_comes_is_asked_for_again(make: Make) -> None:
    """Servers drop a WHO that they find too much, with a word (263) or without."""
    net = make()
    await net.begin()
    await net.register()
    await net.says(
        f":{MASK} JOIN #team caseward :bot",
        ":irc 324 caseward #team +nsti",
        ":irc 353 caseward = #team :caseward alice",
        ":irc 366 caseward #team :end",
        ":irc 263 caseward WHO :try again",
    )
    await net.clock.advance(5)
    net.sent()
    await net.clock.advance(25)
    assert not team(net).complete
    await read_again(net, "alice=alice")
    assert team(net).complete


async def test_a_server_that_never_tells_all_is_asked_less_and_less(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    await net.enter("alice=alice")
    await net.says(":ghost!u@h PRIVMSG #team :one whom WHO does not show")
    asked = 0
    for _ in range(120):
        for line in net.sent():
            if line.startswith("WHO #team"):
                asked += 1
                await net.says(
                    ":irc 353 caseward = #team :caseward ghost",
                    ":irc 366 caseward #team :end",
                    ":irc 315 caseward #team :end",
                )
        await net.clock.advance(30)
        await net.says(":irc PONG irc :alive")
    assert not team(net).complete
    assert 5 <= asked <= 9


async def test_a_network_that_cannot_tell_is_not_asked_over_and_over(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(caps=CAPS.replace(" extended-join", ""))
    await net.enter("alice=alice")
    net.sent()
    for _ in range(4):
        await net.clock.advance(30)
        await net.says(":irc PONG irc :alive")
    assert not [line for line in net.sent() if line.startswith(("WHO", "NAMES"))]


# ---- services that are not there -------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [[f":irc CAP * LS :{LESS}"], [f":irc CAP * LS :{CAPS}", ":irc CAP caseward NAK :sasl"]],
)
@pytest.mark.parametrize("news", ["nothing", "a notice"])
async def test_services_that_come_are_found_without_anybody_having_seen_the_bot(
    make: Make, lines: list[str], news: str
) -> None:
    net = make()
    await net.begin()
    await net.says(*lines)
    for _ in range(2):
        net.sent()
        await net.clock.advance(5)
        assert net.sent() == ["CAP REQ :sasl"]
        await net.says(":irc CAP caseward NAK :sasl")
    if news == "nothing":
        await net.clock.advance(5)
    else:
        await net.says(":irc CAP caseward NEW :sasl=PLAIN")
    assert net.sent() == ["CAP REQ :sasl"]
    await net.says(":irc CAP caseward ACK :sasl")
    assert net.sent() == ["AUTHENTICATE PLAIN"]
    await net.says("AUTHENTICATE +", f":irc 900 caseward {MASK} caseward :in", ":irc 903 c :ok")
    assert net.sent()[-1].startswith("CAP REQ :message-tags account-tag ")
    assert len(net.wires) == 1


async def test_while_services_are_away_it_neither_registers_nor_hammers(make: Make) -> None:
    net = make()
    await net.begin()
    for _ in range(20):
        await net.says(f":irc CAP * LS :{LESS}")
        began, wire = net.clock.passed, net.wire
        while net.wire is wire:
            await net.clock.advance(1)
            assert net.clock.passed - began <= 31
        assert wire.lines.count("CAP REQ :sasl") <= 4
        assert "CAP END" not in wire.lines
    assert net.clock.passed >= 20 * 25
    assert net.links() == []


async def test_a_server_that_hangs_up_meanwhile_is_met_again_soon(make: Make) -> None:
    net = make()
    await net.begin()
    for number in range(6):
        await net.says(f":irc CAP * LS :{LESS}")
        net.wire.abort()
        await net.clock.advance(10)
        assert len(net.wires) == number + 2


async def test_a_wrong_password_is_tried_with_patience(make: Make) -> None:
    net = make()
    await net.begin()
    for _ in range(6):
        await net.says(
            f":irc CAP * LS :{CAPS}", ":irc CAP caseward ACK :sasl", ":irc 904 caseward :no"
        )
        wires, began = len(net.wires), net.clock.passed
        while len(net.wires) == wires:
            await net.clock.advance(1)
    assert net.clock.passed - began > 30


async def test_logged_out_without_an_answer_it_is_back_within_half_a_minute(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    began = net.clock.passed
    await net.says(f":irc 901 caseward {MASK} :You are logged out")
    assert net.links() == [True, False]
    while len(net.wires) == 1:
        await net.clock.advance(1)
    await net.register()
    await net.enter("alice=alice")
    assert net.links() == [True, False, True]
    assert net.clock.passed - began < 30


async def test_sasl_that_goes_and_comes_changes_nothing_for_who_is_logged_in(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    before = team(net)
    await net.says(":irc CAP caseward DEL :sasl")
    await net.says(":irc CAP caseward NEW :sasl=PLAIN")
    await settle()
    assert net.sent() == []
    assert net.links() == [True]
    assert team(net) == before


async def test_one_capability_that_is_refused_does_not_keep_us_away(make: Make) -> None:
    """It may have been withdrawn in the very moment: the others are asked for one by one."""
    net = make()
    await net.begin()
    await net.prove()
    wanted = next(line for line in net.sent() if line.startswith("CAP REQ :message-tags"))
    await net.says(f":irc CAP caseward NAK {wanted.partition('REQ ')[2]}")
    assert net.wire.open
    assert "CAP END" in net.sent()
    await net.says(":irc 001 caseward :Welcome", ":irc 422 caseward :no message")
    again = next(line for line in net.sent() if line.startswith("CAP REQ"))
    await net.says(f":irc CAP caseward NAK {again.partition('REQ ')[2]}")
    singles = [line for line in net.sent() if line.startswith("CAP REQ")]
    assert "CAP REQ :account-tag" in singles
    await net.says(*(f":irc CAP caseward ACK {line.partition('REQ ')[2]}" for line in singles))
    await net.says("@account=alice :alice!u@h PRIVMSG caseward :hello")
    assert net.heard()[0].speaker.account == "alice"
