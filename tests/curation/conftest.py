"""A desk with a handful of the shipped articles: what is tried here builds the index again and again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.bootstrap import App
from assistant.settings import load_settings
from assistant.user import Role, User
from corpus.catalog import Catalog
from corpus.seed import seed_root

ARTICLES = ("wd-how", "wd-delayed", "dep-how", "acc-2fa-lost", "trd-fees", "svc-human", "pol-complaints")


@pytest.fixture(scope="session")
def few_articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seed folder with `ARTICLES` in both languages, and all facts."""
    root = tmp_path_factory.mktemp("seed")
    shutil.copytree(seed_root() / "facts", root / "facts")
    for locale in ("zh-CN", "en"):
        (root / locale).mkdir()
        for article in ARTICLES:
            shutil.copy(seed_root() / locale / f"{article}.md", root / locale)
    return root


@pytest.fixture
def desk(tmp_path: Path, few_articles: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """A desk of this test's own."""
    monkeypatch.chdir(tmp_path)
    app = App(load_settings(data_dir=tmp_path / "var"))
    vars(app)["catalog"] = Catalog(tmp_path / "var", seed_root=few_articles, clock=app.clock)
    with closing(app):
        app.knowledge.build()
        yield app


@pytest.fixture
def supervisor() -> User:
    return User("u-sup", "Sven", Role.SUPERVISOR)


@pytest.fixture
def agent() -> User:
    return User("u-agent", "Agnes", Role.AGENT)
