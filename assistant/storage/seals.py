"""Fingerprints of records that are never changed, for the audit log."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assistant.storage.columns import moment_text

PREFIX = "row:"
"""Before `<kind>:<id>`, the key under which an audit event holds a record's fingerprint."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One stored record as the audit sees it.

    Attributes:
        kind: the table, `message`.
        text_hash: SHA-256 of the text that a person wrote or reads; `None` for a record without one.
    """

    kind: str
    id: str
    ticket_id: str
    fingerprint: str
    text_hash: str | None = None


class Seals:
    """What one transaction has added and not yet put into the audit log."""

    def __init__(self) -> None:
        self._open: dict[str, str] = {}
        self._latest: datetime | None = None

    def add(self, kind: str, record_id: str, record_fingerprint: str, at: datetime) -> None:
        """Remember a record."""
        self._open[f"{PREFIX}{kind}:{record_id}"] = record_fingerprint
        self._latest = at if self._latest is None else max(at, self._latest)

    @property
    def latest(self) -> datetime | None:
        """When the newest record was made; `None` = there are none."""
        return self._latest if self._open else None

    def take(self) -> dict[str, str]:
        """Everything remembered, which is then forgotten."""
        taken, self._open = self._open, {}
        return taken


def fingerprint(kind: str, *values: Any) -> str:
    """Hexadecimal SHA-256 over `values` as JSON.

    A field of a dataclass that holds its default is left out: a field that a later release adds, with a default, does
    not change the fingerprint of what was stored before.
    """
    canonical = json.dumps([kind, *values], default=_plain, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {field.name: content for field, content in fields if not _is_default(field, content)}
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no fingerprint")


def _is_default(field: dataclasses.Field[Any], content: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(content == field.default)
    return field.default_factory is not dataclasses.MISSING and bool(content == field.default_factory())
