from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.firewall.firewall import Firewall
from assistant.firewall.wordlists import folded, lexicon
from tests.firewall import samples

WORDS = samples.phrase("english", 7)
Found = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{n}. {word}" for n, word in enumerate(WORDS, 1)),
        " ".join(f"({n}) {word}" for n, word in enumerate(WORDS, 1)),
        "".join(f"第{n}个是{word}，" for n, word in enumerate(WORDS, 1)),
        " and ".join(WORDS),
        "_".join(WORDS),
        "<br>".join(WORDS),
        " ".join(WORDS).title(),
        "①" + "②".join(WORDS),
        " ".join(samples.phrase("english", 1, 256)[:25]),
    ],
)
def test_a_phrase_in_any_dress_is_destroyed(text: str) -> None:
    left = Firewall().screen(text).text.lower()
    assert not any(word in left for word in WORDS)


def test_the_checksum_does_not_matter(found: Found) -> None:
    words = " ".join(sorted(WORDS))
    assert found(f"看看 {words} 谢谢") == [("MNEMONIC", words)]


def test_three_typos_do_not_save_a_phrase(found: Found) -> None:
    words = list(WORDS)
    words[1] = words[1][:-1] + "q"
    words[4] = words[4] + "e"
    words[8] = words[8][1] + words[8][0] + words[8][2:]
    assert found(" ".join(words)) == [("MNEMONIC", " ".join(words))]


def test_words_of_different_lists_are_no_phrase(found: Found) -> None:
    mixed = [word for pair in zip(WORDS, samples.phrase("czech", 1), strict=True) for word in pair]
    assert found(" ".join(mixed)) == []


def test_eleven_words_need_an_announcement(found: Found) -> None:
    part = " ".join(WORDS[:6])
    assert found(part) == []
    assert found(f"my seed phrase starts with: {part}") == [("MNEMONIC", part)]


@pytest.mark.parametrize(
    "text",
    [
        "什么是助记词？助记词丢失了怎么办",
        "Someone asked me for my seed phrase, is my wallet still safe or should I move all my funds today?",
        "When we say secret recovery phrase we mean that you must write it down first before you can use the app",
        "I have been trying to make a transfer and it will not go through, can you please help me now",
    ],
)
def test_talk_about_phrases_is_no_phrase(text: str, found: Found) -> None:
    assert found(text) == []


def test_the_second_half_of_a_phrase_is_destroyed(found: Found) -> None:
    second = " ".join(WORDS[6:])
    assert found(second, " ".join(WORDS[:6])) == [("MNEMONIC", second)]
    assert found(second) == []


def test_single_words_told_by_number(found: Found) -> None:
    assert found("第12个是apple", "我的助记词前面都对") == [("MNEMONIC", "第12个是apple")]
    assert found("word 3 is apple, word 4 is banana") == [
        ("MNEMONIC", "word 3 is apple"),
        ("MNEMONIC", "word 4 is banana"),
    ]
    assert found("第2个是apple") == []


def test_folding_ignores_case_accents_and_width() -> None:
    assert folded("ÁBACO") == folded("abaco") == "abaco"
    assert lexicon().masks[folded("あいこくしん")]


@pytest.mark.parametrize(
    ("word", "near"),
    [("abandn", True), ("abadnon", True), ("abandonn", True), ("xbandon", True), ("abadn", False), ("the", False)],
)
def test_one_edit(word: str, near: bool) -> None:
    assert lexicon().near(word, lexicon().languages.index("english")) is near
