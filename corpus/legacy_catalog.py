"""The catalog of release 0.1: files named by content, and one manifest. Read once, to be taken over; never written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import DocumentError
from corpus.facts import FactsTable, validation_message
from corpus.loaders import parse_document, read_content
from corpus.model import Document


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


@dataclass(frozen=True, slots=True)
class LegacyEntry:
    """One document with the file it came in."""

    document: Document
    name: str
    content: bytes


def read_legacy(folder: Path, facts: FactsTable) -> tuple[tuple[LegacyEntry, ...], tuple[str, ...]]:
    """The documents and the ids of removed seed articles; nothing where there is no such catalog.

    Raises:
        DocumentError: the manifest or a document cannot be read: nothing may be lost silently.
    """
    try:
        manifest = _Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except FileNotFoundError:
        return (), ()
    except (OSError, ValidationError) as error:
        reason = validation_message(error) if isinstance(error, ValidationError) else error.strerror
        raise DocumentError(
            f"The catalog's manifest.json cannot be read ({reason}).", hint="Restore it from a backup."
        ) from error
    entries = []
    for entry in manifest.documents:
        content = read_content(folder / entry.file, entry.name)
        entries.append(LegacyEntry(parse_document(entry.name, content, facts), entry.name, content))
    return tuple(entries), manifest.hidden
