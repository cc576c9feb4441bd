"""Cells of a spreadsheet as people see them: numbers and dates by their format code.

Own rules for the codes of ECMA-376 Part 1, 18.8.31 that tables of fees and limits use. `ssf`, the one Python library
for all of them, has had no release since 2020 and fails with today's `babel`; others read month codes wrongly.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

_CONTEXT = Context(prec=400, rounding=ROUND_HALF_UP)
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|(General|E[+-]0+|[0#?.,]+|.)', re.IGNORECASE | re.DOTALL)
_SECTION_TOKEN = re.compile(r'"[^"]*"|\\.|.', re.DOTALL)
_PLACES = re.compile(r"[0#?][0#?.,]*|\.[0#?]+")
_CURRENCY = re.compile(r"\$([^-]*)")
_CONDITION = re.compile(r"[<>=]")
_DATE_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]]*\]|(AM/PM|上午/下午|y+|m+|d+|h+|s+|\.0+|.)', re.IGNORECASE | re.DOTALL
)
_YEAR_FIRST = re.compile(r"y{4}.*?m.*?d", re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def displayed(value: object, code: str = "General") -> str:
    """What a cell shows.

    A number keeps its percent sign, separators, decimals and currency. A code that is beyond these rules (fractions,
    conditions) gives the plain number, never an exponent. A day is shown as the cell shows it when the year comes
    first (`2026年3月1日`), else as `2026-03-01`: `3/1/26` would be read differently from country to country.

    Args:
        value: as a reader gives it: text, a number, a truth value, a day, a time or a duration.
        code: the number format of the cell.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date():
            return _day(value, code)
        case time():
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
        case int() | float():
            return _number(value, code)
        case _:
            return str(value).strip()


def _number(value: float, code: str) -> str:
    number = Decimal(f"{value:.15g}")  # a spreadsheet keeps 15 digits
    if not number.is_finite():
        return str(value)
    if any(_CONDITION.search(tag) for tag in re.findall(r"\[([^\]]*)\]", code)):
        return _plain(number)
    sections = _sections(code)
    if number < 0 and len(sections) > 1:
        shown = _in_section(-number, sections[1])
    elif number == 0 and len(sections) > 2:
        shown = _in_section(number, sections[2])
    else:
        shown = _in_section(number, sections[0])
    return _plain(number) if shown is None else shown


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sections(code: str) -> list[str]:
    """The parts of a code for positive, negative and zero; a quoted semicolon separates nothing."""
    parts = [""]
    for piece in _SECTION_TOKEN.findall(code):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return parts if any(parts) else ["General"]


def _in_section(number: Decimal, section: str) -> str | None:
    """`None`: the section is beyond these rules."""
    parts: list[str] = []
    places = ""
    percent = 0
    for quoted, escaped, tag, other in _TOKEN.findall(section):
        if quoted or escaped:
            parts.append(quoted or escaped)
        elif tag:
            currency = _CURRENCY.match(tag)
            parts.append(currency[1] if currency else "")
        elif other == "%":
            percent += 1
            parts.append(other)
        elif _PLACES.fullmatch(other) and not places:
            places = other
            parts.append("\0")
        elif other.lower() == "general":
            return _joined(parts, _plain(number), section)
        elif re.fullmatch(r"E[+-]0+|[/?0#@]+", other, re.IGNORECASE):
            return None
        else:
            parts.append(other)
    if not places:
        return "".join(parts).strip()
    shown = _digits(number * 100**percent, places)
    return None if shown is None else "".join(parts).replace("\0", shown).strip()


def _joined(parts: list[str], number: str, section: str) -> str:
    after = section.lower().partition("general")[2]
    return ("".join(parts) + number + after.replace('"', "")).strip()


def _digits(number: Decimal, places: str) -> str | None:
    scaled = len(places) - len(places.rstrip(","))
    whole, _, fraction = places.rstrip(",").partition(".")
    if "." in fraction or "," in fraction:
        return None
    number = number / Decimal(1000) ** scaled
    rounded = number.quantize(Decimal(1).scaleb(-len(fraction)), context=_CONTEXT)
    grouped = "," in whole
    text = f"{abs(rounded):,f}" if grouped else f"{abs(rounded):f}"
    before, _, after = text.partition(".")
    least = len(fraction.rstrip("#?"))
    after = after[:least] + after[least:].rstrip("0")
    before = before.zfill(whole.count("0")) if not grouped else before
    if before == "0" and "0" not in whole:
        before = "" if after else "0"
    return ("-" if rounded < 0 else "") + before + (f".{after}" if after else "")


def _day(value: datetime | date, code: str) -> str:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    timed = bool(re.search(r"[hs]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", code), re.IGNORECASE))
    if not _YEAR_FIRST.search(code):
        clock = moment.strftime(" %H:%M") if timed or moment.time() != time() else ""
        return f"{moment:%Y-%m-%d}" + clock
    shown = ""
    last = ""
    for quoted, escaped, token in _DATE_TOKEN.findall(code.split(";")[0]):
        shown += quoted or escaped or _day_part(moment, token.lower(), last, twelve="am/pm" in code.lower())
        last = token[:1].lower() if token and token[:1].lower() in "ymdhs" else last
    return shown.strip()


def _day_part(moment: datetime, token: str, last: str, *, twelve: bool) -> str:
    width = "02" if len(token) == 2 else ""
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    match token[:1]:
        case "y":
            return f"{moment.year:04}" if len(token) > 2 else f"{moment.year % 100:02}"
        case "m" if last in {"h", "s"}:
            return f"{moment.minute:{width}}"
        case "m" if len(token) > 2:
            return _MONTHS[moment.month - 1]
        case "m":
            return f"{moment.month:{width}}"
        case "d":
            return f"{moment.day:{width}}" if len(token) < 3 else ""
        case "h":
            return f"{hour:{width}}"
        case "s":
            return f"{moment.second:{width}}"
    if token.startswith("am"):
        return "AM" if moment.hour < 12 else "PM"
    return "" if token.startswith(".0") else token
