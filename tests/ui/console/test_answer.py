from __future__ import annotations

import json

from assistant.desk.views import QueueTab, QueueView
from assistant.ticket import DraftOrigin, Urgency
from assistant.ui.console.answer import Answer, Said, queue_part, ticket_part
from tests.ui.console.views import AGENT, HOSTILE, NOW, draft, item, mine, view, words


def test_an_answer_is_json_with_the_number_of_its_call() -> None:
    answer = Answer(7, NOW, said=Said("error", "没有完成", "stale"), more={"hits": "<p>"})
    assert json.loads(answer.json()) == {
        "n": 7,
        "now": "2026-03-02T09:30:00+00:00",
        "say": {"tone": "error", "text": "没有完成", "code": "stale"},
        "queue": None,
        "ticket": None,
        "hits": "<p>",
    }


def test_the_queue_tells_the_page_which_lines_are_urgent_and_free() -> None:
    items = (item(), item(ticket_id="t2", urgency=Urgency.EMERGENCY, assignee="李雷", overdue=True))
    part = queue_part(QueueView(QueueTab.OPEN, items, dict.fromkeys(QueueTab, 2)), "", words())
    assert [(each["id"], each["urgency"], each["overdue"], each["open"]) for each in part["items"]] == [
        ("t1", "normal", False, True),
        ("t2", "emergency", True, False),
    ]
    assert (part["tab"], part["urgent"], part["open"]) == ("open", 1, 2)


def test_the_editor_gets_the_body_as_it_is_and_html_everything_else() -> None:
    part = ticket_part(mine(draft(body=HOSTILE)), AGENT, words())
    assert part["draft"]["body"] == HOSTILE
    assert part["mayApprove"] is True
    assert [n for n, _ in part["draft"]["evidence"]] == [1, 2, 3]
    assert all("<img" not in markup for markup in part["html"].values())


def test_an_edit_is_compared_with_the_desk_s_own_words() -> None:
    own = draft()
    edited = draft(id="d2", origin=DraftOrigin.EDITED, author_id="u1", body="改过")
    assert ticket_part(mine(own), AGENT, words())["base"] == own.body
    assert ticket_part(mine(edited, base=own), AGENT, words())["base"] == own.body
    assert ticket_part(mine(draft(origin=DraftOrigin.WRITTEN, author_id="u1")), AGENT, words())["base"] is None
    assert ticket_part(view(), AGENT, words())["base"] is None
