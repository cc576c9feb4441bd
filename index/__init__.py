"""RETRIEVAL: passages to immutable snapshots, questions to hits.

Read in this order: `retriever` (the retrieval function), `fusion`, `snapshots`, `builder`. Modules are imported by
name (`from index.retriever import Retriever`); importing one loads no model and reads no file.
"""

__all__ = [
    "builder",
    "confidence",
    "embedders",
    "errors",
    "fusion",
    "lexical",
    "model",
    "retriever",
    "snapshots",
    "stores",
    "vector_cache",
]
