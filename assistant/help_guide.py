"""A guided checklist as a reader sees it today: its steps are the words of articles that hold and are indexed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assistant.chain.grounding import nearest_locale
from assistant.model import Notice
from corpus.chunking import passage_id, section_ids
from corpus.guides import Guide, GuidePart, GuideStage, guide_items
from corpus.model import Document, Passage, PassageKind, SectionKind

Versions = Mapping[str, Document]
"""One article by locale."""


@dataclass(frozen=True, slots=True)
class CheckStep:
    """A step that can be ticked.

    Attributes:
        id: made from its words as a passage's id is: when they change, it is another step, and its neighbours stay.
        twins: ids of the same step in the other languages of the article; a tick holds in all of them.
        number: within the article's section, from 1.
    """

    id: str
    twins: tuple[str, ...]
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class PartView:
    """Steps of one article.

    Attributes:
        document: the article in the reader's nearest language; `None` = it does not hold today.
        anchor: of the section on the article's page.
        numbered: whether the steps have numbers in the article; otherwise they are points of a list.
    """

    document: Document | None
    heading: str = ""
    anchor: str = ""
    numbered: bool = True
    steps: tuple[CheckStep, ...] = ()


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage with its steps and with what belongs under them.

    Attributes:
        missing: whether an article that it names does not hold today; its steps are not among those counted.
        also: articles to read as well.
    """

    id: str
    title: str
    intro: str
    parts: tuple[PartView, ...]
    notices: tuple[Notice, ...]
    also: tuple[Document, ...]

    @property
    def total(self) -> int:
        """How many steps there are."""
        return sum(len(part.steps) for part in self.parts)

    @property
    def missing(self) -> bool:
        """Whether the steps of a part cannot be shown."""
        return any(part.document is None for part in self.parts)


@dataclass(frozen=True, slots=True)
class GuideView:
    """A guide with its steps of today."""

    id: str
    stages: tuple[StageView, ...]

    @property
    def total(self) -> int:
        """How many steps there are."""
        return sum(stage.total for stage in self.stages)


class GuideReader:
    """Fills a guide with what may be read today.

    Args:
        locale: the reader's.
        articles: every article that everybody may read today, by id and locale.
        passages: the indexed passages of an article that hold today.
        notices: what an article carries.
    """

    def __init__(
        self,
        locale: str,
        articles: Mapping[str, Versions],
        passages: Callable[[str], Iterable[Passage]],
        notices: Callable[[Document], Iterable[Notice]],
    ) -> None:
        self._locale = locale
        self._articles = articles
        self._passages = passages
        self._notices = notices

    def read(self, guide: Guide) -> GuideView:
        """The guide in the reader's language."""
        return GuideView(guide.id, tuple(self._stage(stage) for stage in guide.stages))

    def _stage(self, stage: GuideStage) -> StageView:
        parts = tuple(self._part(part) for part in stage.parts)
        shown = {part.document.id: part.document for part in parts if part.document}
        notices = dict.fromkeys(notice for document in shown.values() for notice in self._notices(document))
        return StageView(
            id=stage.id,
            title=_nearest(stage.titles, self._locale),
            intro=_nearest(stage.intros, self._locale),
            parts=parts,
            notices=tuple(notices),
            also=tuple(
                nearest_version(self._articles[key], self._locale) for key in stage.also if key in self._articles
            ),
        )

    def _part(self, part: GuidePart) -> PartView:
        """All of the part's steps, or none: a list with gaps would lead astray."""
        versions = self._articles.get(part.document_id)
        if not versions:
            return PartView(None)
        document = nearest_version(versions, self._locale)
        sections = [(s, key) for s, key in zip(document.sections, section_ids(document), strict=True)]
        section, anchor = next(((s, key) for s, key in sections if s.kind is part.section), (None, ""))
        steps = check_steps(document, part.section, versions)
        wanted = [step for step in steps if not part.steps or step.number in part.steps]
        if section is None or not wanted or len(wanted) < len(part.steps) or not self._indexed(document, part, wanted):
            return PartView(None)
        numbered = any(s.steps for s, _ in sections if s.kind is part.section)
        return PartView(document, section.heading, anchor, numbered, tuple(wanted))

    def _indexed(self, document: Document, part: GuidePart, steps: Iterable[CheckStep]) -> bool:
        """Whether every step stands in a passage that may be cited today. Long ones are split where a space was."""
        held = (
            passage.text
            for passage in self._passages(document.id)
            if passage.locale == document.locale
            and passage.section is part.section
            and passage.kind in (PassageKind.STEPS, PassageKind.PROSE)
        )
        text = _squeezed("".join(held))
        return all(_squeezed(step.text) in text for step in steps)


def check_steps(document: Document, kind: SectionKind, versions: Versions) -> tuple[CheckStep, ...]:
    """What can be ticked in the sections of a kind. Languages are twins where they have as many steps."""
    own = guide_items(document, kind)
    others = [
        (other, guide_items(other, kind)) for locale, other in sorted(versions.items()) if locale != document.locale
    ]
    return tuple(
        CheckStep(
            id=_step_id(document, kind, text),
            twins=tuple(_step_id(other, kind, texts[at]) for other, texts in others if len(texts) == len(own)),
            number=at + 1,
            text=text,
        )
        for at, text in enumerate(own)
    )


def section_steps(document: Document, versions: Versions) -> tuple[tuple[CheckStep, ...], ...]:
    """Per section of an article what can be ticked in it: the steps of its sections of steps, nothing in others."""
    left = list(check_steps(document, SectionKind.STEPS, versions))
    found: list[tuple[CheckStep, ...]] = []
    for section in document.sections:
        count = len(section.steps) if section.kind is SectionKind.STEPS else 0
        found.append(tuple(left[:count]))
        del left[:count]
    return tuple(found)


def nearest_version(versions: Versions, locale: str) -> Document:
    """The article in the language nearest to the reader's."""
    return versions[nearest_locale(locale, tuple(versions)) or next(iter(versions))]


def _step_id(document: Document, kind: SectionKind, text: str) -> str:
    return passage_id(document.id, document.locale, kind, text)


def _nearest(texts: Mapping[str, str], locale: str) -> str:
    return texts[nearest_locale(locale, tuple(texts)) or next(iter(texts))]


def _squeezed(text: str) -> str:
    return "".join(text.split())
