"""A process that builds two corpora in turn until it is killed: `python -m tests.index.build_forever FOLDER`."""

from __future__ import annotations

import os
import sys
from itertools import cycle
from pathlib import Path

from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.vector_cache import VectorCache
from tests.index.samples import many


def main(folder: Path) -> None:
    embedder, cache = HashingEmbedder(), VectorCache(folder / "cache", shipped=None)
    # The first build of a process loads tables; after it a build takes a few hundredths of a second.
    build(many("warm", 5), embedder, folder / f"warm-{os.getpid()}", cache)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for prefix in cycle(("red", "blue", "green", "white")):
        build(many(prefix, 40), embedder, folder / "index", cache, timeout_s=30.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
