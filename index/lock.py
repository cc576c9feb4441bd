"""One writer across processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexBusy, IndexNotWritten

LOCK = ".lock"


@contextmanager
def build_lock(index_dir: Path, timeout_s: float) -> Iterator[None]:
    """Hold the folder's build lock for a `with` block. The operating system frees it when a holder dies.

    The folder is created if need be.

    Raises:
        IndexBusy: another process kept it for longer than the timeout.
        IndexNotWritten: the folder or its lock file cannot be made.
    """
    lock = FileLock(index_dir / LOCK)
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=timeout_s)
    except Timeout as error:
        raise IndexBusy(f"Another build is running in {index_dir}.") from error
    except OSError as error:
        raise IndexNotWritten.because(index_dir, error) from error
    try:
        yield
    finally:
        lock.release()
