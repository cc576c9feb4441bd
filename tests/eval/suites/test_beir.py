from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import App
from assistant.settings import load_settings
from eval.beir_folder import BeirFolder, BeirQuery, BeirText
from eval.errors import MeasurementError
from eval.suites.beir import run_beir

LONG = "\n\n".join(f"Paragraph {i} tells how a farmer waters field number {i} in the dry season." for i in range(60))
TEXTS = {
    "fees": "Withdrawing USDT costs one dollar on the TRON network.",
    "farm": LONG + "\n\nThe zebra of the farmer sleeps behind the granary.",
    "zh": "提现需要等待网络确认，一般十分钟到账。",
}


def app(data_dir: Path) -> App:
    return App(load_settings(data_dir=data_dir, embedder="hashing"))


def made(queries: dict[str, str], gains: dict[str, dict[str, int]], **values: Any) -> BeirFolder:
    return BeirFolder(
        "tiny",
        tuple(BeirText(_id=key, text=text) for key, text in TEXTS.items()),
        tuple(BeirQuery(_id=key, text=text) for key, text in queries.items()),
        gains,
        **{"dangling": (), **values},
    )


def test_one_flat_object_with_the_keys_of_the_contract(tmp_path: Path) -> None:
    folder = made(
        {"a": "USDT withdrawal costs on TRON", "b": "zebra behind the granary"}, {"a": {"fees": 1}, "b": {"farm": 1}}
    )
    report = run_beir(app(tmp_path), folder).to_json()
    keys = ["dataset", "n", "hit@1", "hit@5", "hit@10", "recall@5", "mrr@10", "ndcg@10"]
    assert list(report)[:8] == keys
    assert [report[key] for key in keys] == ["tiny", 2, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert not any(isinstance(value, dict) for value in report.values())
    assert "\n" not in json.dumps(report)
    assert report["documents"] == 3
    # The long text was cut, and its last passage carried its rank.
    assert report["passages"] > 3


def test_a_text_of_many_passages_takes_one_rank(tmp_path: Path) -> None:
    # Every passage of the farm matches better than the fees do; they still come second.
    folder = made({"a": "farmer waters the field in the dry season"}, {"a": {"fees": 1}})
    report = run_beir(app(tmp_path), folder).to_json()
    assert report["hit@1"] == 0.0
    assert report["mrr@10"] >= 1 / 3


def test_queries_without_a_relevant_document_do_not_count(tmp_path: Path) -> None:
    folder = made({"a": "提现多久到账", "b": "anything"}, {"a": {"zh": 1}})
    report = run_beir(app(tmp_path), folder).to_json()
    assert (report["n"], report["hit@1"]) == (1, 1.0)
    assert report["hit@5_ci"][0] < 1.0


def test_a_relevant_document_that_is_missing_lowers_recall(tmp_path: Path) -> None:
    said: list[str] = []
    folder = made({"a": "提现多久到账"}, {"a": {"zh": 1, "gone": 1}}, dangling=("gone",))
    report = run_beir(app(tmp_path), folder, say=said.append).to_json()
    assert report["recall@5"] == 0.5
    assert report["missing_documents"] == 1
    assert any("not in the corpus" in message for message in said)


def test_nothing_to_ask_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="No query of tiny"):
        run_beir(app(tmp_path), made({"a": "?"}, {}))


def test_a_second_run_uses_the_index_of_the_first(tmp_path: Path) -> None:
    folder = made({"a": "提现多久到账"}, {"a": {"zh": 1}})
    first = run_beir(app(tmp_path), folder).to_json()
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.suffix in {".npy", ".faiss", ".db"}}
    assert {path.suffix for path in files} == {".npy", ".faiss", ".db"}
    assert run_beir(app(tmp_path), folder).to_json() == first
    assert {path: path.stat().st_mtime_ns for path in files} == files
    # A desk in the same data directory keeps its own index and vectors.
    assert not (tmp_path / "index").exists()
    assert not (tmp_path / "vectors").exists()
