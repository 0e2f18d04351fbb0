"""English phrases that threaten somebody's life or body, or tell of such a threat."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

LIFE = (
    Entry(
        pattern=r"""
            <will> (?!not )<gap>{<kill>} (?:and \w+ )?<person>
            <will> (?!not )<gap>{<kill>} (?!<thing>)(?!it|this|that|time|the|a|an|off|down|for|up|out|~)\w+ ?
            (?:will|going to|want to|wants to|about to|threatening to|to) (?!not )<gap>{<hurt>} (?:up )?<near>
            (?:might|could|may|can) (?:\w+ )?{kill|murder|stab|shoot|rape|strangle|beat} (?:me|us|her|him|my \w+)
            (?:might|could|may) (?:\w+ )?{hurt|attack|harm|burn} (?:me|us|my <kin>)
            {murdering|stabbing|raping|strangling|beheading|lynching|kidnapping|abducting|torturing|assassinating|slaughtering} (?:a |an |the )?<person>
            {kill|kills|murder|murders|rape|rapes|stab|stabs|strangle|strangles|shoot|shoots} (?:me|you|us|her|him|my <kin>|your <kin>|his <kin>|her <kin>)
            {killing|shooting|choking|drowning|poisoning} (?:me|you|us|my <kin>|your <kin>|her|him|editors|admins|people)
        """,
        danger=Danger.RAISED,
        hits=(
            "he will kill me",
            "she says she is going to hurt my daughter",
            "They threatened to stab her",
            "I’ll murder you",
            "someone wants to rape me",
            "he is gonna beat me up",
            "my ex might kill me",
            "he say he kill me when i go out",
            "hes threatening to strangle a steward",
            "her husband is choking her",
        ),
        misses=(
            "we will block him",
            "kill the process",
            "I want to kill this article",
            "misinformation could hurt people",
            "this edit war will be the death of me",
            "I will attack that problem tomorrow",
        ),
    ),
    Entry(
        pattern=r"""
            (?:will|shall|going to|to|should|must|deserves? to|want <person>|wants <person>) (?:all )?(?:be|get) {shot|stabbed|lynched|hanged|hung|raped|beheaded|murdered|strangled|executed|slaughtered|burned|tortured|gassed|assassinated|beaten|swatted|jumped|stoned|killed|dead|hurt|crippled}
            (?:someone|somebody|anyone|who|i|we) (?:needs?|should|must|ought) (?:to )?{kill|shoot|stab|hang|lynch|beat|rape|hurt|murder|execute} (?:all )?<person>
            {bounty|hit|contract|reward|price|money|dollar|dollars|euro|euros|bitcoin|paying|pay|paid|hired|hire|hiring|offering} <far>(?:to|who|whoever|that|for) (?:<kill>|<kills>|<hurt>|<hurts>|<killing>|<hurting>) <person>
            {bounty|contract|hit|hitman|price|reward} (?:out )?on (?:me|you|him|her|us|them|my (?:head|life)|your head|his head|her head|an? <role>|the <role>|<role>|someone|example \w+)
            {hitman|hitmen|assassin}
            {kill|hit|death} (?:list|lists)
            (?:put|placed|put up|offering|offers) (?:a |an )?{bounty|price|reward} on
        """,
        danger=Danger.RAISED,
        hits=(
            "you will be hanged",
            "she should be raped, he writes",
            "they offer 300 euros to whoever beats her",
            "there is a bounty on an admin",
            "he has hired a hitman",
            "my name is on a kill list",
        ),
        misses=("the file will be deleted", "the reward board", "a hit on the search"),
    ),
    Entry(
        pattern=r"""
            {death|rape|murder|bomb|acid|shooting|stabbing|swatting|beheading} threats?
            {threat|threats|threaten|threatens|threatened|threatening} (?:to |against |on |at |of )?(?:my|her|his|our|their|your) (?:\w+ )?(?:life|lives|family|kids?|children|safety|son|daughter|wife|husband|mother|father|parents|sister|brother|house|home|baby|child|physical)
            {threaten|threatens|threatened|threatening|threat} <person> with (?:\w+ ){0,3}(?:<weapon>|violence|death|rape|murder|beating|swatting)
            {threat|threats|threatening|threatened|threatens} (?:of|with|about) (?:\w+ ){0,2}(?:violence|death|murder|rape|physical|beheading|killing|shooting|bombing|harm|acid|suicide)
            {violent|physical} (?:threats?|attack|assault)
            {threat|threats} to (?:kill|murder|rape|hurt|stab|shoot|harm|burn|bomb|swat|beat|life)
        """,
        danger=Danger.RAISED,
        hits=(
            "I keep getting death threats",
            "a rape threat on my page",
            "they threatened my family",
            "he threatened me with a knife",
            "this user makes threats of violence",
        ),
        misses=("threatened me with a block", "a threat to the project"),
    ),
    Entry(
        pattern=r"""
            (?:you|your|he|she|they|we|i|<person>) (?:will|shall|must|going to|are going to|is going to|are all going to|am going to|should|deserves? to|deserve to|has to|have to|need to|all) (?:all |soon |have to )?{die|bleed|burn|perish|drown|choke|suffer} ?(?!laughing|of laughter|on|from|to|down|out|with|in (?:a|the) (?:fire|hell) of|<thing>)
            (?:you|your|he is|she is|they are|you are|we are) (?:all |so |as good as |a )?{dead|deadmeat} ?(?:meat|man|woman|girl|boy|bitch|tonight|soon|tomorrow|when|if|to us)?(?=$| \.| and| example| ~)
            {hours|days|minutes|weeks|hour} (?:left )?to live
            {last|final} (?:day|night|hours?|christmas|birthday|week) (?:alive|on earth)
            your {last|final} (?:day|night|hours?|breath|christmas|birthday|week)(?! (?:edit|edits|of (?:the )?(?:block|ban|protection|event|contest)|at))
            {live|alive|breathing} to see (?:\w+ ){1,3}
            (?:you|he|she|they|we|i|<person>) (?:\w+ ){0,2}(?:not|never) (?:\w+ )?{live|survive|make it|come home|wake up|see|leave|go home|get home|be coming} (?:it )?(?:long|through|until|past|to|home|tomorrow|tonight|the (?:night|day|week|month|morning|end)|another|alive|your (?:family|kids)|the sun|much longer)
            (?:do|does|did|will|would) not {come|get|make it|return|go} (?:back )?home(?! page)
            (?:you are|she is|he is|i am|we are|you will be|they are|am|says i am|who is) (?:the )?{next} ?(?=$| \.| and| bitch| on| one)
            {rest} in peace (?:you|example|admin|soon)
            {dig|digging|dug} (?:your|her|his|my|a|their) (?:own )?grave
            {say|said} (?:your )?(?:goodbye|prayers|good bye) (?:to (?:your|his|her|my)|your)
            {enjoy} your last
            {gone|dead} by (?:tonight|tomorrow|monday|sunday|morning|midnight|friday|next week)
        """,
        danger=Danger.RAISED,
        hits=(
            "you're dead.",
            "you are going to die",
            "u will die",
            "you have two days to live",
            "he says his wife won't live to see tomorrow",
            "a note that said you're next",
        ),
        misses=("you're dead wrong", "dead link", "old links die", "the page will not live long"),
    ),
    Entry(
        pattern=r"""
            (?:will|going to|i|we|they|coming to|come to|to|shall|would) {find} (?:you|me|her|him|us|out where)(?: \.|$| and| in|,| no matter| wherever| one day| soon| irl| at| when| where| tonight)
            (?:will|going to|to|coming to) (?:\w+ )?{hunt|gut|end|finish|destroy|bury|waste|ruin|wreck|butcher|bury|bash|burn|snap|crush|maim|smash|skin|whack|hurt|erase|eliminate|exterminate|silence|disappear|jump|visit} (?:you|me|her|him|them|us|my <kin>|your <kin>)(?! work|s)
            (?:will|going to|to|shall) (?:\w+ )?{make} (?:you|me|him|her|us|them|your family) (?:pay|suffer|bleed|beg|scream|cry blood|disappear|wish)
            {coming|come} (?:4|for) (?:you|me|us|her|him)(?! (?:a|the) )
            {coming|come|comes|came} (?:for|after|to get|to find|to kill|to hurt|and get|and kill|and find|and hurt|to beat|and beat) (?:you|me|her|him|us|my <kin>|your <kin>|them|an? <role>|the <role>|example \w+)
            (?:will|going to|to) {get} (?:you|me|her|him|us|them)(?=$| \.| and)
            (?:will|going to|to|gets?) (?:\w+ )?{rip|tear|blow|cut|slice|hack|chop|beat|break|burn|take|smash|run} <near> (?:apart|up|open|down|alive|to (?:pieces|death|bits|shreds)|in (?:half|two)|over|out)
            {truck|car|van|lorry|vehicle|suv|tank} (?:in|into|through|over) (?:your|the|my|a|our|his|her|their|you|me|him|her|people|them)(?! (?:article|image|picture))
            (?:will be|is|are|am|be|keeps?|was|were) {waiting} (?:for (?:you|me|her|him|us) )?(?:after|outside|at|with|by|near|when|in front of|around) (?:\w+ )?(?:class|school|work|my|your|the (?:door|corner|gate|exit|meetup|event|venue|car)|her|his|with|knives?|you|me)(?! (?:edit|review|page|turn|reply|draft|response|rename|talk))
            (?:my|your|his|her|our|their) (?:whole )?{<kin>} (?:will|going to|shall|is going to|are going to) (?:\w+ )?(?:pay|die|suffer|burn|bleed|be (?:dead|orphans?|next|killed|hurt|raped|shot|found|sorry)|cry|bury|find your|miss you|regret|get hurt)
            (?:what|something|things) (?:can |could |might |will |may |bad |terrible )*(?:happens?|happened) to (?:your|my|his|her) {<kin>}
            (?:never|not) (?:be able to )?{walk|speak|talk|see|write|type|edit|breathe|smile} again(?= \.|$)(?<!edit again)
            {better|should} (?:start )?(?:run|hide|pray|leave town|be scared|be afraid|watch out)(?! (?:the|a|it|this|that|them|some|my|your|all)(?: |$))
            {found|find|end up|wake up|dumped|left|lying|buried} (?:you |him |her |me |them |up )?(?:dead |floating )?(?:in|at) (?:a|the) (?:ditch|river|morgue|grave|trunk|forest|woods|bag|box|hospital|coffin|lake|dumpster|body bag)
            {want|wants|wanted|wish|wishes} (?:me|you|him|her|them|us|an? <role>|<role>|to see \w+|all \w+|example \w+) (?:to be )?(?:dead|killed|hurt|to die|to suffer|to bleed|gone forever)
            <role> (?:\w+ ){0,2}(?:he|she|they) {wants|want} dead
            {murder|killing|death|assassination|kidnapping|rape|beating} of (?:me|an? <role>|the <role>|example \w+|my <kin>|someone|us|any <role>)(?! (?:article|page))
            {orphan|orphans|widow}(?= |$)(?! (?:pages?|articles?|tag|tags|files?|talk|category|template|links?|sources?|redirects?|works?|citations?))
            {white} powder
            {hunting|hunt|looking|searching|search} (?:down |for )?(?:me|us|him|her|you)(?= with| because| in (?:the|my)| at|$| \.| to (?:kill|beat|hurt))
            {soldiers|militia|gunmen|mob|thugs|army|gang|mafia|cartel|secret police|regime} (?:\w+ ){0,4}(?:looking|arrest\w*|coming|hunting|after|outside|have|found|came|raided|threat\w*|want|took|taken|search\w*|beat\w*|tortur\w*|at|waiting)
            {arrested|arresting|arrest|detained|tortured|disappeared|imprisoned|interrogated} (?:\w+ ){0,2}(?:editors?|for (?:my|our|his|her|their) edits?|for editing|me|us|because of (?:my|our|his|her)|<role>)
            (?:if|when) (?:they|he|she|someone|the \w+) (?:\w+ )?{learn|learns|find|finds|discover|discovers|know|knows|finds out|see} (?:out )?(?:who|where|that|me|about) (?:\w+ ){0,4}(?:dead|kill|killed|die|hurt|execute|beat|torture|prison|murder)
            {poison|poisoned|poisoning|drug|drugged|spike|spiked} (?:the|our|my|your|their|her|his) (?:\w+ )?(?:food|cakes?|drinks?|water|coffee|tea|meal|dog|cat|cookies|lunch|pizza|beer|wine|well water)
            there (?:will|is going to|are going to|shall) (?:be )?(?:a |an )?(?:\w+ )?{massacre|bloodbath|bloodshed|shooting|shootings|bombing|explosion|killing|killings|deaths|death|victims|bodies|corpses|stabbing|attack|blood|dead}
            (?:will|going to|to) {get} (?:you|me|him|her|us|them) (?:soon|one day|for this|for that|when|tonight|outside|tomorrow|alone|too|after|at home)
            (?:will|going to|to) {put|send|beat|knock} <person> (?:in(?:to)?|to|through|under|six feet) (?:a |the )?(?:hospital|grave|ground|wheelchair|morgue|coffin|icu|coma|ambulance|earth|cemetery|pulp|death|window|wall)
            {watch} (?:your|her|his) back
            {sleep} with (?:one|your) eyes? open
            {bullet|bullets} (?:in|through|with|between|for|into) (?:your|his|her|my|you|their|the)
            {blood} (?:will|on the|everywhere|shed|bath|flow|run|in the streets)
            {beat|kick|stomp|knock} (?:the )?(?:\w+ )?(?:out of|to death|to a pulp|senseless|unconscious|you up|him up|her up|me up|them up|your ass|his ass)
            (?:going to|about to|will) {get} (?:it|what (?:is )?coming|what you deserve|hurt|jumped|beaten|shot|stabbed)
            {run|running|ran|drive|drove|driving|plow|mow} (?:over|down|into) (?:me|you|him|her|them|us|my <kin>|<person>|everyone|people|the (?:people|crowd))
            {ran|run|pushed|forced|push} (?:me|us|her|him|my car|our car|my bike) (?:off|into|down|in front|under|out)
            {cut|slit|break|smash|crush|bash|chop|slice|snap|crack|knock|rip|tear|gouge|stomp|shoot|stab|put|blow|bust|beat|stick|kick|slash|fracture|twist|throw|punch|pour} (?:\w+ ){0,4}(?:your|his|her|their|you|our) (?:\w+ )?(?:throats?|necks?|head|heads|faces?|legs?|bones?|skulls?|fingers?|hands?|teeth|knees?|kneecaps?|eyes?|brains?|guts|limbs?|arms?|spine|jaw|nose|ribs|balls|tongue|chest|stomach|windows|tires|tyres)
            (?:he|she|they|to|will|someone|who|and|would) (?:\w+ ){0,2}{cut|slit|break|smash|crush|bash|chop|slice|snap|crack|knock|rip|gouge|stomp|shoot|stab|blow|bust|beat|slash|cuts|slits|breaks|punch|burn} (?:off )?my (?:\w+ )?(?:throat|neck|head|face|legs?|bones?|skull|fingers?|hands?|teeth|knees?|eyes?|arms?|jaw|nose|ribs)
            {throw|throwing|thrown|threw|pour|poured|pouring} (?:\w+ ){0,2}(?:acid|petrol|gasoline|boiling water|bricks?|stones?|a brick|a molotov)
            {set|light|lit} (?:\w+ ){1,3}on fire(?! wiki)
        """,
        danger=Danger.RAISED,
        hits=(
            "I will find you",
            "he says he is coming for me",
            "watch your back",
            "we will put you in the hospital",
            "theyre gonna break her legs",
            "he writes that he will end me",
            "she wants to make me pay",
        ),
        misses=("I'll find you a source", "let me break the table at the header", "I hit my head"),
    ),
    Entry(
        pattern=r"""
            {bomb|bombs|bombing|blow|blowing|shoot|shooting|burn|burning|attack|attacking|attacks|massacre|explode|torch|torching|storm|raid} (?:up |down |in |at |on |the people at |people at |everyone at |everyone in )?(?:the|a|my|our|this|your|his|her|their|all the|that|every|another) (?:\w+ ){0,3}<crowd>(?! (?:article|page|section|map))
            {gun|guns|knife|weapon|weapons|rifle|explosives|bomb|bombs|axe|acid|petrol|machete} (?:to|in|at|into|under|inside|for) (?:the|a|my|our|this|your|that|tomorrows) (?:\w+ ){0,3}<crowd>
            {burn|burning|torch|blow|shoot|set} (?:\w+ ){1,5}(?:down|up|alight|on fire)(?= .{0,100}(?:house|home|office|school|building|headquarters|hq|tonight|tomorrow))
            (?:there is|planted|plant|placed|put|left|has|made|making|building|build|hid|detonate|is) (?:a |an |the )?(?:\w+ )?{bomb|bombs|explosives|grenade|pipebomb}(?! (?:article|page|image|template|cyclone|category))
            {plan|plans|planning|planned|announced|announces|announcing|announce|do|doing|preparing|commit} (?:a |an |another |the |to do a )?(?:\w+ ){0,2}(?:shooting|massacre|bombing|stabbing|attack on|terror|terrorist|mass murder|killing spree|school attack|jump)
            {shots|gunshots|gunfire|gunman|hostage|hostages|explosion}(?! (?:article|page|section|of espresso|of the screen))
            (?:active|school|mass|a|the) {shooter}(?! (?:game|article|video|genre))
            {shooting|stabbing|riot|bombing|attack} (?:here|happening|going on|right now|now|outside|nearby|at (?:my|our|this|the) <crowd>|tomorrow|tonight|for tomorrow|planned)
            {planning|plan|plans|planned|going|want|wants|plotting|agreed|organizing} (?:to|on) (?:\w+ ){0,2}(?:attack|attacking|jump|ambush|hurt|kill|beat|lynch|stab|shoot|corner|get|raid|kidnap|burn) (?:up )?<near>
            (?:school|mass) {shooting|shooter|murder} (?:threat|tomorrow|tonight|plan|plans|planned|at (?:my|our))
            {bring|brings|bringing|brought|take|taking} (?:\w+ ){0,3}<weapon> (?:\w+ ){0,3}(?:to|in|into|at|with)
        """,
        danger=Danger.RAISED,
        hits=(
            "he will shoot up the school",
            "there is a bomb in the office",
            "he writes that he plans a school shooting",
            "I'm going to blow up the conference",
            "they are planning to jump her after the workshop",
            "we hear gunshots",
        ),
        misses=(
            "the 1995 school shooting article",
            "the Boston bombing page",
            "the bombing of the city in 1944",
        ),
    ),
    Entry(
        pattern=r"""
            {swat|swatted|swatting|swats}(?! (?:\w+ )?(?:analysis|article|page|category|template))
            {fake|false|hoax|prank|faked} (?:\w+ ){0,3}(?:call|calls|report|reports|911|emergency|tip)(?: \w+){0,4} (?:police|911|112|999|fire|emergency|address|house|home)
            {called|calls|call|calling|sent|send|sends|sending|phoned} (?:in )?(?:\w+ ){0,3}(?:police|swat|swat team|armed police|911|112|fire brigade|ambulance|bomb threat) (?:\w+ ){0,2}(?:to|on|at|with|and said|saying|claiming) (?:my|me|her|his|him|our|their|your|an?|the|someone) ?(?:\w+)?
            {police|officers} (?:\w+ ){0,4}(?:raided|stormed|kicked|broke|pointed|guns|with guns|at gunpoint|burst|held us|held me) ?
            {armed} (?:police|officers|response|men|man|guys|people|group|and dangerous)
        """,
        danger=Danger.RAISED,
        hits=("he swatted me", "they sent the police to my house", "armed police came in"),
        misses=("the swat analysis article", "call the function"),
    ),
)
