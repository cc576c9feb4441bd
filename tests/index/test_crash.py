"""Real processes: killed in the middle of a build, and building at the same time."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.maintenance import verify
from index.model import Query
from index.retriever import Retriever
from index.vector_cache import VectorCache
from tests.index.samples import many

ROOT = Path(__file__).parents[2]
KILLS = 10

pytestmark = pytest.mark.slow


def builder(folder: Path) -> subprocess.Popen[str]:
    """A process that waits for a line and then builds without end."""
    command = [sys.executable, "-m", "tests.index.build_forever", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def kill(process: subprocess.Popen[str]) -> None:
    assert process.poll() is None, "the builder ended by itself"
    process.kill()
    process.communicate()


def test_a_kill_at_any_moment_leaves_an_index_that_serves(tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    cache = VectorCache(tmp_path / "cache", shipped=None)
    build(many("start", 40), HashingEmbedder(), index_dir, cache)
    chance = random.Random(2026)
    seen = set()
    leftovers = 0
    for _ in range(KILLS):
        process = builder(tmp_path)
        start(process)
        time.sleep(chance.uniform(0.0, 0.3))
        kill(process)
        report = verify(index_dir)
        assert report.ok, report
        leftovers += len(report.leftovers)
        retriever = Retriever(index_dir, HashingEmbedder())
        hits = retriever.search(Query("passage 3 says", k=50)).hits
        retriever.close()
        assert len(hits) == 40, "one whole corpus, old or new"
        assert len({hit.passage.document_id.split("-")[0] for hit in hits}) == 1
        seen.add(report.current)
    assert len(seen) > 1, "no build ever finished: the test proves nothing"
    assert leftovers, "no kill ever hit a build: the test proves nothing"
    build(many("end", 40), HashingEmbedder(), index_dir, cache, timeout_s=5.0)
    assert verify(index_dir).ok
    assert verify(index_dir).leftovers == ()


def test_two_builders_take_turns_while_a_reader_reads(tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    build(many("start", 40), HashingEmbedder(), index_dir, VectorCache(tmp_path / "cache", shipped=None))
    processes = [builder(tmp_path), builder(tmp_path)]
    for process in processes:
        start(process)
    retriever = Retriever(index_dir, HashingEmbedder())
    seen = set()
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        result = retriever.search(Query("passage 3 says", k=50))
        assert len(result.hits) == 40
        seen.add(result.snapshot_id)
    for process in processes:
        kill(process)
    retriever.close()
    assert verify(index_dir).ok
    assert len(seen) > 3
