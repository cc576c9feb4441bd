"""The page's events: parse the call, ask the service once, present its answer. No rule about documents is here."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from assistant.bootstrap import App
from assistant.curation.publishing import MAX_CHANGES
from assistant.curation.views import DocumentDetail, DraftText, JobState, JobView, Standing
from assistant.desk.errors import DeskError, Refusal
from assistant.ui.knowledge.answer import Answer, Said
from assistant.ui.knowledge.bench import bench_html
from assistant.ui.knowledge.calls import Call, day_of, number_of, parse_call
from assistant.ui.knowledge.changes import basket_html, drafts_html
from assistant.ui.knowledge.compare import diff_html
from assistant.ui.knowledge.document import document_head, versions_html, warnings_html
from assistant.ui.knowledge.documents import count_html, filters_html, list_html
from assistant.ui.knowledge.head import head_html
from assistant.ui.knowledge.jobs import progress_html, upload_html
from assistant.ui.knowledge.marks import bar
from assistant.ui.knowledge.passages import passages_html, questions_html
from assistant.ui.knowledge.report import report_html
from assistant.ui.knowledge.shell import labels, shell_html
from assistant.ui.knowledge.upkeep import contradictions_html, coverage_html, snapshots_html, stale_html
from assistant.ui.knowledge.words import Words
from assistant.ui.staff import staff_of
from assistant.ui.surface import MAX_UPLOAD
from assistant.ui.visitor import locale_of
from assistant.user import User

if TYPE_CHECKING:
    import gradio as gr

Work = Callable[[Call, User, Words], dict[str, Any]]
"""What one event does; the fields of its answer. `DeskError` for a refusal."""


class Handlers:
    """One method for each event, by the name of its port in the page."""

    def __init__(self, app: App) -> None:
        self._app = app

    def all(self) -> dict[str, Work]:
        """Every event by name."""
        names = (
            *("start", "head", "list", "filters", "open", "passages", "diff", "preview", "save", "discard"),
            *("owner", "review", "jobs", "basket", "check", "impact", "publish", "bench"),
            *("upkeep", "dismiss", "rollback"),
        )
        return {name: getattr(self, name) for name in names}

    def answer(self, work: Work, payload: object, request: gr.Request) -> str:
        """Runs one event. A refusal becomes the message line; nothing that is refused leaves as an exception."""
        words = Words(self._app.messages, locale_of(request, self._app.settings.default_locale))
        call = Call(n=number_of(payload))  # a refusal without it would leave the page waiting
        try:
            call = parse_call(payload)
            return Answer(call.n, self._app.clock(), **work(call, staff_of(request), words)).json()
        except DeskError as error:
            return Answer(call.n, self._app.clock(), Said("error", words.refusal(error), error.code)).json()

    def start(self, _call: Call, user: User, words: Words) -> dict[str, Any]:
        """What is the same for every document. It asks no service, so that there is a page to say what is broken."""
        limits = {"limit": MAX_UPLOAD, "most": MAX_CHANGES}
        more = {"labels": labels(words), "locale": words.locale, "user": user.id, **limits}
        return {"html": shell_html(user, self._app.settings.desk_name, MAX_UPLOAD, words), "more": more}

    def head(self, _call: Call, user: User, words: Words) -> dict[str, Any]:
        """The strip below the top bar, and the figures on the tabs."""
        overview = self._app.upkeep.overview(user)
        due = overview.stale + overview.gaps + overview.contradictions
        return {"html": {"head": head_html(overview, words)}, "more": {"counts": {"upkeep": due}}}

    def list(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The documents that the filters leave."""
        rows = self._app.library.documents(
            user, text=call.search, standing=call.wanted_standing, category=call.category, locale=call.locale
        )
        filtered = bool(call.search or call.standing or call.category or call.locale)
        return {"html": {"list": list_html(rows, words, filtered=filtered), "count": count_html(rows, words)}}

    def filters(self, _call: Call, user: User, words: Words) -> dict[str, Any]:
        """What the documents can be filtered by."""
        rows = self._app.library.documents(user)
        locales = sorted({row.locale for row in rows})
        return {"html": {"filters": filters_html(rows, words)}, "more": {"locales": locales}}

    def open(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """One document."""
        return self._document(self._app.library.document(user, call.document, call.locale), words)

    def passages(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The passages that a version is cut into."""
        passages = self._app.library.passages(user, call.document, call.locale, call.number)
        return {"html": {"passages": passages_html(passages, call.locale, words, number=call.number, edit=False)}}

    def diff(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Two versions compared."""
        lines = self._app.library.diff(user, call.document, call.locale, call.other, call.number)
        return {"html": {"diff": diff_html(lines, call.other, call.number, words)}}

    def preview(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The passages of a text that is being written; why it cannot be read is said beside it, not as a message."""
        try:
            preview = self._app.library.preview_text(user, call.name, call.body)
        except DeskError as error:
            if error.code is not Refusal.UNREADABLE:
                raise
            return {"more": {"unreadable": words.refusal(error)}}
        html = {
            "preview-lint": warnings_html(preview.warnings, words, "kno-preview-lint"),
            "preview": passages_html(preview.passages, call.locale, words, edit=False),
        }
        return {"html": html, "more": {"unreadable": ""}}

    def save(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Keeps the editor's text as a draft."""
        version = self._app.library.save_text(
            user, call.document, call.locale, call.body, name=call.name, based_on=call.other, note=call.note
        )
        said = Said("ok", words.plain("said_saved", number=str(version.number)))
        saved = {"saved": version.number, "document": version.document_id, "locale": version.locale}
        return {"said": said, "more": saved}

    def discard(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Gives a draft up."""
        self._app.library.discard(user, call.document, call.locale, call.number)
        return {"said": Said("ok", words.plain("said_discarded", number=str(call.number))), "more": {"done": True}}

    def owner(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Says who looks after a document."""
        self._app.library.set_owner(user, call.document, call.locale, call.owner)
        return {"said": Said("ok", words.plain("said_owner")), "more": {"done": True}}

    def review(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Says by when somebody has to look at a document."""
        self._app.library.set_review_due(user, call.document, call.locale, day_of(call.day))
        return {"said": Said("ok", words.plain("said_review")), "more": {"done": True}}

    def jobs(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """How far background work is. A job that is forgotten is told as lost."""
        return {"more": {"jobs": {job_id: self._job(job_id, user, words) for job_id in call.jobs}}}

    def basket(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The intended changes, and the drafts that could be among them."""
        changes = [change.change() for change in call.changes]
        about = [change.about for change in call.changes]
        library = self._app.library
        html = {
            "basket": basket_html(changes, about, library.documents(user) if changes else (), words),
            "drafts": drafts_html(library.drafts(user), changes, words),
        }
        return {"html": html}

    def check(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Starts to ask every known question before and after the changes."""
        job = self._app.publishing.check(user, [change.change() for change in call.changes])
        return {"html": {"progress": progress_html(job, words), "report": ""}, "more": {"job": job.id}}

    def impact(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """The report, once it is there."""
        report = self._app.publishing.impact(user, call.id)
        if report is None:
            return {"more": {"report": ""}}
        return {"html": {"report": report_html(report, words)}, "more": {"report": report.id, "drops": report.drops}}

    def publish(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Puts the changes of a report in force."""
        job = self._app.publishing.publish(user, call.id, override=call.reason)
        return {"html": {"progress": progress_html(job, words)}, "more": {"job": job.id}}

    def bench(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Searches as answers do."""
        found = self._app.bench.search(
            user,
            call.body,
            as_of=day_of(call.day),
            locale=call.locale,
            jurisdiction=call.jurisdiction.strip() or None,
            product=call.product.strip() or None,
        )
        return {"html": {"bench": bench_html(found, words)}, "more": {"answers": found.answers}}

    def upkeep(self, _call: Call, user: User, words: Words) -> dict[str, Any]:
        """What has to be looked at; a part that cannot be read says so in its place."""
        upkeep = self._app.upkeep
        parts: dict[str, Callable[[], str]] = {
            "stale": lambda: stale_html(upkeep.staleness(user), words),
            "contradictions": lambda: contradictions_html(upkeep.contradictions(user), words),
            "coverage": lambda: coverage_html(upkeep.coverage(user), words),
            "snapshots": lambda: snapshots_html(upkeep.snapshots(user), words),
        }
        return {"html": {name: _shown(part, words) for name, part in parts.items()}}

    def dismiss(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Says that a contradiction is none."""
        self._app.upkeep.dismiss(user, call.id, call.reason)
        return {"said": Said("ok", words.plain("said_dismissed")), "more": {"done": True}}

    def rollback(self, call: Call, user: User, words: Words) -> dict[str, Any]:
        """Lets the snapshot before the current one answer."""
        snapshot = self._app.upkeep.rollback(user, call.reason)
        return {"said": Said("ok", words.plain("said_rolled_back", snapshot=snapshot.id)), "more": {"done": True}}

    def _document(self, detail: DocumentDetail, words: Words) -> dict[str, Any]:
        row = detail.row
        unpublished = row.standing is Standing.DRAFT
        html = {
            "document": document_head(detail, words),
            "lint": warnings_html(detail.warnings, words, "kno-lint"),
            "questions": questions_html(detail.questions, detail.added, words),
            "passages": passages_html(
                detail.passages,
                row.locale,
                words,
                number=row.version if unpublished else None,
                edit=not unpublished,
                back=False,
            ),
            "versions": versions_html(detail, words),
        }
        newest = max((version.number for version in detail.versions), default=0)
        name = next((version.name for version in detail.versions if version.number == row.version), "")
        document = {
            "id": row.document_id,
            "locale": row.locale,
            "title": row.title,
            "version": row.version,
            "newest": newest,
            "text": detail.text,
            "name": name or f"{row.document_id}.md",
            "added": list(detail.added),
            "draft": _draft_part(detail.draft),
        }
        return {"html": html, "more": {"document": document}}

    def _job(self, job_id: str, user: User, words: Words) -> dict[str, Any]:
        try:
            job = self._app.library.job(user, job_id)
        except DeskError as error:
            if error.code is not Refusal.NOT_FOUND:
                raise
            job = JobView(job_id, "lost", JobState.FAILED, 0, 0)
        return _job_part(job, words)


def _draft_part(draft: DraftText | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    row = draft.row
    recorded = row.recorded_at.isoformat(timespec="seconds")
    return {"number": row.number, "name": row.name, "author": row.author, "at": recorded, "text": draft.text}


def _job_part(job: JobView, words: Words) -> dict[str, Any]:
    drafts = [
        {"document": result.document_id, "locale": result.locale, "number": result.number}
        for result in job.results
        if result.status in {"added", "updated"} and result.number
    ]
    failed = sum(result.status == "failed" for result in job.results)
    return {
        "state": job.state.value,
        "html": upload_html(job, words),
        "drafts": drafts,
        "failed": failed or int(job.state is JobState.FAILED),
    }


def _shown(part: Callable[[], str], words: Words) -> str:
    try:
        return part()
    except DeskError as error:
        if error.code is Refusal.FORBIDDEN:
            raise
        return bar("danger", escape(words.refusal(error)), "urgent")
