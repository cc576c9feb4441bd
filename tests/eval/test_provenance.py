from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap import App
from assistant.settings import load_settings
from eval.provenance import git_revision, provenance


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_checkout_has_its_revision_and_changes_show(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert git_revision(tmp_path) is None
    (tmp_path / "file").write_text("1")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    revision = git(tmp_path, "rev-parse", "--short=12", "HEAD")
    assert git_revision(tmp_path) == revision
    (tmp_path / "file").write_text("2")
    assert git_revision(tmp_path) == revision + "+"


def test_a_folder_inside_another_checkout_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "site-packages").mkdir()
    assert git_revision(tmp_path / "site-packages") is None


def test_what_was_measured_is_named(tmp_path: Path) -> None:
    app = App(load_settings(data_dir=tmp_path, embedder="hashing"))
    app.knowledge.ensure_index()
    found = provenance(app, datetime(2026, 3, 2, 9, 30, tzinfo=UTC), 1.234)
    assert found["embedder"] == "hashing:256"
    assert found["snapshot"] == app.retriever.snapshot_id
    assert found["policy"] == app.policy.version
    assert (found["started"], found["seconds"]) == ("2026-03-02T09:30:00+00:00", 1.23)
    assert found["packages"]["numpy"]
