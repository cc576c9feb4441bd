"""The article behind a citation: as it stands now, or the words that were approved when it has changed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import ArticleView
from assistant.model import Citation, EvidenceItem
from corpus.catalog import Catalog
from corpus.errors import ProofdeskError
from corpus.locales import is_unspaced
from corpus.model import Document
from corpus.rows import row_text


def _today() -> date:
    return datetime.now(UTC).date()


class Articles:
    """Opens articles from the catalogue. `today` = the day on which an article has to hold to be shown."""

    def __init__(self, catalog: Catalog, *, today: Callable[[], date] = _today) -> None:
        self._catalog = catalog
        self._today = today

    def behind(self, n: int, citations: Sequence[Citation], evidence: Sequence[EvidenceItem]) -> ArticleView:
        """The article of mark `n`, among passages that the caller may see.

        Raises:
            DeskError: `NOT_FOUND`, there is no such mark.
        """
        item = next((item for item in evidence if item.n == n), None)
        if item is None:
            raise DeskError(Refusal.NOT_FOUND)
        quote = next((citation.quote for citation in citations if citation.n == n), item.passage.text)
        passage = item.passage
        document = self._document(passage.document_id, passage.locale)
        current = (
            document is not None
            and document.audience == passage.audience
            and document.valid_on(self._today())
            and _holds(document, quote)
        )
        return ArticleView(
            passage.document_id,
            document.title if document is not None and current else passage.title,
            passage.locale,
            document.sections if document is not None and current else (),
            quote,
            current,
        )

    def _document(self, document_id: str, locale: str) -> Document | None:
        try:
            documents = self._catalog.documents(self._today())
        except ProofdeskError:
            return None  # the approved words are shown all the same
        return next((d for d in documents if (d.id, d.locale) == (document_id, locale)), None)


def _holds(document: Document, quote: str) -> bool:
    """Whether the article still says it, put together as passages are (`corpus/chunking.py`)."""
    wide = is_unspaced(document.locale)
    for section in document.sections:
        steps = (f"{number}. {step}" for number, step in enumerate(section.steps, start=1))
        rows = (row_text(table.headers, row, wide=wide) for table in section.tables for row in table.rows)
        prose = ("\n".join(filter(str.strip, blocks)) for blocks in (section.paragraphs, steps))
        if any(quote in text for text in (*prose, *rows)):
            return True
    return False
