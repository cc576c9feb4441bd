"""The lint of articles and macros with what the law forbids: every sentence is screened like a reply."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from assistant.compliance.engine import PolicyEngine
from assistant.model import Severity as Finding
from corpus.lint import Fault, Severity, lint
from corpus.macros import FILE, LOCALES, MacroBook
from corpus.model import Document
from corpus.sentences import split_sentences
from corpus.topics import Topic


def lint_articles(
    documents: Iterable[Document],
    sources: Mapping[tuple[str, str], str],
    policy: PolicyEngine,
    *,
    topics: Collection[Topic] = (),
    hosts: Collection[str] = (),
) -> tuple[Fault, ...]:
    """Every fault, by document, locale and rule; see `corpus.lint.lint`."""
    known = tuple(documents)
    found = [*lint(known, sources, topics=topics, hosts=hosts)]
    for document in known:
        found += _unlawful(document, policy)
    return tuple(sorted(found, key=lambda fault: (fault.document_id, fault.locale, fault.rule, fault.place)))


def lint_macros(book: MacroBook, policy: PolicyEngine) -> tuple[Fault, ...]:
    """Every fault of the macros, those of the operator included, by macro, locale and rule.

    Raises:
        DocumentError: the file that ships cannot be read.
    """
    found = [*book.faults()]
    for macro in book.macros():
        for locale in LOCALES:
            found += _unlawful_text(macro.text(locale, book.facts), policy, macro.id, locale, FILE)
    return tuple(sorted(found, key=lambda fault: (fault.document_id, fault.locale, fault.rule, fault.place)))


def _unlawful(document: Document, policy: PolicyEngine) -> Iterator[Fault]:
    for section in document.sections:
        for text in (*section.paragraphs, *section.steps):
            yield from _unlawful_text(text, policy, document.id, document.locale, section.heading)


def _unlawful_text(text: str, policy: PolicyEngine, id_: str, locale: str, place: str) -> Iterator[Fault]:
    for sentence in split_sentences(text):
        for finding in policy.screen(sentence, locale=locale, jurisdiction=None):
            if finding.severity is Finding.BLOCK:
                message = f'{finding.rule}: {finding.message} "{sentence.strip()[:60]}"'
                yield Fault("unlawful-claim", Severity.ERROR, id_, locale, place, message)
