"""What whoever calls for help is told: what is recorded, what goes where, what needs no bot."""

from bot.core.oncall.classes import CLASSES, contact_of
from bot.core.oncall.context import CallContext, caller_mark, told_prefix
from bot.core.words.effects import Answer, Effects, Lane, Post, RaiseEmergency, ToIdentity
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass, Page
from bot.core.words.ports import Kept
from bot.core.words.readers import Terms
from bot.core.words.text import Msg, doc, public, team


def told(
    effect: RaiseEmergency, ctx: CallContext, page: Page, case: str, *, mailed: bool
) -> Effects:
    """Tell the caller at once. A room only hears that it was heard, the rest is said by DM.

    Strangers without a case are told durably: these rows are also how a page knows its
    callers, and which case each call made.
    """
    lines = _lines(effect, ctx, mailed=mailed)
    heard = [] if ctx.in_dm else [_heard()]
    if ctx.person is not None:
        codes = (team(page.code), team(case), public(ctx.terms.prefix))
        whole = doc(*lines, Msg("emergency.code", codes), instead=lines[0])
        return [*heard, Answer(doc=whole, private=not ctx.in_dm)]
    said = doc(*lines, label=Label.PUBLIC)
    if effect.case is not None or effect.identity is None:
        return [*heard, Answer(doc=said, private=not ctx.in_dm, plain_message=True)]
    durable = Post(
        to=ToIdentity(identity=effect.identity),
        doc=said,
        key=f"{told_prefix(page)}{page.calls}:{caller_mark(page, effect.identity)}",
        lane=Lane.EMERGENCY,
        case=case,
        page=page.code,
        plain_message=True,
    )
    return [*heard, durable]


def direct(
    emergency: EmergencyClass | None, terms: Terms, kept: Kept = Kept.DATABASE
) -> tuple[Msg, ...]:
    """Return the lines that need no bot: the direct address, and local authorities.

    Whose words are in memory only is asked to write there.
    """
    addresses = contact_of(emergency, terms).mail if emergency else ()
    key = "emergency.direct.memory" if kept is Kept.MEMORY else "emergency.direct"
    written = (Msg(key, (public(addresses[0]),)),) if addresses else ()
    return (*written, Msg("emergency.local"))


def _heard() -> Answer:
    return Answer(doc=doc(Msg("emergency.room"), label=Label.PUBLIC), plain_message=True)


def _lines(effect: RaiseEmergency, ctx: CallContext, *, mailed: bool) -> tuple[Msg, ...]:
    return (*_first(effect, ctx, mailed=mailed), *direct(effect.emergency, ctx.terms, ctx.kept))


def _first(effect: RaiseEmergency, ctx: CallContext, *, mailed: bool) -> tuple[Msg, ...]:
    """Return where the words are, and what goes out: nobody is told more than is true."""
    if ctx.kept is not Kept.DATABASE:
        return _aside(effect, ctx.kept, mailed=mailed)
    if effect.self_harm:
        return (Msg("emergency.self-harm"),)
    return (Msg(CLASSES[effect.emergency].raised if mailed else "emergency.again"),)


def _aside(effect: RaiseEmergency, kept: Kept, *, mailed: bool) -> tuple[Msg, ...]:
    """Return what is told while the database cannot keep anything."""
    if effect.self_harm:
        first = [Msg("emergency.self-harm"), Msg(f"emergency.{kept}.words")]
    else:
        first = [Msg(f"emergency.{kept}" if mailed else f"emergency.{kept}.again")]
    if effect.emergency is EmergencyClass.CHILD:
        first.append(Msg("emergency.no-pictures"))
    return (*first, Msg("emergency.only"))
