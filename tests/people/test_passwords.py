from __future__ import annotations

import re
import threading
import time
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.desk.errors import DeskError, Refusal
from assistant.people import passwords as module
from assistant.people.passwords import MAX_LENGTH, MIN_LENGTH, Passwords, one_time_password
from tests.people.conftest import CHEAP

GOOD = "correct horse battery"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(CHEAP)


class TestNewPassword:
    @pytest.mark.parametrize("password", [GOOD, "x" * MIN_LENGTH, "一二三四五六七八九十甲乙", "y" * MAX_LENGTH])
    def test_length_is_all_that_counts(self, passwords: Passwords, password: str) -> None:
        passwords.check_new(password)

    @pytest.mark.parametrize(
        ("password", "code", "values"),
        [
            ("", Refusal.PASSWORD_WEAK, {"length": "12"}),
            ("x" * (MIN_LENGTH - 1), Refusal.PASSWORD_WEAK, {"length": "12"}),
            ("ﷺ", Refusal.PASSWORD_WEAK, {"length": "12"}),  # one sign to type, eighteen when it is composed
            ("e\u0301" * 11, Refusal.PASSWORD_WEAK, {"length": "12"}),  # eleven letters, typed as twenty-two
            ("x" * (MAX_LENGTH + 1), Refusal.TOO_LONG, {"limit": "256"}),
            ("x" * 12 + "\x00", Refusal.UNREADABLE, {}),
            ("x" * 12 + "\ud800", Refusal.UNREADABLE, {}),
        ],
    )
    def test_refusals_say_what_is_asked_for(
        self, passwords: Passwords, password: str, code: Refusal, values: dict[str, str]
    ) -> None:
        with pytest.raises(DeskError) as caught:
            passwords.check_new(password)
        assert (caught.value.code, caught.value.values) == (code, values)
        assert not password or password not in str(caught.value)


class TestComparison:
    @settings(max_examples=30, deadline=None)
    @given(password=st.text(max_size=40), other=st.text(max_size=40))
    def test_only_the_password_matches(self, password: str, other: str) -> None:
        passwords = Passwords(CHEAP)
        encoded = passwords.hash(password)
        assert passwords.matches(encoded, password)
        assert passwords.matches(encoded, other) == (module._composed(password) == module._composed(other))

    def test_two_hashes_of_one_password_differ(self, passwords: Passwords) -> None:
        assert passwords.hash(GOOD) != passwords.hash(GOOD)

    def test_composed_and_decomposed_are_one_password(self, passwords: Passwords) -> None:
        assert passwords.matches(passwords.hash("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")

    def test_what_comes_after_the_longest_password_is_not_cut_off(self, passwords: Passwords) -> None:
        encoded = passwords.hash("x" * MAX_LENGTH)
        assert passwords.matches(encoded, "x" * MAX_LENGTH)
        assert not passwords.matches(encoded, "x" * (MAX_LENGTH + 1))

    @pytest.mark.parametrize("encoded", [None, "", "plain", "until=", "$2b$12$abcdefgh"])
    @pytest.mark.parametrize("password", ["", GOOD, "plain", "x" * 1_000_000])
    def test_no_or_a_damaged_hash_matches_nothing(
        self, passwords: Passwords, encoded: str | None, password: str
    ) -> None:
        assert not passwords.matches(encoded, password)

    @pytest.mark.parametrize("exists", [True, False])
    @pytest.mark.parametrize("password", ["", GOOD, "x" * 1_000_000], ids=["empty", "usual", "huge"])
    def test_every_comparison_does_one_full_hash(self, exists: bool, password: str) -> None:
        passwords = Passwords(CHEAP)
        known = passwords.hash(GOOD)
        tried: list[str] = []
        verify = PasswordHasher.verify

        def spy(self: PasswordHasher, encoded: str, password: bytes) -> bool:
            tried.append(encoded)
            return verify(self, encoded, password)

        with patch.object(PasswordHasher, "verify", spy):
            passwords.matches(known if exists else None, password)
        assert [extract_parameters(encoded) for encoded in tried] == [extract_parameters(known)]

    def test_an_unknown_name_takes_as_long_as_a_known_one(self) -> None:
        passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1))
        known = passwords.hash(GOOD)

        def fastest(encoded: str | None) -> float:
            times = []
            for _ in range(7):
                start = time.perf_counter()
                passwords.matches(encoded, "a wrong password")
                times.append(time.perf_counter() - start)
            return min(times)

        # Skipping the hash would be a hundred times faster; a busy machine is not.
        assert 0.5 < fastest(None) / fastest(known) < 2

    def test_old_parameters_are_told(self, passwords: Passwords) -> None:
        old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        assert passwords.outdated(old.hash(GOOD))
        assert not passwords.outdated(passwords.hash(GOOD))
        assert passwords.matches(old.hash(GOOD), GOOD)

    def test_no_memory_is_no_wrong_password(self) -> None:
        too_much = Passwords(PasswordHasher(time_cost=1, memory_cost=2**31, parallelism=1))
        for ask in (lambda: too_much.hash(GOOD), lambda: too_much.matches(None, GOOD)):
            with pytest.raises(DeskError) as caught:
                ask()
            assert caught.value.code is Refusal.UNAVAILABLE

    def test_a_hash_that_lost_its_end_is_no_wrong_password(self, passwords: Passwords) -> None:
        with pytest.raises(DeskError) as caught:
            passwords.matches("$argon2id$v=19$m=8,t=1,p=1$$", GOOD)
        assert caught.value.code is Refusal.UNAVAILABLE

    def test_a_flood_waits_instead_of_eating_the_memory(self) -> None:
        passwords = Passwords(CHEAP, at_once=2)
        lock, running, most = threading.Lock(), 0, 0

        def slow(self: PasswordHasher, encoded: str, password: bytes) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.01)
            with lock:
                running -= 1
            return True

        with patch.object(PasswordHasher, "verify", slow):
            threads = [threading.Thread(target=passwords.matches, args=("x", GOOD)) for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert most == 2

    def test_who_waits_too_long_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_ENTRY_TIMEOUT_S", 0.01)
        passwords = Passwords(CHEAP, at_once=1)
        passwords._slots.acquire()
        with pytest.raises(DeskError) as caught:
            passwords.matches(None, GOOD)
        assert caught.value.code is Refusal.TOO_FAST
        passwords._slots.release()
        assert not passwords.matches(None, GOOD), "a slot that was refused is not lost"


def test_one_time_passwords_can_be_read_out_and_are_strong_enough(passwords: Passwords) -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}", password)
        passwords.check_new(password)
    assert len(set("".join(made))) == 32, "31 letters and digits and the hyphen all occur"
