"""One link of the audit chain and how it hangs on the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

GENESIS = "0" * 64
"""What the first link hangs on."""

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that happened, in words that hold no personal data.

    Attributes:
        seq: position in the chain, from 1, without gaps.
        actor: `user:<id>`, `customer:<conversation id>` or `desk`.
        action: what happened, `ticket.claimed`.
        subject: what it happened to, `ticket:<id>`.
        hash: over all other fields and `previous`, the hash of the event before.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    data: Mapping[str, Value]
    previous: str
    hash: str


def link(
    seq: int, at: datetime, actor: str, action: str, subject: str, data: Mapping[str, Value], previous: str
) -> AuditEvent:
    """The event with its hash: SHA-256 over a JSON array of its fields, keys sorted, no spaces, time in UTC."""
    moment = at.astimezone(UTC)
    fields = [seq, moment.isoformat(timespec="microseconds"), actor, action, subject, dict(data), previous]
    canonical = json.dumps(fields, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return AuditEvent(
        seq, moment, actor, action, subject, data, previous, hashlib.sha256(canonical.encode()).hexdigest()
    )
