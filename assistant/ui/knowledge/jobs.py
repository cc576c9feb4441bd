"""Background work: how far it is, and what became of each uploaded file."""

from __future__ import annotations

from html import escape

from assistant.curation.views import FileResult, JobState, JobView
from assistant.ui.knowledge.marks import attribute, bar, button, chip
from assistant.ui.knowledge.words import Words

_TONES = {
    "added": ("ok", "plus"),
    "updated": ("ok", "check"),
    "unchanged": ("quiet", "check"),
    "failed": ("danger", "urgent"),
}


def progress_html(job: JobView, words: Words) -> str:
    """A bar with its figures while the work goes on; why it failed, if it did."""
    if job.state is JobState.FAILED:
        return bar("danger", f"{words.say(f'job_failed_{job.kind}')} {escape(job.message)}", "urgent")
    if job.state is JobState.DONE:
        return ""
    figures = f"{job.done:,} / {job.total:,}" if job.total else words.say("job_waiting")
    value = f' value="{job.done}" max="{job.total}"' if job.total else ""
    return (
        f'<div class="kno-progress"><span>{words.say(f"job_{job.kind}")} '
        f'<span class="kno-soft">{escape(job.current)}</span></span>'
        f'<span class="kno-num">{figures}</span>'
        f'<progress{value} aria-label="{words.say(f"job_{job.kind}")}"></progress></div>'
    )


def upload_html(job: JobView, words: Words) -> str:
    """What became of a file: a line for each document in it."""
    several = len(job.results) > 1  # one is named by the line that it stands in
    lines = "".join(_result(result, words, named=several) for result in job.results)
    return progress_html(job, words) + (f'<ul class="kno-results">{lines}</ul>' if lines else "")


def _result(result: FileResult, words: Words, *, named: bool) -> str:
    tone, mark = _TONES.get(result.status, ("quiet", "info"))
    word = chip(words.known(f"status_{result.status}", result.status), tone, mark)
    about = ""
    if result.document_id:
        opened = (
            f'<button type="button" class="con-link" data-act="open" data-document="{attribute(result.document_id)}"'
            f' data-locale="{attribute(result.locale)}">{escape(result.document_id)} · {escape(result.locale)}</button>'
        )
        about = opened + f'<span class="kno-soft">{words.say("result_passages", count=str(result.passages))}</span>'
        if result.status in {"added", "updated"} and result.number:
            about += button(
                "stage-version",
                words.say("to_basket"),
                "basket",
                small=True,
                document=result.document_id,
                locale=result.locale,
                number=str(result.number),
            )
    message = f'<p class="kno-bad">{escape(result.message)}</p>' if result.message else ""
    name = f'<span class="kno-file">{escape(result.name)}</span>' if named else ""
    return f"<li>{word}{name}{about}{message}</li>"
