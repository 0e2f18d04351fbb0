"""Personal information found by rule: one record each, with the samples that test it.

Rules are for words that people type in a chat; they are narrow where chat is full of numbers
(versions, revision ids, tickets). Adding one is adding a record.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Check = Callable[[re.Match[str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `start` to `end` of a text, and what they are."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern, perhaps with a check. A group named `what` narrows the span."""

    kind: str
    pattern: re.Pattern[str]
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    check: Check | None = None

    def spans(self, text: str) -> Iterable[Span]:
        """Return the spans of this rule alone."""
        group = "what" if "what" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if self.check is None or self.check(match):
                yield Span(start=match.start(group), end=match.end(group), kind=self.kind)


# ---- checks --------------------------------------------------------------------------------

_LOCAL = tuple(
    ipaddress.ip_network(net)
    for net in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_VERSION = re.compile(r"(?:\bv|ver|version|release|build|firmware)[ :.=]{0,2}\Z", re.IGNORECASE)
_LEAST_HEX = 8


def _is_ipv4(match: re.Match[str]) -> bool:
    try:
        address = ipaddress.IPv4Address(match[0])
    except ValueError:
        return False
    before = match.string[max(0, match.start() - 12) : match.start()]
    return _VERSION.search(before) is None and not any(address in net for net in _LOCAL)


def _is_ipv6(match: re.Match[str]) -> bool:
    try:
        address = ipaddress.IPv6Address(match[0])
    except ValueError:
        return False
    digits = sum(char != ":" for char in match[0])
    return digits >= _LEAST_HEX and not address.is_link_local


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _is_card(match: re.Match[str]) -> bool:
    digits = [int(char) for char in _digits(match[0])]
    odd = digits[-1::-2]
    even = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(odd) + sum(even)) % 10 == 0


def _is_iban(match: re.Match[str]) -> bool:
    plain = "".join(match[0].split()).upper()
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


_FEWEST, _MOST = 7, 15


def _is_phone(match: re.Match[str]) -> bool:
    return _FEWEST <= len(_digits(match[0])) <= _MOST


# ---- rules ---------------------------------------------------------------------------------

_STREET = (
    r"(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Lane|Ln\.?|Drive|Dr\.?|Boulevard|Blvd\.?|Court|Ct\.?"
    r"|Way|Place|Square|Terrace|Crescent|Close)"
)
_NO_NAMES = frozenset(
    {
        "policy", "on", "is", "and", "or", "in", "was", "here", "of", "to", "there", "the", "a",
        "out", "not", "known", "public", "online", "posted", "unknown", "now", "with", "at", "that",
        "being", "been", "has", "by", "for", "from", "everywhere", "still", "also", "again",
        "leaked", "shown", "mentioned", "all", "it", "as", "but", "so", "visible", "no", "account",
    }
)  # fmt: skip
_NAME = r"[^\W\d_][\w'’-]*(?:[ ][^\W\d_a-z][\w'’-]*){0,3}"

RULES: tuple[Rule, ...] = (
    Rule(
        kind="mail",
        pattern=re.compile(
            r"(?<![\w.!~@%+-])[\w%+-][\w.%+-]{0,63}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}(?![\w@-])"
        ),
        hits=("write to jane@example.org", "a.b+c@mail.example.com."),
        misses=("nick!~user@host.example.org", "@alice:example.org", "user@localhost"),
    ),
    Rule(
        kind="phone",
        pattern=re.compile(r"(?<![\w.+-])(?:\+|00)[1-9]\d{0,2}(?:[ ().\-/]{0,2}\d){6,12}(?!\w)"),
        check=_is_phone,
        hits=("+49 30 1234567", "call +1 (555) 010-9999 now", "0044 20 7946 0000"),
        misses=("+12", "r+100", "diff 1234567890"),
    ),
    Rule(
        kind="phone",
        pattern=re.compile(
            r"(?<![\w.+-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
            r"|(?<![\w.+-])0\d{2,4}[ /-]\d{5,8}(?![\w-])"
        ),
        hits=("(555) 010-9999", "555-010-9999", "030/1234567"),
        misses=("2031-05-28", "123-456", "revision 1012345678"),
    ),
    Rule(
        kind="phone",
        pattern=re.compile(
            r"\b(?:phone|tel|telephone|mobile|cell|whatsapp|phone number)(?: number)?"
            r"(?: is|:|\.)? {0,2}(?P<what>\+?\d(?:[ .-]?\d){6,14})(?!\w)",
            re.IGNORECASE,
        ),
        hits=("her phone number is 5550109999", "tel: 555 0109"),
        misses=("phone 1234", "mobile version 1012345678"),
    ),
    Rule(
        kind="ip",
        pattern=re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)"),
        check=_is_ipv4,
        hits=("he edits from 192.0.2.44", "198.51.100.7."),
        misses=("version 1.2.3.4", "v1.2.3.4", "127.0.0.1", "300.1.2.3", "1.2.3.4.5"),
    ),
    Rule(
        kind="ip",
        pattern=re.compile(r"(?<![\w:])[0-9a-fA-F:]{8,39}(?![\w:])"),
        check=_is_ipv6,
        hits=("from 2001:db8:85a3::8a2e:370:7334",),
        misses=("12:34:56", "std::vector", "deadbeefcafe", "a::b"),
    ),
    Rule(
        kind="address",
        pattern=re.compile(
            rf"(?<![\w.#])\d{{1,5}}[a-zA-Z]? (?:[A-Z][\w'’-]{{0,30}} ){{1,3}}{_STREET}(?!\w)"
        ),
        hits=("she lives at 12 Example Street", "221b Old Sample Rd"),
        misses=("3 edits on Wall Street", "the Street View tool"),
    ),
    Rule(
        kind="address",
        pattern=re.compile(
            r"(?<!\w)[A-ZÄÖÜ][\w-]{1,40}(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4}"
            r"(?: ?[a-z])?(?!\w)"
        ),
        hits=("er wohnt in der Musterstraße 5", "Beispielweg 12 a"),
        misses=("Norweg", "unterwegs 5"),
    ),
    Rule(
        kind="address",
        pattern=re.compile(
            r"\b(?:(?:home |postal |street )?address is|lives? at|living at)[ :]{1,2}"
            r"(?P<what>[^.;!?\n]{0,30}\d[^.;!?\n]{0,40})",
            re.IGNORECASE,
        ),
        hits=("her address is example street 12", "he lives at 4 sample court"),
        misses=("the IP address is blocked", "lives at home"),
    ),
    Rule(
        kind="real-name",
        pattern=re.compile(
            r"\b(?i:(?:real|full|legal|actual|birth|given) name(?:'s|’s| is| was|:)?"
            rf"|(?:his|her) name is) (?P<what>{_NAME})"
        ),
        check=lambda match: match["what"].lower() not in _NO_NAMES,
        hits=(
            "her real name is Jane Example",
            "full name: John Q Sample",
            "his name is Max Muster",
        ),
        misses=("real name policy", "my real name is on the page"),
    ),
    Rule(
        kind="iban",
        pattern=re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
        check=_is_iban,
        hits=("DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"),
        misses=("DE88 3704 0044 0532 0130 00",),
    ),
    Rule(
        kind="card",
        pattern=re.compile(r"(?<![\w.-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])"),
        check=_is_card,
        hits=("4111 1111 1111 1111", "5500000000000004"),
        misses=("4111 1111 1111 1112", "4444444444444444"),
    ),
    Rule(
        kind="national-id",
        pattern=re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
        hits=("SSN 123-45-6789",),
        misses=("000-12-3456", "2031-05-28", "123-456-7890"),
    ),
)


def spans(text: str) -> tuple[Span, ...]:
    """Return where the text holds personal information: in order, without overlaps."""
    return spans_by(RULES, text)


def spans_by(rules: Iterable[Rule], text: str) -> tuple[Span, ...]:
    """Return what these rules find: a part of them, or a copy with more."""
    found = sorted(
        (span for rule in rules for span in rule.spans(text)),
        key=lambda span: (span.start, -span.end),
    )
    merged: list[Span] = []
    for span in found:
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            end = max(last.end, span.end)
            merged.append(Span(start=last.start, end=end, kind=last.kind))
        else:
            merged.append(span)
    return tuple(merged)
