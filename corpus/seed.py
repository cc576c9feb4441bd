"""The articles and figures that ship with the product."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import markdown, read_content
from corpus.loaders.source import Source
from corpus.model import Document

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


def load_seed(root: Path | None = None, facts: FactsTable | None = None) -> tuple[Document, ...]:
    """All seed articles, by locale and id, with their facts rendered.

    Args:
        root: the folder; default: the one that ships.
        facts: the figures to render with; default: the folder's own.

    Raises:
        DocumentError: one or more articles are broken; the message names each of them.
    """
    root = root or seed_root()
    facts = facts or load_facts(root)
    documents: list[Document] = []
    faults: list[str] = []
    for path in sorted(root.glob("*/*.md")):
        try:
            documents.append(_load(path, facts))
        except DocumentError as error:
            faults.append(str(error))
    faults += _repeated_titles(documents)
    if faults:
        raise DocumentError("The seed articles are broken:\n" + "\n".join(faults))
    return tuple(documents)


def _load(path: Path, facts: FactsTable) -> Document:
    locale = path.parent.name
    name = f"{locale}/{path.name}"
    document = markdown.load(Source(name, read_content(path, name), facts), complete=True)
    if document.id != path.stem:
        raise DocumentError(f'{name}: its id is "{document.id}".', hint=f"Id and file name must agree: {path.stem}.")
    if document.locale != locale:
        raise DocumentError(
            f'{name}: its locale is "{document.locale}".', hint=f"Locale and folder must agree: {locale}."
        )
    if "{{" in document.title + repr(document.sections):
        raise DocumentError(f"{name}: a placeholder is left over.", hint="Write {{fact:PATH}} or {{table:NAME}}.")
    return document


def _repeated_titles(documents: list[Document]) -> list[str]:
    # Ids cannot repeat (they are file names); a repeated title is a copied head that nobody changed.
    first: dict[tuple[str, str], Document] = {}
    faults: list[str] = []
    for document in documents:
        other = first.setdefault((document.locale, document.title), document)
        if other is not document:
            faults.append(f'{document.source}: has the title of {other.source}, "{document.title}".')
    return faults
