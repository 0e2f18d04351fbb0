"""Codes: forgiving to read, and a slip is always noticed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.words.ids import ALPHABET, CodeKind, Slip, new_code, read_code
from tests.world import FixedDice

codes = st.integers(0, 10**9).map(lambda seed: new_code(CodeKind.CASE, FixedDice(seed)))


@given(codes)
def test_a_code_reads_back(code: str) -> None:
    assert read_code(code) == code
    assert read_code(code.lower()) == code
    assert read_code(code.replace("-", "")) == code
    assert read_code(code.replace("0", "o").replace("1", "l")) == code


@given(codes, st.integers(2, 7), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_a_slip(code: str, at: int, other: str) -> None:
    wrong = code[:at] + other + code[at + 1 :]
    assert read_code(wrong) == code if wrong == code else isinstance(read_code(wrong), Slip)


@given(codes, st.integers(2, 6))
def test_any_two_swapped_neighbours_are_a_slip(code: str, at: int) -> None:
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert read_code(swapped) == code if swapped == code else isinstance(read_code(swapped), Slip)


def test_other_words_are_not_codes() -> None:
    for text in ("", "C-", "hello", "C-12345", "C-1234567", "E-000000", "3"):
        assert read_code(text) is None


def test_a_page_is_not_a_case() -> None:
    page = new_code(CodeKind.PAGE, FixedDice())
    assert read_code(page) is None
    assert read_code(page, CodeKind.PAGE) == page


def test_a_letter_that_no_code_has_is_a_slip() -> None:
    assert isinstance(read_code("C-UUUUUU"), Slip)
