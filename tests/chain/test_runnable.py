from __future__ import annotations

import re
from dataclasses import replace

from assistant.bootstrap import App
from assistant.chain.runnable import ProofdeskRetriever, as_runnable
from assistant.model import Action, Inquiry
from index.model import Query

INQUIRY = Inquiry("q", ("USDT 用 TRC20 提现多久到账",))


def test_the_runnable_answers_as_the_chain_does(app: App) -> None:
    from langsmith.utils import tracing_is_enabled

    runnable = as_runnable(app.chain)
    assert not tracing_is_enabled()
    answer = runnable.invoke(INQUIRY)
    assert answer.action is Action.ANSWER
    assert answer.stage_ms.keys() == app.chain.answer(INQUIRY).stage_ms.keys()
    assert replace(answer, stage_ms={}) == replace(app.chain.answer(INQUIRY), stage_ms={})


def test_the_runnable_takes_a_batch_and_keeps_its_order(app: App) -> None:
    texts = ("BTC 提现手续费是多少", "转人工")
    answers = as_runnable(app.chain).batch([Inquiry(str(n), (text,)) for n, text in enumerate(texts)])
    assert [answer.id for answer in answers] == ["0", "1"]
    assert [answer.action for answer in answers] == [Action.ANSWER, Action.HANDOFF]


def test_the_retriever_gives_the_hits_of_the_retrieval_function(app: App) -> None:
    query = "BTC 提现手续费是多少"
    documents = ProofdeskRetriever(retriever=app.retriever, k=3).invoke(query)
    hits = app.retriever.search(Query(query, k=3)).hits
    assert [document.page_content for document in documents] == [hit.passage.text for hit in hits]
    assert [document.metadata["passage_id"] for document in documents] == [hit.passage.id for hit in hits]
    assert documents[0].metadata["document_id"] == "wd-fees-limits"
    assert all(re.fullmatch(r"[0-9a-f]{16}", document.metadata["passage_id"]) for document in documents)
