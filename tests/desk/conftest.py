from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.bootstrap import App
from tests.desk.office import Office, open_office
from tests.storage.conftest import postgres, postgres_template, sqlite_template, url

__all__ = ["postgres", "postgres_template", "sqlite_template", "url"]


@pytest.fixture
def office(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A desk over SQLite with two agents and a supervisor."""
    monkeypatch.chdir(tmp_path)
    with open_office(app, tmp_path / "var") as desk:
        yield desk


@pytest.fixture
def any_office(app: App, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The same desk, once over SQLite and once over PostgreSQL."""
    monkeypatch.chdir(tmp_path)
    with open_office(app, tmp_path / "var", url) as desk:
        yield desk
