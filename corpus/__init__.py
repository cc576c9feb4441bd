"""The knowledge layer: documents with typed sections, the facts they quote, and the passages cut from them.

Read `corpus.model` first. `corpus.loaders` turns files into documents, `corpus.chunking` documents into passages,
`corpus.seed` holds the articles that ship with the product and `corpus.catalog` those of the operator.

This package reads no environment and imports nothing of the other packages.
"""

from __future__ import annotations

from corpus.errors import ConfigurationError, DocumentError, FactError, ProofdeskError
from corpus.model import Document, Passage, PassageKind, Section, SectionKind, Table

__all__ = [
    "ConfigurationError",
    "Document",
    "DocumentError",
    "FactError",
    "Passage",
    "PassageKind",
    "ProofdeskError",
    "Section",
    "SectionKind",
    "Table",
]
