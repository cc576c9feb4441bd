"""The knowledge page as a Gradio page.

Gradio carries the events; panes are HTML that Python renders and the page's script puts in place. What the console has
too (its colours, buttons, chips, dialogs and the port of an event) is the console's, with its class names `con-*`.
Ids that tests and scripts may rely on:

- `kno-head` (snapshot, counts, `kno-problems`), tabs `kno-tab-{documents,upload,changes,bench,upkeep}`, and the panes
  `kno-{documents,upload,changes,bench,upkeep}` of which one is not `hidden`
- `kno-search`, `kno-filter-{standing,category,locale}`, a line is `.kno-line[data-document="<id>"][data-locale]`; the
  one on screen has `aria-current="true"`
- `kno-document`, `kno-title`, `kno-part-{passages,edit,versions}`, a passage is `.kno-card[data-passage="<id>"]`,
  `kno-edit` with `kno-name`, `kno-text`, `kno-note`, `kno-save`; `kno-compare`, `kno-diff`
- `kno-files` (the file input), `kno-drop`, `kno-uploads`; a file is `.kno-upload[data-state=…]`
- `kno-check`, `kno-publish`, `kno-progress`, `.kno-report[data-report]`, `.kno-basket > li`
- `kno-bench-form`, `kno-question`, `kno-as-of`, `kno-bench-go`, `kno-hits`, `kno-recent`
- `kno-{stale,contradictions,coverage,snapshots}`
- dialogs `kno-dialog-{publish,expire,remove,discard,owner,review,questions,override,dismiss,rollback}`, their field
  `kno-<name>-value`, their button `kno-<name>-go`
- `kno-say` (the message line; `data-tone`, `data-code`), `kno-offline`, `kno-menu`, `kno-theme`, `kno-logout`
- `<html data-kno="ready">` once the page works; `data-kno-busy` while a change is under way
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from assistant.bootstrap import App
from assistant.ui.handlers import handler
from assistant.ui.knowledge import skeleton
from assistant.ui.knowledge.handlers import Handlers, Work
from assistant.ui.knowledge.shell import browser_texts
from assistant.ui.knowledge.words import Words
from assistant.ui.live import live_signal
from assistant.ui.visitor import LOCALES

if TYPE_CHECKING:
    import gradio as gr

_CONSOLE = "assistant.ui.console"
_OWN = "assistant.ui.knowledge"
_STYLES = ("layout", "documents", "panes", "narrow")
_SCRIPTS = ("bus", "documents", "editor", "basket", "upload", "changes", "bench", "dialogs", "start")


def _read(package: str, folder: str, names: tuple[str, ...], suffix: str) -> str:
    root = resources.files(package).joinpath(folder)
    return "\n".join(root.joinpath(f"{name}{suffix}").read_text(encoding="utf-8") for name in names)


@cache
def style() -> str:
    """The page's CSS: the console's look, then what is only here."""
    return _read(_CONSOLE, "css", ("tokens", "base", "over"), ".css") + _read(_OWN, "css", _STYLES, ".css")


@cache
def script() -> str:
    """The page's script: the console's calls, then what is only here. Its files share one scope."""
    return f"(() => {{\n{_read(_CONSOLE, 'js', ('calls',), '.js')}\n{_read(_OWN, 'js', _SCRIPTS, '.js')}\n}})();"


def __getattr__(name: str) -> str:
    """`EARLY_HEAD`, read when the page is mounted and not when this module is imported.

    The style goes there because Gradio rewrites the selectors of CSS that it is given: none may look at `<html>`.
    """
    if name == "EARLY_HEAD":
        return f"<script>{_read(_CONSOLE, 'js', ('early',), '.js')}</script><style>{style()}</style>"
    raise AttributeError(name)


def build(app: App) -> gr.Blocks:
    """The page. Its texts come with its first call, in the language of whoever looks at it."""
    import gradio as gr

    handlers = Handlers(app)
    page: gr.Blocks = gr.Blocks(
        title=app.messages.text("kno_title", app.settings.default_locale), analytics_enabled=False
    )
    with page:
        with gr.Column(elem_id="con-app"):  # the console's styles hold within this id
            gr.HTML(
                skeleton.PAGE,
                elem_id="kno-app",
                elem_classes="con-flat",
                js_on_load=None,
                padding=False,
                apply_default_css=False,
            )
        for name, work in handlers.all().items():
            _port(handlers, name, work)
        live = live_signal("/agent/events", elem_id="live")
        # No call to the server: the page reads again what is on screen through its own ports.
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
        ports = list(handlers.all())
        gr.HTML(
            elem_id="kno-script",
            js_on_load=script(),
            visible="hidden",
            apply_default_css=False,
            texts=texts,
            ports=ports,
        )
    return page


def _port(handlers: Handlers, name: str, work: Work) -> None:
    """A hidden component whose value is the call on the way out and the answer on the way back."""
    import gradio as gr

    port = gr.HTML(
        "",
        html_template="<span hidden></span>",
        elem_id=f"kno-port-{name}",
        js_on_load=_read(_CONSOLE, "js", ("port",), ".js"),
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
