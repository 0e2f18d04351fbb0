"""Rules for who somebody is: a name that is claimed for a person, a page of theirs elsewhere."""

import re

from bot.core.pii.profiles import PROFILES
from bot.core.pii.rule import Rule

#: Words in small letters that go on after "real name" without naming anybody.
_NO_NAMES = frozenset(
    (
        "policy on is and or in was here of to there the a out not known public online posted"
        " unknown now with at that being been has by for from everywhere still also again leaked"
        " shown mentioned all it as but so visible no account your my his her their our this what"
        " which who very too different fake wrong private secret hidden published required"
        " optional allowed fine ok okay gone removed probably maybe just already never only really"
        " actually something nothing none if when because policies field used user taken missing"
        " he she they we i you an common long short weird same oversighted suppressed redacted"
        " revealed anywhere irl offline easy hard enough good bad"
    ).split()
)
#: Capitalised words of wikis and of the world that are no name of a person.
_NO_PEOPLE = frozenset(
    "wikipedia wikimedia wiki mediawiki wikidata commons foundation admin administrator noticeboard"
    " policy main page user talk project article list good featured special template category file"
    " help portal module draft draftspace bot checkuser steward oversight arbcom committee council"
    " english german french spanish american british new old north south east west united states"
    " kingdom city river lake mount house the a an this that it not no my our his her their your"
    " real name names community team group unblock block sock puppet sockpuppet vandal only account"
    " monday tuesday wednesday thursday friday saturday sunday january february march april june"
    " july august september october november december university school company inc ltd gmbh".split()
)
_FIRST = r"[^\W\d_][\w'’-]{0,40}"
_MORE = r"(?: (?:(?:van|von|de|der|den|da|del|di|la|le|bin|al|el|zu|ten|ter) ){0,2}[^\W\d_a-zß-ÿ][\w'’-]{0,40}\.?){0,4}"
_NAME = rf"{_FIRST}{_MORE}"
_CAPITAL = r"[^\W\d_a-zß-ÿ]"
_INITIAL = rf"{_CAPITAL}(?:[\w'’-]{{1,40}}|\.)"
#: Two to five capitalised words, as names are written.
_FULL = (
    rf"{_INITIAL}(?: (?:(?:van|von|de|der|den|da|del|di|la|le|bin|al|el|zu|ten|ter|dos|du) ){{0,2}}"
    rf"{_INITIAL}){{1,4}}"
)
#: Whoever is spoken of: by a pronoun or by a name for the screen.
_WHO = (
    r"(?:\b(?i:he|she|they|i|who|(?:that|this) (?:user|person|account|admin|editor|guy|woman|man))"
    r"|(?<!\w)(?:[Uu]ser:)?(?=\S{0,40}[A-Z0-9_-])[\w.-]{2,40})"
)


def _is_name(match: re.Match[str]) -> bool:
    """Whether what follows is a name; one in small letters must be said to be one."""
    said = (match["is"] or "").strip() not in {"", ",", "?"}
    first = match["what"].split()[0].rstrip(",.")
    return (said or first[0].isupper()) and first.lower() not in _NO_NAMES


def _is_person(match: re.Match[str]) -> bool:
    words = re.split(r"[\s.-]+", match["what"].lower())
    return (
        not match["what"].isupper() and _NO_PEOPLE.isdisjoint(words) and words[0] not in _NO_NAMES
    )


PEOPLE: tuple[Rule, ...] = (
    Rule(
        kind="real-name",
        needs=("name",),
        pattern=re.compile(
            r"\b(?i:(?:(?:real|full|legal|actual|birth|given|true|government|civil|offline|maiden|rl|irl)"
            r" ?(?:life )?names?|(?:his|her|their|whose|my) (?:last |first "
            r"|sur)?name|(?:last|sur|first)name)(?: irl| offline| in real life)?"
            r"(?P<is>(?: is| was|'s|’s|:| ?=(?!=)| seems to be| appears to be| must be)|,|\?)?"
            r"(?: (?:really|actually|apparently|probably|allegedly|in fact|of course|called)){0,2}:?)"
            rf" (?P<what>{_NAME})"
        ),
        check=_is_name,
        hits=(
            "her real name is Jane Example",
            "full name: John Q Sample",
            "his name is Max Muster",
            "the admin's real name, Piet Voorbeeld, is out",
            "his name irl is John Example",
            "real name = jane",
        ),
        misses=(
            "full name, str",
            "a given name exists",
            "real name policy",
            "my real name is on the page",
            "his name is not known",
        ),
    ),
    Rule(
        kind="real-name",
        needs=(
            " name",
            "klarname",
            "naam",
            "nom ",
            "nome",
            "nombre",
            "imię",
            "имя",
            "heißt",
            "heisst",
            "heet",
            "appelle",
            "llama",
            "chiama",
            "chama",
            "зовут",
            "nazywa",
        ),
        pattern=re.compile(
            r"(?<!\w)(?i:(?:richtiger|echter|bürgerlicher|wahrer|wirklicher) name|klarname|echte naam|"
            r"vrai nom|véritable nom|nombre real|verdadero nombre|vero nome|nome vero|nome verdadeiro|"
            r"nome real|prawdziwe imię(?: i nazwisko)?|настоящее имя|heißt|heisst|heet|s['’]appelle|se "
            r"llama|si chiama|se chama|зовут|nazywa się)(?i:[,:]| ist| lautet| war| is| est| es| è| é| to)*"
            r"(?i: (?:eigentlich|wirklich|in echt|in wirklichkeit|mit bürgerlichem namen|eigenlijk|echt|en "
            r"vrai|en réalité|en realidad|realmente|davvero|in realtà|na verdade|naprawdę)){0,2}"
            rf" (?P<what>{_INITIAL}(?: {_INITIAL}){{0,4}})"
        ),
        check=_is_person,
        hits=(
            "sie heißt eigentlich Erika Muster",
            "il s'appelle Jean Exemple",
            "su nombre real es Juan Ejemplo",
            "zijn echte naam is Piet Voorbeeld",
        ),
        misses=("der Artikel heißt jetzt anders", "das heißt nichts"),
    ),
    Rule(
        kind="real-name",
        needs=(
            "aka",
            "a.k.a",
            "=",
            "->",
            "→",
            "alias",
            "née",
            "geb.",
            "born",
            "tified as",
            "masked as",
            "outed as",
            "other than",
            "goes by",
            "known",
            "real identity",
        ),
        pattern=re.compile(
            r"(?:(?<!\w)(?i:aka|a\.k\.a\.?|alias|née|geb\.|born(?: as)?|(?:was |is |been )?(?:identified|unmasked"
            r"|outed) as|none other than|goes by|(?:is )?known(?: \w{2,10}){0,2} as|real identity(?: is|:))"
            rf"|(?<![\w:])(?:[Uu]ser:|(?=[\w.-]{{0,39}}(?:[0-9_-]|[a-z][A-Z]))(?=[\w.-]{{0,39}}[a-z]))[\w.-]{{2,40}} ?"
            rf"(?:={{1,3}}>?|-{{1,2}}>|→))[ :,]{{1,2}}(?P<what>{_FULL})"
        ),
        check=_is_person,
        hits=(
            "Example-G aka John Q. Example, lawyer",
            "Example-H = Mary-Ann Sample, everybody knows",
            "he was outed as Peter Placeholder",
            "Example-D -> Ann van der Sample",
        ),
        misses=(
            "WP:ANI aka Admin Noticeboard",
            "x = 5",
            "known as vandalism",
            "born in Berlin",
            "AGF = Assume Good Faith",
            "0x41 -> CAPITAL LETTER",
        ),
    ),
    Rule(
        kind="real-name",
        needs=("really", "actually", "in fact", "in reality", "secretly", "truly"),
        pattern=re.compile(
            rf"{_WHO}(?: is|['’]s|['’]m| am| are|['’]re) (?:really|actually|in fact|in reality|secretly|truly)"
            rf"(?: called| named)? (?P<what>{_FULL})"
        ),
        check=_is_person,
        hits=(
            "Example-D is really Peter Placeholder",
            "User:Example-C is actually Jane Sample from Exampletown",
            "he is actually John Example",
        ),
        misses=(
            "this is really New York",
            "the band is really Guns And Roses",
            "Example-D is really upset",
        ),
    ),
    Rule(
        kind="real-name",
        needs=("real life", "irl", "offline", "meatspace", "real world", "at work", "behind"),
        pattern=re.compile(
            r"(?<!\w)(?i:in real life|in the real world|irl|in meatspace|offline|rl|at work|(?:person|man|woman|one"
            r"|user|editor|admin) behind (?:\S{1,40} ){0,3}?\S{1,40})(?i:,| name|:| is| =)*"
            rf"(?: (?!(?i:is|am)\b)\S{{1,40}})?(?: (?i:is|as|was|am)(?: (?:called|named|really|actually))?"
            rf"|[:=]) (?P<what>{_FULL})"
        ),
        check=_is_person,
        hits=(
            "in real life Example-E is Ann Example",
            "the person behind Example-A is Jane Sample",
            "irl he is John Example",
        ),
        misses=("in real life it is Monday", "irl that is a River City"),
    ),
    Rule(
        kind="real-name",
        needs=("real life", "irl", "offline", "meatspace", "real world"),
        pattern=re.compile(
            rf"(?<!\w)(?i:is|am|was|as|called|named|=|i'm|he's|she's) (?P<what>{_FULL})(?:,? \(?"
            r"(?i:in real life|irl|offline|in the real world|in meatspace))(?!\w)"
        ),
        check=_is_person,
        hits=("i am Jane Example in real life", "Example-A is John Sample irl"),
        misses=("he is Admin irl", "what is Good Article irl"),
    ),
    *PROFILES,
)
