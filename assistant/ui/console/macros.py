"""The macro picker: a field to search in, a list in groups, and how the marked one would read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby

from assistant.desk.macro_views import MacroList, MacroView
from assistant.ui.console.marks import attribute, chip, icon, key
from assistant.ui.console.words import Words

_BLANK = re.compile(r"【[^】]*】")
_FITTING = "fitting"


def macros_dialog(words: Words) -> str:
    """The dialog with an empty list. The field keeps the focus; the list says which option is marked."""
    return (
        '<dialog id="con-dialog-macros" class="con-dialog con-macros" aria-labelledby="con-macros-title">'
        f'<div class="con-macros-head"><h2 id="con-macros-title">{words.say("macros")}</h2>'
        f'<p class="con-hint" id="con-macros-hint">{words.say("macros_hint")}</p>'
        f'<button type="button" class="con-macros-close" data-act="dismiss" aria-label="{words.say("cancel")}">'
        f"{icon('cross')}</button></div>"
        f'<div class="con-find">{icon("search")}<input type="search" id="con-macro-search" role="combobox"'
        ' aria-expanded="true" aria-autocomplete="list" aria-controls="con-macro-list" aria-haspopup="listbox"'
        f' autocomplete="off" spellcheck="false" maxlength="100" aria-label="{words.say("macros_search")}"'
        f' placeholder="{words.say("macros_search")}" aria-describedby="con-macros-hint"></div>'
        '<p class="con-sr" id="con-macro-count" role="status" aria-live="polite"></p>'
        f'<div class="con-macro-list" id="con-macro-list" role="listbox" aria-label="{words.say("macros")}"'
        ' data-slot="macros"></div>'
        f'<section class="con-macro-side" aria-label="{words.say("macro_preview")}">'
        '<div id="con-macro-preview"></div>'
        f'<button type="button" class="con-button" data-look="primary" id="con-macro-put" data-act="macro">'
        f"{icon('pen')}<span>{words.say('macro_put')}</span>{key('⏎')}</button></section></dialog>"
    )


def macro_count(found: MacroList, words: Words) -> str:
    """What a screen reader says when the list has changed, unescaped."""
    if not found.items:
        return words.plain("macros_none")
    return words.plain("macros_found", count=str(len(found.items)))


def macros_html(found: MacroList, words: Words) -> str:
    """The options by group. How each reads is in a template, which shows nothing and is said by no screen reader."""
    told = "".join(
        f'<p class="con-bar" data-tone="warn" role="presentation">{icon("info")}'
        f"<span>{words.say('macros_problem')} {escape(problem)}</span></p>"
        for problem in found.problems
    )
    if not found.items:
        return f'{told}<p class="con-none" role="presentation">{words.say("macros_none")}</p>'
    groups = groupby(found.items, key=lambda item: _FITTING if item.fits else item.category.value)
    return told + "".join(_group(name, items, found.locale, words) for name, items in groups)


def _group(name: str, items: Iterable[MacroView], locale: str, words: Words) -> str:
    options = "".join(_option(item, locale, words) for item in items)
    return (
        f'<div role="group" aria-labelledby="con-macros-{name}"><h3 id="con-macros-{name}" role="presentation">'
        f"{words.say(f'macros_{name}')}</h3>{options}</div>"
    )


def _option(item: MacroView, locale: str, words: Words) -> str:
    own = chip(words.say("macro_own"), "quiet") if item.own else ""
    return (
        f'<div class="con-macro" role="option" id="con-macro-{item.id}" data-macro="{item.id}" data-act="macro"'
        f' aria-selected="false"><span class="con-macro-title" lang="{attribute(locale)}">{escape(item.title)}</span>'
        f"{own}{_signs(item, words)}<template>{_preview(item, locale, words)}</template></div>"
    )


def _signs(item: MacroView, words: Words) -> str:
    cites = (
        f'<span class="con-macro-sign" title="{words.say("macro_cites_some")}">{icon("book")}'
        f'<span class="con-sr">{words.say("macro_cites_some")}</span></span>'
        if item.topic
        else ""
    )
    blanks = chip(words.say("macro_blanks", count=str(len(item.missing))), "warn", "question") if item.missing else ""
    return blanks + cites


def _preview(item: MacroView, locale: str, words: Words) -> str:
    text = "".join(
        f"<mark>{escape(part)}</mark>" if _BLANK.fullmatch(part) else escape(part)
        for part in re.split(f"({_BLANK.pattern})", item.text)
    )
    cites = (
        f'<p class="con-where"><span>{icon("book")}{words.say("macro_cites")}</span>'
        f'<span class="con-id">{escape(item.topic)}</span></p>'
        if item.topic
        else f'<p class="con-where"><span>{words.say("macro_cites_none")}</span></p>'
    )
    warning = (
        f'<p class="con-bar" data-tone="warn">{icon("question")}<span>{words.say("macro_fill_in")}</span></p>'
        if item.missing
        else ""
    )
    return (
        f'<h3 lang="{attribute(locale)}">{escape(item.title)}</h3>'
        f'<p class="con-said" lang="{attribute(locale)}">{text}</p>{warning}{cites}'
    )
