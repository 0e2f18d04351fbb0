"""English phrases that only sound dangerous, and those that leave it open."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

IDIOMS = (
    Entry(
        pattern=r"(?:this|it|that|the \w+|these \w+|those \w+|my \w+|suspense|wait|lag)"
        r"(?:s|re| is| are| was)? (?:really |literally |slowly |going to |gonna )?(?:killing|kill)"
        r" (?:me|us|him|her)(?= (?:with|lol|haha)|$| \.| and| but|,)",
        danger=Danger.NONE,
        hits=("this template is killing me", "the wait is killing us"),
        misses=("he is killing me", "they will kill me"),
    ),
    Entry(
        pattern=r"(?:it|that|this|reading it|a source) (?:wont|wouldnt|would not|will not|doesnt)"
        r" (?:kill|hurt) \w+",
        danger=Danger.NONE,
        hits=("it won't kill you to add a source", "that wouldn't hurt him"),
        misses=("he will kill you",),
    ),
    Entry(
        pattern=r"shoot (?:me|us|him|her|them) (?:a|an|the|your|over)(?: quick| short)?"
        r"(?: (?:mail|email|message|line|dm|pm|note|ping|link))?",
        danger=Danger.NONE,
        hits=("shoot me an email", "can you shoot him a message"),
        misses=("he will shoot me",),
    ),
    Entry(
        pattern=r"(?:youre|you are|hes|he is|theyre|they are|its) dead"
        r" (?:to me|wrong|right|on|set|serious|tired|against|certain|sure|silent)",
        danger=Danger.NONE,
        hits=("you're dead wrong about this source", "he is dead to me"),
        misses=("you're dead",),
    ),
    Entry(
        pattern=r"(?:ill|i will|we will|well) find you (?:a|an|the|some|another|more|two|plenty)",
        danger=Danger.NONE,
        hits=("I'll find you a better source",),
        misses=("I'll find you",),
    ),
    Entry(
        pattern=r"(?:die|dying|died|dead) (?:laughing|of (?:laughter|boredom|embarrassment)|to know"
        r"|to see|for (?:a|some) \w+)|to die for|die hard|wikidead|career suicide|political suicide"
        r"|suicide squad|wiki ?suicide",
        danger=Danger.NONE,
        hits=("I nearly died laughing", "that would be career suicide"),
        misses=("I want to die",),
    ),
    Entry(
        pattern=r"(?:beat|beats|beating|attack|attacks|attacked|attacking) (?:me|him|her|them|us|you)"
        r" (?:to it|to the|at (?:chess|this|that|the)|(?:on|in|at|over|for|via|through) (?:\w+ ){0,3}"
        r"(?:talk|page|pages|summary|summaries|edits|edit|discussion|rfc|afd|rfa|ani|wiki|wikipedia"
        r"|noticeboard|article|thread|comments))",
        danger=Danger.NONE,
        hits=("he attacked me on my talk page", "you beat me to it"),
        misses=("he attacked me in the street", "my father beats me"),
    ),
    Entry(
        pattern=r"(?:threatened|threatens|threatening) (?:me|us|him|her|them|you|to) "
        r"(?:with (?:a |an |another )?)?(?:\w+ )?(?:block|ban|blocks|rollback|revert|report|desysop"
        r"|arbcom|ani|topic ban|an edit|sanctions|deletion|delete|leave|resign|quit)",
        danger=Danger.NONE,
        hits=("the admin threatened me with a block", "she threatened to report me"),
        misses=("he threatened me with a knife",),
    ),
)

UNCLEAR = (
    Entry(
        pattern=r"(?:(?:told|tells|telling|tell|asked|asks|ordered|wants|want|urged|encouraged)"
        r" (?:me|him|her|us|them|you|someone|an? \w+|the \w+) (?:to|that \w+ should|\w+ should)"
        r"|(?:said|says|wrote|writes) (?:that )?(?:i|he|she|they) should) (?:just |go |please |go and )*"
        r"(?:kill|hang|hurt|cut|harm) (?:myself|himself|herself|themselves|yourself)",
        danger=Danger.UNCLEAR,
        self_harm=True,
        first=True,
        hits=("he told me to kill myself", "they said I should go hang myself"),
        misses=("I want to kill myself",),
    ),
    Entry(
        pattern=r"(?:not|never|wouldnt|wont|dont want to|didnt|arent|isnt|no (?:plans?|wish) to)"
        r" (?:going to |gonna |want to |ever |really )*(?:suicidal|kill(?:ing)? myself"
        r"|hurt(?:ing)? myself|harm(?:ing)? myself|kill herself|kill himself)",
        danger=Danger.UNCLEAR,
        self_harm=True,
        first=True,
        hits=("I'm not suicidal", "I would never kill myself"),
        misses=("I am suicidal",),
    ),
    Entry(
        pattern=r"kill (?:me|yourself|urself|yourselves)|kys|go die|hope (?:you|i|he|she|they) dies?"
        r"|deserves? to die|should (?:be|have been) (?:killed|shot|hanged|raped)",
        danger=Danger.UNCLEAR,
        hits=("kill me now", "he wrote kys on my page", "they wrote that I deserve to die"),
        misses=("kill the process", "skys"),
    ),
    Entry(
        pattern=r"death threats?|rape threats?|threats? of violence|threat(?:s|ened|ens|ening)?"
        r" (?:me|us|my|her|him)|violent threats?|threatening (?:messages|mails|emails|letters)",
        danger=Danger.UNCLEAR,
        hits=("there are death threats on my page", "he threatened me"),
        misses=("a threat to the project",),
    ),
    Entry(
        pattern=r"stalk(?:s|ing|ed) (?:me|us|her|him|my (?:\w+ )?"
        r"(?:family|wife|husband|kids|children|daughter|son|sister|brother|mother|girlfriend))|follow(?:s|ing|ed)? me (?:around|in real"
        r" life|everywhere|offline|irl)|watching my (?:house|home|family|kids)|my stalker",
        danger=Danger.UNCLEAR,
        hits=("someone is stalking me", "he follows me around in real life"),
        misses=("he is stalking my edits", "watching my talk page"),
    ),
    Entry(
        pattern=r"(?:dont|do not|didnt|doesnt) feel safe|(?:am|im|are|were) not safe|unsafe"
        r"|(?:i am|im|so|really|very|too) (?:so |really |very )?(?:scared|terrified|frightened)"
        r"(?! (?:of|that) (?:the|this|a|losing|being|breaking)(?: \w+)? (?:edit|wiki|page|block|ban"
        r"|blocked|banned|template|article))|(?:afraid|scared|terrified) (?:of )?(?:he|she|him|her|they"
        r"|them|to go (?:out|home|outside))",
        danger=Danger.UNCLEAR,
        hits=("I don't feel safe any more", "I'm so scared"),
        misses=("I'm afraid this template is broken", "a safe edit"),
    ),
    Entry(
        pattern=r"(?:call|called|calling|need|needs) (?:the |an )?(?:police|911|112|999|ambulance)"
        r"|police (?:came|are here|were here)|help me(?: please| now| pls)?(?= \.|$)|please help me"
        r"|i need help (?:now|urgently|right now|fast)",
        danger=Danger.UNCLEAR,
        hits=("should I call the police?", "help me", "please help me"),
        misses=("help me with this template", "the police article"),
    ),
    Entry(
        pattern=r"(?:cant|cannot|can not) (?:go on|take (?:it|this) any ?more|do this any ?more|live"
        r" like this|cope any ?more|bear (?:it|this) any ?more)|no way out|nobody would miss me"
        r"|no one would miss me|give up on (?:life|everything|myself)|hate my life|life is over"
        r"|lost all hope|so hopeless|whats the point of (?:living|life|going on)|goodbye forever"
        r"|(?:its|it is|is) (?:all )?too much for me|dont see (?:a|any) (?:point|way) (?:in living"
        r"|any ?more|out)|suicide(?! (?:article|page|section|category|methods|bombing|bomber|prevention"
        r"|list|rate|rates|attack|attacks|note template))",
        danger=Danger.UNCLEAR,
        self_harm=True,
        hits=("I can't go on like this", "nobody would miss me", "he keeps writing about suicide"),
        misses=("we can go on now", "the suicide article needs sources"),
    ),
)
