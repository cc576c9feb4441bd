from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from assistant.model import (
    Action,
    Answer,
    Citation,
    Disposition,
    EvidenceItem,
    Finding,
    HandoffReason,
    Notice,
    Severity,
)
from assistant.presenter import answer_json, hit_json, manifest_json, verify_problems
from index.model import Hit, Manifest
from index.snapshots import SnapshotCheck, VerifyReport
from tests.builders import passage

PASSAGE = passage("提现审核通常需要 10–30 分钟。")


def answer(**values: object) -> Answer:
    fields: Mapping[str, object] = {
        "id": "q",
        "action": Action.ANSWER,
        "disposition": Disposition.REVIEW,
        "handoff_reason": None,
        "text": "提现审核通常需要 10–30 分钟。[1]",
        "language": "zh-CN",
        "confidence": 0.123456,
        **values,
    }
    return Answer(**fields)  # type: ignore[arg-type]


def test_an_answer_as_the_contract_has_it() -> None:
    citation = Citation(1, "wd-delayed", PASSAGE.id, PASSAGE.title, "10–30 分钟", (8, 16))
    shown = answer_json(
        answer(
            citations=(citation,),
            notices=tuple(Notice(id_, "text", "zh-CN", "") for id_ in ("SAFETY", "AI-LABEL")),
            findings=(Finding("STR-001", Severity.WARN, (0, 2), "m"), Finding("LANGUAGE", Severity.SUPERVISOR)),
            evidence=(EvidenceItem(1, PASSAGE, 5.00000049),),
            stage_ms=MappingProxyType({"retrieve": 1.5}),
            versions=MappingProxyType({"snapshot": "s"}),
        )
    )
    assert json.loads(json.dumps(shown)) == {
        "id": "q",
        "action": "answer",
        "disposition": "review",
        "handoff_reason": None,
        "text": "提现审核通常需要 10–30 分钟。[1]",
        "language": "zh-CN",
        "confidence": 0.1235,
        "citations": [
            {
                "n": 1,
                "document_id": "wd-delayed",
                "passage_id": PASSAGE.id,
                "title": "提现未到账或延迟",
                "quote": "10–30 分钟",
                "span": [8, 16],
            }
        ],
        "disclaimers": ["SAFETY", "AI-LABEL"],
        "findings": [
            {"rule": "STR-001", "severity": "warn", "span": [0, 2], "message": "m"},
            {"rule": "LANGUAGE", "severity": "needs_supervisor", "span": None, "message": ""},
        ],
        "evidence": [
            {
                "n": 1,
                "document_id": "wd-delayed",
                "passage_id": PASSAGE.id,
                "title": "提现未到账或延迟",
                "section": "short_answer",
                "text": PASSAGE.text,
                "score": 5.0,
            }
        ],
        "draft": "",
        "trace": {"stage_ms": {"retrieve": 1.5}},
        "versions": {"snapshot": "s"},
    }


def test_a_reason_is_its_name() -> None:
    shown = answer_json(
        answer(action=Action.ESCALATE, disposition=Disposition.ESCALATE, handoff_reason=HandoffReason.ATO)
    )
    assert (shown["action"], shown["disposition"], shown["handoff_reason"]) == ("escalate", "escalate", "ATO")
    assert shown["draft"] == ""


def test_an_escalation_shows_what_the_agent_may_start_from() -> None:
    proposal = answer(text="d", evidence=(EvidenceItem(1, PASSAGE, 1.0),))
    shown = answer_json(answer(action=Action.ESCALATE, handoff_reason=HandoffReason.ATO, text="t", proposal=proposal))
    assert (shown["text"], shown["draft"]) == ("t", "d")
    assert [item["passage_id"] for item in shown["evidence"]] == [PASSAGE.id]


def test_a_hit() -> None:
    assert hit_json(Hit(PASSAGE, 0.12345678, {"dense": 2}, {"dense": 0.9})) == {
        "document_id": "wd-delayed",
        "passage_id": PASSAGE.id,
        "title": "提现未到账或延迟",
        "text": PASSAGE.text,
        "score": 0.123457,
        "retrievers": {"dense": 2},
        "locale": "zh-CN",
        "section": "short_answer",
        "heading": "",
        "page": None,
        "part": None,
    }
    placed = hit_json(Hit(replace(PASSAGE, heading="费用", page=3, part="费率表"), 0.1, {}, {}))
    assert (placed["heading"], placed["page"], placed["part"]) == ("费用", 3, "费率表")


def test_a_manifest_and_its_absence() -> None:
    assert manifest_json(None) == {"built": False}
    shown = manifest_json(Manifest("s", "2026-03-02T09:30:00+00:00", "e", 384, "c", "d", 24, 300, {}))
    assert shown == {
        "built": True,
        "snapshot": "s",
        "created": "2026-03-02T09:30:00+00:00",
        "embedder": "e",
        "dimension": 384,
        "documents": 24,
        "passages": 300,
    }


def test_a_report_that_is_not_ok_always_says_why() -> None:
    sound, damaged = SnapshotCheck("a", ()), SnapshotCheck("b", ("one", "two"))
    assert verify_problems(VerifyReport("a", (sound,), ())) == []
    assert verify_problems(VerifyReport(None, (), ())) == ["There is no index."]
    assert verify_problems(VerifyReport("a", (sound, damaged), ())) == ["b: one", "b: two"]
    lost = VerifyReport(None, (sound,), ())
    assert not lost.ok
    assert verify_problems(lost) == ["No snapshot is the current one. Run `proofdesk index build`."]
