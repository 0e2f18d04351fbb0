"""English phrases that leave open whether somebody is in danger: one plain question settles it."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

UNCLEAR = (
    Entry(
        pattern=r"""
            (?:told|tells|telling|tell|asked|asks|ordered|wants|want|urged|encouraged|telling|urges|invited) (?:me|him|her|us|them|you|someone|people|an? \w+|the \w+|everyone|example \w+) (?:to|that \w+ should|should|\w+ should) (?:just |go |please |go and )*{kill|hang|hurt|cut|harm|shoot|drown|off} (?:myself|himself|herself|themselves|yourself)
            (?:said|says|wrote|writes) (?:that )?(?:i|he|she|they) should (?:just |go |please |go and )*{kill|hang|hurt|cut|harm|shoot|drown} (?:myself|himself|herself|themselves|yourself)
        """,
        danger=Danger.UNCLEAR,
        self_harm=True,
        first=True,
        hits=("he told me to kill myself", "they said I should go hang myself"),
        misses=("I want to kill myself",),
    ),
    Entry(
        pattern=r"""
            (?:not|never|no (?:plans?|wish) to) (?:going to |gonna |want to |ever |really |actively |be |feeling |feel |planning to )*{suicidal}
            (?:not|never|no (?:plans?|wish) to) (?:going to |gonna |want to |ever |really |actively |be |planning to )*{kill|killing|hurt|hurting|harm|harming} (?:myself|herself|himself)
            (?<!\w ){kill} me(?= \.|$)
            {kill} me (?:now|already|please)
        """,
        danger=Danger.UNCLEAR,
        self_harm=True,
        first=True,
        hits=("I'm not suicidal", "I would never kill myself", "kill me now"),
        misses=("I am suicidal",),
    ),
    Entry(
        pattern=r"""
            {kill} (?:yourself|yourselves|urself|everyone|them all|all of)
            {kys|gtfodie}
            (?:go|just|please|and|hope|hopes) (?:and |you |i |he |she |they |we )*{die|dies|rot|burn|burns|suffer|suffers|bleed}(?! (?:in the game|down|out|laughing))
            {deserves|deserve|deserved} (?:to |it|what|worse|death|a beating|a slap|a bullet|pain)(?! (?:be (?:deleted|blocked|kept|banned|unblocked|merged|desysopped|included|mentioned|an)|a (?:barnstar|break|medal|chance)|better|credit|its own))
            should (?:be|have been) {killed|shot|hanged|raped|punched|beaten|slapped|hurt|eliminated|whipped}
        """,
        danger=Danger.UNCLEAR,
        hits=("hope you die", "he wrote kys on my page", "he says I deserve a beating"),
        misses=("kill the process", "skys"),
    ),
    Entry(
        pattern=r"""
            {threat|threats|threatened|threatens|threatening|threaten|violence|violent|intimidating|intimidated|intimidates|intimidation|blackmail|blackmailed|blackmailing|blackmails|extort|extorted|extorting|revenge|sextortion}(?! (?:article|page|section|policy|model|category))
            (?:will|would|going to|to|shall) (?:\w+ ){0,3}{regret|suffer|pay}(?! (?:for (?:the|a|my|your|his|it with|wikimania|hosting|server|access|travel|this (?:tool|book|source))|attention|them|him|her|you|me|the|a|it))
            (?:will|would|going to|to|shall|should) (?:\w+ ){0,3}{regret}(?! (?:archiving|merging|the merge|upgrading))
            {make} (?:me|you|her|him|us|them|everyone) (?:pay|suffer|regret|bleed|disappear|sorry|wish)
            {take|taking|took|taken|deal|dealt|dealing|handle|sort} (?:care of|with|out) (?:me|you|her|him|us|them)(?= |$)
            {teach|teaching|taught} (?:me|you|her|him|us|them) (?:a )?(?:lesson|manners|respect)
            {meet|see|visit|find|get|come|talk|settle|finish|face|catch} (?:to |with |for )?(?:you|me|him|her|us|this|it|them) (?:soon|in person|irl|in real life|offline|face to face|outside|alone|one day|after|at (?:my|your|home|work)|like a man|the other way|the hard way|personally|again soon)
            (?:will|we will|to|shall) {meet|visit|see|talk|speak} (?:each other )?(?:soon|in person|irl|in real life|outside|one day|me soon|you soon|face to face|offline)
            (?:coming|come|comes|came|travel|travelling|traveling|flying|driving|moved|moving|going) (?:over )?to (?:my|our|your|her|his|the) {town|city|country|village|neighborhood|area|state|region|house|place|street|meetup|school|work|home|event}(?! page)
            coming to {town|berlin|london|paris|visit}
            {coming} (?:to (?:talk|see|visit|speak|meet)|soon|for|over|closer|here)(?! (?:feature|release))
            {messing|mess|crossed|cross|fucked|fuck} with the wrong
            {accident|accidents} (?:can |may |could |might |will )?(?:happen|happens)|have an accident
            {watching|watch|watches|watched} (?:me|you|us|her|him|my (?:\w+ )?(?:house|home|family|kids|window|street|children|every move))(?! (?:talk|edit|page|contributions|on wiki))
            {count|counting} (?:your|his|her) (?:days|hours)
            {days} are (?:numbered|counted)
            {blood|ugly|consequences|payback|retaliate|retaliation|vengeance|vendetta}(?= .{0,100}(?:you|me|him|her|he|she|they))
            {else} (?:something|bad|he|she|they|you) (?:will|is going to)|or else(?=$| \.)
            {dark|disturbing|alarming|worrying|worrisome|concerning|ominous|scary|creepy|frightening|menacing|sinister}(?= |$)(?! (?:mode|theme|matter|ages|energy|humor|web|horse|side of|green|blue))
            {something} (?:really |very |so )*(?:dark|bad|terrible|awful|stupid|horrible|drastic|serious|wrong)(?= .{0,100}(?:him|her|he|she|they|do|happen\w*|me|friend|user))
        """,
        danger=Danger.UNCLEAR,
        hits=(
            "there are threats on my page",
            "he threatened me",
            "she wrote that I will regret it",
        ),
        misses=("pay attention", "dark mode"),
    ),
    Entry(
        pattern=r"""
            {stalk|stalks|stalking|stalked|stalker|stalkers|harasser}(?! (?:my (?:edits|contributions|contribs|talk)|edits|contribs|the (?:recent|new)|recent changes|talk))
            {follow|follows|following|followed} (?:me|us|her|him) (?:around|in real life|everywhere|offline|irl|on (?:instagram|facebook|twitter|the street|foot)|outside|by car|when|today|again|from|in|to (?:my|work|home|school)|for (?:days|weeks|months))(?! (?:on (?:the )?wiki|on every (?:page|wiki)|every page))
            (?:is|am|are|being|was|keeps|been|someone|man|guy|he|she|they|car) (?:\w+ )?{following|followed} (?:me|us|her|by)(?! (?:to every|from (?:article|page)|across|on (?:every|wiki|all)|around (?:the )?wiki|to (?:articles|pages|other)))(?! \w+ (?:pages?|articles|wiki))
            (?:will|does|did) not {leave|stop} (?:me|her|him|us|them)? ?(?:alone|calling|writing|contacting|texting|messaging|coming|following|phoning)
            {irl|offline|in real life|in person}(?= |$)
            {called|calls|calling|phoned|phones|rang|contacted|wrote|visited|went|texted|texting|turned} (?:to |at |up at )?(?:my|her|his|our) (?:\w+ )?(?:work|home|house|boss|employer|school|family|parents|mother|father|wife|husband|phone|office|door|job|university|workplace|kids|children|grandmother|sister|brother|partner)(?! page)
            {showed|turned|popped|appeared|shows|turns} up (?:at|in|to|again|when|everywhere|where|outside)(?! (?:the )?(?:talk|afd|rfa|ani|article|discussion|search|watchlist|recent|log|page|in (?:search|my watchlist)))
            {picture|pictures|video|photographs|filmed|photographed|screenshot} (?:of|from|me) (?:my|our|her|his|me|the inside of my|the front of my) (?:\w+ )?(?:house|street|home|door|car|kids?|children|school|windows?|garden|building|apartment|flat|daughter|son|family|work|office|leaving|walking)
            {knows|know|knew|found} (?:where|what|which|when|who) (?:my|i|we|our) (?:\w+ )?(?:live|lives|work|works|wear|look|school|kids|car|street|go|leave|finish|am|family|children|drive)(?! (?:talking|doing|editing))
            {package|parcel|letter|flowers|pizza|pizzas|envelope|dildo|note|powder}(?= .{0,100}(?:my (?:house|home|door|address|mailbox|work|car|doorstep|windscreen)|received|came to|threat|delivered|at home))
            {strange|weird|unknown|silent|anonymous|late night} (?:man|guy|car|person|people|phone calls?|calls?|men|woman|van)
            {hurt|hurts|hit|hits|hitting|beat|beats|abuse|abused|abuses|abusive|harm|harmed|attacked|attack|attacks|slap|choke|push|pushed|assaulted|assault|forced|violated|abusing} (?:me|us|him|her|them|people|someone|an? <role>|example \w+|by (?:my|his|her|a)|others?|my \w+)(?! (?:on (?:my talk|wiki|the talk)|to it|to the))
            {abusive} (?:partner|husband|ex|relationship|father|boyfriend|home|parent|parents|wife|mother|family|man)
        """,
        danger=Danger.UNCLEAR,
        hits=("someone is stalking me", "he follows me around in real life", "he hurt me"),
        misses=(
            "he is stalking my edits",
            "watching my talk page",
            "Somebody follows me to every page.",
        ),
    ),
    Entry(
        pattern=r"""
            (?:do not|does not|did not|not|never|no longer) (?:feel |am |are |be |feeling |really |very |quite |that )*{safe}(?! (?:for work|to (?:use|assume|run|merge|delete|edit|say|browse)|from vandalism|search|mode))
            {unsafe|endangered}(?! (?:html|species|languages?|code|query|link|eval|css|script))
            {scared|terrified|frightened|afraid|panicking|panic|shaking|fear|frightens|scares|scare|trembling|petrified|anxious|freaked}(?! (?:(?:of|that|i|by) )?(?:of )?(?:the |this |a |your |we |it |to |i |not|losing |being |breaking |my |is |so$|that )*(?:edit|editing|wiki|page|block|ban|blocked|banned|template|article|change|code|bug|ask|asking|break|touch|afd|rfa|mistake|mistakes|not possible|no|out of|broken|wrong|there is no|press|click|doing|spiders|heights|deletion|reverted|admins? will (?:block|delete|revert)|syntax|bot|can not help|lua|merge|wrong page|attacks?)(?!\w))
            {call|called|calling|need|needs|contact|tell|went|inform|informed|told|reported|filed|go|involve|get|from|by|where|is} (?:to )?(?:the |an |my |local )*(?:police|911|112|999|ambulance|law enforcement|emergency services|restraining order|police report)(?! (?:article|page|department article))
            {police|911}(?= |$)(?! (?:article|page|academy|brutality|procedural|station article|template|category|policy|desysop\w*|maintenance|fix|deploy\w*|block|db|patch|edit))
            {help} (?:me|us|her|him|please)?(?: please| now)?(?=$| \.$| \. (?:he|she|they|i am|please|there))
            {please} help (?:me|us|her|him)(?= |$)(?! (?:with|fix|find|understand|edit|translate|improve|out|to (?:edit|write|find|fix|add|create|get my)|me (?:with|fix|find|edit)))
            {sos|mayday|urgent|urgently}(?= .{0,100}(?:he|she|they|life|help|danger|threat|person|user|someone|me))(?! (?:page|protection|deletion|fix|deploy|request))
            i need help (?:now|urgently|right now|fast)
            {missing|disappeared|vanished} (?:since|for|person|and|after|without|from home|child|girl|boy)
            (?:going to|will|gonna|might|may|could|about to) (?:do|try) {something} (?:stupid|bad|crazy|terrible|drastic|to (?:him|her|himself|herself|myself|me))
            {welfare|wellness} check
            {check} (?:in )?(?:on|up on) (?:him|her|them|this (?:user|person|editor)|example \w+)(?! (?:edits|contribs))
        """,
        danger=Danger.UNCLEAR,
        hits=(
            "should I call the police?",
            "help me",
            "please help me",
            "I don't feel safe any more",
        ),
        misses=("help me with this template", "I'm afraid this template is broken", "a safe edit"),
    ),
    Entry(
        pattern=r"""
            (?:he|she|they|someone|somebody|man|guy|guys|men|people|ex|stranger|strangers|user|who|editor|ip|woman|stalker|troll) (?:[\w.]+ ){0,10}(?:my|our) (?:\w+ )?{house|home|door|street|window|flat|apartment|car|kids|kid|children|child|family|daughter|son|wife|husband|mother|father|sister|brother|grandmother|parents|school|workplace|boss|employer|neighbor|neighbors|doorstep|garden|letterbox|mailbox|city|town|village|life|body|neck|throat|face|girlfriend|boyfriend|university|building|driveway|bedroom|baby|dog|cat|phone|passport|safety}(?! (?:page|pages|wiki|article|wikipedia))
            (?:my|our) (?:\w+ )?{ex|stalker|abuser|husband|stepfather|boyfriend} (?:\w+ )?(?:is|was|has|found|wants|came|knows|keeps|says|wrote|threw|took|made|will|got|sent|broke|drinks|drunk|again|will|and)(?! (?:an? (?:editor|wikipedian|admin)|editing))
            {murder|murdered|murderer|corpse|corpses|kidnap|kidnapped|kidnapping|rape|raped|rapist|rapes|behead|beheaded|beheading|torture|tortured|torturing|hostage|morgue|lynch|lynched|strangle|strangled|knives|machete|shotgun|pistol|grenade|explosives|bombs|bleed|bleeding|slaughter|wounded|gunpoint|knifepoint|ambush|assassinate|massacre|bloody|killing|stabbing|drunk|violently|brutal|unconscious|choked|choking|screaming}(?! (?:article|page|category|section|infobox|edge|hearts|template|mystery|hell|wiki|awful|brilliant|annoying))
            (?:he|she|they|someone|guy|man|men|user|ip|ex|stranger) (?:\w+ ){0,4}{sticks|stick|fists|dogs|drunk|belt|cable|whip|rope|blood|petrol|matches|lighter}(?! (?:to the|with the (?:consensus|sources|plan)))
            (?:a|the|some|strange|big) (?:man|guy|men|stranger|guys) (?:\w+ ){0,3}{asking|asked|looking|waiting|watching|filming|staring|outside|knocked|came|turned|appeared|stands|stood|showed|sitting|parked|shouting|yelling}
            {<weapon>} (?:\w+ ){0,8}(?:me|you|us|him|her|my|your|he|she|they|tonight|here|home|collection|meetup|school|office|pictures?|photo|emoji|emojis)
            (?:he|she|they|i|my|his|her|their|you|your|someone|user|guy|man|editor|ip) (?:\w+ ){0,8}{gun|guns|knife|knives|rifle|weapon|weapons|bomb|bombs|machete|pistol|shotgun|explosives|acid|grenade|handgun|ammo}
            {kill|murder|shoot|stab|rape|hang|lynch|behead|strangle|killing|murdering|raping|hurting|beating|kills|rapes|stabbing} (?:\w+ ){0,2}<person>
            (?:me|my|you|us|user|editor|admin|him|her|someone|he|she|they|people|example \w+) (?:\w+ ){0,6}{killed|murdered|raped|stabbed|shot|lynched|beheaded|beaten|tortured|hurt|attacked|assaulted|strangled|poisoned|hanged|swatted|kidnapped}(?! (?:on (?:my talk|wiki|the talk)|in the (?:talk|edit)))
            {dead|die|dies|died|death|corpse|funeral|coffin|grave} (?:\w+ ){0,6}(?:me|you|him|her|my|your|soon|tonight|tomorrow|user|editor|admin)(?! (?:page|talk))
            (?:he|she|they|i|you|user|editor|admin|we|my \w+|example \w+) (?:\w+ ){0,3}{die|dead|dies}(?! (?:link|links|laughing))
            {hurting|killing|murdering|shooting|torturing|raping|stabbing|harming} (?:people|someone|others|editors|animals|children|users|admins|women|myself|everyone|a person)
            {attack|fight} (?:on|at|in|with) (?:the )?(?:speaker|meetup|event|<role>|conference|me|my)
            {hurt|harm|attack|beat|burn|punch|hit|smash|finish|destroy|end|ruin} (?:\w+ )?(?:me|you|him|her|us|my family|my \w+ life|your \w+|<near>)(?! (?:to it|with the|over the (?:article|edit)))
            {terrorist|terrorists|terrorism|terror|isis|jihad|manifesto|extremist|extremists|nazi|nazis}(?= .{0,100}(?:he|she|they|i|user|plans?|tomorrow|threat\w*|posted|wrote|attack))
            {massacre|bloodbath|rampage|genocide}(?= .{0,100}(?:he|she|they|user|will|tomorrow|tonight|plans?|wrote|posted))
        """,
        danger=Danger.UNCLEAR,
        hits=("he mentioned his gun collection", "an edit about hurting people"),
        misses=("a bullet list", "a knife article"),
    ),
    Entry(
        pattern=r"""
            can not {go|take|do|cope|bear|stand|handle|keep|continue|face|carry|deal|survive|live} (?:on|it|this|any|like this|with this|life|another|everything|going|things|the pain|doing)?(?: any ?more| anymore| like this| any longer| another day)?(?=$| \.| and| because| i | im | please| since)(?! (?:with (?:the|this) (?:template|edit)))
            {no} (?:way out|hope|future|one would (?:miss|notice|care)|one (?:cares|will miss|would even)|point|meaning|purpose)(?= |$)(?! (?:in (?:editing|having|arguing|keeping|merging|adding|reverting|deleting|discussing|waiting|trying)|of view))
            {give|giving|gave|given} up(?= (?:on (?:life|everything|myself|it all|living)| )|$| \.)(?! (?:on (?:this (?:article|edit|page|template)|the|editing|wikipedia|adminship|my (?:tools|adminship))|my|the|adminship|his|her|their|editing|trying to (?:fix|edit|merge)|tools|on the|,))
            {hate} (?:my life|myself|being alive|my existence|living|everything)
            {life} (?:is|feels|has|seems) (?:\w+ )?(?:over|hell|nothing|pointless|hopeless|hard|empty|too much|no meaning|no sense|shit)
            {lost|losing} (?:all )?(?:hope|the will|my will|his will|her will|everything)
            {hopeless|worthless|pointless|numb|empty|desperate|despair|depressed|depression|meaningless|unbearable|miserable|burden}(?! (?:of proof|article|edit|edits|debate|discussion|argument|page|section|template|string|line|list|lines|value|parameter|set|cell|field|cat|category|lead|bickering|bureaucracy|link|for (?:the )?wikipedia))
            {what|see|whats} (?:is )?(?:the |any |a |no )?point (?:of|in|anymore|any ?more|to) ?(?:living|life|going on|anything|anymore|it all|being|trying|all this|this all|any of|everything)?(?! (?:of (?:this|the|having)|in (?:this|the)))
            {nothing|everything} (?:really |even |is |feels |just )*(?:matters|left|pointless|helps|hopeless|over|meaningless|lost|matter|hurts|worth|too much|dark|black|falling apart)(?! (?:to (?:do|add|fix|merge|say)|in the (?:queue|backlog)))
            {goodbye|farewell} ?(?:forever|everyone|all|my friends|to (?:everyone|you all|all))?(?=$| \.| and| thank| i| forever)
            (?:too|so) {much} for me
            (?:want|wanted|wish|wants) (?:it|everything|this|the pain|all this|all of it|them|to) (?:all )?(?:to )?(?:be )?{over|stop|end|disappear|gone|finished|sleep forever|vanish}(?! (?:editing|here|the (?:edit|discussion|rfc)|being|vandal|revert|of|this (?:edit|discussion)))
            {suicide|suicides|overdose|selfharm|depressed}(?! (?:article|page|section|category|methods|bombing|bomber|bombings|prevention|list|rate|rates|attack|attacks|note template|squad|bombers|template|hotline|statistics))
            {end} it
            (?:not|never|has not|have not) (?:been |feel |feeling |was )*{himself|herself|myself|themselves}(?= |$)
            {not} (?:doing|feeling) (?:so )?(?:well|good|ok|okay|great)(?= .{0,100}(?:him|her|he|she|friend|i|user|wrote))
            {worried|worry|concerned} (?:about|for|that) (?:\w+ )?(?:him|her|them|his|their|my|user|example|an? <role>|this (?:user|person|editor|guy)|the (?:user|person|editor)|what (?:he|she|they)|me|he|she|someone)(?! (?:edits|edit|contribs|article|grammar|use of|copyright|sourcing|competence|behaviour|behavior|block|unblock))
            {disappear|vanish|vanishing|sleep} (?:forever|for good|from this|and never|from (?:the )?(?:world|earth|life))
            {thank|thanks|sorry} (?:you )?(?:for )?(?:everything|for all)(?= .{0,100}(?:goodbye|bye|last|leaving|forever|over|tired|miss))
            {no} one (?:needs|wants|loves|likes|would miss|cares about) (?:me|her|him|them)
            {do|did|doing} it (?:\w+ )?(?:tonight|now|today|tomorrow|soon)(?! (?:for|on|if you))
            {crying|cry|cried|sobbing|suffering|torment|tormented}(?= |$)(?! (?:wolf|baby|foul))
            {pain} (?:\w+ ){0,3}(?:stop|end|over|much|unbearable|go away)
            {broken|breaking} (?:inside|down and|down crying)
            {dark} (?:place|thoughts|times|night)
            {last} (?:edit|message|post|goodbye|day|night|words) (?:i will |ever|of mine|here|from me|of my life|on earth|i am|before)(?! (?:on (?:this|the) (?:article|topic)|before (?:the )?(?:block|protection|break|wikibreak)))
        """,
        danger=Danger.UNCLEAR,
        self_harm=True,
        hits=("I can't go on like this", "nobody would miss me", "that suicide again"),
        misses=("we can go on now", "the suicide article needs sources"),
    ),
)
