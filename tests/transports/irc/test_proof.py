"""What becomes of a text: told by labels where the network has them, else by what follows it."""

import asyncio

import pytest

from bot.core.words.ports import Sent
from tests.servers.crowd import Crowd
from tests.transports.irc.fake import CAPS, FakeNet, Make, settle
from tests.transports.irc.rig import Rig, dm, room

TEAM = room("#team")
LABELS = f"{CAPS} batch labeled-response"


async def labelled(make: Make) -> FakeNet:
    net = make()
    await net.begin()
    await net.register(caps=LABELS)
    await net.enter("alice=alice")
    net.sent()
    return net


async def sending(net: FakeNet, *lines: str) -> tuple[asyncio.Task[Sent], list[str]]:
    """Begin to say lines in #team, with proof; returns the labels that they bear."""
    task = asyncio.create_task(net.transport.send(net.cleared(TEAM, *lines), proof=True))
    await settle()
    sent = net.sent()
    labels = [line.partition(" ")[0].removeprefix("@label=") for line in sent]
    assert sent == [
        f"@label={label} PRIVMSG #team :{line}" for label, line in zip(labels, lines, strict=True)
    ]
    return task, labels


async def test_a_text_has_arrived_when_each_of_its_lines_is_acknowledged(make: Make) -> None:
    net = await labelled(make)
    task, labels = await sending(net, "one", "two", "three")
    assert len(set(labels)) == 3
    for label in labels:
        assert not task.done()
        await net.says(f"@label={label} :irc ACK")
    assert await task is Sent.DELIVERED


@pytest.mark.parametrize(
    ("answer", "sent"),
    [
        ("@label={} :irc 401 caseward #team :No such nick", Sent.GONE),
        ("@label={} :irc 404 caseward #team :Cannot send", Sent.REFUSED),
        ("@label={} :irc 531 caseward alice :You are not permitted", Sent.REFUSED),
        ("@label={} :irc 599 caseward :An error of another age", Sent.REFUSED),
        ("@label={} :irc FAIL PRIVMSG CANNOT_SEND #team :No", Sent.REFUSED),
        ("@label={} :irc 439 caseward #team :Too fast", Sent.UNCERTAIN),
        ("@label={} :irc 301 caseward alice :is away", Sent.DELIVERED),
    ],
)
async def test_the_answer_to_the_label_decides(make: Make, answer: str, sent: Sent) -> None:
    net = await labelled(make)
    task, (label,) = await sending(net, "one")
    await net.says(answer.format(label))
    assert await task is sent


@pytest.mark.parametrize(
    ("lines", "sent"),
    [
        (["716 caseward alice :is in +g mode", "717 caseward alice :was told"], Sent.REFUSED),
        (["301 caseward alice :is away", "NOTICE caseward :by the way"], Sent.DELIVERED),
    ],
)
async def test_an_answer_may_be_several_lines(make: Make, lines: list[str], sent: Sent) -> None:
    net = await labelled(make)
    task, (label,) = await sending(net, "one")
    await net.says(f"@label={label} :irc BATCH +x7 :labeled-response")
    await net.says(*(f"@batch=x7 :irc {line}" for line in lines))
    assert task.done() is (sent is Sent.REFUSED)
    await net.says(":irc BATCH :-x7")
    assert await task is sent


async def test_an_answer_to_another_text_decides_nothing(make: Make) -> None:
    net = await labelled(make)
    task, (label,) = await sending(net, "one")
    await net.says(
        "@label=other :irc ACK",
        ":irc BATCH +y :netsplit",
        "@batch=y :bob!u@h QUIT :a b",
        ":irc BATCH -y",
        "@batch=z :irc 372 caseward :text",
        ":irc ACK",
    )
    assert not task.done()
    await net.says(f"@label={label} :irc ACK")
    assert await task is Sent.DELIVERED


async def test_an_error_without_a_label_counts_as_before(make: Make) -> None:
    net = await labelled(make)
    task, _ = await sending(net, "one")
    await net.says(":irc 404 caseward #team :Cannot send")
    assert await task is Sent.REFUSED


async def test_a_label_that_is_never_answered_is_uncertain(make: Make) -> None:
    net = await labelled(make)
    task, (first, _) = await sending(net, "one", "two")
    await net.says(f"@label={first} :irc ACK")
    await net.clock.advance(16)
    assert await task is Sent.UNCERTAIN


async def test_a_connection_that_ends_first_leaves_it_uncertain(make: Make) -> None:
    net = await labelled(make)
    task, _ = await sending(net, "one")
    net.wire.abort()
    await settle()
    assert await task is Sent.UNCERTAIN


@pytest.mark.parametrize("gone", ["labeled-response", "batch"])
async def test_without_the_capability_it_goes_on_by_ping(make: Make, gone: str) -> None:
    net = await labelled(make)
    await net.says(f":irc CAP caseward DEL :{gone}")
    task = asyncio.create_task(net.transport.send(net.cleared(TEAM, "x"), proof=True))
    await settle()
    text, ping = net.sent()
    assert text == "PRIVMSG #team :x"
    await net.says(f":irc PONG irc :{ping.split()[1]}")
    assert await task is Sent.DELIVERED


async def test_nobody_pays_for_a_proof_that_is_not_wanted(make: Make) -> None:
    net = await labelled(make)
    assert await net.transport.send(net.cleared(TEAM, "x")) is Sent.DELIVERED
    assert net.sent() == ["PRIVMSG #team :x"]


@pytest.mark.parametrize("numeric", ["716", "717", "477", "486", "531", "408", "502"])
async def test_people_who_take_no_messages_refuse(make: Make, numeric: str) -> None:
    net = make()
    await net.begin()
    await net.register(isupport="WHOX")
    await net.enter()
    await net.says("@account=alice :alice!u@h PRIVMSG caseward :x")
    task = asyncio.create_task(net.transport.send(net.cleared(dm("alice"), "x"), proof=True))
    await settle()
    token = net.sent()[-1].split()[1]
    await net.says(f":irc {numeric} caseward alice :no", f":irc PONG irc :{token}")
    assert await task is Sent.REFUSED


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("irc_server_unstarted", ["inspircd"], indirect=True)
async def test_inspircd_proves_by_labels(rig: Rig, crowd: Crowd) -> None:
    await rig.start("#team")
    alice, bob = await crowd.enter_all("alice", "bob")
    await alice.join("#team")
    await rig.sees("#team", lambda view: view.complete and len(view.members) == 1)
    session = rig.transport._session
    assert session is not None
    assert session.labels
    written: list[str] = []
    wire = session._wire
    assert wire is not None
    write = wire.write

    def remember(line: str) -> None:
        written.append(line)
        write(line)

    session.write = remember  # type: ignore[method-assign]  # to see that no PING is needed
    long = " ".join(f"wörd{number}" for number in range(300))
    assert await rig.say(TEAM, "one", long) is Sent.DELIVERED
    bob.mode("bob", "+g")
    await bob.sync()
    place = await rig.transport.find("net|account|bob")
    assert place is not None
    assert await rig.say(place, "for bob") is Sent.REFUSED
    assert not [line for line in written if line.startswith("PING")]
    await alice.sync()
    said = [line.params[-1] for line in alice.lines if line.nick == "caseward"]
    said = said[said.index("one") :]
    assert " ".join(said) == f"one {long}"
