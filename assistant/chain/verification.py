"""What stands between a text and the people who decide on it: the desk's drafts and a person's own words alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.chain.citations import Resolution, resolve
from assistant.chain.factcheck import CheckedFact, check_facts, check_placed
from assistant.chain.factlock import lock_facts
from assistant.chain.intake import accept_reply
from assistant.chain.marks import check_marks, cite
from assistant.chain.outcomes import language_findings
from assistant.chain.parsing import MARK, Placed, as_read, parse_body
from assistant.chain.rendering import render_body, with_notices
from assistant.chain.vocabulary import Vocabulary
from assistant.compliance.engine import PolicyEngine
from assistant.compliance.structural import (
    check_citations,
    check_contacts,
    check_notices,
    check_placeholders,
    check_tokens,
)
from assistant.compliance.verdict import decide
from assistant.errors import InquiryError
from assistant.model import (
    Action,
    Citation,
    Disposition,
    Draft,
    Evidence,
    EvidenceItem,
    Finding,
    Notice,
    Operand,
    Sentence,
    SentenceRole,
    Severity,
)

UNCONFIRMED_RULE = "FACT-UNCONFIRMED"
TICKET = "ticket"
"""Source of an operand that the desk itself knows of the ticket."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A draft of the desk that went through verification and compliance, with all that was found.

    Attributes:
        body: the reply without its notices.
        text: exactly what the customer would get.
    """

    resolution: Resolution
    body: str
    text: str
    notices: tuple[Notice, ...]
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether nobody may send it as it stands."""
        return any(finding.severity is Severity.BLOCK for finding in self.findings)


@dataclass(frozen=True, slots=True)
class CheckedText:
    """What a person wrote, with all that was found.

    Attributes:
        body: their words; only line breaks and white space at both ends differ from what was given.
        text: exactly what the customer would get: the body, then the notices.
        sentences: the body's sentences, numbered as the marks in it.
        citations: one for every number in the body that the evidence has, by number.
        facts: every checkable value of the body, in order.
    """

    body: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]
    findings: tuple[Finding, ...]
    facts: tuple[CheckedFact, ...]
    disposition: Disposition


class Verifier:
    """Checks texts against evidence and policy. Holds no state: safe to call from many threads."""

    def __init__(self, policy: PolicyEngine, vocabulary: Vocabulary) -> None:
        self._policy = policy
        self._vocabulary = vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """The words by which it finds facts."""
        return self._vocabulary

    def verify(self, draft: Draft, evidence: Evidence, *, turns: Sequence[str], jurisdiction: str | None) -> Verified:
        """A draft of the composer or of a model, its citations resolved and numbered in order of first use.

        Args:
            draft: cites numbers of `evidence`.
            evidence: at least one passage, the main document's first.
            turns: the customer's messages after the firewall.
            jurisdiction: as in `Inquiry`.

        Raises:
            PolicyError: a document names a notice that the pack does not know.
        """
        resolution = resolve(draft, evidence)
        language = draft.language
        sentences = resolution.draft.sentences
        # Cited passages come first; every document that is cited brings its notices.
        cited = resolution.evidence.items[: max(1, len(resolution.citations))]
        notices = self._policy.notices_for(
            _declared(cited),
            locale=language,
            jurisdiction=jurisdiction,
            topic=resolution.evidence.items[0].passage.document_id,
        )
        body = render_body(sentences, language)
        text = with_notices(body, notices)
        findings = [
            *resolution.findings,
            *lock_facts(draft, evidence, self._vocabulary),
            *language_findings((sentence.text for sentence in sentences if sentence.citations), language),
            *self._policy.screen(body, locale=language, jurisdiction=jurisdiction),
            *check_contacts(
                body,
                evidence=[item.passage.text for item in resolution.evidence.items],
                customer=turns,
                allowlist=self._policy.allowlist,
            ),
            *check_notices(text, notices),
            *check_tokens(text),
            *check_citations(Action.ANSWER, len(resolution.citations)),
        ]
        return Verified(resolution, body, text, notices, tuple(findings))

    def check_text(
        self,
        body: str,
        *,
        evidence: Sequence[EvidenceItem],
        language: str,
        jurisdiction: str | None,
        turns: Sequence[str],
        known: Sequence[Sentence] = (),
        keep_notices: Sequence[str] = (),
        vouched: Sequence[str] = (),
        ai: bool,
    ) -> CheckedText:
        """What a person wrote or edited, with the notices that go under it. Nothing of it is changed.

        No sentence has to cite: what has no source is a finding, and a person may vouch for it.

        Args:
            body: the reply without its notices; marks name numbers of `evidence`.
            evidence: what may be cited, with the numbers that stand in the body.
            language: of the reply.
            jurisdiction: as in `Inquiry`.
            turns: the customer's messages after the firewall.
            known: sentences of the draft that was edited; where they stand unchanged they stay what they are.
            keep_notices: ids of the notices that the reply keeps, whatever it cites.
            vouched: what the desk itself knows of the ticket, its number for example: held like the customer's words.
            ai: whether the desk drafted any of it.

        Raises:
            InquiryError: nothing to read, longer than `intake.MAX_CHARACTERS`, or with control characters.
            PolicyError: a notice that the pack does not know.
        """
        body = accept_reply(body)
        placed = tuple(_sourced(item, evidence) for item in parse_body(body, known))
        if not placed:
            raise InquiryError("The reply is empty.", hint="Write what the customer should read.")
        facts = check_placed(placed, evidence, body, self._vocabulary, (*turns, *vouched))
        citations = cite(body, placed, evidence)
        cited = [item for citation in citations for item in evidence if item.n == citation.n]
        notices = self._policy.notices_for(
            (*keep_notices, *_declared(cited)),
            locale=language,
            jurisdiction=jurisdiction,
            topic=cited[0].passage.document_id if cited else "",
            ai=ai,
        )
        text = with_notices(body, notices)
        findings = (
            *check_marks(body, placed, evidence),
            *(_unconfirmed(fact) for fact in facts if not fact.supported),
            *language_findings((p.sentence.text for p in placed if not _is_connective(p.sentence)), language),
            *self._screened(body, placed, evidence, language=language, jurisdiction=jurisdiction, turns=turns),
            *check_notices(text, notices),
            *check_tokens(text),
            *check_placeholders(body, [item.passage.text for item in cited]),
        )
        ours = "\n".join(text for text in vouched if not any(text in turn for turn in turns))
        sentences = tuple(_with_origins(item.sentence, index, facts, ours) for index, item in enumerate(placed))
        return CheckedText(body, text, sentences, citations, notices, findings, facts, decide(findings, Action.ANSWER))

    def _screened(
        self,
        body: str,
        placed: Sequence[Placed],
        evidence: Sequence[EvidenceItem],
        *,
        language: str,
        jurisdiction: str | None,
        turns: Sequence[str],
    ) -> tuple[Finding, ...]:
        """Policy and contacts, on the body as it stands and as a reader takes it in across marks."""
        reading = as_read(body, placed)
        found: dict[tuple[str, tuple[int, int] | None], Finding] = {}
        for text in dict.fromkeys((body, reading.text)):
            for finding in (
                *self._policy.screen(text, locale=language, jurisdiction=jurisdiction),
                *check_contacts(
                    text,
                    evidence=[item.passage.text for item in evidence],
                    customer=turns,
                    allowlist=self._policy.allowlist,
                ),
            ):
                span = finding.span if text == body or not finding.span else reading.original(*finding.span)
                found.setdefault((finding.rule, span), replace(finding, span=span))
        return tuple(found.values())

    def check_facts(
        self, sentences: Sequence[Sentence], evidence: Sequence[EvidenceItem], body: str
    ) -> tuple[CheckedFact, ...]:
        """See `factcheck.check_facts`."""
        return check_facts(sentences, evidence, body, self._vocabulary)


def _sourced(placed: Placed, evidence: Sequence[EvidenceItem]) -> Placed:
    """The sentence without a quote that no passage it cites holds: its mark was moved or taken away."""
    sentence = placed.sentence
    texts = [item.passage.text for item in evidence if item.n in sentence.citations]
    if not sentence.quote or any(sentence.quote in text for text in texts):
        return placed
    return replace(placed, sentence=replace(sentence, quote=""))


def _is_connective(sentence: Sentence) -> bool:
    return sentence.role is SentenceRole.CONNECTIVE


def _unconfirmed(fact: CheckedFact) -> Finding:
    return Finding(UNCONFIRMED_RULE, Severity.WARN, fact.span, f"No source says {fact.text[:80]}.")


def _with_origins(sentence: Sentence, index: int, facts: Sequence[CheckedFact], ours: str) -> Sentence:
    """The sentence with what the customer or the ticket gave it recorded: a later check needs no conversation."""
    known = {operand.text for operand in sentence.operands}
    words = [fact.text for fact in facts if fact.sentence == index and fact.customer and fact.text not in known]
    operands = tuple(
        Operand(MARK.sub("", text), TICKET if text.rstrip(",，") in ours else "customer")
        for text in dict.fromkeys(words)
    )
    return replace(sentence, operands=sentence.operands + operands)


def _declared(cited: Iterable[EvidenceItem]) -> tuple[str, ...]:
    """Notices of the cited documents, each once."""
    return tuple(dict.fromkeys(notice for item in cited for notice in item.passage.notices))
