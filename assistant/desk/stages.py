"""Fixed texts to the customer: what goes out without a person's decision, recorded like everything else."""

from __future__ import annotations

from assistant.desk.parts import Parts, record
from assistant.reply import text_hash
from assistant.storage.records import Records
from assistant.ticket import SentNotice, Ticket


def tell(parts: Parts, records: Records, ticket: Ticket, *, key: str, text: str, language: str) -> None:
    """Sends a reviewed text of the policy pack or the locale files."""
    now = parts.clock()
    notice = SentNotice(parts.new_id(), ticket.id, key, language, text, ticket.message_seq, now)
    records.notices.add(notice)
    data = {"notice": notice.id, "key": key, "sha256": text_hash(text)}
    record(records, now, "desk", "notice.sent", ticket.id, data)


def told(records: Records, ticket: Ticket, key: str) -> bool:
    """Whether this fixed text went out for the question of this ticket that is open now."""
    said = records.notices.of_conversation(ticket.conversation_id)
    return any(
        (notice.ticket_id, notice.key) == (ticket.id, key) and notice.created_at >= ticket.waiting_since
        for notice in said
    )


def tell_stage(parts: Parts, records: Records, ticket: Ticket, stage: str) -> None:
    """A complaint's next stage (`in_review`, `escalated`, `closed`); other tickets have the status card alone."""
    if ticket.complaint:
        text = parts.messages.text(f"stage_{stage}", ticket.language, number=ticket.number)
        tell(parts, records, ticket, key=f"stage:{stage}", text=text, language=ticket.language)
