"""Files and folders into the catalog: one result per file, and one bad file never stops the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.catalog import Catalog
from corpus.chunking import chunk
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document, read_content
from corpus.tokens import TiktokenCounter, TokenCounter


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one file.

    Attributes:
        path: as found under the paths given.
        document_id: empty when it failed before it was known; the same for `locale`.
        passages: how many passages it is cut into; 0 when it failed.
        message: why it failed and what to do; empty otherwise.
    """

    path: Path
    status: Literal["added", "updated", "unchanged", "failed"]
    document_id: str = ""
    locale: str = ""
    passages: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The results of one run, in the order of the files."""

    results: tuple[IngestResult, ...]

    @property
    def failed(self) -> tuple[IngestResult, ...]:
        """The files that did not go in."""
        return tuple(result for result in self.results if result.status == "failed")

    @property
    def changed(self) -> bool:
        """Whether the catalog holds something new, so that the index must follow."""
        return any(result.status in {"added", "updated"} for result in self.results)


def ingest(
    paths: Iterable[Path], catalog: Catalog, facts: FactsTable | None = None, counter: TokenCounter | None = None
) -> IngestReport:
    """Put files, and all files in folders, into the catalog.

    Hidden files and folders are passed over. Symbolic links are followed, each file and folder once.

    Args:
        paths: files and folders.
        catalog: where they go.
        facts: renders fact placeholders; default: the catalog's.
        counter: measures passages; default: tiktoken's cl100k_base.

    Returns:
        One result per file. A file that cannot be used is there as `failed`, with the reason.
    """
    facts = facts or catalog.facts
    counter = counter or TiktokenCounter()
    claimed: dict[tuple[str, str], Path] = {}
    results: list[IngestResult] = []
    for path, fault in _walk(paths):
        if fault:
            results.append(IngestResult(path, "failed", message=fault))
            continue
        try:
            content = read_content(path, path.name)
        except DocumentError as error:
            results.append(IngestResult(path, "failed", message=str(error)))
            continue
        results.append(_ingest(path, content, catalog, facts, counter, claimed))
    return IngestReport(tuple(results))


def ingest_content(
    name: str, content: bytes, catalog: Catalog, facts: FactsTable | None = None, counter: TokenCounter | None = None
) -> IngestResult:
    """Put one uploaded file, called `name`, into the catalog; a failure is in the result, not raised."""
    path = Path(Path(name).name or "document")
    return _ingest(path, content, catalog, facts or catalog.facts, counter or TiktokenCounter(), {})


def _ingest(
    path: Path,
    content: bytes,
    catalog: Catalog,
    facts: FactsTable,
    counter: TokenCounter,
    claimed: dict[tuple[str, str], Path],
) -> IngestResult:
    key = ("", "")
    try:
        document = parse_document(path.name, content, facts)
        key = (document.id, document.locale)
        # Two files of one run that share an id would silently replace each other.
        if key in claimed:
            raise DocumentError(
                f'{path.name}: has the id "{document.id}" of {claimed[key].name}.',
                hint="Rename it, or give it an id of its own in its front matter.",
            )
        passages = len(chunk(document, counter))
        status = catalog.add(document, path.name, content)
    except DocumentError as error:
        return IngestResult(path, "failed", *key, message=str(error))
    claimed[key] = path
    return IngestResult(path, status, *key, passages)


def _walk(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every file once, folders sorted by name, each with `""` or the reason why it cannot be read."""
    seen: set[tuple[int, int]] = set()
    pending = list(paths)[::-1]
    while pending:
        path = pending.pop()
        try:
            status = path.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            if path.is_dir():
                pending.extend(sorted((p for p in path.iterdir() if not p.name.startswith(".")), reverse=True))
                continue
        except (OSError, ValueError) as error:  # a loop of links, a folder that may not be listed, a NUL in a path
            reason = getattr(error, "strerror", None) or "not a valid path"
            yield path, f"{path.name}: cannot be read ({reason}). Check the path and its permissions."
            continue
        yield path, ""
