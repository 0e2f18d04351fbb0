"""Every mistake is named once, with its path and how to mend it, and never with its value."""

import os
from pathlib import Path

import pytest

from bot.config import ConfigError, load_config
from tests.config.conftest import MARKER, Edits, Mistakes

_ALICE = 'irc = ["libera/alice"]'
_LIFE = '[contacts.life]\nmail = ["emergency@example.org"]'
_SMTP_SECURITY = 'security = "starttls"'
_STEP_BOB = '[[oncall.steps]]\npeople = ["bob"]'


def _more(table: str) -> Edits:
    return (("[promises]", f"{table}\n[promises]"),)


#: What is edited, where the mistake is, and words that the sentence must hold.
TABLE: tuple[tuple[Edits, str, str], ...] = (
    # unknown keys, with the nearest
    ((('ceiling = "case" ', 'celing = "case" '),), "rooms[0].celing", '"ceiling"'),
    ((("repage =", "repag ="),), "oncall.repag", '"repage"'),
    ((("{ life = 1 }", "{ life = 1, chld = 1 }"),), "oncall.acks.chld", '"child"'),
    ((("burst = 5", "brust = 5"),), "transports[0].rate.brust", '"burst"'),
    ((("device_name", "devicename"),), "transports[1].devicename", '"device_name"'),
    ((("homeserver =", "sasl = 1\nhomeserver ="),), "transports[1].sasl", "known here: kind"),
    ((("[promises]", "[promise]"),), "promise", '"promises"'),
    ((("[promises]", "[zzz]\n[promises]"),), "zzz", "known here: bot"),
    ((("note = ", "mial = []\nnote = "),), "contacts.harassment.mial", '"mail"'),
    ((("stewards_mail", "steward_mail"),), "wikis.examplewiki.steward_mail", '"stewards_mail"'),
    (_more('[[oncall.shifts]]\nperson = "bob"\nform = "08:00"\nto = "09:00"'), "oncall.shifts[0].form", '"from"'),
    # drills
    (_more('[oncall.drill]\nday = "sat"'), "oncall.drill.at", "missing"),
    (_more('[oncall.drill]\nat = "18:00"'), "oncall.drill.day", "missing"),
    (_more('[oncall.drill]\nday = "sat"\nat = "6pm"'), "oncall.drill.at", "time of day"),
    (_more('[oncall.drill]\nday = "sat"\nat = "24:00"'), "oncall.drill.at", "time of day"),
    (_more('[oncall.drill]\nday = "Saturday"\nat = "18:00"'), "oncall.drill.day", "mon"),
    (_more('[oncall.drill]\ndays = "sat"\nat = "18:00"'), "oncall.drill.days", '"day"'),
    ((("repage =", 'drill = "sat"\nrepage ='),), "oncall.drill", "not a table"),
    # public call words
    ((("repage =", 'call_words = ["two words"]\nrepage ='),), "oncall.call_words[0]", "1 to 20"),
    ((("repage =", 'call_words = [""]\nrepage ='),), "oncall.call_words[0]", "1 to 20"),
    ((("repage =", 'call_words = ["a", "!Stand-Down"]\nrepage ='),), "oncall.call_words[1]", "command"),
    ((("repage =", 'call_words = ["ack"]\nrepage ='),), "oncall.call_words[0]", "command"),
    ((("repage =", 'call_words = ["Caseward:"]\nrepage ='),), "oncall.call_words[0]", "the bot"),
    # values of the wrong kind
    ((('warn = "48h"', 'warn = "48x"'),), "promises.warn", "duration"),
    ((('warn = "48h"', 'warn = "0s"'),), "promises.warn", "duration"),
    ((('warn = "48h"', 'warn = "1500ms"'),), "promises.warn", "duration"),
    ((('warn = "48h"', "warn = 48"),), "promises.warn", "duration"),
    ((("port = 6697", 'port = "6697"'),), "transports[0].port", "without quotes"),
    ((("port = 6697", "port = 70000"),), "transports[0].port", "at most 65535"),
    ((("tls = true", 'tls = "yes"'),), "transports[0].tls", "true or false"),
    ((("per_second = 1.0", "per_second = 0"),), "transports[0].rate.per_second", "more than 0"),
    ((("per_second = 1.0", "per_second = 1001"),), "transports[0].rate.per_second", "at most 1000"),
    ((("per_second = 1.0", "per_second = nan"),), "transports[0].rate.per_second", "number"),
    ((("burst = 5", "burst = 0"),), "transports[0].rate.burst", "at least 1"),
    ((('kind = "irc"', 'kind = "ircc"'),), "transports[0].kind", "irc or matrix"),
    ((('kind = "irc"\n', ""),), "transports[0].kind", "irc or matrix"),
    ((('sasl = "plain"', 'sasl = "scram"'),), "transports[0].sasl", "'plain' or 'external'"),
    ((('host = "irc.example.org"', 'host = "a b"'),), "transports[0].host", "host"),
    ((('host = "irc.example.org"\n', ""),), "transports[0].host", "missing"),
    ((('nick = "caseward"', 'nick = "1 x"'),), "transports[0].nick", "nick"),
    ((('"oversighter", "on-call"', '"overseer", "on-call"'),), "people[0].roles[1]", "oversighter"),
    ((('ceiling = "public"', 'ceiling = "all"'),), "rooms[2].ceiling", "'team'"),
    ((('"Europe/Berlin"', '"Europe/Atlantis"'),), "people[0].time_zone", "time zone"),
    ((('language = "en"', 'language = "tlh"'),), "bot.language", "known: en"),
    ((('"safety-team@example.org"', '"safety team"'),), "bot.team_mail", "mail address"),
    ((('team_mail = "safety-team@example.org"', ""),), "bot.team_mail", "missing"),
    ((('prefix = "!"', 'prefix = "/"'),), "bot.prefix", "prefix"),
    ((('name = "caseward" ', 'name = "case ward" '),), "bot.name", "name"),
    ((('"127.0.0.1:8787"', '"8787"'),), "health.listen", "address and port"),
    ((('"https://wiki.example.org/"', '"https://u:p@wiki.example.org/"'),),
     "wikis.examplewiki.url", "web address"),
    ((("[[smtp]] ", "[smtp] "),), "smtp", "[[smtp]]"),
    # transports
    ((("tls = true", "tls = false"),), "transports[0].tls", "loopback"),
    ((('password_file = "secrets/irc" ', "#"),), "transports[0].password_file", "missing"),
    ((('sasl = "plain"', 'sasl = "external"'),), "transports[0].client_cert_file", "missing"),
    (_more('[[transports]]\nkind = "irc"\nname = "libera"\nhost = "a"\npassword_file = "secrets/irc"'),
     "transports[2].name", "another transport"),
    (_more('[[transports]]\nkind = "matrix"\nname = "m2"\nhomeserver = "https://a"\n'
           'user_id = "@a:b"\npassword_file = "secrets/irc"'), "transports[2]", "only one Matrix"),
    ((('"https://matrix.example.org"', '"http://matrix.example.org"'),),
     "transports[1].homeserver", "https"),
    ((('user_id = "@caseward:example.org"', 'user_id = "@caseward:example.org"\nrelays = ["irc_*"]'),),
     "transports[1].relays[0]", "@irc_*:example.org"),
    # rooms
    ((('name = "lobby"', 'name = "team"'),), "rooms[2].name", "another room"),
    ((('"libera/#lobby"', '"libera/#Functionaries"'),), "rooms[2].places[0]", "rooms[0].places[0]"),
    ((('"libera/#lobby"', '"libra/#lobby"'),), "rooms[2].places[0]", '"libera"'),
    ((('"libera/#lobby"', '"libera/lobby"'),), "rooms[2].places[0]", "channel"),
    ((('"libera/#lobby"', '"libera/#"'),), "rooms[2].places[0]", "channel"),
    ((('host = "irc.example.org"', 'host = "fe80::1%eth0"'),), "transports[0].host", "host"),
    ((('"libera/#lobby"', '"#lobby"'),), "rooms[2].places[0]", "NETWORK/ADDRESS"),
    ((('"matrix/!def:example.org"', '"matrix/def:example.org"'),), "rooms[1].places[0]", "!ID"),
    ((('ceiling = "case" ', 'ceiling = "pii" '),), "rooms[0].ceiling", "at most case"),
    ((('watch = "all"', "redact = true"),), "rooms[2].redact", "Matrix"),
    # people
    ((('name = "carol"', 'name = "Alice"'),), "people[2].name", "somebody else"),
    ((('"libera/bob"', '"libera/ALICE"'),), "people[1].irc[0]", "people[0].irc[0]"),
    ((('"@bob:example.org"', '"@alice:example.org"'),), "people[1].matrix[0]", "given twice"),
    ((('"libera/bob"', '"libre/bob"'),), "people[1].irc[0]", '"libera"'),
    ((('"libera/bob"', '"bob"'),), "people[1].irc[0]", "NETWORK/ACCOUNT"),
    ((('"@bob:example.org"', '"bob"'),), "people[1].matrix[0]", "Matrix user"),
    ((('roles = ["operator"]', "roles = []"),), "people[2].roles", "at least one"),
    ((('device_name = "caseward"', 'relays = ["@*ob:*.org"]'),), "people[1].matrix[0]", "relays"),
    # the ladder
    ((('people = ["bob"]', 'people = ["bbo"]'),), "oncall.steps[1].people[0]", '"bob"'),
    ((('people = ["bob"]', 'people = ["carol"]'),), "oncall.steps[1].people[0]", "cannot ack"),
    ((('people = ["bob"]', 'people = ["alice"]'),), "oncall.steps[1].people[0]", "named twice"),
    ((('irc = ["libera/bob"]\nmatrix = ["@bob:example.org"]\nmail = "bob@example.org"', ""),),
     "oncall.steps[1]", "nobody here can be reached"),
    ((("{ life = 1 }", "{ life = 3 }"),), "oncall.acks.life", "at most 2"),
    ((('escalate = "5m"', 'escalate = "8m"'),), "oncall.steps", "at most 1 steps"),
    ((('escalate = "5m"', 'escalate = "1h"'),), "oncall.escalate", "15 minutes"),
    ((('[[oncall.steps]]\npeople = ["alice"]\n[[oncall.steps]]\npeople = ["bob"]', ""),
      ('"oversighter", "on-call"]', '"oversighter"]'), ('"steward", "on-call"]', '"steward"]')),
     "oncall.steps", "nobody is on call"),
    (_more('[[oncall.shifts]]\nperson = "bo"\nfrom = "08:00"\nto = "20:00"'),
     "oncall.shifts[0].person", '"bob"'),
    (_more('[[oncall.shifts]]\nperson = "bob"\nfrom = "08:00"\nto = "08:00"'),
     "oncall.shifts[0].to", "length"),
    (_more('[[oncall.shifts]]\nperson = "bob"\nfrom = "8"\nto = "08:00"'),
     "oncall.shifts[0].from", "time of day"),
    # contacts, mail, wikis
    (((_LIFE, _LIFE.replace("life", "lief")),), "contacts.life", '"lief"'),
    ((('mail = ["legal-reports@example.org"]', "mail = []"),), "contacts.child.mail", "at least"),
    (((_SMTP_SECURITY, 'security = "none"'),), "smtp[0].security", "loopback"),
    ((('username = "bot"\n', ""),), "smtp[0].username", "password_file"),
    ((('password_file = "secrets/smtp"\n', ""),), "smtp[0].password_file", "username"),
    (_more('[[smtp]]\nhost = "Mail.example.org"'), "smtp[1].host", "twice"),
    ((('oversight = ["oversight"]', 'oversight = ["oversigth"]'),),
     "wikis.examplewiki.oversight[0]", '"oversight"'),
    # files
    ((('"secrets/irc"', f'"{MARKER}"'),), "transports[0].password_file", "no such file"),
    ((('"secrets/irc"', '"secrets"'),), "transports[0].password_file", "not a file"),
    ((('"secrets/matrix"', f'"{MARKER}"'),), "transports[1].password_file", "no such file"),
    ((('"secrets/smtp"', f'"{MARKER}"'),), "smtp[0].password_file", "no such file"),
    ((('"secrets/ca.pem"', f'"{MARKER}"'),), "transports[0].ca_file", "PEM"),
    ((('"secrets/root.key"', f'"{MARKER}"'),), "keys.root_key_file", "caseward key new"),
    ((('data_dir = "data"', 'data_dir = "."'),), "keys.root_key_file", "inside bot.data_dir"),
    ((('data_dir = "data"', 'data_dir = "secrets/irc"'),), "bot.data_dir", "folder"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "path", "words"), TABLE, ids=[f"{n}-{r[1]}" for n, r in enumerate(TABLE)]
)
def test_a_mistake_is_named_with_its_path_and_its_mend(
    mistakes: Mistakes, edits: Edits, path: str, words: str
) -> None:
    found = mistakes(edits)
    here = [problem for problem in found if problem.path == path]
    assert len(here) == 1, found
    assert words in here[0].text
    assert len(found) == 1, found
    assert MARKER not in "\n".join(map(str, found))


def test_all_mistakes_are_found_at_once(mistakes: Mistakes) -> None:
    found = mistakes(
        (
            ('prefix = "!"', 'prefx = "!"'),
            ("port = 6697", "port = 0"),
            ('warn = "48h"', 'warn = "2 days"'),
            (_STEP_BOB, '[[oncall.steps]]\npeople = ["bobb"]'),
            (_LIFE, ""),
            (_SMTP_SECURITY, 'security = "none"'),
            ('"127.0.0.1:8787"', '"127.0.0.1:99999"'),
        )
    )
    assert [problem.path for problem in found] == [
        "bot.prefx",
        "transports[0].port",
        "contacts.life",
        "smtp[0].security",
        "oncall.steps[1].people[0]",
        "promises.warn",
        "health.listen",
    ]


def test_a_value_is_never_repeated(mistakes: Mistakes) -> None:
    found = mistakes(
        (
            ('nick = "caseward"', f'nick = "{MARKER} x"'),
            ('password_file = "secrets/irc"', f'password = "{MARKER}"'),
            ('username = "bot"', f'username = ["{MARKER}"]'),
            ('name = "libera" ', f'"{MARKER} two words" = 1\nname = "libera" '),
            ('kind = "matrix"', f'kind = "{MARKER}"'),
        )
    )
    assert len(found) >= 5
    assert MARKER not in "\n".join(map(str, found))
    assert MARKER not in repr(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[bot]\nname = "x\n', "line 2, column"),
        (f"[bot]\n{MARKER}\n", "line 2, column"),
        ("[bot]\nname = 1\nname = 2\n", "line 3, column"),
        ("a = [", "not TOML at"),
    ],
)
def test_what_is_not_toml_is_named_by_its_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert words in str(caught.value)
    assert MARKER not in str(caught.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'name = "\xff"\n')
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no file .*nowhere\.toml"):
        load_config(tmp_path / "nowhere.toml")


def test_an_empty_file_lists_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert {problem.path for problem in caught.value.problems} == {
        "bot.team_mail",
        "keys.root_key_file",
        "transports",
        "contacts.life",
        "contacts.child",
        "smtp",
        "oncall.steps",
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_root_key_that_others_can_read_is_refused(contract: Path, mode: int) -> None:
    (contract.parent / "secrets" / "root.key").chmod(mode)
    with pytest.raises(ConfigError, match=r"keys\.root_key_file: .*chmod 600"):
        load_config(contract)


def test_a_root_key_behind_a_link_into_the_data_folder_is_refused(contract: Path) -> None:
    key = contract.parent / "secrets" / "root.key"
    (contract.parent / "data").mkdir()
    inside = contract.parent / "data" / "root.key"
    key.rename(inside)
    key.symlink_to(inside)
    with pytest.raises(ConfigError, match=r"keys\.root_key_file: .*inside"):
        load_config(contract)


def test_an_empty_password_file_is_refused(contract: Path) -> None:
    (contract.parent / "secrets" / "irc").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"transports\[0\]\.password_file: .*empty"):
        load_config(contract)


def test_the_environment_changes_nothing(contract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_config(contract)
    for name in ("BOT", "bot", "SMTP", "PROMISES", "HEALTH__LISTEN"):
        monkeypatch.setitem(os.environ, name, '{"name": "other"}')
    assert load_config(contract) == before


def test_a_misspelt_key_does_not_hide_what_is_wrong_with_its_neighbour(mistakes: Mistakes) -> None:
    found = mistakes((("port = 6697", 'prot = 1\nport = "x"'),))
    assert [problem.path for problem in found] == ["transports[0].prot", "transports[0].port"]


def test_an_account_of_the_team_is_no_bridge(mistakes: Mistakes) -> None:
    found = mistakes((("relays = []", 'relays = ["ALICE"]'),))
    assert [problem.path for problem in found] == ["people[0].irc[0]"]
