"""Every entry's samples, and ordinary wiki talk."""

import time

import pytest

from bot.core.danger.entry import Entry
from bot.core.danger.exposure import EXPOSURES, HARMLESS, Exposure, exposes
from bot.core.danger.judge import LISTS, judge, judge_by
from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger

ENTRIES = [pytest.param(entry, id=f"{number}") for number, entry in enumerate(LISTS)]


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_entry_finds_its_hits_and_leaves_its_misses(entry: Entry) -> None:
    assert entry.hits
    assert entry.misses
    for sample in entry.hits:
        verdict = judge(sample)
        if entry.calm:
            assert verdict.danger is not Danger.RAISED, sample
            assert judge_by([e for e in LISTS if e is not entry], sample).danger is Danger.RAISED
            continue
        assert verdict.danger is not Danger.NONE or entry.danger is Danger.NONE, sample
        if entry.danger is Danger.RAISED:
            assert verdict.danger is Danger.RAISED, sample
            assert not entry.self_harm or verdict.self_harm, sample
            if entry.emergency is EmergencyClass.CHILD:
                assert verdict.emergency is EmergencyClass.CHILD, sample
        else:
            assert verdict.danger is entry.danger, sample
        assert judge_by((entry,), sample) != judge_by((), sample) or entry.danger is Danger.NONE
    if entry.calm:
        for sample in entry.misses:
            assert judge(sample).danger is Danger.RAISED, sample
        return
    softer = [e for e in LISTS if e.danger is Danger.NONE or e.first]
    for sample in entry.misses:
        with_entry = judge_by([*(e for e in softer if e is not entry), entry], sample)
        without = judge_by([e for e in softer if e is not entry], sample)
        assert with_entry == without, sample


WIKI_TALK = """
kill the process
this edit war will be the death of me
block him
dead link
attack page
please block this user, he keeps vandalising
I will attack the backlog tomorrow
can someone kill this bot, it is running wild
he attacked me on my talk page
the article about the school shooting needs sources
this is a personal attack
can you shoot me an email about the AfD
nuke all his page creations
he is stalking my edits
the admin threatened me with a block
die Seite ist kaputt
I nearly died laughing
she keeps reverting me and calls me a liar
he insulted me in the edit summary
somebody created an attack page about me
they keep adding my old username
I would like to report a sockpuppet
it won't kill you to add a source
you're dead wrong about this
my edits are being deleted
I'm afraid this template is broken
a minor edit to the child category
the killer robot article
execute the query on the replica
this bug is killing me
we should shoot down this proposal
he beat me to it
the deadline is tomorrow
murder on the Orient Express has a plot section
the parents parameter of the infobox
user rights of minors in policy
he fights with everybody on the noticeboard
they hang out in another channel
the page hangs when I load it
poisoning the well is a fallacy
stab at a rewrite
I can live with that
they live in the same city, I think
I'll find you a better source
the battle of 1943 killed thousands
someone uploaded a copyrighted picture
is there a tool to check a range block
what is the difference between oversight and revision deletion
they post hate comments about my religion
the user logs out and edits from an IP
""".strip().splitlines()


@pytest.mark.parametrize("line", WIKI_TALK)
def test_ordinary_wiki_talk_is_no_danger(line: str) -> None:
    assert judge(line).danger is Danger.NONE


FRIGHTENED = """
I think my ex is outside my flat again
he said he's going to kill me when he finds me
hes in my house please hurry
they posted my address and now a guy is standing at my door
i dont want to live anymore
I can't stop thinking about suicide
this admin asked me for nudes, I'm 13
someone is planning to shoot up my school
he has a knife
I KILL YOU he wrote, I will find you and your family
my friend on the wiki says she took all her pills
he w i l l  k i l l  m e
they will murder my parents
my father beats me
there is a sexual picture of a child on Commons
I'm going to hurt myself tonight
he threatened to rape me
we know where your kids go to school and we will hurt them
I fear for my life
someone followed me home from the meetup
""".strip().splitlines()


@pytest.mark.parametrize("line", FRIGHTENED)
def test_first_person_danger_is_raised(line: str) -> None:
    assert judge(line).danger is Danger.RAISED


@pytest.mark.parametrize(
    "line",
    [
        "He Will KILL Me!!!",
        "he   will kill  me",
        "he will ki\u200bll me",
        "ｈｅ ｗｉｌｌ ｋｉｌｌ ｍｅ",
        "he will, kill me",
        "h e w i l l k.i.l.l.m.e",
    ],
)
def test_disguise_does_not_hide_it(line: str) -> None:
    assert judge(line).danger is Danger.RAISED


def test_a_child_outweighs_and_self_harm_is_told() -> None:
    assert judge("he has a gun and child porn").emergency is EmergencyClass.CHILD
    assert judge("I want to kill myself").self_harm
    assert not judge("he will kill me").self_harm


def test_an_entry_more_is_one_record() -> None:
    more = Entry(
        pattern=r"purple unicorn", danger=Danger.RAISED, hits=("purple unicorn",), misses=("red",)
    )
    assert judge("a purple unicorn").danger is Danger.NONE
    assert judge_by((*LISTS, more), "a purple unicorn").danger is Danger.RAISED


def test_danger_far_into_a_long_line_is_found() -> None:
    assert judge("word " * 3000 + "he will kill me " + "word " * 500).danger is Danger.RAISED


HOSTILE = ("a" * 100_000, "my " * 40_000, "he is " * 20_000, "k i " * 30_000, ". " * 50_000,
           "12 years old " * 8_000, "nude " * 20_000)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_reading_time_grows_with_length_only(text: str) -> None:
    def cost(part: str) -> float:
        began = time.process_time()
        judge(part)
        return time.process_time() - began

    judge("warm up")
    assert cost(text) < 40 * cost(text[: len(text) // 8]) + 0.05


@pytest.mark.parametrize(
    ("exposure", "sample"), [(one, hit) for one in EXPOSURES for hit in one.hits]
)
def test_each_exposure_is_found(exposure: Exposure, sample: str) -> None:
    assert exposure.finds(sample)
    assert exposes(sample)


@pytest.mark.parametrize(
    ("harmless", "sample"), [(one, hit) for one in HARMLESS for hit in one.hits]
)
def test_harmless_talk_is_no_exposure(harmless: Exposure, sample: str) -> None:
    assert harmless.finds(sample)
    assert not exposes(sample)
    assert not any(harmless.finds(miss) for miss in harmless.misses)


@pytest.mark.parametrize("sample", [miss for one in EXPOSURES for miss in one.misses] + WIKI_TALK)
def test_ordinary_talk_is_no_exposure(sample: str) -> None:
    assert not exposes(sample)
