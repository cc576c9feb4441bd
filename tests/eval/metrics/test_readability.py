from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chain.glossary import load_glossary
from eval.metrics.readability import defined, hardness, prose, reading_ease, sentence_length

GLOSSARY = load_glossary()


def test_reading_ease_is_flesch_s_formula() -> None:
    # 6 words in 1 sentence, 6 syllables.
    assert reading_ease(["The cat sat on the mat."]) == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    # 2 words in 2 sentences; con-fir-ma-tion has 4 syllables.
    assert reading_ease(["Confirmation.", "Cat."]) == pytest.approx(206.835 - 1.015 - 84.6 * 5 / 2)


def test_shorter_words_and_sentences_are_easier() -> None:
    hard = ["Transaction confirmation necessitates additional verification, and authentication follows."]
    assert reading_ease(["We check it.", "Then you log in."]) > reading_ease(hard) + 50


def test_a_line_without_words_is_no_sentence() -> None:
    assert reading_ease(["Cat.", "12."]) == reading_ease(["Cat."])


@pytest.mark.parametrize("sentences", [[], ["…"], ["12"]])
def test_nothing_to_read_has_no_reading_ease(sentences: list[str]) -> None:
    with pytest.raises(ValueError, match="without words"):
        reading_ease(sentences)


def test_a_latin_word_and_a_number_are_one_character_each() -> None:
    assert sentence_length(["提现用 TRC20，约 1,000 次。"]) == 3 + 2 + 1 + 1 + 1
    assert sentence_length(["提现。", "提现成功。", "……"]) == 3
    with pytest.raises(ValueError, match="without characters"):
        sentence_length(["……"])


class TestDefined:
    @pytest.mark.parametrize(
        ("locale", "sentences", "explained"),
        [
            ("zh-CN", ["请复制交易哈希。"], False),
            ("zh-CN", ["请复制交易哈希（链上唯一的编号）。"], True),
            ("zh-CN", ["请复制交易哈希（TxID）。"], False),
            ("zh-CN", ["请复制交易哈希。", "（交易哈希：链上转账的唯一编号。）"], True),
            ("zh-TW", ["請複製交易雜湊。"], False),
            ("zh-TW", ["請複製交易雜湊。", "（交易雜湊：鏈上轉帳的唯一編號。）"], True),
            ("en", ["Copy the transaction hash."], False),
            ("en", ["Copy the transaction hash (TxID, the unique number of a transfer)."], True),
            (
                "en",
                ["Copy the transaction hash.", "(Transaction hash: the unique number of an on-chain transfer.)"],
                True,
            ),
        ],
    )
    def test_a_term_is_explained_by_the_glossary_s_words_or_a_bracket(
        self, locale: str, sentences: list[str], explained: bool
    ) -> None:
        found = defined(sentences, GLOSSARY, locale)
        assert "txid" in found.terms
        assert ("txid" in found.explained) is explained

    def test_the_share_counts_terms_once(self) -> None:
        found = defined(["提现、提现。", "把币存进钱包（保管私钥、发起转账的工具）。"], GLOSSARY, "zh-CN")
        assert set(found.terms) == {"withdrawal", "wallet", "private-key"}
        assert found.explained == {"wallet"}
        assert found.share == pytest.approx(1 / 3)

    def test_a_text_without_terms_lacks_nothing(self) -> None:
        assert defined(["您好。"], GLOSSARY, "zh-CN").share == 1.0

    def test_a_language_without_a_glossary_cannot_be_measured(self) -> None:
        with pytest.raises(ValueError, match="no glossary for ko"):
            defined(["출금"], GLOSSARY, "ko")


def test_hardness_adds_unexplained_terms_to_sentence_length() -> None:
    assert hardness(["请您尽快提现到账上。"], GLOSSARY, "zh-CN") == pytest.approx(9 + 100 * 2 / 9)
    explained = ["请您尽快提现到账上。", "提现：把资产转出云桥交易所账户。"]
    assert hardness(explained, GLOSSARY, "zh-CN") == sentence_length(explained)


def test_prose_is_what_is_read_of_a_body() -> None:
    body = (
        "先看状态。[1]（提现：把资产转出。）[2]再等。[1]\n\n几个词的意思：\n- 钱包：工具。[3]\n\n1. 打开 A。核对 B。[4]"
    )
    assert prose(body) == (
        "先看状态。",
        "（提现：把资产转出。）",
        "再等。",
        "几个词的意思：",
        "钱包：工具。",
        "打开 A。",
        "核对 B。",
    )
    assert prose("Wait. [1] (Fee: what it costs.) [2]") == ("Wait.", "(Fee: what it costs.)")


@given(st.text(alphabet="提现钱包a。.（）()[]12-\n ", max_size=60))
def test_any_body_can_be_read(body: str) -> None:
    assert all(sentence == sentence.strip() != "" for sentence in prose(body))
