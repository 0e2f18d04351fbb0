"""The words that steer an interview, each with the phrases that mean the same.

They act when they are a line of their own, whatever the case of the letters and the marks
behind them. `add` and `urgent` also take words after them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.words.pages import EmergencyClass
from bot.core.words.verdict import Danger, Verdict


class Word(StrEnum):
    """What a line can mean besides being somebody's words."""

    YES = "yes"
    #: Yes to a request, but too weak to say that somebody is in danger.
    AGREED = "agreed"
    NO = "no"
    UNSURE = "unsure"
    DONE = "done"
    STATUS = "status"
    ADD = "add"
    URGENT = "urgent"
    PAUSE = "pause"
    BACK = "back"
    SKIP = "skip"
    STOP = "stop"
    DELETE = "delete"
    LANGUAGE = "language"
    APPEAL = "appeal"
    HELP = "help"
    READ = "read"
    REPORT = "report"


PHRASES: Mapping[Word, tuple[str, ...]] = {
    Word.YES: (
        "yes", "y", "yeah", "yea", "yep", "yup", "yess", "yes please", "yes i am", "yes we are",
        "yes there is", "yes someone is", "yes now", "yes right now", "i am in danger",
        "i'm in danger", "im in danger", "yes i'm in danger", "yes im in danger",
        "yes i am in danger", "someone is in danger", "yes someone is in danger", "yes they are",
        "yes she is", "yes he is", "i think so", "i'm afraid so", "im afraid so",
    ),
    Word.AGREED: (
        "ok", "okay", "k", "sure", "please do", "go ahead", "of course", "pass it on",
        "please pass it on", "yes pass it on", "yes please pass it on", "yes you may", "you may",
        "yes you can", "you can", "that's fine", "thats fine", "fine", "do it", "yes do it",
        "yes of course", "yes here", "here is fine", "please",
    ),
    Word.NO: (
        "no", "n", "nope", "nah", "no thanks", "no thank you", "no one", "nobody", "not now",
        "no danger", "not in danger", "no i'm safe", "no im safe", "no i am safe", "i'm safe",
        "im safe", "i am safe", "we are safe", "we're safe", "no we are safe", "no i'm not",
        "no im not", "no i am not", "no nobody", "no not now", "don't", "dont", "do not",
        "please don't", "please dont", "no don't", "no dont", "please no", "i'd rather not",
        "rather not", "nobody is in danger", "no one is in danger", "not really",
    ),
    Word.UNSURE: (
        "unsure", "not sure", "i'm not sure", "im not sure", "i am not sure", "i'm unsure",
        "im unsure", "i am unsure", "i don't know", "i dont know", "i do not know", "don't know",
        "dont know", "idk", "dunno", "i dunno", "maybe", "perhaps", "possibly", "might be",
        "could be", "hard to say", "no idea", "kind of", "i guess", "i can't tell", "i cant tell",
        "can't say", "cant say", "?",
    ),
    Word.DONE: (
        "done", "i'm done", "im done", "i am done", "finished", "i'm finished", "im finished",
        "that's all", "thats all", "that is all", "that's it", "thats it", "that is it",
        "that's everything", "thats everything", "nothing more", "nothing else",
    ),
    Word.STATUS: (
        "status", "status please", "my status", "any news", "is there any news",
        "what's happening", "whats happening", "what is happening", "what happens now",
        "what happens next",
    ),
    Word.ADD: ("add", "i want to add something", "add something"),
    Word.URGENT: (
        "urgent", "it's urgent", "its urgent", "it is urgent", "this is urgent", "very urgent",
        "emergency", "this is an emergency", "it's an emergency", "its an emergency",
        "it is an emergency", "sos",
    ),
    Word.PAUSE: (
        "pause", "pause please", "wait", "please wait", "wait please", "hold on", "one moment",
        "one minute", "just a moment", "give me a minute", "give me a moment", "brb",
        "i need a break", "i need a moment", "i need a minute", "take a break", "later",
    ),
    Word.BACK: (
        "back", "go back", "back please", "go back please", "previous", "previous question",
        "last question", "the question before",
    ),
    Word.SKIP: (
        "skip", "skip it", "skip this", "skip that", "skip please", "please skip", "next",
        "next question", "next please", "skip this question", "i'd rather not say",
        "id rather not say", "i would rather not say", "rather not say", "prefer not to say",
        "i prefer not to say", "i'd prefer not to say", "no answer",
    ),
    Word.STOP: (
        "stop", "stop please", "please stop", "stop now", "stop this", "stop here", "i want to stop",
        "let's stop", "lets stop", "quit", "exit", "cancel", "end", "end this", "no more questions",
        "i don't want to go on", "i dont want to go on",
    ),
    Word.DELETE: (
        "delete", "delete please", "please delete", "delete it", "delete this", "delete all",
        "delete that", "delete everything", "please delete everything", "delete my words",
        "delete my report", "delete my data", "delete what i wrote", "erase", "erase everything",
        "remove everything", "forget everything", "forget this", "forget it all",
    ),
    Word.LANGUAGE: (
        "language", "languages", "change language", "other language", "another language",
        "other languages",
    ),
    Word.APPEAL: ("appeal", "i want to appeal", "i appeal", "an appeal"),
    Word.HELP: (
        "help", "commands", "what can i do", "what can i write", "what can i say", "how does this work",
        "how do i use this",
    ),
    Word.READ: (
        "read", "read it", "read please", "read message", "read messages", "read the message",
        "show message", "show me the message",
    ),
    Word.REPORT: ("report", "new report", "i want to report", "i want to report something",
                  "report something", "make a report", "i want to make a report"),
}  # fmt: skip

_BY_PHRASE = {phrase: word for word, phrases in PHRASES.items() for phrase in phrases}
_WITH_WORDS = re.compile(
    r"\s*[!/`'\"]{0,2}(add|urgent|emergency)\b[`'\"]?\s*[:,;.!-]*\s*", re.IGNORECASE
)
_OF_CHILD = re.compile(r"\s*[!/`'\"]{0,2}emergency\b\W*child\b", re.IGNORECASE)
_YES_AND = re.compile(r"\s*(?:yes|yeah|yep)\b", re.IGNORECASE)
_EDGES = " \t.,;:!…`'\"()[]*_~<>/-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line as the interview hears it: a word, and where the words after it begin."""

    word: Word | None
    start: int = 0


def fold(text: str) -> str:
    """Return a line as phrases are written: plain letters, single spaces, bare edges."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    joined = " ".join(folded.replace(",", " ").split())
    stripped = joined.strip(_EDGES)
    return (stripped.rstrip("? " + _EDGES) or stripped) if stripped else joined[:1]


def hear(text: str) -> Spoken:
    """Return what a line means when it is a line of its own; `word` is None for plain words."""
    word = _BY_PHRASE.get(fold(text))
    if word is not None:
        return Spoken(word=word, start=len(text))
    match = _WITH_WORDS.match(text)
    if match is not None and match.end() < len(text):
        name = match[1].casefold()
        return Spoken(word=Word.ADD if name == "add" else Word.URGENT, start=match.end())
    return Spoken(word=None)


def says_yes(text: str) -> bool:
    """Whether a line begins with a plain yes and goes on: "yes he is outside"."""
    return _YES_AND.match(text) is not None


def called_for(text: str, verdict: Verdict) -> EmergencyClass:
    """Return what a call is for: what its words tell, else the class it names, else `life`.

    The class is named as in the command: "emergency child he writes to her at night".
    """
    if verdict.danger is Danger.RAISED and verdict.emergency is not None:
        return verdict.emergency
    return EmergencyClass.CHILD if _OF_CHILD.match(text) else EmergencyClass.LIFE
