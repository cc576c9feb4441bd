"""Knowledge that is written as entries and not as articles: approved answers, misconceptions, terms.

Each entry becomes a section of an article: an approved answer of its topic's article, a misconception of the article on
misconceptions, a term of the glossary. So the article is what is found and cited, and the answer is given as a unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from corpus.errors import DocumentError
from corpus.facts import FactsTable, validation_message
from corpus.model import Section, SectionKind

MYTHS = "edu-myths"
GLOSSARY = "edu-glossary"

_Texts = dict[str, str]
_Lists = dict[str, list[str]]
_LIST: TypeAdapter[list[object]] = TypeAdapter(list[object])
_Kind = TypeVar("_Kind", bound="Entry")


class Entry(BaseModel):
    """One item of a file of entries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    topic: str = ""


class _Answer(Entry):
    notices: list[str]
    question: _Texts
    also: _Lists
    answer: _Texts


class _Myth(Entry):
    notices: list[str]
    myth: _Texts
    fact: _Texts
    questions: _Lists


class _Term(Entry):
    term: _Texts
    also: _Lists = Field(default_factory=dict)
    short: _Texts
    explain: _Texts


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the glossary in one locale.

    Attributes:
        also: synonyms and slang.
        short: an explanation that reads well in brackets after the term.
    """

    id: str
    term: str
    also: tuple[str, ...]
    short: str
    explanation: str


Pairs = Mapping[tuple[str, str], tuple[Section, ...]]
"""By document id and locale: the sections that an article gets besides its own; facts are not put in yet."""


def load_pairs(root: Path) -> Pairs:
    """The entries of a seed folder as sections of articles.

    Raises:
        DocumentError: a file is not such a list, or an id occurs twice.
    """
    found: dict[tuple[str, str], list[Section]] = defaultdict(list)
    for answer in read_entries(root / "answers.yaml", _Answer):
        for locale, text in answer.answer.items():
            asked = answer.also.get(locale, ())
            found[answer.topic, locale].append(_pair(answer.id, answer.question[locale], text, asked))
    for myth in read_entries(root / "myths.yaml", _Myth):
        for locale, text in myth.fact.items():
            found[MYTHS, locale].append(_pair(myth.id, myth.myth[locale], text, myth.questions.get(locale, ())))
    for term in read_entries(root / "glossary.yaml", _Term):
        for locale, text in term.explain.items():
            found[GLOSSARY, locale].append(_pair(term.id, term.term[locale], text, term.also.get(locale, ())))
    return {key: tuple(sections) for key, sections in found.items()}


def load_terms(root: Path, locale: str) -> tuple[Term, ...]:
    """The glossary in one locale.

    Raises:
        DocumentError: the file is not such a list.
    """
    return tuple(
        Term(item.id, item.term[locale], tuple(item.also.get(locale, ())), item.short[locale], item.explain[locale])
        for item in read_entries(root / "glossary.yaml", _Term)
        if locale in item.term
    )


def rendered(sections: Iterable[Section], facts: FactsTable, locale: str) -> tuple[Section, ...]:
    """The sections with their facts put in.

    Raises:
        FactError: a placeholder cannot be rendered.
    """

    def render(text: str) -> str:
        return facts.render(text, locale)

    return tuple(_mapped(section, render) for section in sections)


def source_text(sections: Iterable[Section]) -> str:
    """What may hold placeholders, as one text."""
    return "\n".join(text for section in sections for text in (section.heading, *section.paragraphs))


def _mapped(section: Section, render: Callable[[str], str]) -> Section:
    return Section(
        section.kind,
        render(section.heading),
        tuple(render(text) for text in section.paragraphs),
        questions=section.questions,
        part=section.part,
    )


def _pair(entry_id: str, question: str, answer: str, also: Iterable[str]) -> Section:
    return Section(
        SectionKind.PAIR, question.strip(), (" ".join(answer.split()),), questions=tuple(also), part=entry_id
    )


def read_entries(path: Path, kind: type[_Kind]) -> tuple[_Kind, ...]:
    """The entries of a file; none if there is no such file.

    Raises:
        DocumentError: it cannot be read, is no list of such entries, or an id occurs twice; the message names the file.
    """
    if not path.exists():
        return ()
    try:
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_loader())  # noqa: S506 - a safe loader
        entries = [kind.model_validate(item) for item in _LIST.validate_python(raw or [])]
    except OSError as error:
        raise DocumentError(f"{path.name}: cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        raise DocumentError(f"{path.name}: {validation_message(error)}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentError(f"{path.name}: not valid YAML ({error}).") from error
    ids = [entry.id for entry in entries]
    twice = sorted({entry_id for entry_id in ids if ids.count(entry_id) > 1})
    if twice:
        raise DocumentError(f"{path.name}: {', '.join(twice)} occurs twice.", hint="Ids must be unique.")
    return tuple(entries)


def _loader() -> type[yaml.SafeLoader]:
    """Libyaml's loader where it is built in: ten times as fast on files of this size."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
