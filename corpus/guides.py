"""Guided checklists: an order of stages whose steps stand in articles and are never copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from corpus.errors import ConfigurationError
from corpus.facts import validation_message
from corpus.lint import REQUIRED_LOCALES, Fault, Severity
from corpus.model import Document, SectionKind

START = "start"
"""The guide of a new customer's first hours."""
GUIDE_LOCALES = ("zh-CN", "zh-TW", "en")
"""Languages that the titles and intros of a guide are in."""


@dataclass(frozen=True, slots=True)
class GuidePart:
    """Where the steps of a stage stand.

    Attributes:
        section: of the sections of this kind, the numbered lists or else the paragraphs, counted through from 1.
        steps: which of them; empty = all.
    """

    document_id: str
    section: SectionKind
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GuideStage:
    """One stage of a guide.

    Attributes:
        titles: by locale.
        intros: by locale.
        also: ids of articles to read as well.
    """

    id: str
    titles: Mapping[str, str]
    intros: Mapping[str, str]
    parts: tuple[GuidePart, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """A guided checklist."""

    id: str
    stages: tuple[GuideStage, ...]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str = Field(min_length=1)
    section: SectionKind = SectionKind.STEPS
    steps: tuple[int, ...] = ()


class _Stage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: dict[str, str] = Field(min_length=1)
    intro: dict[str, str] = Field(min_length=1)
    parts: tuple[_Part, ...] = Field(min_length=1)
    also: tuple[str, ...] = ()


_FILE = TypeAdapter(dict[str, tuple[_Stage, ...]])


@cache
def load_guides() -> Mapping[str, Guide]:
    """The guides that ship with the product, by id."""
    return read_guides((files("corpus") / "data" / "guides.yaml").read_text(encoding="utf-8"))


def read_guides(text: str) -> Mapping[str, Guide]:
    """The guides in the text of a guides file, by id.

    Raises:
        ConfigurationError: it is no such file, or two stages of a guide have the same id.
    """
    try:
        read = _FILE.validate_python(yaml.safe_load(text))
    except ValidationError as error:
        raise _broken(validation_message(error)) from None
    except yaml.YAMLError as error:
        raise _broken(str(error)) from None
    for name, stages in read.items():
        ids = [stage.id for stage in stages]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise _broken(f"{name} has the stage {', '.join(twice)} twice")
    return {name: Guide(name, tuple(map(_stage, stages))) for name, stages in read.items()}


def guide_items(document: Document, kind: SectionKind) -> tuple[str, ...]:
    """What a part may choose from: the steps of all sections of a kind, or their paragraphs where none has steps."""
    sections = [section for section in document.sections if section.kind is kind]
    steps = tuple(step for section in sections for step in section.steps)
    return steps or tuple(paragraph for section in sections for paragraph in section.paragraphs)


def lint_guides(guides: Iterable[Guide], documents: Iterable[Document]) -> tuple[Fault, ...]:
    """What the guides name and the documents do not have, and languages that a guide lacks; all of it errors.

    A document must be there in every locale of `REQUIRED_LOCALES`; where it is in others, they must fit as well.
    """
    known: dict[str, dict[str, Document]] = {}
    for document in documents:
        known.setdefault(document.id, {})[document.locale] = document
    found = [fault for guide in guides for stage in guide.stages for fault in _stage_faults(guide, stage, known)]
    return tuple(sorted(found, key=lambda fault: (fault.document_id, fault.locale, fault.rule, fault.place)))


def _stage_faults(guide: Guide, stage: GuideStage, known: Mapping[str, Mapping[str, Document]]) -> Iterator[Fault]:
    place = f"guide {guide.id}, stage {stage.id}"

    def fault(rule: str, document_id: str, locale: str, message: str) -> Fault:
        return Fault(rule, Severity.ERROR, document_id, locale, place, message)

    for what, texts in (("title", stage.titles), ("intro", stage.intros)):
        for locale in GUIDE_LOCALES:
            if not texts.get(locale, "").strip():
                yield fault("guide-locale", guide.id, locale, f"the stage has no {what} in this language")
    for document_id in stage.also:
        if document_id not in known:
            yield fault("guide-document", document_id, "", "there is no such article to read")
    for part in stage.parts:
        there = known.get(part.document_id, {})
        for locale in dict.fromkeys((*REQUIRED_LOCALES, *there)):
            if locale not in there:
                yield fault("guide-document", part.document_id, locale, "there is no such article")
                continue
            items = len(guide_items(there[locale], part.section))
            if not items:
                yield fault("guide-section", part.document_id, locale, f"no section {part.section} gives any step")
            elif beyond := [number for number in part.steps if not 1 <= number <= items]:
                message = f"{part.section} has no step {', '.join(map(str, beyond))}, it has {items}"
                yield fault("guide-step", part.document_id, locale, message)


def _stage(read: _Stage) -> GuideStage:
    parts = tuple(GuidePart(part.document, part.section, part.steps) for part in read.parts)
    return GuideStage(read.id, read.title, read.intro, parts, read.also)


def _broken(reason: str) -> ConfigurationError:
    return ConfigurationError(f"The guides file is broken: {reason}.", hint="Its head says what a stage consists of.")
