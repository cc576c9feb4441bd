"""Files that are read and checked in one go.

Opening a snapshot must cost little more than reading it, so it compares a fast checksum, XXH3-128, which finds every
accident; SHA-256, which finds intent as well, is left to `index verify`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

_CHUNK = 1 << 19
"""Half a megabyte stays in a core's cache between reading and hashing."""
_ALIGNMENT = 64


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def quick_of(path: Path) -> str:
    """XXH3-128 of a file, hex."""
    digest = xxhash.xxh3_128()
    buffer = memoryview(bytearray(_CHUNK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
    return digest.hexdigest()


def read_aligned(path: Path, skip: int = 0) -> tuple[NDArray[np.uint8], str]:
    """A file's bytes and their XXH3-128; byte `skip` lies at a multiple of 64 in memory."""
    with path.open("rb", buffering=0) as file:
        size = path.stat().st_size
        room = np.empty(size + _ALIGNMENT, np.uint8)
        start = -(room.ctypes.data + skip) % _ALIGNMENT
        content = room[start : start + size]
        digest = xxhash.xxh3_128()
        view = memoryview(content)  # type: ignore[arg-type]
        done = 0
        while count := file.readinto(view[done : done + _CHUNK]):
            digest.update(view[done : done + count])
            done += count
    return content[:done], digest.hexdigest()
