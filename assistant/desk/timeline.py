"""What was said in a conversation, in order of time, as the customer or the staff may see it."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.desk.views import CitationView, Entry, EntryKind
from assistant.reply import Reply
from assistant.review.queue import may_see
from assistant.storage.records import Records
from assistant.ticket import Conversation, Rating
from assistant.user import Role


def timeline(records: Records, conversation: Conversation, *, staff: Role | None) -> tuple[Entry, ...]:
    """Messages, notices and replies.

    For the staff, with tokens and names of people, and without tickets that the role may not see; `None` = the
    customer.
    """
    seen = [t for t in records.tickets.of_conversation(conversation.id) if staff is None or may_see(t, staff)]
    tickets = {ticket.id: ticket.number for ticket in seen}
    tokens = records.messages.tokens_of(conversation.id) if staff is not None else {}
    secrets = records.messages.secrets_of(conversation.id)
    ratings = records.ratings.of_conversation(conversation.id)
    names = {user.id: user.name for user in records.users.all()} if staff is not None else {}
    entries = [
        Entry(
            EntryKind.CUSTOMER,
            message.id,
            message.created_at,
            message.text,
            tickets[message.ticket_id],
            tokens=tokens.get(message.id, ()),
            secret=message.id in secrets,
        )
        for message in records.messages.of_conversation(conversation.id)
        if message.ticket_id in tickets
    ]
    entries += [
        Entry(EntryKind.NOTICE, notice.id, notice.created_at, notice.text, tickets[notice.ticket_id], key=notice.key)
        for notice in records.notices.of_conversation(conversation.id)
        if notice.ticket_id in tickets
    ]
    entries += [
        _reply(reply, tickets, ratings, names)
        for reply in records.replies.of_conversation(conversation.id)
        if reply.draft.ticket_id in tickets
    ]
    order = list(EntryKind)
    return tuple(sorted(entries, key=lambda entry: (entry.at, order.index(entry.kind))))


def _reply(reply: Reply, tickets: Mapping[str, str], ratings: Mapping[str, Rating], names: Mapping[str, str]) -> Entry:
    draft = reply.draft
    return Entry(
        EntryKind.REPLY,
        reply.id,
        reply.sent_at,
        draft.body,
        tickets[draft.ticket_id],
        notices=tuple(notice.text for notice in draft.notices),
        citations=tuple(CitationView(c.n, c.document_id, c.title, c.quote) for c in draft.citations),
        rating=ratings.get(reply.id),
        by=names.get(reply.decision.user_id, ""),
    )
