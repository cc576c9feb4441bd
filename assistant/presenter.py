"""Values to the JSON of the command contract (`docs/cli.md`)."""

from __future__ import annotations

from typing import Any

from assistant.model import Answer, Citation, EvidenceItem, Finding
from index.model import Hit, Manifest
from index.snapshots import VerifyReport


def answer_json(answer: Answer) -> dict[str, Any]:
    """The object that `proofdesk ask --json` prints. An escalation shows the evidence of its proposal."""
    proposal = answer.proposal
    return {
        "id": answer.id,
        "action": answer.action.value,
        "disposition": answer.disposition.value,
        "handoff_reason": answer.handoff_reason.value if answer.handoff_reason else None,
        "text": answer.text,
        "language": answer.language,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation_json(citation) for citation in answer.citations],
        "disclaimers": [notice.id for notice in answer.notices],
        "findings": [_finding_json(finding) for finding in answer.findings],
        "evidence": [_evidence_json(item) for item in (proposal or answer).evidence],
        "draft": proposal.text if proposal else "",
        "trace": {"stage_ms": dict(answer.stage_ms)},
        "versions": dict(answer.versions),
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One line's object of `proofdesk search --json`."""
    passage = hit.passage
    return {
        "document_id": passage.document_id,
        "passage_id": passage.id,
        "title": passage.title,
        "text": passage.text,
        "score": round(hit.score, 6),
        "retrievers": dict(hit.retrievers),
        "locale": passage.locale,
        "section": passage.section.value,
        "heading": passage.heading,
        "page": passage.page,
        "part": passage.part or None,
    }


def manifest_json(manifest: Manifest | None) -> dict[str, Any]:
    """What `proofdesk index status --json` prints."""
    if manifest is None:
        return {"built": False}
    return {
        "built": True,
        "snapshot": manifest.id,
        "created": manifest.created,
        "embedder": manifest.embedder,
        "dimension": manifest.dimension,
        "documents": manifest.documents,
        "passages": manifest.passages,
    }


def verify_problems(report: VerifyReport) -> list[str]:
    """What is wrong with the snapshots, one sentence each."""
    if report.current is None and not report.snapshots:
        return ["There is no index."]
    problems = [f"{check.id}: {problem}" for check in report.snapshots for problem in check.problems]
    if report.current is None:
        problems.append("No snapshot is the current one. Run `proofdesk index build`.")
    return problems


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "document_id": citation.document_id,
        "passage_id": citation.passage_id,
        "title": citation.title,
        "quote": citation.quote,
        "span": list(citation.span),
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "span": list(finding.span) if finding.span else None,
        "message": finding.message,
    }


def _evidence_json(item: EvidenceItem) -> dict[str, Any]:
    passage = item.passage
    return {
        "n": item.n,
        "document_id": passage.document_id,
        "passage_id": passage.id,
        "title": passage.title,
        "section": passage.section.value,
        "text": passage.text,
        "score": round(item.score, 6),
    }
