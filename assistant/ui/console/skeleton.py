"""What is there before the first answer: panes with empty slots and grey bones, without a word in any language."""

from __future__ import annotations

from assistant.ui.console.marks import icon

_BONES = "".join(f'<span class="con-bone" style="width:{width}%"></span>' for width in (62, 88, 40))
_LINE = f'<div class="con-ghost">{_BONES}</div>'

TOP = '<header class="con-top" data-slot="top"></header><p id="con-offline" class="con-alarm" role="alert" hidden></p>'
QUEUE = (
    '<section class="con-pane" id="con-queue" aria-busy="true"><div data-slot="queue-head"></div>'
    '<div class="con-tabs" id="con-tabs" role="group" data-slot="tabs"></div>'
    '<button type="button" id="con-new" class="con-new" data-act="fresh" hidden></button>'
    f'<div class="con-scroll" id="con-queue-scroll"><ul id="con-list" class="con-list"></ul>'
    f'<div id="con-queue-empty">{_LINE * 5}</div></div></section>'
)
WORK_HEAD = (
    '<div class="con-panes" data-slot="panes"></div><div class="con-head" id="con-head" data-slot="head" hidden></div>'
)
WORK = (
    '<div class="con-scroll" id="con-work-scroll" tabindex="-1"><div id="con-welcome" data-slot="welcome"></div>'
    '<div id="con-talk" class="con-talk" data-slot="talk"></div>'
    '<section id="con-draft" class="con-draft" data-slot="draft" hidden></section></div>'
    # Here, above the action bar, so that it covers neither that nor the page's head where there is no room beside them.
    '<div id="con-say" class="con-say" hidden><p role="status" aria-live="polite"></p>'
    '<a id="con-login" href="/login?next=/agent/" hidden></a>'
    f'<button type="button" id="con-say-close" data-act="quiet">{icon("cross")}</button></div>'
)
EDITOR_HEAD = '<div class="con-editor-head" id="con-editor-head" data-slot="editor-head"></div>'
ACTIONS = '<div class="con-actions" id="con-actions" data-slot="actions"></div>'
SIDE = (
    '<aside class="con-pane" id="con-side-pane"><div data-slot="side-head"></div>'
    '<div class="con-scroll" id="con-side-scroll">'
    '<section data-side="evidence" id="con-evidence"><div data-slot="evidence"></div></section>'
    '<section data-side="search" id="con-search" hidden><div data-slot="search"></div>'
    '<div id="con-hits" data-slot="hits" aria-live="polite"></div></section>'
    '<section data-side="checks" id="con-checks" hidden><div data-slot="checks"></div></section>'
    '<section data-side="history" id="con-history" hidden><div data-slot="history"></div></section></div></aside>'
)
OVER = '<div data-slot="dialogs"></div>'
