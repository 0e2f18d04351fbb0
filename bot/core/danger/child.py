"""English phrases that tell of a child being abused or shown in a sexual way."""

from bot.core.danger.entry import Entry
from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger

CHILD = (
    Entry(
        pattern=r"csam|csem|(?:child|kiddie|kiddy|infant|preteen|underage) (?:porn|pornography|porno|nudes)"
        r"|child (?:sexual )?(?:abuse|exploitation) (?:image|images|material|picture|pictures|photo|photos"
        r"|video|videos|content|imagery)|cheese pizza",
        danger=Danger.RAISED,
        emergency=EmergencyClass.CHILD,
        hits=("someone uploaded child porn", "there is CSAM in that file", "a child abuse video"),
        misses=("the abuse filter", "child category"),
    ),
    Entry(
        pattern=r"<nude> (?:\w+ ){0,4}<child>|<child> (?:\w+ ){0,6}<nude>",
        danger=Danger.RAISED,
        emergency=EmergencyClass.CHILD,
        hits=(
            "a naked picture of a 12 year old",
            "he posted photos of my daughter naked",
            "sexual messages to minors",
            "nude pictures of children",
        ),
        misses=("a minor edit", "the sex education article", "a child category was renamed"),
    ),
    Entry(
        pattern=r"groom(?:s|ed|ing)? (?:a |an |the |my |young |some )?(?:\w+ )?(?:child|children|kid|kids|minor|minors"
        r"|girl|girls|boy|boys|teen|teens|teenager|daughter|son|sister|brother|underage|me|her|him)"
        r"|(?:touch|touches|touched|touching|molest|molests|molested|molesting|abuse|abuses|abused|abusing"
        r"|rape|rapes|raped|raping|assaulted|hits|beats|hurts) (?:a |an |the |his |her |my |their |young )?"
        r"(?:\w+ )?(?:child|children|kid|kids|minors|minor(?= \.|$| and| in| at| for)|daughter|son|stepdaughter|stepson|niece|nephew"
        r"|little \w+|baby|toddler|(?:\d|1[0-7]) year old)"
        r"|my (?:dad|father|stepdad|stepfather|uncle|teacher|coach|priest|brother|cousin|mom|mother)"
        r" (?:touches|touched|touching|abuses|abused|molests|molested|rapes|raped) me",
        danger=Danger.RAISED,
        emergency=EmergencyClass.CHILD,
        hits=("he is grooming a young girl", "my stepdad touches me", "he hits his kids"),
        misses=("grooming the category tree", "a child page", "this touches a minor point"),
    ),
    Entry(
        pattern=r"(?:im|i am|she is|shes|he is|hes|is only|im only|i am only|girl of|boy of|aged) (?:only |just )?"
        r"(?:\d|1[0-7])(?: years old| year old| yo)?(?: \.)? (?:\w+ (?:\. )?){0,12}(?:nudes?|naked|pics|pictures"
        r"|photos|selfies|meet (?:me|him|her|up)|sex|sexual|touch(?:es|ed)? me|undress|webcam)"
        r"|(?:nudes?|naked|sexual|meet up) (?:\w+ (?:\. )?){0,10}(?:im|i am|she is|shes|he is|hes) (?:only |just )?"
        r"(?:\d|1[0-7])(?= \.|$| years| and| yo)",
        danger=Danger.RAISED,
        emergency=EmergencyClass.CHILD,
        hits=(
            "I'm 13 and an admin keeps asking me for pictures",
            "he wants nudes and I am only 14",
        ),
        misses=("I am 15 and edit physics articles", "he is 30 and uploads photos"),
    ),
    Entry(
        pattern=r"p(?:a)?edo(?:phile|philes|s|philia)?(?! (?:article|page))|child (?:abuse|abuser|molester|predator)"
        r"(?! (?:article|page|section|category|policy|filter|template))|(?:sexual )?predators?(?= .*(?:kids|minors"
        r"|children|child))|messag(?:es|ing|ed) (?:minors|kids|children|young girls|young boys)"
        r"|meet(?:ing)? (?:with )?(?:minors|kids|children|underage)",
        danger=Danger.UNCLEAR,
        emergency=EmergencyClass.CHILD,
        hits=("this user is a pedophile", "he keeps messaging young girls", "child abuse"),
        misses=("the child abuse article", "apex predators"),
    ),
)
