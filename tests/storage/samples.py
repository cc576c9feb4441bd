"""Records for tests, with only what a test cares about spelled out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from assistant.model import (
    Action,
    Citation,
    Disposition,
    EvidenceItem,
    Finding,
    Layout,
    Notice,
    Operand,
    Sentence,
    SentenceRole,
    Severity,
)
from assistant.reply import Reply, text_hash
from assistant.storage.records import Records
from assistant.ticket import (
    Conversation,
    Decision,
    DecisionKind,
    DraftOrigin,
    DraftRecord,
    Message,
    SentNotice,
    Ticket,
    TicketState,
    Urgency,
)
from assistant.user import Role, User
from tests.builders import passage, row

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)


def later(minutes: float) -> datetime:
    """So many minutes after `NOW`."""
    return NOW + timedelta(minutes=minutes)


def user(user_id: str = "u1", name: str = "", role: Role = Role.AGENT, **values: Any) -> User:
    return User(user_id, name or f"agent {user_id}", role, **values)


def conversation(conversation_id: str = "c1", **values: Any) -> Conversation:
    base = Conversation(conversation_id, f"customer-{conversation_id}", "zh-CN", "HK", "web", NOW)
    return replace(base, **values)


def ticket(ticket_id: str = "t1", **values: Any) -> Ticket:
    base = Ticket(
        id=ticket_id,
        number=f"N{ticket_id}",
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
        due_at=later(15),
        message_seq=1,
    )
    return replace(base, **values)


def message(message_id: str = "m1", seq: int = 1, **values: Any) -> Message:
    base = Message(message_id, "c1", "t1", seq, f"提现 {seq} 还没到账", f"nonce-{message_id}", later(seq))
    return replace(base, **values)


def draft(
    draft_id: str = "d1", text: str = "通常 30 分钟内到账。[1]\n\n本回复由 AI 协助起草。", **values: Any
) -> DraftRecord:
    cited = replace(passage("通常 30 分钟内到账。"), jurisdictions=("HK", "SG"), effective_until=date(2027, 1, 1))
    fee = row({"网络": "TRC20", "手续费": "1 USDT", "": "空"}, title="费率")
    base = DraftRecord(
        id=draft_id,
        ticket_id="t1",
        based_on=1,
        origin=DraftOrigin.DESK,
        action=Action.ANSWER,
        disposition=Disposition.REVIEW,
        language="zh-CN",
        body=text.partition("\n")[0],
        text=text,
        sha256=text_hash(text),
        created_at=later(1),
        sentences=(
            Sentence("通常 30 分钟内到账。", SentenceRole.SUBSTANCE, (1,), (), "30 分钟内", Layout.PARAGRAPH),
            Sentence("共 2 USDT。", SentenceRole.COMPUTED, (2,), (Operand("2 笔", "message"), Operand("1 USDT", "2"))),
        ),
        citations=(Citation(1, "wd-delayed", cited.id, "提现未到账或延迟", "30 分钟内", (3, 9)),),
        notices=(Notice("AI-LABEL", "本回复由 AI 协助起草。", "zh-CN", text_hash("本回复由 AI 协助起草。")),),
        findings=(Finding("R-1", Severity.WARN, (0, 2), "语气"), Finding("R-2", Severity.APPEND)),
        evidence=(EvidenceItem(2, fee, 0.1 + 0.2), EvidenceItem(1, cited, 1e-17)),
        confidence=0.7310585786300049,
        versions={"snapshot": "s-1", "policy": "p-1", "model": "m", "prompt": ""},
    )
    return replace(base, **values)


def decision(decision_id: str = "x1", **values: Any) -> Decision:
    base = Decision(decision_id, "t1", "d1", "u1", DecisionKind.APPROVE, "", "", False, later(5))
    return replace(base, **values)


def reply(reply_id: str = "r1", *, approved: DraftRecord | None = None, by: Decision | None = None) -> Reply:
    return Reply(reply_id, approved or draft(), by or decision(), later(6))


def notice(notice_id: str = "n1", **values: Any) -> SentNotice:
    return replace(SentNotice(notice_id, "t1", "handoff:NO_EVIDENCE", "zh-CN", "已转人工。", 1, later(2)), **values)


def stage(records: Records) -> None:
    """A person, a conversation and a ticket, for records that refer to them."""
    records.users.add(user(), "hash")
    records.conversations.add(conversation())
    records.tickets.add(ticket())


def whole_story(records: Records) -> None:
    """Everything from the question to the reply, with the events that the desk writes."""
    stage(records)
    asked, made, decided = message(), draft(), decision()
    records.messages.add(asked, secret=True)
    audit(records, "customer:c1", "message.received", text_hash(asked.text))
    records.notices.add(notice())
    records.drafts.add(made)
    audit(records, "desk", "draft.made", made.sha256)
    records.decisions.add(decided)
    sent = reply(approved=made, by=decided)
    records.replies.add(sent, waited_minutes=5.5)
    audit(records, "user:u1", "reply.sent", sent.sha256)


def audit(records: Records, actor: str, action: str, sha256: str) -> None:
    records.audit.append(NOW, actor, action, "ticket:t1", {"sha256": sha256})
