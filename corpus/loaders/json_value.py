"""JSON values as they are written, and any of them as sections with paragraphs and tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NoReturn, TypeAlias

from corpus.errors import DocumentError
from corpus.loaders.grid import check_cell, check_size
from corpus.loaders.outline import PATH_SEPARATOR
from corpus.model import Section, SectionKind, Table

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"
"""A parsed value; numbers are kept as text, exactly as they are written (`0.10`)."""

_DEPTH = 40
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def parse(text: str, name: str, line: int = 1) -> Json:
    """The value that `text` is.

    Args:
        text: one JSON value.
        name: names the file in messages.
        line: the line of the file on which `text` begins.

    Raises:
        DocumentError: not JSON, a key twice in one object, or nested too deeply; the message names the line if it can.
    """
    try:
        value: Json = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_without_repetition
        )
        _check_depth(value, 0)
    except json.JSONDecodeError as error:
        at = f"line {line + error.lineno - 1}, column {error.colno}"
        raise DocumentError(f"{name}: {at}: not JSON ({error.msg}).", hint="Correct it there.") from error
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        where = f"line {line}: " if line > 1 else ""
        raise DocumentError(f"{name}: {where}{reason}.", hint="Correct the file.") from error
    return value


def shown(value: Json) -> str:
    """A value in one cell: a list of plain values as its items, a nested object as its JSON."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value.strip()
        case list() if not any(isinstance(item, list | dict) for item in value):
            return "\n".join(filter(None, map(shown, value)))
        case _:
            return json.dumps(value, ensure_ascii=False)


def sections_of(value: Json, name: str) -> tuple[Section, ...]:
    """The value as sections: keys are headings (nested ones a path), plain values paragraphs, like objects tables.

    Raises:
        DocumentError: a list, an object or a text is too large for a table.
    """
    return tuple(_visit(value, (), name))


def _visit(value: Json, path: tuple[str, ...], name: str) -> Iterator[Section]:
    match value:
        case dict():
            yield from _object(value, path, name)
        case list() if len(value) > 1 and all(map(_is_flat, value)):
            yield from _section(path, tables=(_table([("", item) for item in value], name),))
        case list() if any(isinstance(item, list | dict) for item in value):
            for number, item in enumerate(value, start=1):
                yield from _visit(item, (*path, str(number)), name)
        case list():
            yield from _section(path, paragraphs=tuple(filter(None, map(shown, value))))
        case _:
            yield from _section(path, paragraphs=tuple(filter(None, (shown(value),))))


def _object(value: dict[str, Json], path: tuple[str, ...], name: str) -> Iterator[Section]:
    if len(value) > 1 and all(_is_flat(item) and item for item in value.values()):
        yield from _section(path, tables=(_table(list(value.items()), name),))
        return
    plain = {key: item for key, item in value.items() if not isinstance(item, list | dict)}
    check_size(len(value), 0, name)
    yield from _section(path, paragraphs=tuple(_entry(key, shown(item)) for key, item in plain.items() if shown(item)))
    for key, item in value.items():
        if key not in plain:
            yield from _visit(item, (*path, key), name)


def _table(items: list[tuple[str, Json]], name: str) -> Table:
    """Objects as rows; the first column is the key of each, where they have one."""
    objects = [(key, item) for key, item in items if isinstance(item, Mapping)]
    headers = list(dict.fromkeys(header for _, item in objects for header in item))
    check_size(len(objects), len(headers), name)
    keyed = any(key for key, _ in objects)
    rows = tuple(
        tuple(
            check_cell(cell, name)
            for cell in (*((key,) if keyed else ()), *(shown(item.get(header)) for header in headers))
        )
        for key, item in objects
    )
    return Table((*(("",) if keyed else ()), *headers), rows)


def _section(
    path: tuple[str, ...], paragraphs: tuple[str, ...] = (), tables: tuple[Table, ...] = ()
) -> Iterator[Section]:
    if paragraphs or any(any(any(row) for row in table.rows) for table in tables):
        yield Section(SectionKind.BODY, PATH_SEPARATOR.join(path), paragraphs, tables=tables)


def _entry(key: str, text: str) -> str:
    return f"{key}：{text}" if _WIDE.search(key + text) else f"{key}: {text}"


def _is_flat(value: Json) -> bool:
    """Whether it is an object of plain values, or of lists of them."""
    return isinstance(value, dict) and not any(
        isinstance(item, dict) or (isinstance(item, list) and any(isinstance(one, list | dict) for one in item))
        for item in value.values()
    )


def _check_depth(value: Json, depth: int) -> None:
    if depth > _DEPTH:
        raise ValueError("nested too deeply")
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in items:
        _check_depth(item, depth + 1)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _without_repetition(items: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(items)
    if len(value) < len(items):
        keys = [key for key, _ in items]
        raise ValueError(f'the key "{next(key for key in keys if keys.count(key) > 1)}" stands twice in one object')
    return value
