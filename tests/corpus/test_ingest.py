from __future__ import annotations

import json
import multiprocessing
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus.catalog import Catalog, NewDocument
from corpus.edition import Change, State
from corpus.facts import FactsTable
from corpus.ingest import BATCH, IngestReport, IngestResult, ingest, ingest_content, ingest_contents
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


def texts(catalog: Catalog) -> list[tuple[str, ...]]:
    """What the documents in force say, without those that follow from them."""
    return [d.sections[0].paragraphs for d in catalog.documents() if d.locale != "zh-TW"]


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
    assert texts(catalog) == [("两段。",)]


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
    assert texts(catalog) == [("first",), ("第三",)]


def test_a_batch_is_one_change(catalog: Catalog, folder: Path) -> None:
    for number in range(BATCH + 3):
        (folder / f"{number:02}.md").write_text(f"text {number}", encoding="utf-8")
    report = ingest([folder], catalog, author="ann", note="first")
    assert {r.status for r in report.results} == {"added"}
    versions = [catalog.history(r.document_id)[0] for r in report.results]
    assert len({v.recorded_at for v in versions}) < 10  # the clock ticks once for a change, not for a document
    assert {(v.author, v.note, v.in_force) for v in versions} == {("ann", "first", True)}


def test_one_document_that_cannot_go_in_does_not_stop_its_batch(catalog: Catalog, folder: Path) -> None:
    over = "---\neffective_until: 2020-01-01\n---\n"
    (folder / "b.md").write_text("old", encoding="utf-8")
    ingest([folder], catalog)
    (folder / "a.md").write_text("one", encoding="utf-8")
    (folder / "b.md").write_text(over + "new", encoding="utf-8")
    (folder / "c.md").write_text("three", encoding="utf-8")
    report = ingest([folder], catalog)
    assert statuses(report) == {"a.md": "added", "b.md": "failed", "c.md": "added"}
    assert "over before it begins" in report.results[1].message
    assert report.results[1].passages == 0
    assert texts(catalog) == [("one",), ("old",), ("three",)]


def test_a_catalog_that_cannot_be_written_is_not_tried_for_every_document(tmp_path: Path, folder: Path) -> None:
    tried: list[int] = []

    class Full(Catalog):
        def add_all(self, documents: Sequence[NewDocument], **options: Any) -> tuple[Change, ...]:
            tried.append(len(documents))
            return super().add_all(documents, **options)

    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    (tmp_path / "seed").mkdir()
    catalog = Full(tmp_path / "data", facts=FactsTable.parse({"facts": {}}), seed_root=tmp_path / "seed")
    files = [(f"{number}.md", b"text") for number in range(20)]
    report = ingest_contents(files, catalog)
    assert [r.status for r in report.results] == ["failed"] * 20
    assert all(r.message for r in report.results)
    assert tried == [20, 1, 1]


def test_drafts_are_kept_but_not_in_force(catalog: Catalog, folder: Path) -> None:
    (folder / "a.md").write_text("text", encoding="utf-8")
    assert statuses(ingest([folder], catalog, draft=True)) == {"a.md": "added"}
    assert catalog.documents() == ()
    assert catalog.history("a")[0].state is State.DRAFT
    assert statuses(ingest([folder], catalog, draft=True)) == {"a.md": "unchanged"}
    assert statuses(ingest([folder], catalog)) == {"a.md": "updated"}
    assert texts(catalog) == [("text",)]


def test_a_file_of_several_documents_gives_a_result_for_each(catalog: Catalog, folder: Path) -> None:
    (folder / "faq.csv").write_text("q,a,category\nHow?,So.,deposit\nWhy?,Because.,trading\n", encoding="utf-8")
    (folder / "list.json").write_text('[{"title": "One", "text": "1"}, {"title": "Two", "text": "{{fact:x}}"}]')
    (folder / "one.csv").write_text("q,a\nWho?,You.\n", encoding="utf-8")
    report = ingest([folder], catalog)
    assert [(r.path.name, r.part, r.status, r.document_id) for r in report.results] == [
        ("faq.csv", "faq › deposit en.json", "added", "faq-deposit"),
        ("faq.csv", "faq › trading en.json", "added", "faq-trading"),
        ("list.json", "list › list-1.json", "added", "list-1"),
        ("list.json", "list › list-2.json", "failed", ""),
        ("one.csv", "", "added", "one"),
    ]
    assert report.results[3].message.startswith("list › list-2.json: ")
    assert report.results[3].name == "list › list-2.json"
    name, content = catalog.source("faq-deposit", "en", 1)
    assert (name, json.loads(content)["category"]) == ("faq › deposit en.json", "deposit")
    assert [r.status for r in ingest([folder], catalog).results].count("unchanged") == 4


def test_an_archive_gives_a_result_for_each_of_its_files(catalog: Catalog, folder: Path) -> None:
    with zipfile.ZipFile(folder / "kb.zip", "w") as archive:
        archive.writestr("faq/faq.csv", "q,a,category\nHow?,So.,deposit\nWhy?,Because.,trading\n")
        archive.writestr("a.md", "text")
        archive.writestr("logo.png", b"\x89PNG")
    report = ingest([folder], catalog)
    assert {r.path.name for r in report.results} == {"kb.zip"}
    assert sorted((r.part, r.status) for r in report.results) == [
        ("kb.zip/a.md", "added"),
        ("kb.zip/faq/faq › deposit en.json", "added"),
        ("kb.zip/faq/faq › trading en.json", "added"),
        ("kb.zip/logo.png", "failed"),
    ]
    assert "unknown file type" in report.failed[0].message
    assert {r.status for r in ingest([folder], catalog).results} == {"unchanged", "failed"}


def test_progress_tells_of_every_result_in_order(catalog: Catalog, folder: Path) -> None:
    (folder / "a.csv").write_text("q,a,category\nHow?,So.,deposit\nWhy?,Because.,trading\n", encoding="utf-8")
    (folder / "b.md").write_text("text", encoding="utf-8")
    (folder / "c.png").write_bytes(b"\x89PNG")
    (folder / "d.md").write_text("text", encoding="utf-8")
    told: list[tuple[int, int, IngestResult]] = []
    report = ingest([folder, folder / "gone.md"], catalog, progress=lambda *call: told.append(call))
    assert tuple(result for _, _, result in told) == report.results
    assert [done for done, _, _ in told] == [1, 2, 3, 4, 5, 6]
    totals = [total for _, total, _ in told]
    assert totals == sorted(totals)
    assert totals[-1] == 6
    assert all(done <= total for done, total, _ in told)


def test_eight_processes_at_once(tmp_path: Path) -> None:
    (tmp_path / "seed" / "facts").mkdir(parents=True)
    (tmp_path / "seed" / "facts" / "base.yaml").write_text("facts: {wait: 2 h}", encoding="utf-8")
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        found = pool.starmap(_ingest_numbered, [(tmp_path, number) for number in range(8)])
    assert found == [["added"] * 10] * 8
    catalog = Catalog(tmp_path / "data", seed_root=tmp_path / "seed")
    assert len({d.id for d in catalog.documents()}) == 80
    assert all(len(catalog.history(d.id)) == 1 for d in catalog.documents())


def _ingest_numbered(root: Path, number: int) -> list[str]:
    catalog = Catalog(root / "data", seed_root=root / "seed")
    files = [(f"doc-{number}-{n}.md", f"text {number} {n}".encode()) for n in range(10)]
    return [result.status for result in ingest_contents(files, catalog).results]


def test_uploads(catalog: Catalog) -> None:
    result = ingest_content("../../etc/提现.md", "正文".encode(), catalog)
    assert (result.status, result.document_id, result.passages) == ("added", "提现", 1)
    report = ingest_contents([("a.md", b"a"), ("x.md", b"\x00"), ("../a.md", b"b")], catalog, draft=True)
    assert [(r.path.name, r.status) for r in report.results] == [
        ("a.md", "added"),
        ("x.md", "failed"),
        ("a.md", "failed"),
    ]
    assert ingest_content("", b"x", catalog).status == "failed"
