from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.firewall.normalise import SHIELD, neutralised, normalised, spoken_digits


@given(st.text())
def test_every_character_knows_where_it_came_from(text: str) -> None:
    view = normalised(text)
    assert len(view.starts) == len(view.text)
    assert list(view.starts) == sorted(view.starts)
    for at in range(len(view.text)):
        start, end = view.original(at, at + 1)
        assert normalised(text[start:end]).text.count(view.text[at]) >= 1


@given(st.text())
def test_neutralising_keeps_the_length(text: str) -> None:
    neutral = neutralised(text)
    assert len(neutral) == len(text)
    assert "⟦" not in neutral
    assert "⟧" not in neutral


@given(st.text(st.sampled_from("一二三〇幺贰0123 -a")))
def test_spoken_digits_keep_the_length(text: str) -> None:
    assert len(spoken_digits(text)) == len(text)


def test_what_is_folded() -> None:
    assert normalised("ＡＢ①２\u200b３٤\ufeff㎏").text == "AB1234kg"
    assert normalised("a\x00b").text == "ab"
    assert normalised("\ufdfa").text == "\ufdfa"
    assert spoken_digits("一三八一二三四 一二") == "1381234 12"
    assert spoken_digits("一共三天") == "一共三天"


def test_hidden_stretches_become_one_character() -> None:
    view = normalised("ab\u200bcdef").shielded([(1, 4), (5, 6)])
    assert view.text == f"a{SHIELD}d{SHIELD}f"
    assert view.starts == (0, 1, 4, 5, 6)
    assert normalised("abc").shielded([(0, 3)]).text == SHIELD
