"""The BEIR layout on disk (Thakur et al. 2021): corpus.jsonl, queries.jsonl, qrels/test.tsv."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from eval.errors import DatasetError
from eval.jsonl import read_lines, read_rows

_HINT = "A BEIR folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv."


class BeirText(BaseModel):
    """A text to be found. Other keys of the row are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    id: str = Field(alias="_id", min_length=1)
    title: str | None = None
    text: str
    metadata: dict[str, Any] | None = None

    @property
    def lang(self) -> str | None:
        """The language that its metadata names."""
        lang = (self.metadata or {}).get("lang")
        return lang if isinstance(lang, str) else None


class BeirQuery(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    id: str = Field(alias="_id", min_length=1)
    text: str


@dataclass(frozen=True, slots=True)
class BeirFolder:
    """A whole folder, read and checked.

    Attributes:
        gains: the grades above 0 by query and document.
        dangling: relevant documents that the corpus does not have (some published folders lack a few).
    """

    name: str
    corpus: tuple[BeirText, ...]
    queries: tuple[BeirQuery, ...]
    gains: Mapping[str, Mapping[str, int]]
    dangling: tuple[str, ...]


def read_beir(path: Path) -> BeirFolder:
    """The folder at `path`.

    Raises:
        DatasetError: a file is missing or broken; the message names the file and the line.
    """
    if not path.is_dir():
        raise DatasetError(f"{path} is not a folder.", hint=_HINT)
    qrels = path / "qrels" / "test.tsv"
    for file in (path / "corpus.jsonl", path / "queries.jsonl", qrels):
        if not file.is_file():
            raise DatasetError(f"{file.relative_to(path)} is missing in {path}.", hint=_HINT)
    corpus = read_rows(path / "corpus.jsonl", BeirText, lambda text: text.id)
    queries = read_rows(path / "queries.jsonl", BeirQuery, lambda query: query.id)
    gains: dict[str, dict[str, int]] = {}
    asked = {query.id for query in queries}
    for number, query, document, grade in _judgements(qrels):
        if query not in asked:
            raise DatasetError(f'qrels/test.tsv, line {number}: queries.jsonl has no query "{query}".')
        if grade > 0:
            gains.setdefault(query, {})[document] = grade
    known = {text.id for text in corpus}
    relevant = {document for grades in gains.values() for document in grades}
    return BeirFolder(path.resolve().name, corpus, queries, gains, tuple(sorted(relevant - known)))


def _judgements(path: Path) -> Iterator[tuple[int, str, str, int]]:
    """Line number, query, document and grade of every judgement; the header line of BEIR is skipped."""
    found = False
    for number, line in enumerate(read_lines(path), start=1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and cells[-1].strip() == "score"):
            continue
        grade = cells[2].strip() if len(cells) == 3 else ""
        if not grade.removeprefix("-").isdecimal():
            raise DatasetError(
                f"qrels/test.tsv, line {number}: not a judgement.",
                hint="A line is query-id, corpus-id and a whole number.",
            )
        found = True
        yield number, cells[0], cells[1], int(grade)
    if not found:
        raise DatasetError("qrels/test.tsv has no judgements.", hint=_HINT)
