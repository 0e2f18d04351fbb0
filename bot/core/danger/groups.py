"""Word groups of the danger patterns: `<name>` in a pattern stands for any of them.

Verbs come in four groups by their forms: `<kill> <kills> <killing> <kill_past>`.
"""

from collections.abc import Mapping

#: Verbs whose last consonant is doubled, and those with a past of their own.
_DOUBLED = frozenset("stab swat gut kidnap cut slit chop rip slap hit snap".split())
_PAST = {
    "shoot": "shot", "hit": "hit", "hurt": "hurt", "beat": "beat|beaten", "cut": "cut",
    "slit": "slit", "break": "broke|broken", "hang": "hung|hanged", "get": "got",
    "tear": "tore|torn", "blow": "blew|blown", "burn": "burned|burnt",
}  # fmt: skip
_VERBS = {
    "kill": (
        "kill murder stab shoot behead strangle choke drown poison rape torture kidnap abduct"
        " slaughter lynch swat gut butcher assassinate decapitate execute dismember suffocate maim"
        " cripple mutilate castrate impale stone hang disembowel"
    ),
    "hurt": "hurt harm beat attack assault burn punch hit slap kick smash ambush bash torch jump",
}


def _plain(verb: str) -> str:
    return verb


def _past(verb: str) -> str:
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return verb + "d"
    return verb + verb[-1] + "ed" if verb in _DOUBLED else verb + "ed"


def _with_s(verb: str) -> str:
    return verb + ("es" if verb.endswith(("s", "sh", "ch")) else "s")


def _with_ing(verb: str) -> str:
    if verb.endswith("e"):
        return verb[:-1] + "ing"
    return verb + verb[-1] + "ing" if verb in _DOUBLED else verb + "ing"


def _forms(name: str, verbs: str) -> Mapping[str, str]:
    makers = {name: _plain, name + "s": _with_s, name + "ing": _with_ing, name + "_past": _past}
    return {
        form: "|".join(dict.fromkeys(make(verb) for verb in verbs.split()))
        for form, make in makers.items()
    }


def _any(words: str) -> str:
    return "|".join(words.split())


#: Plain words only: these may be cues.
WORDS: Mapping[str, str] = {
    **{end: words for name, verbs in _VERBS.items() for end, words in _forms(name, verbs).items()},
    "weapon": _any(
        "gun guns knife knives weapon weapons bomb bombs rifle rifles pistol machete axe hammer acid"
        " explosives shotgun revolver hatchet crowbar grenade glock blade sword ak47 ar15 handgun"
        " firearm firearms bat petrol gasoline molotov chainsaw dagger ammo ammunition bullets"
        " bullet dynamite razor taser crossbow pipebomb"
    ),
    "kin": _any(
        "family wife husband mother father parents kid kids child children son sons daughter"
        " daughters brother sister siblings girlfriend boyfriend partner friend friends baby dog cat"
        " colleague colleagues teacher classmates neighbor ex grandmother grandma cousin niece nephew"
        " roommate flatmate mentor boss face head life mentee student students loved"
    ),
    "role": _any(
        "editor editors admin admins administrator administrators user users person people man woman"
        " men women girl girls boy boys guy guys student students teacher teachers speaker speakers"
        " attendee attendees volunteer volunteers participant participants steward stewards"
        " arbitrator functionary moderator moderators oper op bureaucrat checkuser oversighter"
        " journalist wikipedian wikipedians wikimedian wikimedians contributor contributors newbie"
        " newbies member members staff crowd neighbor employee employees organizer organizers"
        " organiser organisers human humans reporter patroller rollbacker dev developer politician"
        " muslims jews christians gays blacks immigrants trans arbs pupils kids children child"
    ),
    "crowd": _any(
        "school office building event conference meetup wikimeetup church mosque synagogue temple"
        " airport train station mall hackathon wikimania university campus hospital concert parade"
        " embassy parliament class classroom market festival headquarters hq editathon venue library"
        " college kindergarten workshop convention gathering bus stadium protest rally pride meeting"
    ),
    "drug": _any(
        "pills tablets paracetamol ibuprofen aspirin tylenol xanax medication medicine meds insulin"
        " valium antidepressants bleach opioids fentanyl sleeping benzos pill acetaminophen painkillers"
    ),
    "lewd": _any(
        "nude nudes naked porn pornography pornographic porno sex sexual sexually sexualised"
        " sexualized explicit undress undressed undressing intimate molest molested molesting molests"
        " molester raped raping rapes rape sexting sext topless masturbating masturbate horny sexy"
        " lewd genitals penis dick underwear panties bra naughty nsfw sleeping slept sleep sleeps erotica erotic lap boylover boylove kinky fetish jerk jerked orgasm ejaculate cum oral fuck fucks fucked fucking kiss kissed"
        " kissing fondled fondling fondle blowjob virgin strip stripping flirt flirts flirting flirted"
        " groping groped seduce seducing webcam bikini erotic obscene grope hentai bed aroused"
        " shirtless grooming groomed grooms groom lolita cuddle breasts boobs feet"
    ),
    "minor": _any(
        "minor minors underage underaged child children kid kids preteen preteens toddler toddlers"
        " baby babies infant schoolgirl schoolboy schoolgirls schoolboys teen teens teenager teenagers"
        " teenage daughter son niece nephew stepdaughter stepson pupil pupils preschooler girl girls"
        " boy boys schoolkids schoolchildren youngster youngsters tween tweens"
    ),
    "put": _any(
        "post posts posted posting publish publishes published publishing share shares shared sharing"
        " leak leaks leaked leaking put puts putting reveal reveals revealed revealing wrote writes"
        " write spread spreads spreading uploaded uploads upload uploading exposed exposes exposing"
        " expose added adds adding disclosed discloses disclosing released releasing dumped dropped"
        " drops pasted pastes told tells telling gave gives giving printed broadcast listed lists"
        " quoted mentioned sent circulated outed typed announced read names showing shows showed found"
        " inserted inserting inserts copied tweeted tweets dug blurted threw hung plastered mailed"
    ),
    "beaten": _any(
        "beat beats beaten beating hit hits hitting hurt hurts hurting slap slaps starve starves"
        " starving starved locked locks chained burns burned choking choked bruises bruised whips"
        " whipped kicks kicked punches punched abuse abuses abused abusing tied caged drugged"
        " strangled strangling trafficked trafficking kidnapped abducted lure lures lured luring"
        " neglected assaulted assaults touching touches touched touch"
    ),
}  # fmt: skip

_KIN = rf"(?:{WORDS['kin']})"
_ROLE = rf"(?:{WORDS['role']})"

GROUPS: Mapping[str, str] = {
    **{name: f"(?:{words})" for name, words in WORDS.items()},
    "gap": r"(?:\w+ ){0,3}",
    "far": r"(?:\w+ ){0,7}",
    "a": r"(?:(?:a|an|the|my|his|her|their|your|our|some|this|that|two|another|these) )?",
    "they": (
        r"(?:he|she|they|someone|somebody|people|men|strangers|who|anyone|this|example \w+"
        r"|(?:two|three|some|these|those|the|a|this|that|an|some|my|her|his|our|another|one)(?: \w+)?"
        r" (?:guy|guys|man|men|woman|user|person|editor|stranger|strangers|stalker|people|account|ip"
        r"|vandal|troll|sock|group|gang|ex|husband|wife|boyfriend|girlfriend|partner|father|mother"
        r"|brother|sister|stepdad|stepfather|stepmother|uncle|neighbor|roommate|boss|teacher|coach"
        r"|parents|cousin|car|van|guy|kid|teen|admin|son|flatmate))"
    ),
    "are": r"(?:is|are|was|were|s|been|be|keeps|has been|have been)(?: (?:now|already|right now|still|just|literally|currently|again|not|really|always|also)){0,2}",
    "will": (
        r"(?:will|would|shall|going to|want to|wants to|wanted to|plans to|planning to|plan to"
        r"|about to|trying to|tries to|tried to|to|ll|hell|shell|well|must|let us|gets to|should|i"
        r"|threatening|planning on|thinking of|plan on|ready for)"
    ),
    "thing": (
        r"(?:(?:the|a|an|this|that|my|your|his|her|their|our|all|these|those|off|any|some|every|its"
        r"|it|each|of|time|about|for|on|it|and|in|at|from|with|by|or|two|too|as|was|is|down) ?)?(?:\w+ ){0,2}"
        r"(?:process|processes|bot|bots|article|articles|page|pages|proposal|bill|idea|template|templates"
        r"|thread|query|server|job|jobs|script|tab|session|motion|discussion|draft|drafts|vibe|mood|joke"
        r"|feature|branch|task|afd|rfc|rfa|momentum|debate|project|program|category|categories"
        r"|infobox|link|links|section|vandalism|backlog|gadget|edit|edits|redirect|redirects|stub"
        r"|stubs|connection|instance|cache|wiki|problem|problems|code|bug|bugs|character|boss|player"
        r"|players|zombie|dragon|monster|fun|enthusiasm|conversation|channel|argument|time|build"
        r"|worker|container|network|web|account|accounts|sock|socks|file|files|language|grammar"
        r"|pronunciation|name|source|sources|screenshot|video|image|picture|pictures|footage"
        r"|consensus|nomination|scene|creativity|motivation|sleep|lights|music|app|database|table|port|ports)(?!\w)"
    ),
    "detail": (
        r"(?:(?:\w+ )?address(?:es)?|phones?|numbers?|telephone|real names?|full names?|legal name|last name|surname"
        r"|first name|names? and|identity|identities|workplace|employers?|school|mail|location|passport|id card|face|pictures?"
        r"|nudes|private \w+|personal \w+|ips?|bank \w+|medical \w+|ssn|birth name|deadname|dob"
        r"|birth ?(?:day|date)|date of birth|licence plate|license plate|chats?|messages?|diary|whereabouts|job|resume|cv|linkedin"
        r"|facebook|family|checkuser data|logs|health|diagnosis|class|street|house|credit card|card|salary|children|kids)"
    ),
    "private": (
        r"(?:(?:home|private|street|personal|postal|residential|ip|work) address(?:es)?|(?:phone|mobile|cell|telephone|social security|bank account|passport|house|whatsapp|account|credit card|card|id|plate) numbers?"
        r"|(?:real|full|legal|birth|last|true|dead) (?:name|names|identity)|private (?:data|details|information|info|pictures?|messages?|mails?|chats?|life|number|logs?|conversations?|matters|stuff|things)"
        r"|personal (?:data|details|information|info|pictures?|mail|mails|identifying \w+|number|life)|bank (?:details|account|data|statement)|medical \w+|date of birth|birth date|birthdate|dob|deadname|ssn"
        r"|nudes?|names? and (?:\w+ )?(?:address(?:es)?|phone|phones|numbers?|employers?)|addresses|address of (?:a|an|my|his|her|the) (?:minor|user|editor|person|living|private|reporter|admin|victim|\w+)"
        r"|checkuser data|cu data|ip of|passport|whereabouts|home adress|identity of|non ?public (?:data|information|info)|pii|intimate (?:picture|pictures|video|videos|details)|(?:a |an )?(?:address|phone|employer|workplace) of)"
    ),
    "whose": (
        r"(?:my|her|his|their|our|your|someone is|somebody is|someones|somebodys|people is|(?:a|an|the|another|some|this|that|one|other|several) (?:\w+ )?(?:users?|editors?|admins?|persons?|people|minors?|peoples|womans?|reporters?|kids?|childs?|students?|teachers?|victims?|girls?|boys?|persons|individuals?|volunteers?|functionary|stewards?|arbs?|subjects?|members?)|\w+s|example \w+|of (?:a|an|the) \w+|everyone is)"
    ),
    "person": (
        r"(?:me|you|him|her|us|them|someone|somebody|anyone|everyone|each other|example \w+"
        rf"|(?:my|your|his|her|their|our) (?:whole |entire |little |own )?(?:\w+ )?{_KIN}"
        rf"|(?:(?:the|an?|this|that|these|those|all|any|every|another|other|some|one|several|more|two"
        rf"|three|many|my|your|our) )?(?:\w+ )?{_ROLE})"
    ),
    "near": (
        r"(?:me|you|him|her|us|them|someone|somebody|anyone|each other|example \w+"
        rf"|(?:my|your|his|her|their|our) (?:whole |entire |little |own )?(?:\w+ )?{_KIN}"
        rf"|(?:the|an?|this|that|another|my|your|our) (?:\w+ )?{_ROLE})"
    ),
    "home": (
        r"(?:(?:my|our|her|his|their|your|the) (?:\w+ )?(?:house|home|door|doors|front door|flat|doorbell"
        r"|apartment|building|work|workplace|office|school|window|windows|street|car|garden|yard|room"
        r"|place|driveway|doorstep|hotel|dorm|gate|porch|stairwell|stairs|hallway|lobby|job|bus stop"
        r"|parking lot|garage|balcony|kitchen|bedroom|basement|college|university|gym|train|town|city))"
    ),
    "age": r"(?:[3-9]|1[0-7]) (?:years?|y|your|yrs) (?:old|olds|o)(?! (?:article|page|account|discussion|edit|edits|bug|thread|project|policy|ticket))",
    "child": (
        r"(?:(?:child|children|kids?|minors|underaged?|preteens?|toddlers?|baby|babies|infants?|school(?:girl|boy)s?|pupils?"
        r"|teens?|teenagers?|teenage|tweens?|(?:little|young|small) (?:girl|boy|girls|boys|sister|brother|ones?|kids?)|girls?|boys?"
        r"|minor(?! (?:edits?|points?|issues?|changes?|details?|fix|fixes|bugs?|errors?|problems?|characters?|planets?|league|version|updates?|thing|things|copyedits?|correction|tweaks?))"
        r"|(?:my|her|his|their|our|a|your) (?:\w+ ){0,2}(?:daughters?|sons?|nieces?|nephews?|stepdaughter|stepson)|(?:[3-9]|1[0-7]) (?:years?|y|your|yrs) (?:old|olds|o)"
        r"|(?:is|am|are|was|only|just|aged) (?:only |just |like )?(?:[5-9]|1[0-7])(?= |$)(?! (?:edits?|times|of|percent|articles?|pages?|users?|days?|hours?|minutes?|sources|people|and \d))|under (?:16|18)))"
    ),
}  # fmt: skip
