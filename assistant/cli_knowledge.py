"""The operator's commands for documents: what is there and what was, in and out of force, and what is wrong with it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from assistant.bootstrap import App
from assistant.curation.lint import lint_articles, lint_macros
from assistant.curation.views import Change, ChangeKind
from assistant.customer import reply_language
from assistant.errors import InquiryError
from assistant.terminal import Json, open_app, print_json, say
from corpus.difference import difference
from corpus.edition import State, Version
from corpus.errors import DocumentError
from corpus.guides import lint_guides, load_guides
from corpus.lint import Severity
from corpus.macros import nearest
from corpus.model import Document
from corpus.staleness import stale
from corpus.sync import sync_site
from corpus.topics import coverage, load_topics

_REGRESSION = 3
"""Exit code when an answer gets worse."""

corpus_cli = typer.Typer(help="Documents: list, check, publish, expire, remove, bring back.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The document's id.")]
OneLocale = Annotated[str | None, typer.Option("--locale", help="One language (BCP-47); all when left out.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="A day.")]
OnDay = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="As it holds on this day.")]
KnownAt = Annotated[
    datetime | None,
    typer.Option("--known-at", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="As the catalog was then (UTC)."),
]


@corpus_cli.command("list")
def corpus_list(as_of: OnDay = None, known_at: KnownAt = None, as_json: Json = False) -> None:
    """List the documents that hold today, or on another day."""
    with closing(open_app()) as app:
        for document in app.catalog.documents(_day(as_of), _moment(known_at)):
            _show(_document_json(document), f"{document.id} [{document.locale}] {document.title}", as_json)
        for problem in app.catalog.problems():
            say(f"{problem.document_id} [{problem.locale}] is out of force: {problem.message}")


@corpus_cli.command("show")
def corpus_show(
    document_id: Id, locale: OneLocale = None, as_of: OnDay = None, known_at: KnownAt = None, as_json: Json = False
) -> None:
    """Print the passages of a document as they hold on a day."""
    with closing(open_app()) as app:
        found = [
            document
            for document in app.catalog.documents(_day(as_of), _moment(known_at))
            if document.id == document_id and locale in (None, document.locale)
        ]
        if not found:
            raise DocumentError(f'"{document_id}" does not hold on that day.', hint="See `proofdesk corpus history`.")
        for document in found:
            for passage in app.knowledge.cut(document, app.catalog.edits(document.id, document.locale)):
                row = {
                    "document_id": document.id,
                    "locale": document.locale,
                    "version": document.version,
                    "passage_id": passage.id,
                    "kind": passage.kind.value,
                    "section": passage.section.value,
                    "heading": passage.heading,
                    "text": passage.text,
                    "tokens": passage.tokens,
                }
                _show(row, f"{passage.id} {passage.kind.value:8} {passage.text}", as_json)


@corpus_cli.command("history")
def corpus_history(document_id: Id, as_json: Json = False) -> None:
    """List every version ever kept, the newest first."""
    with closing(open_app()) as app:
        for version in app.catalog.history(document_id):
            until = version.effective_until or ""
            line = (
                f"{version.locale} v{version.number} {version.state.value}{' in force' if version.in_force else ''}"
                f"  {version.effective_from or ''}…{until}  kept {version.recorded_at:%Y-%m-%d %H:%M}  {version.name}"
            )
            _show(_version_json(version), line, as_json)


@corpus_cli.command("diff")
def corpus_diff(document_id: Id, locale: str, old: int, new: int, as_json: Json = False) -> None:
    """Compare two versions line by line; 0 is the seed article."""
    with closing(open_app()) as app:
        lines = difference(*(app.catalog.source(document_id, locale, number)[1] for number in (old, new)))
    for line in lines:
        _show({"kind": line.kind, "text": line.text}, f"{line.mark}{line.text}", as_json)


@corpus_cli.command("publish")
def corpus_publish(
    document_id: Id,
    locale: str,
    number: int,
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day it holds.")] = None,
    as_json: Json = False,
) -> None:
    """Put a version in force."""
    with closing(open_app()) as app:
        manifest = app.knowledge.publish(document_id, locale, number, effective_from=_day(start))
    _done(document_id, f"version {number} is in force", manifest.id, as_json)


@corpus_cli.command("expire")
def corpus_expire(document_id: Id, day: Day, locale: OneLocale = None, as_json: Json = False) -> None:
    """Let a document hold until a day; earlier days stay answerable."""
    with closing(open_app()) as app:
        manifest = app.knowledge.expire(document_id, day.date(), locale=locale)
    _done(document_id, f"holds until {day:%Y-%m-%d}", manifest.id, as_json)


@corpus_cli.command("remove")
def corpus_remove(document_id: Id, locale: OneLocale = None, as_json: Json = False) -> None:
    """Take a document out of force for every day. What was kept stays kept."""
    with closing(open_app()) as app:
        manifest = app.knowledge.remove(document_id, locale=locale)
    _done(document_id, "is out of force", manifest.id, as_json)


@corpus_cli.command("restore")
def corpus_restore(
    document_id: Id,
    locale: OneLocale = None,
    number: Annotated[int | None, typer.Option(help="Which version; the newest published one when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Bring back what was removed or replaced."""
    with closing(open_app()) as app:
        manifest = app.knowledge.restore(document_id, locale, number)
    _done(document_id, "is back in force", manifest.id, as_json)


@corpus_cli.command("sync")
def corpus_sync(
    urls: Annotated[list[str], typer.Argument(help="Pages, or sitemaps (…/sitemap.xml).")],
    private_host: Annotated[
        list[str] | None, typer.Option("--allow-private", help="A host that may be at a private address.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Go on although many known pages are gone at once.")] = False,
    as_json: Json = False,
) -> None:
    """Take in the pages of a site, and follow its changes the next time.

    Exit code 1: a page failed, or nothing was changed because too many pages are gone.
    """
    with closing(open_app()) as app:
        report = sync_site(
            urls, app.catalog, app.settings.data_dir, private_hosts=private_host or (), author="sync", force=force
        )
        if report.changed:
            app.knowledge.build()
    for result in report.results:
        row = {
            "url": result.url,
            "status": result.status,
            "document_id": result.document_id,
            "locale": result.locale,
            "error": result.message or None,
        }
        _show(row, f"{result.status:9}  {result.url}  {result.message or result.document_id}", as_json)
    if report.refused:
        say(f"Nothing was changed: {report.refused}")
    if report.refused or report.failed:
        raise typer.Exit(1)


@corpus_cli.command("check")
def corpus_check(as_json: Json = False) -> None:
    """Ask every known question before and after all drafts are published. Nothing is published.

    Exit code 3: an answer gets worse.
    """
    with closing(open_app()) as app:
        drafts = [version for version in app.catalog.versions() if version.state is State.DRAFT]
        newest = {(version.document_id, version.locale): version.number for version in drafts}
        if not newest:
            say("There is no draft.")
            return
        report = app.publishing.try_out(
            [Change(ChangeKind.PUBLISH, *key, number=number) for key, number in newest.items()]
        )
    for case in report.cases:
        row = {
            "id": case.id,
            "source": case.source,
            "question": case.question,
            "verdict": case.verdict.value,
            "expected": case.expected,
            "before": {"action": case.before.action, "document_id": case.before.document_id},
            "after": {"action": case.after.action, "document_id": case.after.document_id},
        }
        line = f"{case.verdict.value:8} {case.question[:60]}  {case.before.document_id} → {case.after.document_id}"
        _show(row, line, as_json)
    say(f"{report.right_before} of {report.total} right before, {report.right_after} after.")
    if report.drops:
        raise typer.Exit(_REGRESSION)


@corpus_cli.command("stale")
def corpus_stale(as_of: OnDay = None, as_json: Json = False) -> None:
    """List documents whose review is due, or whose last day is near or past."""
    with closing(open_app()) as app:
        for item in stale(app.catalog.editions(), _day(as_of) or app.clock().date()):
            row = {
                "document_id": item.document_id,
                "locale": item.locale,
                "title": item.title,
                "owner": item.owner,
                "reason": item.reason,
                "day": item.day.isoformat(),
            }
            _show(row, f"{item.day} {item.reason:10} {item.document_id} [{item.locale}] {item.owner}", as_json)


@corpus_cli.command("coverage")
def corpus_coverage(as_json: Json = False) -> None:
    """Count documents per topic and language; topics without any are gaps."""
    with closing(open_app()) as app:
        for leaf in coverage(load_topics(), app.catalog.documents()):
            gaps = leaf.lacks(("zh-CN", "en"))
            row = {
                "topic": leaf.topic.id,
                "group": leaf.topic.group,
                "documents": dict(leaf.documents),
                "questions": leaf.questions,
                "gaps": list(gaps),
            }
            counts = " ".join(f"{locale}:{count}" for locale, count in sorted(leaf.documents.items()))
            _show(row, f"{leaf.topic.id:24} {counts} {'GAP ' + ','.join(gaps) if gaps else ''}".rstrip(), as_json)


@corpus_cli.command("contradictions")
def corpus_contradictions(as_json: Json = False) -> None:
    """List pairs of documents that give one figure differently, dismissed ones last."""
    with closing(open_app()) as app:
        found = sorted(app.upkeep.found(), key=lambda pair: (bool(pair[1]), pair[0].id))
    for item, dismissed in found:
        sides = [
            {
                "document_id": claim.passage.document_id,
                "locale": claim.passage.locale,
                "value": claim.value,
                "text": claim.text,
            }
            for claim in (item.first, item.second)
        ]
        row = {"id": item.id, "sides": sides, "dismissed": dismissed or None}
        lines = [f"  {side['document_id']} [{side['locale']}] {side['value']}: {side['text']}" for side in sides]
        _show(row, "\n".join([f"{item.id}  {dismissed}".rstrip(), *lines]), as_json)
    still_open = sum(not dismissed for _, dismissed in found)
    say(f"{still_open} open, {len(found) - still_open} dismissed.")


@corpus_cli.command("macros")
def corpus_macros(
    locale: Annotated[
        str | None, typer.Option("--locale", help="In which language; the desk's own when left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the agents' macros with their facts put in, and what is wrong with your own file."""
    try:
        wanted = reply_language(locale) if locale else ""
    except InquiryError as error:
        raise typer.BadParameter(str(error), param_hint="--locale") from error
    with closing(open_app()) as app:
        language = nearest(wanted or app.settings.default_locale)
        book = app.macro_book
        for macro in book.macros():
            row = {
                "id": macro.id,
                "category": macro.category.value,
                "title": macro.title(language),
                "topic": macro.topic or None,
                "locale": language,
                "text": macro.text(language, book.facts),
                "variables": list(macro.variables(language)),
                "own": macro.own,
            }
            _show(row, f"{macro.category:10} {macro.id}  {row['title']}\n           {row['text']}", as_json)
        for problem in book.problems():
            say(f"Not used: {problem}")


@corpus_cli.command("lint")
def corpus_lint(as_json: Json = False) -> None:
    """Check every article: answers, steps, figures, promotion, unlawful claims, addresses, languages; guides; macros.

    Exit code 1: there are errors.
    """
    with closing(open_app()) as app:
        documents = app.catalog.documents()
        faults = lint_articles(documents, _sources(app), app.policy, topics=load_topics(), hosts=_hosts(app))
        faults += lint_guides(load_guides().values(), documents)
        faults += lint_macros(app.macro_book, app.policy)
    for fault in faults:
        place = f" ({fault.place})" if fault.place else ""
        row = {
            "rule": fault.rule,
            "severity": fault.severity.value,
            "document_id": fault.document_id,
            "locale": fault.locale,
            "place": fault.place,
            "message": fault.message,
        }
        line = f"{fault.severity.value:7} {fault.document_id} [{fault.locale}]{place} {fault.rule}: {fault.message}"
        _show(row, line, as_json)
    errors = sum(fault.severity is Severity.ERROR for fault in faults)
    say(f"{errors} errors, {len(faults) - errors} warnings.")
    if errors:
        raise typer.Exit(1)


def _sources(app: App) -> dict[tuple[str, str], str]:
    """The texts of all articles in force, before facts are put in."""
    sources: dict[tuple[str, str], str] = {}
    for document in app.catalog.documents():
        if document.source and document.locale != "zh-TW":
            _, content = app.catalog.source(document.id, document.locale, _number(app, document))
            sources[document.id, document.locale] = content.decode("utf-8", "replace")
    return sources


def _number(app: App, document: Document) -> int:
    versions = [v for v in app.catalog.history(document.id) if v.locale == document.locale and v.in_force]
    return max((v.number for v in versions if v.number == document.version), default=0)


def _hosts(app: App) -> tuple[str, ...]:
    return tuple(host.removeprefix("*.") for host in app.policy.allowlist.hosts)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _moment(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _document_json(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "locale": document.locale,
        "title": document.title,
        "category": document.category,
        "version": document.version,
        "effective_from": document.effective_from.isoformat(),
        "effective_until": document.effective_until.isoformat() if document.effective_until else None,
        "owner": document.owner,
    }


def _version_json(version: Version) -> dict[str, Any]:
    return {
        "document_id": version.document_id,
        "locale": version.locale,
        "number": version.number,
        "state": version.state.value,
        "in_force": version.in_force,
        "title": version.title,
        "name": version.name,
        "origin": version.origin,
        "effective_from": version.effective_from.isoformat() if version.effective_from else None,
        "effective_until": version.effective_until.isoformat() if version.effective_until else None,
        "recorded_at": version.recorded_at.isoformat(),
        "superseded_at": version.superseded_at.isoformat() if version.superseded_at else None,
        "author": version.author,
        "note": version.note,
    }


def _show(row: dict[str, Any], line: str, as_json: bool) -> None:
    if as_json:
        print_json(row)
    else:
        typer.echo(line)


def _done(document_id: str, what: str, snapshot: str, as_json: bool) -> None:
    _show({"document_id": document_id, "done": what, "snapshot": snapshot}, f"{document_id}: {what}", as_json)
