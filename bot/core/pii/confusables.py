"""Letters that look like those of ASCII, folded one to one: for hosts and words of the program.

Never for titles: there a letter of another script makes another page. The pairs are those of
UTS #39 that a reader of a chat cannot tell apart; forms of other widths and of mathematics are
taken from Unicode's own compatibility mappings.
"""

import unicodedata
from typing import Final

_PAIRS: Final = {
    "a": "аɑαａạ⍺ӓᴀ",
    "b": "ЬƅᏏʙ",
    "c": "сϲⅽᴄᏟс",
    "d": "ԁⅾᏧɗᴅ",
    "e": "еҽℯєᴇ",
    "f": "ƒſꞙẝғ",
    "g": "ɡցɢ",
    "h": "һհᏂʜн",
    "i": "іıɩιӏⅰꙇɪ",
    "j": "јϳյᴊ",
    "k": "кκᴋқ",
    "l": "ⅼǀʟ",
    "m": "мⅿᴍ",
    "n": "ոпռɴ",
    "o": "оοσօ০ᴏഠ๐",
    "p": "рρᴘ",
    "q": "ԛգզ",
    "r": "гᴦⲅʀ",
    "s": "ѕƽꜱՏ",
    "t": "тτᴛ",
    "u": "υսцᴜ",
    "v": "νѵⅴᴠ",
    "w": "ԝѡաωᴡш",
    "x": "хχⅹ",
    "y": "уүγỿʏ",
    "z": "ᴢʐ",
    "A": "АΑᎪ",
    "B": "ВΒᏴ",
    "C": "СϹⅭᏟ",
    "D": "ⅮᎠ",
    "E": "ЕΕᎬ",
    "F": "Ϝ",
    "G": "ԌᏀ",
    "H": "НΗᎻ",
    "I": "ІΙӀ",
    "J": "ЈᎫ",
    "K": "КΚᏦ",
    "L": "ⅬᏞ",
    "M": "МΜⅯᎷ",
    "N": "Ν",
    "O": "ОΟՕ",
    "P": "РΡᏢ",
    "R": "ᎡᏒ",
    "S": "ЅՏᏚ",
    "T": "ТΤᎢ",
    "U": "Ս",
    "V": "ѴᏙⅤ",
    "W": "ԜᎳ",
    "X": "ХΧⅩ",
    "Y": "УΥҮ",
    "Z": "ΖᏃ",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d",
    "/": "\u2044\u2215\u29f8\u3033\u4e3f",
    ":": "\u02d0\u02f8\u2236\ua789\ufe55",
    ".": "\u3002\u2024\uff61",
    "?": "\uff1f",
    "=": "\u30a0",
    "_": "\u02cd\ufe4d\ufe4e\ufe4f\uff3f",
    "#": "\uff03\u266f",
    "&": "\ufe60\uff06",
    "|": "\uff5c\u2223\u2758",
}


def _table() -> dict[int, str]:
    """Return what each look-alike stands for, by its number."""
    table = {
        ord(char): plain for plain, alike in _PAIRS.items() for char in alike if not char.isascii()
    }
    for start, end in ((0x2100, 0x2150), (0x2460, 0x2500), (0xFE50, 0xFF70), (0x1D400, 0x1D800)):
        for number in range(start, end):
            wide = unicodedata.normalize("NFKC", chr(number))
            if len(wide) == 1 and wide.isascii():
                table.setdefault(number, wide)
    return table


_TABLE: Final = _table()


def fold(text: str) -> str:
    """Return a text with look-alikes as the letters they pose as; as long as it was."""
    return text if text.isascii() else text.translate(_TABLE)


def fold_word(word: str) -> str:
    """Return a word as the ASCII one that it poses as; any that is none is left as it is."""
    if word.isascii():
        return word
    folded = fold(word)
    return folded if folded.isascii() else word


def fold_label(label: str) -> str:
    """Return a label of a host without look-alikes; one that is wholly of another script is kept."""
    folded = fold(label)
    mixed = any(char.isascii() and char.isalpha() for char in label)
    return folded if mixed or folded.isascii() else label
