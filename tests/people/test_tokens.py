from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.people.tokens import new_token, token_hash


def test_tokens_are_random_and_fit_a_cookie() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == len({token_hash(token) for token in tokens}) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


@given(st.text())
def test_anything_a_browser_sends_has_a_hash_that_does_not_show_it(sent: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", token_hash(sent))
    assert len(sent) < 8 or sent not in token_hash(sent)


@given(st.text(), st.text())
def test_different_tokens_have_different_hashes(one: str, other: str) -> None:
    assert (token_hash(one) == token_hash(other)) == (one == other)
