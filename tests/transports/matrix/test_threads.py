"""A case has one thread in a room, which begins with the first that was said of it there."""

from collections.abc import Mapping

from bot.core.words.beside import NOTHING_BESIDE, Beside
from bot.core.words.ports import StoreFailed
from bot.transports.matrix.threads import Threads, relation

ROOM, OTHER = "!team:example.org", "!oversight:example.org"
CASE = Beside(case="C-5AFMST")


class Drawer:
    """A safe that can fail."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.full = False

    async def load(self, kind: str) -> Mapping[str, bytes]:
        return {name: value for (of, name), value in self.kept.items() if of == kind}

    async def write(self, changes: Mapping[tuple[str, str], bytes | None]) -> None:
        if self.full:
            raise StoreFailed
        for key, value in changes.items():
            if value is None:
                self.kept.pop(key, None)
            else:
                self.kept[key] = value


async def test_the_first_text_of_a_case_begins_its_thread_in_that_room() -> None:
    threads = await Threads.open(Drawer())
    assert threads.root(ROOM, CASE) is None
    await threads.begun(ROOM, CASE, "$first")
    await threads.begun(ROOM, CASE, "$second")
    assert threads.root(ROOM, CASE) == "$first"
    assert threads.root(OTHER, CASE) is None
    assert threads.root(ROOM, Beside(case="C-000000")) is None


async def test_an_answer_goes_where_it_was_asked_for() -> None:
    threads = await Threads.open(Drawer())
    await threads.begun(ROOM, CASE, "$first")
    asked = Beside(case=CASE.case, message="$question", thread="$elsewhere")
    assert threads.root(ROOM, asked) == "$elsewhere"
    assert threads.root(ROOM, NOTHING_BESIDE) is None


async def test_words_about_no_case_begin_nothing() -> None:
    safe = Drawer()
    threads = await Threads.open(safe)
    await threads.begun(ROOM, Beside(message="$question"), "$answer")
    assert not safe.kept


def test_a_text_in_a_thread_is_an_answer_where_there_are_no_threads() -> None:
    assert relation("$root", "$question") == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$question"},
    }
    assert relation("$root")["m.in_reply_to"] == {"event_id": "$root"}


async def test_threads_go_on_after_a_restart() -> None:
    safe = Drawer()
    await (await Threads.open(safe)).begun(ROOM, CASE, "$first")
    assert (await Threads.open(safe)).root(ROOM, CASE) == "$first"


async def test_a_lost_root_makes_way_for_a_new_one() -> None:
    safe = Drawer()
    threads = await Threads.open(safe)
    await threads.begun(ROOM, CASE, "$first")
    await threads.begun(OTHER, CASE, "$there")
    await threads.lost(OTHER, "$first")
    assert threads.root(ROOM, CASE) == "$first"
    await threads.lost(ROOM, "$first")
    assert threads.root(ROOM, CASE) is None
    assert (await Threads.open(safe)).root(ROOM, CASE) is None
    await threads.begun(ROOM, CASE, "$again")
    assert (await Threads.open(safe)).root(ROOM, CASE) == "$again"
    assert threads.root(OTHER, CASE) == "$there"


async def test_what_could_not_be_kept_is_kept_with_the_next() -> None:
    safe = Drawer()
    threads = await Threads.open(safe)
    safe.full = True
    await threads.begun(ROOM, CASE, "$first")
    assert threads.root(ROOM, CASE) == "$first"
    assert not safe.kept
    safe.full = False
    await threads.begun(OTHER, CASE, "$there")
    again = await Threads.open(safe)
    assert again.root(ROOM, CASE) == "$first"
    assert again.root(OTHER, CASE) == "$there"


async def test_a_thread_tells_which_case_it_is_about() -> None:
    safe = Drawer()
    threads = await Threads.open(safe)
    await threads.begun(ROOM, CASE, "$first")
    for each in (threads, await Threads.open(safe)):
        assert each.case_of(ROOM, "$first") == CASE.case
        assert each.case_of(OTHER, "$first") is None
        assert each.case_of(ROOM, "$other") is None
    await threads.lost(ROOM, "$first")
    assert threads.case_of(ROOM, "$first") is None


async def test_a_thread_on_what_was_typed_is_about_what_came_of_it() -> None:
    threads = await Threads.open(Drawer())
    await threads.begun(ROOM, Beside(case=CASE.case, message="$typed"), "$first")
    assert threads.case_of(ROOM, "$typed") == CASE.case
