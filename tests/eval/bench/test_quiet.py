from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eval.bench.quiet import DISTURBED, OtherLoad, verdict

TICK = os.sysconf("SC_CLK_TCK")


def stat(path: Path, *seconds: int) -> Path:
    path.write_text("cpu  " + " ".join(str(second * TICK) for second in seconds) + "\ncpu0 1 2 3\n", encoding="ascii")
    return path


def test_what_others_took_is_busy_time_that_is_not_ours(tmp_path: Path) -> None:
    own = [10.0]
    path = stat(tmp_path / "stat", 100, 0, 50, 800, 20, 0, 0, 0, 999, 999)
    load = OtherLoad(path, lambda: own[0])
    # 30 s of user and 10 s of system time passed, and 60 s of idling: 40 of 100 busy, 15 of them ours.
    stat(path, 130, 0, 60, 850, 30, 0, 0, 0, 5999, 999)
    own[0] = 25.0
    assert load.share() == pytest.approx(0.25)


def test_a_clock_that_lags_gives_no_negative_share(tmp_path: Path) -> None:
    own = [0.0]
    path = stat(tmp_path / "stat", 0, 0, 0, 0, 0, 0, 0, 0)
    load = OtherLoad(path, lambda: own[0])
    assert load.share() is None
    stat(path, 1, 0, 0, 9, 0, 0, 0, 0)
    own[0] = 1.5
    assert load.share() == 0.0


@pytest.mark.parametrize("content", [None, "intr 1 2 3\n"])
def test_a_system_that_does_not_tell_is_unknown(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "stat"
    if content is not None:
        path.write_text(content, encoding="ascii")
    assert OtherLoad(path).share() is None


def test_only_a_real_disturbance_is_told() -> None:
    assert verdict(None) == verdict(DISTURBED) == ""
    assert "Other processes used 42% of the processors" in verdict(0.42)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="the system does not tell its load")
def test_a_busy_neighbour_shows() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as neighbour:
        load = OtherLoad()
        time.sleep(1.5)
        share = load.share()
        neighbour.kill()
    assert share is not None
    # One processor's worth, less what was lost to the rest of the machine.
    assert share > 0.4 / (os.cpu_count() or 1)
