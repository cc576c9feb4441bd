from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.facts import FactsTable
from corpus.ingest import IngestReport, ingest, ingest_content
from corpus.loaders.source import MAX_BYTES


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    seed = tmp_path / "seed"
    seed.mkdir()
    return Catalog(tmp_path / "data", facts=FactsTable.parse({"facts": {"wait": "2 h"}}), seed_root=seed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


def statuses(report: IngestReport) -> dict[str, str]:
    return {result.path.name: result.status for result in report.results}


def test_added_unchanged_updated(catalog: Catalog, folder: Path) -> None:
    (folder / "a.md").write_text("# 提现\n\n一段。\n\n1. 甲\n2. 乙\n", encoding="utf-8")
    report = ingest([folder], catalog)
    (result,) = report.results
    assert (result.path, result.status, result.document_id, result.locale) == (folder / "a.md", "added", "a", "zh-CN")
    assert (result.passages, result.message, report.changed, report.failed) == (2, "", True, ())
    again = ingest([folder / "a.md"], catalog)
    assert (statuses(again), again.changed) == ({"a.md": "unchanged"}, False)
    (folder / "a.md").write_text("# 提现\n\n两段。", encoding="utf-8")
    assert statuses(ingest([folder], catalog)) == {"a.md": "updated"}
    assert [d.sections[0].paragraphs for d in catalog.documents()] == [("两段。",)]


def test_bad_files_are_named_and_do_not_stop_the_rest(catalog: Catalog, folder: Path) -> None:
    bad: dict[str, tuple[bytes, str]] = {
        "binary.md": (b"\x00\x01\x02", "binary"),
        "broken.md": (b"---\nid: [\n---\nx", "broken front matter"),
        "empty.txt": (b"", "empty"),
        "huge.md": (b"a" * (MAX_BYTES + 1), "too large"),
        "image.png": (b"\x89PNG", "unknown file type"),
        "latin.txt": ("é".encode("latin-1"), "not UTF-8"),
        "nofact.md": (b"{{fact:wat}}", "Did you mean wait"),
    }
    for name, (content, _) in bad.items():
        (folder / name).write_bytes(content)
    (folder / "zz.md").write_text("good {{fact:wait}}", encoding="utf-8")
    report = ingest([folder, folder / "gone.md", Path("nul\x00.md")], catalog)
    messages = {result.path.name: result.message for result in report.failed}
    for name, (_, reason) in bad.items():
        assert messages[name].startswith(f"{name}: ")
        assert reason in messages[name]
    assert "gone.md" in messages["gone.md"]
    assert len(messages) == len(bad) + 2
    assert statuses(report)["zz.md"] == "added"
    assert report.changed


def test_folders_are_walked_in_order_once_and_hidden_files_are_passed_over(catalog: Catalog, folder: Path) -> None:
    for name in ("b/two.md", "a/one.md", ".git/secret.md", "b/.hidden.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"text of {name}", encoding="utf-8")
    (folder / "b" / "up").symlink_to(folder)
    (folder / "b" / "self").symlink_to(folder / "b" / "self")
    (folder / "c").symlink_to(folder / "a")
    os.mkfifo(folder / "z.md")
    report = ingest([folder, folder / "a"], catalog)
    assert [(r.path.name, r.status) for r in report.results] == [
        ("one.md", "added"),
        ("self", "failed"),
        ("two.md", "added"),
        ("z.md", "failed"),
    ]


def test_two_files_with_one_id_do_not_replace_each_other(catalog: Catalog, folder: Path) -> None:
    for name, text in (("a/readme.md", "first"), ("b/readme.md", "second"), ("c/readme.md", "第三")):
        (folder / name).parent.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
    report = ingest([folder], catalog)
    assert [r.status for r in report.results] == ["added", "failed", "added"]
    assert 'has the id "readme"' in report.results[1].message
    assert [d.sections[0].paragraphs for d in catalog.documents()] == [("first",), ("第三",)]


def test_uploads(catalog: Catalog) -> None:
    result = ingest_content("../../etc/提现.md", "正文".encode(), catalog)
    assert (result.status, result.document_id, result.passages) == ("added", "提现", 1)
    assert ingest_content("x.md", b"\xff", catalog).status == "failed"
    assert ingest_content("", b"x", catalog).status == "failed"
