"""What goes on at the same time on the wire must not be taken for one another."""

import asyncio

import pytest

from bot.core.policy.gate import Cleared
from bot.core.words.places import RoomView
from bot.core.words.ports import Sent
from tests.transports.irc.conftest import make as make  # noqa: PLC0414 -- a fixture, passed on
from tests.transports.irc.fake import FakeNet, Make, settle
from tests.transports.irc.rig import dm, room

RITA = ":rita!u@h.example.org"


def _token(lines: list[str]) -> str:
    return next(line.rpartition(",")[2] for line in lines if line.startswith("WHO rita"))


async def _answer(net: FakeNet, token: str) -> None:
    await net.says(
        f":irc 354 caseward {token} * u h.example.org rita H 0",
        ":irc 315 caseward rita :end",
    )


async def test_an_answer_to_a_later_question_is_not_taken_for_an_earlier_one(make: Make) -> None:
    """A text that waits its turn asked first, a page that overtakes it is answered first."""
    net = make(burst=1)
    await net.up()
    await net.clock.advance(30)
    await net.says(f"{RITA} PRIVMSG caseward :hello")
    await net.says(":irc 730 caseward :rita!u@h.example.org")
    identity = net.heard()[-1].speaker.identity
    await net.clock.advance(11)
    net.sent()
    cleared = net.cleared(dm("rita"), "words")
    assert isinstance(cleared, Cleared)
    # The bucket is empty, so both questions wait for their turn.
    session = net.transport._session
    assert session is not None
    session.turnstile.owe()
    slow = asyncio.create_task(net.transport.send(cleared))
    await settle()
    fast = asyncio.create_task(net.transport.send(cleared, urgent=True))
    await net.clock.advance(1)
    await _answer(net, _token(net.sent()))
    for _ in range(6):
        await net.clock.advance(1)
        lines = net.sent()
        if any(line.startswith("WHO rita") for line in lines):
            await _answer(net, _token(lines))
    assert (await fast, await slow) == (Sent.DELIVERED, Sent.DELIVERED)
    assert identity not in net.ended()


@pytest.mark.parametrize(
    ("host", "agent"),
    [
        ("services.example.org", True),
        ("services.evil.example", False),
        ("services.", False),
        ("services.org", False),
        ("services.ample.org", False),
    ],
)
async def test_a_stranger_under_a_services_nick_is_no_agent_by_a_name_of_their_own(
    make: Make, host: str, agent: bool
) -> None:
    """Anybody may call their own machine `services.…` and take the nick while services are away."""
    net = make()
    await net.up("alice=alice")
    await net.says(f":ChanServ!s@{host} JOIN #team * :Services")
    view = net.view(room("#team"))
    assert isinstance(view, RoomView)
    assert [member.agent for member in view.members] == [False, agent]
