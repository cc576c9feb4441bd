"""The chain as a LangChain `Runnable` and the retriever as a `BaseRetriever`: adapters outside, functions inside."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from assistant.chain.answer import AnswerChain
from assistant.llm.models import disable_tracing
from assistant.model import Answer, Inquiry
from corpus.model import Passage
from index.model import Query
from index.retriever import Retriever


def as_runnable(chain: AnswerChain) -> Runnable[Inquiry, Answer]:
    """`chain.answer` as a `Runnable`, for use inside other LangChain graphs.

    The input is the raw inquiry, so external tracing is switched off: the firewall runs inside, after LangChain has
    seen the input.
    """
    disable_tracing()
    return RunnableLambda(chain.answer, name="proofdesk")


class ProofdeskRetriever(BaseRetriever):
    """The retrieval function as a LangChain retriever. Metadata carries the ids that a citation needs."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    k: int = 10

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - the base class passes it
    ) -> list[LangChainDocument]:
        hits = self.retriever.search(Query(query, k=self.k)).hits
        return [
            LangChainDocument(page_content=hit.passage.text, metadata=_metadata(hit.passage, hit.score)) for hit in hits
        ]


def _metadata(passage: Passage, score: float) -> dict[str, Any]:
    return {
        "document_id": passage.document_id,
        "passage_id": passage.id,
        "title": passage.title,
        "locale": passage.locale,
        "score": score,
    }
