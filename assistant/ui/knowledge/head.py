"""The strip below the top bar: which snapshot answers, how many documents stand how, and what is wrong."""

from __future__ import annotations

from html import escape

from assistant.curation.upkeep_views import Overview
from assistant.curation.views import Standing
from assistant.ui.knowledge.marks import icon, when
from assistant.ui.knowledge.words import Words


def head_html(overview: Overview, words: Words) -> str:
    """One line of figures, and the problems in a fold that opens."""
    counts = "".join(
        f'<button type="button" class="kno-figure" data-act="standing" data-standing="{standing}">'
        f"<b>{overview.standings.get(standing, 0)}</b> {words.say(f'standing_{standing}')}</button>"
        for standing in Standing
        if overview.standings.get(standing, 0) or standing is Standing.LIVE
    )
    return (
        f'<div class="kno-force">{_snapshot(overview, words)}</div><div class="kno-figures">{counts}</div>'
        + _problems(overview, words)
    )


def _snapshot(overview: Overview, words: Words) -> str:
    snapshot = overview.snapshot
    if snapshot is None:
        return f'<span class="kno-bad">{icon("urgent")}{words.say("snapshot_none")}</span>'
    size = words.say("snapshot_size", documents=f"{snapshot.documents:,}", passages=f"{snapshot.passages:,}")
    return (
        f"{icon('layers')}<span>{words.say('snapshot_in_force')}</span>"
        f'<code class="con-id">{escape(snapshot.id)}</code>'
        f'<span class="kno-soft">{when(snapshot.created)} · {size}</span>'
    )


def _problems(overview: Overview, words: Words) -> str:
    if not overview.problems:
        return ""
    items = "".join(f"<li>{escape(problem)}</li>" for problem in overview.problems)
    return (
        f'<details class="kno-problems" id="kno-problems"><summary>{icon("urgent")}'
        f"{words.say('problems', count=str(len(overview.problems)))}</summary><ul>{items}</ul></details>"
    )
