from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.firewall.firewall import Firewall


@pytest.fixture(scope="session")
def found() -> Callable[..., list[tuple[str, str]]]:
    """The `(type, value)` pairs of a message."""
    firewall = Firewall()

    def spans(text: str, *history: str) -> list[tuple[str, str]]:
        return [(span.type, text[span.start : span.end]) for span in firewall.screen(text, history).spans]

    return spans
