"""Values inside a record as JSON-able ones and back, field by field: nothing is pickled, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from assistant.model import (
    Citation,
    EvidenceItem,
    Finding,
    Layout,
    Notice,
    Operand,
    Sentence,
    SentenceRole,
    Severity,
)
from assistant.storage.errors import DamagedRecordError
from corpus.model import Passage, PassageKind, SectionKind

T = TypeVar("T")
Encoded = dict[str, Any]


def encode_sentence(value: Sentence) -> Encoded:
    """A JSON-able object."""
    return {
        "text": value.text,
        "role": value.role.value,
        "citations": list(value.citations),
        "operands": [[operand.text, operand.source] for operand in value.operands],
        "quote": value.quote,
        "layout": value.layout.value,
    }


def decode_sentence(data: Encoded) -> Sentence:
    """The sentence that `encode_sentence` took."""
    return Sentence(
        text=data["text"],
        role=SentenceRole(data["role"]),
        citations=tuple(data["citations"]),
        operands=tuple(Operand(text, source) for text, source in data["operands"]),
        quote=data["quote"],
        layout=Layout(data["layout"]),
    )


def encode_citation(value: Citation) -> Encoded:
    """A JSON-able object."""
    return {
        "n": value.n,
        "document_id": value.document_id,
        "passage_id": value.passage_id,
        "title": value.title,
        "quote": value.quote,
        "span": list(value.span),
    }


def decode_citation(data: Encoded) -> Citation:
    """The citation that `encode_citation` took."""
    return Citation(
        n=data["n"],
        document_id=data["document_id"],
        passage_id=data["passage_id"],
        title=data["title"],
        quote=data["quote"],
        span=_span(data["span"]),
    )


def encode_notice(value: Notice) -> Encoded:
    """A JSON-able object."""
    return {"id": value.id, "text": value.text, "locale": value.locale, "sha256": value.sha256}


def decode_notice(data: Encoded) -> Notice:
    """The notice that `encode_notice` took."""
    return Notice(id=data["id"], text=data["text"], locale=data["locale"], sha256=data["sha256"])


def encode_finding(value: Finding) -> Encoded:
    """A JSON-able object."""
    return {
        "rule": value.rule,
        "severity": value.severity.value,
        "span": None if value.span is None else list(value.span),
        "message": value.message,
    }


def decode_finding(data: Encoded) -> Finding:
    """The finding that `encode_finding` took."""
    return Finding(
        rule=data["rule"],
        severity=Severity(data["severity"]),
        span=None if data["span"] is None else _span(data["span"]),
        message=data["message"],
    )


def encode_evidence(value: EvidenceItem) -> Encoded:
    """The columns of a row of `evidence`, without its draft and its position."""
    passage = value.passage
    return {
        "n": value.n,
        "score": value.score,
        "passage_id": passage.id,
        "document_id": passage.document_id,
        "locale": passage.locale,
        "title": passage.title,
        "category": passage.category,
        "section": passage.section,
        "kind": passage.kind,
        "heading": passage.heading,
        "ordinal": passage.ordinal,
        "text": passage.text,
        "tokens": passage.tokens,
        "cells": dict(passage.cells),
        "audience": passage.audience,
        "jurisdictions": list(passage.jurisdictions),
        "notices": list(passage.notices),
        "effective_from": passage.effective_from,
        "effective_until": passage.effective_until,
        "version": passage.version,
        "stands_for": passage.stands_for,
        "products": list(passage.products),
        "parent": passage.parent,
        "page": passage.page,
        "part": passage.part,
    }


def decode_evidence(row: Mapping[str, Any]) -> EvidenceItem:
    """The item that `encode_evidence` took."""
    section: SectionKind = row["section"]
    kind: PassageKind = row["kind"]
    effective_from: date = row["effective_from"]
    passage = Passage(
        id=row["passage_id"],
        document_id=row["document_id"],
        locale=row["locale"],
        title=row["title"],
        category=row["category"],
        section=section,
        kind=kind,
        heading=row["heading"],
        ordinal=row["ordinal"],
        text=row["text"],
        tokens=row["tokens"],
        cells=row["cells"],
        audience=row["audience"],
        jurisdictions=tuple(row["jurisdictions"]),
        notices=tuple(row["notices"]),
        effective_from=effective_from,
        effective_until=row["effective_until"],
        version=row["version"],
        stands_for=row["stands_for"],
        products=tuple(row["products"]),
        parent=row["parent"],
        page=row["page"],
        part=row["part"],
    )
    return EvidenceItem(row["n"], passage, row["score"])


def decode_all(decode: Callable[[Encoded], T], values: Sequence[Encoded]) -> tuple[T, ...]:
    """Every value, decoded.

    Raises:
        DamagedRecordError: one of them is not what its encoder wrote.
    """
    try:
        return tuple(decode(value) for value in values)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedRecordError(f"A stored value does not fit: {type(error).__name__}: {error}.") from None


def _span(value: Sequence[int]) -> tuple[int, int]:
    start, end = value
    return (start, end)
