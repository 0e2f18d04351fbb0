"""check-config says what the bot will do, and what may fail the team."""

from pathlib import Path

import pytest

from bot.config import advice, load_config
from bot.config.explain import explain
from tests.config.conftest import MARKER, NOW, Edits, edited


def said(path: Path, *edits: tuple[str, str]) -> list[str]:
    """Return the explanation of a configuration after edits."""
    path.write_text(edited(path.read_text(), edits))
    return [line.strip() for line in explain(load_config(path), NOW)]


def test_rooms_people_and_ladder_are_told_in_words(contract: Path) -> None:
    lines = said(contract)
    assert (
        "team: for the whole team, at libera/#functionaries, matrix/!abc:example.org; at most case:"
        " the words of cases, with personal details held back, and only while the place is private"
        " and everybody in it is on the roster." in lines
    )
    assert (
        "lobby: for anybody, at libera/#lobby; at most public: nothing that is not public." in lines
    )
    assert (
        "alice: functionary, oversighter, on-call; may see at most pii: the words of cases and"
        " personal details; reached by IRC libera/alice, Matrix @alice:example.org,"
        " mail alice@example.org." in lines
    )
    assert lines.index("At once: alice.") + 1 == lines.index("After 5m: bob.")
    assert "life: emergency@example.org, by itself." in lines
    assert "1. mail.example.org:587, starttls, from caseward@example.org." in lines
    assert "the closing record: 730d." in lines


def test_no_secret_is_said(contract: Path) -> None:
    assert MARKER not in "\n".join(said(contract))


def test_matrix_is_told_with_what_its_rooms_must_be_like(contract: Path) -> None:
    lines = said(contract)
    assert any(
        line.startswith('transport "matrix": the device of the bot is not') for line in lines
    )
    assert (
        "matrix: direct messages to the team carry at most pii: the words of cases and personal"
        " details (encrypted from end to end; without encryption nothing that is not public)."
        in lines
    )
    invite = "oversight: invite @caseward:example.org to matrix/!def:example.org. That room must be"
    assert any(line.startswith(f"{invite} encrypted, open to invited") for line in lines)
    assert not any(line.startswith("lobby: invite") for line in lines)
    assert lines[-1] == "The configuration can be used."


def test_a_public_room_of_matrix_may_be_as_it_is(contract: Path) -> None:
    lines = said(contract, ('"libera/#lobby"', '"libera/#lobby", "matrix/#lobby:example.org"'))
    assert "lobby: invite @caseward:example.org to matrix/#lobby:example.org." in lines


def test_only_matrix_carries_personal_details_in_a_room(contract: Path) -> None:
    lines = said(
        contract,
        ('roles = ["oversighter"]\n', ""),
        ('["functionary", "steward", "on-call"]', '["functionary", "on-call"]'),
    )
    case = "at most case: the words of cases, with personal details held back."
    assert [line for line in lines if line.startswith("bob: while there")] == [
        f"bob: while there, oversight carries {case}"
    ]


_ONE_STEP = ('[[oncall.steps]]\npeople = ["bob"]\n', "")


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ((), "there is one mail server"),
        ((), 'transport "libera": direct messages may carry personal details'),
        ((_ONE_STEP,), "only alice can be rung"),
        ((('"functionary", "oversighter", "on-call"', '"functionary", "on-call"'),),
         "nobody is oversighter: calls about exposed personal details ring stewards"),
        ((('"functionary", "oversighter", "on-call"', '"functionary", "on-call"'),
          ('"functionary", "steward", "on-call"', '"functionary", "on-call"')),
         "nobody is oversighter or steward"),
        ((('roles = ["ombuds"]', 'roles = ["checkuser"]'),), "nobody is ombuds"),
        ((('irc = ["libera/carol"]', ""),), "carol has no account on any network"),
        ((('ceiling = "case" ', 'ceiling = "public" '),), "no room is for the whole team"),
        ((('"127.0.0.1:8787"', '"0.0.0.0:8787"'),), "health.listen: others than this machine"),
        ((('matrix = ["@alice:example.org"]', ""), ('mail = "alice@example.org"', ""),
          ('matrix = ["@bob:example.org"]\nmail = "bob@example.org"', "")),
         "everybody on call is reached by libera alone"),
        ((('people = ["bob"]', 'people = ["bob", "erin"]'),
          ("[contacts.life]", '[[people]]\nname = "erin"\nroles = ["on-call"]\n[contacts.life]')),
         "erin is on the ladder, but cannot be reached"),
    ],
)  # fmt: skip
def test_a_weak_spot_is_warned_of_where_it_is(contract: Path, edits: Edits, words: str) -> None:
    before = said(contract)
    after = said(contract, *edits)
    assert any(line.startswith(words) for line in after)
    assert not edits or not any(line.startswith(words) for line in before)


def test_a_password_that_others_can_read_is_warned_of(contract: Path) -> None:
    (contract.parent / "secrets" / "irc").chmod(0o644)
    assert any(line.startswith("transports[0].password_file: others") for line in said(contract))


def test_keys_whose_work_comes_later_are_named(contract: Path) -> None:
    lines = said(
        contract,
        ("redact = false", "redact = true"),
    )
    named = [line.split(": read, but not")[0] for line in lines if "not acted on" in line]
    assert named == [key for key, _ in advice.NOT_YET]


def test_keys_that_ask_for_nothing_are_not_named(contract: Path) -> None:
    lines = said(contract)
    assert not any(line.startswith(("rooms.redact", "people.matrix")) for line in lines)


def test_what_each_may_do_and_where_is_told(contract: Path) -> None:
    lines = said(contract)
    assert "alice: works cases, sees personal details, takes calls for help." in lines
    assert "alice: has a place in team, oversight." in lines
    assert "bob: has a place in team." in lines
    assert "carol: while there, team carries at most team: codes, dates and counts." in lines
    carol = next(line for line in lines if line.startswith("carol: sees no words of cases"))
    assert "reloads this file" in carol


def test_who_is_suspended_may_do_nothing(contract: Path) -> None:
    lines = said(contract, ('name = "alice"\n', 'name = "alice"\nsuspended = true\n'))
    assert any(line.startswith("alice: suspended by this file") for line in lines)
    assert "alice: has a place in team, oversight." not in lines
    assert "alice is on the ladder, but suspended: that step is skipped." in lines
    assert any(line.startswith("nobody is oversighter") for line in lines)


def shift(person: str, start: str, to: str, days: str = "") -> str:
    lines = [f'person = "{person}"', f'from = "{start}"', f'to = "{to}"']
    return "\n".join(["[[oncall.shifts]]", *lines, days, ""])


def test_shifts_are_told_in_words(contract: Path) -> None:
    shifts = shift("alice", "08:00", "20:00", 'days = ["mon", "tue"]')
    lines = said(contract, ("[promises]", shifts + shift("bob", "20:00", "08:00") + "[promises]"))
    assert "alice is on call mon, tue from 08:00 to 20:00 (Europe/Berlin)." in lines
    assert "bob is on call every day from 20:00 to 08:00 of the next day (UTC)." in lines
    assert any(line.startswith("Outside their shifts people are not rung") for line in lines)
    assert not any("always on call" in line or "oncall.shifts" in line for line in lines)


def test_who_has_no_shift_is_always_on_call_and_leaves_no_gap(contract: Path) -> None:
    lines = said(contract, ("[promises]", shift("alice", "08:00", "20:00") + "[promises]"))
    assert "bob has no shift, and so is always on call." in lines
    assert not any(line.startswith("nobody is on call") for line in lines)


def test_gaps_of_the_next_days_are_warned_of(contract: Path) -> None:
    shifts = shift("alice", "09:00", "21:00") + shift("bob", "20:00", "08:00")
    lines = said(contract, ("[promises]", shifts + "[promises]"))
    # The clocks change in Berlin a week later only: 09:00 there is 08:00 UTC.
    assert not any(line.startswith("nobody is on call") for line in lines)
    path = contract.parent / "again.toml"
    path.write_text(contract.read_text().replace('from = "09:00"', 'from = "10:00"'))
    lines = [line.strip() for line in explain(load_config(path), NOW)]
    gap = "nobody is on call from Mon 2031-03-24 08:00 to Mon 2031-03-24 09:00 UTC: everybody on"
    assert any(line.startswith(gap) for line in lines), lines
    assert any(line.endswith("more gaps in the next 7 days.") for line in lines)


def test_drills_are_told_in_words(contract: Path) -> None:
    assert "No drill by itself: `oncall drill` begins one by hand." in said(contract)
    section = '[oncall.drill]\nday = "sun"\nat = "02:30"\n'
    zone = ('time_zone = "UTC"', 'time_zone = "Europe/Berlin"')
    lines = said(contract, ("[promises]", f"{section}[promises]"), zone)
    # On the Sunday after that the clocks skip half past two.
    assert (
        "Drill: every sun at 02:30 (Europe/Berlin) people on call are rung for practice, marked as"
        " such in every word; the next one is on Sun 2031-03-30 03:00 CEST." in lines
    )


def test_shifts_of_somebody_who_is_never_rung_are_warned_of(contract: Path) -> None:
    erin = '[[people]]\nname = "erin"\nroles = ["on-call"]\nirc = ["libera/erin"]\n[contacts.life]'
    lines = said(
        contract,
        ("[contacts.life]", erin),
        ("[promises]", shift("erin", "08:00", "20:00") + "[promises]"),
    )
    assert "erin has shifts, but is on no step of the ladder, and so is never rung." in lines
