"""Headings, paragraphs, steps and tables, in reading order, into the sections of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.errors import DocumentError
from corpus.loaders.numbering import Numbered, numbered
from corpus.loaders.source import Source, digest
from corpus.locales import detect_locale
from corpus.model import Document, Section, SectionKind, Table

HEADINGS: dict[str, dict[str, SectionKind]] = {
    "zh-CN": {
        "结论": SectionKind.SHORT_ANSWER,
        "适用": SectionKind.APPLIES,
        "原因": SectionKind.WHY,
        "步骤": SectionKind.STEPS,
        "时间与费用": SectionKind.TIMES_FEES,
        "例外": SectionKind.EXCEPTIONS,
        "请准备": SectionKind.HAVE_READY,
        "联系我们": SectionKind.CONTACT,
        "安全提示": SectionKind.SAFETY,
    },
    "en": {
        "Short answer": SectionKind.SHORT_ANSWER,
        "Applies to": SectionKind.APPLIES,
        "Why": SectionKind.WHY,
        "Steps": SectionKind.STEPS,
        "Times and fees": SectionKind.TIMES_FEES,
        "Exceptions": SectionKind.EXCEPTIONS,
        "Have ready": SectionKind.HAVE_READY,
        "Contact us": SectionKind.CONTACT,
        "Safety": SectionKind.SAFETY,
    },
}
"""The headings that give a section its kind, per locale of the seed articles."""

PATH_SEPARATOR = " › "
"""Between the headings of a nested section: `时间与费用 › TRC20`."""

_KINDS = {heading.casefold(): kind for table in HEADINGS.values() for heading, kind in table.items()}
_BETWEEN = 2
"""How many paragraphs (a note, a caption) may stand between two numbered ones that belong together."""


@dataclass(slots=True)
class _Open:
    """The section that is being read; `first` is the number of its first step."""

    kind: SectionKind
    heading: str
    page: int | None = None
    part: str = ""
    paragraphs: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    first: int = 1
    tables: list[Table] = field(default_factory=list)
    in_steps: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.paragraphs or self.steps or self.tables)

    def close(self, *, by_hand: bool) -> Iterator[Section]:
        section = Section(self.kind, self.heading, page=self.page, part=self.part)
        texts, *lists = _lists(self.paragraphs) if by_hand else (self.paragraphs,)
        if not self.steps and lists:
            self.steps = lists.pop(0)
        if texts or self.steps or self.tables:
            yield replace(section, paragraphs=tuple(texts), steps=tuple(self.steps), tables=tuple(self.tables))
        for steps in lists:  # a section has one list of steps
            yield replace(section, steps=tuple(steps))


class Outline:
    """Collects the sections of a document.

    A heading below a typed one (`HEADINGS`) keeps its kind and reads as a path. A second list of steps of a section
    opens a section of its own, since a section has one.

    Args:
        title: a first heading that only repeats it opens no section.
        by_hand: it was laid out by hand: paragraphs that begin with typed numbers (`1. …`, `① …`, `第一步：…`), from 1
            on and at least two, are steps, and a heading with nothing under it is kept as a paragraph.
    """

    def __init__(self, title: str = "", *, by_hand: bool = False) -> None:
        self._title = title
        self._by_hand = by_hand
        self._barren = False
        self._path: list[tuple[int, str, SectionKind]] = []
        self._place: tuple[int | None, str] = (None, "")
        self._open = _Open(SectionKind.BODY, "")
        self._sections: list[Section] = []

    def sections(self) -> tuple[Section, ...]:
        """The sections that hold something; call it once, at the end."""
        self._keep_heading(0)
        self._close()
        return tuple(self._sections)

    def heading(self, level: int, text: str) -> None:
        """Opens a section below the nearest heading of a smaller level."""
        text = " ".join(text.split())
        if text == self._title and not (self._sections or self._path or self._open.paragraphs):
            return
        self._keep_heading(level)
        self._path = [step for step in self._path if step[0] < level]
        inherited = self._path[-1][2] if self._path else SectionKind.BODY
        self._path.append((level, text, _KINDS.get(text.rstrip(":： ").casefold(), inherited)))
        self._reopen(self._path[-1][2], self._heading())
        self._barren = bool(text)

    def place(self, *, page: int | None = None, part: str = "") -> None:
        """Says on which page, or in which part of the file, what follows stands.

        The section is cut there, so that each piece names its page; a list of steps that goes on is not.
        """
        if (page, part) != self._place:
            self._place = (page, part)
            if not self._open.in_steps:
                self._reopen(self._open.kind, self._open.heading)

    def leave(self, level: int) -> None:
        """Ends the section of a heading of this level: what follows stands under the one above."""
        self._keep_heading(level)
        self._path = [step for step in self._path if step[0] < level]
        self._reopen(self._path[-1][2] if self._path else SectionKind.BODY, self._heading())

    def paragraph(self, *texts: str) -> None:
        """Adds paragraphs; blank ones are left out."""
        for text in texts:
            lines = text.split("\n")
            # Items that are set apart by line breaks only.
            items = self._by_hand and sum(numbered(line) is not None for line in lines) > 1
            for line in lines if items else (text,):
                if line.strip():
                    self._open.in_steps = self._by_hand and numbered(line) is not None
                    self._turn_page()
                    self._open.paragraphs.append(line)

    def steps(self, items: Iterable[str], start: int = 1) -> None:
        """Adds a numbered list that begins with `start`: one that was interrupted goes on with its number."""
        if self._open.steps and start != self._open.first + len(self._open.steps):
            self._reopen(self._open.kind, self._open.heading)
        if not self._open.steps:
            self._open.first = start
        self._open.steps.extend(item for item in items if item.strip())
        self._open.in_steps = True

    def table(self, table: Table) -> None:
        """Adds a table; one without rows is left out."""
        if table.rows:
            self._open.in_steps = False
            self._turn_page()
            self._open.tables.append(table)

    def _turn_page(self) -> None:
        """A list that ran over the end of a page has ended: the rest of the section names the page it is on."""
        if not self._open.in_steps and self._place != (self._open.page, self._open.part):
            self._reopen(self._open.kind, self._open.heading)

    def _heading(self) -> str:
        return PATH_SEPARATOR.join(name for _, name, _ in self._path if name)

    def _keep_heading(self, level: int) -> None:
        """Before a heading of this level: the last one, when nothing is under it, was a text in large letters."""
        if self._by_hand and self._barren and level <= self._path[-1][0] and self._open.is_empty:
            self._open.paragraphs.append(self._path[-1][1])
        self._barren = False

    def _reopen(self, kind: SectionKind, heading: str) -> None:
        closed = len(self._sections)
        self._close()
        self._barren = self._barren and closed == len(self._sections)
        self._open = _Open(kind, heading, *self._place)

    def _close(self) -> None:
        self._sections.extend(self._open.close(by_hand=self._by_hand))


def document_of(source: Source, title: str, sections: Sequence[Section], locale: str = "") -> Document:
    """The document that `sections` make, its fact placeholders rendered.

    Args:
        source: the file; it gives the id, and the title that is not given.
        title: `""` = none.
        sections: what the file holds.
        locale: `""` = to be detected.

    Raises:
        DocumentError: there is nothing in it.
        FactError: a placeholder cannot be rendered.
    """
    if not sections:
        raise DocumentError(f"{source.name}: empty.", hint="There is no text in it.")
    locale = locale or detect_locale("\n".join(texts_of(sections)))
    rendered = tuple(mapped(section, lambda text: source.render(text, locale)) for section in sections)
    title = source.render(" ".join(title.split()), locale) or source.inferred_title()
    return Document(
        id=source.inferred_id(),
        locale=locale,
        title=title,
        category="general",
        sections=rendered,
        source=source.name,
        digest=digest(f"{title}\n{rendered!r}"),
    )


def texts_of(sections: Iterable[Section]) -> Iterator[str]:
    """Every text of the sections, headings and cells included."""
    for section in sections:
        yield section.heading
        yield from section.paragraphs
        yield from section.steps
        for table in section.tables:
            for row in (table.headers, *table.rows):
                yield from row


def mapped(section: Section, change: Callable[[str], str]) -> Section:
    """The section with every text changed."""

    def all_of(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(change, texts))

    return replace(
        section,
        heading=change(section.heading),
        paragraphs=all_of(section.paragraphs),
        steps=all_of(section.steps),
        questions=all_of(section.questions),
        tables=tuple(Table(all_of(table.headers), tuple(map(all_of, table.rows))) for table in section.tables),
    )


def _lists(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    """First the paragraphs outside numbered lists, then each list; what stands between two items is of the first."""
    items = [numbered(text) for text in paragraphs]
    outside: list[str] = []
    lists: list[list[str]] = []
    at = 0
    while at < len(items):
        chain = _chain(items, at)
        if len(chain) < 2:
            outside.append(paragraphs[at])
            at += 1
            continue
        ends = [*chain[1:], chain[-1] + 1]
        steps = [
            "\n".join((item.text, *paragraphs[begin + 1 : end]))
            for begin, end in zip(chain, ends, strict=True)
            if (item := items[begin])
        ]
        lists.append(steps)
        at = ends[-1]
    yield outside
    yield from lists


def _chain(items: Sequence[Numbered | None], at: int) -> list[int]:
    """Where the items of the list stand that begins at `at` with 1."""
    chain: list[int] = []
    first = items[at]
    if first is None or first.number != 1:
        return chain
    chain.append(at)
    while True:
        following = range(chain[-1] + 1, min(chain[-1] + 2 + _BETWEEN, len(items)))
        wanted = Numbered(len(chain) + 1, first.style, "")
        found = next((n for n in following if (item := items[n]) and replace(item, text="") == wanted), None)
        if found is None:
            return chain
        chain.append(found)
