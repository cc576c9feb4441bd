"""What is the same for every ticket: the top bar, heads of the panes, dialogs, and the texts of the script."""

from __future__ import annotations

from html import escape

from assistant.ticket import RejectReason
from assistant.ui.console.macros import macros_dialog
from assistant.ui.console.marks import attribute, icon, key
from assistant.ui.console.words import Words
from assistant.ui.html import LANGUAGES
from assistant.user import Role, User

_BROWSER_TEXTS = [
    "title",
    "new_one",
    "new_many",
    "new_urgent",
    "moved",
    "gone",
    "no_more",
    "waiting_days",
    "saved_kept",
    "kept_discarded",
    "login_again",
    "login_link",
    "offline",
    "failed",
    "busy",
    "dirty_approve",
    "confirm_first",
    "not_mine",
    "customer_wrote",
    "cited",
    "diff_added",
    "diff_removed",
    "macro_put",
    "macro_missing",
]
"""Texts that only the browser can choose: `con_js_<name>`."""
_HOLES = {name: f"{{{name}}}" for name in ("count", "number", "mark", "days", "hours", "names")}
_SHORTCUTS = (
    ("J", "key_next"),
    ("K", "key_previous"),
    ("C", "key_claim"),
    ("A", "key_approve"),
    ("E", "key_edit"),
    ("Ctrl / ⌘ + Enter", "key_send"),
    ("M · Ctrl + M", "key_macros"),
    ("R", "key_reject"),
    ("X", "key_escalate"),
    ("/", "key_search"),
    ("Esc", "key_escape"),
    ("?", "key_help"),
)
_REASONS = tuple(RejectReason)


def shell_html(user: User, desk_name: str, words: Words) -> dict[str, str]:
    """HTML by slot."""
    return {
        "top": _top(user, desk_name, words),
        "queue-head": _queue_head(words),
        "panes": _panes(words),
        "welcome": f'<div class="con-empty">{icon("inbox")}<p><strong>{words.say("welcome")}</strong></p>'
        f"<p>{words.say('welcome_hint')}</p></div>",
        "editor-head": _editor_head(words),
        "side-head": _side_head(words),
        "search": _search(words),
        "dialogs": _dialogs(words),
    }


def browser_texts(words: Words) -> dict[str, str]:
    """Texts by name, unescaped: the browser fills their placeholders and sets them as text."""
    return {name: words.plain(f"js_{name}", **_HOLES) for name in _BROWSER_TEXTS}


def labels(words: Words) -> dict[str, str]:
    """Accessible names by element id, for elements that Gradio or the skeleton made."""
    return {
        "con-queue": words.plain("pane_queue"),
        "con-tabs": words.plain("pane_tabs"),
        "con-work": words.plain("pane_work"),
        "con-side-pane": words.plain("pane_side"),
        "con-list": words.plain("pane_queue"),
        "con-draft": words.plain("draft"),
        "con-say-close": words.plain("dismiss"),
        "con-editor": words.plain("editor"),
    }


def _top(user: User, desk_name: str, words: Words) -> str:
    languages = "".join(
        f'<a href="/language?to={code}&amp;next=/agent/" lang="{code}" class="con-menu-item" data-act="language"'
        f"{' aria-current=true' if code == words.locale else ''}>{icon('check' if code == words.locale else 'globe')}"
        f"{name}</a>"
        for code, name in LANGUAGES.items()
    )
    return (
        f'<div class="con-brand"><span class="con-logo" aria-hidden="true">据</span><h1>{words.say("title")}</h1>'
        f'<span class="con-desk">{escape(desk_name)}</span></div>'
        f'<span class="con-live" id="con-live"><span class="con-dot"></span>'
        f'<span data-live-word="on">{words.say("live_on")}</span>'
        f'<span data-live-word="off">{words.say("live_off")}</span></span>'
        f'<button type="button" class="con-top-button" id="con-help" data-act="help" aria-label="{words.say("help")}">'
        f"{icon('question')}{key('?')}</button>"
        f'<details class="con-menu" id="con-menu"><summary>{icon("person")}<span class="con-user">{escape(user.name)}'
        f"</span>{icon('menu')}</summary><div>"
        f'<p class="con-menu-head"><strong>{escape(user.name)}</strong>'
        f"<span>{words.say(f'role_{user.role}')}</span></p>"
        f'<div role="group" aria-label="{words.say("menu_language")}">{languages}</div>'
        f'<button type="button" class="con-menu-item" id="con-theme" data-act="theme">{icon("moon")}'
        f"{words.say('menu_theme')}</button>"
        f"{_knowledge(user, words)}"
        f'<a class="con-menu-item" href="/status/">{icon("pulse")}{words.say("menu_status")}</a>'
        # In another tab: the ticket that is being answered stays where it is.
        f'<a class="con-menu-item" href="/help/" target="_blank" rel="noopener">{icon("question")}'
        f"{words.say('menu_help')}</a>"
        f'<a class="con-menu-item" href="/password?next=/agent/">{icon("key")}{words.say("menu_password")}</a>'
        f'<form method="post" action="/logout" id="con-logout"><button class="con-menu-item">{icon("out")}'
        f"{words.say('menu_logout')}</button></form></div></details>"
    )


def _knowledge(user: User, words: Words) -> str:
    """The way to the knowledge page, for those whom the gate lets in there."""
    if not user.role.may_act_as(Role.SUPERVISOR):
        return ""
    return (
        f'<a class="con-menu-item" id="con-to-knowledge" href="/knowledge/">{icon("book")}'
        f"{words.say('menu_knowledge')}</a>"
    )


def _queue_head(words: Words) -> str:
    return (
        f'<div class="con-find">{icon("search")}<input type="search" id="con-queue-search" autocomplete="off"'
        f' spellcheck="false" maxlength="100" aria-label="{words.say("queue_search")}"'
        f' placeholder="{words.say("queue_search")}">{key("/")}</div>'
    )


def _panes(words: Words) -> str:
    return (
        f'<button type="button" id="con-back" class="con-back" data-act="pane" data-pane="queue">{icon("back")}'
        f"{words.say('back')}</button>"
        f'<div class="con-switch"><button type="button" id="con-pane-queue" data-act="pane" data-pane="queue">'
        f"{words.say('pane_queue')}</button>"
        f'<button type="button" id="con-pane-work" data-act="pane" data-pane="work">{words.say("pane_work")}</button>'
        f'<button type="button" id="con-pane-side" data-act="pane" data-pane="side">{words.say("pane_side")}</button>'
        "</div>"
    )


def _editor_head(words: Words) -> str:
    return (
        f'<p class="con-editor-title"><strong>{icon("pen")}{words.say("editor")}</strong>'
        f'<span id="con-editor-hint">{words.say("editor_hint")}</span>'
        f'<button type="button" class="con-small con-macros-open" id="con-macros" data-act="macros"'
        f' aria-haspopup="dialog">{icon("stack")}{words.say("macros")}{key("Ctrl M")}</button></p>'
        f'<div id="con-newer" class="con-bar" data-tone="warn" hidden>{icon("info")}<span>{words.say("newer")}</span>'
        f'<button type="button" class="con-small" id="con-take" data-act="take">{words.say("newer_take")}</button>'
        f'<button type="button" class="con-small" id="con-keep" data-act="keep">{words.say("newer_keep")}</button>'
        "</div>"
        f'<div id="con-kept" class="con-bar" data-tone="info" hidden>{icon("info")}<span>{words.say("kept")}</span>'
        f'<button type="button" class="con-small" id="con-discard" data-act="discard">{words.say("kept_discard")}'
        "</button></div>"
    )


def _side_head(words: Words) -> str:
    tabs = (
        ("evidence", "side_evidence"),
        ("search", "side_search"),
        ("checks", "side_checks"),
        ("history", "side_history"),
    )
    return (
        '<div class="con-tabs" role="group">'
        + "".join(
            f'<button type="button" class="con-tab" id="con-side-{name}" data-act="side" data-side-tab="{name}"'
            f' aria-pressed="{"true" if name == "evidence" else "false"}">{words.say(text)}'
            f'<span class="con-count" data-count="{name}"></span></button>'
            for name, text in tabs
        )
        + "</div>"
    )


def _search(words: Words) -> str:
    return (
        f'<form id="con-knowledge" class="con-find" role="search">{icon("search")}'
        f'<input type="search" id="con-knowledge-search" maxlength="500" autocomplete="off"'
        f' aria-label="{words.say("knowledge_search")}" placeholder="{words.say("knowledge_search")}">'
        f'<button class="con-small">{words.say("knowledge_go")}</button></form>'
        f'<p class="con-none" id="con-search-hint">{words.say("knowledge_hint")}</p>'
    )


def _dialogs(words: Words) -> str:
    reasons = "".join(
        f'<label class="con-choice"><input type="radio" name="reason" value="{reason}" required>'
        f"<span><b>{words.say(f'reject_{reason}')}</b><small>{words.say(f'reject_{reason}_hint')}</small></span></label>"
        for reason in _REASONS
    )
    shortcuts = "".join(f"<div><dt>{key(name)}</dt><dd>{words.say(text)}</dd></div>" for name, text in _SHORTCUTS)
    return "".join(
        (
            _dialog(
                "reject",
                words,
                f"<fieldset><legend>{words.say('reject_why')}</legend>{reasons}</fieldset>"
                + _comment("reject", words, required=False),
                danger=True,
            ),
            _dialog("escalate", words, _comment("escalate", words)),
            _dialog("close", words, _comment("close", words), danger=True),
            _dialog("reveal", words, _comment("reveal", words)),
            macros_dialog(words),
            f'<dialog id="con-dialog-help" class="con-dialog" aria-labelledby="con-help-title"><form method="dialog">'
            f'<h2 id="con-help-title">{words.say("help")}</h2><dl class="con-keys">{shortcuts}</dl>'
            f'<p class="con-hint">{words.say("help_hint")}</p>{_done(words)}</form></dialog>',
            f'<dialog id="con-dialog-article" class="con-dialog con-wide" aria-label="{words.say("article_open")}">'
            '<form method="dialog">'
            f'<div data-slot="article"></div>{_done(words)}</form></dialog>',
        )
    )


def _dialog(name: str, words: Words, fields: str, *, danger: bool = False) -> str:
    look = "danger" if danger else "primary"
    return (
        f'<dialog id="con-dialog-{name}" class="con-dialog" aria-labelledby="con-{name}-title">'
        f'<form data-form="{name}"><h2 id="con-{name}-title">{words.say(f"{name}_title")}</h2>'
        f'<p class="con-hint">{words.say(f"{name}_hint")}</p>{fields}'
        '<p class="con-form-error" role="alert" hidden></p><div class="con-buttons">'
        f'<button class="con-button" data-look="{look}" id="con-{name}-go">{words.say(f"{name}_go")}</button>'
        f'<button type="button" class="con-button" data-act="dismiss">{words.say("cancel")}</button>'
        "</div></form></dialog>"
    )


def _comment(name: str, words: Words, *, required: bool = True) -> str:
    return (
        f'<label class="con-field"><span>{words.say(f"{name}_comment")}</span>'
        f'<textarea name="comment" id="con-{name}-comment" rows="3" maxlength="1000"{" required" if required else ""}'
        f' placeholder="{attribute(words.plain(f"{name}_example"))}"></textarea></label>'
    )


def _done(words: Words) -> str:
    return f'<div class="con-buttons"><button class="con-button">{words.say("done")}</button></div>'
