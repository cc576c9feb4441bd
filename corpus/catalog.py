"""The operator's knowledge: documents kept under a data directory, on top of the seed articles.

Files are stored by content and never changed; one manifest names those in force and is replaced as a whole, so that a
reader sees either the state before a change or after it, and a crash leaves at worst a file that nothing names.
"""

from __future__ import annotations

import difflib
import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import DocumentError
from corpus.facts import FactsTable, validation_message
from corpus.loaders import load_document
from corpus.model import Document
from corpus.seed import load_facts, load_seed

_LOG = logging.getLogger(__name__)
_LOCK_SECONDS = 30.0

Change = Literal["added", "updated", "unchanged"]


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
    """Ids of seed articles that the operator removed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A stored document that cannot be used now, for example because a fact it quotes is gone."""

    document_id: str
    locale: str
    name: str
    message: str


class Catalog:
    """All knowledge in force: the seed articles and the operator's documents.

    An operator's document replaces the seed article with the same id and locale. One process writes at a time; any
    number may read.

    Args:
        data_dir: the operator's data directory; files go to `documents/` in it, created at the first change.
        facts: renders the placeholders of all documents; default: the facts that ship.
        seed_root: the folder of the seed articles; default: the one that ships.
    """

    def __init__(self, data_dir: Path, *, facts: FactsTable | None = None, seed_root: Path | None = None) -> None:
        self._folder = data_dir / "documents"
        self._seed_root = seed_root
        self._facts = facts
        self._seed: tuple[Document, ...] | None = None
        self._loaded: dict[_Entry, Document] = {}

    @property
    def facts(self) -> FactsTable:
        """The facts that documents are rendered with.

        Raises:
            FactError: the facts that ship are broken.
        """
        if self._facts is None:
            self._facts = load_facts(self._seed_root)
        return self._facts

    def documents(self) -> tuple[Document, ...]:
        """Every document in force, by id and locale. Those of `problems` are not among them.

        Raises:
            DocumentError: a seed article or the manifest is broken.
        """
        return self._read()[0]

    def problems(self) -> tuple[Problem, ...]:
        """The stored documents that cannot be used now. The seed article they replace stays replaced.

        Raises:
            DocumentError: a seed article or the manifest is broken.
        """
        return self._read()[1]

    def add(self, document: Document, name: str, content: bytes) -> Change:
        """Keep `content`, the file called `name` that `document` was loaded from.

        Raises:
            DocumentError: another process is writing, or the data directory cannot be written.
        """
        suffix = PurePath(name).suffix.lower()
        entry = _Entry(
            id=document.id,
            locale=document.locale,
            name=name,
            file=hashlib.sha256(content).hexdigest()[:32] + suffix,
        )
        with self._writing():
            manifest = self._manifest()
            old = next((e for e in manifest.documents if (e.id, e.locale) == (entry.id, entry.locale)), None)
            if old == entry and (self._folder / entry.file).is_file():
                return "unchanged"
            self._write(self._folder / entry.file, content)
            kept = tuple(e for e in manifest.documents if e is not old)
            self._replace(manifest, manifest.model_copy(update={"documents": (*kept, entry)}))
        return "updated" if old else "added"

    def remove(self, document_id: str) -> None:
        """Take the document out of force in every locale, the operator's copies and the seed article alike.

        Raises:
            DocumentError: no such document, or another process is writing.
        """
        with self._writing():
            manifest = self._manifest()
            seed_ids = {document.id for document in self._seed_documents()} - set(manifest.hidden)
            known = seed_ids | {entry.id for entry in manifest.documents}
            if document_id not in known:
                near = difflib.get_close_matches(document_id[:100], sorted(known), n=3)
                hint = f"Did you mean {', '.join(near)}?" if near else ""
                raise DocumentError(f'There is no document "{document_id}".', hint=hint)
            hidden = manifest.hidden + ((document_id,) if document_id in seed_ids else ())
            kept = tuple(entry for entry in manifest.documents if entry.id != document_id)
            self._replace(manifest, manifest.model_copy(update={"documents": kept, "hidden": hidden}))

    def restore(self, document_id: str) -> None:
        """Put a seed article that was removed back into force.

        Raises:
            DocumentError: it was not removed, or another process is writing.
        """
        with self._writing():
            manifest = self._manifest()
            if document_id not in manifest.hidden:
                raise DocumentError(f'"{document_id}" is not a removed seed article.')
            hidden = tuple(item for item in manifest.hidden if item != document_id)
            self._replace(manifest, manifest.model_copy(update={"hidden": hidden}))

    def _read(self) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
        manifest = self._manifest()
        documents, problems = self._in_force(manifest)
        # A file may have gone because a writer replaced it meanwhile: then the manifest has changed as well.
        while problems and (newer := self._manifest()) != manifest:
            manifest = newer
            documents, problems = self._in_force(manifest)
        for problem in problems:
            _LOG.warning("document %s (%s) is out of force: %s", problem.document_id, problem.locale, problem.message)
        return documents, problems

    def _in_force(self, manifest: _Manifest) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
        hidden = set(manifest.hidden)
        found = {(d.id, d.locale): d for d in self._seed_documents() if d.id not in hidden}
        problems: list[Problem] = []
        for entry in manifest.documents:
            found.pop((entry.id, entry.locale), None)
            try:
                found[entry.id, entry.locale] = self._load(entry)
            except DocumentError as error:
                problems.append(Problem(entry.id, entry.locale, entry.name, str(error)))
        return tuple(found[key] for key in sorted(found)), tuple(problems)

    def _load(self, entry: _Entry) -> Document:
        # Stored files never change, so a parsed one stays valid for as long as the facts do.
        if entry not in self._loaded:
            self._loaded[entry] = load_document(self._folder / entry.file, self.facts, name=entry.name)
        return self._loaded[entry]

    def _seed_documents(self) -> tuple[Document, ...]:
        if self._seed is None:
            self._seed = load_seed(self._seed_root, self.facts)
        return self._seed

    @property
    def _manifest_path(self) -> Path:
        return self._folder / "manifest.json"

    def _manifest(self) -> _Manifest:
        try:
            return _Manifest.model_validate_json(self._manifest_path.read_bytes())
        except FileNotFoundError:
            return _Manifest()
        except (OSError, ValidationError) as error:
            reason = validation_message(error) if isinstance(error, ValidationError) else error.strerror
            raise DocumentError(
                f"The catalog's manifest.json cannot be read ({reason}).", hint="Restore it from a backup."
            ) from error

    def _replace(self, old: _Manifest, new: _Manifest) -> None:
        self._write(self._manifest_path, new.model_dump_json(indent=1).encode("utf-8"))
        # Only now does nothing name the files that went out of force.
        for file in {entry.file for entry in old.documents} - {entry.file for entry in new.documents}:
            (self._folder / file).unlink(missing_ok=True)

    def _write(self, path: Path, content: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise DocumentError("Another process is changing the documents.", hint="Try again in a minute.") from error
        except OSError as error:
            raise DocumentError(
                f"The documents folder cannot be written ({error.strerror}).", hint="Check space and permissions."
            ) from error
