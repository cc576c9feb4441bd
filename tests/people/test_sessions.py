from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher, extract_parameters

from assistant.desk.errors import DeskError, Refusal
from assistant.people.passwords import Passwords
from assistant.people.sessions import Sessions
from assistant.people.throttle import LoginLimits, LoginThrottle
from assistant.people.tokens import token_hash
from assistant.user import Role
from tests.people.conftest import ADDRESS, CHEAP, PASSWORD, Desk, WallClock

NEW = "staple battery horse"


def refusal(desk: Desk, name: str, password: str, address: str = ADDRESS) -> tuple[Refusal, str, dict[str, str]]:
    with pytest.raises(DeskError) as caught:
        desk.people.log_in(name, password, address=address)
    return caught.value.code, str(caught.value), caught.value.values


class TestLogIn:
    def test_gives_a_token_that_acts_for_the_user(self, desk: Desk) -> None:
        amy = desk.member("amy", Role.SUPERVISOR)
        token, user = desk.people.log_in(" AMY", PASSWORD, address=ADDRESS)
        assert user == amy == desk.people.user_of(token)
        assert desk.people.user_of(desk.token("amy")) == amy, "a second browser does not end the first"
        assert desk.people.user_of(token) == amy
        event = desk.events[-2]
        assert (event.actor, event.action, event.subject) == (f"user:{amy.id}", "user.logged_in", f"user:{amy.id}")
        assert event.at == desk.now

    def test_every_refusal_looks_the_same(self, desk: Desk) -> None:
        for name in ("amy", "ben", "cem"):
            desk.member(name)
        desk.people.set_active("ben", False)
        once = desk.people.reset("cem")
        desk.later(days=7)
        tries = [
            ("amy", "a wrong password"),
            ("amy", PASSWORD + " "),
            ("amy", PASSWORD.upper()),
            ("amy", ""),
            ("amy", "x" * 100_000),
            ("amy", "\ud800"),
            ("amy", desk_hash(desk, "amy")),
            ("ben", PASSWORD),
            ("cem", once),
            ("nobody", PASSWORD),
            ("", ""),
            ("x" * 100_000, PASSWORD),
            ("\x00", PASSWORD),
            ("' OR 1=1 --", PASSWORD),
        ]
        for name, password in tries:
            desk.people = desk.again()  # a new window of tries
            assert refusal(desk, name, password) == (Refusal.LOGIN_FAILED, "Login failed.", {})
        failed = [event for event in desk.events if event.action == "user.login_failed"]
        assert len(failed) == len(tries)
        assert {event.actor for event in failed} == {"desk"}

    def test_every_refusal_takes_the_same_steps(self, desk: Desk) -> None:
        desk.member("amy")
        desk.member("ben")
        desk.people.set_active("ben", False)
        taken = []
        verify = PasswordHasher.verify

        def spy(self: PasswordHasher, encoded: str, password: bytes) -> bool:
            taken.append(extract_parameters(encoded))
            return verify(self, encoded, password)

        before = len(desk.events)
        with patch.object(PasswordHasher, "verify", spy):
            for name in ("amy", "ben", "nobody", "no name at all"):
                refusal(desk, name, "a wrong password")
        assert taken == [extract_parameters(CHEAP.hash("x"))] * 4
        assert len(desk.events) - before == 4

    def test_only_names_of_accounts_are_recorded(self, desk: Desk) -> None:
        amy = desk.member("amy")
        refusal(desk, "Amy", "wrong")
        refusal(desk, "my password typed too early", "wrong")
        refusal(desk, "unknown", "wrong")
        failed = [(event.subject, event.data) for event in desk.events if event.action == "user.login_failed"]
        assert failed == [(f"user:{amy.id}", {"name": "amy"}), ("user:unknown", {}), ("user:unknown", {})]

    def test_old_hashes_are_renewed_without_touching_the_rest(self, desk: Desk) -> None:
        once = desk.people.add("amy", Role.AGENT)
        stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        desk.people = desk.again(stronger)
        assert desk.people.log_in("amy", once, address=ADDRESS)[1].must_change_password
        assert extract_parameters(desk_hash(desk, "amy")).time_cost == 2
        renewed = desk_hash(desk, "amy")
        assert desk.token("amy", once)
        assert desk_hash(desk, "amy") == renewed, "once is enough"
        desk.later(days=7)
        assert refusal(desk, "amy", once)[0] is Refusal.LOGIN_FAILED, "the seven days still count"

    def test_a_wrong_password_renews_nothing(self, desk: Desk) -> None:
        desk.member("amy")
        before = desk_hash(desk, "amy")
        desk.people = desk.again(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
        refusal(desk, "amy", "wrong")
        assert desk_hash(desk, "amy") == before

    def test_forgets_sessions_that_are_over(self, desk: Desk) -> None:
        desk.member("amy")
        old = desk.token("amy")
        desk.later(hours=13)
        desk.token("amy")
        with desk.database.reading() as records:
            assert records.sessions.get(token_hash(old)) is None

    @pytest.mark.parametrize("change", ["disable", "reset", "role"])
    def test_what_happens_while_the_password_is_compared_counts(self, desk: Desk, change: str) -> None:
        desk.member("amy")
        matches = Passwords.matches

        def meanwhile(self: Passwords, encoded: str | None, password: str) -> bool:
            result = matches(self, encoded, password)
            other = desk.again()
            if change == "disable":
                other.set_active("amy", False)
            elif change == "reset":
                other.reset("amy")
            else:
                other.set_role("amy", Role.ADMIN)
            return result

        with patch.object(Passwords, "matches", meanwhile):
            assert refusal(desk, "amy", PASSWORD)[0] is Refusal.LOGIN_FAILED
        assert desk.actions[-1] == "user.login_failed"
        assert desk.actions.count("user.logged_in") == 1, "only the one of `member`"


class TestTries:
    def test_too_many_for_a_name(self, desk: Desk, wall_clock: WallClock) -> None:
        desk.member("amy")
        for name in ("amy", "nobody"):
            codes = [refusal(desk, name, "wrong", f"198.51.100.{n}")[0] for n in range(12)]
            assert codes == [Refusal.LOGIN_FAILED] * 10 + [Refusal.TOO_FAST] * 2
        events = len(desk.events)
        code, _, values = refusal(desk, "AMY", PASSWORD)
        assert (code, values) == (Refusal.TOO_FAST, {"minutes": "10"}), "the right password is not looked at"
        assert len(desk.events) == events, "a flood fills no log"
        wall_clock.seconds += 601
        assert desk.token("amy")

    def test_too_many_from_an_address(self, desk: Desk) -> None:
        desk.member("amy")
        codes = [refusal(desk, f"name{n}", "wrong", "203.0.113.5")[0] for n in range(61)]
        assert codes == [Refusal.LOGIN_FAILED] * 60 + [Refusal.TOO_FAST]
        assert refusal(desk, "amy", PASSWORD, "203.0.113.5")[0] is Refusal.TOO_FAST
        assert desk.people.log_in("amy", PASSWORD, address="203.0.113.6")

    def test_success_clears_the_name(self, desk: Desk) -> None:
        desk.member("amy")
        for _ in range(3):
            for _ in range(9):
                refusal(desk, "amy", "wrong", "198.51.100.1")
            desk.token("amy")


class TestSession:
    def test_ends_after_twelve_idle_hours_to_the_moment(self, desk: Desk) -> None:
        desk.member("amy")
        early, late = desk.token("amy"), desk.token("amy")
        desk.later(hours=12, microseconds=-1)
        assert desk.people.user_of(early) is not None
        desk.later(microseconds=1)
        assert desk.people.user_of(late) is None
        assert desk.people.user_of(early) is not None, "it was used, and so lives on"

    def test_ends_a_day_after_its_login_however_busy(self, desk: Desk) -> None:
        desk.member("amy")
        token = desk.token("amy")
        for _ in range(47):
            desk.later(minutes=30)
            assert desk.people.user_of(token) is not None
        desk.later(minutes=30, microseconds=-1)
        assert desk.people.user_of(token) is not None
        desk.later(microseconds=1)
        assert desk.people.user_of(token) is None
        assert desk.people.user_of(desk.token("amy")) is not None

    def test_an_idle_time_of_more_than_a_day_is_a_day(self, desk: Desk) -> None:
        desk.member("amy")
        sessions = Sessions(
            desk.database,
            Passwords(CHEAP),
            LoginThrottle(LoginLimits()),
            clock=lambda: desk.now,
            idle=timedelta(days=30),
        )
        token, _ = sessions.log_in("amy", PASSWORD, address=ADDRESS)
        desk.later(days=1, microseconds=-1)
        assert sessions.user_of(token) is not None
        desk.later(microseconds=1)
        assert sessions.user_of(token) is None

    def test_most_requests_write_nothing(self, desk: Desk) -> None:
        desk.member("amy")
        token = desk.token("amy")
        with patch.object(desk.database, "writing", wraps=desk.database.writing) as writing:
            for _ in range(120):
                desk.later(minutes=1)
                desk.people.user_of(token)
        assert writing.call_count == 4, "every half hour"

    def test_only_the_hash_is_stored(self, desk: Desk, tmp_path: Path) -> None:
        desk.member("amy")
        token = desk.token("amy")
        desk.database.close()
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert token_hash(token).encode() in stored
        assert token.encode() not in stored
        assert PASSWORD.encode() not in stored

    @pytest.mark.parametrize("garbage", ["", " ", "x" * 43, "\x00", "\ud800", "x" * 1_000_000, "' OR 1=1 --"])
    def test_a_forged_token_opens_nothing(self, desk: Desk, garbage: str) -> None:
        desk.member("amy")
        token = desk.token("amy")
        events = desk.actions
        for forged in (garbage, token_hash(token), token + garbage if garbage else token[:-1], token.swapcase()):
            assert desk.people.user_of(forged) is None
            desk.people.log_out(forged)
        assert desk.people.user_of(token) is not None
        assert desk.actions == events

    def test_log_out_ends_this_session_once(self, desk: Desk) -> None:
        amy = desk.member("amy")
        token, other = desk.token("amy"), desk.token("amy")
        desk.people.log_out(token)
        desk.people.log_out(token)
        assert desk.people.user_of(token) is None
        assert desk.people.user_of(other) == amy
        assert desk.actions[-1] == "user.logged_out"
        assert desk.actions.count("user.logged_out") == 2, "once by `member`, once here"

    def test_an_account_that_vanished_from_under_it_opens_nothing(self, desk: Desk) -> None:
        amy = desk.member("amy")
        token = desk.token("amy")
        with desk.database.writing() as records:
            records.users.set_active(amy.id, False)  # as another release or a repair by hand would
        assert desk.people.user_of(token) is None

    def test_using_it_while_it_is_ended_does_not_revive_it(self, desk: Desk) -> None:
        desk.member("amy")
        token = desk.token("amy")
        desk.later(hours=2)
        stop = threading.Event()
        failures: list[Exception] = []

        def use() -> None:
            while not stop.is_set():
                try:
                    desk.people.user_of(token)
                except Exception as error:
                    failures.append(error)

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        desk.people.log_out(token)
        stop.set()
        for thread in threads:
            thread.join()
        assert not failures
        assert desk.people.user_of(token) is None


class TestChangePassword:
    def test_replaces_it_and_ends_all_other_sessions(self, desk: Desk) -> None:
        amy, ben = desk.member("amy"), desk.member("ben")
        token, others, bens = desk.token("amy"), [desk.token("amy") for _ in range(2)], desk.token("ben")
        desk.people.change_password(amy, token, PASSWORD, NEW)
        assert desk.people.user_of(token) == amy
        assert [desk.people.user_of(other) for other in others] == [None, None]
        assert desk.people.user_of(bens) == ben
        assert refusal(desk, "amy", PASSWORD)[0] is Refusal.LOGIN_FAILED
        assert desk.token("amy", NEW)
        assert desk.actions.count("user.password_changed") == 3

    def test_a_given_out_one_is_gone_for_good(self, desk: Desk) -> None:
        once = desk.people.add("amy", Role.AGENT)
        token, user = desk.people.log_in("amy", once, address=ADDRESS)
        assert user.must_change_password
        desk.people.change_password(user, token, once, PASSWORD)
        holder = desk.people.user_of(token)
        assert holder is not None
        assert not holder.must_change_password
        assert refusal(desk, "amy", once)[0] is Refusal.LOGIN_FAILED
        desk.later(days=30)
        assert desk.token("amy"), "the seven days are over for the given one only"

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("wrong", NEW, Refusal.LOGIN_FAILED),
            ("", NEW, Refusal.LOGIN_FAILED),
            (PASSWORD, PASSWORD, Refusal.PASSWORD_SAME),
            (PASSWORD, "x" * 11, Refusal.PASSWORD_WEAK),
            (PASSWORD, "", Refusal.PASSWORD_WEAK),
            (PASSWORD, "x" * 257, Refusal.TOO_LONG),
            (PASSWORD, "x" * 20 + "\ud800", Refusal.UNREADABLE),
        ],
    )
    def test_a_refusal_changes_nothing(self, desk: Desk, old: str, new: str, code: Refusal) -> None:
        amy = desk.member("amy")
        token, other = desk.token("amy"), desk.token("amy")
        before = desk_hash(desk, "amy")
        with pytest.raises(DeskError) as caught:
            desk.people.change_password(amy, token, old, new)
        assert caught.value.code is code
        assert desk_hash(desk, "amy") == before
        assert desk.people.user_of(token) == desk.people.user_of(other) == amy
        assert (desk.actions[-1] == "user.password_refused") == (code is Refusal.LOGIN_FAILED)

    def test_needs_a_live_session_of_the_same_person(self, desk: Desk) -> None:
        amy, ben = desk.member("amy"), desk.member("ben")
        dead, bens = desk.token("amy"), desk.token("ben")
        desk.people.log_out(dead)
        for user, token in ((amy, dead), (amy, bens), (amy, ""), (replace(ben, id=amy.id), bens)):
            with pytest.raises(DeskError) as caught:
                desk.people.change_password(user, token, PASSWORD, NEW)
            assert caught.value.code is Refusal.SESSION_EXPIRED
        assert desk.token("amy")
        assert desk.token("ben")

    def test_a_stolen_session_cannot_try_passwords_for_long(self, desk: Desk) -> None:
        amy = desk.member("amy")
        token = desk.token("amy")
        codes = []
        for n in range(12):
            with pytest.raises(DeskError) as caught:
                desk.people.change_password(amy, token, f"guess {n}", NEW)
            codes.append(caught.value.code)
        assert codes == [Refusal.LOGIN_FAILED] * 10 + [Refusal.TOO_FAST] * 2

    def test_an_expired_one_time_password_cannot_be_changed(self, desk: Desk) -> None:
        once = desk.people.add("amy", Role.AGENT)
        desk.later(days=7, minutes=-1)
        token, user = desk.people.log_in("amy", once, address=ADDRESS)
        desk.later(minutes=1)
        with pytest.raises(DeskError) as caught:
            desk.people.change_password(user, token, once, PASSWORD)
        assert caught.value.code is Refusal.LOGIN_FAILED

    @pytest.mark.parametrize("change", ["disable", "reset", "log_out"])
    def test_what_happens_while_it_is_hashed_counts(self, desk: Desk, change: str) -> None:
        amy = desk.member("amy")
        token = desk.token("amy")
        hashing = Passwords.hash

        def meanwhile(self: Passwords, password: str) -> str:
            with patch.object(Passwords, "hash", hashing):
                if change == "disable":
                    desk.people.set_active("amy", False)
                elif change == "reset":
                    desk.people.reset("amy")
                else:
                    desk.people.log_out(token)
            return hashing(self, password)

        with patch.object(Passwords, "hash", meanwhile), pytest.raises(DeskError) as caught:
            desk.people.change_password(amy, token, PASSWORD, NEW)
        assert caught.value.code is Refusal.SESSION_EXPIRED
        desk.people.set_active("amy", True)
        assert refusal(desk, "amy", NEW)[0] is Refusal.LOGIN_FAILED
        assert desk.actions.count("user.password_changed") == 1, "only the one of `member`"

    def test_two_clicks_change_it_once(self, desk: Desk) -> None:
        amy = desk.member("amy")
        token = desk.token("amy")
        hashing = Passwords.hash

        def meanwhile(self: Passwords, password: str) -> str:
            with patch.object(Passwords, "hash", hashing):
                desk.people.change_password(amy, token, PASSWORD, NEW)
            return hashing(self, password)

        with patch.object(Passwords, "hash", meanwhile), pytest.raises(DeskError) as caught:
            desk.people.change_password(amy, token, PASSWORD, "the second click's")
        assert caught.value.code is Refusal.LOGIN_FAILED
        assert desk.people.user_of(token) == amy
        assert desk.token("amy", NEW)


def desk_hash(desk: Desk, name: str) -> str:
    with desk.database.reading() as records:
        found = records.users.by_name(name)
    return found[1] if found else ""
