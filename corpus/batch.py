"""Several documents into the catalog with one transaction, without one of them spoiling it for the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from corpus.catalog import Catalog, NewDocument
from corpus.edition import Change
from corpus.errors import DocumentError

Outcome = tuple[Change | Literal["failed"], str]
"""What became of a document, and why it failed."""


def add_batch(
    catalog: Catalog, documents: Sequence[NewDocument], *, author: str = "", draft: bool = False
) -> list[Outcome]:
    """Adds the documents as one change; when that fails, each alone, so that only the one at fault stays out.

    Returns:
        One outcome per document, in order. Nothing is raised for what the catalog refuses.
    """
    if not documents:
        return []
    try:
        return [(change, "") for change in catalog.add_all(documents, author=author, draft=draft)]
    except DocumentError as error:
        whole = str(error)
    if len(documents) == 1:
        return [("failed", whole)]
    outcomes: list[Outcome] = []
    for document in documents:
        # The same reason twice is not the documents' fault: each further one might wait for a lock as long.
        if [reason for _, reason in outcomes].count(whole) > 1:
            outcomes.append(("failed", whole))
            continue
        outcomes += add_batch(catalog, [document], author=author, draft=draft)
    return outcomes
