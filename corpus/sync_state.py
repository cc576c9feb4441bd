"""What is known about the pages of a site since they were last synced, in one small file per site."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import DocumentError
from corpus.facts import validation_message


class KnownPage(BaseModel):
    """A page that went into the catalog.

    Attributes:
        digest: SHA-256 of its content, hex.
        document_id: the document that was made of it, like `locale`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    digest: str
    document_id: str
    locale: str
    etag: str = ""
    last_modified: str = ""


class SyncState(BaseModel):
    """The pages of one site by address."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1] = 1
    pages: dict[str, KnownPage] = {}


def state_path(data_dir: Path, urls: Sequence[str]) -> Path:
    """Where the state of a sync of these addresses is kept; their order does not matter."""
    digest = hashlib.sha256("\n".join(sorted(set(urls))).encode()).hexdigest()
    return data_dir / "knowledge" / "sync" / f"{digest[:16]}.json"


@contextmanager
def only_sync(path: Path) -> Iterator[None]:
    """Keeps a second sync of the same site out.

    Raises:
        DocumentError: one is running, or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_suffix(".lock"), timeout=0)
        lock.acquire()
    except Timeout as error:
        raise DocumentError("This site is being synced already.", hint="Wait until that is done.") from error
    except OSError as error:
        raise DocumentError(f"The sync folder cannot be written ({error.strerror}).", hint="Check it.") from error
    try:
        yield
    finally:
        lock.release()


def read_state(path: Path) -> SyncState:
    """The state, empty before the first sync.

    Raises:
        DocumentError: the file is broken or cannot be read.
    """
    try:
        return SyncState.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return SyncState()
    except (OSError, ValidationError) as error:
        reason = validation_message(error) if isinstance(error, ValidationError) else error.strerror
        raise DocumentError(
            f"The state of the sync cannot be read ({reason}).",
            hint=f"Delete {path.name}; all pages are fetched anew then, and those that are gone you remove by hand.",
        ) from error


def write_state(path: Path, pages: dict[str, KnownPage]) -> None:
    """Replaces the state as a whole.

    Raises:
        DocumentError: it cannot be written; the old one stays.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(SyncState(pages=pages).model_dump_json(indent=1).encode())
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DocumentError(
            f"The state of the sync cannot be written ({error.strerror}).", hint="Check space and permissions."
        ) from error
