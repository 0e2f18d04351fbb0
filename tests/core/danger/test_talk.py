"""Whole lines of talk, frightened and calm, as people type them."""

import pytest

from bot.core.danger.exposure import exposes
from bot.core.danger.fold import fold
from bot.core.danger.judge import judge
from bot.core.words.verdict import Danger

RAISED = """
he says my family will pay for what i wrote in blood
she locked herself in the toilet because he is kicking the door
"enjoy your last christmas" came by email from the banned user
ip says he'll bring a bomb to the library tomorrow
they surrounded my car after the meetup
my brother wants to marry me off and says he kills me if i refuse
i am hiding, there are men with sticks looking for me because of my edits
soldiers are arresting editors in my city and they have my name
they will execute me if they learn who i am
user says he is on his way to shoot up wmf hq
he said watch what happens to your kids
someone hacked my phone and says he will hurt my mom unless i revert
he grabbed my throat yesterday
my dad came home drunk and is smashing everything
we got a letter with white powder at the office
please send the police to her, she texted that he's got an axe
he will throw acid on her
i'll make sure you never walk again
u better run, we r coming 4 u
one of our editors was kidnapped this morning
im going to kill him, i swear
im gonna hurt someone today
i want to shoot up my school
youll be found in a ditch
he said he'd slit my dogs throat and then mine
your kids are going to be orphans
i dont think i will survive the night
i took a whole box of sleeping pills
i'm gonna hang myself
my life isnt worth anything, i have the rope
he wrote that he can't live without her and will shoot himself
there's an editor on de wiki who says tonight will be his last night
i want to stop existing
going to drive into a tree tonight
she posted pictures of her bleeding arms
i started cutting again
i wish i'd never woken up
i've written my goodbye letters
i tried to hang myself yesterday
a user says she drank a bottle of bleach
he says the world is better without him
i just want it to end
my friend told me he will jump off the roof
i cant stop thinking of killing myself
pls talk to me im about to do it
an editor sends porn to my 10 year old
how do i report a picture of a naked child
he tells kids to send videos in the shower
he's trying to get a 13yo to run away with him
my uncle does things to me at night
the file shows a little girl being abused
he blackmails a 15 year old with her nudes
i'm 14 and he says he will publish my pictures if i dont send more
this man wants to buy a girl
my neighbour locks his kids in the shed
teacher on the wiki sleeps with his students, they are 15
he asked my daughter what she is wearing
grooming going on in the channel
a 50 yr old contributor invited a 12 yr old girl to his house
he wants me to sit on his lap, im 11
somebody keeps linking to child erotica
she's a kid and her mum beats her with a cable
""".strip().splitlines()

#: Raised would be better; at least they are asked about.
ASKED = """
somebody put my head on a picture of a corpse and mailed it to me
a man i banned has turned up in my village asking neighbours where i live
he keeps a list of admins he wants dead
there's a guy sending me pics of knives every day
the vandal says he'll rape the next female admin he sees
someone on discord offers 1000$ for the murder of an arb
he poured gas over the car in front of our house
user page says "boylover" and he mails young boys
""".strip().splitlines()

CALM = """
he hits the revert button without reading
we should kill off this template series
this game's boss keeps killing me
I could murder a sandwich
the battle killed 3000 people according to the source
she was shot in 1968, the article needs a citation
new article on school shootings in the united states
the suicide prevention article was vandalised
hang on, let me check the logs
the backlog is drowning me
my hands are killing me from typing
anyone at the meetup in berlin next week?
he came to my talk page to complain
he showed up at the deletion discussion again
I was attacked at ANI by two admins
minor edits by children of the 2010s category
knife crime statistics in london need updating
gun politics in the us is a contentious topic
I have a knife collection photo to upload to commons
can I use pictures of children from flickr?
are photos of minors allowed on user pages?
my 12 year old account has no edits
the 14 year old discussion was archived
my son is 8 and likes editing articles about trains
my daughter loves the dinosaur article
teen titans episode list is a mess
I'm 16 and want to become an admin
he is a 15 time champion
I'm scared of breaking the template
we're afraid the bot is down again
sorry for being late, my train was stuck
he's going to block me, I know it
she will never let me edit that page
they blocked me and I don't know why
he won't stop reverting me
please help me with my draft
help! my signature is broken
I need help with citation templates
where can I report a vandal
how do I contact oversight
the vandal is back, please protect the page
IP range is vandalising again
he's dead to the project now lol
rip to my watchlist
this RfA is a bloodbath
arbcom is going to murder him in that case
you'll regret archiving that, the bot breaks lol
take care of the backlog please
I'll deal with him at SPI
see you soon at the hackathon
they told me to drop dead-link tagging
the village was burned down in 1944
police brutality article protection request
my account was compromised
my mentor was great
he is following the manual of style
I follow her on wiki because she writes good articles
give up on this article, it's hopeless
this discussion is pointless
I can't take another RfC on dashes
I'm done with this project, goodbye
I'm leaving wikipedia, thanks for everything
I am tired of edit warring
my life is busy right now so I'm taking a wikibreak
I want to disappear from wikipedia, courtesy vanishing how?
no point in arguing with him
he can go on and on about commas
everything is broken on the new skin
depressed about the state of the wiki lol
he hurt my feelings in that thread
it does no harm
nobody got hurt, it's just an edit war
I'm safe, it was a misunderstanding
he doesn't want to hurt anyone
that was years ago and he's been banned since
the stalker character in the novel lacks sources
bomb disposal article copyedit done
the shooting of the film started in May
camera shooting modes table
first person shooter infobox
the execution time of this query kills the server
burn the old logo, it's ugly
I'll beat you in the next writing contest
which template is used for missing persons
I miss the old interface
the girl in the picture is an actress
boys' school article needs cleanup
child process crashed
kids these days don't cite sources
sex ratio table in the demographics section
the porn star category was deleted
nude painting is in the public domain
meet the editors event on friday
want to meet at the library tomorrow and edit together?
is anyone outside the us able to access the source?
I am at work, can't look now
someone at my office is also a wikipedian
my house has no internet today
the door is open for compromise
he knows where to find the policy
who knows where the gadget lives
the church was burned down by a mob in the riots, see section two
she survived the shooting and wrote a memoir
in 1987 he drowned himself in the lake, according to the obituary
the school shooting article was moved to a new title
got stabbed in the back by my own wikiproject
the museum has a knife from 1200
uploading photos of weapons for a museum
i'm at the station, my train is late
pizza guy is at my door, brb
my parents are coming to my house tomorrow
friends are coming over tonight
he was arrested last year, that's over
the user who threatened me was globally locked in 2019
the police checked, he's ok
i told my therapist about it, i'm fine now
i had depression once, i'm better now
nobody wants to kill anybody
i'm not going to hurt you
i am not being stalked
there's no bomb, it's a film set
no child was harmed, the picture is a painting of an angel
cherub statue, nude, public domain, fine
breastfeeding image with a baby in the article
the "napalm girl" photo fair use rationale
birth of a baby video is educational
teen pregnancy statistics
age of consent by country table
sex education in schools, new article
the kids' choice awards
a minor planet named after a teenager
""".strip().splitlines()

#: One question is a fair price for these.
PRICE = """
that edit summary was brutal, it destroyed his argument
the film has a scene where the killer follows her home
what is our policy on suicide notes posted on wiki
they are coming to the meetup on saturday
he was stabbed in the third act
her biography says she was raped as a teenager, is that sourced?
the album "Kill You" by some band charted at 12
police said in the source that nobody was hurt
the death threats from 2015 were handled by T&S
the wikicup is going to be a slaughter
he's out for blood at that afd
the general was beheaded and his head displayed on a bridge
he was raped in prison, says the biography, poorly sourced
the cult leader groomed girls for decades, that's in the lead
his band released a record called Suicide Note
the play ends with her jumping off a cliff
this scene where the boy gets beaten by his father is in chapter 3
lyrics: i'm gonna kill you baby
the boss fight where she kills you in one hit
that raid boss is going to murder us
he has a gun on his coat of arms
my uncle was a soldier and had a rifle, photo is mine
i own guns, i hunt deer
someone's at the door, brb
he lives in my street, funny coincidence
we know where you live: on wikipedia, haha
my husband is home, talk later
i was beaten at school as a kid, long ago, i'm fine
he used to hit me, i left him years ago and i'm safe
the suicide threat from last week was a hoax, the user is fine
the nude child in the caravaggio painting is art
""".strip().splitlines()

EXPOSED = """
he put my mobile number into the article about my town
they wrote the name of my company on the noticeboard
someone is spreading my private chat logs
my home address is in the page history
the vandal wrote where my kids go to school
that user revealed that i am really Jan Example
an admin told everyone which accounts i use
he tied my ip to my account on the talk page
the edit summary contains a phone number of a girl
she published a photo of me on her blog without asking
a website with all our real names has appeared
they are going to post my address tonight
he threatens to leak my nudes
my boss got an email about my editing
he contacted my university and told them who i am
an editor's birth date and street were added to his article
i pasted my password list and phone here by mistake
user is trying to dox another editor
they figured out where she works and wrote it on twitter
my legal name is visible in the file metadata
he keeps calling me by my real name on wiki
someone shared pics of me from facebook in the telegram group
i forgot to log in and my ip is now in the history
please oversight this diff, it has my home address
a telegram channel lists our members with their faces
an account posted private mails from arbcom
"Example-B is John Example from Sample Town" was posted on the forum
he outed me as gay on wiki
my medical history was mentioned on the talk page
she says she'll tell my employer who i am
they got my number from somewhere and put it on a dating site
checkuser results were leaked
""".strip().splitlines()

PRIVATE = """
what counts as personal information under the policy?
should the article give his full name?
her birth name is sourced to the new york times
I shared my opinion on the talk page
can I use my real name as user name?
how do I change my email address
the company's address is in the infobox
the phone number parameter is deprecated
he posted a link to the article on twitter
does the infobox need a date of birth?
my IP is blocked, why?
this ip address is from a school
I uploaded a photo of my town
she published a paper on privacy
the name of the article is wrong
please rename my account, it is misspelled
we removed the address because it was promotional
the new privacy policy was published
he found a source with the full name of the author
I put my email in preferences
they posted the minutes of the meeting
this list of names needs sources
the photo on the user page is mine
please don't post personal details here
two accounts were linked by checkuser and blocked
share your thoughts on the draft
the singer's real name is in the lead
he added his employer to his user page himself
is my ip visible when I edit?
I wrote to the school for a permission to use the logo
the image has no author information
the article names three victims
my signature contains my old name
""".strip().splitlines()


@pytest.mark.parametrize("line", RAISED)
def test_danger_is_raised(line: str) -> None:
    assert judge(line).danger is Danger.RAISED


@pytest.mark.parametrize("line", ASKED)
def test_what_may_be_danger_is_never_passed_over(line: str) -> None:
    assert judge(line).danger is not Danger.NONE


@pytest.mark.parametrize("line", CALM)
def test_calm_talk_is_left_alone(line: str) -> None:
    assert judge(line).danger is Danger.NONE


@pytest.mark.parametrize("line", PRICE)
def test_what_sounds_bad_is_asked_about_at_most(line: str) -> None:
    assert judge(line).danger is not Danger.RAISED


@pytest.mark.parametrize("line", EXPOSED)
def test_details_that_are_out_are_exposure(line: str) -> None:
    assert exposes(line)


@pytest.mark.parametrize("line", PRIVATE)
def test_talk_about_details_is_none(line: str) -> None:
    assert not exposes(line)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("he'll kil me", "he will kill me"),
        ("I’m gonna k1ll u", "i am going to kill you"),
        ("she's 12f", "she is 12 years old"),
        ("k!ll r@pe m*rder suicde", "kill rape murder suicide"),
        ("heeeelp meeee!!!", "heelp mee ."),
        ("a treat for the widow", "a treat for the widow"),
        ("\N{HOCHO}", "knife"),
    ],
)
def test_chat_spelling_is_made_plain(typed: str, plain: str) -> None:
    assert fold(typed) == plain
