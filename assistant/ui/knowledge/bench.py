"""The search bench: what a question finds, why, and what the desk would do with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from assistant.curation.views import Bench, BenchHit
from assistant.ui.knowledge.marks import attribute, bar, chip, day, icon, span
from assistant.ui.knowledge.words import Words

_LEAST_STEM = 4
"""Letters of a term that may be the beginning of a longer word."""


def bench_html(bench: Bench, words: Words) -> str:
    """The verdict, the hits, and where the time went."""
    hits = "".join(_hit(hit, words) for hit in bench.hits)
    none = f'<div class="con-empty">{icon("search")}<p><strong>{words.say("bench_none")}</strong></p></div>'
    return f'{_verdict(bench, words)}{_about(bench, words)}<div class="kno-cards">{hits or none}</div>'


def _verdict(bench: Bench, words: Words) -> str:
    key, tone, mark = ("would_answer", "ok", "check") if bench.answers else ("would_hand_off", "warn", "person")
    share = min(max(bench.confidence, 0.0), 1.0)
    scale = (
        f'<span class="kno-scale" style="--kno-at:{share:.4f};--kno-line:{min(max(bench.threshold, 0.0), 1.0):.4f}"'
        ' aria-hidden="true"></span>'
    )
    figures = words.say("confidence_of", confidence=f"{bench.confidence:.3f}", threshold=f"{bench.threshold:.3f}")
    return bar(tone, f"<strong>{words.say(key)}</strong> {figures}{scale}", mark)


def _about(bench: Bench, words: Words) -> str:
    total = sum(bench.stage_ms.values())
    times = _list((words.known(f"stage_{name}", name), f"{value:.1f} ms") for name, value in bench.stage_ms.items())
    features = _list((words.known(f"feature_{name}", name), f"{value:.4g}") for name, value in bench.features.items())
    as_of = day(bench.as_of) if bench.as_of else words.say("today")
    return (
        f'<dl class="kno-facts"><div><dt>{words.say("searched_for")}</dt><dd>{escape(bench.query) or "–"}</dd></div>'
        f"<div><dt>{words.say('filter_locale')}</dt><dd>{escape(bench.language)}</dd></div>"
        f"<div><dt>{words.say('as_of')}</dt><dd>{as_of}</dd></div>"
        f'<div><dt>{words.say("snapshot")}</dt><dd class="con-id">{escape(bench.snapshot_id)}</dd></div></dl>'
        f'<details class="kno-fold"><summary>{icon("clock")}{words.say("stages", total=f"{total:.1f}")}</summary>'
        f'<dl class="kno-times">{times}</dl></details>'
        f'<details class="kno-fold"><summary>{icon("scale")}{words.say("features")}</summary>'
        f'<dl class="kno-times">{features}</dl></details>'
    )


def _list(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs)


def _hit(hit: BenchHit, words: Words) -> str:
    locale = attribute(hit.locale)
    where = [escape(hit.heading) or words.say("no_heading"), span(hit.effective_from, hit.effective_until, words)]
    if hit.page is not None:
        where.append(words.say("page", number=str(hit.page)))
    if hit.part:
        where.append(escape(hit.part))
    score = words.say("score", score=f"{hit.score:.3f}")
    led = (
        f'<p class="kno-led">{icon("question")}{words.say("led_by")} <q>{escape(hit.question)}</q></p>'
        if hit.question
        else ""
    )
    return (
        f'<article class="kno-card" data-passage="{attribute(hit.passage_id)}"><header>'
        f'<span class="kno-rank">{hit.rank}</span>'
        f'<h3 lang="{locale}"><button type="button" class="con-link" data-act="open"'
        f' data-document="{attribute(hit.document_id)}" data-locale="{locale}">{escape(hit.title)}</button></h3>'
        f'{_retrievers(hit.ranks, hit.scores, words)}<span class="kno-num">{score}</span></header>'
        f'<p class="kno-soft"><span class="con-id">{escape(hit.document_id)} · {locale}</span> · '
        f'{" · ".join(where)}</p><p class="kno-text" lang="{locale}">{marked(hit.text, hit.matched)}</p>{led}</article>'
    )


def _retrievers(ranks: Mapping[str, int], scores: Mapping[str, float], words: Words) -> str:
    return "".join(
        chip(
            f"{words.known(f'retriever_{name}', name)} #{rank}"
            + (f" <small>{scores[name]:.3f}</small>" if name in scores else "")
        )
        for name, rank in sorted(ranks.items(), key=lambda item: item[1])
    )


def _pattern(term: str) -> str:
    if not (term.isascii() and term.isalnum()):
        return re.escape(term)
    end = "" if len(term) >= _LEAST_STEM else "(?![A-Za-z0-9])"
    return f"(?<![A-Za-z0-9]){re.escape(term)}{end}"


def marked(text: str, terms: Iterable[str]) -> str:
    """Escaped `text` with `<mark>` around every term, the longest first; case is ignored.

    A term of Latin letters is a word or its stem: it is marked where a word begins, a short one as a word only.
    """
    wanted = sorted({term for term in terms if term.strip()}, key=len, reverse=True)
    if not wanted:
        return escape(text)
    pattern = re.compile("|".join(map(_pattern, wanted)), re.IGNORECASE)
    pieces: list[str] = []
    at = 0
    for found in pattern.finditer(text):
        pieces += [escape(text[at : found.start()]), f"<mark>{escape(found[0])}</mark>"]
        at = found.end()
    return "".join([*pieces, escape(text[at:])])
