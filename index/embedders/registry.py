"""Specification strings to embedders."""

from __future__ import annotations

from corpus.errors import ConfigurationError
from index.embedders.base import Embedder

KNOWN = ("bundled", "st:<model or path>", "openai:<model>", "hashing")


def load_embedder(spec: str, *, api_key: str | None = None, base_url: str | None = None) -> Embedder:
    """The embedder that `spec` names; its model is loaded at the first use.

    Args:
        spec: `bundled`, `st:<model or path>`, `openai:<model>` or `hashing` (tests).
        api_key: for `openai:` only.
        base_url: for `openai:` only.

    Raises:
        ConfigurationError: unknown name, missing argument, or a package that is not installed.
    """
    kind, _, argument = spec.strip().partition(":")
    if kind == "bundled" and not argument:
        from index.embedders.bundled import BundledEmbedder

        return BundledEmbedder()
    if kind == "hashing" and not argument:
        from index.embedders.hashing import HashingEmbedder

        return HashingEmbedder()
    if kind == "st" and argument:
        from index.embedders.sentence_transformer import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(argument)
    if kind == "openai" and argument:
        from index.embedders.openai import OpenAIEmbedder

        return OpenAIEmbedder(argument, api_key=api_key, base_url=base_url)
    raise ConfigurationError(f"Unknown embedder `{spec}`.", hint=f"Known: {', '.join(KNOWN)}.")
