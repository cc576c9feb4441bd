from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

import corpus.catalog
from corpus.catalog import Catalog, Change
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import Document

FACTS = FactsTable.parse({"facts": {"wait": {"value": 2, "unit": "hours"}}})


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
def catalog(tmp_path: Path, seed: Path) -> Catalog:
    return Catalog(tmp_path / "data", facts=FACTS, seed_root=seed)


def put(catalog: Catalog, name: str, text: str) -> Change:
    content = text.encode()
    return catalog.add(parse_document(name, content, catalog.facts), name, content)


def stored(catalog: Catalog) -> list[str]:
    folder = Path(catalog._folder)
    return sorted(path.name for path in folder.iterdir() if path.suffix in {".md", ".txt"} or "new" in path.name)


def keys(documents: tuple[Document, ...]) -> list[tuple[str, str, str]]:
    return [(d.id, d.locale, d.title) for d in documents]


def test_the_seed_is_there_and_reading_writes_nothing(catalog: Catalog, tmp_path: Path) -> None:
    assert keys(catalog.documents()) == [("fees", "en", "Seed"), ("fees", "zh-CN", "Seed")]
    assert catalog.problems() == ()
    assert not (tmp_path / "data").exists()


def test_documents_are_added_updated_and_outlive_the_process(catalog: Catalog, tmp_path: Path, seed: Path) -> None:
    assert put(catalog, "Limits and more.md", "Wait {{fact:wait}}.") == "added"
    assert put(catalog, "Limits and more.md", "Wait {{fact:wait}}.") == "unchanged"
    assert put(catalog, "Limits and more.md", "Wait {{fact:wait}}!") == "updated"
    assert len(stored(catalog)) == 1
    again = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed)
    assert again.documents() == catalog.documents()
    (limits,) = (d for d in again.documents() if d.id == "limits-and-more")
    assert limits.title == "Limits and more"
    assert limits.sections[0].paragraphs == ("Wait 2 hours!",)


def test_the_operators_document_replaces_the_seed_article_of_its_locale(catalog: Catalog) -> None:
    assert put(catalog, "fees.md", "# Ours\n\ntext") == "added"
    assert keys(catalog.documents()) == [("fees", "en", "Ours"), ("fees", "zh-CN", "Seed")]


def test_removal_is_for_every_locale_and_survives(catalog: Catalog, tmp_path: Path, seed: Path) -> None:
    put(catalog, "fees.md", "# Ours\n\ntext")
    catalog.remove("fees")
    assert catalog.documents() == ()
    assert stored(catalog) == []
    assert Catalog(tmp_path / "data", facts=FACTS, seed_root=seed).documents() == ()
    with pytest.raises(DocumentError, match='no document "fees"'):
        catalog.remove("fees")
    catalog.restore("fees")
    assert keys(catalog.documents()) == [("fees", "en", "Seed"), ("fees", "zh-CN", "Seed")]
    with pytest.raises(DocumentError, match="not a removed seed article"):
        catalog.restore("fees")


def test_an_unknown_id_is_refused_with_near_ones(catalog: Catalog) -> None:
    with pytest.raises(DocumentError, match=r'no document "fee"\. Did you mean fees'):
        catalog.remove("fee")


def test_equal_files_may_share_their_storage(catalog: Catalog) -> None:
    put(catalog, "a.txt", "same")
    put(catalog, "b.txt", "same")
    catalog.remove("a")
    assert [d.id for d in catalog.documents()] == ["b", "fees", "fees"]


def test_a_document_whose_fact_went_away_is_out_and_told(
    catalog: Catalog, tmp_path: Path, seed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(catalog, "fees.md", "Wait {{fact:wait}}.")
    put(catalog, "ok.md", "fine")
    for path in seed.glob("*/*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("{{fact:wait}}", "a while"), encoding="utf-8")
    later = Catalog(tmp_path / "data", facts=FactsTable.parse({}), seed_root=seed)
    assert [(d.id, d.locale) for d in later.documents()] == [("fees", "zh-CN"), ("ok", "en")]
    (problem,) = later.problems()
    assert (problem.document_id, problem.locale, problem.name) == ("fees", "en", "fees.md")
    assert "Unknown fact" in problem.message
    assert "out of force" in caplog.text


def test_a_lost_file_is_a_problem_and_can_be_added_again(catalog: Catalog) -> None:
    put(catalog, "a.txt", "text")
    (Path(catalog._folder) / stored(catalog)[0]).unlink()
    fresh = Catalog(catalog._folder.parent, facts=FACTS, seed_root=catalog._seed_root)
    assert [p.document_id for p in fresh.problems()] == ["a"]
    assert put(fresh, "a.txt", "text") == "updated"
    assert fresh.problems() == ()


def test_a_broken_manifest_is_refused_not_overwritten(catalog: Catalog) -> None:
    put(catalog, "a.txt", "text")
    manifest = Path(catalog._folder) / "manifest.json"
    manifest.write_text('{"format": 2}', encoding="utf-8")
    for action in (catalog.documents, catalog.problems, lambda: put(catalog, "b.txt", "text")):
        with pytest.raises(DocumentError, match=r"manifest\.json cannot be read"):
            action()
    assert manifest.read_text(encoding="utf-8") == '{"format": 2}'


def test_a_crash_before_the_manifest_leaves_the_old_state(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    put(catalog, "a.txt", "old")
    real = Path.replace

    def crash(self: Path, target: Path) -> Path:
        if Path(target).name == "manifest.json":
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        put(catalog, "a.txt", "new")
    monkeypatch.undo()
    (document,) = (d for d in catalog.documents() if d.id == "a")
    assert document.sections[0].paragraphs == ("old",)
    assert not any("new-" in name for name in stored(catalog))


def test_a_second_writer_waits_and_gives_up_with_a_reason(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    put(catalog, "a.txt", "text")
    monkeypatch.setattr(corpus.catalog, "_LOCK_SECONDS", 0.05)
    with FileLock(Path(catalog._folder) / ".lock"), pytest.raises(DocumentError, match="Another process"):
        put(catalog, "b.txt", "text")
    assert put(catalog, "b.txt", "text") == "added"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, seed: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DocumentError, match="cannot be written"):
        put(Catalog(tmp_path / "file", facts=FACTS, seed_root=seed), "a.txt", "text")


def test_writers_and_readers_at_the_same_time(catalog: Catalog, tmp_path: Path, seed: Path) -> None:
    put(catalog, "a.txt", "version 0")
    done = threading.Event()

    def watch() -> set[str]:
        reader = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed)
        seen = set()
        while not done.is_set():
            assert reader.problems() == ()
            seen |= {d.id for d in reader.documents() if d.id == "a"} or {"lost"}
        return seen

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(watch) for _ in range(2)]
        writers = [pool.submit(put, catalog, f"{'a' if n % 2 else f'w{n}'}.txt", f"version {n}") for n in range(40)]
        for writer in writers:
            writer.result()
        done.set()
        assert [reader.result() for reader in readers] == [{"a"}, {"a"}]
    assert len([d for d in catalog.documents() if d.id.startswith("w")]) == 20


def test_the_shipped_facts_are_the_default(tmp_path: Path) -> None:
    assert Catalog(tmp_path).facts.value("exchange.name", "en")
