"""Bytes on the wire: long texts arrive whole, and nobody's words become a command of the bot."""

import pytest

from tests.e2e.rig import BOT, LOBBY, OVERSIGHT, TEAM, Person, Rig, code_in
from tests.e2e.test_talk import report

pytestmark = [pytest.mark.real, pytest.mark.slow]

#: A nick so long that less fits into a line to its bearer than into a line of the team.
NICK = "rita-who-has-a-very-long-name"
#: As much as one line to the bot can hold; combining marks and emoji sequences among it.
WORDS = "Grüße e\u0301té 日本語 👩\u200d🔬 " * 11 + "Grüße e\u0301té 日本語 end"
SOLID = "日本語🙂" * 33 + "日本end"
EVIL = (
    b"one\x10rQUIT :x\x10n two",
    b"one\x10nJOIN #evil\x10r two",
    b"one\x01ACTION x\x01\x02\x0304 two",
    b"\x01\x10nQUIT\x01",
    b"one\rQUIT :x",
    b"one\0QUIT :x",
    b"one\x0b\x0c\x1c\x1d\x1e\x85\xe2\x80\xa8QUIT :x",
    b"one \xff\xfe\xc3( two",
)


@pytest.fixture
def rig(real_rig: Rig) -> Rig:
    return real_rig


@pytest.mark.parametrize("text", [WORDS, SOLID], ids=["words", "solid"])
async def test_long_text_arrives_whole(rig: Rig, text: str) -> None:
    await rig.open(NICK)
    case = await report(rig, NICK)
    alice, rita = rig.alice, rig.people[NICK]
    await alice.asks(f"!say {case} {text}", "words?\\.")
    await alice.asks("!yes", "On its way")
    await rita.hears("end$")
    said = rita.heard()
    lines = said[said.index("A message from the safety team:") + 1 :]
    glue = " " if " " in text else ""
    assert len(lines) > 1
    assert glue.join(lines) == text
    assert all(len(line.text.encode()) <= 510 for line in rita.client.lines if BOT in line.source)


async def test_a_long_story_is_read_whole(rig: Rig) -> None:
    await rig.open("rita")
    case = await report(rig, words=WORDS)
    shown = " ".join(await rig.alice.answers(f"!show {case}"))
    assert WORDS in shown


async def test_no_words_of_a_stranger_become_a_command(rig: Rig) -> None:
    await rig.open("mallory")
    alice, mallory = rig.alice, rig.people["mallory"]
    await mallory.asks("Somebody follows me.", "danger")
    await mallory.asks("no", "Shall I pass on")
    mallory.says("yes")
    case = code_in(await mallory.hears("C-"))
    since = len(alice.client.lines)
    for evil in EVIL:
        mallory.client.send_raw(b"PRIVMSG caseward :" + evil + b"\r\n")
    await mallory.client.join(LOBBY)
    for evil in EVIL:
        mallory.client.send_raw(b"PRIVMSG #lobby :!ping " + evil + b"\r\n")
        mallory.client.send_raw(b"PRIVMSG #lobby :!" + evil + b"\r\n")
    await mallory.settled(LOBBY)
    await _did_nothing(alice, case, since)


async def test_no_words_of_the_team_become_a_command(rig: Rig) -> None:
    await rig.open("rita")
    case = await report(rig)
    alice, rita = rig.alice, rig.people["rita"]
    since = len(alice.client.lines)
    for evil in EVIL:
        alice.client.send_raw(b"PRIVMSG #functionaries :!note %s %s\r\n" % (case.encode(), evil))
    await alice.settled(TEAM)
    alice.client.send_raw(
        b"PRIVMSG #functionaries :!say %s reporter a\x10rQUIT\r\n" % case.encode()
    )
    await alice.hears("word", TEAM)
    await alice.asks("!yes", "On its way", TEAM)
    await rita.hears("QUIT")
    await _did_nothing(alice, case, since)


async def _did_nothing(alice: Person, case: str, since: int) -> None:
    """The team reads every part of the case, and the bot has only spoken, and is where it was."""
    for part in ("", "timeline", "messages", "record"):
        alice.says(f"!show {case} {part}".strip())
        alice.says(f"!show {case} {part}".strip(), TEAM)
    await alice.settled()
    await alice.settled(TEAM)
    bots = [line for line in alice.client.lines[since:] if line.nick.startswith(BOT)]
    assert {line.params[0] for line in bots} == {"NOTICE"}
    alice.client.send(f"WHOIS {BOT}")
    where = await alice.client.expect(r" 319 ")
    places = {name.lstrip("~&@%+") for name in where.params[-1].split()}
    assert places == {TEAM, OVERSIGHT, LOBBY}
