from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.firewall.wordlists import has_checksum
from tests.firewall import samples

Found = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize("language", samples.HAN)
@pytest.mark.parametrize("strength", [128, 160, 192, 224, 256])
def test_checksum(language: str, strength: int) -> None:
    characters = "".join(samples.phrase(language, 1, strength))
    assert has_checksum(characters)
    assert not has_checksum(characters[:-1])
    assert not has_checksum("a" + characters[1:])


@pytest.mark.parametrize("language", samples.HAN)
def test_spaced_phrases(language: str, found: Found) -> None:
    for seed in range(40):
        words = samples.phrase(language, seed)
        spaced = " ".join(words)
        assert found(f"你好，{spaced}，谢谢") == [("MNEMONIC", spaced)]
        numbered = "\n".join(f"{n}. {word}" for n, word in enumerate(words, 1))
        assert found(f"看看\n{numbered}") == [("MNEMONIC", numbered.removeprefix("1. "))]


def test_labels_and_neighbours_glued_to_a_phrase(found: Found) -> None:
    spaced = " ".join(samples.phrase("chinese_traditional", 4, 256))
    assert found(f"我的助记词是{spaced}，怎么办") == [("MNEMONIC", spaced)]
    # Without a label the first character cannot be told from the words before it; the checksum finds it.
    assert found(f"看看{spaced}") == [("MNEMONIC", spaced)]


def test_with_a_label_the_checksum_does_not_matter(found: Found) -> None:
    spaced = " ".join(sorted(samples.phrase("chinese_simplified", 4)))
    assert found(f"助记词：{spaced}") == [("MNEMONIC", spaced)]
    assert found(f"助记词：{spaced[:9]}") == [("MNEMONIC", spaced[:9])]


def test_grouped_and_unbroken_phrases(found: Found) -> None:
    words = samples.phrase("chinese_simplified", 4)
    grouped = " ".join("".join(words[at : at + 3]) for at in range(0, 12, 3))
    assert found(f"我要导入 {grouped}。") == [("MNEMONIC", grouped)]
    unbroken = "".join(words)
    assert found(f"{unbroken}，打不开") == [("MNEMONIC", unbroken)]
    assert found(f"助记词是{unbroken}，打不开") == [("MNEMONIC", unbroken)]


def test_most_unbroken_phrases_are_told_from_prose(found: Found) -> None:
    phrases = ["".join(samples.phrase(language, seed)) for language in samples.HAN for seed in range(100)]
    assert sum(bool(found(phrase)) for phrase in phrases) >= 190


@pytest.mark.parametrize(
    "text",
    [
        "我的助记词忘记了怎么办，请你们帮我找回钱包里的币",
        "我 的 助 记 词 忘 了 怎 么 办 啊 啊",
        "尊 敬 的 客 服 你 好 我 要 提 现 了",
        "1个 2个 3个 4个 5个 6个 7个 8个 9个 10个 11个 12个 13个",
        "提现什么时候能到账呀，充值的币为什么没有到，手续费为什么这么高",
    ],
)
def test_ordinary_chinese_is_no_phrase(text: str, found: Found) -> None:
    assert found(text) == []
