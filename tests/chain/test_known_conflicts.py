"""Contradictions that were found before a draft asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.chain.known_conflicts import ConflictFile, KnownConflict

CONFLICT = KnownConflict(("a", "b"), ("审核 1 小时。", "审核 2 小时。"), ("1 小时", "2 小时"))


def test_what_was_written_for_a_snapshot_is_read_for_it_alone(tmp_path: Path) -> None:
    file = ConflictFile(tmp_path / "knowledge" / "conflicts.json")
    assert file.of("s1") == ()
    file.write("s1", [CONFLICT])
    assert file.of("s1") == (CONFLICT,)
    assert file.of("s2") == ()
    assert ConflictFile(tmp_path / "knowledge" / "conflicts.json").of("s1") == (CONFLICT,)


def test_a_newer_list_replaces_the_older_one(tmp_path: Path) -> None:
    file = ConflictFile(tmp_path / "conflicts.json")
    file.write("s1", [CONFLICT])
    assert file.of("s1")
    file.write("s1", [])
    assert file.of("s1") == ()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"snapshot": "s1"}', '{"snapshot": "s1", "conflicts": [{}]}'])
def test_a_damaged_list_counts_as_not_ready(tmp_path: Path, content: str) -> None:
    path = tmp_path / "conflicts.json"
    path.write_text(content, "utf-8")
    assert ConflictFile(path).of("s1") == ()
