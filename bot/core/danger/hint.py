"""A first glance at the bytes of a line: may it be a call for help?

It decides nothing but the order in which a crowd is read. What it misses is read in its turn.
"""

import re

#: How words begin, by four letters; shorter ones are whole words.
_LONGEST = 4
_STEMS = frozenset(
    stem[:_LONGEST]
    for stem in b"""
    kill murder stab shoot shot gun guns knife knives weapon bomb machete rifle suicide die dies dye
    dying dead death rape hurt harm beat hit hits hitting punch strangle chok attack assault threat
    danger unsafe ambulance 911 112 999 help sos urgent emergency overdose pill pills bleed
    blood hostage kidnap abduct stalk follow outside coming house home door live lives school
    children childhood minor underage kid kids girl boy boys csam cp porn nude naked sexual sex
    groom molest abuse pedo scared afraid terrified fear fright alone life anymore goodbye jump hang
    bridge tonight swat doxx dox acid burn kys kms yes survive breathe escape
    locked trapped hiding daughter husband father wife myself himself herself themselves tired
    broke regret pay bounty hitman older stepdad next find hospital slit throat cut blow explode terror massacre soon
    """.split()
)
#: Like words of a wiki when cut off.
_WHOLE = frozenset({b"police", b"cops"})
_WORDS = bytes(ord(" ") if at < ord("0") or at in b":;?" else at for at in range(256)).lower()
#: Letters that are hidden or drawn apart, and all that is typed as a command.
_MASKED = re.compile(
    rb"\A :[!.]|[a-z][*@$!0134][a-z]|\b[a-z][ .*_-][a-z][ .*_-][a-z]\b", re.IGNORECASE
)


def pressing(raw: bytes) -> bool:
    """Whether a line, as it came in, should be read before what others say."""
    text = raw[raw.find(b" :", raw.find(b" PRIVMSG ")) :]
    words = text.translate(_WORDS).split()
    if _WHOLE.isdisjoint(words) and _STEMS.isdisjoint([word[:_LONGEST] for word in words]):
        return _MASKED.search(text) is not None
    return True
