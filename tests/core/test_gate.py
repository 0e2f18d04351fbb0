"""The gate: nothing above the ceiling is rendered, whatever the pieces and their order."""

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy.gate import Cleared, Draft, Stopped, clear
from bot.core.words.labels import Label
from bot.core.words.places import Place
from bot.core.words.text import Piece, public

PLACE = Place(network="net", address="#team")

pieces = st.builds(
    Piece, text=st.text(alphabet="abc", min_size=1, max_size=5), label=st.sampled_from(Label)
)
drafts = st.builds(
    Draft,
    lines=st.lists(st.lists(pieces, max_size=4).map(tuple), max_size=4).map(tuple),
    label=st.sampled_from(Label),
    instead=st.none() | st.lists(pieces, min_size=1, max_size=3).map(tuple),
)


def _held(code: str | None, number: int | None) -> str:
    return f"[held {code} {number}]"


def _clear(draft: Draft, ceiling: Label, *, scan: bool = False) -> Cleared | Stopped:
    return clear(draft, place=PLACE, epoch=7, ceiling=ceiling, scan=lambda _line: scan, held=_held)


@given(drafts, st.sampled_from(Label))
def test_only_pieces_within_the_ceiling_are_said(draft: Draft, ceiling: Label) -> None:
    cleared = _clear(draft, ceiling)
    said = draft.lines
    if draft.label > ceiling:
        said = () if draft.instead is None else (draft.instead,)
    expected = tuple(
        "".join(p.text if p.label <= ceiling else "[held None None]" for p in line) for line in said
    )
    if draft.label > ceiling and draft.instead is None:
        assert isinstance(cleared, Stopped)
        return
    assert (cleared.lines if isinstance(cleared, Cleared) else None) == expected


@given(drafts)
def test_what_live_cases_hold_stops_the_message_whatever_its_label(draft: Draft) -> None:
    for ceiling in (Label.PUBLIC, Label.TEAM, Label.CASE):
        cleared = _clear(draft, ceiling, scan=True)
        said = "" if isinstance(cleared, Stopped) else "".join(cleared.lines)
        assert not said.replace("[held None None]", "")


def test_what_is_held_is_seen_over_the_end_of_a_line() -> None:
    lines = tuple((Piece(text=text, label=Label.CASE),) for text in ("by Jane", "Example of"))
    draft = Draft(lines=lines, label=Label.CASE)
    found = clear(
        draft,
        place=PLACE,
        epoch=7,
        ceiling=Label.CASE,
        scan=lambda text: "Jane Example" in text,
        held=_held,
    )
    assert found == Stopped(reason="held-content")


def test_a_held_piece_names_what_to_reveal() -> None:
    piece = Piece(text="secret", label=Label.PII, code="C-000000", number=2)
    cleared = _clear(Draft(lines=((piece,),), label=Label.CASE), Label.CASE)
    assert isinstance(cleared, Cleared)
    assert cleared.lines == ("[held C-000000 2]",)
    assert cleared.epoch == 7


def test_unlabelled_text_is_personal() -> None:
    assert Piece(text="x").label is Label.PII


def test_only_the_gate_makes_cleared_text() -> None:
    root = Path(__file__).parents[2]
    makers = [
        str(path.relative_to(root))
        for folder in ("bot", "commands", "storage")
        for path in (root / folder).rglob("*.py")
        if re.search(r"\bCleared\(", path.read_text("utf-8"))
    ]
    assert makers == ["bot/core/policy/gate.py"]


def test_only_the_programs_own_sentences_are_not_read_once_more() -> None:
    scanned: list[str] = []

    def scan(text: str) -> bool:
        scanned.append(text)
        return False

    typed = Piece(text="typed", label=Label.PUBLIC)
    more = Piece(text=" words", label=Label.CASE)
    line = (public("Ours: "), typed, more, public(" and "), typed, Piece(text="hidden"))
    draft = Draft(lines=(line,), label=Label.CASE)
    clear(draft, place=PLACE, epoch=7, ceiling=Label.CASE, scan=scan, held=_held)
    assert scanned == ["typed words", "typed"]
