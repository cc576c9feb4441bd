"""What was read before is not read again; nothing that is damaged or out of date is ever taken for it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import corpus.editions
from corpus.catalog import Catalog
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import Document, Section, SectionKind, Table
from corpus.parsed import ParsedDocuments, opened, reader_version
from tests.corpus.catalogs import FACTS, put

DOCUMENT = Document(
    "fees",
    "zh-CN",
    "费用",
    "trading",
    (
        Section(
            SectionKind.STEPS,
            "步骤",
            ("段落",),
            ("一", "二"),
            (Table(("a", "b"), (("1", "2"),)),),
            ("多少？",),
            3,
            "表",
        ),
        Section(SectionKind.PAIR, "问", ("答",)),
    ),
    questions=("how much",),
    effective_until=date(2026, 3, 1),
    review_due=date(2026, 2, 1),
)


@pytest.fixture
def parsed(tmp_path: Path) -> ParsedDocuments:
    return ParsedDocuments(tmp_path / "knowledge" / "parsed.db")


def test_a_document_comes_back_as_it_was(parsed: ParsedDocuments) -> None:
    parsed.keep({"key": DOCUMENT}, {"key"})
    stored = parsed.load()
    assert opened("key", stored["key"]) == DOCUMENT


def test_a_damaged_or_exchanged_document_is_not_there(parsed: ParsedDocuments) -> None:
    parsed.keep({"key": DOCUMENT, "other": replace(DOCUMENT, title="other")}, {"key", "other"})
    stored = parsed.load()
    assert opened("key", stored["other"]) is None
    for at in range(0, len(stored["key"]), 37):
        damaged = bytearray(stored["key"])
        damaged[at] ^= 1
        assert opened("key", bytes(damaged)) is None


def test_a_text_that_json_cannot_hold_is_not_kept(parsed: ParsedDocuments) -> None:
    parsed.keep({"key": replace(DOCUMENT, title="\ud800"), "other": DOCUMENT}, {"key", "other"})
    assert parsed.load().keys() == {"other"}


def test_what_is_no_longer_used_goes_when_it_is_too_much(parsed: ParsedDocuments) -> None:
    parsed.keep({f"old{number}": DOCUMENT for number in range(300)}, {"new"})
    parsed.keep({"new": DOCUMENT}, {"new"})
    assert parsed.load().keys() == {"new"}


def test_a_file_that_is_no_database_is_made_anew(parsed: ParsedDocuments, tmp_path: Path) -> None:
    path = tmp_path / "knowledge" / "parsed.db"
    path.parent.mkdir()
    path.write_bytes(b"not a database, and long enough to be taken for one" * 40)
    assert parsed.load() == {}
    parsed.keep({"key": DOCUMENT}, {"key"})
    parsed.keep({"key": DOCUMENT}, {"key"})
    assert parsed.load().keys() == {"key"}


def test_another_format_is_not_read(parsed: ParsedDocuments, tmp_path: Path) -> None:
    parsed.keep({"key": DOCUMENT}, {"key"})
    with sqlite3.connect(tmp_path / "knowledge" / "parsed.db") as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    assert parsed.load() == {}
    parsed.keep({"new": DOCUMENT}, {"new"})
    assert parsed.load().keys() == {"new"}


def test_a_busy_file_is_passed_over(parsed: ParsedDocuments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.parsed._WAIT_S", 0.05)
    parsed.keep({"key": DOCUMENT}, {"key"})
    connection = sqlite3.connect(tmp_path / "knowledge" / "parsed.db", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert parsed.load() == {}
        parsed.keep({"new": DOCUMENT}, {"new"})
    finally:
        connection.close()
    assert parsed.load().keys() == {"key"}


def test_nothing_is_made_where_there_is_no_data_directory(tmp_path: Path) -> None:
    ParsedDocuments(tmp_path / "data" / "knowledge" / "parsed.db").keep({"key": DOCUMENT}, {"key"})
    ParsedDocuments(None).keep({"key": DOCUMENT}, {"key"})
    assert list(tmp_path.iterdir()) == []


def test_the_version_of_the_readers_is_a_digest_of_their_code() -> None:
    assert len(reader_version()) == 64


ARTICLE = "---\nid: fees\nlocale: zh-CN\ntitle: 费用\ncategory: c\n---\n费用是 {{fact:fee}}。"


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    root = tmp_path / "seed"
    (root / "zh-CN").mkdir(parents=True)
    (root / "zh-CN" / "fees.md").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "data").mkdir()
    return root


class Readings:
    """How often a file was parsed and a text converted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for module, name in (
            ("corpus.editions", "parse_document"),
            ("corpus.editions", "traditional"),
            ("corpus.loaders.markdown", "load"),
        ):
            self._watch(monkeypatch, f"{module}.{name}", name)

    def _watch(self, monkeypatch: pytest.MonkeyPatch, path: str, name: str) -> None:
        import importlib

        real = getattr(importlib.import_module(path.rpartition(".")[0]), name)

        def counted(*arguments: object, **options: object) -> object:
            self.count += 1
            return real(*arguments, **options)

        monkeypatch.setattr(path, counted)


def start(tmp_path: Path, seed: Path, facts: FactsTable = FACTS) -> Catalog:
    """The catalog as a new process opens it."""
    return Catalog(tmp_path / "data", facts=facts, seed_root=seed)


def test_a_second_start_reads_nothing(tmp_path: Path, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start(tmp_path, seed)
    put(first, "提现.md", "网络费 {{fact:fee}}，等 {{fact:wait}}。")
    put(first, "a.txt", "plain")
    expected = first.editions()
    assert any(edition.derived for edition in expected)
    readings = Readings(monkeypatch)
    assert start(tmp_path, seed).editions() == expected
    assert readings.count == 0


def test_a_start_after_an_edit_reads_that_document_only(
    tmp_path: Path, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = start(tmp_path, seed)
    for number in range(5):
        put(catalog, f"d{number}.txt", f"text {number}")
    catalog.editions()
    put(catalog, "d3.txt", "other")
    readings = Readings(monkeypatch)
    assert any(edition.document.sections[0].paragraphs == ("other",) for edition in start(tmp_path, seed).editions())
    assert readings.count == 1


def test_other_facts_are_seen(tmp_path: Path, seed: Path) -> None:
    start(tmp_path, seed).editions()
    other = FactsTable.parse({"facts": {"fee": {"value": 9, "unit": "USDT"}, "wait": {"value": 2, "unit": "hours"}}})
    texts = [edition.document.sections[0].paragraphs[0] for edition in start(tmp_path, seed, other).editions()]
    assert texts == ["费用是 9 USDT。", "費用是 9 USDT。"]


def test_other_readers_read_again(tmp_path: Path, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = start(tmp_path, seed).editions()
    readings = Readings(monkeypatch)
    monkeypatch.setattr(corpus.editions, "reader_version", lambda: "another release")
    assert start(tmp_path, seed).editions() == expected
    assert readings.count > 0


def test_losing_the_file_is_harmless(tmp_path: Path, seed: Path) -> None:
    expected = start(tmp_path, seed).editions()
    path = tmp_path / "data" / "knowledge" / "parsed.db"
    path.write_bytes(path.read_bytes()[:5000])
    assert start(tmp_path, seed).editions() == expected
    path.unlink(missing_ok=True)
    assert start(tmp_path, seed).editions() == expected


def test_a_trial_reads_what_changed_only(tmp_path: Path, seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = start(tmp_path, seed)
    put(catalog, "a.txt", "text")
    catalog.editions()
    document = parse_document("b.txt", b"more", FACTS)
    readings = Readings(monkeypatch)
    with catalog.trial() as trial:
        trial.add(document, "b.txt", b"more")
        assert {edition.document.id for edition in trial.editions()} == {"a", "b", "fees"}
    assert readings.count == 1
