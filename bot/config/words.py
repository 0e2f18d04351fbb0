"""The sentences that `check-config` says to whoever runs the bot."""

from collections.abc import Mapping

HEADS: Mapping[str, str] = {
    "bot": "The bot",
    "networks": "Networks",
    "rooms": "Rooms",
    "people": "People",
    "ladder": "In an emergency",
    "contacts": "Contacts",
    "relays": "Mail goes out by, in this order",
    "promises": "Promises to reporters",
    "retention": "How long words are kept",
    "warnings": "Warnings",
    "notes": "Not yet",
}

BOT = '{name}, commands begin with "{prefix}"; reporters see "{team}" ({mail}).'
BOT_FILES = "Data in {data}, root key in {key}, health page: {health}."
NO_HEALTH = "none"
IRC = "{name}: IRC {host}:{port}, {tls}, as {nick}, account {account} (SASL {sasl}); {rate}."
IRC_TLS = "TLS"
IRC_CLEAR = "no TLS (this machine alone)"
IRC_RATE = "{burst} lines at once, then {per_second:g} a second"
IRC_DM = "{name}: direct messages to the team carry at most {label}: {what} ({why})."
IRC_DM_WHY: Mapping[str, str] = {
    "pii": "while both ends are on TLS; network staff could read them",
    "case": "network staff can read IRC",
    "team": "the file says so",
    "public": "the file says so",
}
MATRIX = '{name}: Matrix {homeserver}, as {user}, on a device called "{device}".'
MATRIX_DM = "{name}: direct messages to the team carry at most {label}: {what} ({why})."
MATRIX_DM_WHY: Mapping[str, str] = {
    "pii": "encrypted from end to end; without encryption nothing that is not public",
    "case": "the file says so",
    "team": "the file says so",
    "public": "the file says so",
}

CARRIES: Mapping[str, str] = {
    "public": "nothing that is not public",
    "team": "codes, dates and counts",
    "case": "the words of cases, with personal details held back",
    "pii": "the words of cases and personal details",
}
ROOM = "{name}: for {who}, at {places}; at most {label}: {what}{why}."
ROOM_TEAM = "the whole team"
ROOM_ANYBODY = "anybody"
ROOM_WHY = ", and only while the place is private and everybody in it is on the roster"
ROOM_MATRIX = (
    "{name}: invite {user} to {place}. That room must be encrypted, open to invited people only, "
    "without guests, in no directory, without public addresses and bridges; its history for "
    "members alone, from when they joined or were invited. Invited people count as present."
)
ROOM_MATRIX_PUBLIC = "{name}: invite {user} to {place}."
ROOM_WATCH: Mapping[str, str] = {
    "off": "{name}: watch is off.",
    "held": "{name}: watch is set to held, what live cases hold back.",
    "all": "{name}: watch is set to all, personal details of any kind.",
}

PERSON = "{name}: {roles}; may see at most {label}: {what}; reached by {routes}."
PERSON_DOES = "{name}: {what}."
PERSON_ROOMS = "{name}: has a place in {rooms}."
PERSON_LOWERS = "{name}: while there, {room} carries at most {label}: {what}."
PERSON_SUSPENDED = "{name}: suspended by this file: may do nothing, is told nothing, and counts as \
a stranger in rooms."
_CASES = "works cases"
_PII = "sees personal details"
_STOPS = "may suspend a colleague"
ROLE_DOES: Mapping[str, tuple[str, ...]] = {
    "functionary": (_CASES,),
    "oversighter": (_CASES, _PII),
    "checkuser": (_CASES, _PII),
    "steward": (_CASES, _PII, _STOPS),
    "arbitrator": (_CASES, _PII, _STOPS),
    "on-call": ("takes calls for help",),
    "ombuds": ("sees no case", "lifts recusals", "lets people act again who were suspended"),
    "operator": (
        "sees no words of cases",
        _STOPS,
        "lets people act again who were suspended",
        "reloads this file",
    ),
}
NO_ROUTE = "nothing"
ROUTE_IRC = "IRC {account}"
ROUTE_MATRIX = "Matrix {user}"
ROUTE_MAIL = "mail {mail}"

STEP_FIRST = "At once: {people}."
STEP_LATER = "After {after}: {people}."
SHIFT = "{name} is on call {days} from {start} to {end}{next_day} ({zone})."
EVERY_DAY = "every day"
NEXT_DAY = " of the next day"
ALWAYS_ON = "{name} has no shift, and so is always on call."
GAP_RINGS = "Outside their shifts people are not rung; where nobody is on call, everybody named is."
LADDER_AGAIN = "The same people again every {repage}; the ladder is through after {through}."
DRILL = (
    "Drill: every {day} at {time} ({zone}) people on call are rung for practice, marked as such in "
    "every word; the next one is on {next}."
)
NO_DRILL = "No drill by itself: `oncall drill` begins one by hand."
LADDER_ACKS = "Ends when taken: danger to life by {life}, abuse of a child by {child}; asked again \
after {lifetime}."

CALL_WORDS = (
    "A line in a configured room that begins with {words} rings the ladder, too; bridges count."
)

CONTACT_ITSELF = "{name}: {mail}, by itself."
CONTACT_PERSON = "{name}: {mail}, by `refer`, when a person decides so."
RELAY = "{number}. {host}:{port}, {security}, from {sender}."
PROMISES = "A first answer within {first_reply}, a word at least every {check_in}; the team is \
reminded {warn} before."
RETENTION = "{what}: {time}."
RETENTION_NAMES: Mapping[str, str] = {
    "abandoned_interview": "interviews that nobody finished",
    "spam": "spam",
    "transcript": "words to and from reporters, after the close",
    "evidence": "evidence and notes, after the close",
    "record": "the closing record",
    "audit": "who did what",
}

MATRIX_UNSIGNED = (
    'transport "{name}": the device of the bot is not signed yet: clients warn of it, and those that '
    "leave unsigned devices out do not let the bot read."
)
ONE_ON_CALL = "only {name} can be rung: when that one person sleeps, nobody takes an emergency."
ONE_RELAY = "there is one mail server: when it fails, emergency mail waits."
ONE_NETWORK = "everybody on call is reached by {network} alone: when it fails, nobody is rung."
NO_OVERSIGHTER = "nobody is oversighter: calls about exposed personal details ring stewards."
NO_OVERSIGHTER_NO_STEWARD = "nobody is oversighter or steward: calls about exposed personal \
details ring nobody in particular."
NO_OMBUDS = (
    "nobody is ombuds: a case from which everybody is recused goes to the emergency contact."
)
NO_ACCOUNT = "{name} has no account on any network, and cannot talk to the bot."
STEP_SUSPENDED = "{name} is on the ladder, but suspended: that step is skipped."
STEP_UNREACHED = "{name} is on the ladder, but cannot be reached by any route."
SHIFT_OFF_LADDER = "{name} has shifts, but is on no step of the ladder, and so is never rung."
GAP = "nobody is on call from {begins} to {ends}: everybody on the ladder is rung then."
MORE_GAPS = "{count} more gaps in the next 7 days."
NO_TEAM_ROOM = "no room is for the whole team: nobody hears of new reports in a room."
DM_PII = 'transport "{name}": direct messages may carry personal details, which network staff \
could read.'
NOWHERE_PII = (
    "no place may carry personal details: nobody can read a reported link or name through the bot. "
    'With dm_ceiling = "pii" oversighters can, by direct message on TLS.'
)
FILE_OPEN = "{key}: others on this machine can read that file; chmod 600 it."
HEALTH_OPEN = "health.listen: others than this machine can ask there."

NOT_YET = "{key}: read, but not acted on in this version."
EVERYTHING_FINE = "The configuration can be used."
MISTAKES = "The configuration cannot be used ({count}):"
