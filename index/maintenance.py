"""Looking after an index folder: verify and roll back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from corpus.errors import ProofdeskError
from index import snapshots
from index.errors import IndexNotBuilt, IndexNotWritten
from index.lock import build_lock
from index.manifest import PASSAGES, check_files, read_manifest
from index.model import Manifest
from index.open_snapshot import OpenSnapshot
from index.snapshots import SnapshotCheck, VerifyReport


def verify(index_dir: Path) -> VerifyReport:
    """Open and check every snapshot and the pointer. Reads everything, changes nothing, raises nothing."""
    checks = [SnapshotCheck(name, _problems(index_dir / name)) for name in snapshots.snapshot_ids(index_dir)]
    # A build that runs meanwhile may have removed the oldest.
    checks = [check for check in checks if not check.problems or (index_dir / check.id).is_dir()]
    current: str | None = None
    try:
        current = snapshots.current_id(index_dir)
        if all(check.id != current for check in checks):
            checks.append(SnapshotCheck(current, ("The current snapshot's folder is missing.",)))
    except IndexNotBuilt:
        pass
    except ProofdeskError as error:
        checks.append(SnapshotCheck(snapshots.POINTER, (str(error),)))
    return VerifyReport(current, tuple(checks), tuple(path.name for path in snapshots.leftovers(index_dir)))


def _problems(folder: Path) -> tuple[str, ...]:
    """What is wrong with a snapshot. A tail is opened with its base; that one has its own check in depth."""
    try:
        check_files(folder, read_manifest(folder), thorough=True)
        OpenSnapshot(folder).close()
        uri = f"{(folder / PASSAGES).resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    except ProofdeskError as error:
        return (str(error),)
    except sqlite3.Error as error:
        return (f"{PASSAGES} of snapshot {folder.name} cannot be read: {error}.",)
    return () if found == ["ok"] else tuple(found)


def rollback(index_dir: Path, *, timeout_s: float = 10.0) -> Manifest:
    """Make the newest sound snapshot before the current one current, and return its manifest.

    Candidates that were never served are passed over.

    Raises:
        IndexNotBuilt: no earlier snapshot is sound.
        IndexBusy: a build is running.
        IndexNotWritten: the pointer cannot be written.
    """
    with build_lock(index_dir, timeout_s):
        try:
            current = snapshots.current_id(index_dir)
        except IndexNotBuilt:
            raise
        except ProofdeskError:  # a damaged pointer names nothing: any snapshot is earlier
            current = "~"
        for name in reversed(snapshots.snapshot_ids(index_dir)):
            if name < current and not snapshots.is_candidate(index_dir, name) and not _problems(index_dir / name):
                try:
                    snapshots.serve(index_dir, name)
                except OSError as error:
                    raise IndexNotWritten.because(index_dir, error) from error
                return read_manifest(index_dir / name)
    raise IndexNotBuilt(f"There is no sound snapshot before the current one in {index_dir}.")
