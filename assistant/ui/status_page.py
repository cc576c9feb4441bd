"""The health page: whether the desk can answer, and from what."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from assistant.health import Health
from assistant.messages import Messages

if TYPE_CHECKING:
    import gradio as gr

CSS = """
.gradio-container { width: 100% !important; max-width: 720px !important; margin: 0 auto; }
.status { font-size: 16px; line-height: 1.65; color: #0f172a; }
.status h1 { font-size: 20px; font-weight: 600; margin: 32px 0 4px; }
.status p { margin: 0 0 16px; color: #475569; }
.status .state { display: inline-block; padding: 2px 10px; border-radius: 8px; border: 1px solid; font-weight: 600; }
.status .ok { color: #0f766e; } .status .problem { color: #b91c1c; }
.status dl { display: grid; grid-template-columns: max-content 1fr; gap: 8px 24px; margin: 16px 0;
  padding: 16px; border: 1px solid #cbd5e1; border-radius: 8px; }
.status dt { color: #475569; } .status dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.dark .status { color: #e2e8f0; } .dark .status p, .dark .status dt { color: #94a3b8; }
.dark .status .ok { color: #2dd4bf; }
.dark .status .problem { color: #f87171; } .dark .status dl { border-color: #334155; }
@media (max-width: 480px) { .status dl { grid-template-columns: 1fr; gap: 0; } .status dd { margin-bottom: 12px; } }
"""


def build(read: Callable[[], Health], messages: Messages, locale: str) -> gr.Blocks:
    """The page. The state is read anew at every visit."""
    import gradio as gr

    page: gr.Blocks = gr.Blocks(title=messages.text("status_title", locale), analytics_enabled=False)
    with page:
        body = gr.HTML(elem_id="status")
        page.load(lambda: status_html(read(), messages, locale), None, body, queue=False, api_visibility="private")
    return page


def status_html(health: Health, messages: Messages, locale: str) -> str:
    """The body; every value is escaped."""
    state = "ok" if health.ok else "problem"
    icon = "✓" if health.ok else "✕"
    rows = (
        ("status_snapshot", health.snapshot),
        ("status_documents", f"{health.documents:,}"),
        ("status_passages", f"{health.passages:,}"),
        ("status_embedder", health.embedder),
        ("status_model", health.chat_model),
        ("status_policy", health.policy),
        ("status_version", health.version),
    )
    items = "".join(f"<dt>{escape(messages.text(key, locale))}</dt><dd>{escape(value)}</dd>" for key, value in rows)
    label = escape(messages.text(f"status_{state}", locale))
    problem = f'<p role="alert">{escape(health.problem)}</p>' if health.problem else ""
    return (
        f'<main class="status"><h1>{escape(messages.text("status_title", locale))}</h1>'
        f"<p>{escape(messages.text('status_lead', locale))}</p>"
        f'<div class="state {state}" role="status">{icon} {label}</div>{problem}<dl>{items}</dl></main>'
    )
