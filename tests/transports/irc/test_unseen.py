"""People whom nobody watches: what was known of their connection does not last."""

import pytest

from bot.core.words.places import DMView, RoomView
from bot.core.words.ports import Sent
from tests.transports.irc.fake import FakeNet, Make
from tests.transports.irc.rig import dm, room

ALICE = ":alice!u@h.example.org"
MALLORY = ":mallory!u@h"


def peer(net: FakeNet, nick: str) -> DMView:
    view = net.view(dm(nick))
    assert isinstance(view, DMView)
    return view


async def judged(net: FakeNet, *, secure: bool = True) -> None:
    """Alice writes, and the network tells how she is connected."""
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
    await net.clock.advance(1)
    assert "WHOIS alice" in net.sent()
    told = (":irc 671 caseward alice :is secure",) if secure else ()
    await net.says(*told, ":irc 318 caseward alice :end")


async def test_tls_at_the_other_end_is_asked_for_anew_where_nobody_watches(make: Make) -> None:
    net = make(tls=True)
    await net.begin()
    await net.register(isupport="WHOX")
    await net.enter()
    await judged(net)
    before = peer(net, "alice")
    assert before.secure
    cleared = net.cleared(dm("alice"), "for an encrypted end")
    await net.clock.advance(11)
    after = peer(net, "alice")
    assert not after.secure
    assert after.epoch > before.epoch
    assert await net.transport.send(cleared) is Sent.STALE
    await judged(net, secure=False)
    assert not peer(net, "alice").secure
    assert [inbound.text for inbound in net.heard()] == ["x", "x"]


async def test_it_lasts_while_the_network_watches_or_we_share_a_channel(make: Make) -> None:
    net = make(tls=True)
    await net.up("alice=alice")
    await judged(net)
    await net.says(":bob!u@h.example.org JOIN #team bob :x")
    await net.clock.advance(60)
    await net.says(":irc PONG irc :x")
    assert peer(net, "alice").secure
    epoch = peer(net, "alice").epoch
    await net.says(":irc 730 caseward :alice!u@h.example.org", f"{ALICE} PART #team")
    await net.clock.advance(60)
    await net.says(":irc PONG irc :x")
    assert peer(net, "alice").secure
    assert peer(net, "alice").epoch == epoch


@pytest.mark.parametrize(
    "end",
    [
        [":irc 734 caseward 3 alice :list is full"],
        [":irc 005 caseward -MONITOR :are supported"],
        [f":m{number}!u@h PRIVMSG caseward :x" for number in range(3)],
    ],
)
async def test_a_watch_that_ends_takes_it_away_even_if_she_is_seen_again(
    make: Make, end: list[str]
) -> None:
    net = make(tls=True)
    await net.up()
    await judged(net)
    await net.says(":irc 730 caseward :alice!u@h.example.org")
    await judged_again(net)
    assert peer(net, "alice").secure
    await net.says(*end, f"{ALICE} JOIN #team alice :back, in clear")
    await net.clock.advance(11)
    assert not peer(net, "alice").secure


async def judged_again(net: FakeNet) -> None:
    """The first word came before the watch: once it is old, it is asked for again."""
    await net.clock.advance(11)
    await judged(net)


async def test_the_same_mask_after_a_long_silence_may_be_somebody_else(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX")
    await net.enter("bob=0")
    for passed in (0, 500, 700):
        for _ in range(passed // 20):
            await net.clock.advance(20)
            await net.says(":irc PONG irc :x")
        await net.says(f"{MALLORY} PRIVMSG caseward :x", ":bob!u@h.example.org PRIVMSG #team :y")
    strangers = [i.speaker.identity for i in net.heard() if i.text == "x"]
    members = [i.speaker.identity for i in net.heard() if i.text == "y"]
    assert strangers[0] == strangers[1] != strangers[2]
    assert net.ended() == [strangers[0]]
    assert len(set(members)) == 1


async def test_who_is_seen_anyway_gives_way_on_the_watch_list(make: Make) -> None:
    net = make()
    await net.up("alice=0")
    for source in (":first!u@h", ALICE, ":third!u@h"):
        await net.says(f"{source} PRIVMSG caseward :x")
    await net.clock.advance(3)
    lines = [line for line in net.sent() if line.startswith("MONITOR")]
    watched = {nick for line in lines if " + " in line for nick in line.split()[2].split(",")}
    assert {"first", "third"} <= watched
    assert "MONITOR - alice" in lines
    assert not [line for line in lines if line.startswith("MONITOR -") and "alice" not in line]


async def test_whoever_is_still_hidden_after_the_mode_has_gone_counts(make: Make) -> None:
    """UnrealIRCd sets `d` by itself as long as somebody whom `D` hid has not spoken."""
    net = make()
    await net.begin()
    await net.register()
    await net.says(
        ":irc 004 caseward irc.example.org UnrealIRCd-6.1.0 iowrsx lvhopsmntikdDR",
        ":irc 005 caseward NETWORK=example :are supported",
    )
    await net.enter("alice=alice", modes="+nstid")
    view = net.view(room("#team"))
    assert isinstance(view, RoomView)
    assert not view.complete


async def test_a_mode_of_the_same_letter_hides_nobody_elsewhere(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    await net.enter("alice=alice", modes="+nstid 5")
    view = net.view(room("#team"))
    assert isinstance(view, RoomView)
    assert view.complete


async def test_a_number_that_the_server_gave_is_not_watched_and_is_answered(make: Make) -> None:
    """After a collision people are called by a number; servers take no such nick to watch."""
    net = make()
    await net.up()
    await net.says(":0AAAAAAAB!u@h PRIVMSG caseward :x")
    await net.clock.advance(3)
    assert not [line for line in net.sent() if line.startswith("MONITOR")]
    assert await net.transport.send(net.cleared(dm("0AAAAAAAB"), "an answer")) is Sent.DELIVERED
    assert "PRIVMSG 0AAAAAAAB :an answer" in net.sent()
