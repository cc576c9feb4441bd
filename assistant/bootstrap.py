"""The composition root: the only module that wires parts together. Everything is made when first asked for, once."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from assistant.chain.answer import AnswerChain
from assistant.chain.contradictions import Embed
from assistant.chain.glossary import load_glossary
from assistant.chain.known_conflicts import ConflictFile
from assistant.chain.level import load_level_reader
from assistant.chain.meaning import meaning_of_claims
from assistant.chain.verification import Verifier
from assistant.chain.vocabulary import Vocabulary, load_vocabulary, normalise
from assistant.compliance.engine import PolicyEngine
from assistant.compliance.intents import IntentDetector
from assistant.curation.bench import SearchBench
from assistant.curation.guard import Curation
from assistant.curation.jobs import Jobs
from assistant.curation.library import Library
from assistant.curation.publishing import Publishing
from assistant.curation.replay import Replay
from assistant.curation.upkeep import Upkeep
from assistant.desk.articles import Articles
from assistant.desk.customer import CustomerDesk
from assistant.desk.drafting import DraftingDesk
from assistant.desk.editing import Editor
from assistant.desk.knowledge_search import KnowledgeSearch
from assistant.desk.limits import MessageLimiter
from assistant.desk.macros import MacroDesk
from assistant.desk.parts import Parts
from assistant.desk.review import ReviewDesk
from assistant.desk.vault import Vault, load_key
from assistant.events import DESK, EventHub
from assistant.firewall.firewall import Firewall
from assistant.help_centre import HelpCentre
from assistant.knowledge import KnowledgeBase
from assistant.lazy_part import part
from assistant.llm.base import Drafter
from assistant.llm.models import disable_tracing, load_drafter
from assistant.messages import Messages, load_messages
from assistant.people.people import People
from assistant.review.sla import BusinessCalendar
from assistant.settings import Settings
from assistant.storage.database import Database
from corpus.catalog import Catalog
from corpus.editions import settled
from corpus.errors import ProofdeskError
from corpus.macros import MacroBook
from corpus.tokens import TiktokenCounter, TokenCounter
from index.confidence import Confidence, load_confidence
from index.embedders.base import Embedder
from index.embedders.registry import load_embedder
from index.retriever import Retriever
from index.vector_cache import VectorCache

log = logging.getLogger(__name__)
_MODEL_WORKERS = 4
"""Drafts made at the same time where a model server does the work; on this machine one keeps both cores busy."""


class App:
    """One process's parts, each made when first asked for: `index status` loads no model."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        disable_tracing()
        self.settings = settings
        self.clock = clock
        self.new_id = new_id
        self._locks: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()

    def lock_of(self, name: str) -> threading.RLock:
        """The lock under which a part is made."""
        with self._guard:
            return self._locks.setdefault(name, threading.RLock())

    def close(self) -> None:
        """Finishes drafts in the making, ends the pages' streams and lets go of files and connections."""
        for name in ("drafting", "jobs", "events", "retriever", "database"):
            if name in vars(self):
                getattr(self, name).close()

    @part
    def firewall(self) -> Firewall:
        """Destroys secrets and masks personal data."""
        return Firewall()

    @part
    def policy(self) -> PolicyEngine:
        """Rules, notices and hand-off texts."""
        return PolicyEngine.load()

    @part
    def intents(self) -> IntentDetector:
        """Tells an emergency from a question about one."""
        return IntentDetector.load()

    @part
    def calendar(self) -> BusinessCalendar:
        """The desk's clocks."""
        return BusinessCalendar(
            self.settings.business_country,
            self.settings.business_timezone,
            reply_target=timedelta(minutes=self.settings.reply_target_minutes),
        )

    @part
    def messages(self) -> Messages:
        """Locale files."""
        return load_messages()

    @part
    def vocabulary(self) -> Vocabulary:
        """Customers' words."""
        return load_vocabulary()

    @part
    def embedder(self) -> Embedder:
        """The configured embedder; the model is loaded at its first use."""
        key = self.settings.embedding_api_key
        return load_embedder(
            self.settings.embedder,
            api_key=key.get_secret_value() if key else None,
            base_url=str(self.settings.embedding_base_url) if self.settings.embedding_base_url else None,
        )

    @part
    def claim_meaning(self) -> Embed | None:
        """What contradictions are compared by; `None` where only words can be."""
        return meaning_of_claims(lambda: self.embedder, self.settings.embedder, self.settings.data_dir / "vectors")

    @part
    def conflicts(self) -> ConflictFile:
        """Contradictions that are known."""
        return ConflictFile(self.settings.data_dir / "knowledge" / "conflicts.json")

    @part
    def token_counter(self) -> TokenCounter:
        """Measures passages and prompts."""
        return TiktokenCounter()

    @part
    def catalog(self) -> Catalog:
        """Seed and operator documents."""
        return Catalog(self.settings.data_dir, clock=self.clock)

    @part
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
            clock=self.clock,
        )

    @part
    def retriever(self) -> Retriever:
        """The retrieval function, over the current snapshot."""
        return self._retriever()

    def _retriever(self, snapshot_id: str | None = None) -> Retriever:
        return Retriever(
            self.settings.index_dir, self.embedder, today=lambda: self.clock().date(), snapshot_id=snapshot_id
        )

    @part
    def confidence(self) -> Confidence:
        """The calibrated probability that evidence answers a question."""
        return load_confidence()

    @part
    def chain(self) -> AnswerChain:
        """The way of a question. Builds the index if there is none.

        A damaged index is logged, not raised: questions will fail with its message, emergencies need no index.
        """
        try:
            self.knowledge.ensure_index()
        except ProofdeskError as error:
            log.error("%s", error)
        settings = self.settings
        drafter = load_drafter(
            settings.chat_model,
            base_url=str(settings.chat_base_url) if settings.chat_base_url else None,
            api_key=settings.chat_api_key,
            timeout_s=settings.chat_timeout_s,
        )
        return self._chain(self.retriever, drafter)

    def _chain(self, retriever: Retriever, drafter: Drafter | None) -> AnswerChain:
        return AnswerChain(
            firewall=self.firewall,
            intents=self.intents,
            policy=self.policy,
            retriever=retriever,
            confidence=self.confidence,
            vocabulary=self.vocabulary,
            levels=load_level_reader(),
            glossary=load_glossary(),
            conflicts=self.conflicts,
            settled=lambda: settled(self.catalog.editions()),
            messages=self.messages,
            drafter=drafter,
            default_locale=self.settings.default_locale,
            evidence_tokens=self.settings.evidence_tokens,
            timer=time.perf_counter,
            today=lambda: self.clock().date(),
        )

    @contextmanager
    def chain_at(self, snapshot_id: str) -> Iterator[AnswerChain]:
        """The way of a question over one snapshot, whichever is in force, drafted without a model."""
        with closing(self._retriever(snapshot_id)) as retriever:
            yield self._chain(retriever, None)

    @part
    def database(self) -> Database:
        """Tickets, people and the audit log, as they are on disk."""
        return Database(self.settings.database)

    @part
    def current_database(self) -> Database:
        """The database with its tables brought up to this release."""
        self.database.upgrade()
        return self.database

    @part
    def people(self) -> People:
        """Accounts and sessions."""
        idle = timedelta(hours=self.settings.session_hours)
        return People(self.current_database, clock=self.clock, new_id=self.new_id, idle=idle)

    @part
    def events(self) -> EventHub:
        """Tells open pages that something changed."""
        return EventHub()

    @part
    def verifier(self) -> Verifier:
        """Checks drafts, whoever wrote them."""
        return Verifier(self.policy, self.vocabulary)

    @part
    def desk_parts(self) -> Parts:
        """What the desk's services share."""
        secret = self.settings.secret_key.get_secret_value() if self.settings.secret_key else None
        return Parts(
            database=self.current_database,
            firewall=self.firewall,
            policy=self.policy,
            messages=self.messages,
            vault=Vault(load_key(secret, self.settings.data_dir)),
            calendar=self.calendar,
            lease=timedelta(minutes=self.settings.lease_minutes),
            clock=self.clock,
            new_id=self.new_id,
            publish=self.events.publish,
        )

    @part
    def drafting(self) -> DraftingDesk:
        """Drafts for tickets, in the background."""
        return DraftingDesk(
            self.desk_parts,
            chain=lambda: self.chain,
            upset=lambda text: bool(self.vocabulary.upset.search(normalise(text))),
            workers=1 if self.settings.chat_model == "extractive" else _MODEL_WORKERS,
        )

    @part
    def customer_desk(self) -> CustomerDesk:
        """What customers can do."""
        return CustomerDesk(
            self.desk_parts,
            limiter=MessageLimiter(self.settings.messages_per_minute),
            articles=Articles(self.catalog, today=lambda: self.clock().date()),
            intents=self.intents,
            submit=self.drafting.submit,
        )

    @part
    def curation(self) -> Curation:
        """What the services of the knowledge page share."""
        return Curation(
            catalog=self.catalog,
            knowledge=self.knowledge,
            database=self.current_database,
            clock=self.clock,
            new_id=self.new_id,
            publish=self.events.publish,
        )

    @part
    def jobs(self) -> Jobs:
        """Work of the knowledge page that takes longer than a click."""
        return Jobs(self.new_id, lambda: self.events.publish(DESK))

    @part
    def library(self) -> Library:
        """Documents for the people who look after them."""
        return Library(self.curation, self.jobs, self.policy)

    @part
    def publishing(self) -> Publishing:
        """Changes of the knowledge, tried before they are in force."""
        replay = Replay(
            chain_at=self.chain_at,
            folder=self.settings.data_dir / "replay",
            version=lambda: f"{version('proofdesk')} {self.policy.version}",
            today=lambda: self.clock().date(),
        )
        return Publishing(self.curation, self.jobs, replay, published=self.upkeep.found)

    @part
    def upkeep(self) -> Upkeep:
        """What somebody has to look at."""
        return Upkeep(
            self.curation,
            self.library,
            lambda: self.vocabulary,
            folder=self.settings.data_dir / "knowledge",
            conflicts=self.conflicts,
            meaning=lambda: self.claim_meaning,
        )

    @part
    def bench(self) -> SearchBench:
        """Searches for people who look after the knowledge."""
        return SearchBench(
            self.curation,
            firewall=self.firewall,
            vocabulary=lambda: self.vocabulary,
            retriever=lambda: self.retriever,
            confidence=lambda: self.confidence,
            default_locale=self.settings.default_locale,
        )

    @part
    def help_centre(self) -> HelpCentre:
        """What customers read by themselves."""
        return HelpCentre(
            catalog=self.catalog,
            retriever=lambda: self.retriever,
            firewall=self.firewall,
            policy=self.policy,
            vocabulary=lambda: self.vocabulary,
            today=lambda: self.clock().date(),
        )

    @part
    def macro_book(self) -> MacroBook:
        """Macros as they are written."""
        return MacroBook(self.catalog, self.settings.data_dir)

    @part
    def macros(self) -> MacroDesk:
        """Macros for the staff."""
        return MacroDesk(self.desk_parts, self.macro_book, lambda: self.verifier, self.retriever.document_passages)

    @part
    def review_desk(self) -> ReviewDesk:
        """What the staff can do."""
        return ReviewDesk(
            self.desk_parts,
            verifier=lambda: self.verifier,
            editor=Editor(
                self.desk_parts,
                verifier=lambda: self.verifier,
                passages=self.retriever.passages,
                snapshot=lambda: self.retriever.snapshot_id,
            ),
            search=KnowledgeSearch(
                firewall=self.firewall,
                vocabulary=lambda: self.vocabulary,
                retriever=lambda: self.retriever,
                locale=self.settings.default_locale,
                today=lambda: self.clock().date(),
            ),
            articles=Articles(self.catalog, today=lambda: self.clock().date()),
            submit=self.drafting.submit,
        )
