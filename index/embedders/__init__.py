"""Embedders: one module per kind, chosen by a specification string in `registry`."""

__all__ = ["base", "bundled", "hashing", "openai", "registry", "sentence_transformer"]
