from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans, split_sentences

SPICY = st.text(alphabet="aB 0.。！？!?…“”「」（）()\"'\n\t；：,、@/%汉のVIPLve\u3000", max_size=60)


@pytest.mark.parametrize(
    "sentences",
    [
        ["手续费为 0.1%。", "请访问 help.cloudbridge.example 查看。"],
        ["等级为 VIP 0. 用户也适用。", "Lv.1 和 Lv. 2 的限额不同。"],
        ["他说：“请稍候。”", "然后离开了！", "真的吗？！", "好的……没事。"],
        ["点击“忘记密码？”继续。", "他说“好。”。", "【注意！】", "请勿转账。"],
        ["（请勿分享验证码。）", "如有疑问，联系我们。"],
        ["费用（需要 2 小时。）不退。", "再提现。』", "好。"],
        ["打开 https://a.example/x.y?z=1，登录。", "发邮件到 support@cloudbridge.example。"],
        ["到账需 1–5 分钟；超过 2 小时请联系我们。", "谢谢"],
        ["「はい。」と言った。", "本当ですか？", "手数料は0.1%です。"],
        ["「完了しました！」って出たらOKです。", "「同意する。」を押します。", "「はい。」から選びます。"],
        ["『本人確認が必要です。』との表示。", "送金先を確認しましたか？", "（変更できません。）", "次へ進みます。"],
        ["秘密鍵は共有しないでください｡", "弊社が尋ねることはありません｡", "Lv.1の限度額は2,000 USDTです。"],
    ],
)
def test_unspaced_languages(sentences: list[str]) -> None:
    assert split_sentences("".join(sentences)) == tuple(sentences)


@pytest.mark.parametrize(
    "sentences",
    [
        ["The fee is 0.1%.", "Visit help.cloudbridge.example for more."],
        ["See e.g. Lv.1 users.", "Lv. 2 is higher."],
        ["Your tier is VIP 0.", "Users pay more."],
        ["VIP 0. is the first tier."],
        ['He said "Wait."', "Then he left."],
        ['Tap "Forgot password?" to continue.', "Really?!", "Yes..."],
        ["Mr. Smith paid 1.5 USDT (approx. 2 USD).", "Use USDT vs. USDC etc. for this."],
        ["It ends at 5 p.m. today.", "It opens at 9 a.m.", "Wait."],
        ["The U.S. Dollar is fiat.", "Open https://a.example/b.c?d=1.", "Then wait."],
        ["1. Open the app.", "2. Tap Withdraw."],
        ["Wait 2 hours.", "10 more follow.", "Max. 20 MB."],
        ["See No. 5, fig. 3.", "It is J. Doe and I.", "Go on... then stop!", "Done"],
    ],
)
def test_spaced_languages(sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences)) == tuple(sentences)


def test_lines_end_sentences() -> None:
    assert split_sentences("第一行\n第二行。 \n\n Third\r\nfourth ") == ("第一行", "第二行。", "Third", "fourth")
    assert split_sentences(" \n ") == ()


@given(st.one_of(SPICY, st.text()))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() and sentence for sentence in sentences)
    assert tuple(text[begin:end] for begin, end in sentence_spans(text)) == sentences


@given(SPICY)
def test_splitting_a_sentence_again_changes_nothing_for_whole_lines(text: str) -> None:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    assert split_sentences("\n".join(lines)) == tuple(s for line in lines for s in split_sentences(line))


@given(st.decimals(min_value=0, max_value=10**6, places=3), st.sampled_from(["zh", "en"]))
def test_a_number_is_never_cut(value: object, language: str) -> None:
    text = f"手续费是 {value}%。好的。" if language == "zh" else f"The fee is {value}%. Fine."
    assert f"{value}%" in split_sentences(text)[0]
    assert len(split_sentences(text)) == 2


@pytest.mark.parametrize("unit", ["“a。”", "x“a。”b", "a. ", "(((", "。。。", "VIP 0. ", '"a." ', "a.b.c."])
def test_long_text_takes_linear_time(unit: str) -> None:
    text = "“" + unit * 20_000
    begin = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - begin < 2
