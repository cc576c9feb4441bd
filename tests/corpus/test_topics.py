from __future__ import annotations

from pathlib import Path

from corpus.catalog import Catalog
from corpus.model import Document, Section, SectionKind
from corpus.topics import Topic, coverage, load_topics

TOPICS = (Topic("fee", "trading", {"en": "Fees"}), Topic("gap", "trading", {"en": "A gap"}))


def document(document_id: str, locale: str, questions: tuple[str, ...] = ()) -> Document:
    section = Section(SectionKind.BODY, "", ("text",), questions=("asked of a section",))
    return Document(document_id, locale, f"Title {locale}", "other", (section,), questions=questions)


def test_documents_and_questions_are_counted_by_topic() -> None:
    found = coverage(TOPICS, (document("fee", "en", ("how much", "what fee")), document("fee", "zh-CN")))
    assert (found[0].documents, found[0].questions) == ({"en": 1, "zh-CN": 1}, 4)
    assert found[0].lacks(("en", "zh-CN", "zh-TW")) == ("zh-TW",)


def test_a_topic_without_documents_is_a_gap() -> None:
    gap = coverage(TOPICS, (document("fee", "en"),))[1]
    assert (gap.topic.id, gap.questions, gap.lacks(("en", "zh-CN"))) == ("gap", 0, ("en", "zh-CN"))


def test_a_document_of_no_topic_comes_last_under_its_category() -> None:
    found = coverage(TOPICS, (document("ours", "en"), document("ours", "zh-CN"), document("fee", "en")))
    assert [leaf.topic.id for leaf in found] == ["fee", "gap", "ours"]
    assert (found[2].topic.group, found[2].documents) == ("other", {"en": 1, "zh-CN": 1})


def test_every_shipped_topic_is_named_once_in_both_languages() -> None:
    topics = load_topics()
    assert len({topic.id for topic in topics}) == len(topics) == 88
    assert all(topic.titles["zh-CN"] and topic.titles["en"] for topic in topics)


def test_every_shipped_topic_is_covered(tmp_path: Path) -> None:
    documents = Catalog(tmp_path / "data").documents()
    assert [leaf.topic.id for leaf in coverage(load_topics(), documents) if leaf.lacks(("zh-CN", "en", "zh-TW"))] == []
