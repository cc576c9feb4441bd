"""Documents as the knowledge page sees them: listed, read, compared, taken in and edited, always as drafts."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import PurePath

from assistant.compliance.engine import PolicyEngine
from assistant.curation.guard import Curation
from assistant.curation.jobs import Jobs, Progress
from assistant.curation.lint import lint_articles
from assistant.curation.standing import document_rows, version_view, waiting
from assistant.curation.views import (
    DiffLine,
    DocumentDetail,
    DocumentRow,
    DraftRow,
    DraftText,
    FileResult,
    JobView,
    LineKind,
    LintWarning,
    PassageView,
    Preview,
    Standing,
    VersionView,
)
from assistant.desk.errors import DeskError, Refusal
from assistant.user import User
from corpus.difference import difference
from corpus.edition import Edits, Version
from corpus.errors import DocumentError
from corpus.ingest import IngestResult, ingest_contents
from corpus.loaders import parse_document
from corpus.model import PUBLIC, Document, Passage, PassageKind

EDITABLE = frozenset({".md", ".markdown", ".txt"})
"""Formats whose source can be written in a browser."""
MAX_TEXT = 200_000
"""Characters of a text that is edited in a browser."""


class Library:
    """Reads and keeps documents. What it keeps is a draft: nothing of it is answered before it is published."""

    def __init__(self, curation: Curation, jobs: Jobs, policy: PolicyEngine) -> None:
        self._curation = curation
        self._catalog = curation.catalog
        self._jobs = jobs
        self._policy = policy

    def documents(
        self, user: User, *, text: str = "", standing: Standing | None = None, category: str = "", locale: str = ""
    ) -> tuple[DocumentRow, ...]:
        """Every document that any of the filters leaves, by id and locale.

        Raises:
            DeskError: `FORBIDDEN`, `UNAVAILABLE`.
        """
        self._curation.admit(user)
        wanted = text.strip().casefold()
        return tuple(
            row
            for row in self._rows()
            if (not wanted or wanted in f"{row.document_id} {row.title} {row.owner}".casefold())
            and standing in (None, row.standing)
            and category in ("", row.category)
            and locale in ("", row.locale)
        )

    def standings(self) -> Counter[Standing]:
        """How many documents stand how."""
        return Counter(row.standing for row in self._rows())

    def drafts(self, user: User) -> tuple[DraftRow, ...]:
        """The newest draft of every document that has one waiting, by id and locale. No text is read for it.

        Raises:
            DeskError: `FORBIDDEN`.
        """
        self._curation.admit(user)
        kept: dict[tuple[str, str], list[Version]] = {}
        for version in self._catalog.versions():
            kept.setdefault((version.document_id, version.locale), []).append(version)
        drafts = (waiting(kept[key]) for key in sorted(kept))
        return tuple(_draft_row(newest) for newest, *_ in filter(None, drafts))

    def document(self, user: User, document_id: str, locale: str) -> DocumentDetail:
        """One document with its history, its passages as they are indexed, and what the lint says.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND`, `UNAVAILABLE`.
        """
        self._curation.admit(user)
        rows = [row for row in self._rows() if row.document_id == document_id]
        row = next((row for row in rows if row.locale == locale), None)
        if row is None:
            raise DeskError(Refusal.NOT_FOUND)
        edits = self._catalog.edits(document_id, locale)
        document = self._current(row)
        versions = [v for v in self._catalog.history(document_id) if v.locale == locale]
        text = self._text(document_id, locale, row.version) if versions else None
        draft = next(iter(waiting(versions)), None)
        return DocumentDetail(
            row=row,
            versions=tuple(version_view(version, self._curation.today()) for version in versions),
            passages=self._passages(document, edits) if document else (),
            text=text,
            locales=tuple(row.locale for row in rows),
            questions=document.questions if document else (),
            added=edits.questions,
            warnings=self._warnings(document, text or "") if document else (),
            draft=DraftText(_draft_row(draft), self._text(document_id, locale, draft.number)) if draft else None,
            readable=row.standing is Standing.LIVE and document is not None and self._is_readable(document),
        )

    def passages(self, user: User, document_id: str, locale: str, number: int) -> tuple[PassageView, ...]:
        """The passages that a version would be cut into.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND`, `UNREADABLE` with the reason.
        """
        self._curation.admit(user)
        try:
            document = self._catalog.read(document_id, locale, number)
        except DocumentError as error:
            raise DeskError(Refusal.UNREADABLE, str(error), reason=str(error)) from None
        return self._passages(document, self._catalog.edits(document_id, locale))

    def preview_text(self, user: User, name: str, text: str) -> Preview:
        """The passages that a text would be cut into and what the lint says, while it is written.

        Raises:
            DeskError: `FORBIDDEN`, `TOO_LONG`, `UNREADABLE` with the reason.
        """
        self._curation.admit(user)
        document = self._parsed(name, text)
        return Preview(self._passages(document, Edits()), self._warnings(document, text))

    def diff(self, user: User, document_id: str, locale: str, a: int, b: int) -> tuple[DiffLine, ...]:
        """Two versions compared, line by line.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND`.
        """
        self._curation.admit(user)
        try:
            old, new = (self._catalog.source(document_id, locale, number)[1] for number in (a, b))
        except DocumentError:
            raise DeskError(Refusal.NOT_FOUND) from None
        return tuple(DiffLine(LineKind(line.kind), line.text) for line in difference(old, new))

    def upload(self, user: User, files: Sequence[tuple[str, bytes]]) -> JobView:
        """Takes files in as drafts, in the background.

        Raises:
            DeskError: `FORBIDDEN`.
        """
        self._curation.admit(user)
        kept = [(PurePath(name).name or "document", content) for name, content in files]

        def work(progress: Progress) -> None:
            def told(done: int, total: int, result: IngestResult) -> None:
                progress.result(self._file_result(result))
                progress.at(done, total, result.name)

            ingest_contents(kept, self._catalog, draft=True, author=user.name, progress=told)

        self._curation.record(user, "knowledge.uploaded", "knowledge", {"files": len(kept)})
        return self._jobs.start("upload", len(kept), work)

    def save_text(
        self, user: User, document_id: str, locale: str, text: str, *, name: str, based_on: int, note: str = ""
    ) -> VersionView:
        """Keeps an edited text as a draft.

        Args:
            user: who edits.
            document_id: as the page knows it; a head in the text must not name another.
            locale: like the id.
            text: the whole source.
            name: the file's name, whose suffix says how to read it.
            based_on: number of the newest version that the page has seen; 0 = the seed article or none.
            note: why, for the history.

        Raises:
            DeskError: `FORBIDDEN`, `TOO_LONG`, `UNREADABLE` with the reason, `STALE` when a newer version came.
        """
        self._curation.admit(user)
        document = self._parsed(name, text)
        if document_id and (document.id, document.locale) != (document_id, locale):
            reason = f"id and locale are {document.id} and {document.locale}, not {document_id} and {locale}"
            raise DeskError(Refusal.UNREADABLE, reason, reason=reason)
        key = (document.id, document.locale)
        if self._newest(*key) > based_on:
            raise DeskError(Refusal.STALE)
        self._curation.record(user, "knowledge.drafted", f"document:{document.id}", {"locale": document.locale})
        self._catalog.add(
            document, PurePath(name).name, text.encode(), author=user.name, origin="editor", draft=True, note=note[:500]
        )
        self._curation.changed()
        number = self._newest(*key)
        return version_view(self._catalog.version(*key, number), self._curation.today())

    def discard(self, user: User, document_id: str, locale: str, number: int) -> None:
        """Gives a draft up.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND`.
        """
        self._curation.admit(user)
        self._curation.record(user, "knowledge.discarded", f"document:{document_id}", {"number": number})
        try:
            self._catalog.discard(document_id, locale, number)
        except DocumentError:
            raise DeskError(Refusal.NOT_FOUND) from None
        self._curation.changed()

    def set_owner(self, user: User, document_id: str, locale: str, owner: str) -> None:
        """Says who looks after a document.

        Raises:
            DeskError: `FORBIDDEN`, `TOO_LONG`, `NOT_FOUND` for one that is not the operator's.
        """
        self._curation.admit(user)
        if len(owner) > 100:
            raise DeskError(Refusal.TOO_LONG, limit="100")
        self._curation.record(user, "knowledge.owner", f"document:{document_id}", {"locale": locale, "owner": owner})
        self._own(lambda: self._catalog.set_owner(document_id, locale, owner.strip()))

    def set_review_due(self, user: User, document_id: str, locale: str, day: date | None) -> None:
        """Says by when somebody has to look at a document.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND` for one that is not the operator's.
        """
        self._curation.admit(user)
        due = day.isoformat() if day else ""
        self._curation.record(user, "knowledge.review_due", f"document:{document_id}", {"locale": locale, "day": due})
        self._own(lambda: self._catalog.set_review_due(document_id, locale, day))

    def job(self, user: User, job_id: str) -> JobView:
        """Background work as it is now.

        Raises:
            DeskError: `FORBIDDEN`, `NOT_FOUND`.
        """
        self._curation.admit(user)
        job = self._jobs.get(job_id)
        if job is None:
            raise DeskError(Refusal.NOT_FOUND)
        return job

    def _own(self, change: Callable[[], None]) -> None:
        try:
            change()
        except DocumentError:
            raise DeskError(Refusal.NOT_FOUND) from None
        self._curation.changed()

    def _rows(self) -> tuple[DocumentRow, ...]:
        try:
            return document_rows(self._catalog, self._curation.today())
        except DocumentError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None

    def _current(self, row: DocumentRow) -> Document | None:
        today = self._curation.today()
        key = (row.document_id, row.locale)
        if row.standing is Standing.DRAFT:
            with contextlib.suppress(DocumentError):  # a fact that it quotes is gone; its text can still be mended
                return self._catalog.read(*key, row.version)
            return None
        editions = [edition.document for edition in self._catalog.editions() if edition.key == key]
        return next((document for document in editions if document.valid_on(today)), editions[-1] if editions else None)

    def _is_readable(self, document: Document) -> bool:
        open_to_all = document.audience == PUBLIC and "*" in document.jurisdictions
        return open_to_all and self._policy.region_allows(document.id, document.category, None)

    def _text(self, document_id: str, locale: str, number: int) -> str | None:
        name, content = self._catalog.source(document_id, locale, number)
        if PurePath(name).suffix.lower() not in EDITABLE or len(content) > MAX_TEXT * 4:
            return None
        return content.decode("utf-8-sig", "replace")

    def _newest(self, document_id: str, locale: str) -> int:
        try:
            kept = [v.number for v in self._catalog.history(document_id) if v.locale == locale]
        except DocumentError:
            return 0
        return max(kept, default=0)

    def _parsed(self, name: str, text: str) -> Document:
        if len(text) > MAX_TEXT:
            raise DeskError(Refusal.TOO_LONG, limit=f"{MAX_TEXT:,}")
        try:
            return parse_document(PurePath(name).name or "document.md", text.encode(), self._catalog.facts)
        except DocumentError as error:
            raise DeskError(Refusal.UNREADABLE, str(error), reason=str(error)) from None

    def _passages(self, document: Document, edits: Edits) -> tuple[PassageView, ...]:
        """All passages, hidden ones included and marked, each with the questions that lead to it."""
        cut = self._curation.knowledge.cut(document, Edits(edits.questions))
        asked: dict[str, list[str]] = {}
        for passage in cut:
            if passage.kind is PassageKind.QUESTION:
                asked.setdefault(passage.stands_for, []).append(passage.text)
        return tuple(
            _passage_view(passage, tuple(asked.get(passage.id, ())), hidden=passage.id in edits.hidden)
            for passage in cut
            if passage.kind is not PassageKind.QUESTION
        )

    def _warnings(self, document: Document, text: str) -> tuple[LintWarning, ...]:
        hosts = tuple(host.removeprefix("*.") for host in self._policy.allowlist.hosts)
        faults = lint_articles((document,), {(document.id, document.locale): text}, self._policy, hosts=hosts)
        return tuple(LintWarning(f.rule, f.severity.value, f.place, f.message) for f in faults)

    def _file_result(self, result: IngestResult) -> FileResult:
        number = self._newest(result.document_id, result.locale) if result.document_id else 0
        return FileResult(
            result.name,
            result.status,
            result.document_id,
            result.locale,
            number,
            result.passages,
            result.message,
        )


def _draft_row(version: Version) -> DraftRow:
    return DraftRow(
        version.document_id,
        version.locale,
        version.title,
        version.number,
        version.name,
        version.author,
        version.recorded_at,
    )


def _passage_view(passage: Passage, questions: tuple[str, ...], *, hidden: bool) -> PassageView:
    return PassageView(
        passage.id,
        passage.kind,
        passage.section,
        passage.heading,
        passage.text,
        passage.tokens,
        passage.page,
        passage.part,
        questions,
        hidden,
    )
