from __future__ import annotations

import subprocess
import sys

import corpus


def test_public_names_exist() -> None:
    assert [name for name in corpus.__all__ if not hasattr(corpus, name)] == []


def test_importing_loads_neither_the_tokenizer_nor_the_parsers() -> None:
    code = "import sys, corpus, corpus.tokens; print(sorted({'tiktoken', 'markdown_it', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
