"""The watch: words over several lines, bounded memory, and what makes one hit of many lines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.pii.watch import (
    AGAIN,
    MIDDLE,
    MOST_CHARACTERS,
    MOST_SPEAKERS,
    TOGETHER,
    Found,
    Lately,
    Spoken,
    held_in,
    hit_of,
    lines_of,
    together,
)
from bot.core.words.places import Place

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TEAM = Place(network="net", address="#team")
LOBBY = Place(network="net", address="#lobby")


def holds(line: str, before: str) -> frozenset[str]:
    """Hold `one two` for C-A, `three` for C-B: in the line, or over the seam."""
    found = set()
    if "three" in line:
        found.add("C-B")
    for whole in (before + " " + line, before + line):
        if "one two" in whole and "one two" not in before:
            found.add("C-A")
    return frozenset(found)


def spoken(*texts: str) -> tuple[Spoken, ...]:
    return tuple(Spoken(text=text, message=f"${text}") for text in texts)


def found(*texts: str, nick: str = "a", place: Place = TEAM, at: datetime = NOW) -> Found:
    return Found(
        case="C-A",
        place=place,
        author=f"net|account|{nick}",
        nick=nick,
        at=at,
        lines=spoken(*texts),
        removes=True,
    )


# ---- the last words ------------------------------------------------------------------------------


def test_the_last_lines_of_the_same_speaker_are_remembered_for_a_while() -> None:
    lately = Lately()
    said = [lately.then("a", line, number) for number, line in enumerate(spoken(*"uvwxyz"))]
    assert said[0] == ()
    assert said[3] == spoken(*"uvw")
    assert said[5] == spoken(*"vwxy")
    assert lately.then("b", Spoken(text="!"), 5.0) == ()
    assert lately.then("a", Spoken(text="!"), 4.0 + TOGETHER) == spoken("y", "z")
    assert lately.then("a", Spoken(text="!"), 99.0) == ()


def test_no_more_than_so_many_characters_are_remembered() -> None:
    lately = Lately()
    lately.then("a", Spoken(text="x" * 9 * MOST_CHARACTERS + "end"), 0.0)
    [kept] = lately.then("a", Spoken(text="y"), 0.0)
    assert len(kept.text) == MOST_CHARACTERS
    assert kept.text.endswith("end")
    assert [spoken.text for spoken in lately.then("a", Spoken(text="z"), 0.0)] == ["y"]


def test_no_more_than_so_many_speakers_are_remembered() -> None:
    lately = Lately()
    for number in range(MOST_SPEAKERS + 10):
        lately.then(number, Spoken(text="x"), 0.0)
    assert len(lately._said) == MOST_SPEAKERS
    assert lately.then(0, Spoken(text="x"), 0.0) == ()
    assert lately.then(MOST_SPEAKERS, Spoken(text="x"), 0.0) != ()


# ---- over several lines --------------------------------------------------------------------------


def test_words_are_found_in_a_line_and_over_the_seam() -> None:
    assert held_in(holds, "one two three", ()) == {"C-A", "C-B"}
    assert held_in(holds, "two", spoken("one")) == {"C-A"}
    assert held_in(holds, "o", spoken("one", "tw")) == {"C-A"}
    assert held_in(holds, "wo", spoken("o", "ne t")) == {"C-A"}
    assert held_in(holds, "four", spoken("one two")) == set()


def test_nothing_runs_through_a_long_line() -> None:
    asked: list[str] = []

    def note(_line: str, before: str) -> frozenset[str]:
        asked.append(before)
        return frozenset()

    held_in(note, "x", spoken("far", "y" * (MIDDLE + 1), "near", "nearer"))
    assert asked == [f"{'y' * (MIDDLE + 1)} near nearer", f"{'y' * (MIDDLE + 1)}nearnearer"]
    asked.clear()
    held_in(note, "x", spoken("far", "y" * (MIDDLE + 1)))
    assert asked == ["y" * (MIDDLE + 1)]


def test_the_lines_that_hold_something_together_are_named() -> None:
    line = Spoken(text="two three")
    before = spoken("zero", "half", "one")
    assert lines_of(holds, "C-B", line, before) == (line,)
    assert lines_of(holds, "C-A", line, before) == (*spoken("one"), line)
    # Let go meanwhile: the line alone is told.
    assert lines_of(holds, "C-Z", line, before) == (line,)


# ---- hits ----------------------------------------------------------------------------------------


def test_lines_of_one_author_in_one_place_are_one_hit() -> None:
    later = NOW + timedelta(seconds=1)
    all_of_it = [
        found("two", at=later),
        found("one", "two"),
        found("one", nick="b"),
        found("one", place=LOBBY),
        replace(found(), lines=(Spoken(text="x"), Spoken(text="x"))),
    ]
    assert [(f.nick, f.place, f.at, len(f.lines)) for f in together(all_of_it)] == [
        ("a", TEAM, NOW, 4),
        ("b", TEAM, NOW, 1),
        ("a", LOBBY, NOW, 1),
    ]


def test_a_first_line_is_a_hit_and_told() -> None:
    made = hit_of(found("one", "two"), (), NOW)
    assert made is not None
    hit, told = made
    assert told
    assert (hit.case, hit.place, hit.nick, hit.at, hit.told_at) == ("C-A", TEAM, "a", NOW, NOW)
    assert (hit.messages, hit.lines, hit.removes) == (("$one", "$two"), 2, True)
    assert not hit.contained


def test_more_of_the_same_is_added_and_not_told() -> None:
    made = hit_of(found("one"), (), NOW)
    assert made is not None
    first, _ = made
    later = NOW + AGAIN / 2
    assert hit_of(found("two", at=later), (first,), later) == (
        replace(first, messages=("$one", "$two"), lines=2),
        False,
    )
    other = hit_of(found("two", nick="b", at=later), (first,), later)
    assert other is not None
    assert (other[0].nick, other[0].told_at, other[1]) == ("b", NOW, False)
    # Whoever goes on and on is told again, whatever was added meanwhile.
    again = hit_of(found("three"), (first, other[0]), NOW + AGAIN)
    assert again is not None
    assert (again[0].told_at, again[1]) == (NOW + AGAIN, True)


def test_another_place_a_contained_hit_and_a_later_one_are_told_anew() -> None:
    made = hit_of(found("one"), (), NOW)
    assert made is not None
    first, _ = made
    for new, earlier, now in (
        (found("two", place=LOBBY), first, NOW),
        (found("two"), replace(first, contained=True), NOW),
        (found("two"), first, NOW + AGAIN),
        (found("two"), first, NOW - timedelta(days=1)),
    ):
        told = hit_of(new, (earlier,), now)
        assert told is not None
        assert told[1]
        assert told[0].messages == ("$two",)


def test_a_message_that_comes_again_changes_nothing() -> None:
    made = hit_of(found("one"), (), NOW)
    assert made is not None
    first = replace(made[0], contained=True)
    assert hit_of(found("one"), (first,), NOW + AGAIN * 2) is None
    nameless = replace(found(), lines=(Spoken(text="one"),))
    told = hit_of(nameless, (replace(first, messages=()),), NOW)
    assert told is not None
    assert (told[0].messages, told[0].lines) == ((), 1)
