"""Whether numbers are what they look like: check digits, prefixes, and the words around them."""

import ipaddress
import re

_LOCAL = tuple(
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_VERSION = re.compile(
    r"(?:\b(?:v|ver|vers|versions?|release|build|firmware|driver|patch|section|chapter|rule|clause|"
    r"figure|table|step|part|§+|lib\w{1,12}|\w{2,20}(?:sql|db|ssl|ssh)|php|python|java|node|kernel|"
    r"chrome|chromium|firefox|safari|opera|edge|mediawiki|upgraded? to|updated? to|upgraded? from|"
    r"updated? from|oid|mozilla|applewebkit|edg|opr|curl|wget)[ :.=/-]{0,3})\Z",
    re.IGNORECASE,
)
_OF_NETWORK = re.compile(
    r"\b(?:ips?|ipv4|address|addr|proxy|vpn|anons?|geolocat\w*|whois|host|range|logged|log(?:s|ged)? in|"
    r"edit(?:s|ed|ing)?|block(?:s|ed)?|connect\w*|isp|traceroute|ping|server|resolves?)\b",
    re.IGNORECASE,
)
_SMALL = 64
_LEAST_HEX = 8


def is_ipv4(match: re.Match[str]) -> bool:
    """Whether four numbers are an address of somebody, not a version of something."""
    try:
        address = ipaddress.IPv4Address(match[0].partition("/")[0])
    except ValueError:
        return False
    before = match.string[max(0, match.start() - 24) : match.start()]
    if _VERSION.search(before) is not None or any(address in net for net in _LOCAL):
        return False
    if max(address.packed) >= _SMALL:
        return True
    around = match.string[max(0, match.start() - 60) : match.end() + 60]
    return _OF_NETWORK.search(around) is not None


def is_ipv6(match: re.Match[str]) -> bool:
    """Whether groups of hexadecimal digits are an address beyond the local network."""
    try:
        address = ipaddress.IPv6Address(match[0].partition("/")[0])
    except ValueError:
        return False
    groups = match[0].split(":")
    if address.is_link_local or all(len(group) == len("ff") for group in groups):
        return False
    return address.packed[0] >> 5 == 1 or sum(char != ":" for char in match[0]) >= _LEAST_HEX


def digits_of(text: str) -> str:
    """Return the digits of a text."""
    return "".join(char for char in text if char.isdigit())


def luhn(digits: str) -> bool:
    """Whether the last digit is what Luhn's sum asks for."""
    odd = [int(char) for char in digits[-1::-2]]
    even = [sum(divmod(2 * int(char), 10)) for char in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(odd) + sum(even)) % 10 == 0


#: First digits of the cards of each network, and how many digits those have.
_NETWORKS = re.compile(
    r"(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}"
    r"|6(?:011|4|5|2)\d*|(?:50|5[6-8]|6[0-9])\d{10,17})\Z"
)
_SHORTEST_CARD, _LONGEST_CARD = 12, 19


def is_card(match: re.Match[str]) -> bool:
    """Whether a number is one that a network of cards would give out."""
    digits = digits_of(match[0])
    return (
        _SHORTEST_CARD < len(digits) <= _LONGEST_CARD
        and _NETWORKS.match(digits) is not None
        and luhn(digits)
    )


def is_iban(match: re.Match[str]) -> bool:
    """Whether letters and digits are an account: the sum is right, and letters are of one case."""
    plain = re.sub(r"[^0-9A-Za-z]", "", match[0])
    if not (plain.isupper() or plain.islower()):
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


_FEWEST, _MOST = 7, 15
_TRUNK = range(9, 13)
_ISBN = re.compile(r"\bisbn\W{0,3}\Z|\bis[bsm]n[- ]?1?[03]?\W{0,3}\Z", re.IGNORECASE)


def is_phone(match: re.Match[str]) -> bool:
    """Whether there are as many digits as telephones have."""
    return _FEWEST <= len(digits_of(match[0])) <= _MOST


def is_national_phone(match: re.Match[str]) -> bool:
    """Whether a number with a zero before it is dialled, not the number of a book."""
    digits = digits_of(match["what"])
    before = match.string[max(0, match.start("what") - 10) : match.start("what")]
    if len(digits) not in _TRUNK or _ISBN.search(before):
        return False
    return not (match["what"].isdigit() and _is_isbn10(digits))


def _is_isbn10(digits: str) -> bool:
    weights = range(10, 0, -1)
    return len(digits) == len(weights) and not (
        sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11
    )


_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_dni(match: re.Match[str]) -> bool:
    """Whether the letter of a Spanish number is the one its digits ask for."""
    plain = re.sub(r"[^0-9A-Z]", "", match[0].upper())
    number = str("XYZ".find(plain[0])) + plain[1:-1] if plain[0].isalpha() else plain[:-1]
    return _DNI[int(number) % 23] == plain[-1]


_MONTHS, _DAYS = range(1, 13), range(1, 32)


def is_swedish(match: re.Match[str]) -> bool:
    """Whether a date of birth and four digits have the sum of a personal number."""
    digits = digits_of(match[0])[-10:]
    return int(digits[2:4]) in _MONTHS and int(digits[4:6]) % 60 in _DAYS and luhn(digits)


def is_cpf(match: re.Match[str]) -> bool:
    """Whether the last two digits of a Brazilian number are the right ones."""
    digits = [int(char) for char in digits_of(match[0])]
    for size in (9, 10):
        rest = sum(d * w for d, w in zip(digits, range(size + 1, 1, -1), strict=False)) * 10 % 11
        if rest % 10 != digits[size]:
            return False
    return True


def is_nir(match: re.Match[str]) -> bool:
    """Whether the key of a French number is that of its digits."""
    plain = re.sub(r"[^0-9AB]", "", match[0].upper()).replace("2A", "19").replace("2B", "18")
    return 97 - int(plain[:13]) % 97 == int(plain[13:])


_CHINESE = "10X98765432"


def is_chinese(match: re.Match[str]) -> bool:
    """Whether the last sign of a Chinese number is the one its digits ask for."""
    text = match[0].upper()
    total = sum(int(char) * pow(2, 17 - at, 11) for at, char in enumerate(text[:17]))
    return _CHINESE[total % 11] == text[17]
