"""Small parts of HTML that every pane uses. What the console has too, is the console's."""

from __future__ import annotations

from datetime import date, datetime
from html import escape

from assistant.curation.views import Standing
from assistant.ui.console import marks
from assistant.ui.console.marks import attribute
from assistant.ui.knowledge.words import Words
from corpus.model import BEGINNING

__all__ = ["attribute", "badge", "bar", "button", "chip", "day", "icon", "megabytes", "span", "version_name", "when"]

_PATHS = {
    "upload": "M12 16V4M6.5 9.5 12 4l5.5 5.5M4 16.5V20h16v-3.5",
    "basket": "M3.5 9.5h17L18.5 20h-13zM8 9.5 11 4M16 9.5 13 4",
    "layers": "M12 3.5 21 8l-9 4.5L3 8zM3.5 12.5 12 17l8.5-4.5M3.5 16.5 12 21l8.5-4.5",
    "trash": "M4.5 7h15M9 7V4h6v3M6.5 7l1 13.5h9l1-13.5M10 11v6M14 11v6",
    "undo": "M8 5 3.5 9.5 8 14M4 9.5h10a6 6 0 0 1 0 12H9",
    "hide": "M4 4l16 16M10 6c.6-.3 1.3-.5 2-.5 3.5 0 7 2 9.5 6.5-.8 1.4-1.7 2.6-2.7 3.5M14.5 18c-.8.3-1.6.5-2.5.5"
    "-3.5 0-7-2-9.5-6.5C3.6 10 4.9 8.5 6.3 7.5",
    "plus": "M12 5v14M5 12h14",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8",
    "test": "M9 3.5h6M10 3.5V10L4.5 19c-.7 1.2 0 2 1.2 2h12.6c1.2 0 1.9-.8 1.2-2L14 10V3.5M7.5 15h9",
    "compare": "M8 4v16M16 4v16M3 8.5h5M3 13h5M16 11h5M16 15.5h5",
}

_BADGES = {
    Standing.LIVE: ("ok", "check"),
    Standing.SCHEDULED: ("info", "clock"),
    Standing.EXPIRED: ("quiet", "clock"),
    Standing.DRAFT: ("info", "pen"),
    Standing.REMOVED: ("quiet", "cross"),
    Standing.BROKEN: ("danger", "urgent"),
}


def icon(name: str) -> str:
    """The icon as inline SVG, hidden from screen readers."""
    path = _PATHS.get(name)
    if path is None:
        return marks.icon(name)
    return f'<svg class="con-i" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{path}"/></svg>'


def chip(word: str, tone: str = "quiet", mark: str = "") -> str:
    """A small label. `word` is HTML already; `tone` is quiet, info, ok, warn or danger."""
    return f'<span class="con-chip" data-tone="{tone}">{icon(mark) if mark else ""}<span>{word}</span></span>'


def badge(standing: Standing, words: Words) -> str:
    """How a document stands: an icon and a word."""
    tone, mark = _BADGES[standing]
    return chip(words.say(f"standing_{standing}"), tone, mark)


def bar(tone: str, html: str, mark: str = "info") -> str:
    """A line that stands out. `html` is escaped already; `tone` is info, ok, warn or danger."""
    return f'<div class="con-bar" data-tone="{tone}">{icon(mark)}<span>{html}</span></div>'


def button(act: str, html: str, mark: str = "", *, look: str = "", small: bool = False, **data: str) -> str:
    """A button that the page's script handles by `act`; `data` become `data-` attributes, escaped."""
    values = "".join(f' data-{name.replace("_", "-")}="{attribute(value)}"' for name, value in data.items())
    style = f' data-look="{look}"' if look else ""
    return (
        f'<button type="button" class="{"con-small" if small else "con-button"}" data-act="{act}"{style}{values}>'
        f"{icon(mark) if mark else ''}{html}</button>"
    )


def day(value: date | None) -> str:
    """A day, `–` for none."""
    return f'<time datetime="{value.isoformat()}">{value.isoformat()}</time>' if value else "–"


def span(first: date, until: date | None, words: Words) -> str:
    """From which day until which (excluded) something holds."""
    start = words.say("always") if first == BEGINNING else day(first)
    return f'<span class="kno-days">{start} → {day(until) if until else words.say("open_end")}</span>'


def when(at: datetime) -> str:
    """A moment, with its day; the browser shows it on its own clock."""
    return f'<time class="con-at" datetime="{at.isoformat(timespec="seconds")}">{at:%Y-%m-%d %H:%M}</time>'


def version_name(number: int, words: Words) -> str:
    """A version by its number; 0 is the one that ships with the product."""
    return f"v{number}" if number else words.say("version_seed")


def megabytes(size: int) -> str:
    """A size in the unit that is read at a glance."""
    return escape(f"{size / 1_000_000:,.1f} MB" if size >= 100_000 else f"{size / 1_000:,.1f} kB")
