from __future__ import annotations

from pathlib import Path

import assistant
from assistant.bootstrap import App
from assistant.health import read_health
from tests.assistant.conftest import damage


def at(app: App, data_dir: Path) -> App:
    return App(app.settings.model_copy(update={"data_dir": data_dir}))


def test_a_desk_that_can_answer(app: App) -> None:
    health = read_health(app)
    manifest = app.knowledge.status()
    assert manifest is not None
    assert (health.ok, health.problem) == (True, "")
    assert (health.snapshot, health.documents, health.passages) == (
        manifest.id,
        manifest.documents,
        manifest.passages,
    )
    assert (health.version, health.policy) == (assistant.__version__, app.policy.version)


def test_without_an_index(app: App, tmp_path: Path) -> None:
    health = read_health(at(app, tmp_path))
    assert (health.ok, health.snapshot) == (False, "")
    assert "proofdesk index build" in health.problem


def test_a_damaged_snapshot_cannot_answer_although_its_manifest_is_sound(app: App, own_data_dir: Path) -> None:
    [vectors] = own_data_dir.glob("index/*/vectors.faiss")
    damage(vectors)
    health = read_health(at(app, own_data_dir))
    assert not health.ok
    assert "proofdesk index" in health.problem


def test_an_open_snapshot_goes_on_serving(app: App, own_data_dir: Path) -> None:
    desk = at(app, own_data_dir)
    assert read_health(desk).ok
    [vectors] = own_data_dir.glob("index/*/vectors.faiss")
    damage(vectors)
    assert read_health(desk).ok
