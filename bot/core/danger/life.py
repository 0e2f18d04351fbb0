"""English phrases that tell of danger to somebody's life or body."""

from bot.core.danger.entry import Entry
from bot.core.words.verdict import Danger

LIFE = (
    Entry(
        pattern=r"(?:<will>|<they>(?:ll|d)) <gap><kill> <person>"
        r"|(?:might|could|would|may) <gap>(?:kill|murder|stab|shoot|rape|strangle|beat) (?:me|us|her|him"
        r"|my \w+)",
        danger=Danger.RAISED,
        hits=(
            "he will kill me",
            "she says she is going to hurt my daughter",
            "They threatened to stab her",
            "I’ll murder you",
            "someone wants to rape me",
            "he is gonna beat me up",
            "my ex might kill me",
        ),
        misses=(
            "we will block him",
            "kill the process",
            "misinformation could hurt people",
            "this edit war will be the death of me",
            "I will attack that problem tomorrow",
        ),
    ),
    Entry(
        pattern=r"\w{0,60}(?:killmyself|killme|killyou|rapeme|rapeyou|murderyou)\w{0,60}",
        danger=Danger.RAISED,
        hits=("he wrote k i l l y o u", "they will k.i.l.l.m.e"),
        misses=("skill you need", "killed process"),
    ),
    Entry(
        pattern=r"(?:sent|send|sends|sending|wrote|writes|got|get|getting|gets|receive|received"
        r"|receiving|made|makes|making|posted|leaves|left) (?:me |us |her |him |my \w+ )?"
        r"(?:\w+ ){0,2}(?:death|rape|murder|bomb) threats?"
        r"|threat(?:s|ened|ens|ening)? (?:to |against |on )?(?:my|her|his|our|their) (?:life|family"
        r"|kids|children|safety|son|daughter|wife|husband|mother|parents)"
        r"|threat(?:ened|ens|ening) <person> with (?:\w+ )?(?:<weapon>|violence|death|rape|murder)",
        danger=Danger.RAISED,
        hits=(
            "I keep getting death threats",
            "he sent me a rape threat by mail",
            "they threatened my family",
            "he threatened me with a knife",
        ),
        misses=("what is our policy on death threats", "threatened me with a block"),
    ),
    Entry(
        pattern=r"(?:youre|you are|hes|she is|he is|theyre) (?:a )?(?:dead(?: meat| man| woman)?(?= \.|$)"
        r"|going to die|gonna die)|(?:you|he|she|they) (?:will|ll|shall) (?:die|pay with)"
        r"|(?:ill|i will|we will|well|theyll|they will|hell|he will) (?:find (?:you|me|her|him|us)"
        r"|come for (?:you|me|her|him|us)|hunt (?:you|me|her|him|us)|get (?:you|me|her|him)(?= \.|$)"
        r"|make (?:you|me) (?:pay|suffer|bleed))|coming for (?:you|me|her|us|my \w+|your \w+)"
        r"|watch your back|sleep with one eye open|(?:put|place|have) a bullet|cut (?:your|my|her|his)"
        r" throat",
        danger=Danger.RAISED,
        hits=(
            "you're dead.",
            "you are going to die",
            "I will find you",
            "he says he is coming for me",
            "watch your back",
        ),
        misses=("you're dead wrong", "I'll find you a source", "dead link", "old links die"),
    ),
    Entry(
        pattern=r"(?:<they>|i|who) (?:has|have|had|got|carries|carrying|is carrying|brought|bought"
        r"|brings|is holding|holds|owns|took|pulled(?: out)?) (?:a |an |his |her |their |the |my |two )?"
        r"(?:\w+ )?<weapon>|(?:<they>)(?:s|re) (?:got|holding|carrying) (?:a |an )?(?:\w+ )?<weapon>"
        r"|with (?:a |his |her )?(?:gun|knife|machete|axe) (?:at|to|in front of) (?:me|my|her|us|the door)",
        danger=Danger.RAISED,
        hits=("he has a gun", "she's got a knife", "someone bought a large knife for me"),
        misses=("the article has a gun photo", "the bomb article"),
    ),
    Entry(
        pattern=r"<they><are> (?:\w+ ){0,2}(?:outside|at|in front of|near|inside|in|by|around|banging on"
        r"|knocking on|waiting at|parked at|standing at|on the way to|coming to|coming into|breaking"
        r" into|trying to get into) (?:of )?<home>|<they><are> (?:here now|outside(?= \.|$| my| our| now| right| and| with| again)|coming to get me|coming"
        r" over|after me|at the door|in the house|breaking in|on (?:his|her|their|the) way(?: here)?"
        r"|going to (?:my|our|her) (?:house|home|work|school))",
        danger=Danger.RAISED,
        hits=(
            "he is outside my house",
            "someone's at my front door right now",
            "they are standing in front of my house",
            "my ex is on his way here",
            "a man is banging on my door",
        ),
        misses=("the discussion is at my talk page", "he is outside the consensus"),
    ),
    Entry(
        pattern=r"knows? where (?:i|you|we|she|he|my \w+) (?:live|lives|work|works|go to school|sleep)"
        r"|(?:came|come|comes|coming|showed up|shows up|turned up|went|drove|appeared|was waiting"
        r"|waited) (?:\w+ )?(?:to|at|outside|in front of|by) (?:my|our|her|his) (?:\w+ )?(?:house|home"
        r"|door|flat|apartment|work|workplace|office|school|building|doorstep)"
        r"|follow(?:ed|s|ing) (?:me|us|her|him|my \w+) (?:home|to (?:my|our|her|work|school))"
        r"|(?:broke|breaking|break|breaks) into (?:my|our|her) (?:house|home|flat|apartment|car|room)",
        danger=Danger.RAISED,
        hits=(
            "we know where you live",
            "he showed up at my work",
            "someone followed me home",
            "they broke into my flat",
        ),
        misses=("I know where the article is", "he came to my talk page"),
    ),
    Entry(
        pattern=r"<they>(?:s| is| has| had)? (?:just |also |often |always )?(?:hits?|hitting|hurts?"
        r"|beats?|beating|beaten|choked|choking|strangled|attacked|raped|stabbed|kicked|punched|slapped"
        r"|assaulted|shot|kidnapped|drugged) (?:me|us|my (?:mother|mom|mum|sister|brother|son|daughter"
        r"|child|kids|wife|husband))|(?:been|was|got|were|being|just) (?:\w+ )?(?:raped|stabbed|shot at"
        r"|kidnapped|beaten up|strangled|held hostage|swatted)",
        danger=Danger.RAISED,
        hits=("my husband hits me", "he raped me", "I was stabbed", "they beat my brother"),
        misses=("he attacked me on my talk page", "she hit the undo button", "he beat me to it"),
    ),
    Entry(
        pattern=r"(?:in|my life is in|our lives are in) (?:real |immediate |serious |great |grave |mortal"
        r" )?danger(?! of)|(?:fear|scared|afraid|fearing|terrified|worried|fears) for (?:my|her|his|our"
        r"|their|your) (?:own )?(?:life|lives|safety|kids|children|family)|(?:wont|doesnt|not) let(?:ting)?"
        r" (?:me|us|her) (?:leave|go|out)|locked (?:me|us|her) (?:in|up)|held (?:captive|hostage)"
        r"|(?:please )?(?:call|send) (?:the police|an ambulance|help) (?:now|please|here|to)"
        r"|bleeding (?:badly|a lot|out)|cant breathe",
        danger=Danger.RAISED,
        hits=("I am in danger", "she fears for her life", "he won't let me leave", "send help now"),
        misses=("in danger of being deleted", "I fear for this article"),
    ),
    Entry(
        pattern=r"(?:bomb|bombing|shoot up|shooting up|blow up|blowing up|blow|burn down|burning down|attack"
        r"|massacre|set fire to|plant a bomb (?:in|at)|gun to|guns to|bomb to|bomb in|bomb at|shoot"
        r" (?:everyone|people) (?:at|in)) (?:the|a|my|our|this|your|his|her) (?:\w+ ){0,2}<crowd>"
        r"|there is a bomb|theres a bomb|planted a bomb|plant a bomb|(?:made|made a|phoned in a) bomb threat"
        r"|(?:plan|plans|planning|planned|going to do|will do|wants to do) (?:a |an |another |the )?"
        r"(?:\w+ )?(?:shooting|massacre|bombing|terror attack|terrorist attack|mass murder)",
        danger=Danger.RAISED,
        hits=(
            "he will shoot up the school",
            "there is a bomb in the office",
            "he writes that he plans a school shooting",
            "I'm going to blow up the conference",
        ),
        misses=("the 1995 school shooting article", "the Boston bombing page"),
    ),
)
