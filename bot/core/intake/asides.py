"""Control words that are answered in place: help, status, read and their like.

None of these moves the interview; each leaves it as it stands.
"""

from bot.core.intake import say
from bot.core.intake.table import Input, State
from bot.core.intake.turn import Turn
from bot.core.words.text import Line, Msg, public


def say_status(turn: Turn) -> None:
    """Say where the report stands."""
    turn.lines.append(say.status(turn.case, turn.session.code, turn.ctx.now, turn.ctx.terms))


def status(turn: Turn) -> None:
    """Answer `status`."""
    turn.move(Input.ASIDE)
    say_status(turn)


def language(turn: Turn) -> None:
    """Answer `language`: only English so far, and any language is read."""
    turn.move(Input.ASIDE)
    turn.tell("intake.language")


def help_(turn: Turn) -> None:
    """Answer `help`."""
    turn.move(Input.ASIDE)
    turn.tell("intake.help", Msg("intake.help-words"), Msg("intake.help-end"))


def read(turn: Turn) -> None:
    """Answer `read`, durably: the team's words that waited are not asked for twice."""
    turn.move(Input.ASIDE)
    code = turn.session.code
    if code is None or not turn.session.unread:
        turn.tell("intake.read-nothing")
        return
    lines: list[Line] = [Msg("intake.read-from", (public(turn.ctx.terms.team_name),))]
    for seq in turn.session.unread:
        words = turn.ctx.cases.words(code, seq)
        lines.append(Msg("intake.read-gone") if words is None else words)
    turn.posts.append(say.waited(code, lines, turn.ctx.now))
    turn.change(unread=())


def appeal(turn: Turn) -> None:
    """Answer `appeal`: the team hears of it where there is a case."""
    turn.move(Input.ASIDE)
    code = turn.session.code
    if code is None:
        turn.tell("intake.appeal-early")
        return
    turn.keep("appeal", turn.heard.reading.pieces)
    turn.posts += say.news(code, "appeal", turn.ctx)
    turn.lines.append(Msg("intake.appeal", (public(turn.ctx.terms.team_name),)))


def report(turn: Turn) -> None:
    """Answer `report` in the middle of one."""
    turn.move(Input.ASIDE)
    if turn.session.state is State.RECEIVED:
        turn.tell("intake.report-again")
    else:
        turn.repeat()
