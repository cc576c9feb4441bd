from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from assistant.desk.errors import DeskError, Refusal
from assistant.people.errors import AccountError
from assistant.people.people import People
from assistant.user import Role, User
from tests.people.conftest import ADDRESS, PASSWORD, Desk


def together(*actions: Callable[[], object]) -> list[object]:
    """What each returned or raised, all started at once."""
    barrier = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(n: int, action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[n] = action()
        except Exception as error:
            results[n] = error

    threads = [threading.Thread(target=run, args=job) for job in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestFirstAdmin:
    def test_is_made_once_with_a_password_to_be_changed(self, desk: Desk) -> None:
        once = desk.people.ensure_admin()
        assert once is not None
        [admin] = desk.people.users()
        assert (admin.name, admin.role, admin.active, admin.must_change_password) == ("admin", Role.ADMIN, True, True)
        _, user = desk.people.log_in("admin", once, address=ADDRESS)
        assert user == admin
        assert desk.people.ensure_admin() is None
        assert desk.people.ensure_admin("another") is None
        assert desk.people.users() == (admin,)

    def test_is_not_made_beside_another_admin_even_a_disabled_one(self, desk: Desk) -> None:
        desk.member("amy", Role.ADMIN)
        desk.member("ben", Role.ADMIN)
        desk.people.set_active("amy", False)
        desk.people.set_role("amy", Role.ADMIN)
        assert desk.people.ensure_admin() is None

    def test_is_made_beside_agents(self, desk: Desk) -> None:
        desk.member("amy", Role.SUPERVISOR)
        assert desk.people.ensure_admin()
        assert desk.user("admin").role is Role.ADMIN

    def test_does_not_take_over_an_agents_account(self, desk: Desk) -> None:
        desk.member("admin", Role.AGENT)
        with pytest.raises(AccountError, match="proofdesk user role admin admin"):
            desk.people.ensure_admin()
        assert desk.user("admin").role is Role.AGENT

    def test_processes_that_start_together_make_one(self, desk: Desk) -> None:
        made = together(*(desk.again().ensure_admin for _ in range(8)))
        assert sorted(type(value).__name__ for value in made) == ["NoneType"] * 7 + ["str"]
        assert len(desk.people.users()) == 1
        assert desk.actions == ["user.added"]


class TestAdd:
    def test_one_person_has_one_name_however_it_is_typed(self, desk: Desk) -> None:
        once = desk.people.add("Ａlice", Role.SUPERVISOR)
        assert desk.user("alice").role is Role.SUPERVISOR
        with pytest.raises(AccountError, match="alice already"):
            desk.people.add("ALICE", Role.AGENT)
        assert desk.people.log_in("  AlicE ", once, address=ADDRESS)[1].name == "alice"
        assert desk.actions.count("user.added") == 1

    @pytest.mark.parametrize("name", ["", "a b", "x" * 100, "-x", "a\x00"])
    def test_a_name_that_cannot_be_one_is_refused(self, desk: Desk, name: str) -> None:
        with pytest.raises(AccountError, match="letters of any script"):
            desk.people.add(name, Role.AGENT)
        assert (desk.people.users(), desk.actions) == ((), [])

    def test_two_who_want_one_name_do_not_both_get_it(self, desk: Desk) -> None:
        made = together(*(lambda: desk.people.add("amy", Role.AGENT) for _ in range(6)))
        assert sum(isinstance(value, str) for value in made) == 1
        assert sum(isinstance(value, AccountError) for value in made) == 5
        assert len(desk.people.users()) == 1

    @pytest.mark.parametrize("resets", [0, 1])
    def test_a_one_time_password_holds_for_seven_days(self, desk: Desk, resets: int) -> None:
        once = desk.people.add("amy", Role.AGENT)
        desk.later(days=3)
        for _ in range(resets):
            once = desk.people.reset("amy")  # the days begin anew
        desk.later(days=7 if resets else 4, seconds=-1)
        assert desk.token("amy", once)
        desk.later(seconds=1)
        with pytest.raises(DeskError) as caught:
            desk.token("amy", once)
        assert caught.value.code is Refusal.LOGIN_FAILED

    def test_a_chosen_password_holds(self, desk: Desk) -> None:
        desk.member("amy")
        desk.later(days=400)
        assert desk.token("amy")


class TestRole:
    def test_holds_from_the_next_request_on(self, desk: Desk) -> None:
        desk.member("amy")
        token = desk.token("amy")
        assert desk.people.set_role("Amy", Role.SUPERVISOR).role is Role.SUPERVISOR
        user = desk.people.user_of(token)
        assert user is not None
        assert user.role is Role.SUPERVISOR
        event = desk.events[-1]
        assert (event.actor, event.action, event.subject) == ("desk", "user.role_changed", f"user:{user.id}")
        assert event.data == {"before": "agent", "after": "supervisor"}

    def test_the_same_one_again_is_no_event(self, desk: Desk) -> None:
        desk.member("amy")
        before = desk.actions
        assert desk.people.set_role("amy", Role.AGENT) == desk.user("amy")
        assert desk.people.set_active("amy", True) == desk.user("amy")
        assert desk.actions == before


class TestLastAdmin:
    @pytest.mark.parametrize(
        "change",
        [
            lambda people: people.set_role("amy", Role.SUPERVISOR),
            lambda people: people.set_role("amy", Role.AGENT),
            lambda people: people.set_active("amy", False),
        ],
    )
    def test_stays_as_it_is(self, desk: Desk, change: Callable[[People], User]) -> None:
        amy = desk.member("amy", Role.ADMIN)
        desk.member("ben", Role.ADMIN)
        desk.people.set_active("ben", False)  # an admin who cannot log in is none
        token, before = desk.token("amy"), desk.actions
        with pytest.raises(AccountError, match="last active admin"):
            change(desk.people)
        assert desk.user("amy") == amy
        assert desk.people.user_of(token) == amy, "the refused change ended no session"
        assert desk.actions == before
        desk.people.set_active("ben", True)
        change(desk.people)
        assert desk.user("amy") != amy

    def test_two_admins_cannot_remove_each_other_at_once(self, desk: Desk) -> None:
        for name in ("amy", "ben", "cem", "dan"):
            desk.member(name, Role.ADMIN)
        done = together(
            lambda: desk.people.set_role("amy", Role.AGENT),
            lambda: desk.people.set_active("ben", False),
            lambda: desk.people.set_role("cem", Role.SUPERVISOR),
            lambda: desk.people.set_active("dan", False),
        )
        assert sum(isinstance(result, AccountError) for result in done) == 1
        assert sum(user.active and user.role is Role.ADMIN for user in desk.people.users()) == 1


class TestDisable:
    def test_ends_all_sessions_for_good(self, desk: Desk) -> None:
        desk.member("amy")
        tokens = [desk.token("amy") for _ in range(3)]
        assert not desk.people.set_active("amy", False).active
        assert [desk.people.user_of(token) for token in tokens] == [None] * 3
        with pytest.raises(DeskError) as caught:
            desk.token("amy")
        assert caught.value.code is Refusal.LOGIN_FAILED
        assert desk.people.set_active("amy", True).active
        assert [desk.people.user_of(token) for token in tokens] == [None] * 3, "they do not come back"
        assert desk.token("amy"), "the password is the old one"
        assert [action for action in desk.actions if action in {"user.disabled", "user.enabled"}] == [
            "user.disabled",
            "user.enabled",
        ]


class TestReset:
    def test_voids_the_password_and_ends_sessions(self, desk: Desk) -> None:
        desk.member("amy")
        token = desk.token("amy")
        once = desk.people.reset("AMY")
        assert desk.people.user_of(token) is None
        with pytest.raises(DeskError):
            desk.token("amy", PASSWORD)
        assert desk.people.log_in("amy", once, address=ADDRESS)[1].must_change_password
        assert desk.actions.count("user.password_reset") == 1

    def test_replaces_an_earlier_one_time_password(self, desk: Desk) -> None:
        first = desk.people.add("amy", Role.AGENT)
        second = desk.people.reset("amy")
        with pytest.raises(DeskError):
            desk.token("amy", first)
        assert desk.token("amy", second)

    def test_does_not_enable_an_account(self, desk: Desk) -> None:
        desk.member("amy")
        desk.people.set_active("amy", False)
        once = desk.people.reset("amy")
        with pytest.raises(DeskError):
            desk.token("amy", once)


@pytest.mark.parametrize(
    "change",
    [
        lambda people: people.set_role("nobody", Role.AGENT),
        lambda people: people.set_active("nobody", False),
        lambda people: people.reset("nobody"),
    ],
)
def test_an_unknown_name_is_told_to_the_operator(desk: Desk, change: Callable[[People], object]) -> None:
    with pytest.raises(AccountError, match="proofdesk user list"):
        change(desk.people)
    assert desk.actions == []


def test_no_password_is_ever_recorded(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    amy = desk.member("amy")
    once = desk.people.reset("amy")
    for name, password in (("amy", PASSWORD), (PASSWORD, "amy"), (once, once)):
        with pytest.raises(DeskError):
            desk.people.log_in(name, password, address=ADDRESS)
    token = desk.token("amy", once)
    with pytest.raises(DeskError):
        desk.people.change_password(amy, token, PASSWORD, "a brand new password")
    recorded = repr(desk.events) + caplog.text
    for secret in (PASSWORD, once, token, "a brand new password", ADDRESS):
        assert secret not in recorded
