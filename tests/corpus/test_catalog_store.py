"""The catalog's file: damage, earlier releases, many threads and processes, and a kill."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import DocumentError
from tests.corpus.catalogs import FACTS, Clock, keys, put


def test_a_damaged_or_newer_catalog_is_refused_not_overwritten(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, "a.txt", "text")
    path = tmp_path / "data" / "knowledge" / "catalog.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    for action in (catalog.documents, catalog.problems, lambda: put(catalog, "b.txt", "text")):
        with pytest.raises(DocumentError, match="format 9"):
            action()
    for extra in path.parent.glob("catalog.db-*"):
        extra.unlink()
    path.write_bytes(b"not a database at all, and long enough to be taken for one" * 20)
    before = path.read_bytes()
    for action in (catalog.documents, lambda: put(catalog, "b.txt", "text")):
        with pytest.raises(DocumentError, match="damaged"):
            action()
    assert path.read_bytes() == before


def test_what_the_first_release_kept_is_taken_over_once(tmp_path: Path, seed: Path, clock: Clock) -> None:
    folder = tmp_path / "data" / "documents"
    folder.mkdir(parents=True)
    (folder / "abc.md").write_text("# Ours\n\ntext", "utf-8")
    entry = {"id": "ours", "locale": "en", "name": "ours.md", "file": "abc.md"}
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "documents": [entry], "hidden": ["fees"]}), "utf-8")
    catalog = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=clock)
    assert keys(catalog.documents()) == [("ours", "en", "Ours")]
    catalog.remove("ours")
    again = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=clock)
    assert again.documents() == ()
    assert (folder / "manifest.json").exists()


def test_threads_may_share_a_catalog(catalog: Catalog) -> None:
    def work(number: int) -> None:
        put(catalog, f"d{number}.txt", f"text {number}")
        assert any(d.id == f"d{number}" for d in catalog.documents())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert len({d.id for d in catalog.documents()}) == 25


def upload(folder: Path, seed: Path, worker: int, start: Callable[[], object]) -> None:
    catalog = Catalog(folder, facts=FACTS, seed_root=seed)
    start()
    for number in range(50):
        put(catalog, f"w{worker}-{number}.txt", f"text of {worker} and {number}")


@pytest.mark.slow
def test_eight_processes_add_four_hundred_documents_none_is_lost_or_twice(tmp_path: Path, seed: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(8)
    workers = [
        context.Process(target=upload, args=(tmp_path / "data", seed, worker, barrier.wait)) for worker in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert [worker.exitcode for worker in workers] == [0] * 8
    catalog = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed)
    ids = [d.id for d in catalog.documents() if d.id != "fees"]
    assert len(ids) == len(set(ids)) == 400


ADD_FOREVER = """
import sys
from pathlib import Path
from tests.corpus.catalogs import FACTS, put
from corpus.catalog import Catalog
catalog = Catalog(Path(sys.argv[1]), facts=FACTS, seed_root=Path(sys.argv[2]))
for number in range(100000):
    put(catalog, f"d{number}.txt", f"text {number}")
    print(number, flush=True)
"""


@pytest.mark.slow
def test_a_kill_loses_nothing_that_was_confirmed(tmp_path: Path, seed: Path) -> None:
    for attempt in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", ADD_FOREVER, str(tmp_path / "data"), str(seed)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        assert process.stdout is not None
        confirmed = int(process.stdout.readline())
        time.sleep(0.02 * attempt)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        confirmed = max([confirmed, *map(int, rest[:-1])])
        ids = {d.id for d in Catalog(tmp_path / "data", facts=FACTS, seed_root=seed).documents()}
        assert {f"d{number}" for number in range(confirmed + 1)} <= ids
