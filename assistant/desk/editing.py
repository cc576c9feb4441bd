"""A person's text as a draft like any other: screened, with the notices that code adds, measured against its parent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from assistant.chain.verification import TICKET, Verifier
from assistant.compliance.errors import PolicyError
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.parts import Parts
from assistant.desk.ticket_values import TicketValues
from assistant.desk.ticket_view import desk_draft
from assistant.errors import InquiryError, ProofdeskError
from assistant.firewall.model import FirewallError
from assistant.model import Action, Disposition, EvidenceItem, Finding, Sentence, Severity
from assistant.reply import text_hash
from assistant.storage.records import Records
from assistant.ticket import DraftOrigin, DraftRecord, Ticket
from assistant.user import User
from corpus.model import Passage

SECRET_RULE = "FIREWALL"  # noqa: S105 - a rule's name
MAX_BODY = 8_000
PUBLIC = "public"
_MAX_CITED = 20


@dataclass(frozen=True, slots=True)
class Source:
    """What an edit starts from: the draft on the table, the desk's draft behind it, and what the customer said."""

    parent: DraftRecord | None
    base: DraftRecord | None
    turns: tuple[str, ...]
    jurisdiction: str | None


class Editor:
    """Makes drafts of people's texts. `passages` looks up found passages by id."""

    def __init__(
        self,
        parts: Parts,
        *,
        verifier: Callable[[], Verifier],
        passages: Callable[[Sequence[str]], Sequence[Passage]],
        snapshot: Callable[[], str],
    ) -> None:
        self._parts = parts
        self._verifier = verifier
        self._passages = passages
        self._snapshot = snapshot
        self._values = TicketValues(parts.calendar, lambda: verifier().vocabulary, parts.clock)

    def source(self, records: Records, ticket: Ticket, parent: DraftRecord | None) -> Source:
        """Reads what an edit of the ticket's draft needs."""
        conversation = records.conversations.get(ticket.conversation_id)
        said = records.messages.of_conversation(ticket.conversation_id)
        turns = tuple(message.text for message in said if message.ticket_id == ticket.id)
        return Source(parent, desk_draft(records, parent), turns, conversation.jurisdiction if conversation else None)

    def draft(self, user: User, ticket: Ticket, source: Source, body: str, cite: Sequence[str]) -> DraftRecord:
        """The draft that `body` makes.

        Raises:
            DeskError: `EMPTY`, `TOO_LONG`, `UNREADABLE`; `NOT_FOUND` for a passage that does not exist; `UNAVAILABLE`
                when the text cannot be screened.
        """
        if not body.strip():
            raise DeskError(Refusal.EMPTY)
        if len(body) > MAX_BODY:
            raise DeskError(Refusal.TOO_LONG, limit=f"{MAX_BODY:,}")
        parent = source.parent
        evidence = self._evidence(parent, cite)
        language = parent.language if parent else ticket.language
        by_desk = source.base is not None
        try:
            checked = self._verifier().check_text(
                body,
                evidence=evidence,
                language=language,
                jurisdiction=source.jurisdiction,
                turns=source.turns,
                known=_without_promises(parent.sentences) if parent else (),
                keep_notices=tuple(notice.id for notice in parent.notices) if parent else (),
                vouched=self._values.vouched(ticket, source.turns),
                ai=by_desk,
            )
        except InquiryError as error:
            raise DeskError(Refusal.UNREADABLE, str(error)) from None
        except PolicyError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        secret = self._secret_findings(checked.body)
        return DraftRecord(
            id=self._parts.new_id(),
            ticket_id=ticket.id,
            based_on=ticket.message_seq,
            origin=DraftOrigin.EDITED if by_desk else DraftOrigin.WRITTEN,
            action=parent.action if parent else Action.ANSWER,
            disposition=Disposition.BLOCK if secret else checked.disposition,
            language=language,
            body=checked.body,
            text=checked.text,
            sha256=text_hash(checked.text),
            created_at=self._parts.clock(),
            sentences=checked.sentences,
            citations=checked.citations,
            notices=checked.notices,
            findings=(*secret, *checked.findings),
            evidence=evidence,
            confidence=parent.confidence if parent else 0.0,
            versions={
                **(parent.versions if parent else {"snapshot": self._snapshot_id()}),
                "policy": self._parts.policy.version,
            },
            author_id=user.id,
            parent_id=parent.id if parent else None,
            edit_distance=Levenshtein.distance(source.base.body, checked.body) if source.base else 0,
        )

    def _evidence(self, parent: DraftRecord | None, cite: Sequence[str]) -> tuple[EvidenceItem, ...]:
        """The parent's passages and the cited ones after them, each once."""
        items = list(parent.evidence) if parent else []
        known = {item.passage.id for item in items}
        wanted = [id_ for id_ in dict.fromkeys(cite) if id_ not in known]
        if len(wanted) > _MAX_CITED:
            raise DeskError(Refusal.NOT_FOUND)
        found = {passage.id: passage for passage in self._citable(wanted)}
        if missing := [id_ for id_ in wanted if id_ not in found]:
            raise DeskError(Refusal.NOT_FOUND, f"No passage {missing[0][:40]!r}.")
        start = max((item.n for item in items), default=0) + 1
        return (*items, *(EvidenceItem(n, found[id_], 0.0) for n, id_ in enumerate(wanted, start)))

    def _citable(self, wanted: Sequence[str]) -> Iterator[Passage]:
        """Those that customers may read today: the ids come from a page, and a search that was made a while ago.

        Raises:
            DeskError: `UNAVAILABLE`, the index cannot be read.
        """
        try:
            passages = self._passages(wanted) if wanted else ()
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        today = self._parts.clock().date()
        return (passage for passage in passages if passage.audience == PUBLIC and passage.valid_on(today))

    def _snapshot_id(self) -> str:
        try:
            return self._snapshot()
        except ProofdeskError:
            return ""  # a person can write while the index is missing or damaged

    def _secret_findings(self, body: str) -> tuple[Finding, ...]:
        """A key or a password that got into a reply, from wherever it was pasted."""
        try:
            screened = self._parts.firewall.screen(body)
        except FirewallError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        if not screened.has_secret:
            return ()
        return (Finding(SECRET_RULE, Severity.BLOCK, None, "The text holds a password, a code or a key."),)


def _without_promises(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences without what the ticket vouched for then: it is asked again, because a promised time passes."""
    return tuple(
        replace(sentence, operands=tuple(operand for operand in sentence.operands if operand.source != TICKET))
        for sentence in sentences
    )
