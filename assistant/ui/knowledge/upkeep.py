"""What somebody has to look at: stale documents, gaps, contradictions; and the generations of the index."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from assistant.curation.upkeep_views import ContradictionView, CoverageLeaf, SnapshotView, StaleView
from assistant.ui.knowledge.marks import attribute, button, chip, day, icon, megabytes, when
from assistant.ui.knowledge.words import Words
from corpus.lint import REQUIRED_LOCALES

"""Locales in which every topic has to have a document."""
_REASONS = {"expired": ("danger", "urgent"), "expiring": ("warn", "clock"), "review_due": ("warn", "calendar")}


def stale_html(items: Sequence[StaleView], words: Words) -> str:
    """Documents whose review is due, or whose last day is near or past."""
    if not items:
        return _fine(words.say("stale_none"))
    rows = "".join(
        f"<tr><td>{_open(item.document_id, item.locale, item.title)}"
        f'<span class="con-id">{escape(item.document_id)} · {escape(item.locale)}</span></td>'
        f"<td>{_reason(item.reason, words)}</td>"
        f"<td>{day(item.day)}</td><td>{escape(item.owner) or '–'}</td></tr>"
        for item in items
    )
    head = "".join(
        f'<th scope="col">{words.say(f"column_{name}")}</th>' for name in ("document", "reason", "day", "owner")
    )
    return f'<div class="kno-table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def coverage_html(leaves: Sequence[CoverageLeaf], words: Words) -> str:
    """A line for each topic with its documents per locale; empty leaves are flagged."""
    if not leaves:
        return f'<p class="con-none">{words.say("coverage_none")}</p>'
    extra = sorted(
        {locale for leaf in leaves for locale, count in leaf.documents.items() if count} - set(REQUIRED_LOCALES)
    )
    locales = (*REQUIRED_LOCALES, *extra)
    gaps = sum(not leaf.documents.get(locale) for leaf in leaves for locale in REQUIRED_LOCALES)
    said = words.say("coverage_gaps", count=str(gaps)) if gaps else words.say("coverage_full")
    heads = f'<th scope="col">{words.say("column_topic")}</th>' + "".join(
        f'<th scope="col" class="kno-num">{escape(locale)}</th>' for locale in locales
    )
    heads += "".join(
        f'<th scope="col" class="kno-num">{words.say(f"column_{name}")}</th>' for name in ("questions", "passages")
    )
    bodies = "".join(
        _group(group, tuple(members), locales, words)
        for group, members in groupby(sorted(leaves, key=lambda leaf: leaf.group), key=lambda leaf: leaf.group)
    )
    return (
        f'<p class="kno-summary"><span>{said}</span><label class="kno-check"><input type="checkbox" id="kno-only-gaps">'
        f"{words.say('only_gaps')}</label></p>"
        f'<div class="kno-table" id="kno-coverage-map" tabindex="0" role="region"'
        f' aria-label="{words.say("upkeep_coverage")}"><table><thead><tr>{heads}</tr></thead>{bodies}</table></div>'
    )


def contradictions_html(items: Sequence[ContradictionView], words: Words) -> str:
    """Pairs of sentences side by side; dismissed ones folded away with their reasons."""
    opened = [item for item in items if not item.dismissed]
    settled = [item for item in items if item.dismissed]
    html = "".join(_pair(item, words) for item in opened) or _fine(words.say("contradictions_none"))
    if settled:
        html += (
            f'<details class="kno-fold"><summary>{words.say("contradictions_dismissed", count=str(len(settled)))}'
            f"</summary>{''.join(_pair(item, words) for item in settled)}</details>"
        )
    return html


def snapshots_html(items: Sequence[SnapshotView], words: Words) -> str:
    """Generations of the index, newest first, and the way back."""
    if not items:
        return f'<p class="con-none">{words.say("snapshot_none")}</p>'
    head = "".join(f'<th scope="col">{words.say(f"column_{name}")}</th>' for name in ("snapshot", "created"))
    head += "".join(
        f'<th scope="col" class="kno-num">{words.say(f"column_{name}")}</th>'
        for name in ("documents", "passages", "size")
    )
    rows = "".join(
        f'<tr{" data-current=1" if item.current else ""}><th scope="row"><code class="con-id">{escape(item.id)}</code> '
        f"{chip(words.say('in_force'), 'ok', 'check') if item.current else ''}</th><td>{when(item.created)}</td>"
        f'<td class="kno-num">{item.documents:,}</td><td class="kno-num">{item.passages:,}</td>'
        f'<td class="kno-num">{megabytes(item.size_bytes)}</td></tr>'
        for item in items
    )
    older = any(item.current for item in items[:-1])
    back = button("ask-rollback", words.say("rollback"), "undo", look="danger") if older else ""
    return (
        f'<div class="kno-table" tabindex="0" role="region" aria-label="{words.say("upkeep_snapshots")}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<div class="con-buttons">{back}</div>'
    )


def _group(group: str, leaves: Sequence[CoverageLeaf], locales: Sequence[str], words: Words) -> str:
    rows = "".join(_leaf(leaf, locales, words) for leaf in leaves)
    title = words.known(f"category_{group}", group)
    head = f'<tr class="kno-group"><th scope="rowgroup" colspan="{len(locales) + 3}">{title}</th></tr>'
    return f"<tbody>{head}{rows}</tbody>"


def _leaf(leaf: CoverageLeaf, locales: Sequence[str], words: Words) -> str:
    cells = ""
    for locale in locales:
        count = leaf.documents.get(locale, 0)
        if count:
            cells += f'<td class="kno-num">{count}</td>'
        elif locale in REQUIRED_LOCALES:
            cells += f'<td class="kno-gap-cell">{chip(words.say("gap"), "warn", "urgent")}</td>'
        else:
            cells += '<td class="kno-num kno-soft">0</td>'
    lacks = any(not leaf.documents.get(locale) for locale in REQUIRED_LOCALES)
    return (
        f'<tr{" data-gap=1" if lacks else ""}><th scope="row">{escape(leaf.title(words.locale))}'
        f'<span class="con-id">{escape(leaf.topic)}</span></th>{cells}'
        f'<td class="kno-num">{leaf.questions}</td><td class="kno-num">{leaf.passages}</td></tr>'
    )


def _pair(item: ContradictionView, words: Words) -> str:
    sides = "".join(
        f'<div class="kno-side"><p>{_open(document_id, locale, title)}'
        f'<span class="con-id">{escape(document_id)} · {escape(locale)}</span></p>'
        f'<p class="kno-text" lang="{attribute(locale)}">{_with_value(sentence, value)}</p></div>'
        for (document_id, locale), title, value, sentence in zip(
            item.documents, item.titles, item.values, item.sentences, strict=True
        )
    )
    settle = (
        f'<p class="kno-soft">{icon("check")}{words.say("dismissed_because")} {escape(item.dismissed)}</p>'
        if item.dismissed
        else button("ask-dismiss", words.say("not_one"), "check", small=True, id=item.id)
    )
    values = " ≠ ".join(f"<b>{escape(value)}</b>" for value in item.values)
    return (
        f'<article class="kno-card" data-contradiction="{attribute(item.id)}"><header><h3>{escape(item.subject)}</h3>'
        f'<span class="kno-values">{values}</span></header><div class="kno-sides">{sides}</div>{settle}</article>'
    )


def _with_value(sentence: str, value: str) -> str:
    before, found, after = sentence.partition(value) if value else (sentence, "", "")
    return f"{escape(before)}<mark>{escape(found)}</mark>{escape(after)}" if found else escape(sentence)


def _open(document_id: str, locale: str, title: str) -> str:
    return (
        f'<button type="button" class="con-link" data-act="open" data-document="{attribute(document_id)}"'
        f' data-locale="{attribute(locale)}">{escape(title)}</button>'
    )


def _reason(reason: str, words: Words) -> str:
    tone, mark = _REASONS.get(reason, ("warn", "info"))
    return chip(words.known(f"stale_{reason}", reason), tone, mark)


def _fine(html: str) -> str:
    return f'<p class="kno-fine">{icon("check")}{html}</p>'
