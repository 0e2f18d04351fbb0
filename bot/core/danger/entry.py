"""One entry of a danger list: a phrase pattern, what it means, and the samples that test it.

Patterns are written over folded text (see `fold`): lower case, no apostrophes, single spaces,
` . ` between sentences. `<name>` stands for a group of `GROUPS`; `<gap>` for up to three words
of the same sentence. Repeats are bounded, so that reading stays linear.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger

GROUPS: Mapping[str, str] = {
    "gap": r"(?:\w+ ){0,3}",
    "they": (
        r"(?:he|she|they|someone|somebody|people|men|strangers|two men|some (?:guy|man|people)"
        r"|(?:this|that|the|a) (?:guy|man|woman|user|person|editor|stranger|stalker|guys|people)"
        r"|my (?:\w+ )?(?:ex|husband|wife|boyfriend|girlfriend|partner|father|dad|mother|mom|mum"
        r"|brother|stepdad|stepfather|stepmother|uncle|stalker|neighbour|neighbor|roommate|boss"
        r"|teacher|coach|parents|cousin))"
    ),
    "are": r"(?:s|re| is| are| was| were)(?: (?:now|already|right now|still|just|literally))?",
    "will": (
        r"(?:will|ll|gonna|is gonna|going to|wants to|want to|wanted to|wanna|plans to|planning to"
        r"|plan to|about to|trying to|tries to|tried to|threatens to|threatened to|threatening to"
        r"|threat to|promised to|swore to|intends to|intend to|ready to|hired someone to"
        r"|ill|theyll|hell|shell|well)"
    ),
    "kill": (
        r"(?:kill|murder|stab|shoot|behead|strangle|choke|drown|poison|rape|hurt|harm|torture"
        r"|beat(?: up)?|attack|assault|kidnap|abduct|burn|slaughter|execute|lynch|swat|find and kill"
        r"|beat the \w+ out of|slit the throat of)"
    ),
    "person": (
        r"(?:me|you|him|her|us|them|people|everyone|everybody|someone|somebody|anyone|kids|children"
        r"|students|women|men"
        r"|(?:my|your|his|her|their|our|the|another|this|that) (?:\w+ )?(?:family|wife|husband"
        r"|mother|mom|mum|father|dad|parents|kid|kids|child|children|son|daughter|brother|sister"
        r"|girlfriend|boyfriend|partner|friend|friends|wikipedian|editor|admin|user|baby|dog|cat"
        r"|colleague|colleagues|teacher|classmates|neighbour|neighbor|ex))"
    ),
    "home": (
        r"(?:(?:my|our|her|his|their|your|the) (?:\w+ )?(?:house|home|door|front door|flat"
        r"|apartment|building|work|workplace|office|school|window|windows|street|car|garden|room"
        r"|place|driveway|doorstep|hotel|dorm|gate)|outside)"
    ),
    "weapon": (
        r"(?:gun|guns|knife|knives|weapon|weapons|bomb|rifle|pistol|machete|axe|hammer|acid"
        r"|explosives|shotgun|revolver|hatchet|crowbar|grenade)"
    ),
    "crowd": (
        r"(?:school|office|building|event|conference|meetup|church|mosque|synagogue|temple|airport"
        r"|train|station|mall|hackathon|wikimania|university|campus|hospital|concert|parade|embassy"
        r"|parliament|class|classroom|market|festival|headquarters|hq)"
    ),
    "child": (
        r"(?:child|children|kid|kids|minors|underage|minor(?! (?:edits?|points?|issues?|changes?|details?"
        r"|fix|fixes|bugs?|errors?|problems?|characters?|planets?|league|version|updates?))|preteen|toddler|baby|schoolgirl"
        r"|schoolboy|little (?:girl|boy|girls|boys|sister|brother)"
        r"|(?:\d|1[0-7]) ?(?:years? old|yrs? old|yo|y o|year olds)"
        r"|(?:my|her|his|their|our|a) (?:\w+ )?(?:daughter|son|niece|nephew|stepdaughter|stepson))"
    ),
    "nude": (
        r"(?:nude|nudes|naked|porn|pornography|pornographic|sex|sexual|sexually|sexualised"
        r"|sexualized|explicit|undressed|intimate|molested|molesting|molests|raped|raping|rapes"
        r"|sexting|topless|masturbating)"
    ),
}  # fmt: skip

_GROUP = re.compile(r"<(\w+)>")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_ENDS = re.compile(r"[.!?;:\n\r]+(?=\s|$)")
_OTHER = re.compile(r"[^\w.]+|(?<!\s)\.(?!\s)|_")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .*_-]){2,40}\w(?!\w)")
_PAIRS = re.compile(r"(?<!\w)(?:\w[ .*_-]){1,40}\w(?!\w)")
_GAPS = re.compile(r"[ .*_-]")


def fold(text: str) -> str:
    """Return the text as patterns see it; letters typed apart are joined."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    if _SPACED.search(plain) is not None:
        plain = _PAIRS.sub(lambda run: _GAPS.sub("", run[0]), plain)
    plain = _ENDS.sub(" . ", _APOSTROPHES.sub("", plain))
    return " ".join(_OTHER.sub(" ", plain).split())


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A phrase pattern.

    `danger` NONE makes an idiom: what it matches is taken out before the others look. `first`
    takes it out as well, but counts. `hits` and `misses` are samples, and its tests.
    """

    pattern: str
    danger: Danger
    emergency: EmergencyClass = EmergencyClass.LIFE
    self_harm: bool = False
    first: bool = False
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern, with its groups put in, between word borders."""
        return compile_phrase(self.pattern)


def compile_phrase(pattern: str) -> re.Pattern[str]:
    """Return a phrase pattern as a regular expression; KeyError for an unknown group."""
    filled = _GROUP.sub(lambda group: GROUPS[group[1]], pattern)
    return re.compile(rf"(?<!\w)(?:{filled})(?!\w)")
