"""The customers' self-service: articles by category, search by the function that answers use, a guided start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assistant.chain.intake import accept_turns
from assistant.chain.triage import retrieval_query, triage
from assistant.chain.vocabulary import Vocabulary
from assistant.compliance.engine import PolicyEngine
from assistant.desk.errors import DeskError, Refusal
from assistant.errors import InquiryError, ProofdeskError
from assistant.firewall.firewall import Firewall
from assistant.help_guide import CheckStep, GuideReader, GuideView, nearest_version, section_steps
from assistant.model import Inquiry, Notice
from corpus.catalog import Catalog
from corpus.chunking import section_ids
from corpus.guides import START, Guide, load_guides
from corpus.model import PUBLIC, Document, Passage, PassageKind, Section, SectionKind
from corpus.sentences import split_sentences
from index.model import Hit, Query
from index.retriever import Retriever

CATEGORIES = ("account", "security", "deposit", "withdrawal", "trading", "education", "policy", "service", "merchant")
"""In the order in which they are shown; a category of the operator's own comes after them."""
GLOSSARY = "edu-glossary"
SUGGESTED = 3
"""Articles that are offered before a request is sent."""
_DEEP = 30
_SNIPPET = 160


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """An article in a list. `summary` is the first sentence of its short answer."""

    document_id: str
    title: str
    category: str
    locale: str
    summary: str


@dataclass(frozen=True, slots=True)
class HelpHit:
    """An article that a search found, with the passage that it was found by."""

    link: ArticleLink
    snippet: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category and its articles, by title."""

    category: str
    articles: tuple[ArticleLink, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article in the language nearest to the reader's.

    Attributes:
        sections: without the approved answers; they are `answers`.
        anchors: an id for each section, the same as long as its heading is.
        steps: for each section, what can be ticked in it.
        answers: short questions with the answer of each.
        notices: texts that belong under whatever is quoted from it.
        related: other articles of the category.
    """

    link: ArticleLink
    sections: tuple[Section, ...]
    anchors: tuple[str, ...]
    steps: tuple[tuple[CheckStep, ...], ...]
    answers: tuple[Section, ...]
    notices: tuple[Notice, ...]
    since: date
    related: tuple[ArticleLink, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave.

    Attributes:
        text: the question as it may be shown again: without secrets.
        secret: whether something was taken out of it.
    """

    text: str
    hits: tuple[HelpHit, ...]
    secret: bool = False


class HelpCentre:
    """Reads the knowledge that everybody may see. Holds no state of a reader."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        retriever: Callable[[], Retriever],
        firewall: Firewall,
        policy: PolicyEngine,
        vocabulary: Callable[[], Vocabulary],
        today: Callable[[], date],
        guides: Callable[[], Mapping[str, Guide]] = load_guides,
    ) -> None:
        self._catalog = catalog
        self._retriever = retriever
        self._firewall = firewall
        self._policy = policy
        self._vocabulary = vocabulary
        self._today = today
        self._guides = guides

    def shelves(self, locale: str) -> tuple[Shelf, ...]:
        """Every category that has articles.

        Raises:
            DeskError: `UNAVAILABLE`.
        """
        links = [_link(document) for document in self._readable(locale).values()]
        names = dict.fromkeys((*CATEGORIES, *sorted(link.category for link in links)))
        shelves = (Shelf(name, _sorted(link for link in links if link.category == name)) for name in names)
        return tuple(shelf for shelf in shelves if shelf.articles)

    def article(self, document_id: str, locale: str) -> Article:
        """One article.

        Raises:
            DeskError: `NOT_FOUND`, none that everybody may see; `UNAVAILABLE`.
        """
        versions = self._versions()
        if document_id not in versions:
            raise DeskError(Refusal.NOT_FOUND)
        document = nearest_version(versions[document_id], locale)
        others = (nearest_version(found, locale) for key, found in versions.items() if key != document_id)
        places = zip(
            document.sections, section_ids(document), section_steps(document, versions[document_id]), strict=True
        )
        shown = [place for place in places if place[0].kind is not SectionKind.PAIR]
        return Article(
            link=_link(document),
            sections=tuple(section for section, _, _ in shown),
            anchors=tuple(anchor for _, anchor, _ in shown),
            steps=tuple(steps for _, _, steps in shown),
            answers=tuple(s for s in document.sections if s.kind is SectionKind.PAIR),
            notices=self._notices(document),
            since=document.effective_from,
            related=_sorted(_link(other) for other in others if other.category == document.category),
        )

    def guide(self, locale: str) -> GuideView:
        """The first hours of a new customer, step by step.

        Raises:
            DeskError: `UNAVAILABLE`.
        """
        versions = self._versions()
        query = Query("", as_of=self._today(), audience=(PUBLIC,))

        def passages(document_id: str) -> tuple[Passage, ...]:
            return self._retriever().document_passages(document_id, query)

        try:
            return GuideReader(locale, versions, passages, self._notices).read(self._guides()[START])
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None

    def terms(self, locale: str) -> tuple[Section, ...]:
        """The glossary: one section per term, by term."""
        document = self._readable(locale).get(GLOSSARY)
        pairs = (s for s in document.sections if s.kind is SectionKind.PAIR) if document else ()
        return tuple(sorted(pairs, key=lambda section: section.heading.casefold()))

    def search(self, text: str, locale: str, k: int = 8) -> Found:
        """The best articles for a question or for the beginning of one; none for an empty text.

        Raises:
            DeskError: `UNREADABLE`, `TOO_LONG`, `UNAVAILABLE`.
        """
        if not text.strip():
            return Found("", ())
        try:
            screened = self._firewall.screen(accept_turns((text,))[0])
            today = self._today()
            question = triage(Inquiry("help", (screened.text,), locale=locale), self._vocabulary(), locale, today=today)
            hits = self._retriever().search(retrieval_query(question, k=_DEEP)).hits
            readable = self._readable(locale)
        except InquiryError as error:
            raise DeskError(Refusal.UNREADABLE, str(error)) from None
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        best: dict[str, Hit] = {}
        for hit in hits:
            best.setdefault(hit.passage.document_id, hit)
        found = [_hit(readable[document_id], hit) for document_id, hit in best.items() if document_id in readable]
        return Found(screened.text, tuple(found[:k]), screened.has_secret)

    def _readable(self, locale: str) -> dict[str, Document]:
        """Every public article that holds today everywhere, in the language nearest to the reader's."""
        return {key: nearest_version(versions, locale) for key, versions in self._versions().items()}

    def _versions(self) -> dict[str, dict[str, Document]]:
        """Every public article that holds today everywhere, by id and locale."""
        try:
            documents = self._catalog.documents()
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None
        today = self._today()
        shown: dict[str, dict[str, Document]] = {}
        for document in documents:
            open_to_all = document.audience == PUBLIC and "*" in document.jurisdictions
            if open_to_all and document.valid_on(today):
                shown.setdefault(document.id, {})[document.locale] = document
        return {
            document_id: versions
            for document_id, versions in sorted(shown.items())
            if self._policy.region_allows(document_id, next(iter(versions.values())).category, None)
        }

    def _notices(self, document: Document) -> tuple[Notice, ...]:
        return self._policy.notices_for(document.notices, locale=document.locale, topic=document.id, ai=False)


def _link(document: Document) -> ArticleLink:
    return ArticleLink(document.id, document.title, document.category, document.locale, _summary(document))


def _summary(document: Document) -> str:
    """The first sentence of the short answer, or of what stands first."""
    ordered = sorted(document.sections, key=lambda section: section.kind is not SectionKind.SHORT_ANSWER)
    text = next((paragraph for section in ordered for paragraph in section.paragraphs), "")
    return next(iter(split_sentences(text)), "").strip()


def _hit(document: Document, hit: Hit) -> HelpHit:
    """The passage's words where they are in the reader's language, otherwise the article's summary."""
    link = _link(document)
    own = hit.passage.locale == document.locale and hit.passage.kind is not PassageKind.QUESTION
    text = " ".join(hit.passage.text.split()) if own else link.summary
    return HelpHit(link, text if len(text) <= _SNIPPET else f"{text[:_SNIPPET].rstrip()}…")


def _sorted(links: Iterable[ArticleLink]) -> tuple[ArticleLink, ...]:
    return tuple(sorted(links, key=lambda link: link.title.casefold()))
