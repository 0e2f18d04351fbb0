"""Names that look the same to the bot and are not, channels that become one."""

from bot.core.words.inbound import RoomChanged
from bot.core.words.places import RoomView
from bot.core.words.ports import Sent
from tests.transports.irc.fake import MASK, FakeNet, Make
from tests.transports.irc.rig import dm, room

TEAM = room("#team")
BROKEN = b"\xe4lice".decode("utf-8", "replace")


def view(net: FakeNet) -> RoomView:
    found = net.view(TEAM)
    assert isinstance(found, RoomView)
    return found


async def test_channels_that_are_one_at_first_are_both_entered(make: Make) -> None:
    """Before the network has told its case mapping, `#a[` and `#a{` are one."""
    net = make(channels=("#a[", "#a{"))
    await net.begin()
    await net.register(isupport="WHOX CASEMAPPING=ascii")
    joins = [line for line in net.sent() if line.startswith("JOIN")]
    assert joins == ["JOIN #a[,#a{"]


async def test_channels_that_become_one_are_told(make: Make) -> None:
    net = make(channels=("#a[", "#a{"))
    await net.begin()
    await net.register(isupport="WHOX CASEMAPPING=ascii")
    for name in ("#a[", "#a{"):
        await net.says(f":{MASK} JOIN {name} caseward :bot")
    await net.clock.advance(3)
    net.sent()
    epochs = {
        place: found.epoch for place in map(room, ("#a[", "#a{")) if (found := net.view(place))
    }
    assert len(epochs) == 2
    net.events.clear()
    await net.says(":irc 005 caseward CASEMAPPING=rfc1459 :are supported")
    told = {event.place for event in net.events if isinstance(event, RoomChanged)}
    gone = [place for place in epochs if (found := net.view(place)) is None or found.place != place]
    assert gone
    assert set(gone) <= told


async def test_a_name_that_cannot_be_read_is_nobodys(make: Make) -> None:
    """Two nicks with other bytes read the same: neither is spoken to, nor heard."""
    net = make()
    await net.up("alice=alice")
    await net.says(f"@account=alice :{BROKEN}!u@h PRIVMSG caseward :hello")
    assert net.heard() == []
    assert net.view(dm(BROKEN)) is None


async def test_a_room_in_which_somebody_cannot_be_told_from_others_is_not_read(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    assert view(net).complete
    cleared = net.cleared(TEAM, "words")
    await net.says(f":{BROKEN}!u@h JOIN #team bob :one", f":{BROKEN}!u@i JOIN #team bob :two")
    assert not view(net).complete
    assert await net.transport.send(cleared) is Sent.STALE
    await net.says(f":{BROKEN}!u@i QUIT :bye")
    # One of the two is still there, and nobody can tell under which name.
    assert not view(net).complete
