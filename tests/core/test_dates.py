"""Dates are read as people type them; what could be two dates is asked about."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.words.dates import Ambiguous, Past, read_date

#: A Tuesday; it is 10:30 in Berlin.
NOW = datetime(2031, 3, 4, 9, 30, 15, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2031-03-10", "2031-03-10 11:00"),
        ("2031-07-10", "2031-07-10 10:00"),
        ("2031-03-10 18:15", "2031-03-10 17:15"),
        ("2031-03-10T18:15", "2031-03-10 17:15"),
        ("2031-03-10 at 9:05", "2031-03-10 08:05"),
        ("2031-03-10T18:15:20Z", "2031-03-10 18:15:20"),
        ("2031-03-10 18:15 UTC", "2031-03-10 18:15"),
        ("2031-03-10T18:15:00+05:30", "2031-03-10 12:45"),
        ("2031-03-10T18:15:00.250000+00:00", "2031-03-10 18:15:00.250000"),
        ("today", "2031-03-04 11:00"),
        ("2031-03-04", "2031-03-04 11:00"),
        ("today 16:00", "2031-03-04 15:00"),
        ("tomorrow", "2031-03-05 11:00"),
        ("Tomorrow at 14:30", "2031-03-05 13:30"),
        ("wednesday", "2031-03-05 11:00"),
        ("Fri", "2031-03-07 11:00"),
        ("on friday 8:00", "2031-03-07 07:00"),
        ("next tuesday", "2031-03-11 11:00"),
        ("tues", "2031-03-11 11:00"),
        ("3d", "2031-03-07 11:00"),
        ("+3d", "2031-03-07 11:00"),
        ("in 3 days", "2031-03-07 11:00"),
        ("1 day", "2031-03-05 11:00"),
        ("0d", "2031-03-04 11:00"),
        ("2w", "2031-03-18 11:00"),
        ("in 1 week", "2031-03-11 11:00"),
        ("12h", "2031-03-04 21:30"),
        ("+1 hour", "2031-03-04 10:30"),
        ("3 dec", "2031-12-03 11:00"),
        ("Dec 3", "2031-12-03 11:00"),
        ("3rd December", "2031-12-03 11:00"),
        ("december 3, 2032", "2032-12-03 11:00"),
        ("3. Dec", "2031-12-03 11:00"),
        ("dec. 3 17:00", "2031-12-03 16:00"),
        ("1 sept", "2031-09-01 10:00"),
        ("3 mar", "2032-03-03 11:00"),
        ("4 mar", "2031-03-04 11:00"),
        ("29 feb", "2032-02-29 11:00"),
        ("28/05", "2031-05-28 10:00"),
        ("05/28/2031", "2031-05-28 10:00"),
        ("28.5.2031", "2031-05-28 10:00"),
        ("28.5.", "2031-05-28 10:00"),
        ("05/05", "2031-05-05 10:00"),
    ],
)
def test_what_is_read(text: str, expected: str) -> None:
    assert read_date(text, NOW, BERLIN) == utc(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "t",
        "may",
        "3m",
        "3",
        "14:30",
        "2031-02-30",
        "2031-13-01",
        "tomorrow 25:00",
        "tomorrow 9:75",
        "30 feb",
        "32 dec",
        "3 decembre",
        "3 junk",
        "45/45",
        "99999d",
        "2099-01-01",
        "9999-12-31 23:59",
        "0000-01-01",
        "in 3 days and a bit",
        "2031-03-10T18:15:00+99:99",
        "٣d",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text, NOW, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "month_first", "day_first"),
    [
        ("01/02", "2032-01-02 11:00", "2032-02-01 11:00"),
        ("04/05 14:00", "2031-04-05 12:00", "2031-05-04 12:00"),
        ("4.5.2031", "2031-04-05 10:00", "2031-05-04 10:00"),
    ],
)
def test_what_could_be_two_dates(text: str, month_first: str, day_first: str) -> None:
    expected = Ambiguous(month_first=utc(month_first), day_first=utc(day_first))
    assert read_date(text, NOW, BERLIN) == expected


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2031-03-03", "2031-03-03 11:00"),
        ("today 09:00", "2031-03-04 08:00"),
        ("3 dec 2030", "2030-12-03 11:00"),
        ("0h", "2031-03-04 09:30"),
    ],
)
def test_what_has_passed(text: str, at: str) -> None:
    assert read_date(text, NOW, BERLIN) == Past(at=utc(at))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2031-03-04 10:59", "2031-03-04 11:00"),
        ("2031-03-04 11:00", "2031-03-04 17:00"),
        ("2031-03-04 17:00", "2031-03-04 22:59"),
    ],
)
def test_today_is_the_next_of_its_hours(now: str, expected: str) -> None:
    assert read_date("today", utc(now), BERLIN) == utc(expected)


def test_the_last_minute_of_today_has_passed() -> None:
    assert read_date("today", utc("2031-03-04 22:59"), BERLIN) == Past(at=utc("2031-03-04 22:59"))


MOMENTS = st.integers(-3650 * 24 * 60, 3650 * 24 * 60).map(lambda n: NOW + timedelta(minutes=n))
ZONES = st.sampled_from(["UTC", BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Apia"])
TYPED = st.one_of(
    st.sampled_from(["today", "tomorrow", "friday", "sun 23:30", "29 feb", "3 dec", "31/12"]),
    st.builds(lambda n, unit: f"{n}{unit}", st.integers(0, 400), st.sampled_from(["h", "d", "w"])),
    st.builds(
        lambda day, hour, minute: f"{day:%Y-%m-%d} {hour:02}:{minute:02}",
        st.dates(date(2021, 1, 1), date(2043, 1, 1)),
        st.integers(0, 23),
        st.integers(0, 59),
    ),
)


@given(typed=TYPED, now=MOMENTS, zone=ZONES)
def test_what_was_understood_reads_back_the_same(typed: str, now: datetime, zone: str) -> None:
    found = read_date(typed, now, zone)
    if not isinstance(found, datetime):
        assert found is None or isinstance(found, Past)
        return
    assert found > now
    assert read_date(found.isoformat(), now, zone) == found
    local = found.astimezone(ZoneInfo(zone))
    assert read_date(local.isoformat(), now, zone) == found
    if local.utcoffset() == (local + timedelta(hours=2)).utcoffset() and local.fold == 0:
        assert read_date(f"{local:%Y-%m-%d %H:%M}", now, zone) == found


@given(text=st.text(max_size=20), now=MOMENTS, zone=ZONES)
def test_any_text_at_all_is_read_or_refused(text: str, now: datetime, zone: str) -> None:
    found = read_date(text, now, zone)
    assert found is None or isinstance(found, datetime | Past | Ambiguous)
