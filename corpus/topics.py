"""What the knowledge has to cover, and how far it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from corpus.model import Document


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str
    notices: tuple[str, ...] = ()
    en: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that the knowledge has to cover.

    Attributes:
        titles: by locale.
    """

    id: str
    group: str
    titles: Mapping[str, str]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a topic is covered on a day: documents by locale, and how many example questions lead to them."""

    topic: Topic
    documents: Mapping[str, int]
    questions: int

    def lacks(self, locales: Iterable[str]) -> tuple[str, ...]:
        """The locales without a document."""
        return tuple(locale for locale in locales if not self.documents.get(locale))


@cache
def load_topics() -> tuple[Topic, ...]:
    """The topics that ship with the product, in order."""
    raw = yaml.safe_load((files("corpus") / "data" / "topics.yaml").read_text(encoding="utf-8"))
    groups = TypeAdapter(dict[str, list[dict[str, object]]]).validate_python(raw)
    return tuple(_topic(group, entry) for group, entries in groups.items() for entry in entries)


def _topic(group: str, entry: Mapping[str, object]) -> Topic:
    read = _Entry.model_validate({key: value for key, value in entry.items() if key in ("id", "notices", "en")})
    titles = {key: str(value) for key, value in entry.items() if key not in ("id", "notices")}
    return Topic(read.id, group, titles, read.notices)


def coverage(topics: Iterable[Topic], documents: Iterable[Document]) -> tuple[Coverage, ...]:
    """Each topic's documents; those of no topic come last, as topics of their own in the group of their category."""
    counts: dict[str, Counter[str]] = {}
    asked: Counter[str] = Counter()
    others: dict[str, Document] = {}
    known = tuple(topics)
    ids = {topic.id for topic in known}
    for document in documents:
        counts.setdefault(document.id, Counter())[document.locale] += 1
        asked[document.id] += len(document.questions) + sum(len(section.questions) for section in document.sections)
        if document.id not in ids:
            others.setdefault(document.id, document)
    extra = tuple(Topic(d.id, d.category, {d.locale: d.title}, d.notices) for d in others.values())
    return tuple(Coverage(topic, dict(counts.get(topic.id, {})), asked[topic.id]) for topic in (*known, *extra))
