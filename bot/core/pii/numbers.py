"""Rules for numbers that are one person's: of the network, the bank, and the state."""

import re

from bot.core.pii.checks import (
    digits_of,
    is_card,
    is_chinese,
    is_cpf,
    is_dni,
    is_iban,
    is_ipv4,
    is_ipv6,
    is_nir,
    is_swedish,
)
from bot.core.pii.rule import Rule

_FEWEST_OF_ID = 6
_ID_WORDS = (
    r"(?:ssn|social security|soc(?:ial)? sec|national insurance|nino|ni (?=n)|itin|tax(?:payer)? id\w*"
    r"|tax file|tfn|medicare|nhs|steuer-?id\w{0,20}|steuer-?nummer|steueridentifikationsnummer|idnr"
    r"|sozialversicherungs\w{0,12}|sv-?nummer|rentenversicherungs\w{0,12}|ahv(?:-n\w{0,6})?"
    r"|(?:personal)?ausweis\w{0,12}|reisepass\w{0,12}|passport|pass(?:port)?nummer|passeport|pasaporte"
    r"|passaporto|codice fiscale|carta d'identit[àa]|person(?:al )?n(?:ummer|umber)|personalnummer"
    r"|f[øo]dselsnummer|cpr|hetu|henkil[öo]tunnus|bsn|burgerservicenummer|sofinummer|pesel|rodn[ée]"
    r" [čc][íi]slo|cnp|egn|cpf|dni|nie|nif|curp|rut|c[ée]dula|aadh?aar|aadhar|tc kimlik\w{0,8}|ppsn?"
    r"|nric|oib|emšo|jmbg|num[ée]ro de s[ée]cu\w{0,5}(?: sociale)?|s[ée]curit[ée] sociale"
    r"|driver'?s?'? licen[cs]e|driving licen[cs]e|(?:national |personal )?id(?:entity|entification)? "
    r"(?:card|number|no\b\.?)|national id\w{0,8}|resident registration)"
)
_NUMBER_WORDS = (
    r"(?: (?:number|no\.?|nr\.?|num|id|card|code|nummer|n[úu]mero|#))?"
    r"[ \t]?(?:(?:is|was|ist|lautet|es|est|er|är|to|n[°º]|:|#|=|-)[ \t]?){0,2}"
)
_SMALL_WORDS = (
    r"(?:tin|pan|sin|rg|nip|pps|fin|ni)(?:(?: (?:number|no\.?))|(?= ?[:#])) ?[:#]? ?(?:is )?"
)
_ID = r"(?P<what>[A-Z]{0,6}[ -]?\d[\dA-Z]{0,17}(?:[ ./+-]\d[\dA-Z]{0,11}){0,7}(?:[ -]?[A-Z]\d{0,3})?)(?!\w)"


def _is_id(match: re.Match[str]) -> bool:
    return len(digits_of(match["what"])) >= _FEWEST_OF_ID


NUMBERS: tuple[Rule, ...] = (
    Rule(
        kind="ip",
        digits=4,
        pattern=re.compile(
            r"(?<![\w.@-])(?<!::)(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?!\w|\.\d|-[^\W\d])"
        ),
        check=is_ipv4,
        hits=(
            "he edits from 192.0.2.44",
            "198.51.100.7.",
            "198.51.100.0/24",
            "his ip is 1.2.3.4",
        ),
        misses=(
            "version 1.2.3.4",
            "v1.2.3.4",
            "127.0.0.1",
            "300.1.2.3",
            "1.2.3.4.5",
            "libexample 1.1.1.1 or 3.0.2.0",
            "Chrome/120.0.1.80",
            "~user@192.0.2.44",
            "2001:db8::192.0.2.33",
        ),
    ),
    Rule(
        kind="ip",
        needs=(":",),
        pattern=re.compile(
            r"(?<![\w:.@])(?:[0-9a-fA-F]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{1,4}|(?<=::))(?:/\d{1,3})?"
            r"(?!\w|:\w|\.\w)"
        ),
        check=is_ipv6,
        hits=(
            "from 2001:db8:85a3::8a2e:370:7334",
            "2001:db8::1: again",
            "on 2001:db8::/48",
            "2001:db8::192.0.2.33",
        ),
        misses=("12:34:56", "std::vector", "deadbeefcafe", "a::b", "00:1a:2b:ff:fe:3c:4d:5e"),
    ),
    Rule(
        kind="iban",
        digits=12,
        pattern=re.compile(
            r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?!\w)",
            re.IGNORECASE,
        ),
        check=is_iban,
        hits=("DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "de89370400440532013000"),
        misses=("DE88 3704 0044 0532 0130 00",),
    ),
    Rule(
        kind="card",
        digits=13,
        pattern=re.compile(
            r"(?<![\w.-])(?:[2-6]\d{3}([ .-]?)\d{4}\1\d{4}\1\d{1,7}|3[4-9]\d{2}([ .-])\d{6}\2\d{4,5})"
            r"(?![\w-])"
        ),
        check=is_card,
        hits=(
            "4111 1111 1111 1111",
            "5500000000000004",
            "3782 822463 10005",
            "4111-1111-1111-1111",
        ),
        misses=("4111 1111 1111 1112", "4444444444444444", "4111 1111"),
    ),
    Rule(
        kind="national-id",
        digits=6,
        pattern=re.compile(rf"(?<!\w){_ID_WORDS}{_NUMBER_WORDS}{_ID}", re.IGNORECASE),
        check=_is_id,
        hits=(
            "SSN# 219 09 9999",
            "her social security number is 078051120",
            "national insurance QQ 12 34 56 C",
            "steuer-id 86095742719",
            "passport no. X1234567",
        ),
        misses=("SSN 123", "the passport article", "id number 12", "national id cards"),
    ),
    Rule(
        kind="national-id",
        digits=6,
        needs=("tin", "pan", "sin", "rg", "nip", "pps", "fin", "ni"),
        pattern=re.compile(rf"(?<!\w){_SMALL_WORDS}{_ID}", re.IGNORECASE),
        check=_is_id,
        hits=("PAN number: ABCDE1234F 12", "pesel pps no. 1234567T"),
        misses=("sin of 2031", "fin 12"),
    ),
    Rule(
        kind="national-id",
        digits=9,
        needs=("sin ", "tin "),
        pattern=re.compile(
            r"(?<!\w)(?:sin|tin) (?:is )?(?P<what>\d{3}([ -]?)\d{3}\2\d{3})(?!\w)", re.IGNORECASE
        ),
        hits=("sin 046 454 286",),
        misses=("sin 046 454", "begin 046 454 286"),
    ),
    Rule(
        kind="national-id",
        digits=9,
        pattern=re.compile(
            r"(?<![\w-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])"
        ),
        hits=("SSN 123-45-6789", "it is 123 45 6789"),
        misses=("000-12-3456", "2031-05-28", "123-456-7890", "123-45 6789"),
    ),
    Rule(
        kind="national-id",
        digits=6,
        pattern=re.compile(
            r"(?<!\w)(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d\d){3} ?[A-D]"
            r"|[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]|[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d)(?!\w)",
        ),
        hits=("AB 12 34 56 C", "RSSMRA80A01H501U", "HEGG560427MVZRRL04"),
        misses=("AB 12 34", "QQ 12 34 56 C", "T123456"),
    ),
    Rule(
        kind="national-id",
        digits=10,
        pattern=re.compile(r"(?<![\w-])(?:19|20)?\d{6}[-+]\d{4}(?![\w-])"),
        check=is_swedish,
        hits=("811218-9876", "19811218-9876"),
        misses=("811218-9875", "123456-7890"),
    ),
    Rule(
        kind="national-id",
        digits=7,
        pattern=re.compile(r"(?<![\w-])(?:\d{8}|[XYZ]-?\d{7})[- ]?[A-Z](?![\w-])"),
        check=is_dni,
        hits=("12345678Z", "X1234567L"),
        misses=("12345678A", "X1234567A"),
    ),
    Rule(
        kind="national-id",
        digits=11,
        pattern=re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])"),
        check=is_cpf,
        hits=("529.982.247-25",),
        misses=("529.982.247-26",),
    ),
    Rule(
        kind="national-id",
        digits=15,
        pattern=re.compile(
            r"(?<![\w-])[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?![\w-])"
        ),
        check=is_nir,
        hits=("2 55 08 14 168 025 38",),
        misses=("2 55 08 14 168 025 39",),
    ),
    Rule(
        kind="national-id",
        digits=17,
        pattern=re.compile(r"(?<![\w-])[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\w-])"),
        check=is_chinese,
        hits=("11010519491231002X",),
        misses=("110105194912310021",),
    ),
    Rule(
        kind="national-id",
        digits=8,
        pattern=re.compile(
            r"(?<![\w.-])(?:756\.\d{4}\.\d{4}\.\d\d|\d\d\.\d\d\.\d\d-\d{3}\.\d\d"
            r"|\d{1,2}\.\d{3}\.\d{3}-[\dkK]|\d{6}-[1-4]\d{6})(?![\w-])"
        ),
        hits=("756.9217.0769.85", "85.07.30-033.28", "12.345.678-5", "900101-1234567"),
        misses=("12.345.678", "2031-05-28", "123456-12345678"),
    ),
)
