from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ConfigurationError
from assistant.review.routing import Clock
from assistant.review.sla import EMERGENCY_TARGET, BusinessCalendar, overdue
from assistant.ticket import TicketState
from tests.conftest import FIXED_NOW
from tests.review.cases import ticket

HONG_KONG = BusinessCalendar("HK", "Asia/Hong_Kong")
CHINA = BusinessCalendar("CN", "Asia/Shanghai")
SINGAPORE = BusinessCalendar("SG", "Asia/Singapore")
NEW_YORK = BusinessCalendar("US", "America/New_York")
LONDON = BusinessCalendar("GB", "Europe/London")
SAUDI_ARABIA = BusinessCalendar("SA", "Asia/Riyadh")
ZONES = {
    id(HONG_KONG): "Asia/Hong_Kong",
    id(CHINA): "Asia/Shanghai",
    id(SINGAPORE): "Asia/Singapore",
    id(NEW_YORK): "America/New_York",
    id(LONDON): "Europe/London",
    id(SAUDI_ARABIA): "Asia/Riyadh",
}


def local(calendar: BusinessCalendar, text: str) -> datetime:
    """`2026-02-16 15:00`, local time of the calendar's office, as an aware moment."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONES[id(calendar)]))


def due(calendar: BusinessCalendar, text: str) -> str:
    """One business day after the local time `text`, as local time."""
    found = calendar.due(Clock.BUSINESS_DAY, local(calendar, text))
    assert found.tzinfo is UTC
    return found.astimezone(ZoneInfo(ZONES[id(calendar)])).isoformat(" ")[:16]


@pytest.mark.parametrize(
    ("calendar", "start", "expected"),
    [
        # An ordinary day, the evening of one, and the seconds.
        (HONG_KONG, "2026-03-03 15:20", "2026-03-04 15:20"),
        (HONG_KONG, "2026-03-03 23:50", "2026-03-04 23:50"),
        # Before the opening of a business day: as if found at the opening.
        (HONG_KONG, "2026-03-03 03:10", "2026-03-04 09:00"),
        (HONG_KONG, "2026-03-03 09:00", "2026-03-04 09:00"),
        # Over a weekend and in one.
        (HONG_KONG, "2026-03-06 15:20", "2026-03-09 15:20"),
        (HONG_KONG, "2026-03-07 15:20", "2026-03-10 09:00"),
        (HONG_KONG, "2026-03-08 23:59", "2026-03-10 09:00"),
        # Lunar New Year 2026: 17 to 19 February.
        (HONG_KONG, "2026-02-16 11:00", "2026-02-20 11:00"),
        (HONG_KONG, "2026-02-18 11:00", "2026-02-23 09:00"),
        # Good Friday, Easter Monday and Ching Ming observed: 3, 6 and 7 April 2026.
        (HONG_KONG, "2026-04-02 16:00", "2026-04-08 16:00"),
        (HONG_KONG, "2026-04-04 16:00", "2026-04-09 09:00"),
        # The end of the year, with a weekend behind the holiday.
        (HONG_KONG, "2026-12-31 10:00", "2027-01-04 10:00"),
        (HONG_KONG, "2026-12-24 10:00", "2026-12-28 10:00"),
        # Mainland China: nine days of Spring Festival, paid for by a Saturday before and one after it.
        (CHINA, "2026-02-13 10:00", "2026-02-14 10:00"),
        (CHINA, "2026-02-14 10:00", "2026-02-24 10:00"),
        (CHINA, "2026-02-20 10:00", "2026-02-25 09:00"),
        (CHINA, "2026-02-27 10:00", "2026-02-28 10:00"),
        # Singapore: National Day 2026 is a Sunday, kept on the Monday.
        (SINGAPORE, "2026-08-07 10:00", "2026-08-11 10:00"),
        # A weekend of Friday and Saturday.
        (SAUDI_ARABIA, "2026-04-16 10:00", "2026-04-19 10:00"),
        (SAUDI_ARABIA, "2026-04-17 10:00", "2026-04-20 09:00"),
        # New Year 2028 is a Saturday, kept in the old year.
        (NEW_YORK, "2027-12-30 10:00", "2028-01-03 10:00"),
        # Clocks change on a weekend; the local time stays.
        (NEW_YORK, "2026-03-06 15:00", "2026-03-09 15:00"),
        (LONDON, "2026-10-23 16:45", "2026-10-26 16:45"),
    ],
)
def test_one_business_day(calendar: BusinessCalendar, start: str, expected: str) -> None:
    assert due(calendar, start) == expected


@pytest.mark.parametrize(
    ("calendar", "start", "hours"),
    [
        (NEW_YORK, "2026-03-06 15:00", 71),
        (NEW_YORK, "2026-10-30 15:00", 73),
        (LONDON, "2026-03-27 15:00", 71),
        (LONDON, "2026-10-23 15:00", 73),
        (HONG_KONG, "2026-03-06 15:00", 72),
    ],
)
def test_a_change_of_the_clocks_takes_or_gives_an_hour(calendar: BusinessCalendar, start: str, hours: int) -> None:
    begun = local(calendar, start)
    assert calendar.due(Clock.BUSINESS_DAY, begun) - begun.astimezone(UTC) == timedelta(hours=hours)


def test_the_other_clocks_count_minutes_that_pass_on_holidays_and_through_changes_of_the_clocks() -> None:
    new_year = local(HONG_KONG, "2026-02-17 03:00")
    assert HONG_KONG.due(Clock.SIMPLE, new_year) - new_year == timedelta(minutes=15)
    # At 02:00 the clocks go to 03:00.
    spring = NEW_YORK.due(Clock.SIMPLE, local(NEW_YORK, "2026-03-08 01:50"))
    assert spring.astimezone(ZoneInfo("America/New_York")).isoformat(" ") == "2026-03-08 03:05:00-04:00"
    # At 02:00 they go back to 01:00.
    autumn = NEW_YORK.due(Clock.EMERGENCY, local(NEW_YORK, "2026-11-01 01:58"))
    assert autumn.astimezone(ZoneInfo("America/New_York")).isoformat(" ") == "2026-11-01 01:03:00-05:00"


def test_the_days_are_those_of_the_office_wherever_the_moment_was_written_down() -> None:
    # Friday evening in UTC is Saturday morning in Hong Kong.
    assert due(HONG_KONG, "2026-03-07 01:30") == "2026-03-10 09:00"
    start = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
    assert HONG_KONG.due(Clock.BUSINESS_DAY, start) == datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
    assert HONG_KONG.due(Clock.BUSINESS_DAY, start.astimezone(ZoneInfo("Pacific/Auckland"))) == datetime(
        2026, 3, 10, 1, 0, tzinfo=UTC
    )


def test_a_local_time_that_a_change_of_the_clocks_skips_is_taken_an_hour_later() -> None:
    # Clocks in Cairo went from 00:00 to 01:00 on Friday, 24 April 2026.
    calendar = BusinessCalendar("EG", "Africa/Cairo", workdays=range(5), opening=time(0))
    start = datetime(2026, 4, 23, 0, 30, tzinfo=ZoneInfo("Africa/Cairo"))
    found = calendar.due(Clock.BUSINESS_DAY, start).astimezone(ZoneInfo("Africa/Cairo"))
    assert found.isoformat(" ") == "2026-04-24 01:30:00+03:00"


def test_a_local_time_that_comes_twice_is_taken_at_its_first_coming() -> None:
    # Clocks in New York went from 02:00 back to 01:00 on Sunday, 1 November 2026.
    zone = ZoneInfo("America/New_York")
    calendar = BusinessCalendar("US", "America/New_York", workdays=range(7), opening=time(0))
    into = calendar.due(Clock.BUSINESS_DAY, datetime(2026, 10, 31, 1, 30, tzinfo=zone)).astimezone(zone)
    assert into.isoformat(" ") == "2026-11-01 01:30:00-04:00"
    out = calendar.due(Clock.BUSINESS_DAY, datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=zone)).astimezone(zone)
    assert out.isoformat(" ") == "2026-11-02 01:30:00-05:00"


@pytest.mark.parametrize("calendar", [HONG_KONG, CHINA, NEW_YORK, LONDON, SAUDI_ARABIA])
@given(
    seconds=st.lists(st.integers(0, 3 * 366 * 86_400), min_size=2, max_size=2).map(sorted),
)
@settings(max_examples=100, deadline=None)
def test_what_came_in_later_is_never_due_earlier_and_it_ends_on_a_business_day(
    calendar: BusinessCalendar, seconds: list[int]
) -> None:
    first, second = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=each) for each in seconds)
    zone = ZoneInfo(ZONES[id(calendar)])
    for clock in Clock:
        assert calendar.due(clock, first) <= calendar.due(clock, second)
        assert calendar.due(clock, first) > first
    end = calendar.due(Clock.BUSINESS_DAY, first).astimezone(zone)
    assert calendar.is_business_day(end.date())
    assert end.time() >= time(9)
    between = [first.astimezone(zone).date() + timedelta(days=n) for n in range(1, 20)]
    worked = [day for day in between if day < end.date() and calendar.is_business_day(day)]
    # At most the day on which it is taken to begin lies between the question and the end of the term.
    assert len(worked) <= (0 if calendar.is_business_day(first.astimezone(zone).date()) else 1)


def test_emergencies_take_five_minutes_and_never_longer_than_a_simple_question() -> None:
    assert timedelta(minutes=5) == EMERGENCY_TARGET
    assert HONG_KONG.due(Clock.EMERGENCY, FIXED_NOW) == FIXED_NOW + timedelta(minutes=5)
    quick = BusinessCalendar("HK", "Asia/Hong_Kong", reply_target=timedelta(minutes=2))
    assert (
        quick.due(Clock.SIMPLE, FIXED_NOW) == quick.due(Clock.EMERGENCY, FIXED_NOW) == FIXED_NOW + timedelta(minutes=2)
    )


def test_the_reply_target_is_the_desks() -> None:
    calendar = BusinessCalendar("HK", "Asia/Hong_Kong", reply_target=timedelta(minutes=40))
    assert calendar.due(Clock.SIMPLE, FIXED_NOW) == FIXED_NOW + timedelta(minutes=40)


@pytest.mark.parametrize("state", [TicketState.QUEUED, TicketState.CLAIMED])
@pytest.mark.parametrize("clock", Clock)
def test_a_breach_shows_at_the_exact_moment(state: TicketState, clock: Clock) -> None:
    started = FIXED_NOW + timedelta(seconds=17, microseconds=3)
    value = ticket(state=state, waiting_since=started, due_at=HONG_KONG.due(clock, started))
    assert not overdue(value, started)
    assert not overdue(value, value.due_at - timedelta(microseconds=1))
    assert overdue(value, value.due_at)
    assert overdue(value, value.due_at + timedelta(days=30))


def test_a_fake_clock_ticks_to_the_breach_of_a_complaint_over_a_holiday() -> None:
    """Minute by minute from the eve of Lunar New Year: the alarm goes off once, at the promised minute."""
    value = ticket(due_at=HONG_KONG.due(Clock.BUSINESS_DAY, local(HONG_KONG, "2026-02-16 11:00")))
    start = local(HONG_KONG, "2026-02-16 11:00").astimezone(UTC)
    minutes = [start + timedelta(minutes=n) for n in range(5 * 24 * 60)]
    first = next(now for now in minutes if overdue(value, now))
    assert first == local(HONG_KONG, "2026-02-20 11:00")


@pytest.mark.parametrize("state", [TicketState.AWAITING, TicketState.ANSWERED, TicketState.CLOSED])
def test_nothing_is_overdue_while_nobody_waits_for_the_desk(state: TicketState) -> None:
    assert not overdue(ticket(state=state), FIXED_NOW + timedelta(days=30))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-04-03", False),  # Good Friday: a general holiday, not a statutory one until 2028
        ("2026-04-10", True),
        ("2026-04-11", False),  # a Saturday
        ("2026-07-01", False),  # Establishment Day
        ("2026-09-26", False),
        ("2026-10-19", False),  # the day after Chung Yeung, which is a Sunday
    ],
)
def test_hong_kong_rests_on_its_general_holidays_and_on_saturdays(day: str, expected: bool) -> None:
    assert HONG_KONG.is_business_day(date.fromisoformat(day)) is expected


def test_an_office_may_work_on_other_days_than_its_country() -> None:
    calendar = BusinessCalendar("HK", "Asia/Hong_Kong", workdays=(1, 2, 3, 4, 5))
    assert calendar.is_business_day(date(2026, 4, 11))
    assert not calendar.is_business_day(date(2026, 4, 13))
    assert not calendar.is_business_day(date(2026, 4, 4))  # a Saturday, but a holiday


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        HONG_KONG.due(Clock.SIMPLE, datetime(2026, 3, 2, 9, 30))  # noqa: DTZ001 - the mistake under test


def test_an_unknown_country_is_found_by_the_check_and_named() -> None:
    calendar = BusinessCalendar("xq", "Asia/Hong_Kong")
    with pytest.raises(ConfigurationError, match="country XQ") as caught:
        calendar.check()
    assert "business_country" in caught.value.hint
    with pytest.raises(ConfigurationError, match="country XQ"):
        calendar.due(Clock.BUSINESS_DAY, FIXED_NOW)
    assert calendar.due(Clock.EMERGENCY, FIXED_NOW) == FIXED_NOW + timedelta(minutes=5)


def test_a_known_country_passes_the_check_in_either_case() -> None:
    BusinessCalendar("hk", "Asia/Hong_Kong").check()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Asia"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="no time zone"):
        BusinessCalendar("HK", name)


@pytest.mark.parametrize("workdays", [(), (7,), (-1, 2)])
def test_workdays_that_are_none_are_refused(workdays: tuple[int, ...]) -> None:
    with pytest.raises(ConfigurationError, match="workdays"):
        BusinessCalendar("HK", "Asia/Hong_Kong", workdays=workdays)


@pytest.mark.parametrize("target", [timedelta(0), timedelta(minutes=-1)])
def test_a_reply_target_that_is_no_time_is_refused(target: timedelta) -> None:
    with pytest.raises(ConfigurationError, match="reply target"):
        BusinessCalendar("HK", "Asia/Hong_Kong", reply_target=target)


def test_threads_that_share_a_calendar_see_the_same_days() -> None:
    calendar = BusinessCalendar("HK", "Asia/Hong_Kong")
    together = Barrier(8)

    def ask(_: int) -> list[datetime]:
        together.wait()
        return [calendar.due(Clock.BUSINESS_DAY, datetime(2020 + n, 12, 24, 4, tzinfo=UTC)) for n in range(10)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert all(each == found[0] for each in found)
    assert found[0] == [HONG_KONG.due(Clock.BUSINESS_DAY, datetime(2020 + n, 12, 24, 4, tzinfo=UTC)) for n in range(10)]


def test_the_holidays_are_loaded_by_the_first_business_day_and_not_before() -> None:
    code = """
import sys
from datetime import UTC, datetime
from assistant.review.routing import Clock
from assistant.review.sla import BusinessCalendar
calendar = BusinessCalendar("HK", "Asia/Hong_Kong")
calendar.due(Clock.SIMPLE, datetime(2026, 3, 2, tzinfo=UTC))
print("holidays" in sys.modules)
calendar.due(Clock.BUSINESS_DAY, datetime(2026, 3, 2, tzinfo=UTC))
print("holidays" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
