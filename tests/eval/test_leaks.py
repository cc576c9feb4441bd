from __future__ import annotations

import logging
from pathlib import Path

import pytest

from eval.leaks import Leak, captured_logs, find_leaks, read_files

PHRASE = "emerge scene jungle vendor"
SECRETS = {"phrase": [PHRASE], "code": ["482917"], "clean": ["never written"]}


@pytest.mark.parametrize(
    ("content", "case"),
    [
        (f"before {PHRASE} after".encode(), "phrase"),
        (PHRASE.upper().encode(), "phrase"),
        (b"\x00\x01code482917;", "code"),
        (b"1482917", "code"),
    ],
)
def test_a_secret_is_found_wherever_it_stands(content: bytes, case: str) -> None:
    assert find_leaks(SECRETS, {"other": b"nothing", "here": content}) == (Leak(case, "here"),)


def test_the_spelling_of_json_counts() -> None:
    assert find_leaks({"a": ["密码甲"]}, {"log": rb'"\u5bc6\u7801\u7532"'}) == (Leak("a", "log"),)


def test_digits_inside_a_checksum_are_chance_and_a_whole_key_is_not() -> None:
    digest = "ab" * 16 + "482917" + "cd" * 8
    assert find_leaks(SECRETS, {"manifest": digest.encode()}) == ()
    assert find_leaks(SECRETS, {"manifest": f"{digest} 482917".encode()}) == (Leak("code", "manifest"),)
    assert find_leaks({"key": [digest]}, {"file": digest.encode()}) == (Leak("key", "file"),)


def test_every_file_below_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "index" / "snapshot").mkdir(parents=True)
    (tmp_path / "index" / "snapshot" / "passages.db").write_bytes(b"\x00482917\x00")
    (tmp_path / ".hidden").write_bytes(b"x")
    places = read_files(tmp_path)
    assert sorted(places) == [".hidden", "index/snapshot/passages.db"]
    assert find_leaks(SECRETS, places) == (Leak("code", "index/snapshot/passages.db"),)


def test_logs_of_any_level_and_their_exceptions_are_captured() -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    with captured_logs() as logs:
        logging.getLogger("some.module").debug("the code is %s", 482917)
        try:
            raise ValueError(PHRASE)
        except ValueError:
            logging.getLogger("other").exception("failed")
    assert (root.level, root.handlers) == before
    found = find_leaks(SECRETS, {"logs": logs.getvalue().encode()})
    assert {leak.case for leak in found} == {"phrase", "code"}
