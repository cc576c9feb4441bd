"""JSON and JSON lines (.json, .jsonl): pairs, articles, or any data as sections and tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import DocumentError
from corpus.loaders import markdown
from corpus.loaders.frontmatter import FrontMatter
from corpus.loaders.grid import check_size
from corpus.loaders.json_value import Json, parse, sections_of, shown
from corpus.loaders.part import Part
from corpus.loaders.source import Source
from corpus.loaders.tabular import Contents, document_of
from corpus.loaders.tabular import split as split_contents
from corpus.model import Document, Section, SectionKind, Table
from corpus.pairs import Pair, Record, are_pairs, field_of, read_meta, read_pairs

_LISTS = ("pairs", "faq", "faqs", "qa", "items", "articles", "documents", "data", "records", "rows")
"""Under which names a file keeps its records when they are not the file itself."""
_BODIES = frozenset({"text", "body", "content", "markdown", "html", "正文", "内容", "內容", "本文"})
_ID = re.compile(r"\w[\w.-]{0,63}")
_HTML = re.compile(r"\s*<(?:!doctype|html|body|article|section|p|div|h[1-6]|ul|ol|table|br|span)\b", re.IGNORECASE)

_Object = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _File:
    """A file: its records with their places (none: it is other data), its value, what it says about itself."""

    records: tuple[tuple[str, _Object], ...]
    value: Json
    meta: FrontMatter


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    heading: str = ""
    part: str = ""
    paragraphs: tuple[str, ...] = ()
    tables: tuple[_Table, ...] = ()


class _Sections(BaseModel):
    """Sections written out, as `tabular.split` does."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    sections: tuple[_Section, ...]


def load(source: Source) -> Document:
    """The document in a JSON file.

    Records with a question and an answer are pairs; a record with a title and a text is an article, its text Markdown
    or HTML; anything else becomes sections (headed by the keys, nested ones as a path) with paragraphs and tables.
    Records may be the file (a list, or one on each line of .jsonl) or stand under a name such as `pairs` or `articles`
    beside what the file says about itself (`id`, `locale`, `category` …).

    Raises:
        DocumentError: not JSON (the message names the line), a key twice in one object, a broken pair or article,
            several documents (`split` takes them apart), or nothing in it.
        FactError: a placeholder cannot be rendered.
    """
    file = _read(source)
    articles = _articles(file)
    if articles and len(file.records) > 1:
        raise DocumentError(
            f"{source.name}: holds {len(file.records)} articles.", hint="Ingest it as a file of its own."
        )
    if articles:
        return _article(*articles[0], file.meta, source)
    return document_of(_contents(file, source.name), source, file.meta)


def split(source: Source) -> tuple[Part, ...]:
    """The documents of a file that holds several, as JSON files; empty when it is one.

    In a list of articles, a record without title or text is a part with a fault.

    Raises:
        DocumentError: as `load`.
    """
    file = _read(source)
    articles = _articles(file)
    if not articles:
        return split_contents(_contents(file, source.name), source, file.meta)
    if len(file.records) == 1:
        return ()
    about = file.meta.model_dump(mode="json", exclude_unset=True, exclude={"id", "title"})
    stem = PurePath(source.name).stem
    parts: list[Part] = []
    for number, (place, record) in enumerate(file.records, start=1):
        record_id = _article_id(shown(record.get("id"))) or f"{source.inferred_id()}-{number}"
        told = json.dumps({**about, **record, "id": record_id}, ensure_ascii=False, indent=1)
        name = f"{stem} › {record_id}.json"
        fault = "" if (place, record) in articles else f"{name}: {place} has no title or no text. Complete it."
        parts.append(Part(name, told.encode("utf-8", "backslashreplace"), fault))
    return tuple(parts)


def _read(source: Source) -> _File:
    text = source.text()
    if PurePath(source.name).suffix.lower() == ".jsonl":
        lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        check_size(len(lines), 0, source.name)
        placed = [(f"line {number}", parse(line, source.name, number)) for number, line in lines]
        return _of_list(placed, FrontMatter())
    value = parse(text, source.name)
    if isinstance(value, list):
        check_size(len(value), 0, source.name)
        return _of_list([(f"record {n}", item) for n, item in enumerate(value, start=1)], FrontMatter())
    return _of_object(value, source.name) if isinstance(value, dict) else _File((), value, FrontMatter())


def _of_list(placed: list[tuple[str, Json]], meta: FrontMatter) -> _File:
    records = tuple((place, item) for place, item in placed if isinstance(item, dict))
    return _File(records if len(records) == len(placed) else (), [item for _, item in placed], meta)


def _of_object(value: dict[str, Json], name: str) -> _File:
    about = {key: item for key, item in value.items() if key in FrontMatter.model_fields}
    others = [key for key in value if key not in about]
    if len(others) == 1 and others[0] in {*_LISTS, "sections"} and isinstance(inner := value[others[0]], list):
        meta = read_meta({key: _cell(item) for key, item in about.items()}, "the head", name, FrontMatter())
        if others[0] == "sections":
            return _File((), {"sections": inner}, meta)
        return _of_list([(f"record {n}", item) for n, item in enumerate(inner, start=1)], meta)
    return _File((("the object", value),), value, FrontMatter())


def _contents(file: _File, name: str) -> Contents:
    contents = Contents("", *_read_contents(file, name))
    if not contents.pairs and not contents.sections:
        raise DocumentError(f"{name}: empty.", hint="There is no text in it.")
    return contents


def _read_contents(file: _File, name: str) -> tuple[tuple[Pair, ...], tuple[Section, ...]]:
    if file.records and are_pairs({key for _, record in file.records for key in record}):
        cells: list[tuple[str, Record]] = [(p, {k: _cell(v) for k, v in record.items()}) for p, record in file.records]
        return tuple(read_pairs(cells, name, file.meta)), ()
    if isinstance(file.value, dict) and set(file.value) == {"sections"}:
        written = _written(file.value, name)
        if written:
            return (), written
    return (), sections_of(file.value, name)


def _written(value: Json, name: str) -> tuple[Section, ...]:
    """Sections that are written out; none when it is other data under that name."""
    try:
        found = _Sections.model_validate(value).sections
    except ValidationError:
        return ()
    for section in found:
        if any(len(row) != len(table.headers) for table in section.tables for row in table.rows):
            raise DocumentError(
                f"{name}: a row has more or fewer cells than its table has headers.", hint="Correct it."
            )
    return tuple(
        Section(
            SectionKind.BODY,
            section.heading,
            section.paragraphs,
            tables=tuple(Table(table.headers, table.rows) for table in section.tables),
            part=section.part,
        )
        for section in found
    )


def _articles(file: _File) -> list[tuple[str, _Object]]:
    """The records that are articles."""
    return [(place, record) for place, record in file.records if _body(record) and _title(record)]


def _article_id(text: str) -> str:
    """What an export calls an article (`en/fees#1`), as an id."""
    return text if _ID.fullmatch(text) or not text else Source(re.sub(r"[/\\]", "-", text) + ".json", b"").inferred_id()


def _title(record: _Object) -> str:
    return next((shown(value) for key, value in record.items() if field_of(key) == "title"), "")


def _body(record: _Object) -> str:
    return next((value for key, value in record.items() if key.lower() in _BODIES and isinstance(value, str)), "")


def _article(place: str, record: _Object, defaults: FrontMatter, source: Source) -> Document:
    about: dict[str, str | tuple[str, ...]] = {}
    for key, value in record.items():
        name = {"question": "questions", "also": "questions"}.get(field_of(key), field_of(key))
        if name in FrontMatter.model_fields and shown(value):
            about[name] = _cell(value)
    if isinstance(told := about.get("id"), str):
        about["id"] = _article_id(told)
    meta = read_meta(about, place, source.name, defaults)
    body = _body(record)
    if _HTML.match(body):
        return _of_html(body, meta, source)
    head = yaml.safe_dump(meta.model_dump(mode="json", exclude_unset=True), allow_unicode=True)
    text = f"---\n{head}---\n{body}"
    return markdown.load(Source(source.name, text.encode("utf-8", "replace"), source.facts))


def _of_html(body: str, meta: FrontMatter, source: Source) -> Document:
    from corpus.loaders import html

    found = html.load(Source(source.name, body.encode("utf-8", "replace"), source.facts))
    said = {key: getattr(meta, key) for key in meta.model_fields_set}
    return replace(found, **said)


def _cell(value: Json) -> str | tuple[str, ...]:
    return tuple(map(shown, value)) if isinstance(value, list) else shown(value)
