"""Words come in: kept where they belong, read for danger, and then the interview goes on."""

from collections.abc import Callable
from datetime import timedelta

from bot.core.intake import say
from bot.core.intake.script import ADDED, CONSENT, DANGER, STORY
from bot.core.intake.spoken import Spoken, Word, says_yes
from bot.core.intake.table import Beside, Input, State
from bot.core.intake.turn import Turn, story
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Msg, Piece, Pieces, at_least, public
from bot.core.words.verdict import Danger

#: How long an answer to the danger question settles what is merely unclear.
SETTLED = timedelta(minutes=10)
#: How often added words are acknowledged.
QUIET = timedelta(minutes=1)


def said(turn: Turn, spoken: Spoken) -> Pieces:
    """The words of a line, without the control word before them."""
    pieces = turn.heard.reading.pieces
    bare = spoken.word is None or spoken.start >= len(turn.heard.reading.text)
    return pieces if bare else tail(pieces, spoken.start)


def tail(pieces: Pieces, start: int) -> Pieces:
    """Return the pieces from the character `start` on, each with its label."""
    kept: list[Piece] = []
    for piece in pieces:
        text = piece.text[start:]
        start = max(0, start - len(piece.text))
        if text:
            kept.append(Piece(text=text, label=piece.label, code=piece.code, number=piece.number))
    return tuple(kept)


def about_danger(turn: Turn, spoken: Spoken) -> bool:
    """Take in an answer to the danger question; False for a line that is none."""
    words = turn.heard.reading.pieces
    emergency = turn.session.emergency or EmergencyClass.LIFE
    if spoken.word in {Word.YES, Word.UNSURE}:
        said = turn.session.doubt or story(turn.session) or words
        turn.keep(DANGER, words)
        _alarm(turn, emergency, said, Turn.repeat)
    elif spoken.word is None and says_yes(turn.heard.reading.text):
        words_in(turn, words, emergency=emergency)
    elif spoken.word in {Word.NO, Word.SKIP}:
        if spoken.word is Word.NO:
            turn.keep(DANGER, words)
            turn.change(danger="no", danger_at=turn.ctx.now)
        first = turn.session.beside is not Beside.CHECKING
        turn.move(Input.CALM)
        turn.change(doubt=())
        if first:
            turn.ask(CONSENT)
        else:
            turn.repeat()
    else:
        return False
    return True


def _alarm(
    turn: Turn, emergency: EmergencyClass, words: Pieces, otherwise: Callable[[Turn], None]
) -> None:
    """Raise an emergency; the interview goes on beside it."""
    if turn.alarm(emergency, words):
        turn.ask_anew()
    else:
        otherwise(turn)


def words_in(
    turn: Turn, words: Pieces, *, emergency: EmergencyClass | None = None, aside: bool = False
) -> None:
    """Keep words where they belong and go on. `aside`: the question could not be seen."""
    react(turn, words, _place(turn, words, aside=aside), emergency)


def react(
    turn: Turn,
    words: Pieces,
    go_on: Callable[[Turn], None],
    emergency: EmergencyClass | None = None,
) -> None:
    """Words are kept: see to the danger in them, then go on."""
    if emergency is None and turn.raised:
        emergency = turn.verdict.emergency or EmergencyClass.LIFE
    if emergency is not None:
        _alarm(turn, emergency, story(turn.session) or words, go_on)
    elif _unsettled(turn):
        before = len(turn.lines)
        turn.move(Input.DOUBT)
        go_on(turn)
        del turn.lines[before:]
        turn.change(doubt=words, danger_at=turn.ctx.now, asked_at=turn.ctx.now)
        turn.lines.append(say.ask(turn.ctx.script.get(DANGER)))
    else:
        go_on(turn)


def _unsettled(turn: Turn) -> bool:
    """Whether the words are unclear and nobody has lately said whether there is danger."""
    session = turn.session
    if turn.verdict.danger is not Danger.UNCLEAR:
        return False
    if session.state not in {State.CONSENT, State.ASKING, State.RECEIVED}:
        return False
    asked = session.danger_at is not None and turn.ctx.now - session.danger_at <= SETTLED
    open_ = session.danger is None and session.beside is not Beside.CHECKING
    return open_ or not asked


def _place(turn: Turn, words: Pieces, *, aside: bool) -> Callable[[Turn], None]:
    """Keep words under the question they answer; returns how it goes on from there."""
    question = turn.question
    if turn.session.state in {State.NEW, State.STORY}:
        turn.keep(STORY, words)
        return _begin
    if question is None:
        turn.keep(ADDED, words)
        return _added
    if turn.session.state is not State.ASKING:
        turn.keep(STORY, words)
        return _repeat_aside if aside else _more
    if aside:
        turn.keep_for(question.id if question.takes_words else turn.session.into, words)
        return _repeat_aside
    checking = turn.session.beside is Beside.CHECKING
    if question.takes_words and not turn.in_window and not checking:
        turn.keep_for(question.id, words)
        turn.change(into=question.id)
        return Turn.advance
    # Whoever answers at once must not be read by more people than the question promised.
    turn.keep_for(turn.session.into, at_least(words, question.label))
    return _more


def _begin(turn: Turn) -> None:
    """The first words are kept: ask whether anybody is in danger."""
    turn.move(Input.FIRST)
    turn.change(danger_at=turn.ctx.now)
    turn.ask(DANGER)


def _more(turn: Turn) -> None:
    """More words for what was said before: the question is repeated after a while only."""
    turn.move(Input.MORE)
    if not turn.in_window:
        turn.repeat()


def _repeat_aside(turn: Turn) -> None:
    turn.move(Input.MORE)
    turn.repeat()


def _added(turn: Turn) -> None:
    """Words after the receipt: the team hears of them, the reporter that they are kept."""
    turn.move(Input.MORE)
    assert turn.session.code is not None
    turn.posts += say.news(turn.session.code, "added", turn.ctx)
    if turn.session.beside is Beside.CHECKING:
        if not turn.in_window:
            turn.repeat()
        return
    acked = turn.session.acked_at
    if acked is None or turn.ctx.now - acked >= QUIET:
        turn.change(acked_at=turn.ctx.now)
        turn.lines.append(Msg("intake.added", (public(turn.ctx.terms.team_name),)))
