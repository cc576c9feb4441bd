"""Opening a snapshot, beside reading its files once: what checking and arranging them costs on top."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from eval.bench.index.figure import multiple
from eval.errors import MeasurementError
from index.open_snapshot import OpenSnapshot

ROUNDS = 30
PROCESSES = 5
_BUFFER = 1 << 20
_TIMEOUT_S = 120
_CHILD = """
import datetime, json, os, sys
from pathlib import Path
import numpy as np
from index.model import Query
from index.open_snapshot import OpenSnapshot
from index.terms import terms

def resident():
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")

words = "withdrawal fee 提现手续费"
terms(words)
before = resident()
snapshot = OpenSnapshot(Path(sys.argv[1]))
opened = resident()
vector = np.full(snapshot.manifest.dimension, snapshot.manifest.dimension ** -0.5, np.float32)
for _ in range(20):
    allowed = snapshot.allowed(Query(words), datetime.date.today())
    snapshot.dense(vector, 100, allowed)
    snapshot.background(vector)
    snapshot.passages(snapshot.lexical(snapshot.lexical_query(words), 100, allowed).rows.tolist())
json.dump({"opened": opened - before, "searched": resident() - before}, sys.stdout)
"""


def measure_opening(
    folders: Sequence[Path], *, rounds: int, processes: int, timer: Callable[[], float]
) -> dict[str, Any]:
    """Milliseconds to open a snapshot and to read its files, in turns, and the memory that it takes.

    Everything is read once beforehand, so that both find the files in memory. The files are read into one small
    buffer, which is the least that reading can cost. Memory is the growth of a new process's resident set, after
    opening and after 20 searches, as a multiple of the files' size: median of so many processes (Linux only).

    Args:
        folders: of the snapshot, and of its base if it is a tail.
        rounds: how often each is timed.
        processes: how many processes open it; 0 = memory is not measured.
        timer: seconds by any clock.

    Raises:
        MeasurementError: a process failed.
    """
    files = sorted(path for folder in folders for path in folder.iterdir())
    size = sum(path.stat().st_size for path in files)
    _read(files)
    OpenSnapshot(folders[0]).close()
    opened: list[float] = []
    read: list[float] = []
    for _ in range(rounds):
        begin = timer()
        _read(files)
        middle = timer()
        snapshot = OpenSnapshot(folders[0])
        opened.append(timer() - middle)
        read.append(middle - begin)
        snapshot.close()
    grown = [_memory(folders[0]) for _ in range(processes)]
    return {
        "bytes": size,
        **multiple(opened, read, ("open", "read")),
        "memory": {
            "n": processes,
            **{
                f"{name}_ratio": round(statistics.median(found[name] for found in grown) / size, 3)
                for name in ("opened", "searched")
                if grown
            },
        },
    }


def _read(files: Iterable[Path]) -> None:
    buffer = bytearray(_BUFFER)
    for path in files:
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


def _memory(folder: Path) -> dict[str, int]:
    """By how many bytes a process grew that opened the snapshot, and then searched it."""
    done = subprocess.run(  # noqa: S603 - this interpreter, a fixed script
        [sys.executable, "-c", _CHILD, str(folder)],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise MeasurementError(f"A process that opens the snapshot failed: {last}")
    found: dict[str, int] = json.loads(done.stdout)
    return found
