from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.errors import DocumentError
from corpus.loaders import load_document, parse_document
from corpus.loaders.source import MAX_BYTES


def test_the_suffix_chooses(tmp_path: Path) -> None:
    (tmp_path / "A.MD").write_text("# Title\n\ntext", encoding="utf-8")
    (tmp_path / "b.txt").write_text("# Title\n\ntext", encoding="utf-8")
    assert load_document(tmp_path / "A.MD").title == "Title"
    assert load_document(tmp_path / "b.txt").title == "# Title"
    assert load_document(tmp_path / "b.txt", name="Other name.md").id == "other-name"


def test_an_unknown_suffix_lists_the_known_ones() -> None:
    with pytest.raises(DocumentError, match=r'a\.exe: unknown file type "\.exe".*\.md, \.markdown, \.txt'):
        parse_document("a.exe", b"x")
    with pytest.raises(DocumentError, match='unknown file type ""'):
        parse_document("README", b"x")


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"gone\.md: no such file"):
        load_document(tmp_path / "gone.md")
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(DocumentError, match=r"pipe\.md: not a regular file"):
        load_document(tmp_path / "pipe.md")
    (tmp_path / "big.md").write_bytes(b"a" * (MAX_BYTES + 10))
    with pytest.raises(DocumentError, match=r"big\.md: too large \(20\.0 MB\)"):
        load_document(tmp_path / "big.md")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    with pytest.raises(DocumentError, match=r"loop\.md: "):
        load_document(tmp_path / "loop.md")
