"""`verify`: compare keys with somebody of the team, or let a changed key of theirs count."""

from collections.abc import Sequence

from bot.core.policy.access import Rule
from bot.core.words.effects import Answer, Effects, OrderKeys
from bot.core.words.keys import KeyAct, KeyKind, KeyNews, KeyOrder, grouped
from bot.core.words.labels import Label
from bot.core.words.people import Account, Person, Role
from bot.core.words.readers import Keys, Standing, Terms
from bot.core.words.text import Msg, doc, public, team
from commands._spec import Call, Example, TakesWord, command

SAME, DIFFERENT, PICTURES = "same", "different", "pictures"
#: How much of a key must be typed to let it count.
ENOUGH = 8


@command(
    "verify",
    usage="verify WHO [pictures|same|different|KEY]",
    rule=Rule(who=frozenset({Role.OPERATOR}), floor=Label.TEAM),
    label=Label.TEAM,
    takes=(TakesWord(name="who"), TakesWord(name="answer", optional=True)),
    examples=(
        Example(typed="!verify alice", says="verify.nothing", by="carol"),
        Example(typed="!verify nobody", says="standing.unknown", by="carol"),
        Example(typed="!verify alice same", says="verify.nothing-shown", by="carol"),
    ),
)
def verify(call: Call, keys: Keys, standing: Standing, terms: Terms) -> Effects:
    """Go one step on with whatever there is to decide about somebody's keys."""
    who = standing.everybody.named(call.words["who"])
    if who is None:
        return [Answer(doc=doc(Msg("standing.unknown")))]
    answer = call.words.get("answer")
    if answer in {SAME, DIFFERENT}:
        return _compared(who.accounts, answer, keys, who.name)
    if answer == PICTURES:
        return _asked(who)
    for account in who.accounts:
        news = keys.changed(account)
        if news is not None and answer is not None:
            return _trusted(news, answer, who.name, terms)
        asked = keys.comparing(account)
        if asked is not None and asked.kind is KeyKind.ASKED:
            begun = Answer(doc=doc(Msg("verify.begun", (team(who.name),))))
            return [_order(KeyAct.COMPARE, account), begun]
        if asked is not None:
            return [Answer(doc=doc(Msg("verify.say", (team(who.name), public(terms.prefix)))))]
        if news is not None:
            return _shown(news, who.name, terms)
    return _asked(who)


def _asked(who: Person) -> Effects:
    """Ask somebody to compare, where they have keys at all."""
    for account in who.accounts:
        if account.name.startswith("@"):
            begun = Answer(doc=doc(Msg("verify.asked", (team(who.name), team(str(account))))))
            return [_order(KeyAct.COMPARE, account), begun]
    return [Answer(doc=doc(Msg("verify.nothing", (team(who.name),))))]


def _compared(accounts: Sequence[Account], answer: str, keys: Keys, name: str) -> Effects:
    """Pass on whether both sides saw the same."""
    for account in accounts:
        news = keys.comparing(account)
        if news is not None and news.kind is KeyKind.SHOWN:
            act = KeyAct.SAME if answer == SAME else KeyAct.DIFFERENT
            return [_order(act, account), Answer(doc=doc(Msg(f"verify.{answer}", (team(name),))))]
    return [Answer(doc=doc(Msg("verify.nothing-shown", (team(name),))))]


def _shown(news: KeyNews, name: str, terms: Terms) -> Effects:
    """Show both keys, and how to let the new one count."""
    if news.by_file:
        return [Answer(doc=doc(Msg("verify.by-file", (team(name), team(_key(news))))))]
    before = "" if news.before is None else grouped(news.before)
    lines = (
        Msg("verify.changed", (team(name), team(str(news.account)))),
        Msg("verify.changed-before", (team(before),)),
        Msg("verify.changed-now", (team(_key(news)),)),
        Msg("verify.changed-how", (team(name), public(terms.prefix))),
    )
    return [Answer(doc=doc(*lines))]


def _trusted(news: KeyNews, typed: str, name: str, terms: Terms) -> Effects:
    """Let the changed key count, if it is the one that was typed."""
    key = news.key or ""
    if news.by_file:
        return _shown(news, name, terms)
    if len(typed) < ENOUGH or not key.startswith(typed):
        return [Answer(doc=doc(Msg("verify.other-key", (team(name), public(terms.prefix)))))]
    done = Answer(doc=doc(Msg("verify.trusted", (team(name), team(str(news.account))))))
    return [_order(KeyAct.TRUST, news.account, key), done]


def _key(news: KeyNews) -> str:
    return grouped(news.key or "")


def _order(act: KeyAct, account: Account, key: str | None = None) -> OrderKeys:
    return OrderKeys(order=KeyOrder(act=act, account=account, key=key))
