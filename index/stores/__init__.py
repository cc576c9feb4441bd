"""Where vectors live. One store so far: `faiss_store`."""

__all__ = ["faiss_store"]
