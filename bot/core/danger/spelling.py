"""Chat spelling made plain: contractions, short forms, slips of the finger in words that matter.

Whatever stands here is read in every line before any list sees it, so that the lists can be
written in plain English: `u r gona dye`, `he'll kil me` and `I'm` become `you are going to die`,
`he will kill me` and `i am`.
"""

from collections.abc import Iterator, Mapping

_SHORT = """
u=you ya=you yu=you ur=your yr=year yrs=years r=are im=i_am iam=i_am ive=i_have ill=i_will
i'm=i_am i've=i_have i'll=i_will i'd=i_would
hes=he_is shes=she_is theyre=they_are youre=you_are your're=you_are weve=we_have theyve=they_have
youve=you_have theyll=they_will youll=you_will itll=it_will he'll=he_will she'll=she_will
we'll=we_will they'll=they_will you'll=you_will it'll=it_will who'll=who_will
he'd=he_would she'd=she_would they'd=they_would you'd=you_would we'd=we_would
he's=he_is she's=she_is it's=it_is its=it_is that's=that_is thats=that_is there's=there_is
theres=there_is here's=here_is who's=who_is whos=who_is what's=what_is whats=what_is
where's=where_is wheres=where_is someone's=someone_is someones=someone_is
somebody's=somebody_is somebodys=somebody_is everyone's=everyone_is let's=let_us lets=let_us
they're=they_are you're=you_are we're=we_are we've=we_have they've=they_have you've=you_have
dont=do_not doesnt=does_not didnt=did_not cant=can_not cannot=can_not wont=will_not isnt=is_not
arent=are_not wasnt=was_not werent=were_not hasnt=has_not havent=have_not hadnt=had_not
wouldnt=would_not couldnt=could_not shouldnt=should_not aint=is_not dnt=do_not dun=do_not
gonna=going_to gona=going_to gunna=going_to gon=going_to goin=going ganna=going_to goingto=going_to
bouta=about_to boutta=about_to finna=going_to imma=i_am_going_to ima=i_am_going_to
wanna=want_to wana=want_to wants=wants gotta=got_to tryna=trying_to tryin=trying lemme=let_me
pls=please plz=please plss=please plzz=please ppl=people sb=somebody smb=somebody sm1=someone
some1=someone sumone=someone any1=anyone every1=everyone tonite=tonight 2nite=tonight
2night=tonight tnite=tonight tn=tonight tmrw=tomorrow tmr=tomorrow tomoro=tomorrow
rn=right_now atm=right_now asap=right_now bc=because cuz=because cos=because coz=because
becuz=because b4=before abt=about wat=what wut=what wot=what frnd=friend freind=friend
frend=friend bff=friend msg=message msgs=messages dm=message dms=messages pm=message
pms=messages pic=picture pics=pictures pix=pictures photo=picture photos=pictures
foto=picture fotos=pictures selfie=picture selfies=pictures image=picture images=pictures
addy=address adress=address adresse=address adresses=addresses addys=addresses
bf=boyfriend gf=girlfriend hubby=husband hv=have hav=have nd=and n=and em=them dem=them
da=the dat=that dis=this shld=should shud=should wld=would wud=would cld=could cud=could
stepdad=stepfather stepmom=stepmother stepmum=stepmother killme=kill_me killyou=kill_you
killu=kill_you rapeyou=rape_you kil=kill kll=kill klil=kill kiil=kill kils=kills kiling=killing kild=killed killd=killed
kiled=killed k1ll=kill dye=die dai=die dieing=dying ded=dead deth=death swated=swatted swating=swatting doxed=doxxed
dox=doxx doxing=doxxing doxes=doxxes hme=home hous=house hosue=house haus=house scard=scared
skared=scared afriad=afraid afrid=afraid sory=sorry polis=police
polise=police cops=police feds=police fone=phone
nudez=nudes n00ds=nudes noods=nudes girlz=girls boyz=boys kidz=kids yo=years_old
y/o=years_old yrold=years_old yearold=years_old yearolds=years_old suiside=suicide
thru=through dad=father daddy=father mum=mother mom=mother mommy=mother
mummy=mother knifes=knives wrists=wrist comming=coming comin=coming cumming=coming
adm=admin admn=admin sysop=admin sysops=admins mod=admin mods=admins
everybody=everyone anybody=anyone nobody=no_one noone=no_one till=until til=until
emailed=mailed email=mail emails=mails e-mail=mail emailing=mailing
threating=threatening threated=threatened thretened=threatened
neighbour=neighbor neighbours=neighbors
""".split()

#: Words in which a letter that is missing, doubled or swapped with the next is still read.
_STRONG = """
kill killing killed murder murdered murdering suicide suicidal threat threaten threatens
threatened threatening threats stabbed stabbing shooting strangle strangled kidnap kidnapped
violence violent weapon weapons rifle machete explosive bleeding hostage stalker stalking
stalked following followed outside danger scared afraid terrified frightened police
ambulance emergency overdose overdosed overdosing swallowed tablets bridge myself himself herself
themselves themself minor minors underage children daughter pedophile molested molesting molest
grooming groomed naked nudes sexual school tonight tomorrow address number personal information
leaked posted published revealed goodbye forever anymore alive please someone somebody hurting
attack attacked attacking beating beaten assault assaulted choking burning behead apartment
flat house garden window waiting coming boyfriend girlfriend husband stepfather employer
private picture pictures identity worthless hopeless pointless
""".split()

#: Words that look like a slip in one of the above and are none.
_REAL = frozenset(
    """
    bride fat hose moles nude pleas posed reveled rife riffle rile sacred scare scarred sooting tablet
    treat treats widow
    """.split()
)
_LEAST = 4


def _slips(word: str) -> Iterator[str]:
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            yield word[:at] + "*" + word[at + 1 :]


def _table() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for word in _STRONG:
        for slip in _slips(word):
            if len(slip) >= _LEAST and slip not in _REAL and slip not in _STRONG:
                table.setdefault(slip, word)
    for pair in _SHORT:
        typed, _, meant = pair.partition("=")
        table[typed] = meant.replace("_", " ")
    for verb in "is are was were do does did has have had would could should".split():
        table[verb + "n't"] = verb + " not"
    table |= {"can't": "can not", "won't": "will not", "ain't": "is not"}
    table |= {"🔪": "knife", "🗡": "knife", "🔫": "gun", "💣": "bomb"}
    return table


SPELLING = _table()
#: Words that letters may be hidden in: `k1ll`, `k!ll`, `r@pe`.
MASKED = frozenset(
    (
        *_STRONG,
        "kills",
        "die",
        "rape",
        "raped",
        "stab",
        "shoot",
        "porn",
        "cp",
        "kys",
        "sex",
        "gun",
        "bomb",
        "dead",
        "death",
    )
)
