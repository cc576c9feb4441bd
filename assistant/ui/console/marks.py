"""Small parts of HTML that every pane uses: icons, chips, times, keys."""

from __future__ import annotations

from datetime import datetime
from html import escape

# 24 units square, drawn as lines in the colour of the text beside them.
_PATHS = {
    "urgent": "M12 4 2.5 20.5h19zM12 10v5M12 17.8v.2",
    "high": "M12 20V5M5.5 11.5 12 5l6.5 6.5",
    "upset": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 16c2-2 5-2 7 0M9 9.5v.5M15 9.5v.5",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
    "check": "M4.5 12.5 10 18 20 6.5",
    "cross": "M6 6l12 12M18 6 6 18",
    "question": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1 1-1.1 1.9M12 17v.2",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.5v.3",
    "block": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.5-4.5 4-6.5 8-6.5s7.5 2 8 6.5",
    "pen": "M4 20l1-4.5L16.5 4 20 7.5 8.5 19z",
    "lock": "M6 11h12v9.5H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "eye": "M2.5 12C5 7.5 8.5 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-6 6.5-9.5 6.5S5 16.5 2.5 12z"
    "M12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5",
    "back": "M14.5 5 7.5 12l7 7",
    "next": "M9.5 5l7 7-7 7",
    "up": "M7 21H3.5V11H7zM7 11l4-8c2 0 3 1 3 3l-.5 4h5c1.5 0 2.3 1 2 2.5l-1.2 6.5c-.3 1.2-1 2-2.3 2H7",
    "down": "M7 3H3.5v10H7zM7 13l4 8c2 0 3-1 3-3l-.5-4h5c1.5 0 2.3-1 2-2.5L18.3 5c-.3-1.2-1-2-2.3-2H7",
    "send": "M4 12 20.5 4 15 20.5l-3-7zM12 13.5 20.5 4",
    "flag": "M5.5 21V4h12l-2 4.5 2 4.5h-12",
    "spark": "M12 3l2 7 7 2-7 2-2 7-2-7-7-2 7-2z",
    "scale": "M12 4v16M7 20.5h10M4 7.5h16M4 7.5l-2.5 6h5zM20 7.5l-2.5 6h5z",
    "inbox": "M3.5 13.5 6 5h12l2.5 8.5V19h-17zM3.5 13.5h5l1.5 2.5h4l1.5-2.5h5",
    "book": "M5 4h6c.8 0 1 .5 1 1v15c0-.8-.5-1-1-1H5zM19 4h-6c-.8 0-1 .5-1 1v15c0-.8.5-1 1-1h6z",
    "offline": "M3 3l18 18M6 12c1-.9 2-1.5 3-1.9M18.5 12.5A9 9 0 0 0 13 10M8.5 15.5c2-1.7 5-1.7 7 0M12 19v.3",
    "moon": "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
    "globe": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5.5 5 12.5 0 18-5-5.5-5-12.5 0-18",
    "pulse": "M3 12h4l2.5-7 5 14 2.5-7h4",
    "key": "M15 13.5a4.5 4.5 0 1 0-4.3-3.2L4 17v3h3.5v-2.5H10V15l1.5-1.5",
    "out": "M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5",
    "menu": "M6 9.5l6 6 6-6",
    "stack": "M12 3.5 21 8l-9 4.5L3 8zM3.5 12 12 16.3 20.5 12M3.5 16 12 20.3 20.5 16",
}


def icon(name: str) -> str:
    """The icon as inline SVG, hidden from screen readers: it always stands beside its word."""
    return (
        f'<svg class="con-i" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{_PATHS[name]}"/></svg>'
    )


def chip(word: str, tone: str = "quiet", mark: str = "") -> str:
    """A small label. `word` is HTML already; `tone` is quiet, info, ok, warn or danger."""
    return f'<span class="con-chip" data-tone="{tone}">{icon(mark) if mark else ""}<span>{word}</span></span>'


def stamp(at: datetime) -> str:
    """A time; the browser shows it on its own clock, in the page's language."""
    return f'<time class="con-at" datetime="{_iso(at)}">{at:%H:%M}</time>'


def ticking(at: datetime, kind: str) -> str:
    """How long since (`since`) or until (`due`) a moment; the browser counts."""
    return f'<time class="con-tick" data-{kind}="{_iso(at)}" datetime="{_iso(at)}">–</time>'


def key(name: str) -> str:
    """A key of the keyboard, shown inside the button that it presses."""
    return f'<kbd aria-hidden="true">{escape(name)}</kbd>'


def attribute(value: str) -> str:
    """A value inside double quotes."""
    return escape(value, quote=True)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
