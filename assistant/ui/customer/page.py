"""The customer's page at `/`: one Gradio component whose events call the customer desk.

What tests and other pages may rely on (elements with ids; `[data-…]` attributes below them):

- `#cust-desk` the component, `#cust` the page, `#live` the live signal (`assistant/ui/live.py`)
- `#cust-help` link to the help centre; `/#ask=<text>` fills the text box with a question from there
- `#cust-language` `<select>`, `#cust-theme` button (`aria-pressed` = dark)
- `#cust-offline` bar, `#cust-retry` in it
- `#cust-scroll` the part that scrolls; `#cust-topics .cust-topic[data-topic]` on the first screen
- `#cust-log .cust-entry[data-kind=customer|notice|reply][data-id]`; a notice has
  `[data-tone=person|safety|question|general]`; in a reply `.cust-body`, `.cust-legal` (notices),
  `[data-cite=<n>]` (marks and sources)
- under a reply `.cust-rate [data-rate=yes|no|change|cancel]`, `.cust-rate-form`, then `.cust-rated[data-solved]`
- `#cust-status[data-stage][data-tone]`, its headline is `[role=status]`; `.cust-steps li[data-state=done|now|later]`,
  `.cust-facts`, `.cust-late`, `.cust-number`
- `#cust-article` dialog, `#cust-article-title`, `#cust-article-body`, `#cust-article-close`
- `#cust-person` button (`aria-disabled` once a person has taken over)
- `#cust-text` text box, `#cust-send`, `#cust-count`, `#cust-form[data-sending]`
- `#cust-hint` warning about a secret; sending is held until `#cust-hint-send`; `#cust-hint-back` returns to the text
- `#cust-alert` what went wrong (`[role=alert]`), `#cust-pill` "new message"
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from assistant.ui.customer.handlers import HANDLERS, Handlers
from assistant.ui.customer.render import LANGUAGES

if TYPE_CHECKING:
    import gradio as gr

    from assistant.bootstrap import App

_SCRIPTS = ("secrets.js", "morph.js", "calls.js", "customer.js")
# What the script says by itself, also when no answer of the server came.
_SCRIPT_TEXTS = ("loading", "unreachable", "retry", "sending", "not_sent", "not_done", "fault", "left", "over")

# A reader who chose light or dark sees no flash of the other while Gradio starts; the script takes over from there.
EARLY_HEAD = """
<style>
html[data-theme="light"] body { background: #f8fafc; color-scheme: light; }
html[data-theme="dark"] body { background: #0f172a; color-scheme: dark; }
</style>
<script>
try {
  const chosen = localStorage.getItem("proofdesk-theme");
  if (chosen && !location.search.includes("__theme=")) document.documentElement.dataset.theme = chosen;
} catch { /* storage is off */ }
</script>
"""


def __getattr__(name: str) -> str:
    """`CSS`, read when it is asked for."""
    if name == "CSS":
        return _file("customer.css")
    raise AttributeError(name)


def build(app: App) -> gr.Blocks:
    """The page. It comes without a word of a conversation; the browser asks for that by its cookie."""
    import gradio as gr

    from assistant.ui.live import live_signal

    locale = app.settings.default_locale
    title = app.messages.text("cust_title", locale, desk=app.settings.desk_name)
    blocks: gr.Blocks = gr.Blocks(title=title, analytics_enabled=False)
    with blocks:
        desk = gr.HTML(
            {"locale": locale, "texts": _texts(app)},
            html_template=_start(app),
            js_on_load=_script(),
            elem_id="cust-desk",
            padding=False,
            apply_default_css=False,
        )
        handlers = Handlers(app)
        for name in HANDLERS:
            getattr(desk, name)(
                _handler(handlers, name),
                None,
                desk,
                queue=False,
                show_progress="hidden",
                trigger_mode="multiple",  # the script asks one after the other; "once" would drop the next one
                api_visibility="private",
            )
        live = live_signal("/events", elem_id="live")
        # The script reads anew with the reader's time zone, and never twice at once.
        live.input(None, None, None, js="() => { window.dispatchEvent(new Event('proofdesk:changed')); }")
    return blocks


def _handler(handlers: Handlers, name: str) -> Any:
    import gradio as gr

    def handle(event: gr.EventData, request: gr.Request) -> dict[str, Any]:
        return handlers.answer(name, getattr(event, "_data", None), request)

    # Gradio finds out by these what to pass; as strings they cannot be resolved, since it is imported in here.
    handle.__annotations__ = {"event": gr.EventData, "request": gr.Request}
    return handle


def _start(app: App) -> str:
    """What is there before the first answer. Braces and the like would be a template's: none may stand in it."""
    name = escape(app.settings.desk_name)
    for special in "{}`$\\":
        name = name.replace(special, f"&#{ord(special)};")
    bones = "<i></i>" * 6
    return (
        '<div class="cust" id="cust"><header class="cust-header" data-key="header"><div class="cust-brand">'
        f"<h1>{name}</h1></div></header>"
        '<div class="cust-scroll"><div class="cust-column" id="cust-start" role="status">'
        f'<div class="cust-wait">{bones}</div></div></div></div>'
    )


def _texts(app: App) -> dict[str, dict[str, str]]:
    return {
        locale: {key: app.messages.text(f"cust_js_{key}", locale, n="{n}") for key in _SCRIPT_TEXTS}
        for locale in LANGUAGES
    }


@cache
def _file(name: str) -> str:
    return resources.files("assistant.ui.customer").joinpath(name).read_text(encoding="utf-8")


def _script() -> str:
    parts = [_file(name) for name in _SCRIPTS]
    # Gradio allows handlers only for events that the script names.
    names = f"/* events: {', '.join(json.dumps(name) for name in HANDLERS)} */"
    return "\n".join([names, *parts])
