"""What others may do as often as they like must not make the bot flood, fall silent or grow."""

import asyncio

import pytest

from bot.core.words.places import DMView, RoomView
from bot.core.words.ports import Sent
from bot.transports.irc import peers
from bot.transports.irc.speech import Bucket, Lane, Turnstile
from tests.transports.irc.fake import FakeClock, FakeNet, Make, settle
from tests.transports.irc.rig import dm, room

TEAM = room("#team")
OUTSIDER = ":alis!u@services.elsewhere.example"


def view(net: FakeNet) -> RoomView:
    found = net.view(TEAM)
    assert isinstance(found, RoomView)
    return found


async def test_a_network_that_refuses_every_nick_is_not_flooded_with_more(make: Make) -> None:
    net = make(burst=3, per_second=1.0)
    await net.begin()
    await net.says(":irc CAP * LS :sasl=PLAIN")
    net.sent()
    for _ in range(50):
        await net.says(":irc 432 * caseward :Erroneous Nickname")
    await net.clock.advance(10)
    assert 1 <= len([line for line in net.sent() if line.startswith("NICK")]) <= 13


async def test_housekeeping_leaves_every_other_turn_to_words() -> None:
    clock = FakeClock()
    turnstile = Turnstile(Bucket(burst=1, per_second=1.0), clock)
    order: list[str] = []

    async def go(name: str, lane: Lane) -> None:
        assert await turnstile.turn(lane)
        order.append(name)

    async def keep_house() -> None:
        for number in range(4):
            await go(f"house {number}", Lane.CONTROL)

    async with asyncio.TaskGroup() as group:
        group.create_task(keep_house())
        await settle()
        group.create_task(go("one", Lane.NORMAL))
        group.create_task(go("two", Lane.NORMAL))
        await settle()
        group.create_task(go("page", Lane.URGENT))
        await clock.advance(20)
    assert order == ["house 0", "page", "one", "house 1", "two", "house 2", "house 3"]


async def test_whoever_may_speak_from_outside_is_looked_for_once(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"{OUTSIDER} PRIVMSG #team :hello")
    await net.clock.advance(2)
    token = next(line for line in net.sent() if line.startswith("WHO #team")).split(",")[1]
    assert not view(net).complete
    await net.says(
        ":irc 353 caseward = #team :caseward alice",
        ":irc 366 caseward #team :end",
        f":irc 354 caseward {token} #team u h.example.org alice H alice",
        ":irc 315 caseward #team :end",
    )
    assert view(net).complete
    epoch = view(net).epoch
    for number in range(20):
        await net.says(f"{OUTSIDER} PRIVMSG #team :and {number}")
        await net.clock.advance(1)
    assert not [line for line in net.sent() if line.startswith(("WHO", "NAMES"))]
    assert view(net).epoch == epoch
    # Others are still looked for, and so is the same one once they may have come in.
    await net.says(":erin!u@h PRIVMSG #team :hello")
    await net.clock.advance(2)
    assert [line for line in net.sent() if line.startswith("WHO")]


async def test_whoever_left_and_speaks_is_looked_for_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    for _ in range(2):
        await net.says(f"{OUTSIDER} PRIVMSG #team :hello")
        await net.clock.advance(2)
        token = next(line for line in net.sent() if line.startswith("WHO #team")).split(",")[1]
        await net.says(
            ":irc 353 caseward = #team :caseward alice",
            ":irc 366 caseward #team :end",
            f":irc 354 caseward {token} #team u h.example.org alice H alice",
            ":irc 315 caseward #team :end",
            f"{OUTSIDER} JOIN #team * :x",
            f"{OUTSIDER} PART #team",
        )
        assert view(net).complete


async def test_where_members_are_hidden_nobody_is_looked_for(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    await net.enter("alice=alice", modes="+nstiu")
    net.sent()
    for _ in range(5):
        await net.says(f"{OUTSIDER} PRIVMSG #team :hello")
        await net.clock.advance(2)
    assert not [line for line in net.sent() if line.startswith(("WHO", "NAMES"))]
    assert not view(net).complete


async def test_words_are_cut_for_the_name_that_we_have_when_they_go(make: Make) -> None:
    net = make(burst=1, per_second=1.0)
    await net.begin()
    await net.register()
    await net.enter("alice=alice")
    await net.clock.advance(30)
    net.sent()
    text = " ".join(["word"] * 300)
    sending = asyncio.create_task(net.transport.send(net.cleared(TEAM, text)))
    await settle()
    longer = f"Guest{'9' * 20}"
    host = "a-very-long-cloak-that-was-given-only-now.example.org"
    await net.says(
        f":caseward!caseward@bot.example.org NICK {longer}",
        f":{longer}!caseward@bot.example.org CHGHOST caseward {host}",
    )
    before = net.sent()
    await net.clock.advance(30)
    assert await sending is Sent.DELIVERED
    said = [line for line in net.sent() if line.startswith("PRIVMSG")]
    for line in said:
        assert len(f":{longer}!caseward@{host} {line}\r\n".encode()) <= 512
    every = " ".join(line.partition(" :")[2] for line in before + said if "PRIVMSG" in line)
    assert every == text


async def told_urgently(net: FakeNet, nick: str) -> None:
    """Begin to tell somebody something urgent; whether it arrives does not matter."""
    saying = net.transport.send(net.cleared(dm(nick), "Your words are saved."), urgent=True)
    task = asyncio.create_task(saying)
    await settle()
    task.cancel()


async def test_a_crowd_does_not_push_out_whoever_was_told_something_urgent(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_MOST", 20)
    net = make()
    await net.up("alice=alice")
    await net.says(":rita!u@h PRIVMSG caseward :he is at my door")
    (first,) = net.heard()
    await told_urgently(net, "rita")
    for number in range(100):
        await net.says(f":guest{number}!u@h PRIVMSG caseward :hello")
    view = net.view(dm("rita"))
    assert isinstance(view, DMView)
    assert view.identity == first.speaker.identity
    assert net.view(dm("guest10")) is None


async def test_who_may_be_told_something_urgent_is_bounded(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_MOST", 20)
    monkeypatch.setattr(peers, "_MOST_DEAR", 5)
    net = make(burst=1000, per_second=1000.0)
    await net.up("alice=alice")
    for number in range(10):
        await net.says(f":rita{number}!u@h PRIVMSG caseward :he is at my door")
        await told_urgently(net, f"rita{number}")
    for number in range(100):
        await net.says(f":guest{number}!u@h PRIVMSG caseward :hello")
    known = [number for number in range(10) if net.view(dm(f"rita{number}")) is not None]
    assert known == [5, 6, 7, 8, 9]
