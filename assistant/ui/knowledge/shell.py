"""What is the same for every document: the top bar, the tabs, the places of the panes, and the texts of the script."""

from __future__ import annotations

from html import escape

from assistant.ui.html import LANGUAGES
from assistant.ui.knowledge.calls import MAX_TEXT
from assistant.ui.knowledge.dialogs import dialogs_html
from assistant.ui.knowledge.marks import attribute, button, icon
from assistant.ui.knowledge.skeleton import BONES
from assistant.ui.knowledge.words import Words
from assistant.user import User
from corpus.loaders import ARCHIVES, LOADERS

PANES = {"documents": "book", "upload": "upload", "changes": "basket", "bench": "test", "upkeep": "pulse"}
PARTS = ("passages", "edit", "versions")
_BROWSER_TEXTS = (
    "offline",
    "failed",
    "busy",
    "login_again",
    "login_link",
    "staged",
    "unstaged",
    "pending",
    "take_back",
    "upload_waiting",
    "upload_sending",
    "upload_reading",
    "upload_failed",
    "upload_too_large",
    "upload_totals",
    "saved_day",
    "kept_text",
    "full",
    "questions_limit",
    "draft_here",
    "draft_other",
    "newer",
    "to_current",
    "to_draft",
    "rebase",
    "save_first",
    "preview_stale",
)
"""Texts that only the browser can choose: `kno_js_<name>`."""
_HOLES = {name: f"{{{name}}}" for name in ("count", "done", "failed", "name", "number", "author", "at", "length")}


def shell_html(user: User, desk_name: str, upload_bytes: int, words: Words) -> dict[str, str]:
    """HTML by slot."""
    return {
        "top": _top(user, desk_name, words),
        "tabs": _tabs(words),
        "main": _documents(words) + _upload(upload_bytes, words) + _changes(words) + _bench(words) + _upkeep(words),
        "dialogs": dialogs_html(words),
    }


def browser_texts(words: Words) -> dict[str, str]:
    """Texts by name, unescaped: the browser fills their placeholders and sets them as text."""
    return {name: words.plain(f"js_{name}", **_HOLES) for name in _BROWSER_TEXTS}


def labels(words: Words) -> dict[str, str]:
    """Accessible names by element id, for elements that the skeleton made."""
    return {
        "kno-tabs": words.plain("tabs"),
        "kno-say-close": words.plain("dismiss"),
        "kno-head": words.plain("state"),
    }


def _top(user: User, desk_name: str, words: Words) -> str:
    languages = "".join(
        f'<a href="/language?to={code}&amp;next=/knowledge/" lang="{code}" class="con-menu-item"'
        f"{' aria-current=true' if code == words.locale else ''}>{icon('check' if code == words.locale else 'globe')}"
        f"{name}</a>"
        for code, name in LANGUAGES.items()
    )
    return (
        f'<div class="con-brand"><span class="con-logo" aria-hidden="true">据</span><h1>{words.say("title")}</h1>'
        f'<span class="con-desk">{escape(desk_name)}</span></div>'
        f'<span class="con-live" id="kno-live"><span class="con-dot"></span>'
        f'<span data-live-word="on">{words.say("live_on")}</span>'
        f'<span data-live-word="off">{words.say("live_off")}</span></span>'
        f'<a class="con-top-button kno-link" href="/agent/">{icon("inbox")}<span>{words.say("menu_console")}</span></a>'
        f'<a class="con-top-button kno-link" href="/status/">{icon("pulse")}<span>{words.say("menu_status")}</span></a>'
        f'<details class="con-menu" id="kno-menu"><summary aria-label="{attribute(user.name)}">{icon("person")}'
        f'<span class="con-user">{escape(user.name)}</span>{icon("menu")}</summary><div>'
        f'<p class="con-menu-head"><strong>{escape(user.name)}</strong>'
        f"<span>{words.say(f'role_{user.role}')}</span></p>"
        f'<div role="group" aria-label="{words.say("menu_language")}">{languages}</div>'
        f'<button type="button" class="con-menu-item" id="kno-theme" data-act="theme">{icon("moon")}'
        f"{words.say('menu_theme')}</button>"
        f'<a class="con-menu-item" href="/agent/">{icon("inbox")}{words.say("menu_console")}</a>'
        f'<a class="con-menu-item" href="/status/">{icon("pulse")}{words.say("menu_status")}</a>'
        f'<a class="con-menu-item" href="/help/" target="_blank" rel="noopener">{icon("question")}'
        f"{words.say('menu_help')}</a>"
        f'<a class="con-menu-item" href="/password?next=/knowledge/">{icon("key")}{words.say("menu_password")}</a>'
        f'<form method="post" action="/logout" id="kno-logout"><button class="con-menu-item">{icon("out")}'
        f"{words.say('menu_logout')}</button></form></div></details>"
    )


def _tabs(words: Words) -> str:
    return "".join(
        f'<button type="button" class="con-tab" id="kno-tab-{name}" data-act="pane" data-pane="{name}"'
        f' aria-pressed="false">{icon(mark)}{words.say(f"tab_{name}")}'
        f'<span class="con-count" data-count="{name}"></span></button>'
        for name, mark in PANES.items()
    )


def _pane(name: str, title: str, html: str) -> str:
    return (
        f'<section class="kno-pane" data-pane="{name}" id="kno-{name}" aria-labelledby="kno-tab-{name}" hidden>'
        f'<h2 class="con-sr">{title}</h2>{html}</section>'
    )


def _documents(words: Words) -> str:
    parts = "".join(
        f'<button type="button" class="con-tab" id="kno-part-{name}" data-act="part" data-part="{name}"'
        f' aria-pressed="false">{words.say(f"part_{name}")}</button>'
        for name in PARTS
    )
    new = button("new", words.say("new_document"), "plus", small=True)
    left = (
        f'<div class="kno-left"><div class="kno-filters" data-slot="filters"></div>'
        f'<p class="kno-summary kno-listed"><span data-slot="count" role="status"></span>{new}</p>'
        f'<div class="con-scroll" id="kno-list-scroll" data-slot="list">{BONES}</div></div>'
    )
    welcome = (
        f'<div class="con-empty" id="kno-welcome">{icon("book")}<p><strong>{words.say("welcome")}</strong></p>'
        f"<p>{words.say('welcome_hint')}</p></div>"
    )
    return _pane(
        "documents",
        words.say("tab_documents"),
        f'{left}<div class="kno-right" id="kno-document"><button type="button" class="con-back" id="kno-back"'
        f' data-act="back">{icon("back")}{words.say("tab_documents")}</button>{welcome}'
        f'<div class="con-scroll" id="kno-document-scroll" hidden><div class="kno-doc-head" data-slot="document"></div>'
        f'<div class="con-tabs" id="kno-parts" role="group" aria-label="{words.say("parts")}">{parts}</div>'
        '<div class="kno-part" data-part-of="passages"><div data-slot="lint"></div>'
        '<div class="kno-asked" data-slot="questions"></div><div id="kno-passages" data-slot="passages"></div></div>'
        f'<div class="kno-part" data-part-of="edit" hidden>{_editor(words)}</div>'
        '<div class="kno-part" data-part-of="versions" data-slot="versions" hidden></div></div></div>',
    )


def _editor(words: Words) -> str:
    return (
        f'<p class="con-none" id="kno-not-editable" hidden>{words.say("not_editable")}</p>'
        '<form id="kno-edit" class="kno-edit"><div class="kno-edit-side">'
        f'<label class="con-field" id="kno-name-field"><span>{words.say("file_name")}</span>'
        '<input class="kno-input" id="kno-name" name="name" maxlength="200" autocomplete="off" spellcheck="false">'
        "</label>"
        f'<div id="kno-newer" class="con-bar" data-tone="info" role="status" hidden>{icon("info")}<span></span>'
        f"{button('basis', '', small=True)}</div>"
        f'<label class="con-field"><span>{words.say("source")}</span><textarea class="kno-source" id="kno-text"'
        f' rows="22" maxlength="{MAX_TEXT}" spellcheck="false"></textarea></label>'
        f'<label class="con-field"><span>{words.say("note")}</span><input class="kno-input" id="kno-note"'
        f' maxlength="500" autocomplete="off" placeholder="{words.say("note_example")}"></label>'
        f'<div class="con-buttons"><button class="con-button" data-look="primary" id="kno-save">{icon("check")}'
        f"{words.say('save_draft')}</button>{button('revert', words.say('revert'), 'undo')}"
        f'<span class="kno-soft">{words.say("save_hint")}</span></div></div>'
        f'<div class="kno-edit-side"><h3 class="kno-h">{words.say("preview")}'
        '<span class="kno-soft" id="kno-preview-state">'
        '</span></h3><div id="kno-preview-error" role="status"></div><div data-slot="preview-lint"></div>'
        '<div data-slot="preview"></div></div></form>'
    )


def _upload(limit: int, words: Words) -> str:
    kinds = (*LOADERS, *ARCHIVES)
    size = str(limit // 1_000_000)
    return _pane(
        "upload",
        words.say("tab_upload"),
        f'<div class="kno-page"><div class="kno-drop" id="kno-drop">{icon("upload")}'
        f"<p><strong>{words.say('drop')}</strong></p>"
        f'<p class="kno-soft">{words.say("drop_hint", size=size)}</p><p class="con-id">{escape(" ".join(kinds))}</p>'
        f'<label class="con-button" data-look="primary">{words.say("choose_files")}<input type="file" id="kno-files"'
        f' class="con-sr" multiple accept="{attribute(",".join(kinds))}"></label></div>'
        f'<div class="kno-summary"><span id="kno-upload-totals" role="status"></span><span class="con-buttons">'
        f"{button('stage-uploads', words.say('all_to_basket'), 'basket', small=True)}"
        f"{button('clear-uploads', words.say('clear_finished'), 'cross', small=True)}</span></div>"
        f'<ul class="kno-uploads" id="kno-uploads"></ul></div>',
    )


def _changes(words: Words) -> str:
    return _pane(
        "changes",
        words.say("tab_changes"),
        '<div class="kno-page kno-two"><div class="kno-column">'
        f'<h2 class="kno-h">{words.say("basket")}</h2><div data-slot="basket">{BONES}</div>'
        f'<div class="con-buttons" id="kno-basket-buttons"><button type="button" class="con-button" data-look="primary"'
        f' id="kno-check" data-act="check" disabled>{icon("test")}{words.say("check")}</button>'
        f"{button('empty', words.say('empty_basket'), 'trash')}</div>"
        f'<p class="kno-soft">{words.say("check_hint")}</p>'
        f'<h2 class="kno-h">{words.say("drafts")}</h2><div data-slot="drafts"></div></div>'
        f'<div class="kno-column"><h2 class="kno-h">{words.say("report")}</h2>'
        f'<div id="kno-progress" data-slot="progress" role="status"></div>'
        f'<div data-slot="report"><p class="con-none">{words.say("report_none")}</p></div></div></div>',
    )


def _bench(words: Words) -> str:
    def field(name: str, html: str) -> str:
        return f'<label class="con-field"><span>{words.say(f"bench_{name}")}</span>{html}</label>'

    return _pane(
        "bench",
        words.say("tab_bench"),
        '<div class="kno-page"><form id="kno-bench-form" class="kno-bench-form" role="search">'
        + field(
            "question",
            '<textarea class="kno-input" id="kno-question" name="text" rows="2" maxlength="2000" required></textarea>',
        )
        + '<div class="kno-bench-more">'
        + field("day", '<input class="kno-input" type="date" name="day" id="kno-as-of">')
        + field(
            "locale",
            '<select class="kno-select" name="locale" data-locales>'
            f'<option value="">{words.say("any")}</option></select>',
        )
        + field(
            "product", '<input class="kno-input" name="product" maxlength="60" placeholder="spot" autocomplete="off">'
        )
        + field(
            "jurisdiction",
            '<input class="kno-input" name="jurisdiction" maxlength="20" placeholder="HK" autocomplete="off">',
        )
        + f'<button class="con-button" data-look="primary" id="kno-bench-go">{icon("search")}'
        f"{words.say('bench_go')}</button>"
        f"</div></form>"
        f'<div id="kno-recent" class="kno-recent" aria-label="{words.say("bench_recent")}" role="group"></div>'
        f'<div id="kno-hits" data-slot="bench" aria-live="polite"><div class="con-empty">{icon("test")}<p><strong>'
        f"{words.say('bench_welcome')}</strong></p><p>{words.say('bench_hint')}</p></div></div></div>",
    )


def _upkeep(words: Words) -> str:
    sections = "".join(
        f'<section class="kno-section" id="kno-{name}"><h2 class="kno-h">{words.say(f"upkeep_{name}")}</h2>'
        f'<p class="kno-soft">{words.say(f"upkeep_{name}_hint")}</p><div data-slot="{name}">{BONES}</div></section>'
        for name in ("stale", "contradictions", "coverage", "snapshots")
    )
    return _pane("upkeep", words.say("tab_upkeep"), f'<div class="kno-page">{sections}</div>')
