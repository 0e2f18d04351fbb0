"""How the identity of a speaker is written: by account, or by one connection."""

from bot.core.words.people import Account, fold_account


def by_account(account: Account) -> str:
    """Return the identity of whoever is logged in to an account."""
    return f"{account.network}|account|{fold_account(account.name)}"


def by_link(network: str, serial: str) -> str:
    """Return the identity of one connection, for as long as it lasts."""
    return f"{network}|link|{serial}"


def network_of(identity: str) -> str:
    """Return the network that an identity belongs to."""
    return identity.partition("|")[0]
