"""Real processes: killed in the middle of a build, building at the same time, and reading while others build."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.maintenance import verify
from index.manifest import read_manifest
from index.model import Query
from index.retriever import Retriever
from index.source import sources_of
from index.vector_cache import VectorCache
from tests.index.build_forever import BASE, STATES, state

ROOT = Path(__file__).parents[2]
KILLS = 50

pytestmark = pytest.mark.slow


def spawned(module: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"tests.index.{module}", str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def taking_turns(module: str, folder: Path, count: int) -> Iterator[Iterator[subprocess.Popen[str]]]:
    """So many processes one after the other, each started while the one before it is used; all are gone at the end."""
    started = [spawned(module, folder)]

    def turns() -> Iterator[subprocess.Popen[str]]:
        for number in range(count):
            started.append(spawned(module, folder))
            yield started[number]

    try:
        yield turns()
    finally:
        for process in started:
            with process:
                process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def start(process: subprocess.Popen[str]) -> None:
    """Let a builder that has said that it is ready go on."""
    assert line(process) == "ready\n"
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def kill(process: subprocess.Popen[str]) -> None:
    assert process.poll() is None, "the process ended by itself"
    process.kill()
    process.communicate()


def documents(retriever: Retriever) -> frozenset[str]:
    return frozenset(hit.passage.document_id for hit in retriever.search(Query("passage 3 says", k=100)).hits)


def test_a_kill_at_any_moment_leaves_an_index_that_serves(tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    cache = VectorCache(tmp_path / "cache", shipped=None)
    build(sources_of(state("start", 0)), HashingEmbedder(), index_dir, cache)
    chance = random.Random(2026)
    seen, kinds, leftovers = set(), set(), 0
    with taking_turns("build_forever", tmp_path, KILLS) as processes:
        for process in processes:
            start(process)
            time.sleep(chance.uniform(0.0, 0.4))
            kill(process)
            report = verify(index_dir)
            assert report.ok, report
            assert report.current is not None
            leftovers += len(report.leftovers)
            retriever = Retriever(index_dir, HashingEmbedder())
            assert documents(retriever) in STATES, "one whole state, old or new"
            retriever.close()
            seen.add(report.current)
            kinds.add(bool(read_manifest(index_dir / report.current).base))
    assert len(seen) > KILLS // 4, "builds hardly ever finished: the test proves little"
    assert kinds == {True, False}, "both kinds of snapshot must have been hit"
    assert leftovers > KILLS // 10, "kills hardly ever hit a build: the test proves little"
    build(sources_of(state("end", 0)), HashingEmbedder(), index_dir, cache, timeout_s=5.0)
    assert verify(index_dir).ok
    assert verify(index_dir).leftovers == ()


def test_two_builders_take_turns_while_a_reader_reads(tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    cache = VectorCache(tmp_path / "cache", shipped=None)
    build(sources_of(state("start", 0)), HashingEmbedder(), index_dir, cache)
    processes = [spawned("build_forever", tmp_path) for _ in range(2)]
    seen = set()
    try:
        for process in processes:
            start(process)
        retriever = Retriever(index_dir, HashingEmbedder())
        end = time.monotonic() + 2.0
        while time.monotonic() < end:
            result = retriever.search(Query("passage 3 says", k=100))
            assert frozenset(hit.passage.document_id for hit in result.hits) in STATES
            seen.add(result.snapshot_id)
        retriever.close()
    finally:
        for process in processes:
            kill(process)
    assert verify(index_dir).ok
    assert len(seen) > 3


def test_two_reading_processes_both_see_every_swap(tmp_path: Path) -> None:
    index_dir = tmp_path / "index"
    cache = VectorCache(tmp_path / "cache", shipped=None)
    current = build(sources_of(state("start", 0)), HashingEmbedder(), index_dir, cache)
    readers = [spawned("read_forever", index_dir) for _ in range(2)]
    # A reader that misses a swap says nothing.
    patience = Timer(120.0, lambda: list(map(subprocess.Popen.kill, readers)))
    patience.start()
    try:
        kinds = []
        for colour, step in (("start", 0), ("start", 1), ("start", 2), ("blue", 0), ("blue", 1)):
            current = build(sources_of(state(colour, step)), HashingEmbedder(), index_dir, cache)
            kinds.append(bool(current.base))
            for reader in readers:
                told: dict[str, Any] = json.loads(line(reader))
                assert told["snapshot"] == current.id
                assert len(told["documents"]) == BASE
                assert STATES[frozenset(told["documents"])] == step
        assert kinds == [False, True, True, False, True]
    finally:
        patience.cancel()
        for reader in readers:
            kill(reader)
