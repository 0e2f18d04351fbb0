"""Rules for telephone numbers: the world's form, the forms of countries, and what is called one."""

import re

from bot.core.pii.checks import is_national_phone, is_phone
from bot.core.pii.rule import Rule

_NO_DATE = (
    r"(?!(?:19|20)\d\d[-./ ]\d\d?[-./ ]\d\d?(?!\d))(?!\d\d?[-./]\d\d?[-./](?:19|20)\d\d(?!\d))"
)
_CALLED = (
    r"(?:(?:tele|cell|mobile |home |work )?phone|tel|mobile|cell|whats ?app|signal|telegram|viber|sms"
    r"|texts?|calls?|ring|dial|fax|handy(?:nummer)?|telefon\w{0,8}|mobil\w{0,8}|tél\w{0,8}|portable"
    r"|teléfono|móvil|celular|cellulare|telefone|reach|landline|contact|pager|festnetz|rufnummer"
    r"|numéro|número|(?:my|his|her|their|your|seine|ihre|meine|'s|’s) n(?:umber|ummer|r\.?))"
)
_BETWEEN = (
    r"(?: (?:number|nummer|no\.?|nr\.?|me|him|her|them|us|it|to|at|on|under|via|is|was|ist|lautet|unter"
    r"|es|est|au|auf|al|my|his|their|your|the|now|de|di|with)){0,4}"
)

PHONES: tuple[Rule, ...] = (
    Rule(
        kind="phone",
        digits=7,
        pattern=re.compile(r"(?<![\w.+-])(?:\+|00)[1-9](?:[ ().\-/]{1,3}\d|\d){6,14}(?!\w)"),
        check=is_phone,
        hits=(
            "+49 30 1234567",
            "call +1 (555) 010-9999 now",
            "0044 20 7946 0000",
            "+44 (0)20 7946 0000",
        ),
        misses=("+12", "r+100", "diff 1234567890", "(+12,345)"),
    ),
    Rule(
        kind="phone",
        digits=10,
        pattern=re.compile(
            r"(?<![\w.+-])(?:1[ .-]?)?(?:\(\d{3}\)[ -]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
        ),
        hits=("(555) 010-9999", "555-010-9999", "1-555-010-9999", "555.010.9999"),
        misses=("2031-05-28", "123-456", "revision 1012345678"),
    ),
    Rule(
        kind="phone",
        digits=9,
        pattern=re.compile(
            rf"(?<![\w.+/:-])(?!\d{{5}}-\d{{4}}(?!\d)){_NO_DATE}(?P<what>\(?0[1-9](?:[ ./()-]{{1,2}}\d|\d){{7,10}})(?![\w:])"
        ),
        check=is_national_phone,
        hits=(
            "030/1234567",
            "020 7946 0321 is theirs",
            "on 0491 570 006",
            "06 12 34 56 78",
            "07700900123",
            "(020) 7946 0321",
            "090-1234-5678",
        ),
        misses=(
            "05-06-2031 12:30",
            "ISBN 0306406152",
            "0306406152",
            "0000-0002-1825-0097",
            "0123",
            "EX 02110-1301",
            "01.02.2031 10:30",
        ),
    ),
    Rule(
        kind="phone",
        digits=8,
        pattern=re.compile(r"(?<![\w.+-])\(\d{2,5}\) ?\d{3,5}[ -]?\d{3,5}(?!\w)"),
        check=is_phone,
        hits=("(11) 91234-5678", "(030) 901 820"),
        misses=("(12) 34 edits", "(2031) 12"),
    ),
    Rule(
        kind="phone",
        digits=11,
        pattern=re.compile(
            r"(?<![\w.+-])(?:1[3-9]\d([ -])\d{4}\1\d{4}|8[ -]?\(?9\d{2}\)?[ -]\d{3}[ -]\d{2}[ -]\d{2})"
            r"(?![\w-])"
        ),
        hits=("138 0013 8000", "8 (912) 345-67-89"),
        misses=("13800138000", "138 0013 800", "8 912 345"),
    ),
    Rule(
        kind="phone",
        digits=7,
        pattern=re.compile(
            rf"(?<!\w){_CALLED}{_BETWEEN}[ :.=#]{{0,3}}{_NO_DATE}"
            r"(?P<what>\+?\(?\d(?:[ .()/-]{1,2}\d|\d){6,14})(?![\w:])",
            re.IGNORECASE,
        ),
        check=is_phone,
        hits=(
            "her phone number is 5550109999",
            "tel: 555 0109",
            "call me 555-0123",
            "text him at 612 345 678",
            "her number is 555 0123",
        ),
        misses=(
            "phone 1234",
            "mobile version 1012345678",
            "call on 2031-05-28",
            "the revision number is 1012345678",
        ),
    ),
)
