from __future__ import annotations

from pathlib import Path

from corpus.batch import add_batch
from corpus.catalog import Catalog, NewDocument
from corpus.facts import FactsTable
from corpus.loaders import parse_document


def new(name: str, text: str) -> NewDocument:
    return NewDocument(parse_document(name, text.encode()), name, text.encode())


def test_only_the_document_at_fault_stays_out(tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    catalog = Catalog(tmp_path / "data", facts=FactsTable.parse({"facts": {}}), seed_root=tmp_path / "seed")
    assert add_batch(catalog, []) == []
    assert add_batch(catalog, [new("a.md", "a"), new("b.md", "b")], author="ann") == [("added", ""), ("added", "")]
    over = "---\neffective_until: 2020-01-01\n---\nover"
    (first, second, third) = add_batch(catalog, [new("a.md", "a"), new("b.md", over), new("c.md", "c")], draft=False)
    assert (first, third) == (("unchanged", ""), ("added", ""))
    assert second[0] == "failed"
    assert "over before it begins" in second[1]
    assert add_batch(catalog, [new("d.md", "d")], draft=True) == [("added", "")]
    assert {d.id for d in catalog.documents()} == {"a", "b", "c"}
    assert catalog.history("a")[0].author == "ann"
