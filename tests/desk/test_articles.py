from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.desk.articles import Articles
from assistant.desk.errors import Refusal
from assistant.desk.views import ArticleView, EntryKind
from assistant.model import Citation, EvidenceItem
from corpus.catalog import Catalog
from corpus.chunking import chunk
from corpus.model import Document, Section, SectionKind, Table
from tests.desk.office import Office, entries
from tests.desk.test_customer import DELAYED, refused

TODAY = date(2026, 3, 2)
ARTICLE = Document(
    "fee",
    "zh-CN",
    "手续费",
    "fees",
    (
        Section(SectionKind.SHORT_ANSWER, "简答", ("提现收取手续费。", "手续费为 1 USDT。")),
        Section(SectionKind.STEPS, "步骤", steps=("打开资产页。", "点击提现。")),
        Section(SectionKind.TIMES_FEES, "费率", tables=(Table(("币种", "网络", "手续费"), (("USDT", "TRC20", "1"),)),)),
    ),
)


class Words:
    """Counts characters."""

    def count(self, text: str) -> int:
        return len(text)


PASSAGES = [p for p in chunk(ARTICLE, Words(), max_tokens=200) if not p.stands_for]


def behind(document: Document, number: int, *, today: date = TODAY) -> ArticleView:
    passage = PASSAGES[number]
    citation = Citation(1, passage.document_id, passage.id, passage.title, passage.text, (0, len(passage.text)))
    catalog = cast("Catalog", SimpleNamespace(documents=lambda on: (document,)))
    return Articles(catalog, today=lambda: today).behind(1, (citation,), (EvidenceItem(1, passage, 1.0),))


@pytest.mark.parametrize("number", range(len(PASSAGES)))
def test_whatever_is_cited_is_found_in_its_article(number: int) -> None:
    assert behind(ARTICLE, number).current


def _with(section: Section) -> Document:
    return replace(ARTICLE, sections=tuple(section if s.kind is section.kind else s for s in ARTICLE.sections))


@pytest.mark.parametrize(
    ("number", "changed"),
    [
        (0, Section(SectionKind.SHORT_ANSWER, "简答", ("提现收取手续费。", "手续费为 2 USDT。"))),
        (1, Section(SectionKind.STEPS, "步骤", steps=("打开资产页。", "点击充值。"))),
        (
            2,
            Section(
                SectionKind.TIMES_FEES, "费率", tables=(Table(("币种", "网络", "手续费"), (("USDT", "TRC20", "2"),)),)
            ),
        ),
    ],
)
def test_an_article_whose_figure_has_changed_is_not_what_was_approved(number: int, changed: Section) -> None:
    view = behind(_with(changed), number)
    assert (view.current, view.sections, view.quote) == (False, (), PASSAGES[number].text)


def test_an_article_that_is_not_in_force_is_not_shown() -> None:
    ended = replace(ARTICLE, effective_until=TODAY)
    coming = replace(ARTICLE, effective_from=date(2026, 3, 3))
    assert [behind(document, 0).sections for document in (ended, coming)] == [(), ()]
    assert behind(coming, 0, today=date(2026, 3, 3)).current


def test_a_customer_opens_only_what_the_reply_cites(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    view = office.review.edit(office.agent, view.ticket.id, view.ticket.version, "您好，正在为您核对。")
    assert view.draft is not None
    assert view.draft.evidence
    assert office.review.article(office.agent, view.ticket.id, 1).document_id
    reply = entries(office.approved(view), EntryKind.REPLY)[0]
    with refused(Refusal.NOT_FOUND):
        office.customers.article("c1", reply.id, 1)
