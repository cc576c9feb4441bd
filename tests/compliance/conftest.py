from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.compliance.engine import PolicyEngine
from assistant.compliance.intents import IntentDetector
from assistant.compliance.pack import DEFAULT_FOLDER


@pytest.fixture(scope="session")
def engine() -> PolicyEngine:
    return PolicyEngine.load()


@pytest.fixture(scope="session")
def detector() -> IntentDetector:
    return IntentDetector.load()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the built-in pack that a test may break."""
    return Path(shutil.copytree(DEFAULT_FOLDER, tmp_path / "pack"))
