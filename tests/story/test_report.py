"""Somebody writes to the bot: what is kept, what is asked, who hears of it."""

from datetime import timedelta

from bot.texts import catalogue
from tests.world import CODE, World

LINK = "https://wiki.example.org/w/index.php?diff=4711"


def _phrase(lines: list[str], world: World) -> str:
    known = set(world.live.terms.words)
    return next(line for line in lines if len(line.split()) == 6 and set(line.split()) <= known)


async def _reported(world: World, nick: str = "rita") -> str:
    """Take a reporter through the whole interview; returns the code."""
    await world.says(nick, None, "Somebody follows me to every page I write.")
    await world.says(nick, None, "no")
    told = await world.says(nick, None, "yes")
    code = world.code(told)
    await world.later(seconds=11)
    await world.says(nick, None, "It began last week.")
    await world.later(seconds=11)
    await world.says(nick, None, f"Here: {LINK}")
    await world.later(seconds=11)
    await world.says(nick, None, "User:Example-B")
    await world.later(seconds=11)
    await world.says(nick, None, "me")
    await world.later(seconds=11)
    await world.says(nick, None, "yes")
    return code


async def test_the_first_message_is_answered_with_hello_and_the_danger_question(
    world: World,
) -> None:
    said = await world.says("rita", None, "hello?")
    assert len(said) >= 2
    assert "danger" in " ".join(said)
    assert world.heard("#team") == []


async def test_nothing_is_passed_on_without_a_yes(world: World) -> None:
    await world.says("rita", None, "Somebody follows me to every page I write.")
    await world.says("rita", None, "no")
    await world.says("rita", None, "no")
    assert world.heard("#team") == []
    assert not CODE.findall("\n".join(world.heard()))


async def test_the_team_hears_of_a_report_with_its_code_and_none_of_its_words(
    world: World,
) -> None:
    code = await _reported(world)
    team = " ".join(world.heard("#team"))
    assert code in team
    assert "follows" not in team
    assert "Example-B" not in team


async def test_the_receipt_has_code_date_and_six_words(world: World) -> None:
    code = await _reported(world)
    said = world.heard("rita")
    receipt = next(n for n, line in enumerate(said) if line.startswith("Thank you for telling"))
    assert code in said[receipt]
    assert "2026-11-04" in " ".join(said[receipt:])
    assert _phrase(said[receipt:], world)


async def test_the_team_reads_the_story_with_its_holes_and_an_oversighter_reads_it_whole(
    world: World,
) -> None:
    code = await _reported(world)
    shown = " ".join(await world.says("alice", "#team", f"!show {code}"))
    assert "follows me" in shown
    assert "4711" not in " ".join(world.heard("#team"))
    listed = " ".join(await world.says("alice", None, f"!show {code} links"))
    assert "4711" in listed or "held" in listed
    revealed = await world.says("alice", "#team", f"!reveal {code} 1")
    assert any("4711" in line for line in revealed)
    assert "4711" not in " ".join(world.heard("#team"))
    assert "4711" not in " ".join(world.heard("finn"))


async def test_the_words_of_the_team_reach_the_reporter_as_the_team(world: World) -> None:
    code = await _reported(world)
    preview = await world.says("alice", "#team", f"!say {code} reporter We have read every line.")
    assert "We have read every line." not in " ".join(world.heard("rita"))
    assert preview
    await world.says("alice", "#team", "!yes")
    assert "We have read every line." in " ".join(world.heard("rita"))
    assert "alice" not in " ".join(world.heard("rita"))


async def test_whoever_was_silent_hears_first_that_something_waits(world: World) -> None:
    code = await _reported(world)
    await world.later(minutes=30)
    await world.says("alice", "#team", f"!say {code} reporter We have read every line.")
    await world.says("alice", "#team", "!yes")
    assert "We have read every line." not in " ".join(world.heard("rita"))
    read = await world.says("rita", None, "read")
    assert "We have read every line." in " ".join(read)


async def test_six_words_carry_a_report_to_another_connection(world: World) -> None:
    code = await _reported(world)
    phrase = _phrase(world.heard("rita"), world)
    world.net.leave("rita")
    world.net.arrive("rita-phone")
    said = await world.says("rita-phone", None, phrase)
    assert said
    await world.says("alice", "#team", f"!say {code} reporter Good to hear from you.")
    await world.says("alice", "#team", "!yes")
    assert "Good to hear from you." in " ".join(world.heard("rita-phone"))


async def test_a_nick_taken_over_by_somebody_else_gets_nothing(world: World) -> None:
    code = await _reported(world)
    world.net.leave("rita")
    world.net.arrive("rita")
    before = len(world.heard("rita"))
    await world.says("alice", "#team", f"!say {code} reporter This is for one person only.")
    await world.says("alice", "#team", "!yes")
    assert len(world.heard("rita")) == before
    assert code in " ".join(world.heard("#team")[-3:])


async def test_the_same_message_twice_is_handled_once(world: World) -> None:
    await world.says("rita", None, "Somebody follows me.")
    inbound = world.net.hear("rita", None, "no")
    await world.settle()
    before = len(world.net.said)
    world.net.repeat(inbound)
    await world.settle()
    assert len(world.net.said) == before


async def test_a_case_is_closed_once_the_reporter_was_told(world: World) -> None:
    code = await _reported(world)
    await world.says("alice", "#team", f"!take {code}")
    refused = await world.says("alice", "#team", f"!close {code} actionable Warned the account.")
    assert any("say" in line for line in refused)
    await world.says("alice", "#team", f"!say {code} reporter We have warned the account.")
    await world.says("alice", "#team", "!yes")
    await world.says("alice", "#team", f"!close {code} actionable Warned the account.")
    assert code not in " ".join(await world.says("alice", "#team", "!cases"))


async def test_somebody_named_in_a_report_cannot_tell_that_it_exists(world: World) -> None:
    await world.says("rita", None, "A functionary follows me.")
    await world.says("rita", None, "no")
    await world.says("rita", None, "yes")
    for answer in ("skip", "skip", "User:Example-Bob", "done", "skip", "yes"):
        await world.later(seconds=11)
        await world.says("rita", None, answer)
    code = CODE.findall(" ".join(world.heard("rita")))[0]
    absent = await world.says("bob", None, "!show C-000000")
    theirs = await world.says("bob", None, f"!show {code}")
    assert theirs == absent
    assert code not in " ".join(await world.says("bob", None, "!cases"))
    assert code in " ".join(await world.says("alice", None, "!cases"))
    in_room = await world.says("alice", "#team", f"!show {code}")
    assert "follows" not in " ".join(in_room)


async def test_whoever_repeats_a_line_after_a_restart_hears_hello_and_the_question(
    world: World,
) -> None:
    await world.says("rita", None, "Somebody follows me.")
    await world.stop()
    world.net = world.renewed()
    world.clock.set(world.clock.now() + timedelta(seconds=1))
    await world.start()
    said = await world.says("rita", None, "Somebody follows me.")
    assert "passes reports" in said[0]
    assert "danger" in said[-1]


async def test_an_answer_given_at_once_keeps_the_promise_of_its_question(world: World) -> None:
    for line in ("Somebody follows me.", "no", "yes", "done", "skip", "skip"):
        await world.says("rita", None, line)
    code = world.code()
    await world.says("rita", None, "Example-Villain")
    for channel in ("#team", "finn"):
        where = "#team" if channel == "#team" else None
        await world.says("finn", where, f"!show {code} messages")
        assert "Example-Villain" not in " ".join(world.heard(channel))


async def test_whoever_would_not_be_written_to_is_not_promised_a_letter(world: World) -> None:
    for line in ("Somebody follows me.", "no", "yes", "done", "skip", "skip", "skip", "skip"):
        await world.says("rita", None, line)
    receipt = await world.says("rita", None, "no")
    assert any(catalogue.says("intake.receipt-quiet", line) for line in receipt)
    shown = await world.says("alice", "#team", f"!say {world.code()} We have read it.")
    assert any(catalogue.says("say.preview-declined", line) for line in shown)


async def test_whoever_called_in_a_room_is_asked_on_by_dm(world: World) -> None:
    await world.says("stranger", "#lobby", "!emergency somebody hurts a friend of mine")
    asked = await world.says("stranger", None, "It happens on a talk page.")
    assert any(catalogue.says("intake.ask-where", line) for line in asked)
