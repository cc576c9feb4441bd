"""How documents stand today, from what the catalog keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from assistant.curation.views import DocumentRow, Standing, VersionView
from corpus.catalog import Catalog
from corpus.edition import Edition, State, Version
from corpus.editions import Problem


def document_rows(catalog: Catalog, today: date) -> tuple[DocumentRow, ...]:
    """Every document that is in force on some day, is kept as a draft, or was taken out of force; by id and locale.

    Raises:
        DocumentError: the catalog cannot be read.
    """
    kept: dict[tuple[str, str], list[Version]] = {}
    for version in catalog.versions():
        kept.setdefault((version.document_id, version.locale), []).append(version)
    problems = {(problem.document_id, problem.locale): problem for problem in catalog.problems()}
    rows = {}
    for key, group in groupby(catalog.editions(), key=lambda edition: edition.key):
        rows[key] = _row_in_force(tuple(group), kept.get(key, ()), today)
    for key, versions in kept.items():
        if key not in rows:
            rows[key] = _row_out_of_force(versions, problems.get(key))
    return tuple(rows[key] for key in sorted(rows))


def waiting(versions: Iterable[Version]) -> tuple[Version, ...]:
    """The drafts among the versions of one document that come after all that was published; the newest first.

    Somebody saves a draft three times and publishes the third: the first two are history, and wait for nobody.
    """
    kept = tuple(versions)
    last = max((version.number for version in kept if version.state is State.PUBLISHED), default=0)
    drafts = (version for version in kept if version.state is State.DRAFT and version.number > last)
    return tuple(sorted(drafts, key=lambda version: version.number, reverse=True))


def version_view(version: Version, today: date) -> VersionView:
    """A version for the history of its document."""
    return VersionView(
        document_id=version.document_id,
        locale=version.locale,
        number=version.number,
        standing=_standing_of(version, today),
        name=version.name,
        origin=version.origin,
        effective_from=version.effective_from or version.recorded_at.date(),
        effective_until=version.effective_until,
        recorded_at=version.recorded_at,
        superseded_at=version.superseded_at,
        author=version.author,
        note=version.note,
    )


def _standing_of(version: Version, today: date) -> Standing:
    if version.state is State.DRAFT:
        return Standing.DRAFT
    if version.state is State.DISCARDED or not version.in_force:
        return Standing.REMOVED
    if version.effective_from is not None and version.effective_from > today:
        return Standing.SCHEDULED
    over = version.effective_until is not None and version.effective_until <= today
    return Standing.EXPIRED if over else Standing.LIVE


def _row_in_force(editions: tuple[Edition, ...], versions: Iterable[Version], today: date) -> DocumentRow:
    valid = [edition for edition in editions if edition.document.valid_on(today)]
    shown = valid[0] if valid else editions[-1]
    document = shown.document
    standing = Standing.LIVE
    if not valid:
        standing = Standing.SCHEDULED if editions[0].document.effective_from > today else Standing.EXPIRED
    return DocumentRow(
        document_id=document.id,
        locale=document.locale,
        title=document.title,
        category=document.category,
        standing=standing,
        version=0 if shown.origin == "seed" else document.version,
        effective_from=editions[0].document.effective_from if not valid else document.effective_from,
        effective_until=editions[-1].document.effective_until,
        owner=document.owner,
        review_due=document.review_due,
        origin=shown.origin,
        drafts=len(waiting(versions)),
    )


def _row_out_of_force(versions: list[Version], problem: Problem | None) -> DocumentRow:
    drafts = waiting(versions)
    newest = drafts[0] if drafts else max(versions, key=lambda version: version.number)
    published = any(version.state is State.PUBLISHED for version in versions)
    standing = Standing.DRAFT if drafts and not published else Standing.REMOVED
    return DocumentRow(
        document_id=newest.document_id,
        locale=newest.locale,
        title=newest.title,
        category=newest.category,
        standing=Standing.BROKEN if problem else standing,
        version=newest.number,
        effective_from=newest.effective_from or newest.recorded_at.date(),
        effective_until=newest.effective_until,
        owner=newest.owner,
        review_due=newest.review_due,
        origin=newest.origin,
        drafts=len(drafts),
        problem=problem.message if problem else "",
    )
