"""Each row of what is said of things that are down is held by tests that exist."""

import ast
import re

from tests.docs.recipes import ROOT
from tests.docs.test_pages import DOCS, section

_RESERVE, _STORY = "tests/story/test_reserve.py", "tests/story/test_degraded.py"
_PULSE, _FULL = "tests/runtime/test_pulse.py", "tests/crash/test_disk_full.py"
_OUTBOX, _BEAT = "tests/runtime/test_outbox.py", "tests/runtime/test_heartbeat.py"
_ROOMS, _MAIL = "tests/story/test_rooms.py", "tests/transports/test_mail_faults.py"
_JUMPS, _SERVICES = "tests/story/test_clock_jumps.py", "tests/e2e/test_services.py"
_DEAD, _ALL_DEAD = "tests/faults/test_dead_routes.py", "tests/faults/test_all_routes_dead.py"

PROOFS = {
    "another program holds the database": [
        f"{_RESERVE}::test_a_database_that_another_process_holds",
        f"{_RESERVE}::test_people_are_told_once_of_the_fall_and_once_of_the_return",
        f"{_RESERVE}::test_other_lines_are_told_that_nothing_is_kept",
    ],
    "the disk is full": [
        f"{_RESERVE}::test_a_call_goes_out_and_is_told_where_its_words_are",
        f"{_FULL}::test_a_full_disk",
    ],
    "the file system is read-only, or fails": [
        f"{_RESERVE}::test_whatever_the_disk_says",
        f"{_RESERVE}::test_a_database_that_has_become_read_only",
        "tests/storage/test_reserve.py::test_a_disk_that_becomes_read_only",
    ],
    "the database hangs": [f"{_RESERVE}::test_a_database_that_hangs"],
    "sealing fails in the database": [
        f"{_RESERVE}::test_a_command_that_breaks_in_the_database_calls_from_the_reserve",
    ],
    "sealing fails everywhere": [
        f"{_STORY}::test_where_nothing_can_be_sealed_a_call_goes_out_from_memory",
    ],
    "the spool cannot be used either": [
        f"{_RESERVE}::test_where_no_spool_can_be_had_it_says_that_it_is_in_memory",
    ],
    "nothing can be kept, in memory neither": [
        "tests/runtime/test_not_kept.py::test_a_call_for_help_hears_where_to_write_at_once",
        "tests/runtime/test_not_kept.py::test_a_reporter_hears_it_with_the_direct_address",
    ],
    "the root key file, after the start": [
        f"{_STORY}::test_without_the_root_key_file_nothing_changes_until_the_next_start",
    ],
    "the database is refused, and `run --emergency-only` was started": [
        f"{_FULL}::test_without_a_database_calls_go_out_all_the_same",
    ],
    "one network, or the way to it": [
        f"{_STORY}::test_with_one_network_away_a_call_on_the_other_is_as_ever",
        f"{_PULSE}::test_one_that_is_down_is_told_on_the_other_and_by_mail_and_so_is_its_return",
        f"{_PULSE}::test_one_that_comes_and_goes_is_told_once_in_ten_minutes",
    ],
    "a network that looks up and passes nothing on": [
        f"{_PULSE}::test_one_that_passes_nothing_on_is_dialled_anew_within_three_minutes",
    ],
    "all networks": [
        f"{_STORY}::test_without_any_network_mails_of_a_call_still_go_out",
        f"{_PULSE}::test_when_all_are_away_operators_and_whoever_is_on_call_get_mail",
    ],
    "services of the network": [
        f"{_SERVICES}::test_services_die_and_come_back_while_people_type",
        f"{_SERVICES}::test_a_known_nick_without_services_is_nobody",
        f"{_SERVICES}::test_a_bot_started_without_services_waits_for_them",
    ],
    "one mail server": [
        f"{_MAIL}::test_the_second_relay_has_it_within_a_minute",
        "tests/e2e/test_mail.py::test_a_dead_first_relay_is_passed_over",
    ],
    "all mail servers": [
        f"{_STORY}::test_without_mail_a_call_is_rung_and_answered_as_ever",
        f"{_PULSE}::test_mail_that_fails_for_ten_minutes_is_told_to_operators",
        f"{_OUTBOX}::test_pauses_grow_and_an_emergency_is_never_left_for_more_than_a_minute",
    ],
    "everything at once": [
        f"{_ALL_DEAD}::test_all_routes_die_but_the_callers_own",
        f"{_ALL_DEAD}::test_all_routes_die",
        f"{_DEAD}::test_two_routes_die",
    ],
    "a channel lost its modes, or has a stranger in it": [
        f"{_STORY}::test_with_a_channel_out_of_order_people_are_rung_all_the_same",
        f"{_ROOMS}::test_a_room_that_gains_a_stranger_gets_no_case_and_says_so",
        f"{_ROOMS}::test_news_goes_to_a_flawed_room_without_codes",
    ],
    "a reporter is gone, or refuses messages": [
        f"{_STORY}::test_words_for_a_reporter_who_is_gone_wait_and_the_team_is_told",
        f"{_OUTBOX}::test_the_lead_hears_of_words_that_are_refused",
        f"{_OUTBOX}::test_the_timeline_tells_whether_the_words_arrived",
    ],
    "the bot itself": [
        f"{_BEAT}::test_a_long_stop_is_told_to_the_team_and_to_operators",
        f"{_BEAT}::test_it_says_how_many_calls_were_open",
        "tests/crash/test_kill.py::test_a_call_for_help_survives",
    ],
    "the clock jumps": [
        f"{_STORY}::test_a_clock_that_jumps_changes_nothing_for_whoever_calls",
        f"{_JUMPS}::test_a_page_rings_on_through_jumps_of_the_clock",
    ],
}


def _tests(file: str) -> set[str]:
    """Return the names of a file's test functions."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, functions)}


def test_each_row_has_a_proof_and_each_proof_a_row() -> None:
    text = section(DOCS / "operating.md", "When something is down")
    rows = re.findall(r"(?m)^\|(.+)\|$", text)[2:]
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    assert all(len(row) == 5 and all(row) for row in cells)
    assert [row[0] for row in cells] == list(PROOFS)


def test_the_proofs_exist() -> None:
    for row, proofs in PROOFS.items():
        assert proofs, row
        for proof in proofs:
            file, _, name = proof.partition("::")
            assert name.startswith("test_"), proof
            assert name in _tests(file), proof
