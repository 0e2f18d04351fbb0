"""Live exposure: words that tell of private details being out in the open.

What is looked for: a detail of a person (name, address, phone, employer, pictures, private words,
an address of the network, a tie between accounts) that is out, is being put out, or is said to be.
"""

from dataclasses import dataclass
from functools import cached_property

from bot.core.danger.entry import Entry
from bot.core.danger.fold import fold
from bot.core.danger.index import Index, take_out
from bot.core.words.verdict import Danger


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """Phrases, as in `entry`, with their samples."""

    pattern: str
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    @cached_property
    def entry(self) -> Entry:
        """The same as an entry of the index."""
        return Entry(pattern=self.pattern, danger=Danger.RAISED, hits=self.hits, misses=self.misses)

    def finds(self, text: str) -> bool:
        """Whether the text tells of this."""
        return next(Index((self.entry,)).read(fold(text)), None) is not None


EXPOSURES = (
    Exposure(
        pattern=r"""
            {doxx|doxxed|doxxing|doxxes|outed|doxxer}
            {outing|outs} (?:me|us|her|him|them|people|users?|editors?|an? <role>|someone|anonymous|other|example \w+|<role>)
        """,
        hits=("I was doxed", "he doxxed me", "someone outed me", "they are doxing an editor"),
        misses=("a doxology", "the outing was nice"),
    ),
    Exposure(
        pattern=r"""
            {<put>} (?:\w+ ){0,3}(?:<whose> )(?:\w+ ){0,3}<detail>
            {<put>} (?:\w+ ){0,4}<private>
            {<put>} (?:me|us|her|him|them|it|his|my|out|up)? ?(?:\w+ ){0,3}(?:who|where) (?:i|he|she|we|they|you|the \w+ \w+|example \w+|an? \w+|someone|the \w+) (?:\w+ ){0,2}(?:am|is|are|live|lives|work|works|really)
            {<put>} (?:<whose> |the |an? |some |private )*(?:\w+ )?(?:nudes?|ips?|checkuser data|cu data|deadname|passport|ssn|resume|cv|medical \w+|id card|payslip)
            {<put>} (?:\w+ )?(?:intimate|naked|nude|private|sexual) (?:pictures?|videos?|details|emails?|messages?|chats?|mails?|conversations?|logs?)
            {<put>} (?:\w+ ){0,3}(?:screenshots?|logs?|copies|pictures?) (?:of|with|from) (?:our|my|his|her|their|a|private|someone is|the)(?: \w+){0,2} (?:private|mails?|messages?|chats?|conversations?|account|bank|details|address|house|home|family|kids|children|passport|face|id|facebook|linkedin|instagram|profile|data)
            <detail> (?:\w+ ){0,6}{<put>}(?! (?:policy|rules?))
        """,
        hits=(
            "he posted my address on the talk page",
            "they published her real name",
            "someone leaked my phone number",
            "a user shared his private photos",
            "she posted screenshots of our private chats",
        ),
        misses=("I posted my report", "he published his article", "she shared her opinion"),
    ),
    Exposure(
        pattern=r"""
            <whose> (?:\w+ )?<detail> (?:and \w+ )?(?:\w+ ){0,2}(?:is|are|was|were|has been|have been|got|gets|appears|appeared|being|stands|visible) (?:\w+ ){0,2}{<put>|public|online|visible|revealed|exposed|on|in|out|everywhere|there|up|next}(?! (?:file|record|order|my (?:preferences|profile|userpage)))
            {address|addresses|number|phone|name|names|data|details|information|info|nudes|deadname|passport|ssn|identity} (?:\w+ ){0,5}(?:on|in|to|at) (?:the |a |an |his |her |my |this |that |some |their |our )*(?:\w+ )?(?:talk|page|article|infobox|edit|edits|summary|history|diff|revision|revisions|forum|blog|thread|twitter|reddit|telegram|discord|channel|chat|site|website|commons|userpage|logs?|log|public|facebook|pastebin|list|username|post|document|database|file|metadata|wiki|biography|web|internet|google)
            (?:page|article|edit|diff|revision|revisions|summary|thread|post|log|logs|blog|site|file|picture|forum|list|document|history|username|name|there is|account|comment) (?:\d+ )?(?:\w+ ){0,3}(?:has|have|with|contains?|containing|contained|includes?|including|shows?|showing|shown|lists|listing|mentions?|mentioning|names?|gives?|giving|reveals?|displays?|of|about|is|details) (?:\w+ ){0,5}{address|addresses|employer|phone|passport|workplace|dob|deadname|whereabouts|birth|nudes}
            {suppress|suppressed|suppression|oversight|oversighted|revdel|hide|hidden|remove|redact|redacted|delete} (?:\w+ ){0,9}<private>
            <private> (?:[\w.]+ ){0,9}{suppress|suppression|oversight|revdel|hide|hidden|redact|exposed|leaked|leak|disclosed|unredacted}
            {names|named|naming|identifies|identified|mentions|tags|tagged} (?:me|him|her|us|them) (?:and|by|with|as|publicly|in) (?:my|his|her|our|their|full|real|name)?
        """,
        hits=(
            "my real name is on the talk page",
            "her phone number was posted",
            "my address got leaked",
            "that diff has somebody's home address in it",
        ),
        misses=("my picture is deleted", "his name is unknown"),
    ),
    Exposure(
        pattern=r"""
            {connected|linked|tied|links|connects|linking|connecting|link|connect|ties|tie|matched|tracked|traced|associates|associated|combined|links} (?:\w+ )?(?:my|her|his|their|our|me|two|the|both|an? \w+s?|someone is) (?:\w+ ){0,3}(?:to|with|and) (?:my|her|his|their|our|a|an|me|the|each) (?:\w+ )?(?:real|full|legal|actual|linkedin|facebook|instagram|twitter|name|identity|employer|work|job|other|reddit|discord|person|home|ip|address|old|account|accounts|previous|private|tiktok|profile|family|company|main|alt)
            {contacted|called|wrote|mailed|phoned|told|informed|writing|contacting|calling} (?:to )?my (?:\w+ )?(?:employer|boss|workplace|school|university|landlord)
            (?:someone|he|she|they|strangers|people|somebody|user|a user|now) {called|phoned|contacted|mailed} my (?:work|parents|family)
            {strangers|unknown|people|random} (?:\w+ ){0,3}(?:call|calling|text|texting|ring|come to|know|phoning|message) (?:me|my)
        """,
        hits=("he linked my account to my real name", "they called my employer"),
        misses=("he linked my account to a sock", "I called my friend"),
    ),
    Exposure(
        pattern=r"""
            {edited|edit|editing|posted|saved|logged|wrote|commented|edits} (?:\w+ ){0,4}(?:logged out|while logged|without logging in|not logged in|with my ip|under my ip|from my ip)
            {ip|ips} (?:address |addresses )?(?:is|was|are|were|got|has been|became) (?:\w+ ){0,2}(?:exposed|visible|shown|public|revealed|leaked|in the (?:history|log)|posted|out)
            (?:my|her|his|their|your|someone is|user is|users|editors|admins|the) {ip|ips} (?:address |addresses )?(?:on|in|to|into) (?:the |a |this )?(?:channel|chat|talk|page|history|forum|public|summary|log|irc|discord)
            (?:his|her|their|your|my|example \w+|\w+s|user) (?:is |real |full |actual |legal |true |birth )+{name|identity} (?:is|as) (?!unknown|not|private|a secret|protected|none|on|in|too|long|fine|ok)\w+
            (?:real|legal|birth|true) {name} (?:is|as) (?!unknown|not|private|a|protected|none|fine)\w+
            (?:he|she|who|they|and|you) (?:\w+ )?{lives|works|live|work|studies|teaches} (?:at|in|as|for|on) (?:the |a |an |no )?(?:\d+ \w+|\w+ (?:in|at|street|st|road|avenue|lane|library|school|university|hospital|bank|office|town)|exampletown|\w+town)
            {address|number|phone} (?:is|of (?:his|her|this)) (?:\d+ \w+|his|her|here)
            (?:is|here is|are) (?:his|her|their|your|my) (?:\w+ )?{address|phone|number|home}
            (?:i|we|he|she|they) {know|knows|found|tells|told|tell} (?:\w+ ){0,3}(?:who|where) (?:you|he|she|i|this|they|example \w+)(?: \w+)? (?:really )?(?:are|is|am|live|lives|work|works)
            {example} \w+ (?:is|in real life is|irl is) (?:really|actually|in reality|in fact|in real life|aka|a\.k\.a) (?:a |an |the )?\w+
            {accidentally|mistakenly|mistake|oops|accident|inadvertently|stupidly} (?:\w+ ){0,3}(?:<put>) (?:\w+ ){0,6}(?:<detail>|<private>)
            {<put>} (?:\w+ ){0,3}(?:that |who |which )?(?:i|she|he|they|example \w+) (?:is|am|are) (?:really|actually|the person|also|secretly|gay|trans)
            {told|tells|tell|telling|informed|informing|revealed|reveals|announced|knows|wrote|writes} (?:to )?(?:everyone|people|them|my \w+|the \w+|all|others|her \w+|his \w+) (?:about )?(?:who|which accounts?|which user|where|what accounts?) (?:i|she|he|they|an?|the|we|my|this)
            <put> (?:\w+ ){0,3}{name|names} of (?:my|her|his|our|their) (?:\w+ )?(?:company|employer|school|kids|children|wife|husband|family|parents|daughter|son|boss|workplace|village|street|town|mother|father|class)
            (?:with |all )?(?:all )?(?:my|our|their|his|her) (?:\w+ )?{real|full|legal|private|home} (?:name|names|faces|addresses|address|identity|identities|data|details) (?:has|have|just|is|are|now|appeared|on|in|with|and|to)
            {lists|shows|collects|publishes|posts|sharing|listing|with} (?:our|its|the|my|their|all|some|of|wiki|\w+) (?:\w+ )?(?:members|editors|users|admins|contributors|people|participants) (?:by|with) (?:their |our |real |full )*(?:faces?|names?|address\w*|pictures?|phones?|numbers?|employers?|home\w*)
            my {boss|employer|school|university|company|workplace|landlord|manager|parents} (?:just |now |also |has |have )*(?:got|received|gets|was|were|had|keeps getting|is getting|been|knows|found) (?:\w+ ){0,3}(?:mails?|messages?|letters?|calls?|called|contacted|mailed|told|phoned|out|about)
            {checkuser|cu|nonpublic} (?:data|results?|logs?|information|info) (?:\w+ ){0,3}(?:leaked|posted|public|published|out|shared|in the)
            {example} \w+ is (?:\w+ )(?:\w+ )?(?:from|in|at|who|and|working|living|aged|of|a)
            (?:someone|somebody|they|he|she|strangers|people|vandal|user|troll|who|stalker) (?:\w+ ){0,2}(?:has|have|got|found|find|know|knows|obtained|tracked|figured|googled|dug) (?:out |up |down )?(?:my|her|his|our|where) (?:\w+ ){0,2}{address|phone|number|employer|workplace|house|home|identity|live|lives|work|works|name}(?! (?:page|is wrong))
            {deadnamed|deadnames|deadnaming|unmasked|unmasking|deanonymised|deanonymized|deanonymizing|pastebin|kiwifarms}
            {kiwi} farms
            {read|reads|reading|hacked|published|posting|forwarded|forwards|forwarding|quotes|quoting|copied} (?:out )?(?:my|our|her|his|their) (?:\w+ )?(?:private |personal )?(?:mails|messages|chats|chat|conversations|diary|logs|medical)
            (?:everyone|anyone|people|you|the whole \w+|all) can (?:\w+ )?{see|find|read|look} (?:up )?(?:my|her|his|our|their|where) (?:\w+ ){0,2}(?:address|ip|name|phone|number|house|live|pictures?|mail|face|location|details)
            {info|information|details|data|things|stuff|facts} about (?:me|my (?:private|family|kids|life|health|job|home)|her (?:family|kids|health|private|home)|his (?:family|kids|health|private|home)) (?:\w+ ){0,3}(?:posted|online|public|on|in|published|out|leaked|shared)
            {<put>} (?:\w+ ){0,3}(?:info|information|details|data|stuff|pictures|facts|dirt) (?:about|on|of) (?:me|my|her|him|us|my \w+|someone|an? <role>)(?! (?:edits?|article|account|page|contributions))
            {identity|location|whereabouts} (?:\w+ ){0,2}(?:revealed|exposed|known|leaked|disclosed|published|public|compromised)
            {behind} the account(?= .{0,60}(?:is|lives|works|named))
            (?:my|her|his|their) (?:\w+ )?(?:home|private|real|full|legal|phone|mobile|cell|personal|birth|work|ip|street|medical|bank) {address|name|number|data|details|information|info|pictures|mails|messages|certificate|records|identity|phone|chats}(?! (?:policy|change|preferences))
            {where} (?:i|my \w+|she|he) (?:live|lives|work|works|go to school|goes to school)
            (?:my|her|his|our) (?:own )?{nudes|passport|ssn|deadname|workplace|employer|identity|whereabouts}(?! (?:is a|as a|does))
            {account|username|user} (?:name )?(?:\w+ )?(?:with|using|is|contains|has|called|named|includes) (?:my|his|her|a|the|someone is|their|an) (?:\w+ )?(?:real name|phone|phone number|full name|address|mail|legal name|number|birth name|deadname)
            (?:where|when) {i|she|he|we|they} (?:live|lives|work|works|goes to school|study) (?:\w+ ){0,4}(?:is |are |was )?(?:posted|public|online|on|in|out|published|listed|written|there)
            {lists|listing|posted|wrote|showing|shows|published|map} (?:\w+ ){0,3}where (?:i|she|he|we|they|users?|editors?|people|an? \w+) (?:\w+ )?(?:live|lives|work|works)
            {passed|passing|circulating|circulates|circulated|shared|going|spreading|floating} (?:\w+ )?(?:around|round)(?= |$)
            (?:my|her|his|their) (?:\w+ )?{resume|cv|passport|id|payslip|diploma|file|record|records|diagnosis|picture|pictures|photo|data|details|face} (?:\w+ )?(?:is|are|was|were|has been|being|got|scan) (?:\w+ )?(?:being |been )?(?:passed|circulated|circulating|shared|uploaded|posted|public|leaked|online|spread|out|published|everywhere)
            {picture|pictures|video|videos|nude|nudes} of (?:me|her|him|us|my \w+|my|someone|an? (?:private|user|editor|minor)) (?:\w+ ){0,4}(?:posted|uploaded|online|on|without|shared|in|leaked|out|from)
            {without} (?:my|her|his|their|our) (?:consent|permission|knowledge)
            {made|created|wrote|published|started|writing} (?:a |an |the )?(?:page|article|wiki|site|website|blog|account|profile|thread|biography) (?:about|on|of|with) (?:me|my|her|him|us|my \w+)(?! (?:edit|draft|proposal|account|topic|own))(?= (?:with|and|using|naming|containing|showing|full|real) .{0,100}(?:name|address|phone|picture|class|school|work|job|details|number))
            {article|page} (?:\w+ )?(?:about|on) (?:a |an )?private person
        """,
        hits=(
            "oops I edited while logged out",
            "his real name is Jan Example",
            "someone made a username with my phone number",
        ),
        misses=("his name is unknown", "he works on a draft"),
    ),
)

#: Talk of such things that tells of none: taken out before the others look.
HARMLESS = (
    Exposure(
        pattern=r"""
            (?:can|should|may|do|could|would) (?:i|we|you|people|users) (?:\w+ )?{<put>} (?:\w+ ){0,6}<detail>?
            (?:company|museum|library|foundation|school|shop|hotel)(?: is)? {address|phone|number|mail} is
            (?:museum|company|library|shop|hotel|foundation|business|church|chapter|companys) (?:\w+ ){0,3}its (?:\w+ )?{phone|address|number|mail}(?: \w+){0,4}
            {companys|museums|librarys|foundations|schools} (?:\w+ )?(?:address|phone|number|mail)(?: \w+){0,4}
            (?:company|museum|library|foundation|shop|business|school|chapter|singer|actor|author|artist|king|character|subject|company is|museum is|band|hotel|musician|painter|writer) (?:\w+ ){0,3}{address|phone|number|name|names|mail|identity}
            {name|address|number|employer} (?:\w+ ){0,3}(?:of|by) the (?:author|artist|singer|company|museum|painter|king|composer|band|photographer|architect|school|article|file|book|film|ship|village|newspaper)
            (?:museum|company|library|school|shop|hotel|foundation|business|church|chapter) (?:lists|shows|published|publishes|posts|posted|gives) (?:its|their|the|a|an) (?:\w+ )?{address|phone|number|mail}
            {added|adds|posted|disclosed|published|wrote|put|puts|listed} (?:his|her|their|my) (?:own )?(?:\w+ ){0,6}(?:himself|herself|themselves|myself|themself|voluntarily)
            {sourced|sources|cited|citation|source|reliable} (?:\w+ ){0,3}(?:to|by|for|from|with) (?:the|a|an|this)
            (?:real|birth|full|legal|his|her|the) {name|birthdate|dob} (?:is|was) (?:sourced|cited|in (?:the lead|bold|reliable|britannica|the infobox)|unsourced|well known|spelled|pronounced|notable)(?: \w+){0,3}
            (?:i|we|who|they|people|many|editors|users|someone) (?:\w+ ){0,2}{use|uses|used|using|edit|edits|sign|signed|register|registered|changed|change|verified|confirm|hide|protect|like|want|prefer} (?:\w+ ){0,2}(?:my|our|their|your|his|her)(?: own)? (?:\w+ ){0,2}(?:name|address|number|mail|identity)(?! (?:and posted|on (?:his|the|her) (?:blog|forum)|against))
            (?:is|was) (?:my|our|your|her|his) (?:\w+ )?{ip|address|mail|name|number|data|information} (?:\w+ )?(?:visible|shown|public|safe|stored|kept|hidden|private)
            (?:is|are|am) (?:\w+ ){1,4}{allowed|ok|okay|permitted|required|mandatory|necessary|possible|acceptable} (?:to|for)(?: \w+){0,8}
            (?:should|must|may|can) (?:the|an?|our|every|articles?) (?:\w+ )?{give|have|use|mention|contain|include|show|list|state|name}(?: \w+){0,6}
            <whose> (?:\w+ )?{identity|name} (?:is|was|remains|remained) (?:a mystery|unknown|disputed|not known|uncertain|never)
            {how} (?:do|can|to|should) (?:i|we|you|people)?(?: \w+){0,5}
            (?:not|never|no one|nobody|nothing|no|without|please do not|do not|did not|should not|rather than|instead of|against|stop before|will not|if anyone) (?:\w+ ){0,3}{<put>|doxx|doxxing|doxxed|outed|outing}(?: \w+){0,5}
            someone who {<put>}(?: \w+){0,5}
            (?:call|calls|called|calling) (?:me|him|her|us|them|you|people|others|everyone|everybody|each other) (?:bad |nasty |ugly |rude |vile |foul |racist |sexist |horrible |awful |terrible |stupid |all (?:sorts|kinds) of |many |such )*{names}
            {thanks|barnstar|thank|award|credits}
            {policy|policies|rule|rules|guideline|guidelines|essay|law|training|template|gdpr|lecture|talk} (?:\w+ ){0,2}(?:on|about|of|for|against|regarding|says|covers|is)(?: \w+){0,8}
            {doxxing|outing|doxx} (?:\w+ )?(?:policy|policies|article|page|section|essay|rules?|is (?:against|not|bad|forbidden|a|an)|means|guideline)
            (?:the|an|your|this|article|section|page)? ?(?:article |essay |page |section |book |film |law )(?:on|about) {doxxing|outing|privacy}
            {address|addresses|phone|number|mail|contact} (?:\w+ )?(?:of|for) (?:the |a |an |our |this )?(?:\w+ )?(?:company|museum|library|foundation|chapter|office|school|team|organization|city|hotel|church|shop|helpdesk|vrt|wmf|bot|press|government|ministry|department|university|hospital)
            (?:company|museum|library|foundation|office|team|business|press|company is|shop|school|contact|support|helpdesk|hotel|public|official) {address|phone|mail|number}
            {mail|ip|web|url|wallet|mac} address (?:field|in (?:my|your|the) preferences|in preferences|confirmed|validation|range|ranges|format|for (?:password|notifications))
            (?:is|was|are|were) (?:already |widely |long )?{public|published} (?:knowledge|by (?:himself|herself|the subject|the press|him|her)|in (?:reliable|the press|newspapers|sources)|on (?:his|her) own)
            (?:his|her|my|their|your) own {name|page|picture|pictures|website|phone|mail|address|ip}
            {i} (?:\w+ )?(?:disclosed|disclose|declared|declare|published|put|use|edit under|added|posted|shared|changed|confirmed|forgot|updated) my (?:own |real |mail |new |full )*(?:name|conflict|employer|mail|address|paid|password|picture|identity)(?! (?:and (?:phone|address)|by (?:mistake|accident)|accident))(?! \w+ (?:mistake|accident))
            (?:band|album|singer|actor|actress|artist|character|author|poet|king|politician|president|pope|footballer)(?: is)? {real|legal|birth} name
        """,
        hits=(
            "how do I hide my IP address",
            "should I post my address",
            "he calls me nasty names on my talk page",
        ),
        misses=("he posted my address", "he calls me by my real name on my talk page"),
    ),
)


_OPEN = Index(each.entry for each in EXPOSURES)
_HARMLESS = Index(each.entry for each in HARMLESS)


def exposes(text: str) -> bool:
    """Whether a text tells that somebody's private details are out in the open."""
    folded = fold(text)
    if next(_OPEN.read(folded), None) is None:
        return False
    without = take_out(folded, [place for _, place in _HARMLESS.read(folded)])
    return without == folded or next(_OPEN.read(without), None) is not None
