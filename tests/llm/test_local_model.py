from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from assistant.chain.composer import MODEL
from assistant.errors import ChatModelError, DraftRejectedError
from assistant.llm.models import load_drafter
from assistant.model import Action, Inquiry, Severity
from tests.builders import evidence, passage
from tests.llm.conftest import MakeChain
from tests.llm.local_model import local_model

pytestmark = [pytest.mark.llm, pytest.mark.slow]

QUESTIONS = ["提现一直没到账怎么办？", "How do I reset my authenticator?", "Why is my withdrawal still pending?"]
# Chinese prompts are longer than this model reads in that time on a busy machine: then the deadline is what is tested.
TIMEOUT_S = 20.0


@pytest.fixture(scope="module")
def model_url() -> Iterator[str]:
    with local_model() as url:
        yield url


def test_the_server_serves_the_model(model_url: str) -> None:
    models = httpx.get(f"{model_url}/models").json()["data"]
    assert [model["id"] for model in models] == ["smol"]


def test_a_real_model_drafts_or_is_rejected(model_url: str) -> None:
    drafter = load_drafter("openai:smol", base_url=model_url, api_key=None, timeout_s=60)
    assert drafter is not None
    found = evidence(passage("The withdrawal fee of USDT on TRC20 is 1 USDT.", locale="en", title="Fees"))
    try:
        draft = drafter.draft(("What is the withdrawal fee?",), found, "en")
    except DraftRejectedError:
        return
    assert draft.model == "openai:smol"
    assert draft.sentences
    assert all(sentence.text for sentence in draft.sentences)


def test_a_prompt_beyond_the_context_is_a_model_error(model_url: str) -> None:
    drafter = load_drafter("openai:smol", base_url=model_url, api_key=None, timeout_s=60)
    assert drafter is not None
    with pytest.raises(ChatModelError, match="400"):
        drafter.draft(("手续费？",), evidence(passage("每笔一个单位。" * 4000)), "zh-CN")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_bad_model_never_lowers_the_standard(model_url: str, make_chain: MakeChain, question: str) -> None:
    chain = make_chain(chat_model="openai:smol", chat_base_url=model_url, chat_timeout_s=TIMEOUT_S, evidence_tokens=320)
    answer = chain.answer(Inquiry("q", (question,)))
    assert answer.action in (Action.ANSWER, Action.CLARIFY)
    assert answer.stage_ms["model"] > 10, "the model was asked"
    assert answer.versions["model"] in ("openai:smol", MODEL)
    if answer.versions["model"] == MODEL:
        assert answer.text == make_chain(evidence_tokens=320).answer(Inquiry("q", (question,))).text
    assert answer.citations
    passages = {item.passage.id: item.passage for item in answer.evidence}
    for citation in answer.citations:
        assert citation.quote == passages[citation.passage_id].text[slice(*citation.span)]
        assert f"[{citation.n}]" in answer.text
    assert [finding for finding in answer.findings if finding.severity is Severity.BLOCK] == []
