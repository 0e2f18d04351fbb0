"""The configuration file as models: every key, its meaning, its default.

The descriptions are the comments of `config.example.toml`. What a single key cannot know (does
this room exist, can the ladder be through in time) is checked in `checks_*`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.config import fields as f
from bot.core.words.people import Role

Ceiling = Literal["public", "team", "case", "pii"]
Watch = Literal["off", "held", "all"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Roles = tuple[Role, ...]
_DEFAULT_PORTS = {"tls": 465, "starttls": 587, "none": 25}


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class BotSection(Section):
    """Who the bot is and for whom it works."""

    name: f.PersonName = Field(
        "caseward", description='Also an address in rooms: "caseward: cases".'
    )
    prefix: f.Prefix = Field("!", description="What commands begin with.")
    data_dir: f.FileName = Field(
        "data", description="Where the database lives. Never the root key: that goes elsewhere."
    )
    language: f.Language = Field(
        "en", description="Language of the team; reporters choose their own."
    )
    time_zone: f.Zone = Field("UTC", description="Time zone of the team.")
    team_name: f.TextLine = Field(
        "the safety team", description="The only name that reporters ever see."
    )
    team_mail: f.Mail = Field(
        description="Role mailbox of the team: the contact in hand-overs.",
        examples=["safety-team@example.org"],
    )


class KeysSection(Section):
    """Where the root key is."""

    root_key_file: f.FileName = Field(
        "secrets/root.key",
        description="Readable by its owner alone; made by: caseward key new secrets/root.key",
    )


class Rate(Section):
    """How fast the bot may speak on a network."""

    burst: Annotated[int, Field(strict=True, ge=1, le=1000)] = Field(
        5, description="Lines at once."
    )
    per_second: Annotated[float, Field(strict=True, gt=0, le=1000, allow_inf_nan=False)] = Field(
        1.0, description="Lines a second after that, up to 1000."
    )


class IRCTransport(Section):
    """One IRC network."""

    kind: Literal["irc"] = Field(description="irc | matrix")
    name: f.Name = Field(
        description="Prefix of this network's places and accounts below.", examples=["libera"]
    )
    host: f.Host = Field(description="The server.", examples=["irc.example.org"])
    port: f.Port = Field(6697, description="Its port.")
    tls: f.Flag = Field(True, description="false is accepted for this machine alone (loopback).")
    ca_file: f.FileName | None = Field(
        None,
        description="Who signed the server; default: the system's.",
        examples=["secrets/ca.pem"],
    )
    nick: f.Nick = Field("caseward", description="Nick of the bot.")
    account: f.IRCWord | None = Field(
        None, description="Services account of the bot; default: the nick.", examples=["caseward"]
    )
    sasl: Literal["plain", "external"] = Field("plain", description="plain | external")
    password_file: f.FileName | None = Field(
        None, description="Password of the account, for plain.", examples=["secrets/irc"]
    )
    client_cert_file: f.FileName | None = Field(
        None,
        description="Certificate and key in one file, for external.",
        examples=["secrets/irc.pem"],
    )
    owner: f.TextLine | None = Field(
        None,
        description="Who answers for the bot; goes into the realname. Default: team_mail.",
        examples=["ops@example.org"],
    )
    rate: Rate = Field(Rate(), description="How fast the bot may speak.")
    dm_ceiling: Ceiling = Field(
        "case", description="public | team | case | pii. Network staff can read IRC."
    )
    trusted_agents: tuple[f.IRCWord, ...] = Field(
        ("ChanServ",), description="Services that may sit in private channels."
    )
    relays: tuple[f.IRCWord, ...] = Field(
        (), description="Accounts of bridges and bots: never obeyed."
    )


class MatrixTransport(Section):
    """One Matrix homeserver."""

    kind: Literal["matrix"] = Field(description="irc | matrix")
    name: f.Name = Field(
        "matrix", description="Prefix of this network's places below.", examples=["matrix"]
    )
    homeserver: f.Homeserver = Field(
        description="Address of the homeserver.", examples=["https://matrix.example.org"]
    )
    user_id: f.MatrixId = Field(description="The bot's user.", examples=["@caseward:example.org"])
    password_file: f.FileName = Field(
        description="Password of that user.", examples=["secrets/matrix"]
    )
    device_name: f.TextLine = Field("caseward", description="What the bot's device is called.")
    ca_file: f.FileName | None = Field(
        None,
        description="Who signed the homeserver; default: the system's.",
        examples=["secrets/ca.pem"],
    )
    dm_ceiling: Ceiling = Field(
        "pii", description="public | team | case | pii. Encrypted, to proven devices."
    )
    relays: tuple[f.MatrixRelay, ...] = Field(
        (),
        description="Users of bridges and bots, * for any characters: never obeyed.",
        examples=[["@irc_*:example.org"]],
    )


Transport = Annotated[IRCTransport | MatrixTransport, Field(discriminator="kind")]


class RoomSection(Section):
    """One room, which may be on several networks."""

    name: f.Name = Field(description="What this file calls the room.", examples=["team"])
    places: Annotated[tuple[f.PlaceName, ...], f.SOME] = Field(
        description="NETWORK/ADDRESS, one or several.", examples=[["libera/#functionaries"]]
    )
    ceiling: Ceiling = Field(
        description="public | team | case | pii: the most private text the room may carry. "
        "Never above what the live check finds; an IRC channel never pii.",
        examples=["case"],
    )
    roles: Roles = Field(
        (),
        description="Whom the room is set aside for; without it, the whole team.",
        examples=[["oversighter"]],
    )
    watch: Watch | None = Field(
        None,
        description="off | held | all. Default: held in private rooms, all in public ones.",
        examples=["held"],
    )
    redact: f.Flag = Field(False, description="Matrix: remove what the watch finds by rule.")

    @property
    def watched(self) -> Watch:
        """What the watch does here, the default filled in."""
        return self.watch or ("all" if self.ceiling == "public" else "held")


class PersonSection(Section):
    """One human of the team, over all networks."""

    name: f.PersonName = Field(description="What the team calls the person.", examples=["alice"])
    roles: Annotated[Roles, f.SOME] = Field(
        description="functionary, oversighter, checkuser, steward, arbitrator, on-call, ombuds, "
        "operator.",
        examples=[["functionary", "on-call"]],
    )
    irc: tuple[f.Account, ...] = Field(
        (),
        description="NETWORK/ACCOUNT: services accounts, not nicks.",
        examples=[["libera/alice"]],
    )
    matrix: tuple[f.MatrixId, ...] = Field(
        (), description="Matrix users.", examples=[["@alice:example.org"]]
    )
    matrix_master_key: f.MasterKey | None = Field(
        None,
        description="Default: pinned at first sight; changes raise an alarm.",
        examples=["ed25519:" + "A" * 43],
    )
    wiki: tuple[f.TextLine, ...] = Field(
        (), description="Names on wikis, for recusals.", examples=[["Example-Alice"]]
    )
    mail: f.Mail | None = Field(
        None, description="Where pages can reach the person.", examples=["alice@example.org"]
    )
    time_zone: f.Zone | None = Field(
        None, description="Default: the team's.", examples=["Europe/Berlin"]
    )
    suspended: f.Flag = Field(
        False, description="true: may do nothing and gets nothing, until it is false again."
    )


class ContactSection(Section):
    """Where something is handed to."""

    mail: Annotated[tuple[f.Mail, ...], f.SOME] = Field(
        description="Addresses; each gets a mail of its own.", examples=[["emergency@example.org"]]
    )
    note: f.TextLine | None = Field(
        None,
        description="What the team should know before it writes there.",
        examples=["They will not tell us about their investigation."],
    )


class SMTPSection(Section):
    """One mail server that takes our mail."""

    host: f.Host = Field(description="The mail server.", examples=["mail.example.org"])
    port: f.Port | None = Field(
        None, description="Default: 465 for tls, 587 for starttls, 25 for none.", examples=[587]
    )
    security: Literal["tls", "starttls", "none"] = Field(
        "starttls", description="tls | starttls | none (this machine alone)."
    )
    ca_file: f.FileName | None = Field(
        None,
        description="Who signed the server; default: the system's.",
        examples=["secrets/ca.pem"],
    )
    username: f.TextLine | None = Field(
        None, description="Comes together with password_file.", examples=["bot"]
    )
    password_file: f.FileName | None = Field(
        None, description="Password for username.", examples=["secrets/smtp"]
    )
    sender: f.Mail | None = Field(
        None,
        description="From whom the mails are. Default: team_mail.",
        examples=["caseward@example.org"],
    )

    @property
    def real_port(self) -> int:
        """The port, the default filled in."""
        return self.port or _DEFAULT_PORTS[self.security]


class Acks(Section):
    """How many people must take a page."""

    life: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        1, description="For danger to life."
    )
    child: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        1, description="For abuse of a child."
    )


class StepSection(Section):
    """One rung of the ladder: these people are rung at the same time."""

    people: Annotated[tuple[f.PersonName, ...], f.SOME] = Field(
        description="Names of people.", examples=[["alice"]]
    )


class ShiftSection(Section):
    """When somebody is on call, outside of which they are not rung; without a shift, always."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    person: f.PersonName = Field(description="Who.", examples=["alice"])
    days: Annotated[tuple[Day, ...], f.SOME] = Field(
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        description="On which it begins: mon tue wed thu fri sat sun.",
    )
    start: f.Clock = Field(
        alias="from", description="In the person's own time.", examples=["08:00"]
    )
    to: f.Clock = Field(description="Before from: until the next day.", examples=["20:00"])


class DrillSection(Section):
    """When everybody on call is rung for practice, once a week; without this, never by itself."""

    day: Day = Field(description="mon tue wed thu fri sat sun.", examples=["sat"])
    at: f.Clock = Field(description="In the time zone of the bot.", examples=["18:00"])


class OnCallSection(Section):
    """Who is rung in an emergency, and how often."""

    repage: f.Duration = Field(
        timedelta(minutes=3), description="Ring the same people again after this."
    )
    escalate: f.Duration = Field(
        timedelta(minutes=5),
        description="Ring the next step after this. All steps must fit into 15 minutes.",
    )
    ack_lifetime: f.Duration = Field(
        timedelta(minutes=30), description='How long an ack lives before "still on it?".'
    )
    call_words: tuple[f.CallWord, ...] = Field(
        (),
        description="A line of anybody in a configured room that begins with one of these rings too.",
        examples=[["!urgent"]],
    )
    acks: Acks = Field(Acks(), description="People needed; never more than can be reached.")
    steps: tuple[StepSection, ...] = Field(
        (), description="Without any: everybody with the role on-call, one step each."
    )
    shifts: tuple[ShiftSection, ...] = Field(
        (), description="Shifts narrow the steps; without any, everybody named is on call."
    )
    drill: DrillSection | None = Field(
        None, description="Without it, nobody is rung for practice unless somebody asks for it."
    )


class PromisesSection(Section):
    """What the team promises to reporters."""

    first_reply: f.Duration = Field(
        timedelta(hours=48), description="First answer of a human within this."
    )
    check_in: f.Duration = Field(
        timedelta(days=7), description="A word to the reporter at least this often."
    )
    warn: f.Duration = Field(
        timedelta(hours=48), description="Remind the team this long before a date."
    )


class RetentionSection(Section):
    """How long words are kept."""

    abandoned_interview: f.Duration = Field(
        timedelta(days=7), description="Interviews that nobody finished."
    )
    spam: f.Duration = Field(timedelta(days=30), description="Spam.")
    transcript: f.Duration = Field(
        timedelta(days=30), description="Words said to and by reporters, after the close."
    )
    evidence: f.Duration = Field(
        timedelta(days=90), description="Evidence and notes, after the close."
    )
    record: f.Duration = Field(
        timedelta(days=730),
        description="The closing record; longer while a sanction or an appeal runs.",
    )
    audit: f.Duration = Field(timedelta(days=730), description="Who did what.")


class WikiSection(Section):
    """A wiki that cases are about."""

    url: f.WebAddress = Field(description="Its address.", examples=["https://wiki.example.org/"])
    oversight: tuple[f.Name, ...] = Field(
        (),
        description="Names of rooms that hear of exposures; without any, stewards.",
        examples=[["oversight"]],
    )
    stewards_mail: tuple[f.Mail, ...] = Field(
        (), description="Where stewards are written to.", examples=[["stewards@example.org"]]
    )


class HealthSection(Section):
    """Where the bot says whether it is well."""

    listen: f.Listen = Field("127.0.0.1:8787", description="Port 0 = any, printed at start.")


class Settings(BaseModel):
    """The whole file. Nothing is read from the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    bot: BotSection
    keys: KeysSection = KeysSection()
    transports: tuple[Transport, ...] = ()
    rooms: tuple[RoomSection, ...] = ()
    people: tuple[PersonSection, ...] = ()
    contacts: dict[f.Name, ContactSection] = Field(default_factory=dict)
    smtp: tuple[SMTPSection, ...] = ()
    oncall: OnCallSection = OnCallSection()
    promises: PromisesSection = PromisesSection()
    retention: RetentionSection = RetentionSection()
    wikis: dict[f.Name, WikiSection] = Field(default_factory=dict)
    health: HealthSection | None = None


def beside(file: Path, name: str) -> Path:
    """Return where a file named in the configuration is: relative to the configuration itself."""
    return file.parent / name
