from __future__ import annotations

import asyncio
import json
import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.requests import Request

from assistant.bootstrap import App
from assistant.curation.views import Change, ChangeKind, JobState, Standing, Verdict
from assistant.desk.errors import DeskError, Refusal
from assistant.messages import load_messages
from assistant.settings import Settings
from assistant.ui.knowledge import page, skeleton
from assistant.ui.knowledge.handlers import Handlers
from assistant.ui.staff import remember
from tests.ui.console.test_page import Desk
from tests.ui.console.views import Parsed
from tests.ui.knowledge import views
from tests.ui.knowledge.views import DAY, HOSTILE, LEAD, NOW


def app(**services: Any) -> App:
    """An app of which only what the page may touch is there."""
    shared = {"settings": Settings(default_locale="zh-CN"), "messages": load_messages(), "clock": lambda: NOW}
    return cast("App", SimpleNamespace(**shared, **services))


def ask(handlers: Handlers, event: str, payload: object, *, logged_in: bool = True) -> dict[str, Any]:
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"cookie", b"proofdesk_lang=en")]}
    if logged_in:
        remember(scope, LEAD)
    answer = handlers.answer(handlers.all()[event], payload, cast("Any", Request(scope)))
    return cast("dict[str, Any]", json.loads(answer))


def full() -> App:
    """Services that answer everything."""
    library = Desk(
        documents=(views.row(),),
        document=views.detail(),
        drafts=(views.draft_row(),),
        passages=(views.passage(),),
        diff=views.diff(),
        preview_text=views.preview(),
        save_text=views.version(number=5),
        discard=None,
        set_owner=None,
        set_review_due=None,
        job=views.job(),
    )
    publishing = Desk(check=views.job(), impact=views.report(Verdict.WORSE), publish=views.job())
    upkeep = Desk(
        overview=views.overview(),
        staleness=views.stale(),
        coverage=views.leaves(),
        contradictions=(views.contradiction(),),
        snapshots=(views.snapshot(),),
        dismiss=None,
        rollback=views.snapshot(id="old"),
    )
    return app(library=library, publishing=publishing, upkeep=upkeep, bench=Desk(search=views.bench()))


def broken(error: DeskError) -> App:
    """Services that refuse everything."""

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            def method(*_: Any, **__: Any) -> Any:
                raise error

            return method

    return app(library=Refusing(), publishing=Refusing(), upkeep=Refusing(), bench=Refusing())


EVENTS = list(Handlers(app()).all())
CALL = json.dumps(
    {
        "n": 4,
        "document": "wd-fees",
        "locale": "zh-CN",
        "number": 3,
        "other": 2,
        "text": "x",
        "name": "a.md",
        "id": "job-1",
        "jobs": ["job-1"],
        "reason": "y",
        "changes": [{"kind": "remove", "document": "wd-fees", "locale": "zh-CN"}],
    }
)


def test_every_event_is_unqueued_private_and_keeps_nothing_on_the_server() -> None:
    async def build() -> Any:
        return page.build(app())

    blocks = asyncio.run(build())
    assert len(blocks.fns) == len(EVENTS) + 1
    for event in blocks.fns.values():
        assert event.queue is False
        assert event.api_visibility == "private"
        assert event.show_progress == "hidden" or event.fn is None
    assert {type(block).__name__ for block in blocks.blocks.values()} <= {"Blocks", "Column", "HTML"}


def test_the_page_asks_no_other_host_and_its_script_is_complete() -> None:
    style = page.style() + page.__getattr__("EARLY_HEAD")
    assert not re.findall(r"url\(|@import|https?://", style)
    assert not re.findall(r"https?://", page.script())
    assert style.count("{") == style.count("}")
    assert "eval(" not in page.script()


def test_the_script_calls_events_that_exist() -> None:
    called = set(re.findall(r"\b(?:call|read|act)\(\"([a-z]+)\"", page.script()))
    assert called == set(EVENTS)


def test_every_slot_that_is_filled_is_there() -> None:
    handlers = Handlers(full())
    answers = {event: ask(handlers, event, CALL) for event in EVENTS}
    filled = {slot for answer in answers.values() for slot in answer["html"]}
    shell = "".join(answers["start"]["html"].values())
    markup = skeleton.PAGE + shell + answers["open"]["html"]["versions"]
    slots = {a["data-slot"] for _, a in Parsed(markup).elements if "data-slot" in a}
    assert slots == filled


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_answers_with_html_only(event: str) -> None:
    answer = ask(Handlers(full()), event, CALL)
    assert answer["n"] == 4
    assert answer["say"] is None or answer["say"]["tone"] in {"ok", "info"}
    assert all("<img" not in markup for markup in answer["html"].values())


@pytest.mark.parametrize("event", EVENTS)
def test_nobody_gets_anything_without_a_session_or_with_a_forged_call(event: str) -> None:
    handlers = Handlers(app())  # a service that is asked all the same would be an AttributeError
    expired = ask(handlers, event, '{"n": 4}', logged_in=False)
    assert expired == {"n": 4, "now": NOW.isoformat(), "say": expired["say"], "html": {}}
    assert expired["say"]["code"] == "session_expired"
    forged = ask(handlers, event, '{"n": 4, "user": "admin"}')
    assert forged["say"]["code"] == "unreadable"
    assert forged["n"] == 4  # or the page would wait for its answer in vain


@pytest.mark.parametrize("refusal", list(Refusal))
@pytest.mark.parametrize("event", [event for event in EVENTS if event not in {"start", "upkeep", "jobs", "preview"}])
def test_a_refusal_becomes_a_message(event: str, refusal: Refusal) -> None:
    error = DeskError(refusal, "Why.", name="x", rules="x", count="2", limit="10", length="12")
    answer = ask(Handlers(broken(error)), event, CALL)
    assert (answer["say"]["tone"], answer["say"]["code"]) == ("error", refusal)
    assert "{" not in answer["say"]["text"]
    assert answer["html"] == {}


def test_the_page_starts_even_when_nothing_works() -> None:
    answer = ask(Handlers(broken(DeskError(Refusal.UNAVAILABLE))), "start", CALL)
    assert set(answer["html"]) == {"top", "tabs", "main", "dialogs"}


def test_a_part_of_the_upkeep_that_is_broken_says_so_in_its_place() -> None:
    upkeep = Desk(
        staleness=views.stale(),
        coverage=DeskError(Refusal.UNAVAILABLE),
        contradictions=(),
        snapshots=(views.snapshot(),),
    )
    html = ask(Handlers(app(upkeep=upkeep)), "upkeep", "{}")["html"]
    assert 'data-tone="danger"' in html["coverage"]
    assert "<table" in html["stale"]
    forbidden = ask(Handlers(broken(DeskError(Refusal.FORBIDDEN))), "upkeep", "{}")
    assert forbidden["say"]["code"] == "forbidden"


def test_a_text_that_cannot_be_read_is_told_beside_the_editor() -> None:
    library = Desk(preview_text=DeskError(Refusal.UNREADABLE, "x", reason="line 3: no title"))
    answer = ask(Handlers(app(library=library)), "preview", CALL)
    assert answer["say"] is None
    assert "line 3: no title" in answer["unreadable"]


def test_a_forgotten_job_is_told_as_failed() -> None:
    answer = ask(Handlers(app(library=Desk(job=DeskError(Refusal.NOT_FOUND)))), "jobs", '{"jobs": ["a"]}')
    assert answer["jobs"]["a"]["state"] == "failed"
    assert "restarted" in answer["jobs"]["a"]["html"]


def test_a_job_names_the_drafts_that_it_made() -> None:
    answer = ask(Handlers(app(library=Desk(job=views.job(state=JobState.DONE)))), "jobs", '{"jobs": ["a"]}')
    assert [draft["number"] for draft in answer["jobs"]["a"]["drafts"]] == [4, 2]
    assert answer["jobs"]["a"]["failed"] == 1


def test_filters_reach_the_service() -> None:
    library = Desk(documents=())
    call = '{"search": "费", "standing": "draft", "category": "withdrawal", "locale": "en"}'
    ask(Handlers(app(library=library)), "list", call)
    wanted = {"text": "费", "standing": Standing.DRAFT, "category": "withdrawal", "locale": "en"}
    assert library.asked == [("documents", (LEAD,), wanted)]


def test_the_check_gets_exactly_the_basket_and_publishing_the_report_that_was_made_of_it() -> None:
    publishing = Desk(check=views.job(), publish=views.job())
    handlers = Handlers(app(publishing=publishing))
    ask(handlers, "check", CALL)
    ask(handlers, "publish", '{"id": "job-1", "reason": "fees"}')
    assert publishing.asked == [
        ("check", (LEAD, [Change(ChangeKind.REMOVE, "wd-fees", "zh-CN")]), {}),
        ("publish", (LEAD, "job-1"), {"override": "fees"}),
    ]


def test_a_report_that_is_not_there_yet_leaves_the_page_as_it_is() -> None:
    answer = ask(Handlers(app(publishing=Desk(impact=None))), "impact", '{"id": "job-1"}')
    assert (answer["report"], answer["html"]) == ("", {})


def test_saving_says_on_which_version_it_is_based() -> None:
    library = Desk(save_text=views.version(number=5))
    answer = ask(Handlers(app(library=library)), "save", CALL)
    assert library.asked == [
        ("save_text", (LEAD, "wd-fees", "zh-CN", "x"), {"name": "a.md", "based_on": 2, "note": ""})
    ]
    assert (answer["saved"], answer["document"], answer["locale"]) == (5, HOSTILE, HOSTILE)


def test_the_bench_searches_everywhere_unless_told_otherwise() -> None:
    bench = Desk(search=views.bench())
    ask(Handlers(app(bench=bench)), "bench", '{"text": "费", "day": "2026-03-02", "jurisdiction": " "}')
    wanted = {"as_of": DAY, "locale": "", "jurisdiction": None, "product": None}
    assert bench.asked == [("search", (LEAD, "费"), wanted)]


def test_the_editor_gets_the_source_as_it_is() -> None:
    document = ask(Handlers(full()), "open", CALL)["document"]
    assert document["text"] == HOSTILE
    assert (document["newest"], document["version"]) == (4, 3)


def test_the_editor_can_go_on_with_the_newest_draft() -> None:
    document = ask(Handlers(full()), "open", CALL)["document"]
    assert (document["draft"]["number"], document["draft"]["text"]) == (4, HOSTILE)
    library = Desk(document=views.detail(draft=None))
    assert ask(Handlers(app(library=library)), "open", CALL)["document"]["draft"] is None


def test_what_is_written_is_linted_while_it_is_written() -> None:
    html = ask(Handlers(full()), "preview", CALL)["html"]
    assert "Too long." in html["preview-lint"]


def test_the_drafts_that_wait_need_one_call_and_no_document_is_read_for_them() -> None:
    library = Desk(drafts=(views.draft_row(), views.draft_row(locale="en")))
    answer = ask(Handlers(app(library=library)), "basket", "{}")
    assert library.asked == [("drafts", (LEAD,), {})]
    assert answer["html"]["drafts"].count('data-act="stage-version"') == 2


def test_a_change_says_which_passage_it_is_about() -> None:
    call = '{"changes": [{"kind": "hide", "document": "d", "locale": "en", "passage": "p1", "about": "TRC20 costs 1"}]}'
    assert "TRC20 costs 1" in ask(Handlers(full()), "basket", call)["html"]["basket"]
