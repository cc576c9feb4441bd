"""What the tests of the customer's page share: a wording, entries, and a reading of HTML that knows no template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from assistant.compliance.pack import AllowlistFile
from assistant.desk.views import CitationView, Entry, EntryKind, Stage, StatusView
from assistant.messages import load_messages
from assistant.ui.customer.render import Page
from assistant.ui.customer.wording import Wording

NOW = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)
"""A Friday; 14:30 in Hong Kong."""
ALLOWLIST = AllowlistFile(hosts=("cloudbridge.example", "*.cloudbridge.example"), emails=(), phones=())
PAGE = Page("云桥 <客服>", ALLOWLIST)
VOID = {"br", "input", "path"}


def wording(locale: str = "zh-CN", zone: str = "Asia/Hong_Kong", now: datetime = NOW) -> Wording:
    return Wording(load_messages(), locale, ZoneInfo(zone), now)


def message(text: str, **values: Any) -> Entry:
    return Entry(EntryKind.CUSTOMER, values.pop("id", "m1"), values.pop("at", NOW), text, "A7K2Q", **values)


def reply(text: str, *titles: str, **values: Any) -> Entry:
    citations = tuple(CitationView(n, f"doc-{n}", title, "quote") for n, title in enumerate(titles, start=1))
    at = values.pop("at", NOW)
    return Entry(EntryKind.REPLY, values.pop("id", "r1"), at, text, "A7K2Q", citations=citations, **values)


def status(stage: Stage, **values: Any) -> StatusView:
    given = {"position": 0, "eta_minutes": None, "due_at": NOW + timedelta(minutes=9), "person": False}
    return StatusView("A7K2Q", stage, **{"complaint": False, **given, **values})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Read(HTMLParser):
    """Elements in order with all the text in them; `problems` are end tags that close nothing or the wrong thing."""

    elements: list[Element] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"an attribute twice on {tag}")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1].tag != tag:
            self.problems.append(f"</{tag}> inside {self._open[-1].tag if self._open else 'nothing'}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def close(self) -> None:
        super().close()
        self.problems += [f"<{element.tag}> is never closed" for element in self._open]

    def of(self, tag: str = "", **attributes: str) -> list[Element]:
        """Elements with that tag and those attributes; `kind="x"` means `data-kind="x"`, `cls` one of the classes."""
        return [element for element in self.elements if _fits(element, tag, attributes)]


def _fits(element: Element, tag: str, attributes: dict[str, str]) -> bool:
    wanted = dict(attributes)
    cls = wanted.pop("cls", None)
    if tag and element.tag != tag:
        return False
    if cls is not None and cls not in element.attributes.get("class", "").split():
        return False
    return all(
        element.attributes.get(name, element.attributes.get(f"data-{name}")) == value for name, value in wanted.items()
    )


def read(html: str) -> Read:
    """The HTML, well-formed or the test fails."""
    parser = Read()
    parser.feed(html)
    parser.close()
    assert parser.problems == []
    return parser
