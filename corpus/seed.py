"""The articles and figures that ship with the product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import markdown, read_content
from corpus.loaders.source import Source
from corpus.model import Document, Section
from corpus.structured import Pairs, load_pairs, rendered, source_text

FACTS_FOLDER = "facts"


def seed_root() -> Path:
    """The folder with the `facts` and one folder of articles per locale."""
    return Path(str(files("corpus"))) / "seed"


def load_facts(root: Path | None = None) -> FactsTable:
    """The facts table of the seed folder: all its files as one.

    Raises:
        FactError: it is missing or broken.
    """
    return FactsTable.load((root or seed_root()) / FACTS_FOLDER)


@dataclass(frozen=True)
class SeedArticle:
    """One article as it is shipped.

    Attributes:
        name: `<locale>/<file name>`.
        content: the file.
        pairs: sections that it gets from the structured files, facts not put in yet.
    """

    name: str
    content: bytes
    pairs: tuple[Section, ...] = ()

    @property
    def id(self) -> str:
        """The document's id, which the file is named after."""
        return Path(self.name).stem

    @property
    def locale(self) -> str:
        """The folder it lies in."""
        return Path(self.name).parent.name

    @cached_property
    def text(self) -> str:
        """All of it that may hold placeholders."""
        return f"{self.content.decode('utf-8', 'replace')}\n{source_text(self.pairs)}"

    def document(self, facts: FactsTable) -> Document:
        """The article with `facts` put in.

        Raises:
            DocumentError: it is broken; the message names it.
        """
        document = markdown.load(Source(self.name, self.content, facts), complete=True)
        if document.id != self.id:
            hint = f"Id and file name must agree: {self.id}."
            raise DocumentError(f'{self.name}: its id is "{document.id}".', hint=hint)
        if document.locale != self.locale:
            hint = f"Locale and folder must agree: {self.locale}."
            raise DocumentError(f'{self.name}: its locale is "{document.locale}".', hint=hint)
        if self.pairs:
            document = replace(document, sections=(*document.sections, *rendered(self.pairs, facts, self.locale)))
        if "{{" in document.title + repr(document.sections):
            hint = "Write {{fact:PATH}} or {{table:NAME}}."
            raise DocumentError(f"{self.name}: a placeholder is left over.", hint=hint)
        return document


def seed_articles(root: Path | None = None) -> tuple[SeedArticle, ...]:
    """Every shipped article, by locale and id, not read yet.

    Raises:
        DocumentError: a file cannot be read, or a structured file is broken.
    """
    root = root or seed_root()
    pairs: Pairs = load_pairs(root)
    return tuple(_articles(root, pairs))


def _articles(root: Path, pairs: Pairs) -> Iterator[SeedArticle]:
    for path in sorted(root.glob("*/*.md")):
        name = f"{path.parent.name}/{path.name}"
        yield SeedArticle(name, read_content(path, name), pairs.get((path.stem, path.parent.name), ()))


def load_seed(
    root: Path | None = None, facts: FactsTable | None = None, *, on: date | None = None
) -> tuple[Document, ...]:
    """All seed articles, by locale and id, with their facts put in.

    Args:
        root: the folder; default: the one that ships.
        facts: the figures; default: the folder's own.
        on: figures of this day; default: today's.

    Raises:
        DocumentError: one or more articles are broken; the message names each of them.
    """
    facts = facts or load_facts(root)
    facts = facts if on is None else facts.on(on)
    documents: list[Document] = []
    faults: list[str] = []
    for article in seed_articles(root):
        try:
            documents.append(article.document(facts))
        except DocumentError as error:
            faults.append(str(error))
    faults += _repeated_titles(documents)
    if faults:
        raise DocumentError("The seed articles are broken:\n" + "\n".join(faults))
    return tuple(documents)


def _repeated_titles(documents: list[Document]) -> list[str]:
    # Ids cannot repeat (they are file names); a repeated title is a copied head that nobody changed.
    first: dict[tuple[str, str], Document] = {}
    faults: list[str] = []
    for document in documents:
        other = first.setdefault((document.locale, document.title), document)
        if other is not document:
            faults.append(f'{document.source}: has the title of {other.source}, "{document.title}".')
    return faults
