"""Words, times and days for one reader: their language, their time zone, their now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from html import escape

from assistant.messages import Messages


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts in one language. What it returns is escaped unless the name says `plain`.

    Attributes:
        zone: the reader's time zone; a time is shown as their clock shows it.
        now: aware; decides what is today and what is late.
    """

    messages: Messages
    locale: str
    zone: tzinfo
    now: datetime

    def plain(self, key: str, **values: str) -> str:
        """The text as it stands in the locale files."""
        return self.messages.text(f"cust_{key}", self.locale, **values)

    def say(self, key: str, **values: str) -> str:
        """The text, escaped with its values: fit for an element and for a quoted attribute."""
        return escape(self.plain(key, **values))

    def time(self, at: datetime) -> str:
        """`14:05`, on the reader's clock."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def day(self, at: datetime) -> str:
        """Today, yesterday, or the date; the year only if it is not this one."""
        day, today = at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        if day == today:
            return self.say("today")
        if day == today - timedelta(days=1):
            return self.say("yesterday")
        month = self.plain("months").split()[day.month - 1]
        key = "day" if day.year == today.year else "day_year"
        return self.say(key, day=str(day.day), month=month, year=str(day.year))

    def moment(self, at: datetime) -> str:
        """The time alone if it is today, otherwise with its day."""
        same = at.astimezone(self.zone).date() == self.now.astimezone(self.zone).date()
        return self.time(at) if same else self.say("day_time", day=self.day(at), time=self.time(at))

    def stamp(self, at: datetime) -> str:
        """A `<time>` element that shows the time."""
        return f'<time datetime="{at.isoformat(timespec="seconds")}">{self.time(at)}</time>'
