"""What the catalog owes to documents that are no text files, and to a moment in which something fails."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from corpus import editions
from corpus.catalog import Catalog, NewDocument
from corpus.errors import DocumentError, PassingError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import Document
from tests.corpus.catalogs import FACTS, Clock, put, said
from tests.corpus.loaders.files import docx


def _word(catalog: Catalog, document_id: str, text: str) -> NewDocument:
    name = f"{document_id}.docx"
    content = docx(lambda document: document.add_paragraph(text))
    return NewDocument(parse_document(name, content, catalog.facts), name, content)


def test_a_word_file_quotes_the_figure_of_the_day(catalog: Catalog) -> None:
    catalog.add_all((_word(catalog, "word", "A withdrawal of this coin costs {{fact:fee}} on this network."),))
    for day, figure in ((date(2026, 4, 14), "2 USDT"), (date(2026, 4, 15), "1 USDT"), (None, "1 USDT")):
        assert said(catalog, "word", day) == [f"A withdrawal of this coin costs {figure} on this network."]


def test_a_word_file_without_facts_is_one_edition_and_read_once(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(name: str, content: bytes, facts: FactsTable) -> Document:
        read.append(name)
        return parse_document(name, content, facts)

    monkeypatch.setattr(editions, "parse_document", counted)
    catalog.add_all((_word(catalog, "plain", "A withdrawal of this coin costs nothing on this network."),))
    assert [e.document.id for e in catalog.editions()].count("plain") == 1
    put(catalog, "other.md", "Some other text of an article that stands here.")
    catalog.editions()
    assert read.count("plain.docx") == 1


def test_a_draft_saved_again_after_another_one_waits_again(catalog: Catalog) -> None:
    first, second = ("The first wording of this article.", "The second wording of this article.")
    assert [put(catalog, "a.md", text, draft=True) for text in (first, first, second, first)] == [
        "added",
        "unchanged",
        "updated",
        "updated",
    ]


def test_a_passing_failure_is_tried_again(
    catalog: Catalog, tmp_path: Path, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(catalog, "a.md", "What this article says is found again.")

    def busy(*_: object) -> None:
        raise PassingError("Another process is changing the documents.")

    fresh = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=Clock())
    with monkeypatch.context() as failing:
        failing.setattr(editions, "parse_document", busy)
        (tmp_path / "data" / "knowledge" / "parsed.db").unlink(missing_ok=True)
        assert [problem.passing for problem in fresh.problems()] == [True]
    assert fresh.problems() == ()
    assert said(fresh, "a") == ["What this article says is found again."]


def test_a_full_disk_is_named(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(catalog, "a.md", "What stands here before the disk is full.")
    connect = sqlite3.connect

    def small(path: Path, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(path, **options)  # type: ignore[call-overload]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        return connection

    with monkeypatch.context() as full:
        full.setattr("corpus.catalog_store.sqlite3.connect", small)
        with pytest.raises(DocumentError, match="disk is full"):
            put(catalog, "b.md", "Text. " * 20_000)
    assert said(catalog, "a") == ["What stands here before the disk is full."]
    with closing(connect(tmp_path / "data" / "knowledge" / "catalog.db")) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
