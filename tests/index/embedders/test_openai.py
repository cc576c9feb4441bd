from __future__ import annotations

from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import numpy as np
import pytest

from corpus.errors import ConfigurationError
from index.embedders.openai import OpenAIEmbedder
from index.errors import EmbeddingFailed
from tests.index.embedders.endpoint import DIMENSION, base_url, calls, letter_counts, running_endpoint


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with running_endpoint() as running:
        yield running


def test_key_model_and_texts_reach_the_endpoint(server: ThreadingHTTPServer) -> None:
    OpenAIEmbedder("letters", api_key="k-1", base_url=base_url(server)).embed_queries(["abc"])
    (call,) = calls(server)
    assert (call["path"], call["key"], call["model"], call["input"]) == (
        "/v1/embeddings",
        "Bearer k-1",
        "letters",
        ["abc"],
    )


def test_rows_are_put_in_order_and_normalised(server: ThreadingHTTPServer) -> None:
    vectors = OpenAIEmbedder("letters", base_url=base_url(server)).embed_passages(["aaa", "zz"])
    expected = np.array([letter_counts("aaa"), letter_counts("zz")])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.allclose(vectors, expected, atol=1e-6)


def test_many_texts_go_in_batches(server: ThreadingHTTPServer) -> None:
    texts = [f"text {number}" for number in range(150)]
    vectors = OpenAIEmbedder("letters", base_url=base_url(server)).embed_passages(texts)
    assert vectors.shape == (150, DIMENSION)
    assert [len(call["input"]) for call in calls(server)] == [64, 64, 22]


def test_the_dimension_is_asked_for_once(server: ThreadingHTTPServer) -> None:
    embedder = OpenAIEmbedder("letters", base_url=base_url(server))
    assert (embedder.dimension, embedder.dimension) == (DIMENSION, DIMENSION)
    assert len(calls(server)) == 1


@pytest.mark.parametrize(
    ("model", "message"),
    [("refused", "wrong key"), ("short", "1 vectors for 2 texts"), ("nothing", "without a direction")],
)
def test_an_unusable_answer_is_an_error(server: ThreadingHTTPServer, model: str, message: str) -> None:
    with pytest.raises(EmbeddingFailed, match=message) as caught:
        OpenAIEmbedder(model, base_url=base_url(server)).embed_queries(["a", "b"])
    assert "endpoint" in caught.value.hint


def test_neither_key_nor_endpoint_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no API key"):
        OpenAIEmbedder("text-embedding-3-small")


def test_the_same_model_name_elsewhere_is_another_embedder() -> None:
    here = OpenAIEmbedder("m", base_url="http://127.0.0.1:1/v1")
    there = OpenAIEmbedder("m", api_key="k")
    assert here.name == "openai:m@http://127.0.0.1:1/v1"
    assert there.name == "openai:m"
