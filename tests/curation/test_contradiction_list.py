"""The list of contradictions: found by meaning, dismissed for a reason, known to drafts."""

from __future__ import annotations

import pytest

from assistant.bootstrap import App
from assistant.model import Action, HandoffReason, Inquiry
from assistant.user import Role, User
from corpus.ingest import ingest_contents
from tests.curation.test_conflict import OTHER

PARAPHRASED = """---
id: complaint-note
locale: zh-CN
title: 投诉多久有结果
category: policy
questions: [投诉多久有结果]
---
收到投诉后我们会认真核实。书面答复最晚在四十个工作日之内给出。处理投诉不收费。
"""


def told(desk: App, name: str, content: str) -> None:
    assert not ingest_contents([(name, content.encode())], desk.catalog, counter=desk.token_counter).failed
    desk.knowledge.build()


def test_the_shipped_articles_do_not_contradict_each_other(desk: App) -> None:
    assert desk.upkeep.found() == ()


def test_a_paraphrase_with_another_figure_is_found(desk: App) -> None:
    told(desk, "complaint-note.md", PARAPHRASED)
    found = {
        frozenset((item.first.passage.document_id, item.second.passage.document_id)): (item, dismissed)
        for item, dismissed in desk.upkeep.found()
    }
    item, dismissed = found[frozenset(("complaint-note", "pol-complaints"))]
    assert dismissed == ""
    assert "四十个工作日" in {item.first.value, item.second.value}


def test_drafts_know_what_is_open_and_not_what_was_dismissed(desk: App) -> None:
    told(desk, "fee-note.md", OTHER)
    supervisor = User("s", "Supervisor", Role.SUPERVISOR)
    snapshot = desk.retriever.snapshot_id
    assert desk.conflicts.of(snapshot) == ()
    items = [item for item, _ in desk.upkeep.found() if item.certain]
    assert {("fee-note", "trd-fees"), ("trd-fees", "fee-note")} & {c.documents for c in desk.conflicts.of(snapshot)}
    for item in items:
        desk.upkeep.dismiss(supervisor, item.id, "the note is a draft")
    assert desk.conflicts.of(snapshot) == ()
    assert all(dismissed for item, dismissed in desk.upkeep.found() if item.certain)


@pytest.mark.parametrize("question", ["VIP 0 的挂单费率是多少"])
def test_a_known_contradiction_stops_the_draft(desk: App, question: str) -> None:
    told(desk, "fee-note.md", OTHER)
    desk.upkeep.found()
    answer = desk.chain.answer(Inquiry("q", (question,)))
    assert (answer.action, answer.handoff_reason) == (Action.HANDOFF, HandoffReason.CONFLICT)


def test_a_rollback_does_not_let_go_of_what_is_known(desk: App) -> None:
    told(desk, "fee-note.md", OTHER)
    desk.upkeep.found()
    supervisor = User("s", "Supervisor", Role.SUPERVISOR)
    before = desk.retriever.snapshot_id
    desk.upkeep.rollback(supervisor, "to try it")
    after = desk.retriever.snapshot_id
    assert before != after
    assert {"fee-note", "trd-fees"} in [set(conflict.documents) for conflict in desk.conflicts.of(after)]
