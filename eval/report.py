"""A report's JSON as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def as_text(report: Mapping[str, Any]) -> str:
    """One line per value, nested names joined by dots; a figure and its interval share a line."""
    rows = list(_rows(report, ""))
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:{width}}  {value}".rstrip() for name, value in rows)


def _rows(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and "value" in value and "ci" in value:
        yield name, _figure(value)
    elif isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _rows(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, inner in enumerate(value, start=1):
            yield from _rows(inner, f"{name}[{number}]")
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value)) or "none"
    else:
        yield name, "" if value is None else str(value).replace("\n", " ⏎ ")


def _figure(value: Mapping[str, Any]) -> str:
    if value["value"] is None:
        return "not measured"
    counts = f"{value['k']}/{value['n']}, " if "k" in value else ""
    interval = "95 % {} to {}".format(*value["ci"]) if value["ci"] else "no interval"
    return f"{value['value']} ({counts}{interval})"
