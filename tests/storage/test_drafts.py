"""Drafts with verdict and evidence, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from assistant.model import Action, Disposition
from assistant.storage.database import Database
from assistant.storage.errors import DamagedRecordError, RecordRefusedError
from assistant.ticket import DraftOrigin
from tests.storage.samples import draft, later, stage
from tests.storage.tampering import tamper


@pytest.fixture
def staged(database: Database) -> Database:
    with database.writing() as records:
        stage(records)
    return database


def test_a_draft_comes_back_whole(staged: Database) -> None:
    desk = draft()
    edited = draft(
        "d2",
        "改过的。",
        origin=DraftOrigin.EDITED,
        author_id="u1",
        parent_id="d1",
        edit_distance=12,
        based_on=0,
        created_at=later(3),
        confidence=0.0,
    )
    bare = draft(
        "d0",
        "",
        action=Action.ESCALATE,
        disposition=Disposition.BLOCK,
        sentences=(),
        citations=(),
        notices=(),
        findings=(),
        evidence=(),
        versions={},
        created_at=later(2),
    )
    with staged.writing() as records:
        for value in (desk, edited, bare):
            records.drafts.add(value)
    with staged.reading() as records:
        found = records.drafts.get("d1")
        assert found == desk
        assert found is not None
        assert list(found.versions) == ["snapshot", "policy", "model", "prompt"]
        assert list(found.evidence[0].passage.cells) == ["网络", "手续费", ""]
        assert records.drafts.of_ticket("t1") == (desk, bare, edited)
        assert records.drafts.get("d9") is None
        assert records.drafts.of_ticket("t9") == ()


def test_heads_hold_confidence_and_disposition(staged: Database) -> None:
    with staged.writing() as records:
        records.drafts.add(draft())
        records.drafts.add(draft("d2", "另一份", disposition=Disposition.BLOCK, confidence=0.25))
    with staged.reading() as records:
        heads = records.drafts.heads(["d1", "d2", "d3"])
    assert heads == {"d1": (0.7310585786300049, Disposition.REVIEW), "d2": (0.25, Disposition.BLOCK)}


def test_a_draft_belongs_to_a_ticket_and_evidence_has_numbers_of_its_own(staged: Database) -> None:
    item = draft().evidence[0]
    for value in (draft(ticket_id="t9"), draft(evidence=(item, item)), draft(parent_id="d9"), draft(sha256="short")):
        with pytest.raises(RecordRefusedError), staged.writing() as records:
            records.drafts.add(value)
    with staged.reading() as records:
        assert records.drafts.of_ticket("t1") == ()


def test_a_verdict_that_names_another_policy_is_damage(staged: Database) -> None:
    with staged.writing() as records:
        records.drafts.add(draft())
    tamper(staged, text("UPDATE verdict SET policy_version = 'p-2'"))
    with staged.reading() as records, pytest.raises(DamagedRecordError, match="d1"):
        records.drafts.get("d1")
