"""What a server wants proven: the password once, a page for a human, and junk of any shape."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.transports.matrix.approval import Claimant, Outcome, request
from bot.transports.matrix.wire import Lost, Refused
from tests.transports.matrix.signing_double import HOME, ME, PASSWORD, asks

PATH = "/_matrix/client/v3/keys/device_signing/upload"
BODY: dict[str, Any] = {"master_key": {}}
PAGE = f"{HOME}/_matrix/client/v3/auth/{{}}/fallback/web?session=s1"
#: The two proofs that need no human.
WORD, DUMMY = "m.login.password", "m.login.dummy"


class Script:
    """A wire that refuses in turn, then agrees; `auths` are the proofs that it was given."""

    def __init__(self, *refusals: Exception) -> None:
        self.refusals = list(refusals)
        self.auths: list[Any] = []

    async def call(self, method: str, path: str, *, body: Mapping[str, Any] | None = None) -> Any:
        sent = json.loads(json.dumps(body))
        self.auths.append(sent.pop("auth", None))
        assert (method, path, sent) == ("POST", PATH, BODY)
        if self.refusals:
            raise self.refusals.pop(0)
        return {}


def wants(*flows: list[str], **more: Any) -> Refused:
    return asks({"flows": [{"stages": flow} for flow in flows], "session": "s1", **more})


async def ask(script: Script, session: str | None = None) -> Outcome:
    claimant = Claimant(user_id=ME, homeserver=HOME, password=lambda: PASSWORD)
    assert PASSWORD not in repr(claimant)
    return await request(script, PATH, BODY, claimant, session)


def proof(session: str | None = "s1") -> dict[str, Any]:
    said = {
        "type": WORD,
        "identifier": {"type": "m.id.user", "user": ME},
        "password": PASSWORD,
    }
    return said if session is None else {**said, "session": session}


async def test_nothing_is_wanted() -> None:
    script = Script()
    assert await ask(script) == Outcome(done=True)
    assert script.auths == [None]


async def test_the_password() -> None:
    script = Script(wants([WORD]))
    assert await ask(script) == Outcome(done=True)
    assert script.auths == [None, proof()]


async def test_without_a_session() -> None:
    script = Script(asks({"flows": [{"stages": [WORD]}]}))
    assert (await ask(script)).done
    assert script.auths == [None, proof(None)]


@pytest.mark.parametrize("code", ["M_FORBIDDEN", "M_UNAUTHORIZED"])
async def test_a_wrong_password_is_given_once(code: str) -> None:
    script = Script(wants([WORD]), wants([WORD], errcode=code), AssertionError())
    assert await ask(script) == Outcome(why=code)
    assert script.auths == [None, proof()]


async def test_one_stage_after_the_other() -> None:
    script = Script(wants([WORD, DUMMY]), wants([WORD, DUMMY], completed=[WORD]))
    assert (await ask(script)).done
    assert script.auths == [None, proof(), {"type": DUMMY, "session": "s1"}]


@pytest.mark.parametrize("flows", [(["m.login.sso"], [WORD]), ([WORD], ["m.oauth"])])
async def test_what_needs_no_human_comes_first(flows: tuple[list[str], ...]) -> None:
    script = Script(wants(*flows))
    assert (await ask(script)).done
    assert script.auths == [None, proof()]


async def test_the_password_first_where_a_human_is_wanted_too() -> None:
    flow = [WORD, "m.login.sso"]
    script = Script(wants(flow), wants(flow, completed=[WORD]))
    outcome = await ask(script)
    assert (outcome.url, outcome.session) == (PAGE.format("m.login.sso"), "s1")
    assert script.auths == [None, proof()]


@pytest.mark.parametrize("stage", ["m.oauth", "org.matrix.cross_signing_reset"])
async def test_the_page_that_the_server_names(stage: str) -> None:
    page = "https://account.example.org/?action=org.matrix.cross_signing_reset"
    outcome = await ask(Script(wants([stage], params={stage: {"url": page}})))
    assert (outcome.done, outcome.url, outcome.session) == (False, page, "s1")
    assert "s1" not in repr(outcome)


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "file:///etc/passwd", "https://a\x1b[2J", "https://", "/page"),
        *("https://a b", "https://a\n", "https://\u202eexample.org", "https://" + "a" * 3000),
        *(5, None, ["https://example.org"]),
    ],
)
async def test_what_is_no_page_is_not_shown(url: Any) -> None:
    outcome = await ask(Script(wants(["m.oauth"], params={"m.oauth": {"url": url}})))
    assert outcome.url == PAGE.format("m.oauth")


async def test_names_of_the_server_stay_inside_of_the_page() -> None:
    outcome = await ask(Script(wants(["../../x?y#"], session="a&b=c/..")))
    assert outcome.url == (
        f"{HOME}/_matrix/client/v3/auth/..%2F..%2Fx%3Fy%23/fallback/web?session=a%26b%3Dc%2F.."
    )


@pytest.mark.parametrize(
    "refused",
    [
        asks({"flows": [{"stages": ["m.login.sso"]}]}),
        wants(),
        wants([]),
        wants([WORD], completed=[WORD]),
        asks({"flows": "none", "session": 5, "params": []}),
        wants(["words of\nsomebody"]),
    ],
)
async def test_no_way_is_left(refused: Refused) -> None:
    assert await ask(Script(refused, AssertionError())) == Outcome(why="M_UNAUTHORIZED")


# ---- the same request again ----------------------------------------------------------------------


async def test_what_a_human_has_approved() -> None:
    script = Script()
    assert (await ask(script, "s1")).done
    assert script.auths == [{"session": "s1"}]


async def test_what_no_human_has_approved_yet() -> None:
    outcome = await ask(Script(wants(["m.login.sso"])), "s1")
    assert (outcome.url, outcome.stale) == (PAGE.format("m.login.sso"), False)


@pytest.mark.parametrize(
    "refused",
    [Refused(400, "M_UNKNOWN"), wants(["m.login.sso"], session="s2"), wants([WORD], session=None)],
)
async def test_a_session_that_is_over(refused: Refused) -> None:
    script = Script(refused)
    outcome = await ask(script, "s1")
    assert outcome == Outcome(why=refused.code, stale=True)
    assert script.auths == [{"session": "s1"}]


async def test_the_password_in_the_same_session() -> None:
    script = Script(wants([WORD]))
    assert (await ask(script, "s1")).done
    assert script.auths == [{"session": "s1"}, proof()]


# ---- other answers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [Refused(403, "M_FORBIDDEN"), Refused(401, "M_UNKNOWN_TOKEN"), Lost("deadline")]
)
async def test_other_refusals_are_the_callers(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        await ask(Script(error))
    assert caught.value is error
    with pytest.raises(type(error)):
        await ask(Script(wants([WORD]), error))


_NAMES = st.sampled_from([WORD, DUMMY, "m.oauth", "s1", "url", "stages", "https://example.org"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | _NAMES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | _NAMES, inner),
    max_leaves=4,
)
_FLOWS = _JSON | st.lists(_JSON | st.fixed_dictionaries({"stages": _JSON | st.lists(_NAMES)}))
_WANTS = st.fixed_dictionaries(
    {"flows": _FLOWS},
    optional={
        "session": _JSON,
        "completed": _JSON,
        "params": _JSON | st.dictionaries(_NAMES, _JSON | st.dictionaries(st.just("url"), _JSON)),
    },
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(every=st.lists(_WANTS, max_size=4), session=st.sampled_from([None, "s1"]))
async def test_whatever_is_wanted_it_comes_to_an_end(
    every: list[dict[str, Any]], session: str | None
) -> None:
    script = Script(*(asks(each) for each in every))
    outcome = await ask(script, session)
    assert len(script.auths) <= 3
    assert sum("password" in (auth or {}) for auth in script.auths) <= 1
    assert outcome.url is None or outcome.url.isprintable()
    assert outcome.session is None or outcome.session.isascii()
    assert outcome.done or outcome.why is not None
