"""English phrases that only sound dangerous, and the contexts in which less is meant than said."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

IDIOMS = (
    Entry(
        pattern=r"""
            (?:this|it|that|the \w+|these \w+|those \w+|my \w+|suspense|wait|lag|waiting|\w+s) (?:is |are |was |will |be )?(?:really |literally |slowly |going to |just |absolutely |probably |gonna )*{killing|kill|kills|killed} (?:me|us|him|her)(?= (?:with|lol|haha|today|slowly|here)|$| \.| and| but| ~)
            my (?:back|head|feet|foot|eyes|neck|knee|knees|stomach|allergies|tooth|wrist|wrists|shoulder|hands|ears|throat|boss at work|internet|schedule|workload|headache|curiosity) (?:is|are) {killing} me
            (?:backlog|work|workload|mails|tickets|queue|paperwork|requests|reverts|notifications|drama|heat|cold|stress|bureaucracy|homework|typos) (?:is|are) (?:\w+ )?{drowning|killing|murdering|choking|strangling|crushing|burying} (?:me|us|him|her|them|everyone)
            (?:arbcom|the committee|ani|reviewers|the reviewers|afd|the community|the arbs|the press|critics) (?:\w+ ){0,3}{kill|murder|slaughter|crucify|eat|butcher|destroy|shoot|hang|execute|burn} (?:me|us|him|her|them|you|it)(?= \.|$| in| for| over| at)
            (?:^|it |that |what )beats me(?= |$)
            {beat|beats|beating|kill|killing|destroy|crush|slaughter} (?:you|me|him|her|us|them|everyone) (?:in|at|during) (?:the |a |this |next |our |my )*(?:\w+ ){0,2}(?:contest|wikicup|competition|game|chess|round|league|election|tournament|match|race|quiz)
            {killing} (?:it|me softly)
            {kill|kills|killed|killing} (?:for|time|some time|the (?:mood|vibe|buzz|momentum|joke|lights|power|engine)|two birds|off)
            {killer} (?:feature|app|whale|robot|bee|article|argument|line|instinct|tool|combo|heels)
            {kill} (?:switch|it with fire|your darlings|bill|screen|command|signal|file)
            (?:could|would|can) {kill} for (?:a|an|some)
            i (?:could|would) {murder|kill} (?:a|an|some)(?! \w*(?:person|editor|admin|man|woman|user|people))
            (?:attacked|roasted|killed|murdered|slaughtered|hammered|crucified|jumped|beaten up|stabbed|grilled) (?:\w+ )?(?:at|on|in|by) (?:an |the |my |a )?{ani|afd|rfa|rfc|arbcom|wikiproject|noticeboard|spi|drv|talk|comments|bot}
        """,
        danger=Danger.NONE,
        hits=("this template is killing me", "the wait is killing us", "she is killing it"),
        misses=("he is killing me", "they will kill me"),
    ),
    Entry(
        pattern=r"""
            (?:it|that|this|reading it|a source) (?:will|would|does|did|can|could|may|might) not {kill|hurt} \w+
            (?:it|that) (?:might|would|could|does|may) not {hurt|harm|kill}
            {hurt|hurts|harm} (?:my|your|his|her) (?:brain|feelings|ears|chances|case|cause|reputation|wikipedia)
            {shoot|shot|shooting} (?:me|us|him|her|them|you|it) (?:a|an|the|your|over|down|through)(?: quick| short)?(?: (?:mail|message|line|ping|link|note|question))?(?! in | at )
            {shoot|shot|shots|shooting} (?:down|from the hip|star|stars|hoops|the breeze|the messenger|for the|for a|the moon|in the dark|of (?:the|espresso|whisky|vodka|tequila)|on (?:a|an|my) (?:camera|film|iphone|nikon|canon)|(?:a|the) (?:video|film|movie|picture|pictures|documentary))
            (?:a|another|best|give it a|worth a|have a|take a|your|long|screen|mug|head|one more|cheap) {shot|stab|crack|go} ?(?:at|of|on)?(?= (?:it|this|that|the (?:article|draft|template)|writing|fixing|rewriting|merging|$|\.))
            (?:photo|picture|pictures) {shoot|shooting}
            {fire|fires|fired|firing} (?:away|off a|up the)
            {take|took|taking|have|having|had} a stab at
            {stab|stabbed|stabs|stabbing} at (?:a|an|the|it|this|writing)
            {talk} page stalkers?
            (?:is|are) (?:the |so )?{bomb|fire}(?= \.|$| lol)
            playing (?:\w+ ){0,4}{shooter|shooters|killer}
            {threaten|threatens|threatened|threatening} (?:the|our|its|a|any) (?:\w+ )?(?:stability|future|neutrality|quality|existence|independence|integrity|credibility|project|community|environment|balance|trust|consensus|ecosystem|coast|forest|population|habitat|principle|idea)
            {stabbed|stab} (?:\w+ )?in the back (?:by|at|on|over)
        """,
        danger=Danger.NONE,
        hits=(
            "it won't kill you to add a source",
            "shoot me an email",
            "can you shoot him a message",
        ),
        misses=("he will kill you", "he will shoot me"),
    ),
    Entry(
        pattern=r"""
            (?:you are|he is|they are|it is|i am|we are|is) {dead} (?:to me|wrong|right|on|set|serious|tired|against|certain|sure|silent|last|inside|weight|link|links|simple|easy|code|center|at (?:my|this) (?:desk|job)|lol|in the water)
            {dead} (?:link|links|linked|linking|end|ends|line|lines|horse|code|tree|parrot|sea|pixel|weight|heat|url|urls|ringer|languages?|giveaway|people|persons?|poets?|man walking)
            (?:will|going to) {find} (?:you|me|him|her|us) (?:a|an|the|some|another|more|two|plenty|on (?:the )?(?:wiki|irc|discord|matrix|talk)|in the (?:channel|logs?)|later)
            {die|dying|died|dead} (?:laughing|of (?:laughter|boredom|embarrassment|cringe|shame|curiosity|happiness|thirst)|to know|to see|to hear|to try|to read|for (?:a|some) \w+|inside|hard|on me|from (?:laughing|cringe|boredom|laughter))
            to {die} for
            {wikidead|wikisuicide|sudden death|drop dead gorgeous|die hard|diehard|deathmatch|death metal|death star|death note|death valley|near death}
            (?:career|political|social|wiki|commercial|professional|electoral) {suicide}
            {suicide} (?:squad|silence|boys|girls|kings|forest|door|doors|run|bunt|is painless)
            (?:bored|sick|tired|scared|worried|worked|loved|laughed|starved|flogged|talked|discussed|frightened|bore|bores|boring|love|annoyed|done|debated|tickled|cited) (?:\w+ )?to {death}
            {death} of me
            child abuse {article|page|section|category|policy|filter|template}
            \d+ {kms}
            {death} (?:penalty|valley|rate|rates|toll|date|dates|place|certificate|by (?:powerpoint|committee|chocolate)|sentence|march|row|metal|year|in (?:1|2)\d\d\d|of (?:a|the|an) (?:actor|article|author|project|queen|king|president|pope|wiki|discussion|internet|singer|star))
            (?:my|the|our|his|her) (?:\w+ )?(?:laptop|computer|phone|battery|pc|server|bot|router|internet|mouse|connection|tool|script|screen|keyboard|plants?) (?:is |has |just |are |was )*{dead|died|dying|dies}
            {over} my dead body
            {hang|hanging|hangs|hung} (?:on|out|in there|around|up|over|tight|loose|ups?)
            {drowning|drown|drowned|buried|swamped} (?:in|under|by)
            {burning|burn|burned|burnt} (?:out|questions?|the candle|through|bridges)
            {burnout|burnouts}
        """,
        danger=Danger.NONE,
        hits=(
            "you're dead wrong about this source",
            "he is dead to me",
            "I'll find you a better source",
            "I nearly died laughing",
            "that would be career suicide",
        ),
        misses=("you're dead", "I'll find you", "I want to die"),
    ),
    Entry(
        pattern=r"""
            {beat|beats|beating|attack|attacks|attacked|attacking|hit|hits|kill|kills|killed|killing|destroy|destroyed|crush|crushed|shot|shoot|murdered|slaughtered|roasted|burned|smashed|bash|bashed|hurt} (?:me|him|her|them|us|you|\w+) (?:to it|to the (?:punch|post|edit|revert|fix|source)|up about|at (?:chess|this|that|afd|ani|rfa|poker|the game)|verbally|personally|online in|(?:on|in|at|over|for|via|through|with) (?:\w+ ){0,4}(?:talk|page|pages|summary|summaries|edits|edit|discussion|rfc|afd|rfa|ani|wiki|wikipedia|noticeboard|article|thread|comments|game|minecraft|chess|valorant|cod|fortnite|match|round|election|debate|argument|kindness|links|links|trout|exam|race|quiz|cup|tournament|arbcom|reverts?|word|words))(?! page with)
            (?:see|meet) (?:you|me|us|him|her|them|all) {soon} (?:at|in) (?:the )?(?:hackathon|wikimania|meetup|conference|editathon|channel|workshop)
            (?:showed|shows|turned|turns|show|turn|showing) {up} (?:\w+ )?(?:at|in|on) (?:the |my |a |every |this |his )?(?:\w+ )?(?:discussion|afd|rfa|ani|rfc|talk|search|watchlist|log|page|thread|article|noticeboard|history|results|vote)
            (?:discussion|page|article|debate|rfc|afd|thread|argument|template|draft|backlog|edit|edits|section) (?:is|was|looks|seems|feels) (?:\w+ )?{pointless|hopeless|meaningless|worthless|empty|depressing|desperate|useless|dead}
            (?:article|page|draft|template|afd|rfc|discussion) (?:it )?(?:is|s) {hopeless|pointless}
            (?:will|i will) {deal|sort|handle} with (?:him|her|them|you|it|this) (?:at|on|later|in)
            {knife|gun|weapon|sword|axe|coin|stamp} collections? (?:picture|photo|pictures|article|category|page|museum)
            {done|finished|leaving|quitting|retiring|resigning|vanish|vanishing|disappear|goodbye|farewell|retire|quit|leave} (?:\w+ )?(?:with |from |to |editing )?(?:this |the )?(?:project|wiki|wikipedia|wikimedia|editing|commons|wikidata|admin|adminship|article|site)(?: goodbye)?
            {follow|follows|followed|following|stalk|stalks|stalking|stalked|hounding|hounds} (?:me|him|her|us|them|you|my) (?:from|across|around|to|on|through)? ?(?:\w+ ){0,3}(?:page|pages|article|articles|wiki|wikis|edits|contributions|contribs|wikipedia)(?: to (?:page|article|wiki))?
            (?:will|would|is going to|going to) {kill|murder|strangle} me if i (?:edit|miss|forget|stay|spend|do not (?:stop|finish|go to bed|log off)|am late|do one more|make one more|keep editing|buy)
            rather {shoot|kill|hang|stab|drown|die|eat|poke} (?:myself )?(?:\w+ ){0,4}than
            could {strangle|kill|murder|shoot|slap|punch|hug} whoever (?:designed|made|wrote|invented|came|named|built|did|broke|thought)
            (?:pun|joke|puns|jokes|typo|typos|taste|grammar) (?:\w+ ){0,4}{shot|hanged|criminal|crime|killed|jail}
            {threatened|threatens|threatening} to (?:take|bring|drag|go|start|open|file|write|post|call an admin|contact an admin)(?: \w+){0,3} (?:arbcom|ani|court|noticeboard|rfc|spi|afd|the admins?|rollback|dispute|admin)
            {police} (?:department|station|car|cars|academy|logo|force article|uniform|ranks|officer article|procedural)
            {killing} spree of
            {attacked|attacks|attack|attacking|attack|destroyed|hit|beat} the (?:\w+ )?(?:proposal|argument|idea|article|draft|closure|close|nomination|policy|source|sources|backlog|problem|decision|committee)
            {lost|losing} (?:hope|faith|interest|patience) in
            {too|very|so|bit} dark(?= \.|$| for| and| to)
            (?:parents|friends|guests|relatives|grandparents|kids|family|pizza|courier|postman|mailman|plumber|delivery|electrician|sister in law|visitors) (?:guy |man |boy )?(?:is|are) {coming|outside|here|at|visiting} ?(?:over|to (?:my|our) (?:house|place|home)|(?:my|our|the) door|outside|here)?
            no one (?:wants?|is|was|will|would|tried|said|plans|has)(?: to| going to| planning to| trying to| been| being)? {kill|killed|hurt|harm|shoot|murder|attack|rape|abused} ?(?:anyone|anybody|you|him|her|them)?
            (?:there is|there was|was|is|has|had|with|absolutely|just) no {bomb|danger|threat|threats|gun|weapon|violence|suicide|risk|shooting|shooter}
            {personal} attacks?
            {attack|attacks} (?:page|pages|site|sites|vector|surface|account|accounts|helicopter|only|name|names|username)
            (?:heart|panic|ddos|dos|spam|bot|vandal|sock|anxiety|asthma|phishing|brute force|vandalism|snack|replay|cyber) {attack|attacks}
            {hit} (?:me up|piece|pieces|counter|the (?:\w+ )?(?:button|limit|key|nail|link|wall|road|revert|rollback|save|spot|sack|hay|books|gym|front page)|a (?:wall|limit|snag|bug|error|paywall|nerve|milestone)|(?:send|save|enter|publish|revert|undo|rollback|reply|delete|refresh|f5))
            {beat|beats|beating} (?:around|the (?:deadline|clock|record|system|odds|bot|drum|rush)|a dead)
            {choke|choked|choking} (?:on|at|up)
            {poisoning|poison} the well
            {murder} (?:on the orient|she wrote|mystery|mysteries|board|ballad|of crows)
            (?:getting|get|gets|got) away with {murder}
            {bloody} (?:murder|hell)
            {nuke|nuked|nuking|nukes} (?:all |the |his |her |their |those |these |it|them|this|my )
            {photobomb|photobombed|bathbomb|sex bomb}
            (?:bath|photo|time|logic|zip|fork|cherry|jager|link|edit|smoke|f) {bomb|bombs|bombed|bombing}
            {bomb|bombs} (?:cyclone|shelter|disposal|squad|calorimeter)
            {glue|staple|massage|water|nerf|radar|heat|price|top|squirt|hot glue|spray|nail|tattoo} (?:gun|guns)
            {jumping|jump|jumped} the gun
            {gun|guns} (?:control|laws?|n roses|rights|policy|politics|show|blazing)
            {smoking} gun
            (?:swiss army|butter|kitchen|palette|pocket|cake|bread|steak) {knife|knives}
            {ban|axe|block} hammer
            {acid} (?:rain|test|house|jazz|reflux|trip|base)
            {acid|hammer|bat|bats|sword|swords|blade|bullet|bullets|razor} (?:points?|list|lists|journal|time|train|proof|burn|wing|wings|runner|fish|format|formatting|echolocation)
            {bulleted|bullet} (?:list|lists|point|points)
            (?:dodge|dodged|dodging|bite|bit|silver|magic) (?:a |the )?{bullet|bullets}
        """,
        danger=Danger.NONE,
        hits=("he attacked me on my talk page", "you beat me to it", "a time bomb"),
        misses=("he attacked me in the street", "my father beats me"),
    ),
    Entry(
        pattern=r"""
            {threatened|threatens|threatening|threaten|threat|threats} (?:me |us |him |her |them |you |to |everyone |of |someone |an? \w+ |my (?:account|page|edits|article|bot) )*(?:with )?(?:a |an |another |my |the |being |get |have |take )*(?:\w+ )?(?:block|ban|blocks|blocked|banned|rollback|revert|report|desysop|arbcom|ani|topic ban|an edit|sanctions|deletion|delete|leave|resign|quit|blocking|bans|reverting|edit war|retire|legal action|lawsuit|lawyer|lawyers|sue|court|an rfc|afd|rfc|reverts|reported|noticeboard|fork)
            {legal|empty} threats?
            {threat} (?:to (?:the )?(?:project|wiki|wikipedia|neutrality|biodiversity|credibility|integrity)|model|level|actor|analysis)
            {threatened|threatening} (?:species|by (?:climate|habitat|extinction))
        """,
        danger=Danger.NONE,
        hits=("the admin threatened me with a block", "she threatened to report me"),
        misses=("he threatened me with a knife",),
    ),
    Entry(
        pattern=r"""
            (?:no|no one|nobody|none|not|never|nothing|neither|without|is not|am not|are not|was not) (?:\w+ ){0,3}{danger|threatened|threatening|unsafe|hurt|harmed|attacked|injured|dying|threats|violence|violent|swatted|stalked|followed}(?! (?:joking|kidding))
            (?:do not|did not|does not|would not|could not|will not|would never|will never|never|is not|am not|are not|not) (?:\w+ ){0,2}(?:going to |want to |trying to |mean to |planning to |gonna )*{kill|hurt|harm|attack|threaten|threatened|shoot|stab|rape|murder|die|bite} (?:anyone|anybody|him|her|them|someone|you|people|anything|me|a fly|any \w+|$)
        """,
        danger=Danger.NONE,
        hits=("nobody is in danger here", "I am not in danger", "he did not want to hurt anyone"),
        misses=("I am in danger", "they want to hurt me"),
    ),
)

CALM = (
    Entry(
        pattern=r"""
            {film|films|movie|movies|plot|novel|novels|episode|episodes|anime|manga|comic|comics|lyrics|song|songs|album|band|villain|protagonist|fiction|fictional|horror|thriller|netflix|opera|ballad|poem|sitcom|trailer|cartoon|videogame|minecraft|fortnite|chess|skyrim|gta|valorant|playthrough|npc|rpg|boardgame|actor|actress|spoiler|spoilers|hamlet|shakespeare|macbeth|chapter}
            (?:in|the|this|that|a|of|first|second|third|final|fourth|fifth) {act}(?= |$)
            (?:in|the|this|that|a|video|my|card|board|of|second|third|first|last|tv) {game|games|book|books|series|season|character|characters|scene|story|play|show|musical|quest|boss|level|raid|match|joke}(?! (?:he|she) )
            {lol|lmao|haha|hahaha|jk|kidding|rofl|xd|mondays|hehe|figuratively|metaphor|metaphorically|sarcasm}
        """,
        danger=Danger.NONE,
        calm=True,
        hits=("in the film he will kill me",),
        misses=("he will kill me",),
    ),
    Entry(
        pattern=r"""
            {article|articles|section|sections|essay|stub|biography|entry|category|categories|draft|lead|infobox|paragraph|list|template|page|guideline|policy|documentary|rfc|afd|study|report|disambiguation|sources|history|lecture|training|course|module|research|law|laws} (?:page |section |that is )?(?:about|on|of|for|covering|called|titled|named|regarding|describing|concerning|say|says|describes|against)(?! (?:me|my|us|her|him|our|someone|a user|an editor|user))
            (?:the|this|that|our|an|a|new|which|your|another|need|needs|good|featured) (?:\w+ ){1,5}{article|section|category|template|policy|guideline|infobox|essay|disambiguation|stub|navbox|redirect|wikiproject|taskforce|userbox|biography|lead|policies|articles}(?! (?:talk|he|she|they|someone|and|saying|i|with|has|by|where|contains|which|threat))
            {policy|guideline|guidelines|historian|century|medieval|battle|convicted|sentenced|murderer|perpetrators|bce|defendant|trial|verdict|acquitted|wikiproject|notability|sourced|wp|mos|citation|npov|encyclopedic|paleontology|wwii|ww2|assassination|king|emperor|pope|president|victims}
            (?:in|of|from|since|the|circa|year|until|by|during|around) {1914|1939|1940|1941|1942|1943|1944|1945|1968|1970|1980|1985|1990|1991|1995|1999|2001|2003|2005|2008|2010|2011|2012|2013|2014|2015|2016|2017|2018|2019}
            {painting|paintings|sculpture|statue|artwork|museum|obituary|memoir|hoax|brb|gtg|caravaggio|mythology|legend|fairytale|folklore|educational|rationale|heraldry|copyvio|deer|wildlife}
            {coat} of arms
            {public domain|fair use}
            (?:i am|he is|she is|they are|user is|everyone is|we are|all|person is|now) (?:all |perfectly |totally |doing |now )?{fine|safe|ok|okay|better|well}(?= now|$| \.| and| again| here| but| thanks)
            {essay|guidance|faq|handbook|slides|survey|presentation|statistics|stats|parameter|notability|etymology|lemma|dictionary|idiom|wiktionary|headline|headlines|translate|translation|spelled|metaphorical|etiquette}
            (?:how|what|which|who|where|does|is|do|should|can) (?:\w+ ){1,5}{policy|policies|guideline|guidelines|process|procedure|protocol|rule|rules|practice|standard}
            how (?:to|do we|should we|do admins|does one|should one|should admins) {respond|react|handle|deal|write|cover|treat|describe|cite|name|categorise|categorize|translate}
            {suicide|murder|death|killing|assassination|rape|kidnapping|execution|attempted|attack} of (?:a|an|the) (?:\w+ )?(?:politician|actor|actress|singer|journalist|king|queen|president|minister|character|writer|celebrity|prince|princess|emperor|footballer|model|general|bishop|leader)
            {plays|played|starring|portrays|depicts|portrayed} (?:a|an|the|her|his)
            (?<!not ){joking|misunderstanding|apologised|apologized|settled|debunked}
            {back then|long ago|in the past|that is over|now closed|was closed|is closed|long over|false alarm|all good now|sorted out|was a joke|as a joke}
            {years|decades|ages} ago
            (?:last|previous) {year|decade|century}
            {resolved|solved|archived|handled|arrested|jail|prison}(?= |$)
            {hypothetically|hypothetical|drill|theoretically}
        """,
        danger=Danger.NONE,
        calm=True,
        hits=("the article about the bandit says he will kill her",),
        misses=("he will kill her",),
    ),
)
