"""Rows of `proofdesk ask --batch`: one JSON object per line in, one inquiry or one clear error per line out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from assistant.customer import reply_language, residence
from assistant.errors import InquiryError
from assistant.model import Inquiry, Level


class BatchRow(BaseModel):
    """`{id, text}` or `{id, turns}`; optional `locale`, `jurisdiction`, `as_of`, `level`."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    text: str | None = None
    turns: list[str] | None = None
    locale: str | None = None
    jurisdiction: str | None = None
    as_of: date | None = None
    level: Level | None = None

    @model_validator(mode="after")
    def _one_of_text_and_turns(self) -> BatchRow:
        if (self.text is None) == (self.turns is None):
            raise ValueError("give either `text` or `turns`")
        return self


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that holds no inquiry, and why. `id` is the row's own where it could be read."""

    id: str
    message: str


def read_batch(
    path: Path,
    *,
    locale: str | None,
    jurisdiction: str | None,
    as_of: date | None,
    level: Level | None = None,
) -> Iterator[Inquiry | BadRow]:
    """Inquiries in file order; a value of the row goes before the default given here.

    Raises:
        InquiryError: the file cannot be read.
    """
    try:
        # Not `splitlines`: JSON strings may hold U+2028 and U+0085 as they are.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InquiryError(
            f"Cannot read {path.name}.", hint="Give a UTF-8 file with one JSON object per line."
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _inquiry(line, number, locale, jurisdiction, as_of, level)


def _inquiry(
    line: str,
    number: int,
    locale: str | None,
    jurisdiction: str | None,
    as_of: date | None,
    level: Level | None,
) -> Inquiry | BadRow:
    row_id = f"line {number}"
    try:
        values = json.loads(line)
        if isinstance(values, dict) and isinstance(values.get("id"), str | int):
            row_id = str(values["id"])
        row = BatchRow.model_validate(values)
        return Inquiry(
            id=row.id,
            turns=tuple(row.turns if row.turns is not None else [row.text or ""]),
            locale=reply_language(row.locale) if row.locale else locale,
            jurisdiction=residence(row.jurisdiction) if row.jurisdiction else jurisdiction,
            as_of=row.as_of or as_of,
            channel="batch",
            level=row.level or level,
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "row"
        return BadRow(row_id, f"Line {number}: {place}: {first['msg']}.")
    except InquiryError as error:
        return BadRow(row_id, f"Line {number}: {error}")
    except json.JSONDecodeError as error:
        return BadRow(row_id, f"Line {number} is not JSON: {error.msg}.")
    except (ValueError, RecursionError):
        # Numbers of thousands of digits and brackets nested as deep: JSON by the letter, but no row of ours.
        return BadRow(row_id, f"Line {number} is not JSON that can be read: a number or the nesting is too large.")
