"""What is there before the first answer: the page's places and grey bones, without a word in any language."""

from __future__ import annotations

from assistant.ui.console.marks import icon

_BONES = "".join(f'<span class="con-bone" style="width:{width}%"></span>' for width in (62, 88, 40))
BONES = f'<div class="con-ghost">{_BONES}</div>' * 5

PAGE = (
    '<header class="con-top" data-slot="top"></header>'
    '<p id="kno-offline" class="con-alarm" role="alert" hidden></p>'
    '<div id="kno-say" class="con-say" hidden><p role="status" aria-live="polite"></p>'
    '<a id="kno-login" href="/login?next=/knowledge/" hidden></a>'
    f'<button type="button" id="kno-say-close" data-act="quiet">{icon("cross")}</button></div>'
    '<div id="kno-head" class="kno-head" data-slot="head"><span class="con-bone kno-bone"></span></div>'
    '<div id="kno-tabs" class="con-tabs" role="group" data-slot="tabs"></div>'
    f'<div id="kno-main" data-slot="main" aria-busy="true"><div class="kno-page">{BONES}</div></div>'
    '<div data-slot="dialogs"></div>'
)
