from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.assistant.conftest import Run, program_environment

DELAYED = "我昨晚用 TRC20 提了 500U，都两个小时了还没到"
PROGRAM = (sys.executable, "-m", "assistant")


@pytest.mark.slow
class TestProcesses:
    def test_json_is_utf8_whatever_the_terminal_says(self, data_dir: Path, tmp_path: Path) -> None:
        done = subprocess.run(
            [*PROGRAM, "ask", "转人工", "--json"],
            cwd=tmp_path,
            env=program_environment(data_dir, PYTHONIOENCODING="ascii", PYTHONUTF8="0"),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        row = json.loads(done.stdout.decode("utf-8"))
        assert (row["handoff_reason"], row["language"]) == ("customer_request", "zh-CN")

    def test_a_reader_that_goes_away_is_no_error_to_talk_about(self, data_dir: Path, tmp_path: Path) -> None:
        process = subprocess.Popen(
            [*PROGRAM, "redact"],
            cwd=tmp_path,
            env=program_environment(data_dir),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write("提现没到账。\n".encode() * 5000)
        process.stdin.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait() == 1

    def test_two_builds_at_once(self, run: Run, tmp_path: Path) -> None:
        var = tmp_path / "new"
        processes = [
            subprocess.Popen(
                [*PROGRAM, "index", "build", "--json"],
                cwd=tmp_path,
                env=program_environment(var),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        outputs = [process.communicate() for process in processes]
        assert [process.returncode for process in processes] == [0, 0], outputs
        assert len({json.loads(out)["snapshot"] for out, _ in outputs}) == 1, "the second found the first one's"
        assert run("index", "verify", DATA_DIR=var).code == 0

    def test_a_kill_at_any_moment_of_a_build_leaves_a_desk_that_answers(self, run: Run, tmp_path: Path) -> None:
        var, chance, caught = tmp_path / "new", random.Random(4), 0
        for tokens in range(400, 404):  # other passage sizes make a new snapshot of the same passages
            process = subprocess.Popen(
                [*PROGRAM, "index", "build"],
                cwd=tmp_path,
                env=program_environment(var, PROOFDESK_PASSAGE_TOKENS=str(tokens)),
                stderr=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            while process.poll() is None and not list(var.glob("index/.building-*")):
                time.sleep(0.002)
            time.sleep(chance.uniform(0.0, 0.1))
            process.kill()
            caught += process.wait() != 0
            verified = run("index", "verify", "--json", DATA_DIR=var)
            assert verified.row["ok"] or verified.row["problems"] == ["There is no index."]
        assert caught, "no kill ever hit a build: the test proves nothing"
        assert run("ask", "怎么联系人工客服", "--json", DATA_DIR=var).row["action"] == "answer"
        assert run("index", "build", DATA_DIR=var).code == 0
        assert run("index", "verify", DATA_DIR=var).code == 0
        assert list(var.glob("index/.building-*")) == []
