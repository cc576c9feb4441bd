"""Values for tests, with only what a test cares about spelled out."""

from __future__ import annotations

import hashlib

from assistant.model import Evidence, EvidenceItem
from corpus.model import Passage, PassageKind, SectionKind


def passage(
    text: str,
    *,
    document_id: str = "wd-delayed",
    locale: str = "zh-CN",
    title: str = "提现未到账或延迟",
    category: str = "withdrawal",
    section: SectionKind = SectionKind.SHORT_ANSWER,
    kind: PassageKind = PassageKind.PROSE,
    cells: dict[str, str] | None = None,
    notices: tuple[str, ...] = (),
    part: str = "",
) -> Passage:
    """A passage whose id follows from its text, as in the real chunker."""
    return Passage(
        id=hashlib.sha256(f"{document_id}{locale}{text}".encode()).hexdigest()[:16],
        document_id=document_id,
        locale=locale,
        title=title,
        category=category,
        section=section,
        kind=kind,
        heading="",
        ordinal=0,
        text=text,
        tokens=len(text),
        cells=cells or {},
        notices=notices,
        part=part,
    )


def row(cells: dict[str, str], **values: str) -> Passage:
    """A table row; `text` follows from the cells."""
    text = "；".join(f"{header}：{cell}" for header, cell in cells.items())
    return passage(text, section=SectionKind.TIMES_FEES, kind=PassageKind.ROW, cells=cells, **values)  # type: ignore[arg-type]


def evidence(*passages: Passage) -> Evidence:
    """Passages numbered from 1."""
    items = tuple(EvidenceItem(n, item, 1.0) for n, item in enumerate(passages, start=1))
    return Evidence(items, "snapshot")
