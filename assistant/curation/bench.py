"""The search bench: the retrieval function that answers use, with its reasons, and what the desk would make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from assistant.chain.intake import accept_turns
from assistant.chain.triage import retrieval_query, triage
from assistant.chain.vocabulary import Vocabulary
from assistant.curation.guard import Curation
from assistant.curation.views import Bench, BenchHit
from assistant.desk.errors import DeskError, Refusal
from assistant.errors import InquiryError, ProofdeskError
from assistant.firewall.firewall import Firewall
from assistant.model import Inquiry
from assistant.user import User
from index.confidence import Confidence
from index.model import Hit, Retrieval
from index.retriever import Retriever

_MOST = 50


class SearchBench:
    """Searches for people who look after the knowledge."""

    def __init__(
        self,
        curation: Curation,
        *,
        firewall: Firewall,
        vocabulary: Callable[[], Vocabulary],
        retriever: Callable[[], Retriever],
        confidence: Callable[[], Confidence],
        default_locale: str,
    ) -> None:
        self._curation = curation
        self._firewall = firewall
        self._vocabulary = vocabulary
        self._retriever = retriever
        self._confidence = confidence
        self._default_locale = default_locale

    def search(
        self,
        user: User,
        text: str,
        *,
        as_of: date | None = None,
        locale: str = "",
        jurisdiction: str | None = None,
        product: str | None = None,
        k: int = 10,
    ) -> Bench:
        """The hits for a question, as the answer chain would get them; none for an empty text.

        Args:
            user: who asks.
            text: a customer's question.
            as_of: search what held on this day; `None` = today, or the day that the question names.
            locale: only passages in this locale; `""` = all.
            jurisdiction: as in `Query`.
            product: as in `Query`.
            k: how many hits, at most 50.

        Raises:
            DeskError: `FORBIDDEN`, `UNREADABLE`, `UNAVAILABLE` when the index cannot be searched.
        """
        self._curation.admit(user)
        try:
            words = (self._firewall.screen(accept_turns((text or " ",))[0]).text,) if text.strip() else ("",)
            inquiry = Inquiry("bench", words, as_of=as_of)
            question = triage(inquiry, self._vocabulary(), self._default_locale, today=self._curation.today())
            query = retrieval_query(question, k=max(1, min(k, _MOST)), jurisdiction=jurisdiction)
            query = replace(query, product=product, locales=(locale,) if locale else ())
            retrieval = self._retriever().search(query)
            confidence = self._confidence()
            probability = confidence.probability(retrieval.features) if retrieval.hits else 0.0
        except InquiryError as error:
            raise DeskError(Refusal.UNREADABLE, str(error)) from None
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        return _bench(retrieval, question.language, probability, confidence.threshold)


def _bench(retrieval: Retrieval, language: str, probability: float, threshold: float) -> Bench:
    return Bench(
        query=retrieval.query.text,
        language=language,
        as_of=retrieval.query.as_of,
        hits=tuple(_hit(rank, hit) for rank, hit in enumerate(retrieval.hits, start=1)),
        confidence=probability,
        threshold=threshold,
        answers=bool(retrieval.hits) and probability >= threshold,
        features=retrieval.features,
        stage_ms=retrieval.stage_ms,
        snapshot_id=retrieval.snapshot_id,
    )


def _hit(rank: int, hit: Hit) -> BenchHit:
    passage = hit.passage
    return BenchHit(
        rank=rank,
        passage_id=passage.id,
        document_id=passage.document_id,
        locale=passage.locale,
        title=passage.title,
        heading=passage.heading,
        text=passage.text,
        score=hit.score,
        ranks=hit.retrievers,
        scores=hit.scores,
        matched=hit.matched,
        question=hit.question,
        effective_from=passage.effective_from,
        effective_until=passage.effective_until,
        page=passage.page,
        part=passage.part,
    )
