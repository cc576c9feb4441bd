from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import DocumentError
from corpus.sync_state import KnownPage, only_sync, read_state, state_path, write_state


def test_a_state_is_read_back(tmp_path: Path) -> None:
    path = state_path(tmp_path, ["https://b.example/", "https://a.example/"])
    assert path == state_path(tmp_path, ["https://a.example/", "https://b.example/", "https://a.example/"])
    assert path != state_path(tmp_path, ["https://a.example/"])
    assert read_state(path).pages == {}
    pages = {"https://a.example/x": KnownPage(digest="d", document_id="x", locale="en", etag='"1"')}
    with only_sync(path):
        write_state(path, pages)
    assert read_state(path).pages == pages
    assert [file.name for file in path.parent.iterdir() if file.suffix != ".lock"] == [path.name]


def test_a_broken_state_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for content in (b"{", b'{"format": 2}', b"\xff"):
        path.write_bytes(content)
        with pytest.raises(DocumentError, match=r"cannot be read .*Delete state\.json"):
            read_state(path)


def test_one_sync_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "sync" / "state.json"
    with only_sync(path), pytest.raises(DocumentError, match="being synced already"), only_sync(path):
        raise AssertionError
    with only_sync(path):
        pass


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DocumentError, match="cannot be written"), only_sync(tmp_path / "file" / "state.json"):
        raise AssertionError
    with pytest.raises(DocumentError, match="cannot be written"):
        write_state(tmp_path / "gone" / "state.json", {})
