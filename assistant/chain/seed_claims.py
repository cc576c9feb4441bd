"""Make the shipped vectors of the seed's claims: `python -m assistant.chain.seed_claims` after a change to the seed."""

from __future__ import annotations

import sys

from assistant.chain.claims import claims_of, is_quotable
from assistant.chain.meaning import SEED_CLAIMS, AsQuestions
from assistant.chain.vocabulary import load_vocabulary
from corpus.chunking import chunk
from corpus.seed import load_seed
from corpus.tokens import TiktokenCounter
from index.embedders.bundled import BundledEmbedder
from index.seed_cache import write_seed_cache


def claim_texts() -> list[str]:
    """The meanings of all claims of the seed, without repetitions."""
    counter, vocabulary = TiktokenCounter(), load_vocabulary()
    passages = [passage for document in load_seed() for passage in chunk(document, counter) if is_quotable(passage)]
    return list(dict.fromkeys(claim.meaning for passage in passages for claim in claims_of(passage, vocabulary)))


def main() -> None:
    """Write the file and say what was done."""
    embedded, held = write_seed_cache(AsQuestions(BundledEmbedder()), claim_texts(), SEED_CLAIMS)
    sys.stdout.write(f"{SEED_CLAIMS.name}: {held} vectors, {embedded} new\n")


if __name__ == "__main__":
    main()
