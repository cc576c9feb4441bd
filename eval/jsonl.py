"""Strict reading of JSON lines: every row is checked, and an error names its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eval.errors import DatasetError

Row = TypeVar("Row", bound=BaseModel)


def read_rows(path: Path, model: type[Row], key: Callable[[Row], str]) -> tuple[Row, ...]:
    """The rows of a JSON-lines file in file order; blank lines are skipped.

    Args:
        path: the file.
        model: what a row must be.
        key: what must be different in every row.

    Raises:
        DatasetError: the file cannot be read, has no rows, a row is not what `model` wants, or a key comes twice.
    """
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = model.model_validate_json(line)
        except ValidationError as error:
            raise DatasetError(f"{path.name}, line {number}: {explain(error)}.", hint="Mend the row.") from error
        first = seen.setdefault(key(row), number)
        if first != number:
            raise DatasetError(f'{path.name}, line {number}: "{key(row)}" was used on line {first} already.')
        rows.append(row)
    if not rows:
        raise DatasetError(f"{path.name} has no rows.")
    return tuple(rows)


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 text file without their line breaks.

    Raises:
        DatasetError: there is no such file, or it is not UTF-8 text.
    """
    try:
        # Only line feeds end a row: U+2028 and its kin are legal inside a JSON string.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8 text (byte {error.start}).") from error


def explain(error: ValidationError) -> str:
    """What is wrong with a row, without its values: they may be long, or a test's secrets."""
    problems = (
        (".".join(str(part) for part in detail["loc"]), detail["msg"].removeprefix("Value error, "))
        for detail in error.errors(include_input=False, include_url=False)
    )
    return "; ".join(f"{place}: {message}" if place else message for place, message in problems)
