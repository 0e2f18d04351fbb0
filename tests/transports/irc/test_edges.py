"""Sharp edges of networks: what they say of themselves, where they let us in, what is not for us."""

import asyncio
import re

import pytest

from bot.core.words.inbound import RoomChanged
from bot.core.words.places import DMView, RoomView
from bot.core.words.ports import Sent
from bot.transports.irc.lines import pack
from tests.servers.crowd import Crowd
from tests.transports.irc.fake import CAPS, MASK, FakeNet, Make, settle
from tests.transports.irc.rig import ROSTER, Rig, dm, room

TEAM = room("#team")
ALICE = ":alice!u@h.example.org"
MALLORY = ":mallory!u@h"


def team(net: FakeNet) -> RoomView:
    view = net.view(TEAM)
    assert isinstance(view, RoomView)
    return view


def peer(net: FakeNet, nick: str) -> DMView:
    view = net.view(dm(nick))
    assert isinstance(view, DMView)
    return view


def joins(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("JOIN")]


async def isupport(net: FakeNet, tokens: str) -> None:
    await net.says(f":irc 005 caseward {tokens} :are supported by this server")


# ---- what the network says of itself ---------------------------------------------------------


async def test_a_watch_list_that_is_taken_away_watches_for_nobody(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(f"{MALLORY} PRIVMSG caseward :first")
    await net.clock.advance(1)
    assert "MONITOR + mallory" in net.sent()
    identity = net.heard()[0].speaker.identity
    await net.clock.advance(59)
    await net.says(":irc PONG irc :alive")
    assert await net.transport.find(identity) == dm("mallory")
    await isupport(net, "-MONITOR")
    await net.clock.advance(2)
    assert await net.transport.find(identity) is None
    await net.says(":bob!u@h PRIVMSG caseward :hello")
    await net.clock.advance(2)
    assert not [line for line in net.sent() if line.startswith("MONITOR")]


async def test_a_shorter_watch_list_is_kept_to(make: Make) -> None:
    net = make()
    await net.up()
    for nick in ("one", "two"):
        await net.says(f":{nick}!u@h PRIVMSG caseward :x")
    await net.clock.advance(2)
    net.sent()
    await isupport(net, "MONITOR=2")
    await net.clock.advance(2)
    assert net.sent() == ["MONITOR - one"]


async def test_another_case_mapping_makes_other_people(make: Make) -> None:
    """`a[` and `a{` are one nick under rfc1459 and two under ascii."""
    net = make()
    await net.up("a[=0")
    await net.says(":a[!u@h.example.org PRIVMSG caseward :x")
    identity = net.heard()[0].speaker.identity
    await isupport(net, "CASEMAPPING=ascii")
    assert net.ended() == [identity]
    assert net.view(dm("a[")) is None
    assert not team(net).complete
    await net.says(":a{!u@h JOIN #team * :other", ":a{!u@h QUIT :gone")
    assert [member.nick for member in team(net).members] == ["a["]
    await isupport(net, "-CASEMAPPING")
    await net.says(":A{!u@h QUIT :gone")
    assert team(net).members == ()


async def test_modes_that_mean_something_else_now_are_read_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    assert team(net).complete
    await isupport(net, "CHANMODES=bes,k,l,imnprtu")
    assert not team(net).complete
    await net.clock.advance(2)
    assert {"MODE #team", "NAMES #team"} <= set(net.sent())
    await net.says(":irc 324 caseward #team +nst", f"{ALICE} MODE #team +s *!*@h")
    assert not team(net).hidden


async def test_ranks_are_not_modes_of_the_channel(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX PREFIX=(sinqo)~&%.@")
    await net.enter("alice=alice", modes="+")
    await net.says(f"{ALICE} MODE #team +sin alice alice alice")
    view = team(net)
    assert (view.hidden, view.closed, view.no_external) == (False, False, False)


async def test_the_mode_of_bots_may_come_late(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX")
    await net.enter()
    net.sent()
    await isupport(net, "BOT=b")
    await settle()
    assert net.sent() == ["MODE caseward +b"]


async def test_what_is_no_channel_here_is_not_joined(make: Make) -> None:
    net = make(channels=("&team", "+team"))
    await net.begin()
    await net.register(isupport="WHOX CHANTYPES=#&")
    assert joins(net.sent()) == ["JOIN &team"]
    await net.says(":irc 473 caseward &team :Cannot join (+i)")
    assert net.links() == [True]
    await net.clock.advance(60)
    assert set(joins(net.sent())) == {"JOIN &team"}


# ---- what is not for us ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "@account=alice {alice} PRIVMSG @#team :!cases",
        "@account=alice {alice} PRIVMSG +#team :!cases",
        "@account=alice {alice} PRIVMSG ~#team :!cases",
        "@account=alice {alice} PRIVMSG $*.example.org :!cases",
        "@account=alice {alice} PRIVMSG #elsewhere :!cases",
        "@account=alice {alice} PRIVMSG other :!cases",
        "@account=alice {alice} NOTICE #team :!cases",
        "@account=alice {alice} NOTICE caseward :!cases",
        "@account=alice;+typing=active {alice} TAGMSG #team",
        "@account=alice {alice} TAGMSG caseward",
        "@account=alice {alice} INVITE caseward :#team",
        ":irc.example.org PRIVMSG caseward :!cases",
        ":irc.example.org PRIVMSG #team :!cases",
        ":irc.example.org NOTICE * :*** Looking up your hostname",
        "NOTICE AUTH :!cases",
        "PRIVMSG caseward :!cases",
        "@account=alice :alice PRIVMSG caseward :!cases",
        "@account=caseward {me} PRIVMSG #team :!cases",
        "@account=caseward {me} PRIVMSG caseward :!cases",
        ":ChanServ!ChanServ@services.example.org PRIVMSG caseward :!cases",
    ],
)
async def test_what_is_not_said_to_all_of_a_room_or_to_the_bot_is_not_heard(
    make: Make, line: str
) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX MONITOR=3 STATUSMSG=~@+")
    await net.enter("alice=alice")
    net.events.clear()
    await net.says(line.format(alice=ALICE, me=f":{MASK}"))
    assert net.events == []


# ---- programs --------------------------------------------------------------------------------

VERSION = "NOTICE alice :\x01VERSION caseward\x01"


async def test_version_is_told_once_a_minute_to_all_together(make: Make) -> None:
    net = make()
    await net.up()
    for nick in ("alice", "bob", "alice"):
        await net.says(f":{nick}!u@h PRIVMSG caseward :\x01VERSION\x01")
    assert net.sent() == [VERSION]
    await net.clock.advance(59)
    await net.says(":irc PONG irc :x", ":alice!u@h PRIVMSG caseward :\x01version")
    assert VERSION not in net.sent()
    await net.clock.advance(1)
    await net.says(":alice!u@h PRIVMSG caseward :\x01VERSION\x01")
    assert VERSION in net.sent()


@pytest.mark.parametrize(
    "line",
    [
        ":alice!u@h PRIVMSG #team :\x01VERSION\x01",
        ":alice!u@h PRIVMSG caseward :\x01PING 123\x01",
        ":alice!u@h PRIVMSG caseward :\x01TIME\x01",
        ":alice!u@h PRIVMSG caseward :\x01CLIENTINFO\x01",
        ":alice!u@h PRIVMSG caseward :\x01VERSION #team\x01",
        ":alice!u@h NOTICE caseward :\x01VERSION\x01",
        ":irc.example.org PRIVMSG caseward :\x01VERSION\x01",
        f":{MASK} PRIVMSG caseward :\x01VERSION\x01",
    ],
)
async def test_nothing_else_is_answered_to_programs(make: Make, line: str) -> None:
    net = make()
    await net.up()
    await net.says(line)
    await net.clock.advance(1)
    assert net.sent() == []
    assert net.heard() == []


def test_the_answer_is_the_only_line_with_a_control_character() -> None:
    assert pack(VERSION) == VERSION.encode() + b"\r\n"
    assert b"\x01" not in pack(VERSION.replace("caseward", "case ward"))
    assert b"\x01" not in pack("PRIVMSG alice :\x01VERSION caseward\x01")
    assert b"\x01" not in pack("NOTICE alice :\x01VERSION a\x01\r\nQUIT :\x01VERSION b\x01")


async def test_a_version_is_answered_on_servers(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice = await crowd.enter("alice")
    alice.say("caseward", "\x01VERSION\x01")
    line = await alice.expect(r":caseward!\S+ NOTICE alice ")
    assert line.params[-1] == "\x01VERSION caseward\x01"


# ---- channels --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ":irc {code} caseward #team :Cannot join channel",
        ":irc {code} caseward #TEAM :Cannot join channel",
    ],
)
@pytest.mark.parametrize(
    "code", "403 405 437 471 473 474 475 476 477 479 480 489 500 520 609 926".split()
)
async def test_a_refusal_is_taken_for_one_and_answered_with_patience(
    make: Make, line: str, code: str
) -> None:
    net = make(trusted_agents=())
    await net.begin()
    await net.register()
    net.sent()
    await net.says(line.format(code=code))
    assert net.links() == [True]
    await net.clock.advance(4)
    assert joins(net.sent()) == []
    await net.clock.advance(6)
    assert joins(net.sent()) == ["JOIN #team"]


async def test_no_answer_at_all_is_met_with_patience_too(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    sent = 0
    for _ in range(30):
        await net.clock.advance(20)
        await net.says(":irc PONG irc :x")
        sent += len(joins(net.sent()))
    assert 4 <= sent <= 12


async def test_a_channel_that_forwards_is_not_the_one_it_forwards_to(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register()
    net.sent()
    await net.says(
        ":irc 470 caseward #team ##overflow :Forwarding to another channel",
        f":{MASK} JOIN ##overflow caseward :bot",
        ":irc 353 caseward = ##overflow :caseward mallory",
        ":irc 366 caseward ##overflow :end",
        f"{MALLORY} PRIVMSG ##overflow :!cases",
    )
    await net.clock.advance(1)
    assert net.sent() == ["PART ##overflow"]
    assert net.view(TEAM) is None
    assert net.view(room("##overflow")) is None
    assert net.heard() == []
    assert net.links() == [True]


async def test_a_forward_to_a_channel_of_ours_is_that_channel(make: Make) -> None:
    net = make(channels=("#team", "#other"))
    await net.begin()
    await net.register()
    net.sent()
    await net.says(
        ":irc 470 caseward #team #other :Forwarding to another channel",
        f":{MASK} JOIN #other caseward :bot",
    )
    assert net.view(TEAM) is None
    assert net.view(room("#other")) is not None
    await net.clock.advance(1)
    assert not [line for line in net.sent() if line.startswith("PART")]


async def test_invitations_to_anywhere_else_are_not_followed(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"{ALICE} INVITE caseward :#elsewhere", f"{ALICE} INVITE bob :#team")
    await net.clock.advance(2)
    assert joins(net.sent()) == []


async def test_many_invitations_are_followed_now_and_then(make: Make) -> None:
    net = make(trusted_agents=())
    await net.begin()
    await net.register()
    await net.says(":irc 474 caseward #team :Cannot join (+b)")
    net.sent()
    for _ in range(50):
        await net.says(f"{ALICE} INVITE caseward :#team", ":irc 474 caseward #team :Cannot")
    assert joins(net.sent()) == ["JOIN #team"]


async def test_who_is_kicked_again_and_again_comes_back_slower_and_slower(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    waits = []
    for _ in range(4):
        await net.says(f"{ALICE} KICK #team caseward :out")
        assert net.view(TEAM) is None
        began = net.clock.passed
        net.sent()
        while not joins(net.sent()):
            await net.clock.advance(1)
            await net.says(":irc PONG irc :x")
        waits.append(net.clock.passed - began)
        await net.says(f":{MASK} JOIN #team caseward :bot")
    assert waits == sorted(waits)
    assert 5 <= waits[0] <= 10
    assert waits[-1] > 30
    assert net.links() == [True]


async def test_a_channel_that_we_are_not_in_after_all_is_entered_again(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":irc 442 caseward #team :You're not on that channel")
    assert net.view(TEAM) is None
    await net.clock.advance(30)
    await net.says(":irc PONG irc :x")
    assert "JOIN #team" in net.sent()


# ---- splits, kills, nicks --------------------------------------------------------------------


async def test_a_split_of_many_and_their_return_leave_the_room_as_it_is(make: Make) -> None:
    net = make()
    crowd = [f"user{number}" for number in range(400)]
    await net.up("alice=alice", *(f"{nick}={nick}" for nick in crowd))
    assert len(team(net).members) == 401
    epoch = team(net).epoch
    await net.says(*(f":{nick}!u@h.example.org QUIT :a.example b.example" for nick in crowd))
    assert [member.nick for member in team(net).members] == ["alice"]
    await net.says(
        *(f":{nick}!u@h.example.org JOIN #team {nick} :x" for nick in crowd[:-2]),
        f":{crowd[-2]}!u@h.example.org JOIN #team * :x",
        f":irc MODE #team +ov {crowd[0]} {crowd[1]}",
    )
    view = team(net)
    assert view.complete
    assert view.epoch > epoch
    assert {member.nick: member.account for member in view.members} == {
        "alice": "alice",
        **{nick: nick for nick in crowd[:-2]},
        crowd[-2]: None,
    }
    assert net.events[-1] == RoomChanged(place=TEAM)


async def test_a_split_ends_every_connection_behind_it(make: Make) -> None:
    net = make()
    await net.up()
    for number in range(50):
        await net.says(f":m{number}!u@h PRIVMSG caseward :x")
    identities = [inbound.speaker.identity for inbound in net.heard()]
    await net.says(*(f":m{number}!u@h QUIT :a.example b.example" for number in range(50)))
    assert net.ended() == identities
    await net.says(":m7!u@h PRIVMSG caseward :back")
    assert net.heard()[-1].speaker.identity not in identities


async def test_a_collision_that_renames_the_bot_is_survived(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f":{MASK} NICK 1TSAAAAAB", "@account=alice :alice!u@h PRIVMSG 1TSAAAAAB :x")
    assert net.heard()[-1].place == dm("alice")
    await net.says("@account=alice :alice!u@h PRIVMSG caseward :to whoever has it now")
    assert len(net.heard()) == 1
    await net.clock.advance(2)
    assert "MONITOR + caseward" in net.sent()
    await net.says(":irc 731 1TSAAAAAB :caseward")
    await net.clock.advance(1)
    assert "NICK caseward" in net.sent()
    await net.says(":1TSAAAAAB!caseward@bot.example.org NICK caseward")
    await net.says("@account=alice :alice!u@h PRIVMSG caseward :y")
    assert net.heard()[-1].text == "y"


async def test_a_collision_of_others_is_a_change_of_nicks(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
    epoch = peer(net, "alice").epoch
    await net.says(f"{ALICE} NICK 1TSAAAAAC", ":alice!u@h JOIN #team * :other")
    members = {member.nick: member.account for member in team(net).members}
    assert members == {"1TSAAAAAC": "alice", "alice": None}
    view = net.view(dm("alice"))
    assert view is None or view.epoch > epoch


async def test_a_kill_is_followed_by_a_new_connection(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":irc KILL caseward :irc (Nickname collision)", "ERROR :Closing link")
    net.wire.abort()
    await settle()
    assert net.links() == [True, False]
    assert net.view(TEAM) is None
    await net.clock.advance(10)
    await net.register()
    await net.enter("alice=alice")
    assert net.links() == [True, False, True]


@pytest.mark.parametrize(("agents", "asked"), [(("NickServ",), True), (("ChanServ",), False)])
async def test_a_trusted_nickserv_is_asked_for_the_nick(
    make: Make, agents: tuple[str, ...], asked: bool
) -> None:
    net = make(trusted_agents=agents)
    await net.begin()
    await net.says(":irc 433 * caseward :in use")
    await net.register()
    await net.says(":irc 001 caseward_ :Welcome")
    await net.clock.advance(2)
    assert ("PRIVMSG NickServ :GHOST caseward" in net.sent()) is asked


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("irc_server_unstarted", ["inspircd"], indirect=True)
async def test_nickserv_brings_the_nick_back(rig: Rig, crowd: Crowd) -> None:
    taker = await crowd.enter("caseward", account="erin")
    await rig.start("#team", trusted_agents=("ChanServ", "NickServ"))
    await taker.wait_closed()
    bob = await crowd.enter("bob")
    async with asyncio.timeout(30):
        bob.send("WHOIS caseward")
        while not [line for line in await bob.sync() if " 330 bob caseward caseward " in line.text]:
            bob.send("WHOIS caseward")


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("irc_server_unstarted", ["inspircd"], indirect=True)
async def test_chanserv_lets_the_bot_into_a_closed_channel_after_a_restart(
    rig: Rig, crowd: Crowd
) -> None:
    """Registered, invite-only, with access for the bot's account: as teams have theirs."""
    alice = await crowd.enter("alice")
    await alice.join("#kept")
    try:
        for command in ("REGISTER #kept", "FLAGS #kept caseward +i"):
            alice.say("ChanServ", command)
            await alice.expect(r":ChanServ!\S+ NOTICE alice ")
        alice.mode("#kept", "+si")
        await alice.sync()
        await rig.start("#kept")
        await rig.sees("#kept", lambda view: view.complete and view.closed)
        await rig.server.kill_client("caseward")
        await rig.up(times=2)
        view = await rig.sees("#kept", lambda view: view.complete and view.closed)
        assert [member.nick for member in view.members if not member.agent] == ["alice"]
    finally:
        alice.say("ChanServ", "DROP #kept")
        line = await alice.expect(r"ChanServ DROP #kept ")
        found = re.search(r"DROP #kept [0-9a-f:]+", line.text)
        assert found is not None
        alice.say("ChanServ", found[0])
        await alice.expect("dropped")


# ---- the other end of a direct message -------------------------------------------------------


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


# ---- two networks ----------------------------------------------------------------------------


async def test_two_networks_share_nothing(make: Make) -> None:
    one, two = make(name="net"), make(name="web")
    await one.up("alice=alice")
    await two.up("alice=alice", "bob=bob")
    for net in (one, two):
        await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
        await net.says(f"{MALLORY} PRIVMSG caseward :x")
    persons = [net.heard()[0].speaker for net in (one, two)]
    assert [speaker.identity for speaker in persons] == ["net|account|alice", "web|account|alice"]
    assert [speaker.person for speaker in persons] == [ROSTER.holder("net", "alice"), None]
    strangers = [net.heard()[1].speaker.identity for net in (one, two)]
    assert strangers[0].partition("|")[0] == "net"
    assert strangers[1].partition("|")[0] == "web"
    assert two.view(TEAM) is None
    assert two.view(dm("alice")) is None
    assert await two.transport.send(one.cleared(TEAM, "x")) is Sent.DOWN
    assert await two.transport.find(persons[0].identity) is None
    one.wire.abort()
    await settle()
    assert (one.links(), two.links()) == ([True, False], [True])
    two.transport.renew(channels=(), trusted_agents=(), relays=())
    await one.clock.advance(10)
    await one.register(caps=CAPS)
    assert "JOIN #team" in one.sent()
