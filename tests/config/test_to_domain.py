"""What the program goes by is what the file says."""

from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import get_type_hints

import pytest

from bot.config import load_config
from bot.config.fields import read_duration, show_duration, split_listen
from bot.config.models import ContactSection, Settings
from bot.config.source import dm_most
from bot.core.oncall.ladder_fit import may_take, most_steps, takes
from bot.core.words.labels import Label
from bot.core.words.pages import EmergencyClass
from bot.core.words.people import Account, Role
from bot.core.words.places import Place
from bot.core.words.readers import Contact
from bot.transports.email import Relay
from bot.transports.irc import Settings as IRCSettings
from tests.config.conftest import MARKER, edited


def test_the_contract_is_read_whole(contract: Path) -> None:
    config = load_config(contract)
    folder = contract.parent
    assert config.data_dir == folder / "data"
    assert config.root_key_file == folder / "secrets" / "root.key"
    assert config.health == ("127.0.0.1", 8787)
    assert [person.name for person in config.roster.people] == ["alice", "bob", "carol", "dan"]


def test_people_are_found_by_their_accounts(contract: Path) -> None:
    roster = load_config(contract).roster
    alice = roster.named("alice")
    assert alice is not None
    assert roster.holder("libera", "ALICE") is alice
    assert roster.holder("matrix", "@alice:example.org") is alice
    assert roster.holder("libera", "bob") is not alice
    assert alice.roles == {Role.FUNCTIONARY, Role.OVERSIGHTER, Role.ON_CALL}
    assert alice.time_zone == "Europe/Berlin"
    assert alice.wiki == ("Example-Alice",)
    bob = roster.named("bob")
    assert bob is not None
    assert bob.time_zone == "UTC"


def test_without_a_matrix_transport_its_users_keep_their_network(contract: Path) -> None:
    text = contract.read_text()
    start, end = text.index('[[transports]]\nkind = "matrix"'), text.index("[[rooms]]")
    text = text[:start] + text[end:]
    text = text.replace(', "matrix/!abc:example.org"', "").replace(
        '"matrix/!def:example.org"]\nceiling = "pii"', '"libera/#def"]\nceiling = "case"'
    )
    contract.write_text(text)
    config = load_config(contract)
    assert config.matrix == ()
    assert dm_most(config).keys() == {"libera"}
    dan = config.roster.named("dan")
    assert dan is not None
    assert dan.accounts == (Account(network="matrix", name="@dan:example.org"),)


def test_rooms_have_their_places_and_defaults(contract: Path) -> None:
    text = contract.read_text().replace('watch = "all"\n', "").replace('watch = "held" ', "#")
    contract.write_text(text)
    config = load_config(contract)
    team = config.rooms.at(Place(network="libera", address="#functionaries"))
    assert team is not None
    assert (team.name, team.ceiling, team.watch) == ("team", Label.CASE, "held")
    lobby = config.rooms.named("lobby")
    assert lobby is not None
    assert lobby.watch == "all"
    assert config.terms.team_rooms == ("team",)
    assert config.terms.oversight_rooms == ("oversight",)


def test_an_irc_network_knows_its_channels(contract: Path) -> None:
    (irc,) = load_config(contract).irc
    assert irc.channels == ("#functionaries", "#lobby")
    assert irc.password_file == contract.parent / "secrets" / "irc"
    assert irc.client_cert_file is None
    assert (irc.burst, irc.per_second, irc.dm_ceiling) == (5, 1.0, Label.PII)
    assert irc.owner == "ops@example.org"
    assert irc.trusted_agents == ("ChanServ",)


def test_a_homeserver_knows_its_rooms(contract: Path) -> None:
    edits = (
        ('"https://matrix.example.org"', '"http://127.0.0.1:8008/"'),
        ('device_name = "caseward"', 'relays = ["@irc_*:example.org"]\nca_file = "secrets/ca.pem"'),
    )
    contract.write_text(edited(contract.read_text(), edits))
    (matrix,) = load_config(contract).matrix
    assert (matrix.name, matrix.user_id) == ("matrix", "@caseward:example.org")
    assert matrix.homeserver == "http://127.0.0.1:8008"
    assert matrix.password_file == contract.parent / "secrets" / "matrix"
    assert matrix.ca_file == contract.parent / "secrets" / "ca.pem"
    assert (matrix.device_name, matrix.dm_ceiling) == ("caseward", Label.PII)
    assert matrix.rooms == ("!abc:example.org", "!def:example.org")
    assert matrix.relays == ("@irc_*:example.org",)


def test_each_network_has_a_most_that_its_direct_messages_carry(contract: Path) -> None:
    edits = (('device_name = "caseward"', 'dm_ceiling = "team"'),)
    contract.write_text(edited(contract.read_text(), edits))
    assert dm_most(load_config(contract)) == {"libera": Label.PII, "matrix": Label.TEAM}


def test_users_and_rooms_of_matrix_differ_by_the_case_of_one_letter(contract: Path) -> None:
    edits = (
        ('"libera/#lobby"', '"matrix/!ABC:example.org"'),
        ('"@bob:example.org"', '"@Alice:example.org"'),
    )
    contract.write_text(edited(contract.read_text(), edits))
    config = load_config(contract)
    assert config.matrix[0].rooms[-1] == "!ABC:example.org"


def test_defaults_of_an_irc_network(contract: Path) -> None:
    edits = (
        ('dm_ceiling = "pii"', ""),
        ('account = "caseward"', ""),
        ('owner = "ops@example.org"', ""),
        ("rate = { burst = 5, per_second = 1.0 }", "rate = { per_second = 1000 }"),
        ('sasl = "plain"', 'sasl = "external"\nclient_cert_file = "secrets/irc.pem"'),
    )
    contract.write_text(edited(contract.read_text(), edits))
    (irc,) = load_config(contract).irc
    assert irc.dm_ceiling is Label.CASE
    assert irc.account == "caseward"
    assert irc.owner == "safety-team@example.org"
    assert (irc.burst, irc.per_second) == (5, 1000.0)
    assert irc.password_file is None
    assert irc.client_cert_file == contract.parent / "secrets" / "irc.pem"


def test_loopback_needs_no_tls(contract: Path) -> None:
    edits = (
        ('host = "irc.example.org"', 'host = "127.0.0.1"'),
        ("tls = true ", "tls = false "),
        ('host = "mail.example.org"', 'host = "localhost"'),
        ('security = "starttls"', 'security = "none"'),
    )
    contract.write_text(edited(contract.read_text(), edits))
    config = load_config(contract)
    assert not config.irc[0].tls
    assert config.relays[0].security == "none"


def test_relays_stand_in_order_and_mail_takes_them(contract: Path) -> None:
    second = '[[smtp]]\nhost = "mail2.example.org"\nsecurity = "tls"\n\n[oncall]\n'
    contract.write_text(contract.read_text().replace("[oncall]\n", second))
    relays = load_config(contract).relays
    assert [(r.host, r.port, r.security) for r in relays] == [
        ("mail.example.org", 587, "starttls"),
        ("mail2.example.org", 465, "tls"),
    ]
    assert relays[1].sender == "safety-team@example.org"
    for relay in relays:
        values = {field.name: getattr(relay, field.name) for field in fields(relay)}
        assert values.keys() == get_type_hints(Relay).keys()
        Relay(**values)


def test_the_ladder_is_as_written(contract: Path) -> None:
    ladder = load_config(contract).terms.ladder
    assert ladder.steps == (("alice",), ("bob",))
    assert ladder.repage == timedelta(minutes=3)
    assert ladder.acks == {EmergencyClass.LIFE: 1, EmergencyClass.CHILD: 1}


def test_without_steps_everybody_on_call_is_rung_in_the_order_of_the_roster(contract: Path) -> None:
    steps = '[[oncall.steps]]\npeople = ["alice"]\n[[oncall.steps]]\npeople = ["bob"]\n'
    contract.write_text(edited(contract.read_text(), ((steps, ""),)))
    assert load_config(contract).terms.ladder.steps == (("alice",), ("bob",))


def test_contacts_and_promises_are_terms(contract: Path) -> None:
    terms = load_config(contract).terms
    assert terms.contacts["life"] == Contact(mail=("emergency@example.org",))
    assert terms.contacts["harassment"].note == "They will not tell us about their investigation."
    assert terms.first_reply == timedelta(hours=48)
    assert terms.check_in == timedelta(days=7)
    assert len(set(terms.words)) >= 2048


def test_a_configuration_holds_no_secret(contract: Path) -> None:
    assert MARKER not in repr(load_config(contract))


def test_values_never_change(contract: Path) -> None:
    settings = load_config(contract).settings
    with pytest.raises(ValueError, match="frozen"):
        settings.bot.name = "other"  # type: ignore[misc]


def test_every_section_but_bot_has_a_default_or_is_asked_for_in_words() -> None:
    assert [name for name, field in Settings.model_fields.items() if field.is_required()] == ["bot"]
    assert ContactSection.model_fields["mail"].is_required()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1s", timedelta(seconds=1)),
        ("90s", timedelta(seconds=90)),
        ("3m", timedelta(minutes=3)),
        ("48h", timedelta(hours=48)),
        ("730d", timedelta(days=730)),
    ],
)
def test_durations_are_read_and_shown_alike(text: str, value: timedelta) -> None:
    assert read_duration(text) == value
    assert show_duration(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("127.0.0.1:0", ("127.0.0.1", 0)),
        ("localhost:80", ("localhost", 80)),
        ("[::1]:8787", ("::1", 8787)),
    ],
)
def test_where_health_listens(text: str, value: tuple[str, int]) -> None:
    assert split_listen(text) == value


def test_a_ladder_fits_when_its_last_step_has_had_its_time() -> None:
    assert takes(3, timedelta(minutes=5)) == timedelta(minutes=15)
    assert most_steps(timedelta(minutes=5)) == 3
    assert most_steps(timedelta(minutes=16)) == 0


def test_who_may_take_a_page() -> None:
    assert {role for role in Role if may_take([role])} == set(Role) - {Role.OMBUDS, Role.OPERATOR}


def test_irc_takes_what_the_configuration_takes(contract: Path) -> None:
    (irc,) = load_config(contract).irc
    known = set(get_type_hints(IRCSettings))
    values = {field.name: getattr(irc, field.name) for field in fields(irc)}
    # The most that a DM may carry is the gate's to know, not the transport's.
    assert values.keys() - known <= {"dm_ceiling"}
    IRCSettings(**{name: value for name, value in values.items() if name in known})
