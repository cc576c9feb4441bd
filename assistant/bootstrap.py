"""The composition root: the only module that wires parts together. Everything is made when first asked for."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from functools import cached_property

from assistant.chain.answer import AnswerChain
from assistant.chain.vocabulary import Vocabulary, load_vocabulary
from assistant.compliance.engine import PolicyEngine
from assistant.compliance.intents import IntentDetector
from assistant.firewall.firewall import Firewall
from assistant.knowledge import KnowledgeBase
from assistant.llm.models import disable_tracing, load_drafter
from assistant.messages import Messages, load_messages
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.errors import ProofdeskError
from corpus.tokens import TiktokenCounter, TokenCounter
from index.confidence import Confidence, load_confidence
from index.embedders.base import Embedder
from index.embedders.registry import load_embedder
from index.retriever import Retriever
from index.vector_cache import VectorCache

log = logging.getLogger(__name__)


class App:
    """One process's parts, each made when first asked for: `index status` loads no model."""

    def __init__(self, settings: Settings) -> None:
        disable_tracing()
        self.settings = settings

    @cached_property
    def firewall(self) -> Firewall:
        """Destroys secrets and masks personal data."""
        return Firewall()

    @cached_property
    def policy(self) -> PolicyEngine:
        """Rules, notices and hand-off texts."""
        return PolicyEngine.load()

    @cached_property
    def messages(self) -> Messages:
        """Locale files."""
        return load_messages()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Customers' words."""
        return load_vocabulary()

    @cached_property
    def embedder(self) -> Embedder:
        """The configured embedder; the model is loaded at its first use."""
        key = self.settings.embedding_api_key
        return load_embedder(
            self.settings.embedder,
            api_key=key.get_secret_value() if key else None,
            base_url=str(self.settings.embedding_base_url) if self.settings.embedding_base_url else None,
        )

    @cached_property
    def token_counter(self) -> TokenCounter:
        """Measures passages and prompts."""
        return TiktokenCounter()

    @cached_property
    def catalog(self) -> Catalog:
        """Seed and operator documents."""
        return Catalog(self.settings.data_dir)

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """Documents and their index."""
        return KnowledgeBase(
            catalog=self.catalog,
            index_dir=self.settings.index_dir,
            embedder=lambda: self.embedder,
            cache=lambda: VectorCache(self.settings.data_dir / "vectors"),
            counter=self.token_counter,
            passage_tokens=self.settings.passage_tokens,
            keep_snapshots=self.settings.keep_snapshots,
            clock=lambda: datetime.now(UTC),
        )

    @cached_property
    def retriever(self) -> Retriever:
        """The retrieval function, over the current snapshot."""
        return Retriever(self.settings.index_dir, self.embedder)

    @cached_property
    def confidence(self) -> Confidence:
        """The calibrated probability that evidence answers a question."""
        return load_confidence()

    @cached_property
    def chain(self) -> AnswerChain:
        """The way of a question. Builds the index if there is none.

        A damaged index is logged, not raised: questions will fail with its message, emergencies need no index.
        """
        try:
            self.knowledge.ensure_index()
        except ProofdeskError as error:
            log.error("%s", error)
        settings = self.settings
        return AnswerChain(
            firewall=self.firewall,
            intents=IntentDetector.load(),
            policy=self.policy,
            retriever=self.retriever,
            confidence=self.confidence,
            vocabulary=self.vocabulary,
            messages=self.messages,
            drafter=load_drafter(
                settings.chat_model,
                base_url=str(settings.chat_base_url) if settings.chat_base_url else None,
                api_key=settings.chat_api_key,
                timeout_s=settings.chat_timeout_s,
            ),
            default_locale=settings.default_locale,
            evidence_tokens=settings.evidence_tokens,
            timer=time.perf_counter,
        )
