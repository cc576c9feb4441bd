from __future__ import annotations

from typing import Any

import pytest

from eval.bench.desk import idle
from eval.bench.desk.bench import bars, bench_desk


def report(**changed: Any) -> dict[str, Any]:
    delivery = {"p95_ms": {"value": changed.get("p95", 400), "ci": [300, 500]}}
    return {
        "start": {"ratio": changed.get("start", 1.5)},
        "question": {"after_reading": {"ratio": changed.get("question", 1.2)}, "at_once": {"ratio": 9.0}},
        "idle": {
            "rss_mb": changed.get("rss", 300.0),
            "torch": changed.get("torch", False),
            "cpu_share": changed.get("cpu", 0.002),
            "cpu_share_streams": 0.003,
        },
        "delivery": {"ask_to_queue": delivery, "approve_to_customer": delivery},
    }


def test_a_desk_within_its_bars_meets_them_all() -> None:
    assert {name: found["met"] for name, found in bars(report()).items()} == dict.fromkeys(bars(report()), True)


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({"start": 2.1}, ["start_ratio"]),
        ({"question": 3.1}, ["first_question_ratio"]),
        ({"rss": 500.1}, ["idle_rss_mb"]),
        ({"torch": True}, ["torch"]),
        ({"cpu": 0.02}, ["idle_cpu_share"]),
        ({"p95": 1001}, ["ask_to_queue_p95_ms", "approve_to_customer_p95_ms"]),
    ],
)
def test_every_bar_can_be_missed(changed: dict[str, Any], missed: list[str]) -> None:
    assert [name for name, found in bars(report(**changed)).items() if not found["met"]] == missed


@pytest.mark.slow
@pytest.mark.browser
def test_the_real_desk_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFDESK_EMBEDDER", "must not reach the server")
    monkeypatch.setattr(idle, "_SETTLE_S", 0.2)
    found = bench_desk(runs=1, seconds=0.5, rounds=2)
    assert (found["bench"], found["start"]["runs"]) == ("desk", 1)
    assert found["start"]["ratio"] > 1
    assert found["question"]["at_once"]["first_s"] > 0
    assert (found["idle"]["torch"], found["idle"]["streams"], found["delivery"]["other_pages"]) == (False, 50, 50)
    assert found["idle"]["rss_mb"] > 50
    assert set(found["other_load"]) == {"start", "idle", "delivery_and_browser"}
    for way in ("ask_to_queue", "approve_to_customer"):
        assert found["delivery"][way]["n"] == 2
        assert 0 < found["delivery"][way]["p50_ms"]["value"] <= found["delivery"][way]["longest_ms"]
    assert set(found["bars"]) == set(bars(report()))
    assert found["provenance"]["embedder"].startswith("bundled:")
