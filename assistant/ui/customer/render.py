"""The whole page as HTML, from the view alone. The script in the browser takes over only what has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from assistant.compliance.pack import AllowlistFile
from assistant.desk.outcome import ASK
from assistant.desk.views import CitationView, CustomerView, Entry, EntryKind, Stage, StatusView
from assistant.ui.customer.composer import composer_html
from assistant.ui.customer.icons import icon
from assistant.ui.customer.prose import attributes, has_masked, message_html, reply_html
from assistant.ui.customer.rating import rating_html
from assistant.ui.customer.status import status_html
from assistant.ui.customer.wording import Wording

LANGUAGES = {"zh-CN": "简体中文", "zh-TW": "繁體中文", "en": "English"}
"""What the page can be in; each names itself."""
TOPICS = {
    "deposit": "deposit",
    "withdraw": "withdraw",
    "security": "security",
    "trade": "trade",
    "complaint": "complaint",
    "other": "question",
}
"""Topics of the first screen and their icons."""

_SAFETY = frozenset({"secret", "ATO", "THEFT", "SCAM", "SELFHARM", "DURESS", "THREAT"})
"""Hand-off reasons whose text tells the customer to protect themselves now."""
_TONES = {"safety": "warn", "person": "person", "question": "question", "general": "info"}


@dataclass(frozen=True, slots=True)
class Page:
    """What does not depend on the customer: the desk's name and the hosts that links may lead to."""

    desk_name: str
    allowlist: AllowlistFile


def page_html(view: CustomerView, page: Page, wording: Wording) -> str:
    """The page: header, conversation (or the first screen), status card, composer. All text is escaped."""
    return (
        _header(page, wording)
        + _offline(wording)
        + '<div class="cust-scroll" id="cust-scroll" data-key="scroll"><div class="cust-column">'
        + (_conversation(view, page, wording) if view.entries else _first_screen(wording))
        + (status_html(view.status, wording) if view.status else "")
        + "</div></div>"
        + composer_html(wording, person=_with_a_person(view.status))
        + _sheet(wording)
    )


def _with_a_person(status: StatusView | None) -> bool:
    """Whether a person has the request already. Once it is answered, the customer may ask for one again."""
    return status is not None and status.person and status.stage in (Stage.RECEIVED, Stage.DRAFTED, Stage.IN_REVIEW)


def _header(page: Page, wording: Wording) -> str:
    options = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == wording.locale else ""}>{name}</option>'
        for code, name in LANGUAGES.items()
    )
    return (
        '<header class="cust-header" data-key="header"><div class="cust-brand">'
        f"<h1>{escape(page.desk_name)}</h1><p>{wording.say('tagline')}</p></div>"
        f'<div class="cust-tools"><a class="cust-tool" id="cust-help" href="/help/" aria-label="{wording.say("help")}"'
        f' title="{wording.say("help")}">{icon("question")}</a><label class="cust-language">{icon("globe")}'
        f'<span class="cust-sr">{wording.say("language")}</span>'
        f'<select id="cust-language" data-key="language">{options}</select></label>'
        '<button type="button" class="cust-tool" id="cust-theme" data-own="aria-pressed" aria-pressed="false"'
        f' aria-label="{wording.say("theme_dark")}" title="{wording.say("theme_dark")}">{icon("theme")}</button>'
        "</div></header>"
    )


def _offline(wording: Wording) -> str:
    return (
        '<div class="cust-offline" id="cust-offline" data-key="offline" data-own="hidden" role="status" hidden>'
        f"{icon('offline')}<p>{wording.say('offline')}</p>"
        f'<button type="button" class="cust-link" id="cust-retry">{wording.say("retry")}</button></div>'
    )


def _first_screen(wording: Wording) -> str:
    chips = "".join(
        f'<li><button type="button" class="cust-topic" data-topic="{topic}"'
        f' data-ask="{wording.say(f"topic_{topic}_ask")}">{icon(name)}<span><strong>{wording.say(f"topic_{topic}")}'
        f"</strong><span>{wording.say(f'topic_{topic}_ask')}</span></span></button></li>"
        for topic, name in TOPICS.items()
    )
    return (
        f'<section class="cust-first" data-key="first"><h2>{wording.say("greeting")}</h2>'
        f"<p>{wording.say('greeting_hint')}</p>"
        f'<ul class="cust-topics" id="cust-topics" aria-label="{wording.say("topics")}">{chips}</ul>'
        f'<p class="cust-promise">{icon("shield")}{wording.say("never_ask")}</p>'
        f'<p class="cust-start"><a class="cust-link" href="/help/start">{wording.say("start")}</a></p></section>'
    )


def _conversation(view: CustomerView, page: Page, wording: Wording) -> str:
    parts = _entries(view, page, wording)
    label = wording.say("log")
    return (
        f'<h2 class="cust-sr" data-key="log-title">{label}</h2>'
        f'<div class="cust-log" id="cust-log" data-key="log" role="log" aria-label="{label}">{"".join(parts)}</div>'
    )


def _entries(view: CustomerView, page: Page, wording: Wording) -> Iterator[str]:
    day = ""
    after_secret = False
    for entry in view.entries:
        if (on := wording.day(entry.at)) != day:
            day = on
            key = f"{entry.at.astimezone(wording.zone):day-%Y%m%d}"
            yield f'<p class="cust-day" data-key="{key}"><span>{day}</span></p>'
        if entry.kind is EntryKind.CUSTOMER:
            yield _message(entry, wording)
        elif entry.kind is EntryKind.NOTICE:
            yield _notice(entry, page, wording, after_secret=after_secret)
        else:
            yield _reply(entry, page, wording, simpler=_may_be_simpler(entry, view, wording))
        after_secret = entry.secret


def _article(entry: Entry, body: str, tone: str = "") -> str:
    values = {"data-key": f"e-{entry.id}", "data-kind": str(entry.kind), "data-id": entry.id}
    if tone:
        values["data-tone"] = tone
    return f'<article class="cust-entry"{attributes(values)}>{body}</article>'


def _message(entry: Entry, wording: Wording) -> str:
    hint = ""
    if entry.secret:
        hint = f'<p class="cust-redacted" data-kind="deleted">{icon("shield")}{wording.say("deleted_hint")}</p>'
    elif has_masked(entry.text):
        hint = f'<p class="cust-redacted">{icon("shield")}{wording.say("hidden_hint")}</p>'
    body = (
        f'<h3 class="cust-sr">{wording.say("you")}</h3>'
        f'<div class="cust-bubble" dir="auto">{message_html(entry.text, wording)}</div>'
        f'{hint}<p class="cust-meta">{wording.stamp(entry.at)}</p>'
    )
    return _article(entry, body)


def _notice(entry: Entry, page: Page, wording: Wording, *, after_secret: bool) -> str:
    tone = _tone(entry, after_secret=after_secret)
    body = (
        f'<h3 class="cust-notice-head">{icon(_TONES[tone])}<strong>{wording.say(f"notice_{tone}")}</strong>'
        f"{wording.stamp(entry.at)}</h3>"
        f'<div class="cust-body" dir="auto">{reply_html(entry.text, lambda _: None, page.allowlist)}</div>'
    )
    return _article(entry, body, tone)


def _tone(entry: Entry, *, after_secret: bool) -> str:
    key = entry.key
    if key.startswith("handoff:"):
        return "safety" if key.removeprefix("handoff:") in _SAFETY else "person"
    if key == ASK:
        return "question"
    return "safety" if after_secret else "general"


def _may_be_simpler(entry: Entry, view: CustomerView, wording: Wording) -> bool:
    """Whether "explain simply" is offered: under the last reply, until that is what the customer asked for."""
    asked = next((said.text for said in reversed(view.entries) if said.kind is EntryKind.CUSTOMER), "")
    answered = view.status is not None and view.status.stage is Stage.SENT
    return answered and entry is view.entries[-1] and asked != wording.plain("simpler")


def _reply(entry: Entry, page: Page, wording: Wording, *, simpler: bool) -> str:
    sources = {citation.n: citation for citation in entry.citations}

    def cite(n: int) -> str | None:
        return _chip(entry, sources[n], wording) if n in sources else None

    notices = "".join(f'<div class="cust-legal">{_lines(text)}</div>' for text in entry.notices)
    body = (
        f'<h3 class="cust-reply-head"><strong>{wording.say("desk")}</strong>'
        f'<span class="cust-reviewed">{icon("shield")}{wording.say("reviewed")}</span>'
        f"{wording.stamp(entry.at)}</h3>"
        f'<div class="cust-body" dir="auto">{reply_html(entry.text, cite, page.allowlist)}</div>'
        f"{_sources(entry, wording)}"
        + (
            f'<div class="cust-notices" role="note" aria-label="{wording.say("notices")}">{notices}</div>'
            if notices
            else ""
        )
        + (_simpler(wording) if simpler else "")
        + rating_html(entry, wording)
    )
    return _article(entry, body)


def _simpler(wording: Wording) -> str:
    ask = wording.say("simpler")
    return (
        '<p class="cust-quick" data-key="quick">'
        f'<button type="button" class="cust-simpler" data-ask="{ask}">{icon("question")}{ask}</button></p>'
    )


def _chip(entry: Entry, source: CitationView, wording: Wording) -> str:
    label = wording.say("source", n=str(source.n), title=source.title)
    return (
        f'<button type="button" class="cust-cite"{_target(entry, source)} aria-label="{label}" title="{label}">'
        f"{source.n}</button>"
    )


def _sources(entry: Entry, wording: Wording) -> str:
    """The articles, each once, with all the marks that lead to it."""
    if not entry.citations:
        return ""
    articles: dict[str, list[CitationView]] = {}
    for source in entry.citations:
        articles.setdefault(source.document_id, []).append(source)
    items = "".join(
        f'<li><button type="button" class="cust-source"{_target(entry, sources[0])}>{escape(sources[0].title)}</button>'
        + "".join(_chip(entry, source, wording) for source in sources)
        + "</li>"
        for sources in articles.values()
    )
    return f'<div class="cust-sources"><h4>{wording.say("sources")}</h4><ul>{items}</ul></div>'


def _target(entry: Entry, source: CitationView) -> str:
    return attributes({"data-cite": str(source.n), "data-reply": entry.id, "data-title": source.title})


def _lines(text: str) -> str:
    """A fixed text, byte for byte, one paragraph for each line."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _sheet(wording: Wording) -> str:
    return (
        '<dialog class="cust-sheet" id="cust-article" data-key="sheet" data-own="open"'
        ' aria-labelledby="cust-article-title">'
        f'<div class="cust-sheet-head"><p>{wording.say("article")}</p>'
        f'<button type="button" class="cust-tool" id="cust-article-close" aria-label="{wording.say("article_close")}"'
        f' title="{wording.say("article_close")}">{icon("close")}</button></div>'
        '<div class="cust-sheet-body" id="cust-article-body" data-key="sheet-body" data-own="children"></div></dialog>'
    )
