"""The interview: what one line of a reporter does to it.

`advance` is the only way a session changes. It decides what the line means here, keeps its
words, and only then goes on: whatever is said next, the words are already among the effects.
"""

from collections.abc import Mapping

from bot.core.danger.judge import judge
from bot.core.intake import asides, say
from bot.core.intake.controls import CONTROLS, erase, urgency
from bot.core.intake.hearing import about_danger, said, words_in
from bot.core.intake.script import ADDED, CONSENT, Kind
from bot.core.intake.session import Session, load
from bot.core.intake.spoken import Spoken, Word, fold, hear, says_yes
from bot.core.intake.table import Beside, Input, State
from bot.core.intake.turn import PHRASE_LENGTH, Context, Heard, Step, Turn, story
from bot.core.words.effects import DropSession, Hear, MoveSession, RaiseEmergency
from bot.core.words.pages import EmergencyClass
from bot.core.words.readers import StoredSession
from bot.core.words.text import Line, Msg, plain, public
from bot.core.words.verdict import Danger

__all__ = ["Context", "Heard", "Step", "advance", "in_question", "is_yes"]

_ANSWERS = frozenset({Word.YES, Word.AGREED, Word.NO, Word.UNSURE})
_WITH_WORDS = frozenset({Word.ADD, Word.URGENT})
#: Words that, from somebody unknown, ask about a report instead of beginning one.
_ABOUT_A_REPORT = frozenset({Word.STATUS, Word.READ, Word.STOP, Word.DELETE})


def advance(session: Session | None, heard: Heard, ctx: Context) -> Step:
    """Return what a line does to an interview. `session` is None on first contact."""
    turn = Turn(
        session=session or Session(started_at=ctx.now),
        heard=heard,
        ctx=ctx,
        known=session is not None,
        case=ctx.case,
    )
    unheard = not _was_asked(turn)
    if unheard and turn.session.state is State.DANGER:
        turn.lines += _hello(turn)
    greeted = len(turn.lines)
    spoken = _six_words(turn)
    if spoken is not None:
        _take(turn, spoken)
    if unheard and len(turn.lines) == greeted and turn.session.asked is not None:
        # Whoever repeats a line that got no answer must not be met with silence again.
        turn.repeat()
    return turn.step()


def in_question(session: Session | None, identity: str) -> RaiseEmergency | None:
    """Return the call that a `yes` would be now; None where nobody was asked about danger."""
    if session is None or not (session.state is State.DANGER or session.beside is Beside.CHECKING):
        return None
    words = session.doubt or story(session)
    return RaiseEmergency(
        emergency=session.emergency or EmergencyClass.LIFE,
        words=words,
        identity=identity,
        self_harm=judge(plain(words)).self_harm,
    )


def is_yes(text: str) -> bool:
    """Tell whether a line answers the question about danger with yes, or with being unsure."""
    return hear(text).word in {Word.YES, Word.UNSURE} or says_yes(text)


def _take(turn: Turn, spoken: Spoken) -> None:
    by_word = spoken.word in _WITH_WORDS or (spoken.word is Word.YES and turn.danger_stands)
    if turn.raised and not by_word:
        spoken = Spoken(word=None)
    if turn.heard.reading.exposure:
        turn.expose()
    if turn.verdict.danger is not Danger.NONE and turn.verdict.emergency is not None:
        turn.change(emergency=turn.verdict.emergency)
    if turn.session.state is State.NEW:
        _first(turn, spoken)
    elif turn.session.beside is Beside.DELETING and _deleting(turn, spoken):
        return
    elif turn.session.beside is Beside.PAUSED and spoken.word is not Word.PAUSE:
        _resume(turn, spoken)
    elif turn.danger_stands and about_danger(turn, spoken):
        return
    else:
        _line(turn, spoken)


# ---- first contact -------------------------------------------------------------------------


def _first(turn: Turn, spoken: Spoken) -> None:
    if spoken.word is Word.REPORT:
        turn.move(Input.OPENED)
        turn.lines += [*_hello(turn), Msg("intake.tell")]
    elif spoken.word in _ABOUT_A_REPORT:
        turn.move(Input.ASIDE)
        turn.tell("intake.not-known")
    else:
        turn.lines += _hello(turn)
        words = said(turn, spoken)
        words_in(turn, words, emergency=urgency(turn) if spoken.word is Word.URGENT else None)


def _hello(turn: Turn) -> tuple[Line, ...]:
    return say.hello(turn.ctx.terms, private=turn.heard.private)


def _six_words(turn: Turn) -> Spoken | None:
    """Read the line; None when it was six words and a report goes on here instead."""
    text = turn.heard.reading.text
    typed = fold(text).split()
    if len(typed) != PHRASE_LENGTH or not set(typed) <= set(turn.ctx.terms.words):
        return hear(text)
    found = turn.ctx.sessions.by_phrase(" ".join(typed))
    if found is None:
        turn.tell("intake.words-unknown")
        return Spoken(word=None)
    if turn.known and found.identity == turn.heard.identity:
        return Spoken(word=Word.STATUS)
    if turn.session.code is not None:
        turn.tell("intake.words-busy")
        return Spoken(word=Word.STATUS)
    _adopt(turn, found)
    return None


def _adopt(turn: Turn, found: StoredSession) -> None:
    """Go on with a session from elsewhere; what was said here meanwhile is added to it."""
    here = turn.session
    if turn.known:
        turn.effects.append(DropSession(identity=turn.heard.identity))
    turn.effects.append(MoveSession(old=found.identity, new=turn.heard.identity))
    turn.session = load(found.data)
    turn.known = True
    code = turn.session.code
    assert code is not None, "six words are given together with a code"
    turn.effects += [Hear(code=code, question=ADDED, words=words) for _, words in here.answers]
    turn.posts += say.news(code, "added", turn.ctx) if here.answers else []
    turn.case = turn.ctx.cases.find(code)
    if here.exposed:
        turn.expose()
    turn.tell("intake.welcome-back")
    asides.say_status(turn)
    if turn.session.unread:
        turn.tell("intake.unread")
    if turn.session.beside is Beside.PAUSED:
        _leave_pause(turn)
    if here.state is State.DANGER or here.doubt:
        turn.change(doubt=story(here), emergency=here.emergency, danger_at=turn.ctx.now)
        turn.move(Input.DOUBT)
    turn.repeat()


# ---- what stands in front of the interview -------------------------------------------------


def _deleting(turn: Turn, spoken: Spoken) -> bool:
    """Take in a line after "delete?"; returns whether that was all there is to it."""
    if spoken.word in {Word.YES, Word.AGREED}:
        erase(turn)
        return True
    if spoken.word in {Word.DELETE, Word.STOP}:
        return False
    turn.move(Input.KEEP)
    _check_again(turn)
    turn.tell("intake.delete-kept")
    if spoken.word in _ANSWERS:
        turn.repeat()
        return True
    if spoken.word is None:
        words_in(turn, turn.heard.reading.pieces, aside=True)
        return True
    return False


_LEAVES_IT_UNSAID = frozenset(
    {Word.STATUS, Word.ADD, Word.LANGUAGE, Word.APPEAL, Word.HELP, Word.READ}
)


def _resume(turn: Turn, spoken: Spoken) -> None:
    """Take in the first line after a pause: whatever it is, the interview goes on."""
    _leave_pause(turn)
    settles = spoken.word in {None, Word.YES, Word.UNSURE, Word.SKIP}
    if turn.danger_stands and settles and about_danger(turn, spoken):
        return
    if spoken.word in _ANSWERS:
        turn.repeat()
    elif spoken.word is None:
        words_in(turn, turn.heard.reading.pieces, aside=True)
    else:
        _line(turn, spoken)
        if spoken.word in _LEAVES_IT_UNSAID:
            turn.repeat()


def _leave_pause(turn: Turn) -> None:
    turn.move(Input.RESUME)
    _check_again(turn)


def _check_again(turn: Turn) -> None:
    """Put the danger question back in front when it was still open."""
    if turn.session.doubt:
        turn.move(Input.DOUBT)


# ---- one line ------------------------------------------------------------------------------


def _line(turn: Turn, spoken: Spoken) -> None:
    if spoken.word is None:
        words_in(turn, turn.heard.reading.pieces)
    elif spoken.word in _ANSWERS:
        _answer(turn, spoken.word)
    else:
        CONTROLS[spoken.word](turn, spoken)


_COUNTS: Mapping[Kind, frozenset[Word]] = {
    Kind.TEXT: frozenset(),
    Kind.YES_NO: frozenset({Word.YES, Word.AGREED, Word.NO}),
    Kind.YES_NO_UNSURE: frozenset({Word.YES, Word.NO, Word.UNSURE}),
}


def _answer(turn: Turn, word: Word) -> None:
    """Take in a yes, no or unsure."""
    question = turn.question
    if question is None or turn.danger_stands:
        words_in(turn, turn.heard.reading.pieces)
    elif question.id == CONSENT:
        _pass_on(turn, word)
    elif word in _COUNTS[question.kind]:
        turn.keep(question.id, turn.heard.reading.pieces)
        turn.advance()
    else:
        words_in(turn, turn.heard.reading.pieces)


def _pass_on(turn: Turn, word: Word) -> None:
    if word in {Word.YES, Word.AGREED}:
        turn.move(Input.CONSENT)
        turn.pass_on()
        turn.ask_anew()
    elif word is Word.NO and not _was_asked(turn):
        turn.move(Input.ASIDE)
        turn.repeat()
    elif word is Word.NO:
        in_doubt = turn.session.danger is None or turn.session.emergency is not None
        turn.move(Input.REFUSE)
        turn.tell("intake.refused")
        contact = turn.ctx.terms.contacts.get(EmergencyClass.LIFE)
        if in_doubt and contact is not None and contact.mail:
            turn.lines.append(Msg("intake.direct", (public(contact.mail[0]),)))
    else:
        turn.move(Input.ASIDE)
        turn.repeat()


def _was_asked(turn: Turn) -> bool:
    """Whether the standing question was asked by this process, so that it was surely said.

    After a restart somebody may repeat an unheeded "no" to the question before, and a "no" to
    this one deletes what they wrote.
    """
    since, asked_at = turn.ctx.since, turn.session.asked_at
    return since is None or asked_at is None or asked_at >= since
