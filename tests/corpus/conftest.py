"""The small catalog, with its seed article and its clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalog import Catalog
from tests.corpus.catalogs import FACTS, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    root = tmp_path / "seed"
    for locale in ("en", "zh-CN"):
        (root / locale).mkdir(parents=True)
        (root / locale / "fees.md").write_text(
            f"---\nid: fees\nlocale: {locale}\ntitle: Seed\ncategory: c\n---\nWait {{{{fact:wait}}}}.", encoding="utf-8"
        )
    return root


@pytest.fixture
def catalog(tmp_path: Path, seed: Path, clock: Clock) -> Catalog:
    return Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=clock)
