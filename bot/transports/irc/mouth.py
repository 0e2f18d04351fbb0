"""Says cleared text, line by line, each only while its place is still what it was cleared for."""

from collections import deque
from functools import lru_cache

from bot.core.policy.gate import Cleared
from bot.core.words.places import DMView, PlaceKind
from bot.core.words.ports import Sent
from bot.transports.irc.isupport import valid_nick
from bot.transports.irc.lines import plain
from bot.transports.irc.questions import Found, Proof
from bot.transports.irc.session import Session
from bot.transports.irc.speech import LIMIT, Lane, budget, cut
from bot.transports.irc.timing import within

_PROOF_SECONDS = 15.0
_ANSWER_SECONDS = 10.0
#: A reader who has to be proven this often for one line is not there for certain.
_PROOFS = 4
#: What a label adds to a line on its way to the server.
_LABEL_BYTES = 20


async def lookup(session: Session, nick: str, lane: Lane = Lane.CONTROL) -> Found | None:
    """Ask the network who has a nick now; None for nobody. OSError when it does not answer."""
    if not session.me.network.whox or not valid_nick(nick):
        return None
    if not await session.turnstile.turn(lane):
        raise ConnectionError
    # Made only now: the ends of answers bear no token, they come in the order of the questions.
    question = session.questions.who(nick)
    try:
        session.write_counted(question.line)
        found = await within(session.context.clock, _ANSWER_SECONDS, question.answer)
    finally:
        session.questions.done(question)
    if not session.identified:
        raise ConnectionError
    return found


async def say(session: Session, cleared: Cleared, *, proof: bool, urgent: bool) -> Sent:
    """Say the lines of `cleared`; with `proof`, wait until the network has taken them."""
    place = cleared.place
    in_room = place.kind is PlaceKind.ROOM
    channel = session.channels.get(place.address) if in_room else None
    if not session.identified or (in_room and (channel is None or not channel.joined)):
        return Sent.DOWN
    if not in_room and not valid_nick(place.address):
        return Sent.GONE
    if urgent and not in_room:
        peer = session.peers.get(place.address)
        if peer is not None:
            session.peers.hold(peer)
    watch = session.questions.proof(place.address)
    try:
        marked = proof and session.labels
        failed = await _write(session, cleared, watch, urgent=urgent, marked=marked)
        if failed is not None:
            return failed
        return await _prove(session, watch, marked=marked) if proof else Sent.DELIVERED
    finally:
        session.questions.done(watch)


def _command(cleared: Cleared) -> str:
    return "PRIVMSG" if cleared.plain_message else "NOTICE"


def _size(session: Session, cleared: Cleared) -> int:
    """Return how many bytes of text go into a line, by what others see of us right now."""
    me, wanted = session.me, session.context.settings.nick
    command, target = _command(cleared), cleared.place.address
    return _left(me.nick, wanted, me.user, me.host, command, target)


@lru_cache(maxsize=256)
def _left(nick: str, wanted: str, user: str, host: str, command: str, target: str) -> int:
    """Return the bytes that a line leaves for its text. Each call is the same as many before."""
    size = budget(
        # The nick may be won back while the text is on its way.
        nick=max(nick, wanted, key=lambda nick: len(nick.encode())),
        user=user,
        host=host,
        command=command,
        target=target,
    )
    return min(size, LIMIT - _LABEL_BYTES - len(f"{command} {target} :".encode()))


async def _write(
    session: Session,
    cleared: Cleared,
    watch: Proof,
    *,
    urgent: bool,
    marked: bool,
) -> Sent | None:
    lane = Lane.URGENT if urgent else Lane.NORMAL
    target, written = cleared.place.address, False
    rest = deque(filter(None, map(plain, cleared.lines)))
    while rest:
        failed = await _turn(session, cleared, lane)
        if failed is not None:
            return Sent.UNCERTAIN if written and failed is Sent.DOWN else failed
        if watch.verdict.done():
            return watch.verdict.result()
        # From here to the wire nothing else runs: what is checked is what is written to.
        view = session.view(cleared.place)
        if view is None or view.epoch != cleared.epoch:
            return Sent.STALE
        piece, left = cut(rest.popleft(), _size(session, cleared))
        if left:
            rest.appendleft(left)
        tag = f"@label={session.questions.label(watch)} " if marked else ""
        session.write_counted(f"{tag}{_command(cleared)} {target} :{piece}")
        written = True
    return None


async def _turn(session: Session, cleared: Cleared, lane: Lane) -> Sent | None:
    """Wait for a turn at which the reader of a direct message is proven; None when it is here."""
    for _ in range(_PROOFS):
        if cleared.place.kind is PlaceKind.DM:
            failed = await _reprove(session, cleared, lane)
            if failed is not None:
                return failed
        if not await session.turnstile.turn(lane) or not session.identified:
            return Sent.DOWN
        if cleared.place.kind is PlaceKind.ROOM:
            return None
        peer = session.peers.get(cleared.place.address)
        if peer is None or session.peers.fresh(peer) or not session.me.network.whox:
            return None
    return Sent.DOWN


async def _reprove(session: Session, cleared: Cleared, lane: Lane) -> Sent | None:
    """Ask who has the nick of a direct message, unless it was proven a moment ago."""
    peer = session.peers.get(cleared.place.address)
    if peer is None or peer.epoch != cleared.epoch:
        return Sent.STALE
    if session.peers.fresh(peer):
        return None
    if not session.me.network.whox:
        return None if peer.linked else Sent.GONE
    # Watched first, asked then: whoever comes after the answer is seen coming.
    line = session.peers.hurry(peer)
    if line is not None:
        session.write(line)
    try:
        found = await lookup(session, peer.nick, lane)
    except OSError:
        return Sent.DOWN
    if found is None:
        session.peers.end(peer.nick)
        return Sent.GONE
    session.peers.prove(found.nick, found.user, found.host, found.account)
    return None


async def _prove(session: Session, watch: Proof, *, marked: bool) -> Sent:
    if marked:
        watch.finish()
    else:
        session.write(f"PING {watch.token}")
    try:
        return await within(session.context.clock, _PROOF_SECONDS, watch.verdict)
    except TimeoutError:
        return Sent.UNCERTAIN


async def find(session: Session, identity: str) -> DMView | None:
    """Return the other end of an identity, proven now. OSError when nobody can tell."""
    network, kind, name = (*identity.split("|", 2), "", "")[:3]
    if network != session.context.settings.name:
        return None
    if not session.identified:
        raise ConnectionError
    if kind != "account":
        peer = session.peers.alive(identity)
        return session.peers.view(peer.nick) if peer is not None else None
    candidates = [*session.channels.holders(name), *session.peers.holders(name), name]
    for nick in dict.fromkeys(candidates):
        # Few are looked for, and some of them for a ring; a crowd's housekeeping may be long.
        found = await lookup(session, nick, Lane.URGENT)
        if found is None or found.account is None:
            continue
        if session.context.account_identity(found.account) == identity:
            return await _met(session, found)
    return None


async def _met(session: Session, found: Found) -> DMView | None:
    peer = session.peers.prove(found.nick, found.user, found.host, found.account)
    session.peers.hold(peer)
    session.peers.watch(peer)
    session.peers.judge(peer)
    try:
        await within(session.context.clock, _ANSWER_SECONDS, peer.judged.wait())
    except TimeoutError:
        peer.secure = None
    return session.peers.view(peer.nick)
