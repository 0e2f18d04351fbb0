"""What a homeserver wants to have proven before it replaces keys: by a password, or by a human.

Source: Matrix specification 1.15, client-server API, "User-interactive authentication"; for
`m.oauth`, MSC4312.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.transports.matrix.keytalk import Caller
from bot.transports.matrix.wire import Refused, seg

_V3 = "/_matrix/client/v3"
_PASSWORD, _NOTHING = "m.login.password", "m.login.dummy"
#: What is proven without a human.
_ALONE = frozenset({_PASSWORD, _NOTHING})
#: A link that can be shown on a terminal as it is.
_LINK = re.compile(r"https?://[!-~]{1,2000}")
#: A stage or a session, as far as it is worth being named.
_NAME = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Who asks, and how they prove it. `homeserver`: the address of links, without a last slash."""

    user_id: str
    homeserver: str
    password: Callable[[], str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it: done, or refused for `why`, or a human has to open `url` first.

    `session` is what the same request is to be made with again after that, None for nothing.
    `stale`: the session that it was made with is over.
    """

    done: bool = False
    url: str | None = None
    why: str | None = None
    session: str | None = field(default=None, repr=False)
    stale: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the server wants next: one stage of a flow. None where nothing is left."""

    stage: str | None
    url: str | None
    session: str | None


async def request(
    wire: Caller,
    path: str,
    body: Mapping[str, Any],
    claimant: Claimant,
    session: str | None = None,
) -> Outcome:
    """Ask for what has to be approved, and prove who asks as far as a password does.

    `session` is that of an earlier outcome of the same request. The password is read only when
    it is asked for, and given once. Raises what reading it does, and what `Wire.call` does where
    the server wants nothing proven.
    """
    auth = {} if session is None else {"session": session}
    given: set[str] = set()
    while True:
        try:
            await wire.call("POST", path, body={**body, "auth": auth} if auth else body)
        except Refused as error:
            refused = error
        else:
            return Outcome(done=True)
        resumed = session is not None and not given
        wanted = None if refused.wants is None else _read(refused.wants, claimant.homeserver)
        if resumed and (wanted is None or wanted.session != session):
            return Outcome(why=refused.code, stale=True)
        if wanted is None:
            raise refused
        if wanted.stage is None or wanted.stage in given:
            return Outcome(why=refused.code)
        if wanted.stage not in _ALONE:
            return Outcome(url=wanted.url, why=refused.code, session=wanted.session)
        given.add(wanted.stage)
        auth = _proof(wanted, claimant)


def _proof(wanted: _Wanted, claimant: Claimant) -> dict[str, Any]:
    proof: dict[str, Any] = {"type": wanted.stage}
    if wanted.session is not None:
        proof["session"] = wanted.session
    if wanted.stage == _PASSWORD:
        proof["identifier"] = {"type": "m.id.user", "user": claimant.user_id}
        proof["password"] = claimant.password()
    return proof


def _read(wants: Mapping[str, Any], homeserver: str) -> _Wanted:
    """Return what is wanted next, whatever the server has sent."""
    completed = _texts(wants.get("completed"))
    flows = wants.get("flows")
    left = [
        [stage for stage in _texts(flow.get("stages")) if stage not in completed]
        for flow in (flows if isinstance(flows, list) else [])
        if isinstance(flow, dict)
    ]
    # What needs no human comes first, then what the server names first.
    flow = min(filter(None, left), key=lambda stages: not _ALONE.issuperset(stages), default=[])
    session = wants.get("session")
    if not isinstance(session, str) or not _NAME.fullmatch(session):
        session = None
    stage = next(iter(flow), None)
    url = None if stage is None else _url(wants, stage, session, homeserver)
    return _Wanted(stage, url, session)


def _url(wants: Mapping[str, Any], stage: str, session: str | None, homeserver: str) -> str | None:
    """Return where a human approves a stage: what the server names, else its own page for it."""
    params = wants.get("params")
    told = params.get(stage) if isinstance(params, dict) else None
    url = told.get("url") if isinstance(told, dict) else None
    if isinstance(url, str) and _LINK.fullmatch(url):
        return url
    if session is None:
        return None
    page = f"{homeserver}{_V3}/auth/{seg(stage)}/fallback/web"
    return f"{page}?session={quote(session, safe='')}"


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, str) and _NAME.fullmatch(each)]
