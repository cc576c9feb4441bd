"""Line icons, 24 units wide, drawn in the colour of the text beside them. Always next to a word, so never read out."""

from __future__ import annotations

_PATHS = {
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
    "shield": "M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6zM8.5 12l2.5 2.5 4.5-5",
    "warn": "M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.3",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5v.3",
    "question": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7M12 16.7v.3",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
    "up": "M7.5 20.5h-4v-9h4zM7.5 11.5l3.5-8c1.7 0 2.5 1 2.5 2.5V9."
    "5h5.2c1.3 0 2.1 1 1.8 2.3l-1.5 7c-.3 1.1-1 1.7-2 1.7H7.5",
    "down": "M7.5 3.5h-4v9h4zM7.5 12.5l3.5 8c1.7 0 2.5-1 2.5-2.5v-3."
    "5h5.2c1.3 0 2.1-1 1.8-2.3l-1.5-7c-.3-1.1-1-1.7-2-1.7H7.5",
    "close": "M6 6l12 12M18 6L6 18",
    "send": "M12 19.5v-15M5.5 11L12 4.5l6.5 6.5",
    "arrow": "M12 4.5v15M5.5 13l6.5 6.5 6.5-6.5",
    "globe": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5.5 5 12.5 0 18-5-5.5-5-12.5 0-18",
    "theme": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 3.5v17a8.5 8.5 0 0 0 0-17",
    "deposit": "M12 3.5v11M7.5 10l4.5 4.5 4.5-4.5M4 16.5v4h16v-4",
    "withdraw": "M12 14.5v-11M7.5 8L12 3.5 16.5 8M4 16.5v4h16v-4",
    "security": "M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "trade": "M4 19.5V14M9.5 19.5V8M15 19.5v-8M20.5 19.5v-15",
    "complaint": "M4 4.5h16v12h-8.5L7 20.5v-4H4zM12 7.5v4M12 13.5v.2",
    "article": "M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 12.5h7M9 16h7",
    "offline": "M3 3l18 18M8.5 16a5 5 0 0 1 7 0M5.5 12.5a9.5 9.5 0 0 1 4.5-2.4M14.5 10.2c1.5.4 2.9 1.2 4 2.3"
    "M2.5 9a14 14 0 0 1 4.5-2.9M10.5 5.1A14 14 0 0 1 21.5 9M12 19.5v.1",
}


def icon(name: str) -> str:
    """The icon as inline SVG, hidden from screen readers."""
    return (
        f'<svg class="cust-icon" data-icon="{name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<path d="{_PATHS[name]}"/></svg>'
    )
