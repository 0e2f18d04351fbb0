"""The ways out that there are, and for each the test that keeps what leaves by it clean.

A row is the kind of way, where it stands, what is called there (both as shell patterns), and the
check: a test by file and name.
"""

from typing import NamedTuple

GATE = "tests/core/test_gate.py::test_what_live_cases_hold_stops_the_message_whatever_its_label"
ONLY_GATE = "tests/core/test_gate.py::test_only_the_gate_makes_cleared_text"
EVERYWHERE = "tests/hostile/test_identifiers.py::test_no_identifier_comes_out_anywhere"
MAIL = "tests/core/oncall/test_calls.py::test_the_mail_has_a_constant_subject_and_keys_of_its_own"
MAIL_BYTES = "tests/transports/test_mail_bytes.py::test_no_body_shows_on_the_wire"
TLS = "tests/transports/test_email.py::test_a_mail_arrives_with_everything_secret_inside_tls"
FILES = "tests/storage/test_marker.py::test_no_file_shows_it_at_any_time"
COLUMNS = "tests/hostile/test_ways_out.py::test_each_column_is_known"
STORAGE_ERRORS = "tests/storage/test_marker.py::test_no_error_shows_it"
REFUSALS = "tests/storage/test_refusals.py::test_every_refusal_is_a_sentence"
LOGS = "tests/config/test_logs.py::test_unknown_keys_and_sentences_are_dropped"
UNCAUGHT = "tests/config/test_cli.py::test_an_unexpected_error_is_one_line_without_content"
MISTAKES = "tests/config/test_mistakes.py::test_a_value_is_never_repeated"
EXPLAIN = "tests/config/test_explain.py::test_no_secret_is_said"
DIAGRAMS = "tests/config/test_diagrams.py::test_every_picture_can_be_drawn"
CANON = "tests/config/test_canon.py::test_each_line_has_its_key_or_is_empty"
KEY = "tests/config/test_cli.py::test_a_key_is_never_written_over"
IDENTITY = "tests/config/test_cli.py::test_identity_says_what_is_missing"
DOCTOR = "tests/config/test_cli.py::test_doctor_begins_with_what_is_there"
HEALTH = "tests/config/test_cli.py::test_health_asks_the_running_bot"
WELL = "tests/runtime/test_health.py::test_it_tells_whether_the_bot_is_well_at_that_moment"
VERSION = "tests/config/test_cli.py::test_version_and_mistakes_of_the_caller"
PAGE = "tests/commands/test_specs.py::test_the_page_in_the_docs_is_made_from_the_specs"
EXAMPLE = "tests/config/test_example.py::test_the_file_is_what_the_models_say"
CODES = "tests/transports/matrix/test_wire.py::test_codes_that_are_none"
MATRIX_MOUTH = (
    "tests/transports/matrix/test_mouth.py::test_names_tell_the_server_nothing_of_the_words"
)
MATRIX_CLEAR = "tests/transports/matrix/test_mouth.py::test_only_public_words_are_said_in_clear"
MATRIX_KEYS = "tests/transports/matrix/test_crypt.py::test_requests_for_keys_are_not_answered"
MATRIX_SIGNS = "tests/transports/matrix/test_comparing.py::test_nothing_else_is_signed"
MATRIX_SHELF = "tests/transports/matrix/test_recovery.py::test_only_its_key_and_its_name_open_it"
MATRIX_REMOVES = (
    "tests/transports/matrix/test_removing.py::test_the_same_event_is_asked_for_by_the_same_name"
)
MATRIX_DOORS = "tests/transports/matrix/test_doors.py::test_a_configured_room_is_entered_by_id"
MATRIX_LOGIN = "tests/transports/matrix/test_account.py::test_the_first_login"
MATRIX_ECHO = "tests/transports/matrix/test_echo.py::test_it_comes_back"
MATRIX_READS = "tests/transports/matrix/test_wire.py::test_nothing_is_logged"
MATRIX_TYPING = (
    "tests/transports/matrix/test_typing.py::test_one_that_takes_a_while_shows_until_it_is_there"
)
IRC_LINES = "tests/transports/irc/test_lines.py::test_what_is_sent_is_exactly_one_line"
IRC_LOGIN = "tests/transports/irc/test_link.py::test_the_password_is_in_no_repr"
IRC_TLS = "tests/transports/irc/test_wire.py::test_tls_is_verified"
IRC_PING = "tests/transports/irc/test_link.py::test_a_ping_is_answered_at_once"
IRC_ECHO = "tests/transports/irc/test_echo.py::test_tokens_never_repeat"
IRC_BYE = (
    "tests/transports/irc/test_sending.py::test_the_farewell_goes_out_last_and_nothing_after_it"
)
WATCHDOG = "tests/runtime/test_watchdog.py::test_it_speaks_as_often_as_it_was_asked"
ORDERS = "tests/runtime/test_keydesk.py::test_operators_hear_of_a_changed_key_once_and_decide"
CONTAIN = "tests/commands/test_contain.py::test_the_room_hears_nothing_of_any_of_it"
SPOOL = "tests/storage/test_reserve.py::test_nothing_can_be_read_in_it_and_nothing_is_left"
MARKS = "tests/storage/test_refusals.py::test_a_new_folder_and_its_files_are_the_owners_alone"
NEW_KEY = "tests/storage/test_keys.py::test_a_new_key_is_its_owners_alone"
SAFE = "tests/storage/test_safe.py::test_nothing_can_be_read_in_the_files"
PEEK = "tests/storage/test_peek.py::test_it_writes_nothing"
NO_OTHER = "tests/test_house.py::test_each_dependency_has_its_reason"


class Row(NamedTuple):
    """Ways of one kind that one test keeps clean."""

    kind: str
    where: str
    what: str
    check: str


_M = "bot/transports/matrix"
_I = "bot/transports/irc"

ROWS = (
    # What is said on a network: one way, and only what the gate has made.
    Row("cleared", "bot/core/policy/gate.py:clear", "Cleared", ONLY_GATE),
    Row("send", "bot/runtime/voice.py:Voice.say", "transport.send", GATE),
    # What else a network is asked for holds names of events and accounts, or nothing.
    Row("send", "bot/runtime/containing.py:Containing._left", "transport.remove", CONTAIN),
    Row("send", "bot/runtime/keydesk.py:KeyDesk.order", "transport.keys", ORDERS),
    Row("send", "bot/runtime/pulse.py:Pulse._beat", "self.live.transports?name?.echo", IRC_ECHO),
    # Mail.
    Row("mail", "bot/runtime/outbox.py:Outbox._deliver", "self.carrier.carry", MAIL),
    Row("mail", "bot/runtime/mailwatch.py:MailWatch.carry", "self.carrier.carry", EVERYWHERE),
    Row("socket", "bot/transports/email.py:_Talk._open", "self._client.connect", TLS),
    Row("write", "bot/transports/email.py:_Talk._send", "protocol.write", MAIL_BYTES),
    Row("write", "bot/transports/email.py:_Talk.hang_up", "protocol.write", TLS),
    Row("error", "bot/transports/email.py:Mailer._offer", "error.code", TLS),
    # The audit.
    *(
        Row("audit", where, "AuditEntry", EVERYWHERE)
        for where in (
            "bot/runtime/claims.py:note",
            "bot/runtime/drilling.py:record_drill",
            "bot/runtime/handling.py:Handling._audit",
            "bot/runtime/reload.py:Reloader._after",
            "bot/runtime/watching.py:agree",
        )
    ),
    # Pages for machines that look after it; there are no metrics.
    Row("page", "bot/runtime/health.py:serve.healthz", "web.Response", WELL),
    Row("socket", "bot/runtime/watchdog.py:Watchdog._tell", "channel.sendto", WATCHDOG),
    # The wire of IRC.
    Row("socket", f"{_I}/wire.py:dial", "loop.create_connection", IRC_TLS),
    Row("write", f"{_I}/wire.py:_Connection._flush", "transport.write", IRC_LINES),
    Row("write", f"{_I}/wire.py:_Connection.connection_made", "self.write", IRC_LOGIN),
    Row("write", f"{_I}/wire.py:_Connection.close", "self.write", IRC_BYE),
    Row("write", f"{_I}/session.py:Session.write", "self._wire.write", IRC_LINES),
    Row("write", f"{_I}/session.py:Session.write_counted", "self._wire.write", IRC_LINES),
    Row("write", f"{_I}/session.py:Session._pump", "self.write_counted", IRC_LINES),
    Row("write", f"{_I}/session.py:Session._do", "self.write", IRC_LOGIN),
    Row("write", f"{_I}/session.py:Session._prove", "self.write", IRC_LOGIN),
    Row("write", f"{_I}/session.py:Session.heard", "self.write", IRC_PING),
    Row("write", f"{_I}/session.py:Session.tick", "self.write", IRC_PING),
    Row("write", f"{_I}/echo.py:Pulse._ask", "session.write*", IRC_ECHO),
    Row("write", f"{_I}/mouth.py:_write", "session.write_counted", GATE),
    Row("write", f"{_I}/mouth.py:lookup", "session.write_counted", IRC_LINES),
    Row("write", f"{_I}/mouth.py:_prove", "session.write", IRC_LINES),
    Row("write", f"{_I}/mouth.py:_reprove", "session.write", IRC_LINES),
    # The wire of Matrix: words leave in `Mouth._put` alone, sealed where they are not public.
    Row("request", f"{_M}/wire.py:Wire._exchange", "http.request", MATRIX_READS),
    Row("request", f"{_M}/mouth.py:Mouth._put", "self.wire.call", MATRIX_CLEAR),
    Row("request", f"{_M}/removing.py:Remover._ask", "self._wire.call", MATRIX_REMOVES),
    Row("request", f"{_M}/typing.py:Typing._show", "self.wire.call", MATRIX_TYPING),
    Row("request", f"{_M}/echo.py:Echo.beat", "wire.call", MATRIX_ECHO),
    Row("request", f"{_M}/account.py:*", "wire.call", MATRIX_LOGIN),
    Row("request", f"{_M}/approval.py:request", "wire.call", MATRIX_LOGIN),
    Row("request", f"{_M}/signing.py:_Work._upload", "approval.request", MATRIX_LOGIN),
    Row("request", f"{_M}/doors.py:Doors.*", "self.wire.call", MATRIX_DOORS),
    Row("request", f"{_M}/gap.py:fill", "wire.call", MATRIX_READS),
    Row("request", f"{_M}/neighbours.py:Urgently.call", "self._wire.call", MATRIX_READS),
    Row("request", f"{_M}/survey.py:survey", "wire.call", MATRIX_READS),
    Row("request", f"{_M}/sync.py:Sync.ask", "self.wire.call", MATRIX_READS),
    Row("request", f"{_M}/keytalk.py:KeyTalk.*", "wire.call", MATRIX_KEYS),
    Row("request", f"{_M}/posting.py:Posting.*", "self._wire.call", MATRIX_SIGNS),
    Row("request", f"{_M}/signing.py:_Work.*", "self._wire.call", MATRIX_SIGNS),
    Row("request", f"{_M}/secretstorage.py:_Shelf.*", "self._wire.call", MATRIX_SHELF),
    # What homeservers say went wrong is one word of a closed form.
    *(
        Row("error", f"{_M}/{where}", what, CODES)
        for where, what in (
            ("*", "error.code"),
            ("session.py:Session._hear", "error.status"),
            ("session.py:Session.run", "group.exceptions"),
            ("survey.py:survey", "failed.exceptions"),
            ("sas.py:Verification.*", "wrong.code"),
            ("mouth.py:Mouth._part", "error.*"),
        )
    ),
    Row("error", f"{_M}/mouth.py:Mouth.*", "failed.sent", MATRIX_MOUTH),
    # The terminal of an operator.
    Row("print", "bot/app.py:run_bot.say", "print", EXPLAIN),
    Row("print", "bot/cli.py:_load", "print", MISTAKES),
    Row("print", "bot/cli.py:_show_version", "print", VERSION),
    Row("print", "bot/cli.py:_stop", "print", REFUSALS),
    Row("print", "bot/cli.py:canon", "print", CANON),
    Row("print", "bot/cli.py:check_config", "print", EXPLAIN),
    Row("print", "bot/cli.py:diagram", "print", DIAGRAMS),
    Row("print", "bot/cli.py:health", "print", HEALTH),
    Row("print", "bot/cli.py:key_new", "print", KEY),
    Row("print", "bot/cli.py:main", "print", UNCAUGHT),
    Row("print", "bot/cli.py:matrix_identity", "print", IDENTITY),
    Row("print", "bot/operating/desk.py:identity", "print", IDENTITY),
    Row("print", "bot/operating/desk.py:look_at_everything.look", "print", DOCTOR),
    Row("request", "bot/cli.py:health", "connection.request", HEALTH),
    *(
        Row("stream", where, "sys.stderr", check)
        for where, check in (
            ("bot/cli.py:_load", MISTAKES),
            ("bot/cli.py:_stop", REFUSALS),
            ("bot/cli.py:health", HEALTH),
            ("bot/cli.py:main", UNCAUGHT),
            ("bot/logs.py:install", LOGS),
            ("bot/operating/desk.py:identity", IDENTITY),
        )
    ),
    Row("stream", "bot/config/example.py", "sys.stdout", EXAMPLE),
    Row("write", "bot/config/example.py", "sys.stdout.write", EXAMPLE),
    Row("stream", "commands/_page.py", "sys.stdout", PAGE),
    Row("write", "commands/_page.py", "sys.stdout.write", PAGE),
    Row("error", "bot/cli.py:_load", "error.problems", MISTAKES),
    Row("error", "bot/cli.py:canon", "str(refused)", CANON),
    Row("error", "bot/cli.py:check_config", "{refused}", REFUSALS),
    Row("error", "bot/cli.py:diagram", "unknown.known", DIAGRAMS),
    Row("error", "bot/cli.py:key_new", "str(refused)", KEY),
    Row("error", "bot/cli.py:matrix_identity", "str(refused)", IDENTITY),
    Row("error", "bot/cli.py:run", "str(running)", REFUSALS),
    Row("error", "bot/cli.py:run", "{refused}", REFUSALS),
    Row("error", "bot/config/load.py:_errors", "error.errors", MISTAKES),
    Row("error", "bot/config/load.py:read_toml", "str(error)", MISTAKES),
    Row("error", "bot/config/source.py:FileSource.read", "error.problems", MISTAKES),
    Row("error", "bot/operating/doctor.py:examine", "{error}", STORAGE_ERRORS),
    Row("error", "bot/operating/identity.py:bring_back", "error.fault", IDENTITY),
    # Files.
    Row("database", "storage/database.py:Database._connect", "aiosqlite.connect", FILES),
    Row("database", "storage/peek.py:peek", "sqlite3.connect", PEEK),
    Row("database", "storage/preflight.py:_examined", "sqlite3.connect", MARKS),
    Row("database", "storage/spool.py:*", "sqlite3.connect", SPOOL),
    Row("write", "storage/safe.py:StoreSafe.write", "SafeBook(*).write", SAFE),
    Row("write", f"{_M}/prompt_safe.py:PromptSafe.write", "self._safe.write", SAFE),
    Row("write", "storage/spool.py:_fill_journal", "file.write", SPOOL),
    Row("write", "storage/spool.py:_write", "file.write", SPOOL),
    Row("file", "storage/spool.py:*", "os.*", SPOOL),
    Row("file", "storage/preflight.py:*", "os.*", MARKS),
    Row("file", "storage/keys.py:new_root_key", "os.*", NEW_KEY),
    Row("file", "storage/keys.py:load_root_key", "os.open", NEW_KEY),
    Row("file", "bot/operating/lines.py:_lines", "Path(file).open", CANON),
    Row("file", "bot/runtime/stores.py:Stores._open", "self._reserve.open", SPOOL),
    # Whoever imports these can open a way out: one module each for what talks to others.
    Row("import", "bot/app.py", "sqlite3", COLUMNS),
    Row("import", "storage/*.py", "sqlite3", COLUMNS),
    Row("import", "storage/database.py", "aiosqlite", COLUMNS),
    Row("import", "bot/cli.py", "http", HEALTH),
    Row("import", "bot/runtime/health.py", "aiohttp", WELL),
    Row("import", "bot/runtime/watchdog.py", "socket", WATCHDOG),
    Row("import", "bot/transports/email.py", "aiosmtplib", TLS),
    Row("import", "bot/transports/email.py", "ssl", TLS),
    Row("import", f"{_I}/isupport.py", "irc", NO_OTHER),
    Row("import", f"{_I}/lines.py", "irc", NO_OTHER),
    Row("import", f"{_I}/settings.py", "ssl", IRC_TLS),
    Row("import", f"{_I}/wire.py", "socket", IRC_TLS),
    Row("import", f"{_M}/settings.py", "ssl", MATRIX_READS),
    Row("import", f"{_M}/wire.py", "aiohttp", MATRIX_READS),
    *(
        Row("import", f"{_M}/{name}.py", "nio", MATRIX_KEYS)
        for name in ("crypt", "keytalk", "olmheld", "olmstore", "outbound")
    ),
)

#: What is logged, by key, as the code writes it. `keep_safe` drops any other key and any sentence.
LOGGED = {
    # What loggers of the standard library are given goes no further than `_Cut`.
    "%": {"'library'", "ASIDE", "code", "row_id", "slot.case", "type(error).__name__"},
    "attempt": {"attempt"},
    "code": {"'lost'", "error.code"},
    "count": {"found.difference.count", "len(changed)", "len(found_keys)", "len(sentences)"},
    "error": {"type(again).__name__", "type(error).__name__", "type(why).__name__"},
    "exc_info": {
        "args.exc_value",
        "context.get('exception')",
        "error",
        "record.exc_info",
        "unraisable.exc_value",
    },
    "kept": {"Kept.DATABASE.value", "backing.kept.value", "failed.kept.value", "kept.value"},
    "kind": {"kind", "news.kind", "type(error).__name__"},
    "logger": {"record.name"},
    "network": {"_word(name)", "name", "network", "self.name", "settings.name"},
    "part": {"hanging", "name"},
    "reason": {"'mistakes'", "'needs-restart'", "reason", "session.reason"},
    "standing": {"identity.standing"},
    "where": {
        "f'{_short(record.pathname)}:{record.lineno}'",
        "key.replace('[', '.').replace(']', '')",
    },
}
#: Columns of the database, by what stands in them. What is sealed is unreadable without the key.
COLUMNS_BY_KIND = {
    "sealed": (
        "keys.wrapped cases.face facts.spine facts.body sessions.sealed timers.sealed outbox.head"
        " outbox.payload pages.sealed audit.sealed suspensions.sealed watches.sealed offers.sealed"
        " safe.sealed hits.sealed"
    ),
    "keyed digest": (
        "marks.digest sessions.identity sessions.phrase timers.digest inbound.digest outbox.digest"
        " audit.mac suspensions.digest offers.digest notes.digest safe.digest safe.kind hits.digest"
    ),
    "random": "sessions.ref",
    "number or moment": (
        "keys.id keys.parent keys.made_at cases.id cases.opened_at cases.next_at cases.evidence"
        " cases.version facts.case_id facts.seq facts.removed_at marks.case_id marks.seq"
        " sessions.id sessions.seen_at timers.due inbound.at outbox.id outbox.lane"
        " outbox.unwanted outbox.created_at outbox.next_at outbox.tries pages.opened_at audit.id"
        " audit.at suspensions.at watches.id watches.ends notes.at hits.case_id hits.at"
    ),
    "code": (
        "codes.code cases.code sessions.case_code outbox.case_code outbox.page_code pages.code"
        " pages.case_code audit.case_code"
    ),
    "word of the program": (
        "meta.name meta.value keys.purpose keys.scope cases.status facts.keep marks.kind"
        " outbox.state outbox.reason pages.state"
    ),
}
