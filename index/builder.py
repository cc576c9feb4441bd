"""Passages to a new snapshot: one writer across processes, all or nothing."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import ProofdeskError
from corpus.model import Passage
from index import snapshots
from index.embedders.base import Embedder
from index.errors import IndexBusy
from index.model import Manifest
from index.open_snapshot import corpus_digest, write_passages
from index.stores.faiss_store import FaissStore
from index.vector_cache import VectorCache

log = logging.getLogger(__name__)

LOCK = ".lock"


def utc_now() -> datetime:
    """The time by the machine's clock, UTC."""
    return datetime.now(UTC)


def build(
    passages: Sequence[Passage],
    embedder: Embedder,
    index_dir: Path,
    cache: VectorCache,
    *,
    chunker: str = "default",
    keep: int = 3,
    clock: Callable[[], datetime] = utc_now,
    timeout_s: float = 600.0,
) -> Manifest:
    """Make the passages searchable and return the manifest of the current snapshot.

    If the current snapshot is sound and was made of the same passages by the same embedder and chunker, it stays.
    A crash at any moment leaves the old snapshot or the new one. Of passages with the same id the first one counts.

    Args:
        passages: in the order in which they get their rows.
        embedder: turns them into vectors, through `cache`.
        index_dir: created if need be.
        cache: vectors of texts seen before, so that only new texts are embedded.
        chunker: name and version of what cut the passages.
        keep: how many snapshots stay on disk, the new one included.
        clock: time of creation, with a time zone.
        timeout_s: how long to wait for another build, in seconds.

    Raises:
        IndexBusy: another build holds the folder.
        ProofdeskError: what the embedder raises.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    first: dict[str, Passage] = {}
    for passage in passages:
        first.setdefault(passage.id, passage)
    unique = list(first.values())
    with build_lock(index_dir, timeout_s):
        snapshots.remove_leftovers(index_dir)
        digest = corpus_digest(unique)
        wanted = Manifest(
            id="",
            created=clock().astimezone(UTC).isoformat(timespec="microseconds"),
            embedder=embedder.name,
            dimension=embedder.dimension,
            chunker=chunker,
            corpus_digest=digest,
            documents=len({passage.document_id for passage in unique}),
            passages=len(unique),
            checksums={},
        )
        current = _reusable(index_dir, wanted)
        if current is not None:
            return current
        manifest = _write(unique, wanted, cache.wrap(embedder), index_dir)
        snapshots.set_current(index_dir, manifest.id)
        snapshots.prune(index_dir, keep)
        log.info("built index snapshot %s with %d passages", manifest.id, manifest.passages)
        return manifest


@contextmanager
def build_lock(index_dir: Path, timeout_s: float) -> Iterator[None]:
    """Hold the folder's build lock for a `with` block. The operating system frees it when a holder dies.

    Raises:
        IndexBusy: another process kept it for longer than the timeout.
    """
    lock = FileLock(index_dir / LOCK)
    try:
        lock.acquire(timeout=timeout_s)
    except Timeout as error:
        raise IndexBusy(f"Another build is running in {index_dir}.") from error
    try:
        yield
    finally:
        lock.release()


def _reusable(index_dir: Path, wanted: Manifest) -> Manifest | None:
    """The current manifest, if a build would only repeat it."""
    try:
        folder = index_dir / snapshots.current_id(index_dir)
        current = snapshots.read_manifest(folder)
        snapshots.check_files(folder, current)
    except ProofdeskError:
        return None
    same = (current.corpus_digest, current.embedder, current.dimension, current.chunker) == (
        wanted.corpus_digest,
        wanted.embedder,
        wanted.dimension,
        wanted.chunker,
    )
    return current if same else None


def _write(passages: Sequence[Passage], wanted: Manifest, embedder: Embedder, index_dir: Path) -> Manifest:
    """Write a complete snapshot folder beside the others and rename it into place."""
    vectors = embedder.embed_passages([passage.indexed_text for passage in passages])
    folder = index_dir / f"{snapshots.TEMPORARY_PREFIX}{os.getpid()}"
    folder.mkdir()
    FaissStore(vectors).save(folder / snapshots.VECTORS)
    write_passages(folder / snapshots.PASSAGES, passages)
    names = (snapshots.VECTORS, snapshots.PASSAGES)
    checksums = {name: snapshots.checksum(folder / name) for name in names}
    manifest = snapshots.sealed(replace(wanted, checksums=checksums))
    snapshots.write_manifest(folder, manifest)
    target = index_dir / manifest.id
    if target.exists():  # a damaged twin of the same content and time
        snapshots.remove(target)
    folder.rename(target)
    snapshots.sync(index_dir)
    return manifest
