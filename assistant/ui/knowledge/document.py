"""One document: its head, and its versions."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from assistant.curation.views import DocumentDetail, LintWarning, Standing, VersionView
from assistant.ui.knowledge.marks import attribute, badge, bar, button, chip, day, icon, span, version_name, when
from assistant.ui.knowledge.words import Words

_OVER = (Standing.REMOVED, Standing.EXPIRED)


def document_head(detail: DocumentDetail, words: Words) -> str:
    """Title, standing and days, the locales that it has, and what can be done with it."""
    row = detail.row
    locales = "".join(
        f'<button type="button" data-act="open" data-document="{attribute(row.document_id)}"'
        f' data-locale="{attribute(locale)}" aria-pressed="{"true" if locale == row.locale else "false"}">'
        f"{escape(locale)}</button>"
        for locale in detail.locales
    )
    facts = (
        (words.say("version"), version_name(row.version, words)),
        (words.say("valid"), span(row.effective_from, row.effective_until, words)),
        (words.say("category"), words.known(f"category_{row.category}", row.category)),
        (words.say("origin"), words.known(f"origin_{row.origin}", row.origin)),
        (words.say("owner"), escape(row.owner) or "–"),
        (words.say("review"), day(row.review_due)),
    )
    drafts = chip(words.say("drafts_waiting", count=str(row.drafts)), "info", "pen") if row.drafts else ""
    return (
        f'<div class="kno-doc-line"><h2 id="kno-title" tabindex="-1" lang="{attribute(row.locale)}">'
        f'{escape(row.title)}</h2>{badge(row.standing, words)}{drafts}<span class="con-switch" role="group"'
        f' aria-label="{words.say("filter_locale")}">{locales}</span></div>'
        f'<p class="con-id">{escape(row.document_id)}</p>'
        f'<dl class="kno-facts">{"".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)}</dl>'
        + (bar("danger", escape(row.problem), "urgent") if row.problem else "")
        + _actions(detail, words)
    )


def _actions(detail: DocumentDetail, words: Words) -> str:
    row = detail.row
    made = []
    if detail.draft is not None:
        number = str(detail.draft.row.number)
        label = words.say("publish_draft", number=number)
        made.append(button("ask-publish", label, "basket", look="primary", number=number))
    made.append(button("ask-owner", words.say("owner_edit"), "person", owner=row.owner))
    made.append(
        button(
            "ask-review", words.say("review_edit"), "calendar", day=row.review_due.isoformat() if row.review_due else ""
        )
    )
    if row.standing in (Standing.LIVE, Standing.SCHEDULED):
        made.append(button("ask-expire", words.say("expire"), "clock"))
    if row.standing not in (Standing.REMOVED, Standing.DRAFT):
        made.append(button("ask-remove", words.say("remove"), "trash", look="danger"))
    if detail.readable:
        # In another tab: what is being written here stays.
        href = f"/help/article/{quote(row.document_id, safe='')}"
        made.append(
            f'<a class="con-button kno-out" href="{attribute(href)}" target="_blank" rel="noopener">{icon("globe")}'
            f"{words.say('in_help')}</a>"
        )
    return f'<div class="con-buttons">{"".join(made)}</div>'


def warnings_html(warnings: Sequence[LintWarning], words: Words, element_id: str) -> str:
    """What the lint says, in a fold called `element_id`; nothing when it is content."""
    if not warnings:
        return ""
    items = "".join(_warning(warning, words) for warning in warnings)
    errors = any(warning.severity == "error" for warning in warnings)
    title = words.say("lint", count=str(len(warnings)))
    state = f'data-tone="{"danger" if errors else "warn"}"{" open" if errors else ""}'
    return (
        f'<details class="kno-lint" id="{element_id}" {state}>'
        f"<summary>{icon('urgent')}{title}</summary><ul>{items}</ul></details>"
    )


def _warning(warning: LintWarning, words: Words) -> str:
    tone = "danger" if warning.severity == "error" else "warn"
    rule = words.known(f"lint_{warning.rule.replace('-', '_')}", warning.rule)
    place = f" <i>{escape(warning.place)}</i>" if warning.place else ""
    return (
        f'<li data-tone="{tone}">{icon("urgent")}<span><b>{rule}</b>{place} '
        f'<span class="kno-soft" lang="en">{escape(warning.message)}</span></span></li>'
    )


def versions_html(detail: DocumentDetail, words: Words) -> str:
    """The history, newest first, with what can be done with each version, and the choice of two to compare."""
    if not detail.versions:
        return f'<p class="con-none">{words.say("versions_seed")}</p>'
    heads = ("version", "standing", "valid", "recorded", "author", "note", "actions")
    head = "".join(f'<th scope="col">{words.say(f"column_{name}")}</th>' for name in heads)
    rows = "".join(_version(version, words) for version in detail.versions)
    return (
        f'{_compare_form(detail.versions, words)}<div id="kno-diff" data-slot="diff" aria-live="polite"></div>'
        f'<div class="kno-table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _version(version: VersionView, words: Words) -> str:
    number = str(version.number)
    acts = [button("passages", words.say("show_passages"), "eye", small=True, number=number)]
    if version.standing is Standing.DRAFT:
        acts.append(button("ask-publish", words.say("publish"), "basket", small=True, number=number))
        acts.append(button("ask-discard", words.say("discard"), "trash", small=True, number=number))
    elif version.superseded_at is not None or version.standing in _OVER:
        acts.append(button("restore", words.say("restore"), "undo", small=True, number=number))
    over = f"<br>{words.say('until')} {when(version.superseded_at)}" if version.superseded_at else ""
    return (
        f'<tr data-number="{number}"><th scope="row">{version_name(version.number, words)}</th>'
        f"<td>{badge(version.standing, words)}</td>"
        f"<td>{span(version.effective_from, version.effective_until, words)}</td>"
        f"<td>{when(version.recorded_at)}{over}</td>"
        f'<td>{escape(version.author) or "–"}</td><td class="kno-note">{escape(version.note)}'
        f'<span class="con-id">{escape(version.name)} · '
        f"{words.known(f'origin_{version.origin}', version.origin)}</span></td>"
        f'<td><div class="kno-acts">{"".join(acts)}</div></td></tr>'
    )


def _compare_form(versions: Sequence[VersionView], words: Words) -> str:
    if len(versions) < 2:
        return ""

    def menu(name: str, chosen: int) -> str:
        options = "".join(
            f'<option value="{version.number}"{" selected" if version.number == chosen else ""}>'
            f"{version_name(version.number, words)} · "
            f"{words.say(f'standing_{version.standing}')}</option>"
            for version in versions
        )
        return (
            f'<label>{words.say(f"compare_{name}")} <select class="kno-select" name="{name}">{options}</select></label>'
        )

    return (
        f'<form id="kno-compare" class="kno-inline">{menu("old", versions[1].number)}{menu("new", versions[0].number)}'
        f'<button class="con-button">{icon("compare")}{words.say("compare")}</button></form>'
    )
