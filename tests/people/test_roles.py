from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.user import Role

roles = st.sampled_from(Role)


def test_the_order_is_the_one_that_is_documented() -> None:
    assert list(Role) == [Role.AGENT, Role.SUPERVISOR, Role.ADMIN]
    assert [[a.may_act_as(b) for b in Role] for a in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


@given(roles, roles, roles)
def test_it_is_a_total_order(a: Role, b: Role, c: Role) -> None:
    assert a.may_act_as(a)
    assert a.may_act_as(b) or b.may_act_as(a)
    assert (a.may_act_as(b) and b.may_act_as(a)) == (a is b)
    assert not (a.may_act_as(b) and b.may_act_as(c)) or a.may_act_as(c)


@given(roles, roles)
def test_the_higher_one_may_do_what_both_may(a: Role, b: Role) -> None:
    higher = a.or_above(b)
    assert higher in {a, b}
    assert higher is b.or_above(a)
    assert higher.may_act_as(a)
    assert higher.may_act_as(b)
