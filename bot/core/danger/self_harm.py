"""English phrases that tell of somebody who may hurt or kill themselves."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

SELF_HARM = (
    Entry(
        pattern=r"""
            {kill|killing|kills|killed|hang|hanging|hangs|hanged|cut|cutting|cuts|hurt|hurting|hurts|harm|harming|harms|shoot|shooting|shot|drown|drowning|poison|poisoning|starve|starving|burn|burning|unalive|unaliving|off|offing|end|ending|ends|stab|stabbing|delete|slit|injure|injuring|injures|jump|throw|throwing|suffocate|strangle|gas} (?:all of )?(?:myself|himself|herself|themself|themselves|my self|him self|her self|them self)(?! (?:off from|from wikipedia|from the (?:wiki|project)|short|out of|some|a break|on (?:this|the) (?:article|edit|page)))
            {kms}
            {self} (?:harm|harming|harms|harmed|injury|injuring|injure|mutilation|inflicted)(?! (?:article|page|template|category|policy|section))
            {selfharm|selfharming|selfharmed|unalive|unaliving}(?! (?:article|page))
        """,
        danger=Danger.RAISED,
        self_harm=True,
        hits=(
            "I want to kill myself",
            "she is cutting herself",
            "he says he will hang himself",
            "im gonna kms",
            "my friend self harms",
        ),
        misses=("he told me to kill myself", "the bot kills itself", "10 kms away"),
    ),
    Entry(
        pattern=r"""
            {end|ending|ended|take|taking|took|ends|takes} (?:my|his|her|their) (?:own )?(?:life|lives)(?! (?:ban|as|in (?:wiki|edit)))
            {end|ending} it(?: all| now| tonight| today| tomorrow| here| soon| this)?(?=$| \.| because| and| if| with| when| tonight| for| i )(?! with (?:the|this) (?:rfc|discussion))
            {want|wanted|wants|going|ready|planning|decided|need|wish|wishes|about|hope|hoping|try|trying|like|plans|rather|prefer|deserve|love|let|help|gets} (?:to |me )?(?:just |finally )?(?:die|be dead|disappear forever|be gone forever|never wake up|not exist|sleep forever|stop existing|not wake up|cease)(?! \w*ing)(?! (?:laughing|of|from|for|on|in the game))
            {wish|wishes|wished} (?:that )?(?:i|he|she|they) (?:was|were|had|could|would|will)? ?(?:just )?(?:dead|never (?:been )?born|die|never wake up|not (?:be )?(?:here|alive|wake up|exist)|disappear|gone)
            {better|happier|easier} (?:off )?(?:dead|(?:if|when) (?:i|he|she) (?:am |was |were |is )?(?:dead|gone|not here|died)|without me|not alive|not being alive)
            (?:do|does|did|can|could) not {want|live|exist|keep|see|deserve|wish} (?:to )?(?:live|be alive|wake up|exist|be here|be around|go on living|living|existing|alive|stay alive|survive|to live|keep living|live like|anymore living)(?! (?:in|with|on|at|for|from|when|blocked))
            (?:do|does) not {want|wish} to (?:go on|continue|be in this world|be on this earth|see tomorrow|do this life|breathe|feel anything|face (?:another|tomorrow))
            can not {live} (?:anymore|any more|like this|with (?:this|myself|it)|another)
            {no} (?:more )?(?:reason|point|sense|purpose|use|will|strength) (?:left )?(?:to|in|for) (?:live|living|go on|be alive|going on|life|staying alive|being alive|keep going|existing)
            (?:will not|not|wo not|will no longer|never) {be} (?:here|alive|around|with you|there|living|breathing) (?:tomorrow|any ?more|much longer|next week|for long|after|in the morning|when|by|next|long|soon)(?! (?:editing|to help))
            {slit|slitting|cut|cutting|open|slashed|slash|cuts} (?:open )?(?:my|his|her|their) (?:own )?(?:wrist|wrists|veins|arms?|thighs?|legs?|skin)
            {knife|blade|razor|scissors|gun|rope|noose|pistol|razorblade} (?:\w+ ){0,4}(?:(?:my|his|her|their) (?:own )?(?:wrist|wrist|arms?|veins|mouth|temple|neck|skin)|around (?:my|his|her) neck)
            {noose|razor|razorblade|rope}(?= .{0,100}(?:ready|tied|tie|bought|hand|neck|tonight|ceiling|prepared|wrist|myself))
            {bought|tied|tying|prepared|ready|got} (?:\w+ ){0,3}(?:rope|noose)
            {jump|jumping|jumps|leap|step|stepping|walk|walking|walks|throw|throwing|fall|jumped|lie|lay|lying|drive|driving} (?:\w+ ){0,2}(?:off|from|in front of|into|onto|under|out of) (?:of )?(?:the|a|my|this|that) (?:\w+ )?(?:bridge|roof|building|balcony|window|train|trains|cliff|tracks|rails|river|traffic|truck|bus|ledge|tower|floor|subway|motorway|highway|overpass)
            {standing|stand|sitting|sit|walking|am|is|going|drove|stood|here|climbed} (?:\w+ ){0,3}(?:on|at|to|onto|over|by|near|off) (?:the|a|this) (?:\w+ ){0,2}(?:bridge|ledge|railing|roof|rooftop|edge|cliff|train tracks|railway|tracks|rails|balcony|platform)(?! (?:article|page|section|case))
            (?:will|going to|about to|wants? to|ready to|i|to) {jump}(?= (?:tonight|now|today|soon|off|tomorrow|if|at|and)|$| \.)(?! (?:in (?:and|here)|to|on|off irc|off now|off the call))
            {sleep|asleep|bed} and (?:just )?(?:not|never) (?:want to )?wake
            {tell} (?:my|his|her) (?:\w+ )?(?:mother|father|family|kids|wife|husband|children|parents|friends|sister|brother|son|daughter|girlfriend|boyfriend|cat|dog) (?:that )?(?:i|he|she) (?:always |really )?(?:love|loved|loves|am sorry|is sorry)
            {have|has|got|with|bought|hoarding|saved|collected|counted|counting|got} (?:\w+ )?(?:the|my|enough|his|her|all the|some) (?:\w+ )?(?:pills|rope|noose|razor|blades|razorblades|sleeping pills)(?! for (?:my|the) (?:headache|cold|allergy|allergies))
            {hanged|hung|hanging|bought|has|have|prepared} (?:up )?(?:a|the) (?:rope|noose)
            {about|going|ready} to do it(?= |$)(?! (?:later|for|again|when|in|tomorrow|after|myself|manually|soon|with|on|by|this (?:way|weekend)|if))
            {world|everyone|everybody|family|they|it|people|wiki|friends|life|all} (?:is|are|will be|would be|s|be) (?:all |much |so )?better (?:off )?without (?:me|him|her|us)
            {written|writing|wrote|write|left|sent|writes} (?:\w+ ){0,3}(?:goodbye|farewell|last|final|suicide) (?:letters?|notes?|words|will)
            {drive|crash|swerve|drown|driving} (?:my car |the car |myself )?(?:into|off) (?:a|the|an oncoming) (?:\w+ )?(?:tree|wall|bridge|cliff|river|lake|truck|traffic|train)
            (?:never|not) {woken|wake|woke} up
            (?:tonight|today|this|tomorrow) (?:will be|is|would be|might be) (?:my|his|her|their|the) {last|final} (?:day|night|hours?|evening)(?! (?:of|at|for|to))
            {last|final} (?:night|day) (?:on|in) (?:this )?(?:earth|world|life)
            {want|wanted|wish|need} (?:it|this|everything|the pain|all this) (?:all )?(?:to )?(?:just )?(?:end|stop hurting|be over)
            {tired|sick|done|finished|fed|exhausted|through} (?:of|with|up with|from)? ?(?:living|being alive|life|existing|breathing|this life|my life|being here|everything and want)(?! (?:on|in|science|sciences|cycle))
            {life} (?:is|was|has) (?:just |really )?(?:not worth|no longer worth|not|over for|worthless|pointless|meaningless|unbearable|has no) ?(?:living|it|worth|me|anymore|meaning)?(?! (?:sciences?|article))
            {not} worth (?:living|being alive|going on|to live)
        """,
        danger=Danger.RAISED,
        self_harm=True,
        hits=(
            "I want to end my life",
            "I just want to die",
            "everyone would be better off without me",
            "I don't want to live any more",
            "I wish I was dead",
            "he writes that he is sitting on a railway bridge",
        ),
        misses=(
            "I want to end my wikibreak",
            "the wish list",
            "I nearly died laughing",
            "I don't want to live in Berlin",
        ),
    ),
    Entry(
        pattern=r"""
            {suicidal}(?! (?:article|page|tendencies|ideation article|ducks?))
            {commit|committing|commits|committed|attempt|attempted|attempting|attempts|thinking|thoughts|think|thinks|considering|considers|threatened|threatens|threatening|threaten|planning|plans|plan|contemplating|talks|talking|talked|tried|try|announced|announces|announcing|mentions|mentioned|about|wrote|writes|says|said|want|wants|posted|hinting|hints|discussing|of|contemplates|doing|do|intends|going} (?:about |of |to |at |with |on |commit |his |her |their |my |a |wanting |for )*suicide(?! (?:article|page|section|category|squad|methods?|bomb\w+|prevention|rates?|lists?|attacks?|statistics|in \w+ article))
            {suicide} (?:note|attempt|threat|letter|pact|message|plan|tonight|watch|tomorrow|now|ideation|thoughts|threats|notes|messages|attempts|is (?:the|my) only|by|soon|today)(?!s? (?:article|page|template|on the 19|of 1|in 1))
            {took|taken|take|swallowed|swallow|taking|swallowing|takes|downed|ate|drank|drink|drinking|popped|had|have|got} (?:\w+ ){0,2}(?:all|too many|lots?|the whole|\d+|whole|enough|everything|every|half|many|bunch|bottle|pack|box|handful|packet|overdose|full|entire|dozens?|more) (?:\w+ ){0,4}<drug>(?! (?:article|page|section|template))
            {drink|drank|drinking|swallow|swallowed} (?:some |the |a \w+ of )*(?:bleach|poison|pills|antifreeze|acid)
            {overdose|overdosed|overdosing|od|oded|overdoses}(?! (?:of|on) (?:templates?|wiki\w*|coffee|irony|cookies|memes|emojis?|commas|links|citations|sugar|caffeine))
            {goodbye|farewell|bye} (?:cruel )?(?:world|forever|everyone i|life|all i|and sorry|note|letter|notes)(?! to (?:wikipedia|wiki|the (?:wiki|project)))
            {goodbye|farewell|suicide} (?:note|notes|letter|video|message|post|mail)
            {last|final} (?:message|goodbye|words|post|note|letter|letters|farewell)(?= .{0,100}(?:ever|sorry|tonight|die|goodbye|life|love|pills|bridge|alive|pain|not be|family|gone|everyone))
            {not} safe (?:from|with|around) (?:myself|himself|herself)
            {hurting|cutting|cut|burning|relapsed|starving} (?:again|deeper|deep|tonight)(?= \.|$| and| because| tonight| since)
            {see|meet|join} (?:\w+ ){0,4}(?:on the other side|in heaven|in the afterlife|in the next life)
            {find|found} (?:my|his|her) (?:dead )?body
            (?:when|after|once|before) (?:i|he|she) (?:am|is) {gone|dead}(?= .{0,100}(?:sorry|tell|please|everyone|happy|family|care|miss|cat|account|you|page|love|better))
            (?:this|it|tonight|today) is (?:my |the )?(?:last )?{goodbye|farewell|last night|last day} ?(?:from me|forever|then|everyone)?(?! (?:party|for (?:now|today)))
        """,
        danger=Danger.RAISED,
        self_harm=True,
        hits=(
            "I feel suicidal",
            "a user posted a suicide note",
            "she is thinking about suicide",
            "an editor threatens to commit suicide",
            "I took all my pills",
            "she overdosed",
            "goodbye world, I am sorry",
        ),
        misses=(
            "I'm not suicidal",
            "the suicide article",
            "suicidal tendencies",
            "an overdose of templates",
            "take the red pill",
        ),
    ),
)
