"""A process that searches without end: `python -m tests.index.read_forever INDEX_DIR`. One line per new snapshot."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from index.embedders.hashing import HashingEmbedder
from index.model import Query
from index.retriever import Retriever


def main(index_dir: Path) -> None:
    retriever = Retriever(index_dir, HashingEmbedder())
    last = ""
    while True:
        found = retriever.search(Query("passage 3 says", k=100))
        if found.snapshot_id != last:
            last = found.snapshot_id
            documents = sorted(hit.passage.document_id for hit in found.hits)
            sys.stdout.write(json.dumps({"snapshot": last, "documents": documents}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
