"""What keeps an article from being a good answer: found before a customer does.

Every rule is about one thing and has an id; `docs/knowledge.md` lists them. An error keeps `corpus lint` from passing,
a warning does not. What the law forbids is the policy pack's to say (`assistant/curation/lint.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict

from corpus.locales import is_unspaced
from corpus.model import Document, Section, SectionKind
from corpus.sentences import split_sentences
from corpus.topics import Topic

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_HOST = re.compile(r"(?<![\w.@-])(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/[^\s，。；）)]*)?", re.IGNORECASE)
_MAIL_HOST = re.compile(r"[\w.+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
_PATH = re.compile(r"\]\((?!https?://|mailto:|tel:)([^)\s]+)\)")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_FILE = re.compile(r"\.(?:md|txt|pdf|docx?|xlsx?|csv|json|zip|png|jpe?g|exe|apk|html?)$", re.IGNORECASE)
_SHORT = {True: 180, False: 480}
"""Longest short answer in characters, for languages without and with spaces: what a worried reader takes in."""
_LEAST_LEFT = {True: 6, False: 16}
"""Characters that must be left of a short answer when the words that only point elsewhere are gone."""
_LEAST_QUESTIONS = 5
REQUIRED_LOCALES = ("zh-CN", "en")


class Severity(StrEnum):
    """Whether a fault keeps the lint from passing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one article.

    Attributes:
        place: heading or the like; `""` = the article as a whole.
    """

    rule: str
    severity: Severity
    document_id: str
    locale: str
    place: str
    message: str


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pointers: dict[str, list[str]]
    dangling: dict[str, list[str]]
    promotion: dict[str, list[str]]
    units: dict[str, list[str]]
    how_to: dict[str, list[str]]
    general: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Patterns:
    pointers: re.Pattern[str]
    dangling: re.Pattern[str]
    promotion: re.Pattern[str]
    figure: re.Pattern[str]
    how_to: re.Pattern[str]


def lint(
    documents: Iterable[Document],
    sources: Mapping[tuple[str, str], str],
    *,
    topics: Collection[Topic] = (),
    hosts: Collection[str] = (),
) -> tuple[Fault, ...]:
    """Every fault of a body of articles, by document, locale and rule.

    Args:
        documents: as they read today.
        sources: the text of each article before its facts were put in, by id and locale, where there is one.
        topics: what must be covered, in every locale of `REQUIRED_LOCALES`.
        hosts: hosts that may be named; any of their sub-domains as well.
    """
    known = tuple(documents)
    found: list[Fault] = []
    for document in known:
        found += lint_document(document, sources.get((document.id, document.locale), ""), hosts=hosts)
    found += _coverage(known, topics)
    found += _facts_differ(known, sources)
    found += _questions_repeat(known)
    return tuple(sorted(found, key=lambda fault: (fault.document_id, fault.locale, fault.rule, fault.place)))


def lint_document(document: Document, source: str = "", *, hosts: Collection[str] = ()) -> tuple[Fault, ...]:
    """The faults of one article by itself; see `lint`."""
    patterns = _patterns(_language(document.locale))
    if patterns is None:
        return ()
    check = _Check(document, patterns)
    found = [*check.short_answer(), *check.steps(), *check.sentences(), *check.questions()]
    found += check.figures(source)
    found += check.links(source, hosts)
    return tuple(found)


class _Check:
    """The rules that look at one document."""

    def __init__(self, document: Document, patterns: _Patterns) -> None:
        self._document = document
        self._patterns = patterns
        self._wide = is_unspaced(document.locale)

    def short_answer(self) -> Iterator[Fault]:
        answers = [s for s in self._document.sections if s.kind is SectionKind.SHORT_ANSWER]
        if not answers:
            if any(s.kind not in (SectionKind.BODY, SectionKind.PAIR) for s in self._document.sections):
                yield self._fault("no-short-answer", "", "has typed sections but no short answer")
            return
        text = " ".join(paragraph for section in answers for paragraph in section.paragraphs)
        if len(text) > _SHORT[self._wide]:
            message = f"the short answer has {len(text)} characters, {_SHORT[self._wide]} is the most"
            yield self._fault("long-short-answer", answers[0].heading, message)
        left = re.sub(r"[\W_]+", "", self._patterns.pointers.sub("", _folded(text)))
        if len(left) < _LEAST_LEFT[self._wide]:
            yield self._fault(
                "link-only-answer", answers[0].heading, "the short answer only sends the reader elsewhere"
            )

    def steps(self) -> Iterator[Fault]:
        kinds = {section.kind for section in self._document.sections}
        has_steps = any(section.steps for section in self._document.sections)
        if SectionKind.STEPS in kinds and not has_steps:
            yield self._fault("missing-steps", "", "has a section of steps without a numbered list")
        elif not has_steps and self._patterns.how_to.search(_folded(self._document.title)):
            yield self._fault(
                "missing-steps", "", "its title promises a way of doing something, and there are no steps"
            )

    def sentences(self) -> Iterator[Fault]:
        for section in self._document.sections:
            for sentence in _sentences(section):
                folded = _folded(sentence)
                if section.kind is not SectionKind.PAIR and self._patterns.dangling.match(folded):
                    yield self._fault(
                        "dangling-reference", section.heading, f'does not stand alone: "{_cut(sentence)}"'
                    )
                if promoted := self._patterns.promotion.search(folded):
                    yield self._fault("promotion", section.heading, f'"{promoted[0]}" in "{_cut(sentence)}"')

    def questions(self) -> Iterator[Fault]:
        asked = self._document.questions
        if 0 < len(asked) < _LEAST_QUESTIONS:
            message = f"has {len(asked)} example questions; fewer than {_LEAST_QUESTIONS} lose against neighbours"
            yield self._fault("few-questions", "", message, Severity.WARNING)
        for question, count in Counter(map(_folded, asked)).items():
            if count > 1:
                yield self._fault("repeated-question", "", f'asks "{_cut(question)}" {count} times')

    def figures(self, source: str) -> Iterator[Fault]:
        general = _words().general.get(self._document.id, ())
        for line in _PLACEHOLDER.sub(" ", _body(source)).splitlines():
            for match in self._patterns.figure.finditer(_folded(line)):
                if match[0].strip() not in general:
                    yield self._fault("figure-not-in-facts", "", f'"{match[0].strip()}" in "{_cut(line.strip())}"')

    def links(self, source: str, hosts: Collection[str]) -> Iterator[Fault]:
        for match in _PATH.finditer(_body(source)):
            yield self._fault("dead-link", "", f'"{match[1]}" leads nowhere outside this file')
        if not hosts:
            return
        text = "\n".join(text for section in self._document.sections for text in _texts(section))
        found = {match[1].lower() for pattern in (_HOST, _MAIL_HOST) for match in pattern.finditer(text)}
        for host in sorted(found):
            ours = any(host == known or host.endswith(f".{known}") for known in hosts)
            if not ours and not _FILE.search(host):
                yield self._fault("dead-link", "", f'"{host}" is not among the known addresses')

    def _fault(self, rule: str, place: str, message: str, severity: Severity = Severity.ERROR) -> Fault:
        return Fault(rule, severity, self._document.id, self._document.locale, place, message)


def _coverage(documents: Iterable[Document], topics: Collection[Topic]) -> Iterator[Fault]:
    there = {(document.id, document.locale): document for document in documents}
    for topic in topics:
        for locale in REQUIRED_LOCALES:
            document = there.get((topic.id, locale))
            if document is None:
                yield Fault("missing-locale", Severity.ERROR, topic.id, locale, "", "the topic has no article")
            elif set(document.notices) != set(topic.notices):
                wanted = ", ".join(topic.notices) or "none"
                yield Fault("wrong-notices", Severity.ERROR, topic.id, locale, "", f"the topic's notices are {wanted}")


def _facts_differ(documents: Iterable[Document], sources: Mapping[tuple[str, str], str]) -> Iterator[Fault]:
    quoted: dict[str, dict[str, set[str]]] = {}
    for document in documents:
        source = sources.get((document.id, document.locale))
        if source:
            found = {re.sub(r"\s+", "", match[0]) for match in _PLACEHOLDER.finditer(source)}
            quoted.setdefault(document.id, {})[document.locale] = found
    for document_id, by_locale in quoted.items():
        if not set(REQUIRED_LOCALES) <= by_locale.keys():
            continue
        first, second = (by_locale[locale] for locale in REQUIRED_LOCALES)
        for fact in sorted(first ^ second):
            lacking = REQUIRED_LOCALES[1] if fact in first else REQUIRED_LOCALES[0]
            message = f"{fact} is quoted in the other language only"
            yield Fault("facts-differ", Severity.WARNING, document_id, lacking, "", message)


def _questions_repeat(documents: Iterable[Document]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for document in documents:
        for question in document.questions:
            owner = first.setdefault(_folded(question), document.id)
            if owner != document.id:
                message = f'"{_cut(question)}" leads to {owner} as well'
                yield Fault("shared-question", Severity.ERROR, document.id, document.locale, "", message)


def _texts(section: Section) -> Iterator[str]:
    yield from section.paragraphs
    yield from section.steps
    for table in section.tables:
        for row in table.rows:
            yield from row


def _sentences(section: Section) -> Iterator[str]:
    for text in (*section.paragraphs, *section.steps):
        for line in text.splitlines():
            yield from (sentence.strip() for sentence in split_sentences(line) if sentence.strip())


def _body(source: str) -> str:
    return _FRONT_MATTER.sub("", source.replace("\r\n", "\n").removeprefix("\ufeff"))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _language(locale: str) -> str:
    return locale.partition("-")[0]


@cache
def _words() -> _Words:
    text = (files("corpus") / "data" / "lint.yaml").read_text(encoding="utf-8")
    return _Words.model_validate(yaml.safe_load(text))


@cache
def _patterns(language: str) -> _Patterns | None:
    """The patterns of a language; `None` for one that the lint does not know."""
    words = _words()
    if language not in words.units:
        return None

    def any_of(group: dict[str, list[str]]) -> str:
        return "(?i)(?:" + "|".join(group[language]) + ")"

    return _Patterns(
        pointers=re.compile(any_of(words.pointers)),
        dangling=re.compile(any_of(words.dangling)),
        promotion=re.compile(any_of(words.promotion)),
        figure=re.compile(rf"(?i)(?<![a-z\d.,])\d[\d,.]*\s*(?:{'|'.join(words.units[language])})"),
        how_to=re.compile(any_of(words.how_to)),
    )
