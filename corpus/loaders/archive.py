"""ZIP archives: their members, within limits that no honest archive meets."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.errors import DocumentError
from corpus.loaders.encoding import decode
from corpus.loaders.source import MAX_BYTES

MAX_MEMBERS = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
SMALL = 1024 * 1024
"""A member below this may be packed as tightly as it likes."""

_ENCRYPTED = 0x1
_UTF8 = 0x800
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The others unpack a piece whole, however large it gets."""
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(slots=True)
class Budget:
    """What may still be unpacked, over an archive and the archives in it."""

    members: int = MAX_MEMBERS
    size: int = MAX_UNPACKED


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive. Its name is a plain relative path; with a fault it has no content."""

    name: str
    content: bytes = b""
    fault: str = ""


def members(name: str, content: bytes, budget: Budget) -> Iterator[Member]:
    """The files in an archive, in its order; hidden ones and what systems leave behind are passed over.

    Args:
        name: the archive's, for messages.
        content: its bytes.
        budget: what is unpacked is taken from it.

    Raises:
        DocumentError: it is damaged as a whole, or goes beyond the limits.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _FAULTS as error:
        raise DocumentError(f"{name}: damaged ({_reason(error)}).", hint="Pack it again.") from error
    with archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        budget.members -= len(files)
        if budget.members < 0:
            raise DocumentError(f"{name}: more than {MAX_MEMBERS:,} files.", hint="Split it.")
        for info in files:
            path = member_name(info)
            if not _is_hidden(path):
                yield _member(archive, info, path, name, budget)


def member_name(info: zipfile.ZipInfo) -> str:
    """The path of a member with `/`; old programs write names in the system's encoding without saying which."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", "replace")
        try:
            name = decode(raw, "name")
        except DocumentError:
            name = raw.decode("cp437")
    return name.replace("\\", "/")


def is_safe(path: str) -> bool:
    """Whether a member's path stays within the archive's folder on every system."""
    parts = path.split("/")
    return (
        not path.startswith("/")
        and ":" not in parts[0]
        and ".." not in parts
        and all(part.strip() for part in parts)
        and path.isprintable()
    )


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, name: str, budget: Budget) -> Member:
    shown = path if path.isprintable() else ascii(path)[1:-1]
    fault = _objection(info, path, budget)
    content = b""
    if not fault:
        budget.size -= info.file_size
        try:
            content = archive.read(info)  # at most file_size bytes, and checked against the checksum
        except _FAULTS as error:
            fault = f"damaged ({_reason(error)}). Pack it again."
    return Member(shown, content, f"{name}/{shown}: {fault}" if fault else "")


def _objection(info: zipfile.ZipInfo, path: str, budget: Budget) -> str:
    """Why a member is not unpacked, and what to do; `""` = it may be."""
    if not is_safe(path):
        return "its path leads out of the archive or cannot be used. Pack it again with plain names."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, not a file. Pack the file itself."
    if info.flag_bits & _ENCRYPTED:
        return "encrypted. Pack it without a password."
    if info.compress_type not in _METHODS:
        return "packed in an unusual way. Pack it again as an ordinary ZIP (Deflate)."
    if info.file_size > MAX_BYTES:
        return f"too large ({info.file_size / 1024 / 1024:.1f} MB). Split it; 20 MB is the most."
    if info.file_size > SMALL and info.file_size > MAX_RATIO * info.compress_size:
        return f"unpacks to more than {MAX_RATIO} times its size, as only harmful archives do. Leave it out."
    if info.file_size > budget.size:
        return f"the archive unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB. Split it."
    return ""


def _is_hidden(path: str) -> bool:
    parts = path.split("/")
    return (
        any(part.startswith(".") and part not in {".", ".."} for part in parts)
        or "__MACOSX" in parts
        or parts[-1].startswith("~$")  # the lock of a document that was open
        or parts[-1].lower() in {"thumbs.db", "desktop.ini"}
    )


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
