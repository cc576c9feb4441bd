from __future__ import annotations

import time

import pytest

from assistant.compliance.errors import PolicyError
from assistant.compliance.patterns import clause, compile_pattern, sentence


def test_gap_stays_within_a_clause() -> None:
    pattern = compile_pattern("保证<4>到账", where="x")
    assert pattern.found_in("保证明天到账")
    assert not pattern.found_in("保证,明天到账")
    assert not pattern.found_in("保证一二三四五到账")


def test_hit_group_narrows_the_span() -> None:
    pattern = compile_pattern("(?:^|[^确])(?P<hit>保本)", where="x")
    assert list(pattern.spans("产品保本")) == [(2, 4)]
    assert list(pattern.spans("请确保本人")) == []


def test_matches_within_a_match_are_found() -> None:
    assert list(compile_pattern("a.{0,9}b", where="x").spans("a1a2b")) == [(0, 5), (2, 5)]


def test_pattern_is_simplified_like_the_text() -> None:
    assert compile_pattern("帳戶", where="x").found_in("账户")


@pytest.mark.parametrize("source", ["(?=a)b", "(", "(?<!a)b"])
def test_what_re2_cannot_compile_is_refused(source: str) -> None:
    with pytest.raises(PolicyError, match="X-1"):
        compile_pattern(source, where="X-1")


@pytest.mark.parametrize("source", ["a*", "a|", ".{0,3}"])
def test_pattern_that_fires_on_everything_is_refused(source: str) -> None:
    with pytest.raises(PolicyError, match="empty text"):
        compile_pattern(source, where="X-1")


def test_hostile_pattern_runs_in_linear_time() -> None:
    pattern = compile_pattern("(a+)+$b", where="x")
    start = time.perf_counter()
    assert not pattern.found_in("a" * 20_000)
    assert time.perf_counter() - start < 1


def test_clause_and_sentence() -> None:
    text = "我们不保证,但是稳赚。谢谢"
    start = text.index("稳赚")
    assert text[slice(*clause(text, start, start + 2))] == "稳赚"
    assert text[slice(*sentence(text, start, start + 2))] == "我们不保证,但是稳赚"
    listing = "never share your password, or send your code"
    assert clause(listing, 27, 30)[0] == 0
