"""English phrases that tell of danger that is there: people, weapons, violence, fear for a life."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

PRESENCE = (
    Entry(
        pattern=r"""
            (?:<they>|i|who|still|got|you|also) (?:\w+ )?(?:has|have|had|got|carries|carry|carrying|brought|bring|brings|bought|buy|buying|holding|holds|own|owns|took|takes|pulled|pulls|grabbed|loaded|loading|waved|waving|pointing|pointed|points|armed|with|showed|polishing|getting|keeps|ordered) (?:out |up )?<a>(?:\w+ ){0,2}{<weapon>}(?! (?:\w+ )?(?:article|page|template|picture|stub|category|section|collection))
            (?:with|using|held) <a>(?:\w+ )?{<weapon>} (?:at|to|in front of|against|outside|in) (?:me|my|her|us|the door|him|his|your|you|hand)
            {<weapon>} (?:to|at|against|on|in) (?:my|her|his|our|your|me|him|us) (?:head|throat|neck|face|back|chest|hand|hands|room|door|house|bag|kids?|family|car|wife|son|daughter)
            {petrol|gasoline|acid|explosives|fireworks|firecracker|molotov} (?:\w+ )?(?:through|on|over|under|into|in|at) (?:my|the|our|your|her|his|me|you)(?! (?:article|list))
            {bullet|bullets} (?:is |are |\w+ )?(?:for|has|with|have|meant for) (?:me|you|us|him|her|my|your|every|the|an? <role>)
            {<weapon>} (?:is |are )?(?:ready|loaded|waiting|outside|for (?:you|him|her)|with your name)
            (?:my|his|her) (?:\w+ )?{glock|gun|guns|rifle|shotgun|knife|machete|pistol|ak47|ar15|axe} (?:and|will|to|ready|is|with)
            (?:come|coming|comes|came|leaving|left|arrive|arriving|ready|going|waiting|show up|drive|drove|be there|outside|standing|after me|after us|walking|here|threatened|attacked) (?:\w+ ){0,4}with <a>(?:\w+ )?{<weapon>|stick|hammer|club|brick|gang}
        """,
        danger=Danger.RAISED,
        hits=(
            "he has a gun",
            "she's got a knife",
            "someone bought a large knife for me",
            "they are coming with a machete",
            "my shotgun is loaded",
        ),
        misses=("the gun article has a photo", "the bomb article"),
    ),
    Entry(
        pattern=r"""
            <they> <are> (?:\w+ ){0,2}(?:outside|at|in front|near|inside|in|by|around|banging|knocking|waiting|parked|standing|sitting|hanging|lurking|hiding|watching|walking|sneaking|breaking|entering|kicking|smashing|trying|on|behind|approaching|coming|driving|heading|circling|filming|photographing|ringing) (?:\w+ ){0,4}(?:my|our|her|his|their|your|the) (?:\w+ )?{house|home|door|doors|flat|doorbell|apartment|building|work|workplace|office|school|window|windows|street|car|garden|yard|room|place|driveway|doorstep|hotel|dorm|gate|porch|stairwell|stairs|hallway|lobby|job|garage|balcony|kitchen|bedroom|basement|college|university|gym|bus stop}(?! (?:page|wiki|talk))
            {there} (?:is|was|are|were|s) (?:a |an |some |two |three |this )?(?:\w+ ){0,2}(?:man|men|guy|guys|someone|somebody|people|stranger|strangers|person|car|van|woman|figure|intruder) (?:\w+ ){0,4}(?:outside|at|in|near|on|by|around|inside|in front of|watching|behind|following) (?:of )?(?:\w+ )?(?:<home>|me|us)
            <they> <are> (?:\w+ )?{here now|outside|inside|coming to get me|coming over|coming here|after me|after us|at the door|in the house|breaking in|getting in|on his way|on her way|on their way|on the way|still here|downstairs|upstairs|armed|behind me|following me|following us|chasing|tracking me|hunting}(?! (?:the (?:consensus|scope|article|project|template|policy)|of (?:the )?(?:wiki|scope|policy)|to every|on (?:wiki|every|all)))
            {broke|breaking|break|breaks|smashed|smashing|smashes|kicked|kicking|forced|trashed|vandalised|vandalized|torched|climbed|climbing|entered|shot|spray|sprayed|egged} (?:\w+ )?(?:into |in |through |at |on |up |open |down )?(?:my|our|her|his|the) (?:\w+ )?(?:house|home|flat|apartment|car|room|window|windows|door|doors|front door|place|garden|lock|mailbox|letterbox|tyres|tires|garage|balcony)
            {broke|breaking|breaks} in(?:to)?(?= here| now| my| our| her| \.|$| tonight| at night)
            {followed|follows|following|follow|chased|chasing|chases} (?:me|us|her|him|my <kin>) (?:home|to (?:my|our|her|his|work|school|the)|in (?:his|a|the) (?:car|van|street)|from|after|through|down|with a|on (?:the|my) (?:street|way)|for)(?! \w+ (?:article|page|talk|edit)| (?:every|all|each))
            {being|get|getting|am|was} (?:\w+ )?(?:followed|chased|hunted|attacked|beaten|raped|held|strangled|kidnapped)(?! (?:by (?:a |the )?(?:bot|bots|pings?|edits|vandals)|on (?:my talk|wiki)))
            {showed|shows|show|turned|turns|came|come|comes|coming|went|drove|appeared|waiting|waited|waits|wait|standing|stood|stands|hiding|arrived|sneaked|lurking|parked|sits|sat|sitting|visited|visiting|knocked|heading|drive} (?:\w+ ){0,4}(?:to|at|outside|in front of|by|near|in|inside|on|up|around|past|behind) (?:my|our|her|his|your) (?:\w+ )?(?:house|home|door|flat|apartment|work|workplace|office|school|building|doorstep|street|place|garden|car|yard|driveway|job|window|dorm|hotel|front door)(?! page)
            {come|coming|came} (?:over )?to your (?:\w+ )?(?:house|home|door|flat|place|work|school|office)(?! (?:\w+ ){0,3}(?:for|with) (?:the |a |some |our )?(?:pizza|dinner|lunch|coffee|tea|party|cake|beer|birthday|drinks|game))
            {knows|know|knew} where (?:i|you|we|she|he|they|my \w+|your \w+|her \w+|his \w+) (?:\w+ )?(?:live|lives|work|works|go to school|goes to school|sleep|sleeps|go|stay|is|are)(?! (?:lol|haha|we share))
            {knows|know|knew|found|tracked} (?:my|our|your) (?:new )?(?:home|house|address|flat)(?! page)
            {found|find} (?:out )?where (?:i|we|my \w+) (?:live|lives|work|works|sleep|go to school)
        """,
        danger=Danger.RAISED,
        hits=(
            "he is outside my house",
            "someone's at my front door right now",
            "they are standing in front of my house",
            "my ex is on his way here",
            "a man is banging on my door",
            "we know where you live",
            "he showed up at my work",
            "someone followed me home",
            "they broke into my flat",
        ),
        misses=(
            "the discussion is at my talk page",
            "he is outside the consensus",
            "I know where the article is",
            "he came to my talk page",
        ),
    ),
    Entry(
        pattern=r"""
            <they>(?: is| has| had| will| have)? (?:just |also |often |always |keeps |still |once |got |physically |again |nearly |almost )?{hits|hit|hitting|hurts|beats|beat|beating|beaten|choked|choking|chokes|strangled|attacked|attacks|raped|stabbed|kicked|kicks|punched|punches|slapped|slaps|assaulted|shot|kidnapped|drugged|grabbed|pushed|shoved|groped|spat|burned|molested|locked|dragged|slashed} (?:me|us|my (?:\w+ )?(?:mother|sister|brother|son|daughter|child|children|kids|wife|husband|friend|father|baby|girlfriend|boyfriend|partner|family|dog|cat))
            (?:been|was|got|were|being|just|is|am|are|getting|i) (?:\w+ )?{raped|stabbed|shot|kidnapped|beaten up|beaten|strangled|held hostage|swatted|mugged|jumped|ambushed|abducted|assaulted|attacked}(?= \.|$| by| on the way| on my way| at| in (?:my|the|a|front)| last night| yesterday| today| again| and| after| outside| twice| up| when| from)(?! (?:by (?:a |an |the )?(?:bot|vandals?|ips?|socks?)|on (?:my talk|wiki)|at (?:afd|ani|rfa)|in (?:the|a) (?:discussion|thread|rfc|afd|edit|comments?|talk|press|article|media)))
            (?:boyfriend|husband|father|ex|mother|wife|girlfriend|stepfather|stepbrother|stepsister|brother|partner|uncle|son|stepmother|parents|roommate|fiance|flatmate|neighbor|boss|landlord|cousin) (?:is |has |had |are |was |has been |keeps |just |also |always |regularly )?{<beaten>|choking|raping|threatening|threatens|threatened|killing|stabbing} (?:her|him|me|us|them|my|up)
            {dead} (?:cat|rat|bird|animal|dog|fish|mouse|pig|animals|rats|flowers|roses)(?= .{0,100}(?:door|doorstep|porch|mail|mailbox|letter|note|package|car|sent|left|my))
            {drunk} (?:\w+ ){0,4}(?:smash\w*|beat\w*|hit\w*|break\w*|threat\w*|scream\w*|angry|violent|again|throwing|hurt\w*)
            {smashing|throwing|destroying|breaking|trashing} (?:everything|things|stuff|plates|furniture|doors|all|the (?:house|kitchen|furniture|door|room|place|flat))
            {surrounded|cornered|blocked|grabbed|pinned|dragged|ambushed|pulled} (?:me|us|my car|our car|my (?:arm|throat|neck|hair)|her|the car)(?! (?:from editing|for|indef\w*|on|again|because|without|twice|and|as|when|\.))
            {bleeding|stabbed|unconscious|wounded}(?! edge| hearts?| wiki)
            {dying}(?! (?:to|of (?:laughter|boredom|curiosity|embarrassment|shame)|laughing|for|here lol|wiki|project|breed|language|languages|art|out|star|light|stars|inside lol|rn lol))
            {cut|cuts|tampered|messed|loosened} (?:with )?(?:the |my |our )brakes?(?: lines?)?
            {poisoned|killed|shot|hurt} (?:my|our) (?:\w+ )?(?:dog|cat|food|drink|pet|horse|coffee|tea|brother|sister|mother|father|friend)
            {attacked|beat|hit|punched|stabbed|shot|assaulted|raped} (?:me|us|an? <role>|her|him) (?:\w+ ){0,3}(?:at the|on the way|outside|in the street|with a|in person|after the|in real life|on the street|at work|at home|last night|yesterday|today|tonight|again)
            {beats|kicks|punches|slaps|assaults|rapes|strangled|choked|strangles|chokes|drags|burns} (?:me|us)(?= |$)(?! (?:to it|in the (?:contest|wikicup)))
            {taken|take|took|stole|steal|grab|grabbed} (?:my|our) (?:kids?|son|daughter|child|children|baby|passport|keys)
        """,
        danger=Danger.RAISED,
        hits=("my husband hits me", "he raped me", "I was stabbed", "they beat my brother"),
        misses=("he attacked me on my talk page", "she hit the undo button", "he beat me to it"),
    ),
    Entry(
        pattern=r"""
            (?:in|life is in|lives are in|be in|into|of) (?:\w+ )?{danger}(?! (?:of (?:being|losing|deletion|extinction|collapse|falling)|zone|list))
            {fear|fears|feared|scared|afraid|fearing|terrified|worried|frightened} (?:for|about|of losing) (?:my|her|his|our|their|your) (?:\w+ )?(?:life|lives|safety|kids|children|family|son|daughter|wife|husband|sister|brother|mother)
            {afraid|scared|fear|fears|terrified|worried|think|believe|frightened|sure|know|convinced} (?:that )?(?:he|she|they|someone|my \w+|this \w+|the \w+) (?:will|is going to|might|could|would|are going to|wants to|may|want to) (?:\w+ )?(?:kill|hurt|harm|attack|murder|come|find|rape|beat|shoot|stab|do something|be killed|be hurt|get hurt|die|get killed|follow|get me|burn|show up|take my|snap)
            {afraid|scared|fear|worried|terrified} (?:i|we|she|he) (?:\w+ )?(?:will|am going to|might|going to|would|may|could) (?:\w+ )?(?:be killed|die|get killed|be hurt|get hurt|be attacked|not survive|be beaten|be raped|be next)
            (?:will not|does not|not|never) {let|letting|lets|allow|allowing} (?:me|us|her|him|my \w+) (?:to )?(?:leave|go|out|eat|sleep|call|use (?:my|the) phone|see)(?! (?:a|the|an) comment)
            {locked|trapped|chained|tied} (?:me|us|her|him|myself|up|in|inside|ourselves)(?: in| up| inside| down)?(?= \.|$| a| the| my| her| his| here| and| since| for| with| room| house)
            {held|holding|hold|holds|keep|keeps|keeping|kept} (?:me|us|her|him) (?:locked |trapped )?(?:in (?:a|the|this|his|her|their) (?:room|house|basement|cellar|flat|car|apartment|place|garage)|here against)
            {held|holding|hold|keep|keeps|keeping|kept} (?:me |us |her |him )?(?:captive|hostage|prisoner|at gunpoint|locked|against (?:my|her|his) will)
            (?:please )?{call|send|get} (?:\w+ )?(?:police|ambulance|help|911|112|999)(?: now| please| here| to (?:my|the|this|our|her|his)| right now| for (?:me|us)| quick| fast| immediately)
            (?:not|never|will|to|might not|if i|may not|hope i|can not) {survive} (?:the|this|tonight|until|another|it|him|her|long|if|$)(?! (?:afd|rfa|deletion|review|discussion|rfc|merge|vote))
            i (?:am|was|have been|are) (?:\w+ )?{hiding}(?! (?:my|the|edits?|info|a|this|it))
            {bleed|bleeding} (?:badly|a lot|out|to death)
            can not {breathe|get out|escape}
            {life|lives|safety} (?:is|are|was) (?:\w+ )?(?:in danger|at risk|at stake|threatened|under threat|in your hands)
            {hiding} (?:in|from|under|behind) (?:the|my|a|him|her|them) ?(?:bathroom|closet|toilet|basement|room|bed|cellar|attic|wardrobe)?(?! (?:history|edits?|links?|info|text|template|code))
            {help} (?:me |please |us )*(?:he|she|they|someone|my (?:ex|husband|father|boyfriend|wife)|there) (?:is|has|are|broke|will|just|was|got|hit|hurt|wants)(?! (?:reverting|editing|edit|deleting|blocked|reverted|a (?:new|good)|vandal\w+|deleted|removed|removing|blocking))
            if (?:anything|something) {happens} to (?:me|us|her)
            {next} (?:time )?(?:he|she|they) (?:will|is going to) (?:kill|hurt|do it|finish)
            (?:he|she|they|who) (?:has |have |had )?(?:already )?{named} (?:the )?(?:school|date|time|place|weapon|target|victim|street)
        """,
        danger=Danger.RAISED,
        hits=("I am in danger", "she fears for her life", "he won't let me leave", "send help now"),
        misses=("in danger of being deleted", "I fear for this article"),
    ),
)
