"""The agents' search beside an empty editor: the same function that answers use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assistant.chain.intake import accept_turns
from assistant.chain.triage import retrieval_query, triage
from assistant.chain.vocabulary import Vocabulary
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import SearchHit
from assistant.errors import InquiryError, ProofdeskError
from assistant.firewall.firewall import Firewall
from assistant.model import Inquiry
from index.retriever import Retriever

_MAX_HITS = 20


class KnowledgeSearch:
    """Finds passages for people."""

    def __init__(
        self,
        *,
        firewall: Firewall,
        vocabulary: Callable[[], Vocabulary],
        retriever: Callable[[], Retriever],
        locale: str,
        today: Callable[[], date],
    ) -> None:
        self._firewall = firewall
        self._vocabulary = vocabulary
        self._retriever = retriever
        self._locale = locale
        self._today = today

    def search(self, text: str, k: int) -> tuple[SearchHit, ...]:
        """The best passages, best first; `()` for an empty text.

        Raises:
            DeskError: `UNREADABLE`, `UNAVAILABLE` when the index cannot be searched.
        """
        if not text.strip():
            return ()
        try:
            words = (self._firewall.screen(accept_turns((text,))[0]).text,)  # its length first: screening takes time
            question = triage(Inquiry("search", words), self._vocabulary(), self._locale, today=self._today())
            hits = self._retriever().search(retrieval_query(question, k=max(1, min(k, _MAX_HITS)))).hits
        except InquiryError as error:
            raise DeskError(Refusal.UNREADABLE, str(error)) from None
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        return tuple(
            SearchHit(
                hit.passage.id,
                hit.passage.document_id,
                hit.passage.title,
                hit.passage.text,
                hit.passage.locale,
                hit.score,
            )
            for hit in hits
        )
