from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from eval.bench.desk.bench import bench_desk
from eval.bench.desk.chromium import find_chromium
from eval.errors import MeasurementError


def test_without_playwright_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MeasurementError, match="Playwright") as caught:
        find_chromium()
    assert "pip install playwright" in caught.value.hint


def test_without_a_browser_nothing_is_measured_and_the_error_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    said: list[str] = []
    with pytest.raises(MeasurementError, match="Chromium") as caught:
        bench_desk(say=said.append)
    assert "apt-get install chromium" in caught.value.hint
    assert said == []


def test_any_of_the_usual_names_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() == str(browser)
