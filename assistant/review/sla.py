"""By when the customer is to have heard from a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.errors import ConfigurationError
from assistant.review.routing import Clock
from assistant.ticket import Ticket, TicketState

if TYPE_CHECKING:
    from holidays import HolidayBase

EMERGENCY_TARGET = timedelta(minutes=5)
OPENING = time(9)
_WAITING = (TicketState.QUEUED, TicketState.CLAIMED)
_SATURDAY, _SUNDAY = 5, 6
_CATEGORIES = {"HK": ("public", "optional")}
"""Where offices rest on more days than the category `public` holds.

For Hong Kong that category is the statutory holidays of Cap. 57; the general holidays of Cap. 149 (Good Friday and the
day after it) are `optional`.
"""


class BusinessCalendar:
    """The desk's clocks, in the time zone and with the public holidays of the desk's office.

    A business day is a day of the office's working week that is no public holiday, and any weekend day that the country
    declared a working day in exchange (mainland China does). The working week is what the country does not count as
    weekend; where only Sunday is one (Hong Kong), offices rest on Saturday too.

    One business day ends at the same local time on the next business day. It begins when the customer wrote; what comes
    in on another day, or on a business day before `opening`, begins at the next opening, as if it had been found there.
    So a later question is never due before an earlier one. There is no closing time: what comes in on a business day in
    the evening is due on the next one in the evening.

    The other clocks count minutes that really pass. Local times follow the zone's rules: the same local time across a
    change of the clocks is 23 or 25 hours per day away; a local time that the change skips is taken an hour later, one
    that comes twice is taken at its first coming.

    Holidays are computed when a business day is first asked for, once per year, and only read afterwards: threads may
    share a calendar.

    Args:
        country: ISO 3166 code of the country whose holidays count.
        timezone: name in the time zone database.
        reply_target: how long a simple question may take.
        workdays: weekdays of the working week, Monday = 0; `None` = the country's.
        opening: local time at which the office begins to work.

    Raises:
        ConfigurationError: no such time zone, a target that is not positive, or workdays that are none.
    """

    def __init__(
        self,
        country: str,
        timezone: str,
        *,
        reply_target: timedelta = timedelta(minutes=15),
        workdays: Collection[int] | None = None,
        opening: time = OPENING,
    ) -> None:
        if reply_target <= timedelta(0):
            raise ConfigurationError("The reply target is not a positive time.", hint="Set at least one minute.")
        if workdays is not None and not (workdays and set(workdays) <= set(range(7))):
            raise ConfigurationError(
                "The workdays are not weekdays.", hint="Give numbers from 0, Monday, to 6, Sunday."
            )
        self._country = country.upper()
        self._zone = _zone(timezone)
        self._minutes = {Clock.SIMPLE: reply_target, Clock.EMERGENCY: min(EMERGENCY_TARGET, reply_target)}
        self._workdays = None if workdays is None else frozenset(workdays)
        self._opening = opening
        self._years: dict[int, frozenset[date]] = {}

    def check(self) -> None:
        """Loads the holidays now, so that a wrong setting shows at the start and not at the first complaint.

        Raises:
            ConfigurationError: no holidays are known for the country.
        """
        self._country_days(date.today().year)  # noqa: DTZ011 - any year will do

    def due(self, clock: Clock, start: datetime) -> datetime:
        """The moment, in UTC, by which a ticket is to be answered that has waited since `start`, which is aware.

        Raises:
            ConfigurationError: no holidays are known for the country.
            ValueError: `start` has no time zone.
        """
        if start.tzinfo is None:
            raise ValueError("The start has no time zone.")
        if clock is not Clock.BUSINESS_DAY:
            # In UTC: adding to a local time would count what the wall clock shows.
            return start.astimezone(UTC) + self._minutes[clock]
        begun = self._begun(start.astimezone(self._zone))
        day = next(day for day in _days_after(begun.date()) if self.is_business_day(day))
        return datetime.combine(day, begun.time(), self._zone).astimezone(UTC)

    def local(self, moment: datetime) -> datetime:
        """An aware moment on the office's clock."""
        return moment.astimezone(self._zone)

    def is_business_day(self, day: date) -> bool:
        """Whether the office works on this day.

        Raises:
            ConfigurationError: no holidays are known for the country.
        """
        found = self._years.get(day.year)
        if found is None:
            # Two threads may both compute it, to the same end; neither sees a year half done.
            found = self._years[day.year] = self._business_days(day.year)
        return day in found

    def _begun(self, local: datetime) -> datetime:
        if self.is_business_day(local.date()):
            return local if local.time() >= self._opening else datetime.combine(local.date(), self._opening, self._zone)
        day = next(day for day in _days_after(local.date()) if self.is_business_day(day))
        return datetime.combine(day, self._opening, self._zone)

    def _business_days(self, year: int) -> frozenset[date]:
        known = self._country_days(year)
        workdays = self._workdays
        if workdays is None:
            weekend = {_SATURDAY, _SUNDAY} if known.weekend == {_SUNDAY} else known.weekend
            workdays = frozenset(range(7)) - weekend
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        return frozenset(
            day
            for day in days
            if day.year == year and (day in known.weekend_workdays or (day.weekday() in workdays and day not in known))
        )

    def _country_days(self, year: int) -> HolidayBase:
        import holidays  # 40 ms, and 100 ms for a first country: not at the start of the desk

        try:
            return holidays.country_holidays(
                self._country,
                years=year,
                expand=False,
                categories=_CATEGORIES.get(self._country),
            )
        except NotImplementedError:
            raise ConfigurationError(
                f"No public holidays are known for the country {self._country}.",
                hint="Set business_country to the two-letter code of the country whose holidays the desk keeps.",
            ) from None


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the time is up while the customer still waits for a person: from the very moment that was promised."""
    return ticket.state in _WAITING and now >= ticket.due_at


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(
            f"There is no time zone {name!r}.", hint="Give a name of the time zone database, such as Asia/Hong_Kong."
        ) from None
