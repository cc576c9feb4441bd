from __future__ import annotations

from eval.report import as_text


def test_every_value_has_its_line_and_a_figure_its_interval() -> None:
    report = {
        "suite": "smoke",
        "metrics": {
            "right": {"value": 0.5, "k": 1, "n": 2, "ci": [0.1, 0.9]},
            "none": {"value": None, "k": 0, "n": 0, "ci": None},
        },
        "ratio": {"value": 1.5, "ci": None},
        "failures": [{"id": "a", "got": "two\nlines"}],
        "leaks": [],
        "revision": None,
    }
    assert as_text(report).splitlines() == [
        "suite            smoke",
        "metrics.right    0.5 (1/2, 95 % 0.1 to 0.9)",
        "metrics.none     not measured",
        "ratio            1.5 (no interval)",
        "failures[1].id   a",
        "failures[1].got  two ⏎ lines",
        "leaks            none",
        "revision",
    ]
