"""Who writes to us: identities that last exactly as long as the network vouches for them.

An account is an identity for ever. Without one, a nick with its user and host on this very
connection of ours is one, until anything says that somebody else may have the nick.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from itertools import islice

from bot.core.words.inbound import IdentityEnded
from bot.core.words.places import DMView
from bot.transports.irc.context import Context, Me
from bot.transports.irc.lines import Line
from bot.transports.irc.peer import Peer, same
from bot.transports.irc.seal import Seal
from bot.transports.irc.watchlist import Watchlist

#: Nobody needs more at once; the one silent for longest is forgotten first. Whoever calls for help
#: must still be known when the answer leaves, while ten thousand others write.
_MOST = 20_000
#: Of these, so many at most who are told something urgent, and are forgotten last.
_MOST_DEAR = 500
#: How many watched nicks are looked at for one that need not be watched.
_LOOKED_AT = 8
#: Room on the network's watch list for the nick that we want back.
_OWN_WATCHES = 1
#: An unwatched nick is believed to be the same person for this long after it was heard.
_TRUSTED_SECONDS = 60.0
#: The same for someone who writes again: longer, since they may be thinking, and not for ever,
#: since at a web gateway the next one has the same mask.
_SILENT_SECONDS = 600.0
#: A direct message goes out only if its reader was proven within this time.
_FRESH_SECONDS = 10.0


class Peers:
    """All nicks that were heard on one connection of ours."""

    def __init__(
        self,
        context: Context,
        me: Me,
        *,
        ask: Callable[[str], None],
        watchlist: Watchlist,
        seated: Callable[[str], bool],
    ) -> None:
        self._context = context
        self._me = me
        self._watchlist = watchlist
        self._seated = seated
        self._all: OrderedDict[str, Peer] = OrderedDict()
        #: Those who are watched, by their own number: who was heard last comes last.
        self._watched: OrderedDict[int, Peer] = OrderedDict()
        self._dear: deque[Peer] = deque()
        self._handlers: dict[str, Callable[[Line], None]] = {
            "NICK": self._nick,
            "QUIT": self._quit,
            "PART": self._part,
            "KICK": self._kick,
            "ACCOUNT": self._account,
            "CHGHOST": self._chghost,
            "730": self._online,
            "731": self._offline,
            "734": self._unwatched,
        }
        self._seal = Seal(context, ask=ask, get=self.get, observed=self._observed)
        self._handlers |= self._seal.handlers

    # ---- asked from outside ------------------------------------------------------------------

    def get(self, nick: str) -> Peer | None:
        """Return what is known of a nick."""
        return self._all.get(self._me.fold(nick))

    def holders(self, account: str) -> list[str]:
        """Return the nicks that last spoke under an account, the latest first."""
        wanted = self._context.account_identity(account)
        return [peer.nick for peer in reversed(self._all.values()) if peer.identity == wanted]

    def alive(self, identity: str) -> Peer | None:
        """Return the peer with a connection identity, as long as we would have seen it end."""
        now = self._context.clock.monotonic()
        for peer in self._all.values():
            if peer.identity == identity:
                recent = now - peer.proven_at <= _TRUSTED_SECONDS
                sure = peer.watched or recent or self._seated(peer.nick)
                return peer if sure else None
        return None

    def view(self, nick: str) -> DMView | None:
        """Return the other end of a direct message; None for a nick that was never proven."""
        peer = self.get(nick)
        if peer is None:
            return None
        self._seal.doubt(peer)
        settings, told = self._context.settings, peer.told
        secure = peer.secure is True if settings.tls else settings.loopback
        if (
            told is None
            or (told.epoch, told.secure) != (peer.epoch, secure)
            or told.place.address != peer.nick
        ):
            told = peer.told = DMView(
                place=self._context.dm(peer.nick),
                epoch=peer.epoch,
                identity=peer.identity,
                account=peer.account,
                secure=secure,
            )
        return told

    def prove(self, nick: str, user: str, host: str, account: str | None) -> Peer:
        """Take what the network just said of a nick; another person gets another generation."""
        folded, now = self._me.fold(nick), self._context.clock.monotonic()
        peer = self._all.get(folded)
        if peer is not None and same(peer, user, host, account) and not self._lost(peer):
            self._seal.doubt(peer)
            peer.nick, peer.proven_at = nick, now
            self._all.move_to_end(folded)
            if peer.watched:
                self._watched.move_to_end(id(peer))
            return peer
        if peer is not None:
            self.end(nick)
        if account is None:
            identity = f"{self._context.settings.name}|link|{self._context.token()}"
        else:
            identity = self._context.account_identity(account)
        peer = Peer(
            nick=nick,
            user=user,
            host=host,
            account=account,
            identity=identity,
            epoch=next(self._context.epochs),
            proven_at=now,
        )
        self._all[folded] = peer
        if len(self._all) > _MOST:
            self._forget_one()
        return peer

    def hold(self, peer: Peer) -> None:
        """Keep knowing somebody who is told something urgent, as long as others can be forgotten."""
        if peer.dear:
            return
        peer.dear = True
        self._dear.append(peer)
        if len(self._dear) > _MOST_DEAR:
            self._dear.popleft().dear = False

    def again(self, folded: str, peer: Peer, now: float) -> bool:
        """Take it that a peer whom we see in a channel spoke again; False when it is no more."""
        if self._all.get(folded) is not peer:
            return False
        peer.proven_at = now
        self._all.move_to_end(folded)
        if peer.watched:
            self._watched.move_to_end(id(peer))
        return True

    def fresh(self, peer: Peer) -> bool:
        """Whether the nick is theirs for all we can know: proven lately, and watched since."""
        age = self._context.clock.monotonic() - peer.proven_at
        return age <= _FRESH_SECONDS and (self._observed(peer) or not peer.watched)

    def hurry(self, peer: Peer) -> str | None:
        """Watch a nick at once: returns the line to send first, None if that was done."""
        self.watch(peer)
        return self._watchlist.hurry(peer.nick)

    def watch(self, peer: Peer) -> None:
        """Have the network tell when this nick goes away, as far as it can."""
        limit = self._me.network.monitor - _OWN_WATCHES
        # A nick that begins with a digit was given by the server: it takes none such on its list.
        if peer.watched or limit < 1 or peer.nick[0].isdigit():
            return
        if len(self._watched) >= limit:
            self._unwatch(self._least_needed())
        self._set_watched(peer)
        self._watchlist.change(peer.nick, watch=True)

    def judge(self, peer: Peer) -> None:
        """Ask whether the other end is encrypted; answered by `peer.judged`."""
        self._seal.judge(peer)

    def refold(self) -> None:
        """Begin anew: the network folds nicks otherwise now, and nobody is who they were."""
        peers = list(self._all.values())
        self._all.clear()
        for peer in peers:
            self._forget(peer)

    def shorten(self) -> None:
        """Keep to a shorter watch list, or to none: the network watches for nobody any more."""
        limit = max(0, self._me.network.monitor - _OWN_WATCHES)
        watched = list(self._watched.values())
        for peer in watched[: max(0, len(watched) - limit)]:
            self._unwatch(peer, tell=self._me.network.monitor > 0)

    def recheck(self) -> None:
        """Let nothing be said that was cleared for an account before: the roster has changed."""
        for peer in self._all.values():
            if not peer.linked:
                peer.epoch = next(self._context.epochs)

    def end(self, nick: str) -> None:
        """The nick may be somebody else's from now on."""
        peer = self._all.pop(self._me.fold(nick), None)
        if peer is not None:
            self._forget(peer)

    def close(self) -> None:
        """Our connection is gone, and with it all that it vouched for."""
        for peer in list(self._watched.values()):
            self._set_unwatched(peer)
        for nick in list(self._all):
            self.end(nick)

    def handle(self, line: Line) -> None:
        """Take a line in; runs after the channels have taken it."""
        handler = self._handlers.get(line.command)
        if handler is not None:
            handler(line)

    # ---- lines -------------------------------------------------------------------------------

    def _forget_one(self) -> None:
        """Forget whoever has been silent for longest and was told nothing urgent."""
        for _ in range(len(self._dear)):
            folded, peer = next(iter(self._all.items()))
            if not peer.dear:
                break
            self._all.move_to_end(folded)
        self.end(next(iter(self._all)))

    def _least_needed(self) -> Peer:
        """Return whom to watch no more: whoever sits in a channel with us is seen leaving anyway."""
        for _ in range(len(self._dear)):
            first = next(iter(self._watched.values()))
            if not first.dear:
                break
            self._watched.move_to_end(id(first))
        some = list(islice(self._watched.values(), _LOOKED_AT))
        return next((peer for peer in some if self._seated(peer.nick)), some[0])

    def _set_watched(self, peer: Peer) -> None:
        peer.watched = True
        self._watched[id(peer)] = peer

    def _set_unwatched(self, peer: Peer) -> None:
        peer.watched = False
        self._watched.pop(id(peer), None)

    def _unwatch(self, peer: Peer, *, tell: bool = True) -> None:
        if peer.watched:
            self._set_unwatched(peer)
            peer.confirmed = False
            self._seal.lapse(peer)
            if tell:
                self._watchlist.change(peer.nick, watch=False)

    def _forget(self, peer: Peer) -> None:
        self._unwatch(peer)
        if peer.dear:
            self._dear.remove(peer)
        if peer.linked:
            self._context.emit(IdentityEnded(identity=peer.identity))

    def _observed(self, peer: Peer) -> bool:
        """Whether the network would tell us at once that this nick has gone."""
        return peer.confirmed or self._seated(peer.nick)

    def _lost(self, peer: Peer) -> bool:
        """Whether somebody else may well be behind the same mask by now."""
        age = self._context.clock.monotonic() - peer.proven_at
        return peer.linked and age > _SILENT_SECONDS and not self._observed(peer)

    def _nick(self, line: Line) -> None:
        if self._me.fold(line.nick) != self._me.fold(line.param(0)):
            self.end(line.nick)
            self.end(line.param(0))

    def _quit(self, line: Line) -> None:
        self.end(line.nick)

    def _part(self, line: Line) -> None:
        self._left(line.nick)

    def _kick(self, line: Line) -> None:
        self._left(line.param(1))

    def _left(self, nick: str) -> None:
        """From here on we may not see somebody quit: or nobody there, when it was us who left."""
        for name in list(self._all) if self._me.is_me(nick) else [nick]:
            peer = self.get(name)
            if peer is None:
                continue
            self._seal.lapse(peer)
            if not peer.watched and not self._seated(name):
                self.end(name)

    def _account(self, line: Line) -> None:
        peer = self.get(line.nick)
        account = None if line.param(0) in {"*", ""} else line.param(0)
        if peer is not None and not same(peer, peer.user, peer.host, account):
            self.end(line.nick)

    def _chghost(self, line: Line) -> None:
        peer = self.get(line.nick)
        if peer is not None:
            peer.user, peer.host = line.param(0), line.param(1)

    def _online(self, line: Line) -> None:
        for nick, _, mask in _targets(line):
            peer = self.get(nick)
            user, _, host = mask.partition("@")
            if peer is None:
                continue
            if mask and (peer.user, peer.host) != (user, host):
                self.end(nick)
                continue
            peer.confirmed = peer.watched
            if not peer.linked:
                # Somebody else may have come between the proof and the watch: prove it anew.
                peer.proven_at = float("-inf")

    def _offline(self, line: Line) -> None:
        for nick, _, _ in _targets(line):
            self.end(nick)

    def _unwatched(self, line: Line) -> None:
        for nick in line.param(2).split(","):
            peer = self.get(nick)
            if peer is not None:
                self._set_unwatched(peer)
                peer.confirmed = False
                self._seal.lapse(peer)


def _targets(line: Line) -> Iterable[tuple[str, str, str]]:
    return (target.partition("!") for target in line.param(-1).split(",") if target)
