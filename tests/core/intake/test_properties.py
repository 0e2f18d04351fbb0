"""Whatever somebody types: nothing raises, nothing is lost, the end can be reached."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.intake.session import load, save
from bot.core.intake.spoken import PHRASES, Word, hear
from bot.core.intake.table import BESIDES, STATES, Beside, IllegalInput, Input, State, follow
from bot.core.words.effects import Hear, OpenReport, Post, RaiseEmergency, SaveSession
from bot.core.words.text import plain
from bot.core.words.verdict import Verdict
from bot.texts.catalogue import all_keys
from tests.core.intake.talk import CHILD, NONE, RAISED, START, UNCLEAR, Talk, keys


@dataclass(frozen=True)
class Typed:
    text: str
    verdict: Verdict = NONE
    exposure: bool = False
    later: float = 1


WORDS = [phrases[0] for phrases in PHRASES.values()]
SIX = "amber birch cedar delta ember fjord"

lines = st.builds(
    Typed,
    text=st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(["pause", "delete", "back"]),
        st.sampled_from(["yes", "no", "unsure", "skip", "done"]),
        st.integers(0, 10_000).map(lambda number: f"words{number} about it"),
        st.sampled_from(["add words7 more", "urgent words8 here", "yes words9 he is", SIX]),
    ),
    verdict=st.sampled_from([NONE, NONE, NONE, NONE, UNCLEAR, RAISED, CHILD]),
    exposure=st.sampled_from([False, False, False, True]),
    later=st.sampled_from([0.0, 2.0, 12.0, 700.0]),
)
talks = st.lists(lines, max_size=25)


def kept(talk: Talk) -> str:
    """Everything that is with the team by now, or still in the session."""
    words: list[str] = []
    for effect in talk.history:
        match effect:
            case OpenReport():
                words += [plain(said) for _, said in effect.answers]
            case Hear() | RaiseEmergency():
                words.append(plain(effect.words))
            case _:
                pass
    if talk.session is not None:
        words += [plain(said) for _, said in talk.session.answers]
    return "\n".join(words)


@settings(max_examples=150)
@given(talks)
def test_no_talk_raises_or_loses_words(said: list[Typed]) -> None:
    talk = Talk()
    told: list[str] = []
    for line in said:
        before = talk.session
        answered = talk.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
        assert all(f"intake.{key}" in all_keys() or " " in key for key in answered), answered
        if talk.session is None and before is not None:
            assert before.code is None, "what was passed on is never dropped"
            told = []
        elif hear(line.text).word is None and line.text != SIX:
            told.append(line.text)
        assert not [text for text in told if text not in kept(talk)]


@settings(max_examples=150)
@given(talks)
def test_save_and_load_between_any_two_lines_changes_nothing(said: list[Typed]) -> None:
    one, other = Talk(), Talk()
    for line in said:
        one.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
        other.restart()
        other.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
        assert one.effects == other.effects
        assert one.session == other.session
        if one.session is not None:
            assert load(save(one.session)) == one.session


@settings(max_examples=150)
@given(talks)
def test_from_anywhere_the_end_is_a_few_words_away(said: list[Typed]) -> None:
    talk = Talk()
    for line in said:
        talk.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
    for line_ in ("stop", "stop"):
        talk.says(line_, later=15)
    assert talk.session is None or talk.session.state is State.RECEIVED


@settings(max_examples=150)
@given(talks)
def test_saving_precedes_saying_and_a_case_precedes_what_is_about_it(said: list[Typed]) -> None:
    talk = Talk()
    for line in said:
        talk.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
        kinds = [type(effect) for effect in talk.effects]
        if OpenReport in kinds:
            report = kinds.index(OpenReport)
            assert all(kinds.index(k) > report for k in (SaveSession, Post, Hear) if k in kinds)
            assert RaiseEmergency not in kinds or kinds.index(RaiseEmergency) > report
        assert kinds.count(RaiseEmergency) <= 1
        assert kinds.count(SaveSession) <= 1


@settings(max_examples=150)
@given(talks)
def test_the_six_words_stay_in_the_session_only_until_the_receipt(said: list[Typed]) -> None:
    talk = Talk()
    for line in said:
        talk.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
        if talk.session is not None and talk.session.state is State.RECEIVED:
            assert talk.session.phrase is None


@settings(max_examples=150)
@given(talks, st.sampled_from([NONE, UNCLEAR]))
def test_urgent_always_raises(said: list[Typed], verdict: Verdict) -> None:
    talk = Talk()
    for line in said:
        talk.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
    talk.says("urgent please come", verdict)
    assert len(talk.took(RaiseEmergency)) == 1
    assert talk.session is not None
    assert talk.session.code is not None


@settings(max_examples=150)
@given(talks)
def test_danger_words_always_raise(said: list[Typed]) -> None:
    talk = Talk()
    for line in said:
        talk.says(line.text, line.verdict, exposure=line.exposure, later=line.later)
    talk.says("he will kill me", RAISED)
    assert len(talk.took(RaiseEmergency)) == 1


STOPS: list[tuple[str, ...]] = [
    (),
    ("hello",),
    ("hello", "no"),
    ("hello", "no", "yes"),
    ("hello", "no", "yes", "skip", "skip"),
    ("hello", "no", "yes", "stop"),
    ("hello", "pause"),
    ("hello", "delete"),
    ("report",),
]


@pytest.mark.parametrize("before", STOPS)
@pytest.mark.parametrize("word", list(Word))
def test_every_control_word_has_an_answer_everywhere(before: tuple[str, ...], word: Word) -> None:
    talk = Talk()
    for line in before:
        talk.says(line, later=11)
    assert talk.says(PHRASES[word][0], later=11) or talk.took(RaiseEmergency)


def test_every_phrase_means_one_thing_and_is_heard() -> None:
    meant: dict[str, Word] = {}
    for word, phrases in PHRASES.items():
        for phrase in phrases:
            assert meant.setdefault(phrase, word) is word
            assert hear(phrase).word is word, phrase
            assert hear(f"  {phrase.upper()}. ").word is word, phrase


def test_a_missing_pair_is_the_error() -> None:
    for state in State:
        for given_ in Input:
            if (state, given_) not in STATES:
                with pytest.raises(IllegalInput):
                    follow(state, Beside.NOTHING, given_)
    assert all(pair[1] in Input for pair in BESIDES)


def test_every_state_is_reached_and_every_one_but_the_end_is_left() -> None:
    reached, open_ = {State.NEW}, [State.NEW]
    while open_:
        state = open_.pop()
        for (from_, _), to in STATES.items():
            if from_ is state and to not in reached:
                reached.add(to)
                open_.append(to)
    assert reached == set(State)
    assert not [pair for pair in STATES if pair[0] is State.GONE]


def test_a_session_of_another_version_is_refused() -> None:
    talk = Talk()
    talk.says("hello")
    assert talk.session is not None
    with pytest.raises(ValueError, match="version"):
        load({**save(talk.session), "version": 99})
    assert talk.session.started_at == START
    assert keys([]) == []
