"""Make the shipped vectors of the demo knowledge: `python -m index.seed_cache` after any change to the seed."""

from __future__ import annotations

import sys
import tempfile
from itertools import groupby
from pathlib import Path

from corpus.catalog import Catalog
from corpus.series import passages_of
from corpus.tokens import TiktokenCounter
from index.embedders.base import Embedder
from index.embedders.bundled import BundledEmbedder
from index.vector_cache import SEED_VECTORS, CachedEmbedder, VectorFile, text_key


def seed_texts() -> list[str]:
    """What retrieval sees of the demo knowledge, in all its languages and on all its days, without repetitions."""
    counter = TiktokenCounter()
    with tempfile.TemporaryDirectory() as nothing:
        editions = Catalog(Path(nothing)).editions()
    texts = [
        passage.indexed_text
        for _, group in groupby(editions, key=lambda edition: edition.key)
        for passage in passages_of([edition.document for edition in group], counter)
    ]
    return list(dict.fromkeys(texts))


def write_seed_cache(embedder: Embedder, texts: list[str], path: Path = SEED_VECTORS) -> tuple[int, int]:
    """Embed what is new, drop what is gone. Returns how many were embedded and how many the file holds."""
    before = VectorFile(path, embedder.name, embedder.dimension)
    keys = {text_key(text) for text in texts}
    new = len(keys - before.keys())
    if keys != before.keys():
        CachedEmbedder(embedder, before).embed_passages(texts)
        before.retain(keys)
    return new, len(keys)


def main() -> None:
    """Write the file and say what was done."""
    embedded, held = write_seed_cache(BundledEmbedder(), seed_texts())
    sys.stdout.write(f"{SEED_VECTORS.name}: {held} vectors, {embedded} new\n")


if __name__ == "__main__":
    main()
