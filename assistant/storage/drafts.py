"""Drafts: what was put before a person, with the verdict of policy and evidence whose text never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select
from sqlalchemy.engine import Connection

from assistant.model import Disposition, EvidenceItem
from assistant.reply import text_hash
from assistant.storage.codecs import (
    decode_all,
    decode_citation,
    decode_evidence,
    decode_finding,
    decode_notice,
    decode_sentence,
    encode_citation,
    encode_evidence,
    encode_finding,
    encode_notice,
    encode_sentence,
)
from assistant.storage.errors import DamagedRecordError
from assistant.storage.repository import Repository, batches
from assistant.storage.seals import Sealed, Seals, fingerprint
from assistant.storage.tables import draft, evidence, verdict
from assistant.ticket import DraftRecord

_C = draft.c
_PLAIN = (
    "id",
    "ticket_id",
    "based_on",
    "origin",
    "action",
    "language",
    "body",
    "text",
    "sha256",
    "created_at",
    "confidence",
    "author_id",
    "parent_id",
    "edit_distance",
)


class Drafts(Repository):
    """Drafts are added and never changed; an edit is a new one."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        super().__init__(connection)
        self._seals = seals

    def add(self, value: DraftRecord) -> None:
        """Store a draft, its verdict and its evidence."""
        row = {name: getattr(value, name) for name in _PLAIN} | {
            "sentences": [encode_sentence(sentence) for sentence in value.sentences],
            "citations": [encode_citation(citation) for citation in value.citations],
            "notices": [encode_notice(notice) for notice in value.notices],
            "versions": dict(value.versions),
        }
        self._run(insert(draft).values(**row))
        self._run(
            insert(verdict).values(
                draft_id=value.id,
                disposition=value.disposition,
                findings=[encode_finding(finding) for finding in value.findings],
                policy_version=value.versions.get("policy", ""),
            )
        )
        if value.evidence:
            items = [
                {"draft_id": value.id, "position": position, **encode_evidence(item)}
                for position, item in enumerate(value.evidence)
            ]
            self._connection.execute(insert(evidence), items)
        self._seals.add("draft", value.id, fingerprint("draft", value), value.created_at)

    def get(self, draft_id: str) -> DraftRecord | None:
        """The draft."""
        found = self._load(_C.id == draft_id)
        return found[0] if found else None

    def of_ticket(self, ticket_id: str) -> tuple[DraftRecord, ...]:
        """All drafts of a ticket, oldest first."""
        return self._load(_C.ticket_id == ticket_id)

    def by_ids(self, draft_ids: Sequence[str]) -> Mapping[str, DraftRecord]:
        """These drafts, by id."""
        loaded = (self._load(_C.id.in_(ids)) for ids in batches(draft_ids))
        return {value.id: value for values in loaded for value in values}

    def heads(self, draft_ids: Iterable[str]) -> Mapping[str, tuple[float, Disposition]]:
        """Confidence and disposition of these drafts, by id, without their texts."""
        heads = {}
        for ids in batches(draft_ids):
            found = select(_C.id, _C.confidence, verdict.c.disposition).join(verdict).where(_C.id.in_(ids))
            heads.update({row.id: (row.confidence, row.disposition) for row in self._all(found)})
        return heads

    def ids(self, after: str, limit: int) -> list[str]:
        """The next ids in order, for the audit."""
        return self._ids(draft, after, limit)

    def sealed(self, ids: Sequence[str]) -> tuple[Sealed, ...]:
        """What the audit checks of these drafts."""
        return tuple(
            Sealed("draft", value.id, value.ticket_id, fingerprint("draft", value), text_hash(value.text))
            for value in self._load(_C.id.in_(ids))
        )

    def _load(self, condition: ColumnElement[bool]) -> tuple[DraftRecord, ...]:
        found = select(draft, verdict).join(verdict, isouter=True).where(condition).order_by(_C.created_at, _C.id)
        rows = self._all(found)
        items: dict[str, list[EvidenceItem]] = {row.id: [] for row in rows}
        for ids in batches(items):
            statement = select(evidence).where(evidence.c.draft_id.in_(ids))
            for row in self._all(statement.order_by(evidence.c.draft_id, evidence.c.position)):
                if row.position != len(items[row.draft_id]):
                    raise DamagedRecordError(f"Draft {row.draft_id} has not the evidence it was stored with.")
                items[row.draft_id].append(decode_evidence(row._asdict()))
        return tuple(_draft(row, items[row.id]) for row in rows)


def _draft(row: Row[Any], items: Sequence[EvidenceItem]) -> DraftRecord:
    if row.disposition is None or row.policy_version != row.versions.get("policy", ""):
        raise DamagedRecordError(f"Draft {row.id} has not the verdict it was stored with.")
    return DraftRecord(
        **{name: getattr(row, name) for name in _PLAIN},
        disposition=row.disposition,
        sentences=decode_all(decode_sentence, row.sentences),
        citations=decode_all(decode_citation, row.citations),
        notices=decode_all(decode_notice, row.notices),
        findings=decode_all(decode_finding, row.findings),
        evidence=tuple(items),
        versions=row.versions,
    )
