"""The health page: whether the desk can answer, and from what."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from assistant.health import Health
from assistant.messages import Messages
from assistant.ui.handlers import handler
from assistant.ui.visitor import locale_of

if TYPE_CHECKING:
    import gradio as gr

CSS = """
.status > header { border-bottom: 1px solid var(--border-color-primary); background: var(--background-fill-primary); }
.status > header > div, .status > div { max-width: 760px; margin: 0 auto; padding: 0 24px; }
.status > header > div { display: flex; align-items: center; justify-content: space-between;
  gap: 16px; min-height: 56px; }
.status { font-size: 16px; line-height: 1.65; }
.status h1 { font-size: 18px; font-weight: 600; line-height: 1.4; margin: 0; color: var(--body-text-color); }
.status header p { margin: 0; font-size: 14px; line-height: 1.5; color: var(--body-text-color-subdued); }
.status header p, .status h1 { overflow-wrap: anywhere; }
.status .back { margin: 16px 0 0; }
.status .back a { padding: 2px 0; color: var(--link-text-color); text-decoration: none; }
.status .back a:hover { text-decoration: underline; } .status .back span { color: inherit; }
.status header span { color: var(--body-text-color-subdued); font-variant-numeric: tabular-nums; white-space: nowrap; }
.status .lead { margin: 8px 0 16px; color: var(--body-text-color-subdued); }
.status .state { padding: 12px 16px; border: 1px solid; border-radius: 8px; }
.status .state strong { font-weight: 600; } .status .state * { color: inherit; }
.status .state p { margin: 4px 0 0; overflow-wrap: anywhere; }
.status .ok { color: var(--link-text-color); border-color: currentColor; background: var(--color-accent-soft); }
.status .problem { color: var(--error-text-color); border-color: var(--error-border-color);
  background: var(--error-background-fill); }
.status dl { margin: 16px 0 48px; border: 1px solid var(--border-color-primary); border-radius: 8px;
  background: var(--background-fill-primary); }
.status dl div { display: grid; grid-template-columns: 160px 1fr; gap: 16px; padding: 8px 16px; }
.status dl div + div { border-top: 1px solid var(--border-color-primary); }
.status dt { color: var(--body-text-color-subdued); }
.status dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; color: var(--body-text-color); }
@media (max-width: 480px) {
  .status > header > div, .status > div { padding: 0 16px; }
  .status dl div { grid-template-columns: 104px 1fr; gap: 12px; }
}
"""
"""Colours come from the theme, so that light and dark need no rules of their own here."""


def build(read: Callable[[], Health], messages: Messages, locale: str, desk_name: str = "") -> gr.Blocks:
    """The page, in the visitor's language or `locale`. The state is read anew at every visit."""
    import gradio as gr

    @handler
    def show(request: gr.Request) -> str:
        return status_html(read(), messages, locale_of(request, locale), desk_name)

    page: gr.Blocks = gr.Blocks(title=messages.text("status_title", locale), analytics_enabled=False)
    with page:
        body = gr.HTML(elem_id="status", padding=False)
        page.load(show, None, body, queue=False, api_visibility="private")
    return page


def status_html(health: Health, messages: Messages, locale: str, desk_name: str = "") -> str:
    """The body; every value is escaped. Problems are the operator's and in English, whatever the page is in."""

    def say(key: str) -> str:
        return escape(messages.text(key, locale))

    state, icon = ("ok", "✓") if health.ok else ("problem", "✕")
    rows = (
        ("status_snapshot", health.snapshot),
        ("status_documents", f"{health.documents:,}"),
        ("status_passages", f"{health.passages:,}"),
        ("status_embedder", health.embedder),
        ("status_model", health.chat_model),
        ("status_policy", health.policy),
    )
    items = "".join(f"<div><dt>{say(key)}</dt><dd>{escape(value) or '—'}</dd></div>" for key, value in rows)
    desk = f"<p>{escape(desk_name)}</p>" if desk_name else ""
    problem = f'<p lang="en">{escape(health.problem)}</p>' if health.problem else ""
    return (
        f'<section class="status" lang="{escape(locale)}"><header><div><div><h1>{say("status_title")}</h1>{desk}</div>'
        f"<span>{say('status_version')} {escape(health.version)}</span></div></header>"
        f'<div><p class="back"><a href="/agent/"><span aria-hidden="true">‹</span> {say("con_title")}</a></p>'
        f'<p class="lead">{say("status_lead")}</p>'
        f'<div class="state {state}" role="status"><strong>'
        f'<span aria-hidden="true">{icon}</span> {say(f"status_{state}")}</strong>{problem}</div>'
        f"<dl>{items}</dl></div></section>"
    )
