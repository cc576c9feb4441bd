"""The day that a question asks about: "3 月 1 日的手续费是多少", "the fee on March 1".

Two ways, because no library reads both: `dateparser` takes "3 月 1 日" for three months ago and reads neither numerals
(三月一日) nor 去年, so Chinese, Japanese and Korean days are read by one pattern; names of months are left to it.
Only whole days count. "Last month" names none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.chain.slots import parse_number
from assistant.chain.vocabulary import normalise

_NUMERAL = r"[一二三四五六七八九十]{1,3}"
_CJK = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})\s*[年년]\s*|(?P<ago>今年|去年|前年)\s*的?\s*)?"
    rf"(?P<month>\d{{1,2}}|{_NUMERAL})\s*[月월]\s*(?:份\s*)?(?P<day>\d{{1,2}}|{_NUMERAL})\s*[日号號일]"
)
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d])")
_RELATIVE = re.compile(
    r"(?P<yesterday>昨天|昨日|\byesterday\b|어제|вчера|\bayer\b|hôm qua)|(?P<before>前天|一昨日|그저께)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_NAME = r"(?!\d)[^\W\d_]{3,10}\.?"
_DAY_FIRST = re.compile(
    rf"\b(?:ngày\s+)?{_DAY}\s+(?:of\s+|de\s+)?(?:tháng\s+\d{{1,2}}|{_NAME})(?:,?\s+(?:de\s+|năm\s+)?\d{{4}}\b)?"
)
_MONTH_FIRST = re.compile(rf"\b{_NAME}\s+{_DAY}\b(?:,?\s+\d{{4}}\b)?")
_YEARS_AGO = {"今年": 0, "去年": 1, "前年": 2}
_LANGUAGES = ["en", "es", "ru", "vi"]


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day and the words that name it, as they stand in the folded text."""

    day: date
    text: str


def named_day(text: str, today: date) -> NamedDay | None:
    """The first day that `text` names; `None` if it names none or one that no calendar has.

    A day without a year is the latest one that is not after `today`.
    """
    folded = normalise(text)
    found = [(match, read) for pattern, read in _READERS for match in pattern.finditer(folded)]
    for match, read in sorted(found, key=lambda item: item[0].start()):
        day = read(match, today)
        if day is not None:
            return NamedDay(day, match.group().strip())
    return None


def _cjk(match: re.Match[str], today: date) -> date | None:
    month, day = _number(match["month"]), _number(match["day"])
    if match["year"]:
        return _date(int(match["year"]), month, day)
    if match["ago"]:
        return _date(today.year - _YEARS_AGO[match["ago"]], month, day)
    return _latest(month, day, today)


def _iso(match: re.Match[str], _today: date) -> date | None:
    return _date(int(match["year"]), int(match["month"]), int(match["day"]))


def _relative(match: re.Match[str], today: date) -> date | None:
    return today - timedelta(days=1 if match["yesterday"] else 2)


def _named(match: re.Match[str], today: date) -> date | None:
    import dateparser  # a tenth of a second, and most questions name no month

    found: datetime | None = dateparser.parse(
        match.group(),
        languages=_LANGUAGES,
        settings={
            "PREFER_DATES_FROM": "past",
            "RELATIVE_BASE": datetime(today.year, today.month, today.day, 23, 59),  # noqa: DTZ001 - a day, not a moment
            "REQUIRE_PARTS": ["day", "month"],
            "PARSERS": ["absolute-time"],
        },
    )
    return found.date() if found else None


def _latest(month: int, day: int, today: date) -> date | None:
    found = _date(today.year, month, day)
    if found is not None and found <= today:
        return found
    # 29 February is at most eight years back.
    earlier = (_date(today.year - years, month, day) for years in range(1, 9))
    return next((candidate for candidate in earlier if candidate is not None), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    value = parse_number(text)
    return int(value) if value is not None else 0


_READERS = ((_CJK, _cjk), (_ISO, _iso), (_RELATIVE, _relative), (_DAY_FIRST, _named), (_MONTH_FIRST, _named))
