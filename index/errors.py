"""Errors of the index that an operator can mend."""

from __future__ import annotations

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


class EmbeddingFailed(ProofdeskError):  # noqa: N818
    """A remote embedder gave no usable vectors."""

    def __init__(self, message: str, *, hint: str = "Check the endpoint, its key and its model name.") -> None:
        super().__init__(message, hint=hint)
