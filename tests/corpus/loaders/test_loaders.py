from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from corpus.errors import DocumentError
from corpus.loaders import LOADERS, load_document, parse_document, read_content
from corpus.loaders.source import MAX_BYTES, Source


def test_the_suffix_chooses(tmp_path: Path) -> None:
    (tmp_path / "A.MD").write_text("# Title\n\ntext", encoding="utf-8")
    (tmp_path / "b.txt").write_text("# Title\n\ntext", encoding="utf-8")
    assert load_document(tmp_path / "A.MD").title == "Title"
    assert load_document(tmp_path / "b.txt").title == "# Title"
    assert load_document(tmp_path / "b.txt", name="Other name.md").id == "other-name"


def test_an_unknown_suffix_lists_the_known_ones() -> None:
    with pytest.raises(DocumentError, match=r'a\.exe: unknown file type "\.exe".*\.md, \.markdown, \.txt.*\.zip'):
        parse_document("a.exe", b"x")
    with pytest.raises(DocumentError, match=r'a\.DOC: unknown file type "\.doc"\. Save it as \.docx\.'):
        parse_document("a.DOC", b"x")
    with pytest.raises(DocumentError, match=r"a\.zip: an archive, not a document"):
        parse_document("a.zip", b"x")
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


def test_every_suffix_has_a_loader() -> None:
    for suffix, module in LOADERS.items():
        assert callable(import_module(f"corpus.loaders.{module}").load)
        with pytest.raises(DocumentError, match=rf"^empty{suffix}: empty"):
            parse_document(f"empty{suffix}", b"")
        with pytest.raises(DocumentError, match=rf"^big{suffix}: too large"):
            parse_document(f"big{suffix}", b"a" * (MAX_BYTES + 1))


def test_libraries_of_formats_are_imported_when_they_are_needed() -> None:
    heavy = ("pdfplumber", "docx", "pptx", "selectolax", "openpyxl", "chardet", "clevercsv", "lxml")
    code = f"import sys, corpus.loaders.expand; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_archive_may_be_larger_than_a_document(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"a" * (MAX_BYTES + 10))
    assert len(read_content(tmp_path / "a.zip", "a.zip")) == MAX_BYTES + 10
    assert len(read_content(tmp_path / "a.zip", "a.md")) == MAX_BYTES + 1


def test_an_index_is_called_by_its_folder() -> None:
    ids = [Source(name, b"").inferred_id() for name in ("kb.zip/fees/index.html", "README.md", "fees/btc.md")]
    assert ids == ["fees-index", "readme", "btc"]
