"""Files and folders into the catalog: one result per document, and one bad file never stops the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from corpus.batch import add_batch
from corpus.catalog import Catalog, NewDocument
from corpus.chunking import chunk
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document, read_content
from corpus.loaders.expand import expand
from corpus.tokens import TiktokenCounter, TokenCounter

BATCH = 50
"""Documents that go in with one transaction; fewer when they take long, so that progress is seen."""
_BATCH_SECONDS = 2.0
_BATCH_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one document.

    Attributes:
        path: the file as found under the paths given.
        document_id: empty when it failed before it was known; the same for `locale`.
        passages: how many passages it is cut into; 0 when it failed.
        message: why it failed and what to do; empty otherwise.
        part: which part of the file (a member of an archive, an attachment, an article of a list); `""` = the file.
    """

    path: Path
    status: Literal["added", "updated", "unchanged", "failed"]
    document_id: str = ""
    locale: str = ""
    passages: int = 0
    message: str = ""
    part: str = ""

    @property
    def name(self) -> str:
        """The part, or the file's name."""
        return self.part or self.path.name


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The results of one run, in the order of the files."""

    results: tuple[IngestResult, ...]

    @property
    def failed(self) -> tuple[IngestResult, ...]:
        """What did not go in."""
        return tuple(result for result in self.results if result.status == "failed")

    @property
    def changed(self) -> bool:
        """Whether the catalog holds something new."""
        return any(result.status in {"added", "updated"} for result in self.results)


Progress = Callable[[int, int, IngestResult], None]
"""Called for every result with how many there are, how many are expected (it grows as archives open), and itself."""


def ingest(
    paths: Iterable[Path],
    catalog: Catalog,
    facts: FactsTable | None = None,
    counter: TokenCounter | None = None,
    *,
    draft: bool = False,
    author: str = "",
    note: str = "",
    progress: Progress | None = None,
) -> IngestReport:
    """Put files, and all files in folders, into the catalog.

    Hidden files and folders are passed over. Symbolic links are followed, each file and folder once. An archive, a mail
    with attachments and a list of articles are several documents. Two of one run with the same id and locale: the
    first goes in, the other one fails.

    Args:
        paths: files and folders.
        catalog: where they go.
        facts: renders fact placeholders; default: the catalog's.
        counter: measures passages; default: tiktoken's cl100k_base.
        draft: keep them as drafts, which are not answered from until they are published.
        author: who does it, for the history.
        note: why, for the history.
        progress: hears of every result as soon as it is certain.

    Returns:
        One result per document. What cannot be used is there as `failed`, with the reason.
    """
    found = list(_walk(paths))
    run = _Run(catalog, facts, counter, len(found), draft=draft, author=author, note=note, progress=progress)
    for path, fault in found:
        if fault:
            run.fail(path, fault)
            continue
        try:
            content = read_content(path, path.name)
        except DocumentError as error:
            run.fail(path, str(error))
            continue
        run.take(path, content)
    return run.report()


def ingest_contents(
    files: Sequence[tuple[str, bytes]],
    catalog: Catalog,
    facts: FactsTable | None = None,
    counter: TokenCounter | None = None,
    *,
    draft: bool = False,
    author: str = "",
    note: str = "",
    progress: Progress | None = None,
) -> IngestReport:
    """Put uploaded files (name, content) into the catalog, as `ingest` does; failures are in the report, not raised."""
    run = _Run(catalog, facts, counter, len(files), draft=draft, author=author, note=note, progress=progress)
    for name, content in files:
        run.take(Path(Path(name).name or "document"), content)
    return run.report()


def ingest_content(
    name: str, content: bytes, catalog: Catalog, facts: FactsTable | None = None, counter: TokenCounter | None = None
) -> IngestResult:
    """Put one file that is one document, called `name`, into the catalog; a failure is in the result, not raised."""
    return ingest_contents([(name, content)], catalog, facts, counter).results[0]


@dataclass(slots=True)
class _Batch:
    """Results in order; those with an addition are certain only when the batch is in."""

    results: list[tuple[IngestResult, NewDocument | None]] = field(default_factory=list)
    begun: float = 0.0
    additions: int = 0
    size: int = 0

    @property
    def is_full(self) -> bool:
        return (
            self.additions >= BATCH
            or self.size >= _BATCH_BYTES
            or (self.additions > 0 and time.monotonic() - self.begun > _BATCH_SECONDS)
        )


class _Run:
    """One run: what it has taken, and what it still holds back for the next transaction."""

    def __init__(
        self,
        catalog: Catalog,
        facts: FactsTable | None,
        counter: TokenCounter | None,
        files: int,
        *,
        draft: bool,
        author: str,
        note: str,
        progress: Progress | None,
    ) -> None:
        self._catalog = catalog
        self._facts = facts or catalog.facts
        self._counter = counter or TiktokenCounter()
        self._files_left = files
        self._draft = draft
        self._author = author
        self._note = note
        self._progress = progress
        self._claimed: dict[tuple[str, str], str] = {}
        self._batch = _Batch()
        self._results: list[IngestResult] = []

    def take(self, path: Path, content: bytes) -> None:
        """Takes the documents of one file."""
        self._files_left -= 1
        for found in expand(path.name, content):
            part = "" if found.name == path.name else found.name
            if found.fault:
                self._hold(IngestResult(path, "failed", message=found.fault, part=part))
            else:
                self._take_part(path, part, found.content)

    def fail(self, path: Path, message: str) -> None:
        """Notes a file that cannot be read."""
        self._files_left -= 1
        self._hold(IngestResult(path, "failed", message=message))

    def report(self) -> IngestReport:
        """Puts in what is held back; the results of the run."""
        self._flush()
        return IngestReport(tuple(self._results))

    def _take_part(self, path: Path, part: str, content: bytes) -> None:
        name = part or path.name
        key = ("", "")
        try:
            document = parse_document(name, content, self._facts)
            key = (document.id, document.locale)
            # Two files of one run that share an id would silently replace each other.
            if key in self._claimed:
                raise DocumentError(
                    f'{name}: has the id "{document.id}" of {self._claimed[key]}.',
                    hint="Rename it, or give it an id of its own in its front matter.",
                )
            passages = len(chunk(document, self._counter))
        except DocumentError as error:
            self._hold(IngestResult(path, "failed", *key, message=str(error), part=part))
            return
        self._claimed[key] = name
        addition = NewDocument(document, name, content, note=self._note)
        self._hold(IngestResult(path, "unchanged", *key, passages, part=part), addition)

    def _hold(self, result: IngestResult, addition: NewDocument | None = None) -> None:
        batch = self._batch
        batch.results.append((result, addition))
        if addition is not None:
            batch.begun = batch.begun or time.monotonic()
            batch.additions += 1
            batch.size += len(addition.content)
        if batch.is_full or not batch.additions:
            self._flush()

    def _flush(self) -> None:
        batch, self._batch = self._batch, _Batch()
        additions = [addition for _, addition in batch.results if addition is not None]
        outcomes = iter(add_batch(self._catalog, additions, author=self._author, draft=self._draft))
        waiting = len(batch.results) + self._files_left
        for at, (result, addition) in enumerate(batch.results):
            certain = result
            if addition is not None:
                status, message = next(outcomes)
                certain = replace(result, status=status, message=message, passages=0 if message else result.passages)
            self._results.append(certain)
            if self._progress is not None:
                done = len(self._results)
                self._progress(done, done + waiting - at - 1, certain)


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
