"""English phrases that tell of a child being abused or shown in a sexual way."""

from bot.core.danger.entry import Entry
from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger

CHILD = (
    Entry(
        pattern=r"""
            {csam|csem|pthc|cheese pizza|jailbait}(?! (?:policy|article|detection|scanning|hash))
            {child|kiddie|kiddy|infant|preteen|underage|kid|baby|toddler|minor|teen} (?:sexual )?(?:porn|pornography|porno|nudes?|nudity|sex|exploitation|trafficking)(?! (?:article|page|law|laws|policy))
            {child} (?:sexual )?(?:abuse|exploitation|sexual|erotic) (?:images?|material|pictures?|videos?|content|imagery|link|links|file|files|site|ring|forum|victim|of)(?! (?:policy|article))
            {cp} (?:in|on|link|links|file|files|pictures?|pics|videos?|uploaded|posted|material|content|collection|stash|here|is|for|from|at|again|being|and|site|trade|trader|uploader)(?= .{0,100}(?:file|commons|link|upload|picture|user|page|account|talk|channel|admin|wiki|seen|saw|delete|child|report|posted|telegram|discord|diff|history|edit))
            (?:trade|trading|trades|sell|sells|selling|share|shares|sharing|shared|post|posts|posted|posting|upload|uploads|uploaded|uploading|has|offers|offering|send|sent|sends|distributing|linking|linked|link|links|asking|asked|collects|want|wants|buy|buying|contains|looks|with|showing|shows|seeing|saw|hosting|adding|added|for|of|to|like) (?:me |us |to |for |some |his |a |the |like )*{cp}(?! (?:violation|vio|decomposition|symmetry|command|article))
            {pedo|paedo|pedophile|paedophile|pedophiles|paedophiles|pedos|predator|predators|pedophilia|molester|groomer} (?:\w+ ){0,8}(?:minors?|children|child|kids?|meet|meeting|girls?|boys?|pictures|images|telegram|discord|ring|network|content|boylove|forum|trying|recruiting|admitted|grooming|young|daughter|son|teens?|underage|uploads?|uploading)
            {registered|admitted|convicted|self-confessed|confessed|actual|literal} (?:sex offender|pedophile|paedophile|child molester|pedo)
        """,
        danger=Danger.RAISED,
        emergency=EmergencyClass.CHILD,
        hits=("someone uploaded child porn", "there is CSAM in that file", "a child abuse video"),
        misses=("the abuse filter", "child category"),
    ),
    Entry(
        pattern=r"""
            {<lewd>} (?:[\w.]+ ){0,10}<child>
            <child> (?:[\w.]+ ){0,12}{<lewd>}
            {<beaten>} (?:\w+ )?(?:a |an |the |his |her |my |their |this |your |some )?(?:own |little |young |small |year old )?<child>
            <child> (?:[\w.]+ ){0,5}{<beaten>|screaming|crying|bruises|alone with|hostage}(?! (?:the (?:button|undo|limit)|on (?:a|the) (?:point|topic)|point|base))
        """,
        danger=Danger.RAISED,
        emergency=EmergencyClass.CHILD,
        hits=(
            "a naked picture of a 12 year old",
            "he posted photos of my daughter naked",
            "sexual messages to minors",
            "nude pictures of children",
            "he wants nudes and I am only 14",
            "he hits his kids",
            "the boy says he is locked in the cellar",
        ),
        misses=("a minor edit", "the sex education article", "a child category was renamed"),
    ),
    Entry(
        pattern=r"""
            {groom|grooms|groomed|grooming} (?:a |an |the |my |young |some |underage )*(?:\w+ )?(?:<child>|girl|boy|me|her|him|them|users?|editors?|victims?|newbies|people|someone)
            {groomer|groomers|boylover|boylove|girllover|pederast}
            {grooming}(?! (?:the|of (?:articles|categories|dogs|cats)|dogs?|cats?|backlog|products?|salon|pet|article|page|tables?))
            my (?:\w+ )?(?:father|stepfather|uncle|teacher|coach|priest|brother|cousin|stepbrother|grandfather|grandpa|tutor|babysitter) {does|did|do|made|showed|shows|takes|took} (?:\w+ )?(?:things|stuff|it|pictures|me|bad) (?:to|with|of)? ?(?:me|him|her|us|do|touch)?
            {run|ran|running} away (?:with|together)(?= |$)
            {invited|invites|invite|lured|lures|luring|brings|brought|bring|took|takes|taking} (?:[\w.]+ ){0,5}<child> (?:\w+ ){0,4}(?:to|into|in|back) (?:his|her|their|a|my|the) (?:\w+ )?(?:house|home|flat|apartment|hotel|car|van|room|place|bed|basement|woods|park)
            {blackmail|blackmails|blackmailing|blackmailed|extorts|extort|sextortion|threatens|threatening|forces|forced|forcing|pressures|pressuring} (?:[\w.]+ ){0,5}<child>
            {buy|buys|buying|sell|sells|selling|rent|rents|pay|pays} (?:\w+ ){0,2}(?:a |the |his |her |little |young )+(?:girl|boy|child|kid|daughter|niece|minor)(?! (?:a|an|some|the) )
            {asked|asks|asking|ask|tells|told|telling} (?:my|a|the|his|her|this|some|young) (?:\w+ )?(?:daughter|son|kid|child|girl|boy|niece|nephew|kids|children|pupils?|teenager) (?:\w+ )?(?:what|for|if|whether|to|about) (?:\w+ ){0,6}(?:wear\w*|pictures?|meet|alone|clothes|kiss|touch|body|secret|home|come over|boyfriend|bra|underwear|size|address|phone|number|undress|visit)
            {marry|married|marries|marrying|wed} (?:\w+ ){0,4}<age>
            {did|do|does|doing|done} (?:\w+ )?(?:things|stuff) (?:to|with) (?:<a>(?:little |young |small )(?:\w+ )?\w+|<a>(?:niece|nephew|stepdaughter|stepson|son|daughter|child|kids?|children)|children|kids)
            {likes|like|love|loves|want|wants|prefer|prefers} (?:them|em|his girls|girls|boys|his boys) (?:very |really |that |so )?(?:young|underage|small|little)
            {secret|secrets|hide|hidden|hiding} (?:\w+ ){0,3}from (?:my|her|his|your|their|the) (?:\w+ )?(?:parents|mother|father|family|teacher|teachers)
            (?:kids?|children|minors?|teens?|teenagers?|<age>|schoolgirls?|schoolboys?|pupils|young (?:girls?|boys?|users?|editors?|kids?)) (?:[\w.]+ ){0,5}(?:for|to|on|via|over) (?:their |her |his )?{whatsapp|snap|snapchat|discord|telegram|number|numbers|address|addresses|phone|pictures|instagram|kik|picture|video|videos|skype|signal}(?! (?:of the (?:building|school)|policy))
            my (?:\w+ )?(?:father|stepfather|uncle|teacher|coach|priest|brother|cousin|mother|stepbrother|grandfather|grandpa|tutor|babysitter|foster \w+|parents|stepmother) {touches|touched|touching|touch|abuses|abused|abusing|molests|molested|rapes|raped|beats|beat|hits|hit|hurts|makes|forces|forced|locks|locked|comes|sleeps|kisses|watches|starves} (?:me|us|my|into|in|with)
            {stepfather|uncle|teacher|coach|priest|stepbrother|grandfather|tutor|babysitter|stepmother|pastor|foster|father|mother|scoutmaster} (?:\w+ ){0,3}(?:makes|make|made|forces|forced|comes|came|touches|touched|gets|climbs|films|filmed|photographs|watches|enters|beats|hits|locks|starves|rapes|burns|hurts) (?:\w+ ){0,2}(?:me|him|her|them|into|in|do|shower|bed|room|undress|child|kids?)
            {bed|shower|bathroom|bath|bathtub|changing} (?:\w+ ){0,6}(?:at night|with (?:my|her|his) (?:stepfather|uncle|father|teacher|coach)|with (?:a |the )?(?:kids?|child|children))
            {meet|meeting|meets|met|see|hook|pick|sleepover|visit} (?:\w+ ){0,4}(?:with )?(?:a |the |some |this |that |up )*(?:minors?|underage|preteen|<age>|kids|school(?:girl|boy)s?|little (?:girls?|boys?))
            <age> (?:[\w.]+ ){0,12}{meet|meeting|flirt|flirting|flirts|date|dating|pictures|picture|selfies|snapchat|whatsapp|discord|telegram|webcam|camera|cam|secret|alone|boyfriend|girlfriend|older|love|address|private|video|body|wear|wearing|clothes|shirt|shower|kik|hotel|gifts|things|park|phone|send|sends|touch|asleep|drunk|marry|married|pregnant|here|scared|afraid|hungry}
            {meet|meeting|flirt|flirting|flirts|flirted|date|dating|pictures|picture|webcam|camera|secret|secretly|alone|boyfriend|girlfriend|love|loves|address|body|wear|wearing|clothes|slept|sleeping|married|likes|attracted|touch|asking|messaging|chatting|talking|inviting|things} (?:[\w.]+ ){0,10}<age>
            (?:is|am|only|aged|just|turned) (?:only |just |like )?(?:[5-9]|1[0-7]) (?:and|but|\.|he|she|an?|my|so|with|the) (?:[\w.]+ ){0,10}{boyfriend|girlfriend|flirts|flirting|flirt|dating|date|touch|touches|touched|undress|clothes|bed|hotel|older|adult|kiss|kisses|penis|snap|snapchat|webcam|wife|bride|secret|body|locks|locked|beats|beat|hits|hit|hurts|hurt|belt|marry|married|alone|scared|pregnant|pictures|nudes}(?! (?:back|the article))
            i (?:am|was) (?:only |just |like |still )?(?:[5-9]|1[0-7])(?= |$)(?! (?:edits?|times|percent|days?|hours?|min)) (?:[\w.]+ ){0,16}{picture|pictures|meet|webcam|nude|nudes|sex|sexual|touch|touches|touched|touching|naked|undress|secret|alone|kiss|kissed|kissing|body|loves me|sends me|asks me|asked me|asking me}
            (?:kids?|children|minors?|underage|young (?:girls?|boys?|users?|editors?)|little (?:girls?|boys?)|teens?|schoolgirls?|child|daughter|son|year old|years old) (?:[\w.]+ ){0,8}{undressed|undress|webcam|clothes|shirt|shower|sexy|snapchat|kik|panties|underwear|swimsuit|bikini|bath|bed|hotel|asleep|topless|body}
            {asks|asked|asking|ask|wants|want|requests|requesting|soliciting|solicits|begging|begs|demands|demanding|collecting|collects|trading|sharing|posting|taking|took|sending|sends|sent} (?:[\w.]+ ){0,6}(?:kids?|children|minors?|underage|young (?:girls?|boys?)|little (?:girls?|boys?)|schoolgirls?|<age>) (?:[\w.]+ ){0,4}(?:for )?(?:pictures?|photos?|videos?|webcam|nudes?|selfies?|meet|address|snap|home address|phone)
            {like|likes|love|loves|into|attracted|prefer|want|wants} (?:to |for |very |having )?(?:fuck |touch |kiss |sex with )?(?:little|young|small|underage|preteen|prepubescent) (?:girls?|boys?|kids?|children|ones)
            {alone|home} with (?:a |the |my |his |her |this |some )?(?:\w+ )?(?:<age>|little (?:girl|boy)|kids?|child|niece|nephew|stepdaughter)
            {adult|adults|older|grown|old|40|35|50|45|30|55|60|28|32|38|42|48} (?:man |guy |men |editor |user |woman |person |male |dude )?(?:[\w.]+ ){0,9}(?:<age>|minors?|underage|schoolgirls?|schoolboys?|little (?:girls?|boys?)|kids|children|teens?|teenagers?|school|parents)(?= .{0,100}(?:meet|flirt|picture|chat|message|secret|private|dating|date|love|alone|touch|tell|sex|girl|boy|asks?|asking|whatsapp|discord|talk|webcam|snap))
            {meet|meets|meeting} (?:\w+ ){0,4}(?:after school|at (?:my|her|his|the) school|(?:in|at) the park)(?= .{0,100}(?:secret|parents|tell|old|older|alone|girl|boy|kid|adult|man|he says))
            (?:not|never) {tell} (?:my |her |his |your |their |the )(?:parents|mother|father|family|teacher|school|folks)(?! about (?:the|this) (?:wiki|edit))
            {sold|sell|selling|kidnapped|abducted|traffick|trafficked|missing|kidnap|buy} (?:\w+ ){0,3}(?:<age>|child|children|kids?|little girl|little boy|minors?|baby)
        """,
        danger=Danger.RAISED,
        emergency=EmergencyClass.CHILD,
        hits=(
            "he is grooming a young girl",
            "my stepdad touches me",
            "I'm 13 and an admin keeps asking me for pictures",
            "an older guy wants to meet a 12yo in the park",
            "he says I must not tell my parents",
        ),
        misses=(
            "grooming the category tree",
            "a child page",
            "this touches a minor point",
            "I am 15 and edit physics articles",
            "he is 30 and uploads photos",
        ),
    ),
    Entry(
        pattern=r"""
            {pedo|paedo|pedophile|pedophiles|paedophile|paedophiles|pedos|pedophilia|paedophilia|loli|lolicon|shotacon}(?! (?:article|page))
            {child} (?:abuse|abuser|molester|predator|safety|protection|endangerment|marriage)(?! (?:article|page|section|category|policy|filter|template))
            {predator|predators}(?= .{0,100}(?:kids|minors|children|child|wiki|user|talk|editor))
            {messages|messaging|messaged|message|mailing|chatting|chats|talking|talks|contacting|contacts|writing|writes|dming|approaching|befriending|flirting} (?:\w+ ){0,4}(?:to |with )?(?:minors?|kids?|children|young (?:girls?|boys?|users?|editors?|people|kid|contributors?)|teens?|teenagers?|<age>|underage|schoolkids|newbies who are|pupils)
            {adult|adults|grown|older} (?:\w+ )?(?:[\w.]+ ){0,6}(?:young|kid|kids|child|children|minors?|teens?|teenager|girl|boy|school)
            {minor|minors|underage|child|kid|children|kids|teen|teenager|girl|boy|<minor>} (?:[\w.]+ ){0,6}(?:in danger|unsafe|at risk|needs help|need help|weird|creepy|uncomfortable|scared|afraid|worried|inappropriate\w*|suspicious|strange|help me|bruise\w*)
            {weird|creepy|inappropriate|inappropriately|suspicious|uncomfortable|odd|strange|personal|private} (?:[\w.]+ ){0,8}(?:minors?|child|kids?|children|teens?|teenager|young (?:girl|boy|user|editor|users)|<age>|girl|boy|daughter|son|underage)
            <age> (?:[\w.]+ ){0,3}{online|chat|chatting|message|messages|posted|upload|says|user|editor|mail|account}(?= .{0,100}(?:adult|man|weird|older|strange|private|meet|personal|where|home))
            {looks|seems|appears|look} (?:\w+ )?(?:underage|like a (?:child|minor|kid)|very young|too young|under 18|younger than)
        """,
        danger=Danger.UNCLEAR,
        emergency=EmergencyClass.CHILD,
        hits=(
            "this user is a pedophile",
            "he keeps messaging young girls",
            "the child protection people",
        ),
        misses=("the child abuse article", "apex predators"),
    ),
)
