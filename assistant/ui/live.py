"""The part of a page that hears of changes."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr


def live_signal(url: str, elem_id: str) -> gr.HTML:
    """A component that triggers `input` whenever something changed that the stream at `url` tells of.

    It also does when the tab gets its connection, first or again, and when a hidden tab is looked at. Tabs of one
    browser share one connection. Handle it with `queue=False` and `trigger_mode="always_last"`: a change that comes
    while the page is being read must not be dropped.

    `<html data-live>` is `on`, `off` or `expired`; so is the event that the window gets: `proofdesk:online`,
    `proofdesk:offline`, `proofdesk:expired`.
    """
    import gradio as gr

    return gr.HTML(
        html_template='<span data-on="0" hidden></span>',
        js_on_load=_script(),
        elem_id=elem_id,
        elem_classes="live",
        padding=False,
        apply_default_css=False,
        url=url,
    )


@cache
def _script() -> str:
    return resources.files("assistant.ui").joinpath("live.js").read_text(encoding="utf-8")
