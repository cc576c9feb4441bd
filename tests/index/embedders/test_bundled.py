from __future__ import annotations

import os

import numpy as np
import pytest

from index.embedders.bundled import BundledEmbedder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def embedder() -> BundledEmbedder:
    return BundledEmbedder()


def test_the_prefixes_are_those_of_the_model(embedder: BundledEmbedder) -> None:
    """The engine's raw call with a prefix in front would give another vector than with the prefix it adds."""
    text = "How do I withdraw?"
    (query,), (passage,) = embedder.embed_queries([text]), embedder.embed_passages([text])
    assert 0.5 < float(query @ passage) < 0.9999
    assert float(query @ embedder.embed_passages([f"query: {text}"])[0]) < 0.9999


def test_the_environment_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    BundledEmbedder(threads=1).embed_queries(["x"])
    assert "OMP_NUM_THREADS" not in os.environ
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    BundledEmbedder(threads=1).embed_queries(["x"])
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_a_nul_or_a_lone_surrogate_does_not_end_the_text(embedder: BundledEmbedder) -> None:
    cut, whole = embedder.embed_queries(["fees\0of a withdrawal \ud800", "fees"])
    assert not np.allclose(cut, whole, atol=1e-3)


def test_a_chinese_question_finds_the_english_passage(embedder: BundledEmbedder) -> None:
    (query,) = embedder.embed_queries(["提现需要多长时间？"])
    right, wrong = embedder.embed_passages(["How long a withdrawal takes", "How to change your profile picture"])
    assert query @ right > query @ wrong


def test_the_name_carries_the_weights(embedder: BundledEmbedder) -> None:
    kind, _, digest = embedder.name.partition("@")
    assert kind == "bundled:multilingual-e5-small-q4"
    assert len(digest) == 12
