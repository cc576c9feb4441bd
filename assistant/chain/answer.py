"""The way of a question, in order. Every stage is a typed function; this module only strings them together.

intake → firewall → intents → triage → retrieve → ground → draft → verify → comply → verdict
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

from assistant.chain import outcomes
from assistant.chain.composer import ExtractiveComposer, Outcome
from assistant.chain.contradictions import contradictions, without_settled
from assistant.chain.glossary import Glossary
from assistant.chain.grounding import gather_evidence
from assistant.chain.known_conflicts import ConflictFile, known
from assistant.chain.level import Asked, LevelReader
from assistant.chain.plain import PlainWords
from assistant.chain.screening import Conversation, screen_turns
from assistant.chain.stopwatch import Stopwatch
from assistant.chain.triage import Triage, retrieval_query, triage
from assistant.chain.verification import Verified, Verifier
from assistant.chain.vocabulary import Vocabulary
from assistant.compliance.engine import PolicyEngine
from assistant.compliance.intents import IntentDetector
from assistant.compliance.verdict import decide
from assistant.errors import ChatModelError, DraftRejectedError, ProofdeskError
from assistant.firewall.firewall import Firewall
from assistant.language import has_letters
from assistant.llm.base import Drafter
from assistant.messages import Messages
from assistant.model import (
    LEVEL,
    Action,
    Answer,
    Disposition,
    Draft,
    Evidence,
    Finding,
    HandoffReason,
    Inquiry,
    Level,
    Severity,
)
from corpus.structured import GLOSSARY
from index.confidence import Confidence
from index.model import Retrieval
from index.retriever import Retriever

log = logging.getLogger(__name__)

_HITS = 12


class AnswerChain:
    """Answers one inquiry. Holds no state of its own: safe to call from many threads."""

    def __init__(
        self,
        *,
        firewall: Firewall,
        intents: IntentDetector,
        policy: PolicyEngine,
        retriever: Retriever,
        confidence: Confidence,
        vocabulary: Vocabulary,
        levels: LevelReader,
        glossary: Glossary,
        conflicts: ConflictFile,
        settled: Callable[[], Collection[tuple[str, str]]],
        messages: Messages,
        drafter: Drafter | None,
        default_locale: str,
        evidence_tokens: int,
        timer: Callable[[], float],
        today: Callable[[], date],
    ) -> None:
        self._firewall = firewall
        self._intents = intents
        self._policy = policy
        self._retriever = retriever
        self._confidence = confidence
        self._vocabulary = vocabulary
        self._verifier = Verifier(policy, vocabulary)
        self._messages = messages
        self._composer = ExtractiveComposer(messages, vocabulary)
        self._levels = levels
        self._plain = PlainWords(glossary, messages, vocabulary)
        self._conflicts = conflicts
        self._settled = settled
        self._drafter = drafter
        self._default_locale = default_locale
        self._evidence_tokens = evidence_tokens
        self._timer = timer
        self._today = today

    def answer(self, inquiry: Inquiry) -> Answer:
        """The cited, screened draft or the hand-off for `inquiry`.

        Raises:
            InquiryError: the text cannot be a question (empty, too long, binary).
            ProofdeskError: the index is missing, or the firewall or the policy pack fails (both fail closed).
        """
        watch = Stopwatch(self._timer)
        with watch.stage("firewall"):
            conversation = screen_turns(inquiry, self._firewall)
            inquiry = replace(inquiry, turns=conversation.turns, screened=True)
        with watch.stage("triage"):
            asked = self._levels.read(inquiry, inquiry.turns)
            inquiry = replace(inquiry, level=asked.level)
            about = replace(inquiry, turns=asked.turns)
            question = triage(about, self._vocabulary, self._default_locale, today=self._today())
            stop = self._stop(conversation, question, asked)
        if stop is None:
            answer = self._answer(inquiry, question, watch)
        elif stop.reason in outcomes.DRAFTED_ESCALATIONS:
            answer = self._with_agent_draft(self._stopped(inquiry, question, stop), inquiry, question, watch)
        else:
            answer = self._stopped(inquiry, question, stop)
        return replace(answer, stage_ms=watch.elapsed_ms, versions={**self._versions(), **answer.versions})

    def _stop(self, conversation: Conversation, question: Triage, asked: Asked) -> outcomes.Stop | None:
        """Why this question gets no draft of its own; `None` when it does."""
        *earlier, text = conversation.turns
        incidents = [found for found in self._intents.detect(text, tuple(earlier)) if found.incident]
        if incidents:
            return outcomes.Stop(Action.ESCALATE, incidents[0].intent)
        if conversation.has_secret:
            return outcomes.Stop(Action.ESCALATE, HandoffReason.SECRET)
        if self._intents.wants_human(text):
            return outcomes.Stop(Action.HANDOFF, HandoffReason.CUSTOMER_REQUEST)
        if conversation.withheld[-1] and not any(conversation.withheld[:-1]):
            return outcomes.Stop(Action.CLARIFY, None, "ask_hex64")
        if self._vocabulary.is_thanks(text):
            return outcomes.Stop(Action.CLARIFY, None, "thanks")
        if asked.alone or not has_letters(question.query):
            return outcomes.Stop(Action.CLARIFY, None, "ask_words")
        return None

    def _stopped(self, inquiry: Inquiry, question: Triage, stop: outcomes.Stop) -> Answer:
        if stop.reason is None:
            text = self._messages.text(stop.message, question.language)
        else:
            text = self._policy.handoff(stop.reason, question.language)
        disposition = Disposition.ESCALATE if stop.action is Action.ESCALATE else Disposition.REVIEW
        return Answer(inquiry.id, stop.action, disposition, stop.reason, text, question.language, 0.0)

    def _answer(self, inquiry: Inquiry, question: Triage, watch: Stopwatch, *, model: bool = True) -> Answer:
        retrieval, confidence = self._retrieve(inquiry, question, watch)
        if not retrieval.hits or confidence < self._confidence.threshold:
            return self._handoff(inquiry, question, HandoffReason.NO_EVIDENCE, confidence)
        main = retrieval.hits[0].passage
        if not self._policy.region_allows(main.document_id, main.category, inquiry.jurisdiction):
            return self._handoff(inquiry, question, HandoffReason.REGION, confidence)
        evidence = self._ground(retrieval, question, watch, inquiry.jurisdiction)
        if not evidence.items or evidence.items[0].passage.document_id != main.document_id:
            # The document went while we were reading: the index was swapped between search and grounding.
            return self._handoff(inquiry, question, HandoffReason.NO_EVIDENCE, confidence)
        outcome, verified = self._draft(inquiry, question, evidence, watch, model=model)
        if outcome is Outcome.NO_FIGURE:
            return self._handoff(inquiry, question, HandoffReason.NO_EVIDENCE, confidence)
        conflict = self._conflict(verified, evidence)
        if conflict is not None:
            stopped = self._handoff(inquiry, question, HandoffReason.CONFLICT, confidence)
            return replace(stopped, findings=(conflict,), evidence=evidence.items)
        action = Action.CLARIFY if outcome is Outcome.CLARIFY else Action.ANSWER
        return self._presented(inquiry, question, action, verified, confidence)

    def _retrieve(self, inquiry: Inquiry, question: Triage, watch: Stopwatch) -> tuple[Retrieval, float]:
        query = retrieval_query(question, k=_HITS, jurisdiction=inquiry.jurisdiction, exclude=inquiry.exclude)
        with watch.stage("retrieve"):
            retrieval = self._retriever.search(query)
        embedding = retrieval.stage_ms.get("embed", 0.0)
        watch.add("embed", embedding)
        watch.add("retrieve", -embedding)  # counted once
        return retrieval, self._confidence.probability(retrieval.features) if retrieval.hits else 0.0

    def _ground(self, retrieval: Retrieval, question: Triage, watch: Stopwatch, jurisdiction: str | None) -> Evidence:
        with watch.stage("ground"):
            evidence = gather_evidence(
                retrieval,
                self._retriever,
                language=question.language,
                token_budget=self._evidence_tokens,
            )
        allowed = tuple(
            item
            for item in evidence.items
            if self._policy.region_allows(item.passage.document_id, item.passage.category, jurisdiction)
        )
        return replace(evidence, items=allowed)

    def _draft(
        self, inquiry: Inquiry, question: Triage, evidence: Evidence, watch: Stopwatch, *, model: bool
    ) -> tuple[Outcome, Verified]:
        """The model's draft if one is wanted and configured and it holds; otherwise the composer's."""
        with watch.stage("draft"):
            composition = self._composer.compose(question, evidence)
        if inquiry.level is Level.PLAIN:  # what a model leaves unexplained, nothing would catch
            with watch.stage("verify"):
                draft, evidence = self._reworded(composition.draft, inquiry, question, evidence)
                return composition.outcome, self._verify(inquiry, draft, evidence)
        # Where there is no figure for the coin that was named, a model would only find another coin's.
        if model and self._drafter is not None and composition.outcome is not Outcome.NO_FIGURE:
            with watch.stage("model"):
                verified = self._model_draft(self._drafter, inquiry, question, evidence)
            if verified is not None:
                return Outcome.ANSWER, verified
        with watch.stage("verify"):
            return composition.outcome, self._verify(inquiry, composition.draft, evidence)

    def _reworded(self, draft: Draft, inquiry: Inquiry, question: Triage, evidence: Evidence) -> tuple[Draft, Evidence]:
        """The draft in plain words, explained by the glossary that this customer may see on the day in question."""
        query = retrieval_query(question, k=1, jurisdiction=inquiry.jurisdiction)
        passages = tuple(
            passage
            for passage in self._retriever.document_passages(GLOSSARY, query)
            if self._policy.region_allows(passage.document_id, passage.category, inquiry.jurisdiction)
        )
        return self._plain.reword(draft, evidence, passages, question.question_types)

    def _conflict(self, verified: Verified, evidence: Evidence) -> Finding | None:
        """A contradiction in a figure which the draft gives: one that is known, or one among the evidence."""
        quoted = [sentence.quote or sentence.text for sentence in verified.resolution.draft.sentences]
        among = contradictions((item.passage for item in evidence.items), self._vocabulary)
        if among:  # looked up only now: it reads the catalog
            among = without_settled(among, self._settled())
        for found in (*self._conflicts.of(evidence.snapshot_id), *map(known, among)):
            if any(text in quote or quote in text for text in found.texts for quote in quoted):
                (first, second), (one, other) = found.documents, found.values
                message = f"{first} says {one}, {second} says {other}."
                return Finding(outcomes.CONFLICT_RULE, Severity.WARN, None, message)
        return None

    def _verify(self, inquiry: Inquiry, draft: Draft, evidence: Evidence) -> Verified:
        return self._verifier.verify(draft, evidence, turns=inquiry.turns, jurisdiction=inquiry.jurisdiction)

    def _model_draft(self, drafter: Drafter, inquiry: Inquiry, question: Triage, evidence: Evidence) -> Verified | None:
        """A verified draft of the model, or `None`: an unreachable or unfaithful model degrades to the composer."""
        try:
            draft = drafter.draft(inquiry.turns, evidence, question.language)
        except (ChatModelError, DraftRejectedError):
            return None
        verified = self._verify(inquiry, draft, evidence)
        if verified.blocked:
            rules = sorted({finding.rule for finding in verified.findings if finding.severity is Severity.BLOCK})
            log.warning("dropped a draft of %s that breaks %s", drafter.name, ", ".join(rules))
            return None
        return verified

    def _presented(
        self, inquiry: Inquiry, question: Triage, action: Action, verified: Verified, confidence: float
    ) -> Answer:
        resolution = verified.resolution
        versions = {
            "snapshot": resolution.evidence.snapshot_id,
            "model": resolution.draft.model,
            "prompt": resolution.draft.prompt,
            **({LEVEL: Level.PLAIN.value} if inquiry.level is Level.PLAIN else {}),
        }
        disposition = decide(verified.findings, action)
        if verified.blocked:
            blocked = self._handoff(inquiry, question, HandoffReason.POLICY_BLOCK, confidence)
            # The spans pointed into the draft, which nobody gets: the findings now speak of the whole.
            findings = tuple(replace(finding, span=None) for finding in verified.findings)
            return replace(blocked, disposition=disposition, findings=findings, versions=versions)
        return Answer(
            id=inquiry.id,
            action=action,
            disposition=disposition,
            handoff_reason=None,
            text=verified.text,
            language=resolution.draft.language,
            confidence=confidence,
            citations=resolution.citations,
            notices=verified.notices,
            findings=verified.findings,
            evidence=resolution.evidence.items,
            sentences=resolution.draft.sentences,
            body=verified.body,
            versions=versions,
        )

    def _handoff(self, inquiry: Inquiry, question: Triage, reason: HandoffReason, confidence: float) -> Answer:
        stopped = self._stopped(inquiry, question, outcomes.Stop(Action.HANDOFF, reason))
        return replace(stopped, confidence=confidence)

    def _with_agent_draft(self, escalation: Answer, inquiry: Inquiry, question: Triage, watch: Stopwatch) -> Answer:
        """The escalation with evidence and a draft beside it, so that the specialist does not start from nothing.

        The draft is extractive even where a model is configured: measured, small models endorsed a fraud.
        """
        try:
            proposal = self._answer(inquiry, question, watch, model=False)
        except ProofdeskError:
            return escalation  # a broken index must not keep a person from hearing of an emergency
        if proposal.action not in (Action.ANSWER, Action.CLARIFY):
            return escalation
        return replace(escalation, proposal=proposal, confidence=proposal.confidence)

    def _versions(self) -> dict[str, str]:
        try:
            snapshot = self._retriever.snapshot_id
        except ProofdeskError:  # a fixed text needs no index
            snapshot = ""
        return {"snapshot": snapshot, "policy": self._policy.version, "prompt": "", "model": ""}
