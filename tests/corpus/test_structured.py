"""Entries become sections of articles, with their facts put in."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.model import SectionKind
from corpus.seed import load_facts, load_seed, seed_root
from corpus.structured import load_pairs, load_terms, rendered, source_text

FACTS = FactsTable.parse({"facts": {"fee": {"value": 1, "unit": "USDT"}}})
ANSWERS = """
- id: fee-how-much
  topic: fees
  notices: [FEES]
  question: {zh-CN: 手续费多少, en: How much is the fee?}
  also: {zh-CN: [费用多少], en: [what does it cost]}
  answer: {zh-CN: "是 {{fact:fee}}。", en: "It is\\n {{fact:fee}}."}
"""
MYTHS = """
- id: private
  notices: []
  myth: {en: Nobody can trace it}
  fact: {en: Everybody can.}
  questions: {en: [is it anonymous]}
"""
GLOSSARY = """
- id: gas
  term: {en: Gas, zh-CN: 燃料费}
  also: {en: [network fee]}
  short: {en: the network's fee, zh-CN: 网络费用}
  explain: {en: What the network charges., zh-CN: 网络收取的费用。}
"""
FILES = {"answers.yaml": ANSWERS, "myths.yaml": MYTHS, "glossary.yaml": GLOSSARY}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_an_answer_is_a_pair_of_its_topics_article(root: Path) -> None:
    (section,) = rendered(load_pairs(root)["fees", "en"], FACTS, "en")
    assert section.kind is SectionKind.PAIR
    assert (section.heading, section.paragraphs) == ("How much is the fee?", ("It is 1 USDT.",))
    assert (section.questions, section.part) == (("what does it cost",), "fee-how-much")


def test_a_myth_and_a_term_have_articles_of_their_own(root: Path) -> None:
    pairs = load_pairs(root)
    assert [section.heading for section in pairs["edu-myths", "en"]] == ["Nobody can trace it"]
    assert [section.heading for section in pairs["edu-glossary", "zh-CN"]] == ["燃料费"]
    assert pairs["edu-glossary", "zh-CN"][0].questions == ()


def test_terms_are_read_for_one_language(root: Path) -> None:
    (term,) = load_terms(root, "en")
    assert (term.id, term.also, term.short) == ("gas", ("network fee",), "the network's fee")
    assert load_terms(root, "ja") == ()


def test_what_may_name_facts_is_known_before_they_are_put_in(root: Path) -> None:
    assert "{{fact:fee}}" in source_text(load_pairs(root)["fees", "zh-CN"])


def test_no_files_no_pairs(tmp_path: Path) -> None:
    assert load_pairs(tmp_path) == {}
    assert load_terms(tmp_path, "en") == ()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("answers.yaml", ANSWERS + ANSWERS, "fee-how-much occurs twice"),
        ("answers.yaml", ANSWERS.replace("topic:", "subject:"), "subject"),
        ("myths.yaml", MYTHS + "  x: [", "not valid YAML"),
        ("glossary.yaml", "gas: {}", "list"),
    ],
)
def test_a_broken_file_is_named(root: Path, name: str, text: str, told: str) -> None:
    (root / name).write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=told) as raised:
        load_pairs(root)
    assert name in str(raised.value)


def test_every_shipped_entry_stands_in_an_article() -> None:
    documents = {(document.id, document.locale): document for document in load_seed(facts=load_facts())}
    pairs = load_pairs(seed_root())
    assert pairs.keys() <= documents.keys()
    for key, sections in pairs.items():
        held = [s.part for s in documents[key].sections if s.kind is SectionKind.PAIR]
        assert {section.part for section in sections} <= set(held)
        assert len(held) == len(set(held))
