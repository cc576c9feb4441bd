from __future__ import annotations

import subprocess
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from eval.bench import start
from eval.bench.start import bench_start, compare
from eval.errors import MeasurementError


def test_the_ratio_is_of_medians_and_the_range_of_pairs() -> None:
    found = compare([4.0, 6.0, 100.0], [2.0, 2.0, 4.0])
    assert found == {"first_s": 6.0, "later_s": 2.0, "ratio": 3.0, "ratio_range": [2.0, 25.0]}


def test_a_child_that_fails_is_an_error_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_CHILD", "raise SystemExit('no disk left')")
    with pytest.raises(MeasurementError, match="no disk left"):
        bench_start(runs=1)


def test_a_child_that_did_something_else_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_CHILD", """print('{"built": false, "seconds": 1}')""")
    with pytest.raises(MeasurementError, match="found an index where there was to be none"):
        bench_start(runs=1)


def test_shipped_vectors_that_do_not_fit_the_articles_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    child = """
import sys, pathlib
folder = pathlib.Path(sys.argv[1], "vectors")
folder.mkdir()
(folder / "new.db").touch()
print('{"built": true, "seconds": 1}')
"""
    monkeypatch.setattr(start, "_CHILD", child)
    with pytest.raises(MeasurementError, match=r"The shipped vectors lack passages .* index\.seed_cache"):
        bench_start(runs=1)


@pytest.mark.slow
def test_real_starts_are_timed_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFDESK_EMBEDDER", "must not reach the child")
    folders: list[str] = []
    run: Any = subprocess.run

    def watched(command: list[str], **values: Any) -> Any:
        folders.append(Path(command[-1]).name)
        return run(command, **values)

    monkeypatch.setattr(subprocess, "run", watched)
    begin = perf_counter()
    report = bench_start(runs=1)
    assert [name for name in folders if name in {"kept", "new-0"}] == ["kept", "kept", "new-0", "kept"]
    assert 0 < report["opening"]["first_s"] < report["process"]["first_s"] < perf_counter() - begin
    assert report["opening"]["ratio"] > 1
