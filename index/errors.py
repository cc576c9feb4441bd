"""Errors of the index that an operator can mend."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from corpus.errors import ProofdeskError

_BUILD = "Run `proofdesk index build`."
_ROLLBACK = "Run `proofdesk index rollback` for the previous snapshot or `proofdesk index build` for a new one."


class IndexNotBuilt(ProofdeskError):  # noqa: N818 - names the state, like FileNotFound
    """There is no snapshot to search."""

    def __init__(self, message: str, *, hint: str = _BUILD) -> None:
        super().__init__(message, hint=hint)


class SnapshotCorrupt(ProofdeskError):  # noqa: N818
    """A file of a snapshot is missing or is not what its manifest says."""

    def __init__(self, message: str, *, hint: str = _ROLLBACK) -> None:
        super().__init__(message, hint=hint)


class SnapshotMismatch(ProofdeskError):  # noqa: N818
    """The snapshot is sound but was built with another embedder or by another version."""

    def __init__(self, message: str, *, hint: str = _BUILD) -> None:
        super().__init__(message, hint=hint)


class IndexBusy(ProofdeskError):  # noqa: N818
    """Another process is building the index and did not finish in time."""

    def __init__(self, message: str, *, hint: str = "Wait for it, then run `proofdesk index build` again.") -> None:
        super().__init__(message, hint=hint)


class IndexNotWritten(ProofdeskError):  # noqa: N818
    """A snapshot or the pointer could not be written: the disk is full, or the folder belongs to someone else."""

    def __init__(
        self, message: str, *, hint: str = "Make room or give access, then run `proofdesk index build` again."
    ) -> None:
        super().__init__(message, hint=hint)

    @classmethod
    def because(cls, index_dir: Path, error: Exception) -> Self:
        """The error for a failed write in `index_dir`."""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return cls(f"The index in {index_dir} cannot be written: {reason}. What was searched before is searched still.")


class EmbeddingFailed(ProofdeskError):  # noqa: N818
    """A remote embedder gave no usable vectors."""

    def __init__(self, message: str, *, hint: str = "Check the endpoint, its key and its model name.") -> None:
        super().__init__(message, hint=hint)
