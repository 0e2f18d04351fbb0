"""One of those who write to us."""

import asyncio
from dataclasses import dataclass, field

from bot.core.words.people import fold_account
from bot.core.words.places import DMView


@dataclass(slots=True, kw_only=True)
class Peer:
    """A nick in one generation. `secure` is None until WHOIS has told, which sets `judged`."""

    nick: str
    user: str
    host: str
    account: str | None
    identity: str
    epoch: int
    proven_at: float
    secure: bool | None = None
    judged: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    asked: bool = False
    asked_at: float = 0.0
    waited: bool = False
    watched: bool = False
    #: The network has said that it watches: from then on nobody can slip under this nick.
    confirmed: bool = False
    #: They were told something urgent, and may be told more: others are forgotten first.
    dear: bool = False
    #: When WHOIS has told of `secure`; and that we would have seen this connection end since.
    judged_at: float = 0.0
    vouched: bool = False
    #: What was last told of them.
    told: DMView | None = field(default=None, repr=False)

    @property
    def linked(self) -> bool:
        """Whether the identity is this connection, not an account."""
        return self.account is None


def same(peer: Peer, user: str, host: str, account: str | None) -> bool:
    """Whether a nick seen anew is this peer, for all that its mask and account tell."""
    if (peer.user, peer.host) != (user, host):
        return False
    if peer.account is None or account is None:
        return peer.account is account
    return fold_account(peer.account) == fold_account(account)
