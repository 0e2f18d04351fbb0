"""The control words that move an interview: what each of them does."""

from collections.abc import Callable, Mapping

from bot.core.intake import asides, say
from bot.core.intake.hearing import react, said, words_in
from bot.core.intake.script import ADDED, STORY
from bot.core.intake.spoken import Spoken, Word, called_for
from bot.core.intake.table import Beside, Input, State
from bot.core.intake.turn import Turn
from bot.core.words.effects import Hear
from bot.core.words.pages import EmergencyClass
from bot.core.words.text import Msg, public


def erase(turn: Turn) -> None:
    """Delete what can be deleted here, and ask the team for the rest."""
    code = turn.session.code
    turn.move(Input.ERASE)
    if code is None:
        turn.tell("intake.deleted")
        return
    turn.effects.append(Hear(code=code, question="delete-asked", words=(public("delete"),)))
    turn.posts += say.news(code, "delete", turn.ctx)
    turn.lines.append(Msg("intake.delete-asked", (public(turn.ctx.terms.team_name),)))
    turn.change(phrase=None, doubt=(), trail=(), asked_at=None)


def _done(turn: Turn, _spoken: Spoken) -> None:
    turn.move(Input.ASIDE)
    turn.repeat(window=False)


def _add(turn: Turn, spoken: Spoken) -> None:
    words = said(turn, spoken)
    if spoken.start >= len(turn.heard.reading.text):
        turn.move(Input.ASIDE)
        turn.tell("intake.add-how")
    elif turn.session.state is State.STORY:
        words_in(turn, words)
    else:
        turn.keep(STORY if turn.session.code is None else ADDED, words)
        react(turn, words, _kept)


def _kept(turn: Turn) -> None:
    turn.move(Input.MORE)
    turn.tell("intake.kept")
    if turn.session.state is State.RECEIVED and turn.session.code is not None:
        turn.change(acked_at=turn.ctx.now)
        turn.posts += say.news(turn.session.code, "added", turn.ctx)


def _urgent(turn: Turn, spoken: Spoken) -> None:
    words = said(turn, spoken)
    if spoken.start < len(turn.heard.reading.text) or turn.session.state is State.STORY:
        turn.keep(STORY if turn.session.code is None else ADDED, words)
    go_on = _nothing if turn.session.state is State.RECEIVED else Turn.repeat
    react(turn, words, go_on, urgency(turn))


def urgency(turn: Turn) -> EmergencyClass:
    """Return what an urgent line is for."""
    return called_for(turn.heard.reading.text, turn.verdict)


def _nothing(_turn: Turn) -> None:
    """The emergency's own words are all there is to say."""


def _pause(turn: Turn, _spoken: Spoken) -> None:
    if turn.session.state is State.RECEIVED:
        turn.move(Input.ASIDE)
        turn.tell("intake.write-here")
    else:
        turn.move(Input.PAUSE)
        turn.tell("intake.paused")


def _back(turn: Turn, _spoken: Spoken) -> None:
    checking = turn.session.beside is Beside.CHECKING
    turn.move(Input.BACK)
    if checking:
        turn.change(doubt=())
    elif len(turn.session.trail) > 1:
        turn.change(trail=turn.session.trail[:-1])
    turn.repeat(window=False)


def _skip(turn: Turn, _spoken: Spoken) -> None:
    question = turn.question
    if question is None or not question.skippable:
        turn.move(Input.ASIDE)
        turn.repeat()
    else:
        turn.advance()


def _stop(turn: Turn, _spoken: Spoken) -> None:
    asking = turn.session.state is State.ASKING
    turn.move(Input.STOP)
    if turn.session.state is State.GONE:
        turn.tell("intake.stopped-nothing")
        return
    turn.lines.append(Msg("intake.stopped", (public(turn.ctx.terms.team_name),)))
    if asking:
        turn.receipt()


def _delete(turn: Turn, _spoken: Spoken) -> None:
    turn.move(Input.DELETE)
    passed = turn.session.code is not None
    turn.tell("intake.delete-sure-passed" if passed else "intake.delete-sure")


def _aside(answer: Callable[[Turn], None]) -> Callable[[Turn, Spoken], None]:
    return lambda turn, _spoken: answer(turn)


CONTROLS: Mapping[Word, Callable[[Turn, Spoken], None]] = {
    Word.DONE: _done,
    Word.ADD: _add,
    Word.URGENT: _urgent,
    Word.PAUSE: _pause,
    Word.BACK: _back,
    Word.SKIP: _skip,
    Word.STOP: _stop,
    Word.DELETE: _delete,
    Word.STATUS: _aside(asides.status),
    Word.LANGUAGE: _aside(asides.language),
    Word.APPEAL: _aside(asides.appeal),
    Word.HELP: _aside(asides.help_),
    Word.READ: _aside(asides.read),
    Word.REPORT: _aside(asides.report),
}
