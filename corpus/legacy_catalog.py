"""The catalog of release 0.1: files named by content, and one manifest. Read once, to be taken over; never written."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.catalog_changes import CatalogChange, NewDocument
from corpus.errors import DocumentError
from corpus.facts import FactsTable, validation_message
from corpus.loaders import parse_document, read_content


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    locale: str
    name: str
    file: str


class _Manifest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1] = 1
    documents: tuple[_Entry, ...] = ()
    hidden: tuple[str, ...] = ()


def take_over(change: CatalogChange, folder: Path, facts: FactsTable) -> None:
    """Puts the documents in force and removed seed articles out of it, unless the catalog has changed meanwhile.

    Raises:
        DocumentError: the manifest or a document cannot be read: nothing may be lost silently.
    """
    if change.snapshot.revision:
        return
    try:
        manifest = _Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError) as error:
        reason = validation_message(error) if isinstance(error, ValidationError) else error.strerror
        raise DocumentError(
            f"The catalog's manifest.json cannot be read ({reason}).", hint="Restore it from a backup."
        ) from error
    for entry in manifest.documents:
        content = read_content(folder / entry.file, entry.name)
        document = parse_document(entry.name, content, facts)
        change.add(NewDocument(document, entry.name, content), "", draft=False, start=None)
    for document_id in manifest.hidden:
        for key in sorted(key for key in change.seeds if key[0] == document_id):
            change.writer.hide(key, change.at)
