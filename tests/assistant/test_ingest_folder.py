"""A folder with a file of every type and as many broken ones: what is good is found, what is not is named."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.bootstrap import App
from assistant.settings import load_settings
from corpus.loaders import ARCHIVES, LOADERS
from tests.assistant.conftest import Run, program_environment
from tests.assistant.one_of_each import Broken, Fact, broken_files, good_files, hostile_archives

pytestmark = pytest.mark.slow

GOOD = tuple(good_files())
FACTS = tuple((file, fact) for file in GOOD for fact in file.facts)
BROKEN = tuple(broken_files({f".{file.name.rpartition('.')[2]}": file.content for file in GOOD}))
HOSTILE = tuple(hostile_archives())
ADDED = len(FACTS) + len(HOSTILE)
REFUSED = len(BROKEN) + sum(len(bad) for _, _, bad in HOSTILE) + 1


@dataclass(frozen=True, slots=True)
class Ingested:
    """A run of `proofdesk ingest FOLDER --json` in a process of its own, and where it left its data."""

    folder: Path
    data_dir: Path
    code: int
    rows: list[dict[str, Any]]
    shown: str

    def of(self, name: str) -> list[dict[str, Any]]:
        """The results of one file."""
        return [row for row in self.rows if Path(row["path"]).name == name]


@pytest.fixture(scope="module")
def ingested(app: App, tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    folder = tmp_path_factory.mktemp("documents")
    data_dir = Path(shutil.copytree(app.settings.data_dir, tmp_path_factory.mktemp("own") / "var"))
    contents = {file.name: file.content for file in GOOD} | {file.name: file.content for file in BROKEN}
    for name, content in (contents | {name: content for name, content, _ in HOSTILE}).items():
        (folder / name).write_bytes(content)
    (folder / "zz-twin").mkdir()
    shutil.copy(folder / "azurite-vault.md", folder / "zz-twin")
    return ingest(folder, data_dir)


def ingest(folder: Path, data_dir: Path) -> Ingested:
    """Runs the command with a terminal as its standard error, which is where progress is shown."""
    terminal, other_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "ingest", folder, "--json"],
        cwd=folder,
        env=program_environment(data_dir),
        stdout=subprocess.PIPE,
        stderr=other_end,
    ) as process:
        os.close(other_end)
        assert process.stdout is not None
        shown = b""
        while chunk := _read(terminal):
            shown += chunk
        lines = process.stdout.read().decode("utf-8").splitlines()
    os.close(terminal)
    return Ingested(folder, data_dir, process.returncode, [json.loads(line) for line in lines], shown.decode("utf-8"))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody writes any more
        return b""


@pytest.fixture(scope="module")
def desk(ingested: Ingested) -> Iterator[App]:
    """The desk over what was taken in, loaded once for the many commands that ask it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ingested.folder)
        opened = App(load_settings(data_dir=ingested.data_dir))
    yield opened
    opened.close()


def test_every_type_of_file_is_tried() -> None:
    suffixes = {Path(file.name).suffix for file in GOOD}
    assert suffixes == {*LOADERS, *ARCHIVES}
    for suffix in suffixes:
        assert {f"empty{suffix}", f"wrong{suffix}"} <= {file.name for file in BROKEN}


def test_everything_good_goes_in_and_nothing_is_lost(ingested: Ingested) -> None:
    assert ingested.code == 1, "something failed"
    assert Counter(row["status"] for row in ingested.rows) == {"added": ADDED, "failed": REFUSED}
    told = {Path(row["path"]) for row in ingested.rows}
    assert told == {path for path in ingested.folder.rglob("*") if path.is_file()}
    for file in GOOD:
        assert [(row["part"] or "", row["document_id"]) for row in ingested.of(file.name) if not row["error"]] == [
            (fact.part, fact.document_id) for fact in sorted(file.facts, key=lambda fact: fact.part != "")
        ]
    for row in ingested.rows:
        assert (row["error"] is None) == (row["status"] == "added") == (row["passages"] > 0)
    assert "Traceback" not in ingested.shown


def test_progress_is_told_on_standard_error(ingested: Ingested) -> None:
    steps = [tuple(map(int, step)) for step in re.findall(r"\r(\d+)/(\d+) ", ingested.shown)]
    assert [done for done, _ in steps] == list(range(1, len(ingested.rows) + 1))
    assert [total for _, total in steps] == sorted(total for _, total in steps), "what is left never shrinks"
    assert steps[-1] == (len(ingested.rows), len(ingested.rows))
    for file in GOOD:
        assert Path(file.name).stem[:40] in ingested.shown


@pytest.mark.parametrize("file", BROKEN, ids=[file.name for file in BROKEN])
def test_what_is_broken_is_refused_by_its_name_with_a_hint(ingested: Ingested, file: Broken) -> None:
    [row] = ingested.of(file.name)
    assert (row["status"], row["passages"]) == ("failed", 0)
    assert re.match(rf"{re.escape(file.name)}: (?:{file.told})", row["error"]), row["error"]


@pytest.mark.parametrize(("name", "bad"), [(name, bad) for name, _, bad in HOSTILE], ids=[n for n, _, _ in HOSTILE])
def test_what_is_bad_in_an_archive_is_refused_and_the_rest_goes_in(
    ingested: Ingested, name: str, bad: list[tuple[str, str]]
) -> None:
    rows = ingested.of(name)
    assert [(row["status"], row["document_id"]) for row in rows if not row["error"]] == [
        ("added", f"{Path(name).stem}-rest")
    ]
    refused = [row["error"] for row in rows if row["error"]]
    assert len(refused) == len(bad)
    for error, (member, told) in zip(refused, bad, strict=True):
        assert re.match(rf"{re.escape(f'{name}/{member}')}: .*{told}", error), error
    assert not list(ingested.folder.parent.rglob("up.md")), "nothing is written where an archive says"


def test_a_second_file_with_the_id_of_the_first_is_refused(ingested: Ingested) -> None:
    first, second = ingested.of("azurite-vault.md")
    assert (first["status"], second["status"]) == ("added", "failed")
    assert 'has the id "azurite-vault" of azurite-vault.md' in second["error"]


@pytest.mark.parametrize("fact", [fact for _, fact in FACTS], ids=[fact.document_id for _, fact in FACTS])
def test_every_document_is_found_with_its_place(
    desk: App, run: Run, monkeypatch: pytest.MonkeyPatch, fact: Fact
) -> None:
    monkeypatch.setattr(cli, "open_app", lambda: desk)
    rows = run("search", fact.question, "-k", "3", "--json").rows
    hit = next(row for row in rows if fact.says in row["text"])
    assert rows[0]["document_id"] == fact.document_id
    assert (hit["document_id"], hit["heading"], hit["page"]) == (fact.document_id, fact.heading, fact.page)
    assert hit["part"] == (fact.sheet or None)


def test_every_document_is_answered_from(ingested: Ingested, run: Run, tmp_path: Path) -> None:
    asked = [{"id": fact.document_id, "text": fact.question} for _, fact in FACTS]
    (tmp_path / "asked.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    rows = run("ask", "--batch", tmp_path / "asked.jsonl", "--json", DATA_DIR=ingested.data_dir).rows
    assert len(rows) == len(FACTS)
    wrong = [
        (row["id"], row["action"], row["confidence"], row["text"][:80])
        for row, (_, fact) in zip(rows, FACTS, strict=True)
        if not (row["citations"] and row["citations"][0]["document_id"] == row["id"] and fact.says in row["text"])
    ]
    assert wrong == []


def test_a_second_run_finds_nothing_new_and_builds_nothing(ingested: Ingested, run: Run) -> None:
    before = run("index", "status", "--json", DATA_DIR=ingested.data_dir).row["snapshot"]
    again = run("ingest", ingested.folder, "--json", DATA_DIR=ingested.data_dir)
    assert again.code == 1
    assert again.err == "", "no progress where nobody looks"
    assert [row["error"] for row in again.rows] == [row["error"] for row in ingested.rows]
    assert Counter(row["status"] for row in again.rows) == {"unchanged": ADDED, "failed": REFUSED}
    good = run("ingest", *(ingested.folder / file.name for file in GOOD), "--json", DATA_DIR=ingested.data_dir)
    assert (good.code, {row["status"] for row in good.rows}) == (0, {"unchanged"})
    assert len(good.rows) == len(FACTS)
    assert run("index", "status", "--json", DATA_DIR=ingested.data_dir).row["snapshot"] == before
