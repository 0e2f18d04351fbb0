"""What the bot believes about rooms and people, on a network of strings."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.words.inbound import RoomChanged
from bot.core.words.places import DMView, RoomView
from bot.core.words.ports import Sent
from tests.transports.irc.fake import START, FakeNet, Make, settle
from tests.transports.irc.rig import dm, room

TEAM = room("#team")
ALICE = ":alice!u@h.example.org"


def team(net: FakeNet) -> RoomView:
    view = net.view(TEAM)
    assert isinstance(view, RoomView)
    return view


def peer(net: FakeNet, nick: str) -> DMView:
    view = net.view(dm(nick))
    assert isinstance(view, DMView)
    return view


MALFORMED = [
    ":alice!u@h.example.org QUIT", "QUIT", "JOIN", ":x JOIN", "PART", "KICK", "KICK #team",
    "MODE", "MODE #team", "NICK", ":alice!u@h NICK", "ACCOUNT", ":a ACCOUNT", "CHGHOST",
    ":irc 001", ":irc 004", ":irc 005", ":irc 005 me =", ":irc 005 me PREFIX=x CHANMODES=a :x",
    ":irc 005 me PREFIX= CASEMAPPING MONITOR=x - -WHOX LOAD=1 SET=2 :x", ":irc 324", ":irc 353",
    ":irc 353 me = #team", ":irc 366", ":irc 354", ":irc 354 a b c d e f g h i j", ":irc 315",
    ":irc 396", ":irc 730", ":irc 731", ":irc 734", ":irc 900", ":irc 901 x", ":irc 433", "PING",
    "PONG", "CAP", "CAP * LS", "CAP * ACK", "CAP * NEW", "CAP * DEL", "AUTHENTICATE", "INVITE",
    "PRIVMSG", ":a!b@c PRIVMSG", ":a!b@c PRIVMSG caseward", ":!@ PRIVMSG caseward :x",
    "@time=x;msgid= :a!b@c PRIVMSG caseward :x", ":irc 401", ":irc 671", ":irc 318", "ERROR",
]  # fmt: skip


@pytest.mark.parametrize("line", MALFORMED)
async def test_malformed_lines_of_the_server_break_nothing(make: Make, line: str) -> None:
    net = make()
    await net.up("alice=alice", "bob=bob")
    await net.says(line)
    await net.says(":bob!u@h.example.org PRIVMSG #team :still here")
    assert net.heard()[-1].text == "still here"
    assert net.wires[0].open


async def test_a_quit_without_words_is_a_quit(make: Make) -> None:
    net = make()
    await net.up("alice=alice", "bob=bob")
    await net.says(f"{ALICE} QUIT")
    assert [member.nick for member in team(net).members] == ["bob"]


async def test_nothing_is_complete_without_whox(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="MONITOR=3")
    await net.says(
        ":caseward!caseward@h JOIN #team caseward :bot",
        ":irc 353 caseward = #team :caseward",
        ":irc 366 caseward #team :end",
        ":irc 324 caseward #team +nsti",
    )
    assert not team(net).complete


@pytest.mark.parametrize("missing", ["account-notify", "extended-join"])
async def test_nothing_is_complete_when_accounts_may_change_unseen(
    make: Make, missing: str
) -> None:
    net = make()
    await net.up("alice=alice")
    assert team(net).complete
    await net.says(f":irc CAP caseward DEL :{missing}")
    assert not team(net).complete


@pytest.mark.parametrize("mode", ["u", "D"])
async def test_a_room_that_hides_its_members_is_not_complete(make: Make, mode: str) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"{ALICE} MODE #team +{mode}")
    assert not team(net).complete


@pytest.mark.parametrize(("modes", "closed"), [("+nsR", True), ("+nsr", False), ("+ns", False)])
async def test_registered_only_is_what_this_network_means_by_it(
    make: Make, modes: str, closed: bool
) -> None:
    """On InspIRCd, `r` says that a channel is registered, which keeps nobody out."""
    net = make()
    await net.begin()
    await net.register()
    await net.enter("alice=alice", modes=modes)
    assert team(net).closed is closed


async def test_modes_with_values_do_not_confuse_the_letters(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(f"{ALICE} MODE #team -i+kobl-s isns alice *!*@isn 5")
    view = team(net)
    assert (view.hidden, view.closed, view.no_external) == (False, True, True)


async def test_an_unseen_member_who_speaks_puts_the_room_in_doubt(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    await net.says(":ghost!u@h PRIVMSG #team :boo")
    assert not team(net).complete
    await net.clock.advance(1)
    sent = net.sent()
    assert "NAMES #team" in sent
    token = next(line for line in sent if line.startswith("WHO #team")).split(",")[1]
    await net.says(
        ":irc 353 caseward = #team :caseward alice ghost",
        ":irc 366 caseward #team :end",
        f":irc 354 caseward {token} #team u h alice H alice",
        f":irc 354 caseward {token} #team u h ghost H 0",
        ":irc 315 caseward #team :end",
    )
    assert team(net).complete
    assert [member.nick for member in team(net).members] == ["alice", "ghost"]


async def test_every_change_grows_the_epoch_and_no_other_line_does(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    epoch = team(net).epoch
    for line in (
        f"{ALICE} PRIVMSG #team :text",
        f"{ALICE} MODE #team +o alice",
        f"{ALICE} TOPIC #team :new",
        ":bob!u@h QUIT :elsewhere",
    ):
        await net.says(line)
        assert team(net).epoch == epoch
    for line in (
        ":bob!u@h JOIN #team bob :Bob",
        ":bob!u@h ACCOUNT *",
        ":bob!u@h ACCOUNT bob",
        f"{ALICE} MODE #team -s",
        ":bob!u@h NICK robert",
        ":robert!u@h PART #team",
    ):
        net.events.clear()
        await net.says(line)
        assert team(net).epoch > epoch
        assert net.events[0] == RoomChanged(place=TEAM)
        epoch = team(net).epoch


async def test_epochs_never_come_back(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    epoch = team(net).epoch
    net.wire.abort()
    await settle()
    assert net.view(TEAM) is None
    await net.clock.advance(10)
    await net.register()
    await net.enter("alice=alice")
    assert team(net).epoch > epoch


@pytest.mark.parametrize(
    ("host", "account", "agent"),
    [
        ("services.example.org", "0", True),
        ("h.example.org", "ChanServ", True),
        ("h.example.org", "0", False),
        ("my.services.example.org", "0", False),
        ("h.example.org", "erin", False),
    ],
)
async def test_an_agent_is_vouched_for_by_host_or_account(
    make: Make, host: str, account: str, agent: bool
) -> None:
    net = make()
    await net.up("alice=alice")
    name = "*" if account == "0" else account
    await net.says(f":ChanServ!s@{host} JOIN #team {name} :Services")
    assert [member.agent for member in team(net).members] == [False, agent]


async def test_old_lines_are_late_and_bent_times_are_not_believed(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    for stamp in ("2026-11-20T11:45:00.000Z", "2026-11-20T11:55:00.000Z", "2099-01-01T00:00:00Z"):
        await net.says(f"@account=alice;time={stamp} {ALICE} PRIVMSG caseward :x")
    await net.says(f"@account=alice;time=0001-01-01T00:00:00+23:59 {ALICE} PRIVMSG caseward :x")
    late, soon, future, none = net.heard()
    assert none.at == net.clock.now()
    assert (late.late, soon.late, future.late) == (True, False, False)
    assert late.at == START - timedelta(minutes=15)
    assert future.at <= net.clock.now()


async def test_two_accounts_on_one_line_are_none(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(f"@account=alice;account=erin {ALICE} PRIVMSG caseward :x")
    assert net.heard()[0].speaker.person is None


async def test_account_tags_count_only_where_the_server_promised_them(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(":irc CAP caseward DEL :account-tag")
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
    assert net.heard()[0].speaker.account is None


async def test_a_message_id_is_the_key(make: Make) -> None:
    net = make()
    await net.up()
    for _ in range(2):
        await net.says(f"@msgid=abc {ALICE} PRIVMSG caseward :x")
    await net.says(f"{ALICE} PRIVMSG caseward :x", f"{ALICE} PRIVMSG caseward :x")
    one, again, bare, other = (inbound.key for inbound in net.heard())
    assert one == again == "net|msgid|abc"
    assert len({one, bare, other}) == 3


@pytest.mark.parametrize(
    "line",
    [
        ":mallory!u@h NICK mallet",
        ":mallory!u@h QUIT :*.net *.split",
        ":irc 731 caseward :mallory",
        ":irc 730 caseward :mallory!other@elsewhere",
        ":mallory!other@elsewhere PRIVMSG caseward :me too",
        "@account=mallory :mallory!u@h PRIVMSG caseward :now with an account",
        ":mallory!u@h ACCOUNT mallory",
    ],
)
async def test_whatever_may_make_the_nick_somebody_elses_ends_it(make: Make, line: str) -> None:
    net = make()
    await net.up()
    await net.says(":mallory!u@h PRIVMSG caseward :first")
    identity = net.heard()[0].speaker.identity
    epoch = peer(net, "mallory").epoch
    await net.says(line)
    assert net.ended() == [identity]
    view = net.view(dm("mallory"))
    assert view is None or view.epoch > epoch
    assert await net.transport.find(identity) is None


async def test_a_new_host_that_is_announced_keeps_the_identity(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(":mallory!u@h PRIVMSG caseward :first", ":mallory!u@h CHGHOST u cloak")
    await net.says(":mallory!u@cloak PRIVMSG caseward :second")
    first, second = net.heard()
    assert first.speaker.identity == second.speaker.identity


async def test_who_leaves_the_last_shared_channel_unwatched_is_lost(make: Make) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX")
    await net.enter("mallory=0", modes="+n")
    await net.says(":mallory!u@h.example.org PRIVMSG #team :hello")
    await net.says(":mallory!u@h.example.org PART #team")
    assert net.ended() == [net.heard()[0].speaker.identity]


async def test_the_watch_list_is_kept_within_its_limit(make: Make) -> None:
    net = make()
    await net.up()
    for number in range(4):
        await net.says(f":m{number}!u@h PRIVMSG caseward :x")
    await net.clock.advance(1)
    watched: set[str] = set()
    for line in net.sent():
        if line.startswith("MONITOR"):
            _, sign, nicks = line.split()
            change = watched.update if sign == "+" else watched.difference_update
            change(nicks.split(","))
    assert watched == {"m2", "m3"}


async def test_a_flood_of_strangers_is_watched_in_few_lines(make: Make) -> None:
    net = make(burst=1, per_second=1.0)
    await net.begin()
    await net.register(isupport="WHOX MONITOR=100")
    await net.clock.advance(20)
    net.sent()
    for number in range(50):
        await net.says(f":m{number}!u@h PRIVMSG caseward :x")
    await net.clock.advance(8)
    lines = [line for line in net.sent() if line.startswith("MONITOR")]
    assert sum(len(line.split(" ")[2].split(",")) for line in lines) == 50
    assert len(lines) <= 7


async def test_a_proof_that_never_comes_is_uncertain(make: Make) -> None:
    net = make()
    await net.up("alice=alice")
    sending = asyncio.create_task(net.transport.send(net.cleared(TEAM, "x"), proof=True))
    await net.clock.advance(14)
    assert not sending.done()
    await net.clock.advance(2)
    assert await sending is Sent.UNCERTAIN


@pytest.mark.parametrize(
    ("numeric", "sent"),
    [("404", Sent.REFUSED), ("477", Sent.REFUSED), ("401", Sent.GONE), ("439", Sent.UNCERTAIN)],
)
async def test_what_the_server_says_of_a_text_decides(make: Make, numeric: str, sent: Sent) -> None:
    net = make()
    await net.up("alice=alice")
    sending = asyncio.create_task(net.transport.send(net.cleared(TEAM, "x"), proof=True))
    await settle()
    token = net.sent()[-1].split()[1]
    await net.says(f":irc {numeric} caseward #TEAM :no", f":irc PONG irc :{token}")
    assert await sending is sent


async def test_a_change_between_two_lines_stops_the_second(make: Make) -> None:
    net = make(burst=1)
    await net.begin()
    await net.register()
    await net.enter("alice=alice")
    await net.clock.advance(3)
    net.sent()
    sending = asyncio.create_task(net.transport.send(net.cleared(TEAM, "one", "two")))
    await settle()
    await net.says(":mallory!u@h JOIN #team * :stranger")
    await net.clock.advance(5)
    assert await sending is Sent.STALE
    assert [line for line in net.sent() if line.startswith("PRIVMSG")] == ["PRIVMSG #team :one"]


async def test_a_person_found_long_ago_is_asked_for_again(make: Make) -> None:
    net = make()
    await net.up()
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :x")
    await net.clock.advance(1)
    await net.says(":irc 730 caseward :alice!u@h.example.org")
    cleared = net.cleared(dm("alice"), "for alice")
    await net.clock.advance(20)
    net.sent()
    sending = asyncio.create_task(net.transport.send(cleared))
    await settle()
    (who,) = net.sent()
    token = who.split(",")[1]
    await net.says(
        f":irc 354 caseward {token} * u h.example.org alice H 0", ":irc 315 caseward alice :end"
    )
    assert await sending is Sent.STALE
    assert not [line for line in net.sent() if "for alice" in line]


async def test_a_roster_person_waits_for_the_word_about_tls_only_once(make: Make) -> None:
    net = make(tls=True)
    await net.up()
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :one")
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :two")
    assert net.heard() == []
    await net.clock.advance(1)
    assert "WHOIS alice" in net.sent()
    await net.says(":irc 671 caseward alice :is secure", ":irc 318 caseward alice :end")
    assert [inbound.text for inbound in net.heard()] == ["one", "two"]
    assert peer(net, "alice").secure
    await net.says(":bob!u@h PRIVMSG caseward :a stranger waits for nothing")
    assert len(net.heard()) == 3


async def test_a_network_that_does_not_answer_delays_nobody_for_long(make: Make) -> None:
    net = make(tls=True)
    await net.up()
    await net.says(f"@account=alice {ALICE} PRIVMSG caseward :one")
    await net.clock.advance(5)
    assert [inbound.text for inbound in net.heard()] == ["one"]
    assert not peer(net, "alice").secure
