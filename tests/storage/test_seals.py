"""Fingerprints tell any two records apart, and survive a new field."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta, timezone
from typing import Any

import pytest

from assistant.model import Finding, Severity
from assistant.storage.seals import Seals, fingerprint
from assistant.ticket import DraftOrigin
from tests.storage.samples import NOW, draft, later


def test_the_same_record_has_the_same_fingerprint() -> None:
    elsewhere = draft(created_at=later(1).astimezone(timezone(timedelta(hours=8))))
    assert fingerprint("draft", draft()) == fingerprint("draft", elsewhere)


CHANGES: dict[str, Any] = {
    "id": "d2",
    "ticket_id": "t2",
    "based_on": 2,
    "origin": DraftOrigin.WRITTEN,
    "action": "clarify",
    "disposition": "block",
    "language": "en",
    "body": "x",
    "text": "x",
    "sha256": "0" * 64,
    "created_at": later(1) + timedelta(microseconds=1),
    "sentences": draft().sentences[::-1],
    "citations": (replace(draft().citations[0], span=(3, 8)),),
    "notices": (),
    "findings": (Finding("R-1", Severity.WARN, (0, 2), "语气"), Finding("R-2", Severity.APPEND, (0, 0))),
    "evidence": (draft().evidence[0], replace(draft().evidence[1], score=1.1e-17)),
    "confidence": 0.73105857863000480,
    "versions": {**draft().versions, "policy": "p-2"},
    "author_id": "u1",
    "parent_id": "d0",
    "edit_distance": 1,
}


@pytest.mark.parametrize("name", [field.name for field in fields(draft())])
def test_every_field_of_a_draft_counts(name: str) -> None:
    changed = replace(draft(), **{name: CHANGES[name]})
    assert getattr(changed, name) != getattr(draft(), name)
    assert fingerprint("draft", changed) != fingerprint("draft", draft())


def test_every_field_of_the_evidence_counts() -> None:
    item = draft().evidence[1]
    for field in fields(item.passage):
        value = getattr(item.passage, field.name)
        other: Any = f"{value}x" if isinstance(value, str) else (value + 1 if isinstance(value, int) else None)
        if isinstance(value, tuple):
            other = (*value, "x")
        elif isinstance(value, dict):
            other = {**value, "x": "y"}
        elif isinstance(value, date):
            other = date(1999, 1, 1)
        elif field.name == "page":
            other = 1
        changed = replace(item, passage=replace(item.passage, **{field.name: other}))
        assert fingerprint("x", changed) != fingerprint("x", item), field.name


@dataclass(frozen=True)
class Old:
    text: str


@dataclass(frozen=True)
class New:
    text: str
    reviewed: bool = False
    tags: tuple[str, ...] = ()


def test_a_new_field_does_not_change_old_records() -> None:
    assert fingerprint("x", Old("t")) == fingerprint("x", New("t"))
    assert fingerprint("x", Old("t")) != fingerprint("x", New("t", reviewed=True))


def test_the_kind_counts_and_what_is_unknown_is_refused() -> None:
    assert fingerprint("a", Old("t")) != fingerprint("b", Old("t"))
    with pytest.raises(TypeError, match="object"):
        fingerprint("a", object())


def test_seals_are_taken_once() -> None:
    seals = Seals()
    assert seals.latest is None
    seals.add("draft", "1", "aa", later(2))
    seals.add("draft", "2", "bb", NOW)
    assert seals.latest == later(2)
    assert seals.take() == {"row:draft:1": "aa", "row:draft:2": "bb"}
    assert seals.take() == {}
    assert seals.latest is None
