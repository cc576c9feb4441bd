"""The console as a Gradio page.

Gradio carries the events and the editor; panes are HTML that Python renders and the page's script puts in place, so
that a list does not jump and a half-written reply is not overwritten. Ids that tests and scripts may rely on:

- `con-queue`, `con-queue-search`, `con-tab-{open,mine,escalated,complaints,done}`, `con-list`, `con-new` (the bar
  of new tickets), a line is `.con-line[data-ticket="<id>"]`; the one on screen has `aria-current="true"`
- `con-work`, `con-head`, `con-title`, `con-talk`, `.con-entry[data-kind="customer|notice|reply"]`, `con-draft`,
  `con-draft-body`, a sentence is `.con-s[data-s="1"]`, a mark `.con-cite[data-n="1"]`, `con-diff`
- `con-editor` (a Gradio textbox: `#con-editor textarea`), `con-newer` with `con-take` and `con-keep`, `con-kept`
- buttons `con-{claim,approve,send,check,revert,edit,reject,escalate,more,release,close,next}`, checkbox `con-confirm`
- `con-macros` (opens the macros), `con-dialog-macros`, `con-macro-search`, `con-macro-list`, an option is
  `.con-macro[data-macro="<id>"]`, the marked one has `aria-selected="true"`; `con-macro-preview`, `con-macro-put`
- dialogs `con-dialog-{reject,escalate,close,reveal,help,article}`, their fields `con-<name>-comment`,
  `input[name=reason][value=…]`, their buttons `con-<name>-go`
- `con-side-{evidence,search,checks,history}` (tabs), `con-evidence-<n>`, `con-knowledge-search`, `con-hits`
- `con-say` (the message line; `data-tone`, `data-code`), `con-offline`, `con-menu`, `con-theme`, `con-logout`,
  `con-back`, `con-pane-{queue,work,side}`
- `<html data-con="ready">` once the page works; `data-con-busy` while an action is under way
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from assistant.bootstrap import App
from assistant.ui.console import skeleton
from assistant.ui.console.handlers import Handlers, Work
from assistant.ui.console.shell import browser_texts
from assistant.ui.console.words import Words
from assistant.ui.handlers import handler
from assistant.ui.live import live_signal
from assistant.ui.visitor import LOCALES

if TYPE_CHECKING:
    import gradio as gr

_STYLES = ("tokens", "base", "queue", "work", "side", "over", "macros")
_SCRIPTS = ("calls", "bus", "clock", "diff", "marks", "queue", "editor", "macros", "ticket", "dialogs", "keys", "start")


def _read(folder: str, names: tuple[str, ...], suffix: str) -> str:
    root = resources.files("assistant.ui.console").joinpath(folder)
    return "\n".join(root.joinpath(f"{name}{suffix}").read_text(encoding="utf-8") for name in names)


@cache
def style() -> str:
    """The page's own CSS."""
    return _read("css", _STYLES, ".css")


@cache
def script() -> str:
    """The page's script. Its files share one scope."""
    return f"(() => {{\n{_read('js', _SCRIPTS, '.js')}\n}})();"


def __getattr__(name: str) -> str:
    """`EARLY_HEAD`, read when the page is mounted and not when this module is imported.

    The style goes there because Gradio rewrites the selectors of CSS that it is given: none may look at `<html>`.
    """
    if name == "EARLY_HEAD":
        return f"<script>{_read('js', ('early',), '.js')}</script><style>{style()}</style>"
    raise AttributeError(name)


def build(app: App) -> gr.Blocks:
    """The page. Its texts come with its first call, in the language of whoever looks at it."""
    import gradio as gr

    handlers = Handlers(app)
    page: gr.Blocks = gr.Blocks(
        title=app.messages.text("con_title", app.settings.default_locale), analytics_enabled=False
    )
    with page:
        with gr.Column(elem_id="con-app"):
            _html(skeleton.TOP, "con-top")
            with gr.Column(elem_id="con-main"):
                _html(skeleton.QUEUE, "con-left")
                with gr.Column(elem_id="con-work"):
                    _html(skeleton.WORK_HEAD, "con-work-head")
                    _html(skeleton.WORK, "con-work-body")
                    with gr.Column(elem_id="con-compose"):
                        _html(skeleton.EDITOR_HEAD, "con-editor-top")
                        gr.Textbox(
                            elem_id="con-editor", label="", show_label=False, container=False, lines=6, max_lines=14
                        )
                        _html(skeleton.ACTIONS, "con-foot")
                _html(skeleton.SIDE, "con-side")
            _html(skeleton.OVER, "con-over")
        for name, work in handlers.all().items():
            _port(handlers, name, work)
        live = live_signal("/agent/events", elem_id="live")
        # No call to the server: the page reads the queue and its ticket again through its own ports.
        live.input(
            None,
            None,
            None,
            js="() => { window.proofdeskChanged?.(); }",
            queue=False,
            api_visibility="private",
            trigger_mode="always_last",
        )
        # In every language: the page must be able to say that its first call failed.
        texts = {locale: browser_texts(Words(app.messages, locale)) for locale in LOCALES}
        gr.HTML(elem_id="con-script", js_on_load=script(), visible="hidden", apply_default_css=False, texts=texts)
    return page


def _html(value: str, elem_id: str) -> None:
    import gradio as gr

    gr.HTML(value, elem_id=elem_id, elem_classes="con-flat", js_on_load=None, padding=False, apply_default_css=False)


def _port(handlers: Handlers, name: str, work: Work) -> None:
    """A hidden component whose value is the call on the way out and the answer on the way back."""
    import gradio as gr

    port = gr.HTML(
        "",
        html_template="<span hidden></span>",
        elem_id=f"con-port-{name}",
        js_on_load=_read("js", ("port",), ".js"),
        visible="hidden",
        apply_default_css=False,
        port=name,
    )

    @handler
    def handle(payload: object, request: gr.Request) -> str:
        return handlers.answer(work, payload, request)

    port.submit(
        handle, port, port, queue=False, show_progress="hidden", api_visibility="private", trigger_mode="multiple"
    )
