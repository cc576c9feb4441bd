"""Questions about a day are answered with what held on that day: forty of them, all right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel, ConfigDict

from assistant.bootstrap import App
from assistant.chain.dates import named_day
from assistant.chain.triage import retrieval_query, triage
from assistant.chain.vocabulary import normalise
from assistant.model import Action, Inquiry
from assistant.settings import load_settings
from eval.cases import dataset
from eval.jsonl import read_rows


class Asked(BaseModel):
    """A question, what the answer has to say and what it must not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    locale: str
    question: str
    says: str
    never: list[str]


ROWS = read_rows(dataset("as_of.jsonl"), Asked, lambda row: row.id)


@pytest.fixture(scope="module")
def desk(app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The shared desk's knowledge, asked on a day on which all of the questions lie in the past."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("workdir"))
        settings = load_settings(data_dir=app.settings.data_dir)
    asked = App(settings, clock=lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))
    yield asked
    asked.close()


def test_there_are_forty() -> None:
    assert len(ROWS) == 40
    assert {row.locale for row in ROWS} == {"zh-CN", "zh-TW", "en"}


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_the_answer_is_that_of_the_day(desk: App, row: Asked) -> None:
    answer = desk.chain.answer(Inquiry(row.id, (row.question,)))
    assert answer.action is Action.ANSWER
    assert row.says in answer.text
    assert not [text for text in row.never if text in answer.text]
    assert "2026-" in answer.text.splitlines()[0], "it says which day it speaks of"


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_the_day_may_be_given_beside_the_question(desk: App, row: Asked) -> None:
    """What `proofdesk ask --as-of` and `search --as-of` do: the question itself names no day."""
    named = named_day(row.question, desk.clock().date())
    assert named is not None
    question = normalise(row.question).replace(named.text, "")
    assert named_day(question, desk.clock().date()) is None
    inquiry = Inquiry(row.id, (question,), as_of=named.day)
    answer = desk.chain.answer(inquiry)
    assert answer.action is Action.ANSWER
    assert row.says in answer.text
    assert not [text for text in row.never if text in answer.text]
    asked = triage(inquiry, desk.vocabulary, desk.settings.default_locale, today=desk.clock().date())
    hits = desk.retriever.search(retrieval_query(asked, k=20)).hits
    assert hits
    assert [hit.passage.id for hit in hits if not hit.passage.valid_on(named.day)] == []


def test_todays_figure_is_given_without_a_day(desk: App) -> None:
    text = desk.chain.answer(Inquiry("q", ("TRC20 提 USDT 手续费多少",))).text
    assert "1 USDT" in text
    assert "1.5 USDT" not in text
    assert "当日适用" not in text
