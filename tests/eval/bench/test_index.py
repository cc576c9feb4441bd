"""The index's benchmark on a few documents with a cheap embedder: what it counts, and that every bar can be missed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from assistant.lazy_part import part
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.seed import load_facts
from eval.bench.answer import shipped_settings
from eval.bench.index import bench
from eval.bench.index.bench import bars, bench_index
from eval.bench.index.counting import CountedApp, CountingEmbedder
from eval.bench.index.editing import folders_of, measure_edits
from eval.bench.index.figure import multiple
from eval.bench.index.freshness import measure_freshness
from eval.bench.index.library import Article, write_library
from eval.bench.index.opening import measure_opening
from eval.errors import MeasurementError
from index.embedders.base import Vectors
from index.embedders.hashing import HashingEmbedder
from index.errors import SnapshotCorrupt

DOCUMENTS = 6


class SmallApp(CountedApp):
    """A desk without demo articles, with an embedder that costs nothing."""

    @part
    def counter(self) -> CountingEmbedder:
        return CountingEmbedder(HashingEmbedder(), self._timer)

    @part
    def catalog(self) -> Catalog:
        nothing = self.settings.data_dir / "seed"
        nothing.mkdir(parents=True, exist_ok=True)
        return Catalog(self.settings.data_dir, facts=load_facts(), seed_root=nothing, clock=self.clock)


@pytest.fixture
def library(tmp_path: Path) -> tuple[Article, ...]:
    return write_library(tmp_path / "library", DOCUMENTS)


@pytest.fixture
def app(tmp_path: Path, library: tuple[Article, ...]) -> Iterator[CountedApp]:
    made = SmallApp(shipped_settings(tmp_path / "data"), perf_counter)
    taken = made.knowledge.ingest([article.path for article in library])
    assert taken.changed
    assert not taken.failed
    yield made
    made.close()


def test_the_library_is_the_same_every_time_and_of_any_size(tmp_path: Path) -> None:
    first, again, more = (write_library(tmp_path / name, count) for name, count in (("a", 5), ("b", 5), ("c", 200)))
    assert [article.path.read_bytes() for article in first] == [article.path.read_bytes() for article in again]
    assert [article.id for article in more[:5]] == [article.id for article in first]
    assert [article.path.read_bytes() for article in more[:5]] == [article.path.read_bytes() for article in first]
    assert len({article.path.read_bytes() for article in more}) == 200
    assert {article.locale for article in more} == {"zh-CN", "en"}


def test_what_an_edit_embeds_is_counted_and_compared_with_what_changed(
    app: CountedApp, library: tuple[Article, ...]
) -> None:
    found = measure_edits(app, library, rounds=2, timer=perf_counter)
    assert (found["n"], found["wrong"]) == (2, 0)
    # At least the passage with the new paragraph, in traditional Chinese too if the article is Chinese.
    assert found["embedded"] == found["changed"] >= 2
    assert found["bytes"] == sum(p.stat().st_size for folder in folders_of(app) for p in folder.iterdir())
    assert found["rest_ms"] > 0
    assert found["copy_ms"] > 0
    assert not (app.settings.data_dir / "copy").exists() or not list((app.settings.data_dir / "copy").iterdir())


def test_embedding_more_than_what_changed_is_noticed(
    app: CountedApp, library: tuple[Article, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    embed = app.counter.embed_passages

    def too_much(texts: list[str]) -> Vectors:
        embed(["one text too many"])
        return embed(texts)

    monkeypatch.setattr(app.counter, "embed_passages", too_much)
    found = measure_edits(app, library, rounds=2, timer=perf_counter)
    assert (found["wrong"], found["embedded"] - found["changed"]) == (2, 2)


def test_an_edit_that_does_not_go_in_is_an_error(
    app: CountedApp, library: tuple[Article, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Article, "revise", lambda *_: None)
    with pytest.raises(MeasurementError, match="did not go in"):
        measure_edits(app, library, rounds=1, timer=perf_counter)


def test_opening_is_timed_beside_reading_the_same_files(app: CountedApp, library: tuple[Article, ...]) -> None:
    library[0].revise(1)
    app.knowledge.ingest([library[0].path])
    folders = folders_of(app)
    assert len(folders) == 2, "a tail and its base"
    found = measure_opening(folders, rounds=3, processes=0, timer=perf_counter)
    assert found["bytes"] == sum(path.stat().st_size for folder in folders for path in folder.iterdir())
    assert (found["n"], found["memory"]) == (3, {"n": 0})
    assert found["open_ms"] > 0
    low, high = found["ratio"]["ci"]
    assert 0 < low <= found["ratio"]["value"] <= high


@pytest.mark.skipif(sys.platform != "linux", reason="the resident set is read from /proc")
def test_memory_is_that_of_a_process_that_opens_and_searches(app: CountedApp, tmp_path: Path) -> None:
    [folder] = folders_of(app)
    found = measure_opening([folder], rounds=1, processes=1, timer=perf_counter)["memory"]
    assert found["searched_ratio"] >= found["opened_ratio"] > 0
    damaged = folder / "vectors.faiss"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(SnapshotCorrupt):
        measure_opening([folder], rounds=1, processes=1, timer=perf_counter)


def test_uploads_and_deletions_are_timed_until_a_search_shows_them(
    app: CountedApp, library: tuple[Article, ...], tmp_path: Path
) -> None:
    found = measure_freshness(app, library, tmp_path / "fresh", rounds=2, timer=perf_counter)
    assert set(found) == {"upload", "deletion"}
    for figures in found.values():
        assert figures["n"] == 2
        assert 0 <= figures["embed_p50_ms"] <= figures["longest_ms"]


def test_an_upload_that_no_search_shows_is_noticed(
    app: CountedApp, library: tuple[Article, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.knowledge, "build", app.knowledge.status)
    with pytest.raises(MeasurementError, match="was not found right after its upload"):
        measure_freshness(app, library, tmp_path / "fresh", rounds=1, timer=perf_counter)


def test_a_deletion_that_searches_do_not_know_of_is_noticed(
    app: CountedApp, library: tuple[Article, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.knowledge, "remove", app.catalog.remove)
    with pytest.raises(MeasurementError, match="was found right after its deletion"):
        measure_freshness(app, library, tmp_path / "fresh", rounds=1, timer=perf_counter)


def test_the_whole_report(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[CountedApp] = []

    def small(settings: Settings, timer: Any) -> CountedApp:
        made.append(SmallApp(settings, timer))
        return made[-1]

    monkeypatch.setattr(bench, "CountedApp", small)
    said: list[str] = []
    found = bench_index(DOCUMENTS, rounds=2, processes=0, say=said.append)
    assert (found["bench"], found["documents"], found["sources"]) == ("index", DOCUMENTS, DOCUMENTS)
    assert found["passages"] > DOCUMENTS
    assert found["prefilled"] > DOCUMENTS, "the cheap embedder has no shipped vectors"
    assert [found[name]["n"] for name in ("open", "edit", "upload", "deletion")] == [2] * 4
    assert set(found["bars"]) == {"open_ratio", "edit_ratio", "edits_embedded_otherwise"}
    assert found["bars"]["edits_embedded_otherwise"]["met"]
    assert found["provenance"]["embedder"] == "hashing:256"
    assert len(said) >= 4
    assert not made[0].settings.data_dir.exists()


def test_nothing_to_index_is_an_error() -> None:
    with pytest.raises(MeasurementError):
        bench_index(0)


def test_a_ratio_of_medians_has_the_interval_of_its_rounds() -> None:
    found = multiple([0.2, 0.4, 0.3], [0.1, 0.2, 0.15], ("above", "below"))
    assert (found["n"], found["above_ms"], found["below_ms"]) == (3, 300.0, 150.0)
    assert found["ratio"] == {"value": 2.0, "ci": [2.0, 2.0]}, "rounds are drawn in pairs"
    assert multiple([0.2], [0.1], ("above", "below"))["ratio"] == {"value": 2.0, "ci": None}


def report(**changed: float) -> dict[str, Any]:
    return {
        "open": {
            "ratio": {"value": changed.get("open", 3.0)},
            "memory": {"n": 1, "opened_ratio": changed.get("memory", 3.0)},
        },
        "edit": {"ratio": {"value": changed.get("edit", 3.0)}, "wrong": changed.get("wrong", 0)},
    }


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, []),
        ({"open": 3.01}, ["open_ratio"]),
        ({"edit": 3.01}, ["edit_ratio"]),
        ({"wrong": 1}, ["edits_embedded_otherwise"]),
        ({"memory": 3.01}, ["memory_ratio"]),
    ],
)
def test_every_bar_can_be_met_and_missed(changed: dict[str, float], missed: list[str]) -> None:
    assert [name for name, found in bars(report(**changed)).items() if not found["met"]] == missed
