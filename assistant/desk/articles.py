"""The article behind a citation: as it stands now, or the words that were approved when it has changed since."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import ArticleView
from assistant.model import Citation, EvidenceItem
from corpus.catalog import Catalog
from corpus.errors import ProofdeskError
from corpus.model import Document


class Articles:
    """Opens articles from the catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

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
        current = document is not None and document.audience == passage.audience and _holds(document, quote)
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
            documents = self._catalog.documents()
        except ProofdeskError:
            return None  # the approved words are shown all the same
        return next((d for d in documents if (d.id, d.locale) == (document_id, locale)), None)


def _holds(document: Document, quote: str) -> bool:
    """Whether the article still says it; a table row's quote is made of its cells, wherever they stand."""
    texts: list[str] = []
    cells: set[str] = set()
    for section in document.sections:
        texts += [*section.paragraphs, *section.steps]
        cells |= {cell for table in section.tables for row in (table.headers, *table.rows) for cell in row}
    if any(quote in text or text in quote for text in texts if text):
        return True
    return sum(len(cell) for cell in cells if cell in quote) * 2 > len(quote)
