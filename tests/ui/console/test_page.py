from __future__ import annotations

import asyncio
import json
import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import Request

from assistant.bootstrap import App
from assistant.desk.errors import DeskError, Refusal
from assistant.messages import load_messages
from assistant.settings import Settings
from assistant.ui.console import page
from assistant.ui.console.handlers import Handlers
from assistant.ui.staff import remember
from tests.ui.console.views import AGENT, NOW, Parsed, draft, mine


def app(review_desk: object = None) -> App:
    """An app of which only what the page may touch is there."""
    parts = SimpleNamespace(
        settings=Settings(default_locale="zh-CN"), messages=load_messages(), clock=lambda: NOW, review_desk=review_desk
    )
    return cast("App", parts)


def built() -> Any:
    """The page. Gradio wants an event loop when it is made, and leaves one open that it has to make itself."""

    async def build() -> Any:
        return page.build(app())

    return asyncio.run(build())


def request(*, logged_in: bool = True) -> Any:
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"cookie", b"proofdesk_lang=en")]}
    if logged_in:
        remember(scope, AGENT)
    return Request(scope)


def ask(handlers: Handlers, event: str, payload: object, *, logged_in: bool = True) -> dict[str, Any]:
    answer = handlers.answer(handlers.all()[event], payload, request(logged_in=logged_in))
    return cast("dict[str, Any]", json.loads(answer))


def test_every_event_is_unqueued_private_and_keeps_nothing_on_the_server() -> None:
    blocks = built()
    assert len(blocks.fns) == len(Handlers(app()).all()) + 1
    for event in blocks.fns.values():
        assert event.queue is False
        assert event.api_visibility == "private"
        assert event.show_progress == "hidden" or event.fn is None
    assert {type(block).__name__ for block in blocks.blocks.values()} <= {"Blocks", "Column", "HTML", "Textbox", "Form"}


def test_the_page_asks_no_other_host_and_its_script_is_complete() -> None:
    style = page.style() + page.__getattr__("EARLY_HEAD")
    assert not re.findall(r"url\(|@import|https?://", style)
    assert not re.findall(r"https?://", page.script())
    assert style.count("{") == style.count("}")
    assert "innerHTML" in page.script()
    assert "eval(" not in page.script()


def test_the_skeleton_is_well_formed_and_its_slots_are_all_filled() -> None:
    from assistant.ui.console import skeleton

    markup = "".join(getattr(skeleton, name) for name in dir(skeleton) if name.isupper() and not name.startswith("_"))
    slots = {a["data-slot"] for _, a in Parsed(markup).elements if "data-slot" in a}
    desk = SimpleNamespace(queue=lambda *_: _no_queue(), open=lambda *_: mine(draft()))
    answer = ask(Handlers(app(desk)), "start", "{}")
    opened = ask(Handlers(app(desk)), "open", '{"ticket": "t1"}')
    assert slots == {*answer["shell"], *opened["ticket"]["html"], "tabs", "hits"}
    dialogs = Parsed(answer["shell"]["dialogs"])
    assert [a["id"] for tag, a in dialogs.elements if tag == "dialog"] == [
        f"con-dialog-{name}" for name in ("reject", "escalate", "close", "reveal", "macros", "help", "article")
    ]
    assert {"article", "macros"} <= {a.get("data-slot") for _, a in dialogs.elements}


def test_the_message_line_is_part_of_the_ticket_s_pane() -> None:
    from assistant.ui.console import skeleton

    ids = [a.get("id") for _, a in Parsed(skeleton.WORK).elements]
    assert ids.index("con-work-scroll") < ids.index("con-say") < ids.index("con-say-close")
    assert "con-say" not in skeleton.OVER


def _no_queue() -> Any:
    from assistant.desk.views import QueueTab, QueueView

    return QueueView(QueueTab.OPEN, (), dict.fromkeys(QueueTab, 0))


@pytest.mark.parametrize("event", list(Handlers(app()).all()))
def test_nobody_gets_anything_without_a_session_or_with_a_forged_call(event: str) -> None:
    handlers = Handlers(app())  # a service that is asked all the same would be an AttributeError
    expired = ask(handlers, event, '{"n": 4}', logged_in=False)
    assert expired == {"n": 4, "now": NOW.isoformat(), "say": expired["say"], "queue": None, "ticket": None}
    assert expired["say"]["code"] == "session_expired"
    forged = ask(handlers, event, '{"n": 4, "user": "admin"}')
    assert forged["say"]["code"] == "unreadable"
    assert forged["n"] == 4  # or the page would wait for its answer in vain


class Desk:
    """Answers as a script says, and writes down what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        def method(*args: Any, **kwargs: Any) -> Any:
            self.asked.append((name, args, kwargs))
            answer = self._answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return method


def test_sending_an_edit_approves_exactly_what_the_edit_made() -> None:
    edited = mine(draft(id="d2", author_id="u1", body="改过"))
    desk = Desk(edit=edited, approve=edited)
    answer = ask(Handlers(app(desk)), "send", '{"ticket": "t1", "version": 1, "body": "改过", "cite": ["p9"]}')
    assert edited.draft is not None
    assert desk.asked == [
        ("edit", (AGENT, "t1", 1, "改过", ("p9",)), {}),
        ("approve", (AGENT, "t1", edited.ticket.version, edited.draft.sha256), {"confirmed": False}),
    ]
    assert answer["say"]["tone"] == "ok"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"blocked_by": ("GEN-1",)}, "blocked"),
        ({"unconfirmed": 2}, "unconfirmed"),
        ({"needs_supervisor": True}, "needs_supervisor"),
        ({"stale": True}, "stale"),
    ],
)
def test_an_edit_that_needs_a_person_s_decision_is_not_sent(values: dict[str, Any], code: str) -> None:
    desk = Desk(edit=mine(draft(author_id="u1"), **values))
    answer = ask(Handlers(app(desk)), "send", '{"ticket": "t1", "version": 1, "body": "x"}')
    assert [name for name, _, _ in desk.asked] == ["edit"]
    assert (answer["say"]["tone"], answer["say"]["code"]) == ("warn", code)


def test_a_lost_race_names_the_winner_and_shows_the_ticket_as_it_is() -> None:
    desk = Desk(claim=DeskError(Refusal.TAKEN, name="李雷"), open=mine(draft(), mine=False, assignee="李雷"))
    answer = ask(Handlers(app(desk)), "claim", '{"n": 2, "ticket": "t1", "version": 1}')
    assert "李雷" in answer["say"]["text"]
    assert answer["ticket"]["mine"] is False
    assert answer["n"] == 2


def test_a_refusal_that_changes_nothing_leaves_the_ticket_alone() -> None:
    desk = Desk(escalate=DeskError(Refusal.NEEDS_REASON))
    answer = ask(Handlers(app(desk)), "escalate", '{"ticket": "t1", "version": 1}')
    assert answer["ticket"] is None
    assert answer["say"]["code"] == "needs_reason"


def test_what_is_revealed_goes_to_the_page_as_text() -> None:
    desk = Desk(reveal="<b>+852 5123 4567</b>")
    call = '{"ticket": "t1", "message": "m1", "token": "⟦PHONE_1⟧", "comment": "核对"}'
    assert ask(Handlers(app(desk)), "reveal", call)["revealed"] == "<b>+852 5123 4567</b>"
    assert desk.asked == [("reveal", (AGENT, "t1", "m1", "⟦PHONE_1⟧", "核对"), {})]
