from __future__ import annotations

from pathlib import Path

import pytest

from corpus.chunking import chunk
from corpus.errors import DocumentError, FactError
from corpus.seed import load_facts, load_seed, seed_root
from corpus.tokens import TiktokenCounter

HEAD = "---\nid: {id}\nlocale: {locale}\ntitle: {title}\ncategory: general\n---\n"


def write(root: Path, folder: str, stem: str, body: str = "Wait {{fact:wait}}.", **head: str) -> None:
    (root / folder).mkdir(parents=True, exist_ok=True)
    values = {"id": stem, "locale": folder, "title": f"T {stem}"} | head
    (root / folder / f"{stem}.md").write_text(HEAD.format(**values) + body, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "base.yaml").write_text("facts: {wait: {value: 2, unit: hours}}", encoding="utf-8")
    write(tmp_path, "zh-CN", "b")
    write(tmp_path, "en", "b")
    write(tmp_path, "en", "a")
    return tmp_path


def test_articles_come_by_locale_and_id_with_their_facts(root: Path) -> None:
    documents = load_seed(root)
    assert [(d.locale, d.id, d.source) for d in documents] == [
        ("en", "a", "en/a.md"),
        ("en", "b", "en/b.md"),
        ("zh-CN", "b", "zh-CN/b.md"),
    ]
    assert documents[2].sections[0].paragraphs == ("Wait 2 小时.",)


@pytest.mark.parametrize(
    ("locale", "stem", "body", "head", "message"),
    [
        ("en", "c", "x", {"id": "d"}, r'en/c\.md: its id is "d"'),
        ("en", "c", "x", {"locale": "zh-CN"}, r'en/c\.md: its locale is "zh-CN"'),
        ("en", "c", "x", {"title": "T a"}, r"en/c\.md: has the title of en/a\.md"),
        ("en", "c", "x", {"title": "t\ncolour: red"}, "unknown front-matter key colour"),
        ("en", "c", "{{fact:wat}}", {}, r'en/c\.md: Unknown fact: "wat". Did you mean wait'),
        ("en", "c", "{{facts:wait}}", {}, r"en/c\.md: a placeholder is left over"),
    ],
)
def test_a_fault_is_raised_with_its_place(
    root: Path, locale: str, stem: str, body: str, head: dict[str, str], message: str
) -> None:
    write(root, locale, stem, body, **head)
    with pytest.raises(DocumentError, match=message):
        load_seed(root)


def test_all_faults_are_told_at_once(root: Path) -> None:
    write(root, "en", "c", id="d")
    (root / "en" / "e.md").write_text("no head", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"(?s)en/c\.md.*en/e\.md: front matter lacks id, locale, title, category"):
        load_seed(root)


def test_a_missing_table_is_an_error(root: Path) -> None:
    (root / "facts" / "base.yaml").unlink()
    (root / "facts").rmdir()
    with pytest.raises(FactError, match=r"facts: cannot be read"):
        load_seed(root)


def test_the_shipped_articles_load_and_cut_into_passages() -> None:
    assert (seed_root() / "facts" / "base.yaml").is_file()
    counter = TiktokenCounter()
    documents = load_seed(facts=load_facts())
    assert len(documents) == len(list(seed_root().glob("*/*.md")))
    for document in documents:
        passages = chunk(document, counter)
        assert passages, document.source
        assert all(p.tokens <= 320 for p in passages)
