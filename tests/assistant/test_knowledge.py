from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.bootstrap import App
from assistant.knowledge import KnowledgeBase
from index.errors import IndexNotBuilt, SnapshotCorrupt
from index.model import Query
from index.retriever import Retriever
from index.vector_cache import VectorCache


def knowledge(app: App, data_dir: Path, *, passage_tokens: int = 320) -> KnowledgeBase:
    """The knowledge base over `data_dir`, with the shared desk's loaded model."""
    desk = App(app.settings.model_copy(update={"data_dir": data_dir}))
    return KnowledgeBase(
        catalog=desk.catalog,
        index_dir=data_dir / "index",
        embedder=lambda: app.embedder,
        cache=lambda: VectorCache(data_dir / "vectors"),
        counter=app.token_counter,
        passage_tokens=passage_tokens,
        keep_snapshots=2,
        clock=lambda: datetime.now(UTC),
    )


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_folder_has_no_index(app: App, tmp_path: Path) -> None:
    base = knowledge(app, tmp_path / "var")
    assert base.status() is None
    assert not base.verify().ok
    assert not (tmp_path / "var").exists(), "looking changes nothing"
    with pytest.raises(IndexNotBuilt, match="proofdesk index build"):
        base.rollback()


def test_an_index_is_built_once(app: App, tmp_path: Path) -> None:
    base = knowledge(app, tmp_path / "var")
    assert base.ensure_index()
    assert not base.ensure_index()
    manifest = base.status()
    assert manifest is not None
    assert manifest == base.build()
    assert manifest.passages == len(base.passages())
    assert base.verify().ok


def test_what_is_ingested_is_found_and_gone_after_a_rollback(app: App, own_data_dir: Path, tmp_path: Path) -> None:
    base = knowledge(app, own_data_dir)
    before = base.status()
    assert before is not None
    gift = write(tmp_path, "gift.md", "# 云桥礼品卡\n\n云桥礼品卡在「资产 > 礼品卡」兑换，有效期 90 天。\n")
    broken = write(tmp_path, "broken.md", "")
    report = base.ingest([broken, gift])
    assert [result.status for result in report.results] == ["failed", "added"]
    after = base.status()
    assert after is not None
    assert after.documents == before.documents + 1
    assert after.passages > before.passages
    retriever = Retriever(own_data_dir / "index", app.embedder)
    query = Query("云桥礼品卡有效期", k=1)
    assert retriever.search(query).hits[0].passage.document_id == "gift"
    assert base.ingest([gift]).results[0].status == "unchanged"
    assert base.status() == after, "nothing changed, nothing was built"
    assert base.rollback().id == before.id
    assert retriever.search(query).hits[0].passage.document_id != "gift"
    retriever.close()


def test_a_run_of_failures_leaves_the_index_alone(app: App, own_data_dir: Path, tmp_path: Path) -> None:
    base = knowledge(app, own_data_dir)
    before = base.status()
    assert base.ingest([write(tmp_path, "broken.md", "")]).failed
    assert base.status() == before


def test_a_damaged_pointer_is_an_error_and_no_missing_index(app: App, own_data_dir: Path) -> None:
    (own_data_dir / "index" / "CURRENT").write_bytes(b"nonsense")
    base = knowledge(app, own_data_dir)
    with pytest.raises(SnapshotCorrupt):
        base.status()
    assert base.build().passages
    assert base.verify().ok
