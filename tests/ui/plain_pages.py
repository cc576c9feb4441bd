"""The smallest site with the server's own rules: what the gate and the streams do must not depend on real pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.bootstrap import App
from assistant.desk.errors import DeskError, Refusal
from assistant.ui.handlers import handler
from assistant.ui.live import live_signal
from assistant.ui.site import Page
from assistant.ui.staff import staff_of
from assistant.ui.surface import Mount
from assistant.ui.visitor import customer_id, locale_of
from assistant.user import Role

if TYPE_CHECKING:
    import gradio as gr


def plain_pages(app: App) -> tuple[Page, ...]:
    """A page for the staff, one for supervisors and one for customers."""
    return (_staff(Mount("/agent/", Role.AGENT)), _staff(Mount("/lead/", Role.SUPERVISOR)), _customers(app))


def _staff(mount: Mount) -> Page:
    import gradio as gr

    reads = 0

    @handler
    def who(request: gr.Request) -> str:
        nonlocal reads
        reads += 1
        return f"<p id='who' data-reads='{reads}'>{staff_of(request).name} {request.username}</p>"

    with gr.Blocks(title="Plain staff", analytics_enabled=False) as blocks:
        live = live_signal("/agent/events", elem_id="live")
        body = gr.HTML("", elem_id="body")
        _read([blocks.load, live.input], who, body)
    return Page(mount, blocks)


def _read(triggers: list[Any], read: Callable[..., str], body: gr.HTML) -> None:
    import gradio as gr

    # One event for both: two would race, and the older answer could come last.
    gr.on(triggers, read, None, body, queue=False, trigger_mode="always_last", api_visibility="private")


def _customers(app: App) -> Page:
    import gradio as gr

    counts: dict[str, int] = {}

    @handler
    def read(request: gr.Request) -> str:
        me = customer_id(request)
        counts[me] = counts.get(me, 0) + 1
        return f"<p id='who' data-reads='{counts[me]}' lang='{locale_of(request, 'zh-CN')}'>{me}</p>"

    @handler
    def tell(text: str, request: gr.Request) -> None:
        app.events.publish(f"customer:{customer_id(request)}")
        app.events.publish("desk")

    @handler
    def fail(text: str, request: gr.Request) -> None:
        if text == "refused":
            raise DeskError(Refusal.TAKEN, name="Bo")
        raise ValueError(f"quotes {text}")

    with gr.Blocks(title="Plain customers", analytics_enabled=False) as blocks:
        live = live_signal("/events", elem_id="live")
        body = gr.HTML("", elem_id="body")
        words = gr.Textbox("", elem_id="words", label="Words")
        button = gr.Button("Tell", elem_id="tell")
        broken = gr.Button("Break", elem_id="break")
        queued = gr.Button("Queued", elem_id="queued")
        _read([blocks.load, live.input], read, body)
        button.click(tell, words, None, queue=False, api_visibility="private")
        broken.click(fail, words, None, queue=False, api_visibility="private")
        queued.click(tell, words, None, api_visibility="private")
    return Page(Mount("/"), blocks, css="#words { max-width: 300px; }", early_head='<meta name="plain" content="1">')
