from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ConfigurationError
from index.embedders.sentence_transformer import SentenceTransformerEmbedder
from tests.contracts.test_embedder import sentence_transformer_folder


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no SentenceTransformer folder"):
        SentenceTransformerEmbedder(str(tmp_path / "nothing")).embed_queries(["x"])


@pytest.mark.slow
def test_a_model_of_the_hub_without_a_network_says_what_to_do() -> None:
    with pytest.raises(ConfigurationError) as caught:
        _ = SentenceTransformerEmbedder("some-one/some-model").dimension
    assert "st:<that folder>" in caught.value.hint


@pytest.mark.slow
def test_prompts_of_the_model_are_used_and_named(tmp_path: Path) -> None:
    plain_folder = sentence_transformer_folder()
    prompted_folder = tmp_path / "model"
    shutil.copytree(plain_folder, prompted_folder)
    settings = prompted_folder / "config_sentence_transformers.json"
    content = json.loads(settings.read_text())
    content["prompts"] = {"query": "query: ", "passage": "passage: "}
    settings.write_text(json.dumps(content))
    plain = SentenceTransformerEmbedder(str(plain_folder))
    prompted = SentenceTransformerEmbedder(str(prompted_folder))
    assert np.allclose(prompted.embed_queries(["fees"]), plain.embed_queries(["query: fees"]), atol=1e-5)
    assert np.allclose(prompted.embed_passages(["fees"]), plain.embed_passages(["passage: fees"]), atol=1e-5)
    assert prompted.name != plain.name
