"""Documents to a new snapshot: one writer across processes, all or nothing.

Only documents that changed are cut, and only texts that are new are embedded. A small difference to the last full
snapshot is written as a tail beside it, so that an upload is answerable, and a deletion unanswerable, at once.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from corpus.errors import ProofdeskError
from index import snapshots
from index.difference import Comparison, Content
from index.embedders.base import Embedder, Vectors
from index.errors import IndexNotWritten
from index.lock import build_lock
from index.manifest import FORMAT, read_manifest, stamp_of
from index.model import Manifest, Progress
from index.open_snapshot import OpenSnapshot
from index.source import DocumentSource
from index.vector_cache import CachedEmbedder, VectorCache
from index.writer import write_snapshot

log = logging.getLogger(__name__)

Sources = Sequence[DocumentSource] | Callable[[], Sequence[DocumentSource]]
Report = Callable[[Progress], None]


def utc_now() -> datetime:
    """The time by the machine's clock, UTC."""
    return datetime.now(UTC)


def build(
    sources: Sources,
    embedder: Embedder,
    index_dir: Path,
    cache: VectorCache,
    *,
    chunker: str = "default",
    keep: int = 3,
    clock: Callable[[], datetime] = utc_now,
    timeout_s: float = 600.0,
    activate: bool = True,
    progress: Report | None = None,
) -> Manifest:
    """Make the documents searchable and return the manifest of their snapshot.

    If there is a sound snapshot of the same documents by the same embedder and chunker, it is used. A crash at any
    moment leaves the old snapshot or the new one. Of passages with the same id the first one counts.

    Args:
        sources: everything that is to be in the index; a function is called once the lock is held, so that of several
            processes that build after the same change, the last ones find nothing to do.
        embedder: turns passages into vectors, through `cache`.
        index_dir: created if need be.
        cache: vectors of texts seen before, so that only new texts are embedded.
        chunker: name and version of what cuts the passages.
        keep: how many snapshots stay on disk, the new one included, beside those they need.
        clock: time of creation, with a time zone.
        timeout_s: how long to wait for another build, in seconds.
        activate: whether it is searched from now on; otherwise it is a candidate for `snapshots.activate`.
        progress: told how far the build is.

    Raises:
        IndexBusy: another build holds the folder.
        IndexNotWritten: the disk is full or the folder is not writable; the old snapshot serves on.
        ProofdeskError: what the embedder and the sources raise.
    """
    report = progress or (lambda _: None)
    with build_lock(index_dir, timeout_s):
        snapshots.remove_leftovers(index_dir)
        given = sources() if callable(sources) else sources
        wanted = _wanted(given, embedder, chunker, _moment(index_dir, clock))
        with ExitStack() as open_files:
            current = _open_current(index_dir, wanted)
            if current is not None:
                open_files.callback(current.close)
            ready = _ready(index_dir, wanted, current, activate=activate)
            if ready is not None:
                return ready
            content = _compare(given, current, report)
            vectors = _embed(content, current, cache.wrap(embedder), report)
            with _all_or_nothing(index_dir):
                report(Progress("write", 0, 1))
                manifest = write_snapshot(content, vectors, wanted, index_dir, current=current, candidate=not activate)
                if activate:
                    _serve(index_dir, manifest)
                _prune(index_dir, keep, manifest)
                report(Progress("write", 1, 1))
        log.info("built index snapshot %s with %d passages", manifest.id, manifest.passages)
        return manifest


def _wanted(sources: Iterable[DocumentSource], embedder: Embedder, chunker: str, created: str) -> Manifest:
    """The manifest of what is to be built, as far as it is known before anything is read."""
    return Manifest(
        id="",
        created=created,
        embedder=embedder.name,
        dimension=embedder.dimension,
        chunker=chunker,
        corpus_digest=corpus_digest(sources),
        documents=0,
        passages=0,
        checksums={},
        format=FORMAT,
    )


def corpus_digest(sources: Iterable[DocumentSource]) -> str:
    """SHA-256 over the keys and digests of the sources, whatever their order, and the snapshot format."""
    digest = hashlib.sha256(f"proofdesk-snapshot-{FORMAT}".encode())
    for key, value in sorted((source.key, source.digest) for source in sources):
        digest.update(f"\n{key}\0{value}".encode())
    return digest.hexdigest()


def _moment(index_dir: Path, clock: Callable[[], datetime]) -> str:
    """The time of creation: later than that of every snapshot there is, for their order is that of their names."""
    moment = clock().astimezone(UTC)
    names = snapshots.snapshot_ids(index_dir)
    stamp = stamp_of(moment.isoformat(timespec="microseconds"))
    if names and stamp <= (newest := names[-1].partition("-")[0]):
        moment = datetime.strptime(newest, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC) + timedelta(microseconds=1)
    return moment.isoformat(timespec="microseconds")


def _open_current(index_dir: Path, wanted: Manifest) -> OpenSnapshot | None:
    """The current snapshot, if a new one can start from it."""
    try:
        current = OpenSnapshot(index_dir / snapshots.current_id(index_dir))
    except ProofdeskError:
        return None
    if not _alike(current.manifest, wanted):
        current.close()
        return None
    return current


def _alike(manifest: Manifest, wanted: Manifest) -> bool:
    return (manifest.embedder, manifest.dimension, manifest.chunker) == (
        wanted.embedder,
        wanted.dimension,
        wanted.chunker,
    )


def _ready(index_dir: Path, wanted: Manifest, current: OpenSnapshot | None, *, activate: bool) -> Manifest | None:
    """A sound snapshot that a build would only repeat: the current one or the newest candidate."""
    if current is not None and current.manifest.corpus_digest == wanted.corpus_digest:
        return current.manifest
    for name in reversed(snapshots.snapshot_ids(index_dir)):
        if not snapshots.is_candidate(index_dir, name):
            continue
        try:
            manifest = read_manifest(index_dir / name)
            if not _alike(manifest, wanted) or manifest.corpus_digest != wanted.corpus_digest:
                continue
            OpenSnapshot(index_dir / name).close()
        except ProofdeskError:
            continue
        if activate:
            with _all_or_nothing(index_dir):
                snapshots.serve(index_dir, name)
        return manifest
    return None


def _compare(sources: Sequence[DocumentSource], current: OpenSnapshot | None, report: Report) -> Content:
    def cut(count: int) -> None:
        report(Progress("cut", count, total))

    comparison = Comparison(sources, current, cut)
    total = comparison.changed
    report(Progress("cut", 0, total))
    return comparison.content()


def _embed(content: Content, current: OpenSnapshot | None, embedder: CachedEmbedder, report: Report) -> Vectors:
    """A vector for each piece: that of the current snapshot, of the cache, or a new one."""
    vectors = np.zeros((len(content.pieces), embedder.dimension), np.float32)
    old = [position for position, piece in enumerate(content.pieces) if piece.row is not None]
    new = [position for position, piece in enumerate(content.pieces) if piece.row is None]
    if current is not None and old:
        vectors[old] = current.vectors([row for piece in content.pieces if (row := piece.row) is not None])
    if new:
        texts = [content.pieces[position].passage.indexed_text for position in new]
        vectors[new] = embedder.embed_passages(
            texts, progress=lambda done: report(Progress("embed", len(old) + done, len(vectors)))
        )
    return vectors


def _serve(index_dir: Path, manifest: Manifest) -> None:
    try:
        snapshots.serve(index_dir, manifest.id)
    except OSError:
        # On a file system without hard links the pointer may have moved all the same: then the snapshot has to stay.
        if not _is_current(index_dir, manifest.id):
            snapshots.remove(index_dir / manifest.id)
        raise


def _is_current(index_dir: Path, snapshot_id: str) -> bool:
    try:
        return snapshots.current_id(index_dir) == snapshot_id
    except ProofdeskError:
        return False


def _prune(index_dir: Path, keep: int, manifest: Manifest) -> None:
    """Remove what is no longer needed. The new snapshot serves already, so a failure is no failure of the build."""
    try:
        snapshots.prune(index_dir, keep, sound={manifest.id, manifest.base})
    except (OSError, ProofdeskError) as error:
        log.warning("old snapshots in %s stay: %s", index_dir, error)


@contextmanager
def _all_or_nothing(index_dir: Path) -> Iterator[None]:
    """Leave nothing half-written behind, and name a failed write."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise IndexNotWritten.because(index_dir, error) from error
    finally:
        with suppress(OSError):
            snapshots.remove_leftovers(index_dir)
