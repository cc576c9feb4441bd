from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.vault import KEY_FILE, Vault, load_key
from assistant.errors import ConfigurationError


@given(st.text())
def test_what_is_sealed_can_be_opened(value: str) -> None:
    vault = Vault(b"k" * 32)
    assert vault.open(vault.seal(value)) == value


def test_another_key_opens_nothing_and_says_what_to_do() -> None:
    sealed = Vault(b"a" * 32).seal("13812345678")
    with pytest.raises(ConfigurationError, match="PROOFDESK_SECRET_KEY") as caught:
        Vault(b"b" * 32).open(sealed)
    assert "13812345678" not in str(caught.value)


def test_an_altered_value_is_refused() -> None:
    vault = Vault(b"a" * 32)
    sealed = bytearray(vault.seal("13812345678"))
    sealed[-1] ^= 1
    with pytest.raises(ConfigurationError):
        vault.open(bytes(sealed))


def test_the_key_file_is_made_once_and_is_private(tmp_path: Path) -> None:
    key = load_key(None, tmp_path / "var")
    assert load_key(None, tmp_path / "var") == key
    assert (tmp_path / "var" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "var").iterdir()) == [tmp_path / "var" / KEY_FILE]


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    start = threading.Barrier(2)

    def load() -> None:
        start.wait()
        keys.append(load_key(None, tmp_path))

    first, second = threading.Thread(target=load), threading.Thread(target=load)
    for thread in (first, second):
        thread.start()
    for thread in (first, second):
        thread.join()
    assert len(set(keys)) == 1


def test_a_damaged_key_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(ConfigurationError, match="backup"):
        load_key(None, tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == b"short"


def test_a_configured_key_needs_no_file(tmp_path: Path) -> None:
    assert load_key("a long enough key", tmp_path) == b"a long enough key"
    assert list(tmp_path.iterdir()) == []
