"""Office files (.docx, .pptx): archives of XML parts, looked at before a library opens them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn
from xml.parsers import expat

from corpus.errors import DocumentError
from corpus.loaders.source import Source

MAX_UNPACKED = 200 * 1024 * 1024
MAX_XML = 50 * 1024 * 1024
MAX_RATIO = 200
SMALL = 1024 * 1024
"""An archive's member below this may be packed as tightly as it likes."""

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
"""What encrypted office files and those of the old kind (.doc, .ppt) begin with."""
_CHUNK = 4096


class _RootFound(Exception):  # noqa: N818 (it is no error)
    """The document's content begins: a type declaration can no longer come."""


def check_package(source: Source, main_part: str, suffix: str) -> None:
    """Refuses an office file that is not one, is encrypted, or is made to exhaust its reader.

    Args:
        source: the file.
        main_part: the member that makes it a file of its kind (`word/document.xml`).
        suffix: of files of its kind.

    Raises:
        DocumentError: it is refused; the message says why.
    """
    source.check_size()
    if source.content.startswith(_COMPOUND_FILE):
        raise DocumentError(
            f"{source.name}: encrypted, or of the old kind.", hint=f"Save it as {suffix} without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            members = archive.infolist()
            if main_part not in {member.filename for member in members}:
                raise DocumentError(f"{source.name}: not a {suffix} file.", hint=f"Save it as {suffix}.")
            _check_sizes(members, source.name)
            check_prologs(archive, source.name)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
        EOFError,
        zlib.error,
    ) as error:
        raise damaged(source.name, error, suffix) from error


def check_prologs(archive: zipfile.ZipFile, name: str) -> None:
    """Refuses an office file of which a part declares XML entities.

    Raises:
        DocumentError: one does.
        ValueError, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error, zipfile.BadZipFile: it is damaged.
    """
    for member in archive.infolist():
        if member.filename.lower().endswith((".xml", ".rels")):
            _check_prolog(archive, member, name)


@contextmanager
def damages_named(source: Source, suffix: str) -> Iterator[None]:
    """Turns whatever a damaged file makes a library raise into a `DocumentError`."""
    try:
        yield
    except DocumentError:
        raise
    except Exception as error:
        raise damaged(source.name, error, suffix) from error


def damaged(name: str, error: Exception, suffix: str) -> DocumentError:
    """The error for a file that cannot be read."""
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return DocumentError(f"{name}: damaged ({reason}).", hint=f"Open it in its program and save it anew as {suffix}.")


def _check_sizes(members: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(member.file_size for member in members)
    largest = max((m.file_size for m in members if m.filename.lower().endswith((".xml", ".rels"))), default=0)
    tight = any(m.file_size > SMALL and m.file_size > MAX_RATIO * m.compress_size for m in members)
    if unpacked > MAX_UNPACKED or largest > MAX_XML or tight:
        raise DocumentError(f"{name}: unpacks to {unpacked / 1024 / 1024:,.0f} MB.", hint="Split it.")


def _check_prolog(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Refuses a document type declaration: office files have none, and it is where entity bombs are.

    Raises:
        DocumentError: there is one.
        ValueError: it is not XML.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse(name)
    parser.StartElementHandler = _stop
    try:
        with archive.open(member) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
    except _RootFound:
        return
    except expat.ExpatError as error:
        raise ValueError(f"{member.filename}: {error}") from error


def _refuse(name: str) -> Callable[[str, str | None, str | None, bool], NoReturn]:
    def refuse(_doctype: str, _system: str | None, _public: str | None, _internal: bool) -> NoReturn:
        raise DocumentError(f"{name}: declares XML entities, which office files never do.", hint="Save it anew.")

    return refuse


def _stop(_tag: str, _attributes: dict[str, str]) -> NoReturn:
    raise _RootFound
