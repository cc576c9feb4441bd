"""A process that builds without end until it is killed: `python -m tests.index.build_forever FOLDER`.

Every colour begins with a full snapshot and goes on with tails; `STATES` are the only documents a reader may ever see.
"""

from __future__ import annotations

import os
import sys
from itertools import cycle
from pathlib import Path

from corpus.model import Passage
from index.builder import build
from index.embedders.hashing import HashingEmbedder
from index.source import sources_of
from index.vector_cache import VectorCache
from tests.index.samples import many

BASE = 40
COLOURS = ("red", "blue", "green", "white")
STEPS = 4


def state(colour: str, step: int) -> list[Passage]:
    """A full corpus at step 0; each further step adds one document and takes one away."""
    return many(colour, BASE)[step:] + many(f"{colour}x", step)


STATES = {
    frozenset(passage.document_id for passage in state(colour, step)): step
    for colour in ("start", *COLOURS)
    for step in range(STEPS)
}


def main(folder: Path) -> None:
    embedder, cache = HashingEmbedder(), VectorCache(folder / "cache", shipped=None)
    # The first build of a process loads tables; after it a build takes a few hundredths of a second.
    build(sources_of(many("warm", 5)), embedder, folder / f"warm-{os.getpid()}", cache)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if not sys.stdin.readline():  # the test is gone
        return
    for colour in cycle(COLOURS):
        for step in range(STEPS):
            build(sources_of(state(colour, step)), embedder, folder / "index", cache, timeout_s=30.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
