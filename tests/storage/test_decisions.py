"""Decisions, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.storage.database import Database
from assistant.storage.errors import RecordRefusedError
from assistant.ticket import DecisionKind
from tests.storage.samples import decision, draft, later, stage


@pytest.fixture
def staged(database: Database) -> Database:
    with database.writing() as records:
        stage(records)
        records.drafts.add(draft())
    return database


def test_decisions_come_back_in_order(staged: Database) -> None:
    escalated = decision(
        "x2", draft_id=None, kind=DecisionKind.ESCALATE, reason="r", comment="c\n二", created_at=later(1)
    )
    approved = decision("x1", confirmed=True)
    with staged.writing() as records:
        records.decisions.add(approved)
        records.decisions.add(escalated)
    with staged.reading() as records:
        assert records.decisions.get("x1") == approved
        assert records.decisions.get("x9") is None
        assert records.decisions.of_ticket("t1") == (escalated, approved)
        assert records.decisions.of_ticket("t2") == ()


@pytest.mark.parametrize("values", [{"draft_id": None}, {"draft_id": "d9"}, {"user_id": "u9"}, {"ticket_id": "t9"}])
def test_an_approval_names_a_person_a_ticket_and_a_draft(staged: Database, values: dict[str, Any]) -> None:
    with pytest.raises(RecordRefusedError), staged.writing() as records:
        records.decisions.add(decision(**values))
