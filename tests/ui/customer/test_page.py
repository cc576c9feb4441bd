from __future__ import annotations

import asyncio
import json
import re
from importlib import resources
from typing import Any

import pytest

from assistant.bootstrap import App
from assistant.ui.customer import page
from assistant.ui.customer.handlers import HANDLERS


def built(app: App) -> Any:
    """The page, made inside a loop: outside of one Gradio opens a loop of its own and never closes it."""

    async def build() -> Any:
        return page.build(app)

    return asyncio.run(build())


@pytest.mark.slow
def test_every_event_is_unqueued_private_and_takes_no_component(app: App) -> None:
    blocks = built(app)
    events = list(blocks.fns.values())
    served = [event for event in events if event.fn is not None]
    assert {target[1] for event in served for target in event.targets} == set(HANDLERS)
    for event in served:
        assert event.queue is False
        assert event.api_visibility == "private"
        assert event.inputs == []
    assert not any(type(block).__name__ == "State" for block in blocks.blocks.values())


@pytest.mark.slow
def test_the_page_comes_without_any_conversation(app: App) -> None:
    config = json.dumps(built(app).get_config_file(), ensure_ascii=False)
    assert app.settings.desk_name in config
    assert "cust-entry" not in re.sub(r'"js_on_load": "(?:[^"\\]|\\.)*"', "", config)


def test_a_desk_name_cannot_break_the_template() -> None:
    class Named:
        class settings:  # noqa: N801 - stands for the settings of an app
            desk_name = "${alert(1)} `x` {{y}} <b> \\"

    start = page._start(Named())  # type: ignore[arg-type]
    name = start.partition("<h1>")[2].partition("</h1>")[0]
    assert not set(name) & set("{}`$\\<>")


def test_style_and_scripts_are_whole() -> None:
    # Gradio writes every selector anew and breaks one that has a comma inside brackets.
    css = re.sub(r"/\*.*?\*/", "", page.CSS, flags=re.DOTALL)
    assert css.count("{") == css.count("}")
    assert re.findall(r":(?:is|where|not)\([^)]*,[^)]*\)", css) == []
    assert "http" not in css
    for script in ("secrets.js", "morph.js", "calls.js", "customer.js"):
        text = resources.files("assistant.ui.customer").joinpath(script).read_text(encoding="utf-8")
        assert "https://" not in text
        assert "innerHTML = answer.error" not in text
    with pytest.raises(AttributeError):
        _ = page.NOTHING
