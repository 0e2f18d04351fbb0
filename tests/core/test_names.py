"""Names: what is the same person, and who is meant however a wiki writes it."""

import pytest

from bot.core.words.names import bare_name, party_key


@pytest.mark.parametrize(
    "typed",
    [
        "Example-A",
        "  Example-A ",
        "User:Example-A",
        "user: example-A",
        "User talk:Example-A",
        "[[User:Example-A]]",
        "[[User:Example-A|somebody]]",
        "[[:en:User:Example-A/archive]]",
        "[[de:Benutzerin:Example-A]]",
        "Benutzer:Example-A",
        "https://wiki.example.org/wiki/User:Example-A",
        "https://wiki.example.org/wiki/User_talk:Example-A/Archive_1#top",
        "https://wiki.example.org/wiki/User:Example%2DA",
        "https://wiki.example.org/wiki/Special:Contributions/Example-A?limit=50",
        "https://wiki.example.org/w/index.php?title=User:Example-A&action=edit",
        "https://wiki.example.org/w/index.php?title=Special:Log&user=Example-A",
        "https://wiki.example.org/wiki/Utilisateur:Example-A",
    ],
)
def test_a_user_is_meant_however_it_is_written(typed: str) -> None:
    assert party_key(bare_name(typed)) == party_key("Example-A")


@pytest.mark.parametrize(
    "typed", ["Example A (talk)", "192.0.2.7", "2001:db8::7", "dead:beef::7", "Émigré", "a/b"]
)
def test_a_name_is_left_as_it_is(typed: str) -> None:
    assert bare_name(typed) == typed


@pytest.mark.parametrize("typed", ["::", "[[]]", "User:", "https://", "|"])
def test_what_names_nobody_stays_what_it_was(typed: str) -> None:
    assert bare_name(typed) == typed
