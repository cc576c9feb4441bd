"""The passages that a draft stands on, numbered as its marks are, with what is quoted from each; and found ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from assistant.desk.views import SearchHit, TicketView
from assistant.model import EvidenceItem
from assistant.ui.console.marks import attribute, icon
from assistant.ui.console.words import Words


def evidence_html(view: TicketView, words: Words) -> str:
    """A card for each passage: cited ones first, the others of the draft folded away."""
    draft = view.draft
    if draft is None or not draft.evidence:
        return f'<p class="con-none">{words.say("evidence_none")}</p>'
    quotes: dict[int, list[str]] = {}
    for citation in draft.citations:
        quotes.setdefault(citation.n, []).append(citation.quote)
    for sentence in draft.sentences:
        for n in sentence.citations:
            quotes.setdefault(n, []).append(sentence.quote)
    cited = [item for item in draft.evidence if item.n in quotes]
    spare = [item for item in draft.evidence if item.n not in quotes]
    cards = "".join(_card(item, quotes[item.n], words) for item in cited)
    if spare:
        rest = "".join(_card(item, (), words) for item in spare)
        cards += (
            f'<details class="con-more"><summary>{words.say("evidence_spare", count=str(len(spare)))}</summary>'
            f"{rest}</details>"
        )
    return cards


def _card(item: EvidenceItem, quotes: Sequence[str], words: Words) -> str:
    passage = item.passage
    where = " · ".join(filter(None, (passage.heading, words.plain("version", n=str(passage.version)))))
    return (
        f'<article class="con-evidence" data-n="{item.n}" id="con-evidence-{item.n}" tabindex="-1">'
        f'<header><span class="con-n">[{item.n}]</span>'
        f'<h4 lang="{attribute(passage.locale)}">{escape(passage.title)}</h4></header>'
        f'<p class="con-where"><span>{escape(where)}</span>'
        f'<span class="con-id">{escape(passage.document_id)}</span></p>'
        f'<p class="con-passage" lang="{attribute(passage.locale)}">{quoted(passage.text, quotes)}</p>'
        f'<button type="button" class="con-link" data-act="article" data-n="{item.n}">{icon("book")}'
        f"{words.say('article_open')}</button></article>"
    )


def quoted(text: str, quotes: Iterable[str]) -> str:
    """Escaped `text` with a `<mark>` around every stretch that is quoted; stretches that overlap become one.

    A quote that is the whole passage marks nothing: all of it would be no help.
    """
    spans = sorted(
        (start, start + len(quote))
        for quote in set(quotes)
        if quote and quote != text and (start := text.find(quote)) >= 0
    )
    merged: list[list[int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    pieces: list[str] = []
    at = 0
    for start, end in merged:
        pieces += [escape(text[at:start]), f"<mark>{escape(text[start:end])}</mark>"]
        at = end
    return "".join([*pieces, escape(text[at:])])


def hits_html(hits: Sequence[SearchHit], words: Words) -> str:
    """What a search found. The button cites a passage in the editor."""
    if not hits:
        return f'<p class="con-none">{words.say("search_none")}</p>'
    return "".join(
        f'<article class="con-evidence con-hit" data-passage="{attribute(hit.passage_id)}">'
        f'<header><h4 lang="{attribute(hit.locale)}">{escape(hit.title)}</h4></header>'
        f'<p class="con-passage" lang="{attribute(hit.locale)}">{escape(hit.text)}</p>'
        f'<p class="con-where"><span class="con-id">{escape(hit.document_id)}</span>'
        f'<button type="button" class="con-small" data-act="cite" data-passage="{attribute(hit.passage_id)}"'
        f' data-title="{attribute(hit.title)}">{icon("pen")}{words.say("cite")}</button></p></article>'
        for hit in hits
    )
