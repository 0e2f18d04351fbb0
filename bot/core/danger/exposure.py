"""Live exposure: words that tell of private details being out in the open."""

from dataclasses import dataclass
from functools import cached_property
from re import Pattern

from bot.core.danger.entry import compile_phrase, fold

_DETAIL = (
    r"(?:home )?(?:address|phone|phone number|number|telephone|real name|full name|legal name|name and"
    r" address|identity|workplace|employer|school|email|mail address|location|passport|id card|face"
    r"|photo|photos|picture|pictures|nudes|private (?:data|details|information|info|photos|pictures"
    r"|messages)|personal (?:data|details|information|info)|ip|ip address|bank details|medical \w+"
    r"|ssn|social security number|birth name|deadname|dob|date of birth|licence plate|license plate)"
)
_WHOSE = r"(?:my|her|his|their|our|someones|somebodys|a users|an editors|a persons|people s|\w+s)"
_PUT = (
    r"(?:post|posts|posted|posting|publish|publishes|published|publishing|share|shares|shared|sharing"
    r"|leak|leaks|leaked|leaking|put|puts|putting|reveal|reveals|revealed|revealing|wrote|writes|spread"
    r"|spreads|spreading|uploaded|uploads|exposed|exposes|exposing|added|disclosed|discloses|released"
    r"|found|gave out|giving out|threatens to post|threatened to publish|dumped)"
)


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """A phrase pattern, as in `entry`, with its samples."""

    pattern: str
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    @cached_property
    def regex(self) -> Pattern[str]:
        """The pattern between word borders."""
        return compile_phrase(self.pattern)

    def finds(self, text: str) -> bool:
        """Whether the text tells of this."""
        return self.regex.search(fold(text)) is not None


EXPOSURES = (
    Exposure(
        pattern=r"dox(?:x)?(?:ed|ing|es)?|outed (?:me|her|him|them|us|my \w+)|outing (?:me|her|him|them|us)"
        r"|(?:i|ive|she|he|they) (?:was|were|been|am|got|have been|has been) outed",
        hits=("I was doxed", "he doxxed me", "someone outed me", "they are doxing an editor"),
        misses=("a doxology", "the outing was nice"),
    ),
    Exposure(
        pattern=rf"{_PUT} (?:\w+ )?{_WHOSE} (?:\w+ )?{_DETAIL}",
        hits=(
            "he posted my address on the talk page",
            "they published her real name",
            "someone leaked my phone number",
            "a user shared his private photos",
        ),
        misses=("I posted my report", "he published his article", "she shared her opinion"),
    ),
    Exposure(
        pattern=rf"(?:my|her|his|their|our) (?:\w+ )?{_DETAIL} (?:\w+ )?(?:is|are|was|were|has been|have been|got)"
        r" (?:\w+ )?(?:posted|published|leaked|shared|public|online|revealed|exposed|out there|on (?:the|a|my|his"
        r"|wiki|wikipedia|reddit|twitter|discord|telegram)|in (?:the|an) (?:article|edit|history|summary))",
        hits=(
            "my real name is on the talk page",
            "her phone number was posted",
            "my address got leaked",
        ),
        misses=("my picture is deleted", "his name is unknown"),
    ),
    Exposure(
        pattern=r"(?:connected|linked|tied|links|connects|linking|connecting) (?:my|her|his|their) (?:\w+ )?"
        r"(?:account|username|user name|wiki account) (?:to|with) (?:my|her|his|their) (?:real|full|legal|actual)"
        r"|(?:contacted|called|wrote to|emailed|mailed|phoned) my (?:employer|boss|work|workplace|school"
        r"|university|parents|family)",
        hits=("he linked my account to my real name", "they called my employer"),
        misses=("he linked my account to a sock", "I called my friend"),
    ),
)


def exposes(text: str) -> bool:
    """Whether a text tells that somebody's private details are out in the open."""
    folded = fold(text)
    return any(one.regex.search(folded) is not None for one in EXPOSURES)
