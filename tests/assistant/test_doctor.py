from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import App
from assistant.doctor import Check, run_checks
from assistant.firewall.firewall import Firewall
from assistant.settings import load_settings
from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.source import sources_of
from index.vector_cache import VectorCache
from tests.assistant.conftest import damage
from tests.builders import passage

NAMES = [
    "python",
    "packages",
    "data_dir",
    "tokens",
    "documents",
    "embedder",
    "index",
    "confidence",
    "firewall",
    "policy",
    "chat_model",
    "database",
    "calendar",
]


def checks(app: App) -> dict[str, Check]:
    found = run_checks(app)
    assert [check.name for check in found] == NAMES, "a failing check stops no other"
    return {check.name: check for check in found}


def desk(app: App, data_dir: Path, **values: Any) -> App:
    """The desk over another data directory, with the shared one's loaded model and one rule to check, for speed."""
    made = App(load_settings(data_dir=data_dir, **values))
    made.embedder = app.embedder
    made.policy = replace(app.policy, rules=app.policy.rules[:1])
    return made


def test_a_country_whose_holidays_nobody_knows_is_found_before_the_first_complaint(app: App, data_dir: Path) -> None:
    found = failures(desk(app, data_dir, business_country="XX"))
    assert set(found) == {"calendar"}
    assert "XX" in found["calendar"]


def test_a_database_of_a_newer_release_is_found(app: App, data_dir: Path, tmp_path: Path) -> None:
    made = desk(app, data_dir, database_url=f"sqlite:///{tmp_path / 'desk.db'}")
    assert "not made yet" in checks(made)["database"].detail
    made.database.upgrade()
    assert checks(made)["database"].ok
    with closing(sqlite3.connect(tmp_path / "desk.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert set(failures(made)) == {"database"}
    made.close()


def failures(app: App) -> dict[str, str]:
    return {name: f"{check.detail} {check.hint}" for name, check in checks(app).items() if not check.ok}


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_all_is_well(app: App, data_dir: Path) -> None:
    found = checks(desk(app, data_dir))
    assert [check for check in found.values() if not check.ok] == []
    manifest = app.knowledge.status()
    assert manifest is not None
    assert manifest.id in found["index"].detail
    assert found["policy"].detail == app.policy.version
    assert "384 dimensions" in found["embedder"].detail


def test_a_missing_index_is_no_failure(app: App, tmp_path: Path) -> None:
    index = checks(desk(app, tmp_path / "new"))["index"]
    assert index.ok
    assert "not built yet" in index.detail


def test_every_failure_is_found_and_says_what_to_do(app: App, own_data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "gift.md").write_text("# 礼品卡\n\n礼品卡有效期 90 天。\n", encoding="utf-8")
    desk(app, own_data_dir).knowledge.ingest([tmp_path / "gift.md"])
    with closing(sqlite3.connect(own_data_dir / "knowledge" / "catalog.db")) as catalog, catalog:
        assert catalog.execute("UPDATE content SET bytes = X'00'").rowcount == 1
    (own_data_dir / "knowledge" / "parsed.db").unlink()
    damage(max(own_data_dir.glob("index/*/vectors.faiss")))
    broken = desk(app, own_data_dir, chat_model="ollama:llama3")
    broken.firewall = Firewall(())
    broken.policy = None  # type: ignore[assignment]
    found = failures(broken)
    assert set(found) == {"documents", "index", "firewall", "policy", "chat_model"}
    assert "gift (zh-CN)" in found["documents"]
    assert "vectors.faiss" in found["index"]
    assert "proofdesk index build" in found["index"]
    assert "seed phrase" in found["firewall"]
    assert "AttributeError" in found["policy"], "a defect of ours is reported like any failure"
    assert "ollama:llama3" in found["chat_model"]


def test_a_build_mends_a_damaged_index(app: App, own_data_dir: Path) -> None:
    [vectors] = own_data_dir.glob("index/*/vectors.faiss")
    damage(vectors)
    mended = desk(app, own_data_dir)
    mended.knowledge.build()
    assert failures(mended) == {}


def test_an_index_of_another_embedder_fails(app: App, tmp_path: Path) -> None:
    build(
        sources_of([passage("提现审核通常需要 10 分钟。")]),
        HashingEmbedder(),
        tmp_path / "index",
        VectorCache(tmp_path / "v"),
    )
    found = failures(desk(app, tmp_path))
    assert set(found) == {"index"}
    assert HashingEmbedder().name in found["index"]
    assert "proofdesk index build" in found["index"]


def test_a_data_directory_that_is_a_file_fails(app: App, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "data_dir" in failures(desk(app, tmp_path / "file"))
