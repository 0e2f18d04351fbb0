"""What there is to decide about people's keys, as commands may ask for it."""

from dataclasses import dataclass, field

from bot.core.words.keys import KeyKind, KeyNews
from bot.core.words.people import Account


@dataclass(slots=True)
class KeyMatters:
    """`Keys`, from the news of the networks. It is as old as the process."""

    _changed: dict[Account, KeyNews] = field(default_factory=dict)
    _comparing: dict[Account, KeyNews] = field(default_factory=dict)

    def note(self, news: KeyNews) -> None:
        """Take news in."""
        match news.kind:
            case KeyKind.CHANGED:
                self._changed[news.account] = news
            case KeyKind.ASKED | KeyKind.SHOWN:
                self._comparing[news.account] = news
            case KeyKind.VERIFIED:
                self._comparing.pop(news.account, None)
                self.settled(news.account, news.key)
            case KeyKind.SETTLED:
                self._changed.pop(news.account, None)
            case KeyKind.ENDED:
                self.over(news.account)
            case _:
                pass

    def settled(self, account: Account, key: str | None) -> None:
        """A key of an account counts; if it shows yet another by now, that one is not decided."""
        news = self._changed.get(account)
        if news is not None and news.key == key:
            del self._changed[account]

    def over(self, account: Account) -> None:
        """No comparison with an account is in hand."""
        self._comparing.pop(account, None)

    def changed(self, account: Account) -> KeyNews | None:
        """Return that the key of an account is not the one that counts; None where it is."""
        return self._changed.get(account)

    def comparing(self, account: Account) -> KeyNews | None:
        """Return how far a comparison of keys has come; None where there is none."""
        return self._comparing.get(account)
