"""English phrases that tell of somebody who may hurt or kill themselves."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

SELF_HARM = (
    Entry(
        pattern=r"(?:kill|killing|hang|hanging|cut|cutting|hurt|hurting|harm|harming|shoot|shooting|drown"
        r"|poison|starve|starving|burn|burning|unalive|off|ending) (?:myself|himself|herself|themself"
        r"|themselves)|kms",
        danger=Danger.RAISED,
        self_harm=True,
        hits=(
            "I want to kill myself",
            "she is cutting herself",
            "he says he will hang himself",
            "im gonna kms",
        ),
        misses=("he told me to kill myself", "the bot kills itself"),
    ),
    Entry(
        pattern=r"(?:end|ending|ended|take|taking|took) (?:my|his|her|their) (?:own )?(?:life|lives)"
        r"|end it all|(?:want|wants|wanted|wanna|going|ready|planning|decided|need) (?:to )?die(?! \w*ing)"
        r"|wish (?:i|he|she) (?:was|were) (?:dead|never born)|rather be dead|better off (?:dead|without me)"
        r"|(?:dont|do not|doesnt|didnt) (?:want|wanna) (?:to )?(?:live|be alive|wake up|exist|be here)"
        r"(?: any ?more)?(?= \.|$| and| any)|no (?:reason|point) (?:to live|in living|to go on living)"
        r"|(?:wont|not|will not) be (?:here|alive|around) (?:tomorrow|any ?more|much longer|next week)"
        r"|slit (?:my|his|her) wrists?|jump(?:ing)? (?:off|from) (?:the|a|my) (?:\w+ )?(?:bridge|roof"
        r"|building|balcony|window)|tired of (?:living|being alive|life)",
        danger=Danger.RAISED,
        self_harm=True,
        hits=(
            "I want to end my life",
            "I just want to die",
            "everyone would be better off without me",
            "I don't want to live any more",
            "I wish I was dead",
        ),
        misses=("I want to end my wikibreak", "the wish list", "I nearly died laughing"),
    ),
    Entry(
        pattern=r"suicidal(?! (?:article|page|tendencies))|(?:commit|committing|commits|attempt|attempted|attempting"
        r"|attempts|thinking (?:of|about)|thoughts (?:of|about)|think about|considering|threatened|threatens"
        r"|threatening|planning|contemplating|talks about|talking about|tried) (?:to commit )?suicide"
        r"(?! (?:article|page|section|category))|suicide (?:note|attempt|threat|letter|pact)(?!s? (?:article"
        r"|page|template))",
        danger=Danger.RAISED,
        self_harm=True,
        hits=(
            "I feel suicidal",
            "a user posted a suicide note",
            "she is thinking about suicide",
            "an editor threatens to commit suicide",
        ),
        misses=("I'm not suicidal", "the suicide article", "suicidal tendencies"),
    ),
    Entry(
        pattern=r"(?:took|taken|take|swallowed|swallow|taking|swallowing) (?:all|too many|a lot of|lots of|a"
        r" bottle of|the whole) (?:\w+ ){0,2}(?:pills|tablets|sleeping|medication|medicine|bottle|box)"
        r"|overdos(?:e|ed|ing)(?! (?:of|on) (?:templates|wiki|coffee|irony))",
        danger=Danger.RAISED,
        self_harm=True,
        hits=("I took all my pills", "she overdosed"),
        misses=("an overdose of templates", "take the red pill"),
    ),
)
