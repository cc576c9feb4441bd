"""Views for tests, with only what a test cares about spelled out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from assistant.desk.views import Entry, EntryKind, FactMark, HistoryEntry, QueueItem, TicketView
from assistant.messages import load_messages
from assistant.model import (
    Action,
    Citation,
    Disposition,
    EvidenceItem,
    Finding,
    Notice,
    Sentence,
    SentenceRole,
    Severity,
)
from assistant.ticket import DraftOrigin, DraftRecord, Ticket, TicketState, Urgency
from assistant.ui.console.words import Words
from assistant.user import Role, User
from tests.builders import passage

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOCALES = ("zh-CN", "zh-TW", "en")
AGENT = User("u1", "韩梅梅", Role.AGENT)
SUPERVISOR = User("u3", "Wang", Role.SUPERVISOR)
NOTICE = Notice("GEN-RISK", "请谨慎操作。", "zh-CN", "0" * 64)
BODY = "提现一般在 30 分钟内到账。[1]请查看状态。[2]"
SENTENCES = (
    Sentence("提现一般在 30 分钟内到账。", SentenceRole.SUBSTANCE, (1,), quote="30 分钟内到账"),
    Sentence("请查看状态。", SentenceRole.STEP, (2,)),
)
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'&amp; **x** [y](javascript:z)"


def words(locale: str = "zh-CN") -> Words:
    return Words(load_messages(), locale)


def draft(**values: Any) -> DraftRecord:
    evidence = (
        EvidenceItem(1, passage("提现一般在 30 分钟内到账；最长 24 小时。"), 0.94),
        EvidenceItem(2, passage("在提现记录里查看状态。", document_id="wd-status"), 0.8),
        EvidenceItem(3, passage("没有引用的一段。", document_id="wd-other"), 0.4),
    )
    cited = (Citation(1, "wd-delayed", evidence[0].passage.id, "提现未到账或延迟", "30 分钟内到账", (6, 15)),)
    made = DraftRecord(
        id="d1",
        ticket_id="t1",
        based_on=1,
        origin=DraftOrigin.DESK,
        action=Action.ANSWER,
        disposition=Disposition.REVIEW,
        language="zh-CN",
        body=BODY,
        text=f"{BODY}\n\n{NOTICE.text}",
        sha256="",
        created_at=NOW,
        sentences=SENTENCES,
        citations=cited,
        notices=(NOTICE,),
        evidence=evidence,
        confidence=0.93,
    )
    made = replace(made, **values)
    return replace(made, sha256=hashlib.sha256(made.text.encode()).hexdigest())


def ticket(**values: Any) -> Ticket:
    base = Ticket(
        id="t1",
        number="A7K2Q",
        conversation_id="c1",
        state=TicketState.QUEUED,
        urgency=Urgency.NORMAL,
        required_role=Role.AGENT,
        reason=None,
        topic="wd-delayed",
        title="提现未到账或延迟",
        language="zh-CN",
        opened_at=NOW,
        waiting_since=NOW,
        due_at=NOW + timedelta(minutes=15),
        message_seq=1,
        drafted_seq=1,
        draft_id="d1",
    )
    return replace(base, **values)


def said(text: str = "还没到账", **values: Any) -> Entry:
    return replace(Entry(EntryKind.CUSTOMER, "m1", NOW, text, "A7K2Q"), **values)


def view(of: Ticket | None = None, made: DraftRecord | None = None, **values: Any) -> TicketView:
    base = TicketView(
        ticket=of or ticket(),
        locale="zh-CN",
        jurisdiction="HK",
        entries=(said(),),
        assignee="",
        mine=False,
        may_claim=True,
        needs_supervisor=False,
        draft=made,
        base=None,
        stale=False,
        overdue=False,
        facts=(FactMark("30 分钟", (6, 11), True),) if made else (),
        unconfirmed=0,
        blocked_by=(),
        history=(HistoryEntry(NOW, "ticket.opened", "", ""),),
    )
    return replace(base, **values)


def mine(made: DraftRecord | None = None, **values: Any) -> TicketView:
    held = ticket(state=TicketState.CLAIMED, assignee_id="u1", draft_id=made.id if made else None)
    return view(values.pop("of", held), made, **{"mine": True, "may_claim": False, "assignee": "韩梅梅", **values})


def item(**values: Any) -> QueueItem:
    base = QueueItem(
        ticket_id="t1",
        number="A7K2Q",
        title="提现未到账或延迟",
        preview="还没到账",
        state=TicketState.QUEUED,
        urgency=Urgency.NORMAL,
        reason=None,
        language="zh-CN",
        waiting_since=NOW,
        due_at=NOW,
        overdue=False,
        drafting=False,
        complaint=False,
        confidence=0.93,
        disposition=Disposition.REVIEW,
        assignee="",
        mine=False,
    )
    return replace(base, **values)


BLOCKED = (Finding("GEN-GUARANTEE", Severity.BLOCK, (0, 2), "Promises a return."),)


class Parsed(HTMLParser):
    """What a browser makes of it: elements, attributes and text. An element that is left open is an error."""

    _VOID = frozenset({"img", "input", "br", "path"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.elements if name in (attributes.get("class") or "").split()]

    def acts(self) -> set[str]:
        return {act for _, attributes in self.elements if (act := attributes.get("data-act"))}

    def act(self, name: str) -> dict[str, str | None]:
        return next(attributes for _, attributes in self.elements if attributes.get("data-act") == name)


def assert_harmless(html: str) -> Parsed:
    """No element or attribute that a text could have brought in."""
    parsed = Parsed(html)
    for tag, attributes in parsed.elements:
        assert tag not in {"script", "img", "iframe", "style", "object", "svg:script", "link", "base"}, tag
        assert not any(name.startswith("on") for name in attributes), attributes
        assert not any(str(value).strip().lower().startswith("javascript:") for value in attributes.values())
    return parsed
