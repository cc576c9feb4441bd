"""Properties of the firewall as a whole."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.firewall.firewall import Firewall, redact_report
from assistant.firewall.message import Message
from assistant.firewall.model import Candidate, FirewallError, SensitiveSpan, SpanAction, SpanClass
from assistant.firewall.normalise import neutralised
from assistant.firewall.tokens import holds_secret, holds_withheld
from corpus.errors import ProofdeskError
from tests.firewall import samples

FIREWALL = Firewall()
H64 = "a1b2c3d4e5f60718293a4b5c6d7e8f90" * 2

FRAGMENTS = st.sampled_from(
    [
        "你好，",
        "我的",
        "充值没到账 ",
        "验证码",
        "密码是",
        "密码：",
        "code ",
        " 是 ",
        "私钥",
        "助记词：",
        "交易哈希 ",
        "订单号",
        "UID ",
        "1234",
        "88 ",
        "60 秒",
        "5000 USDT ",
        "\n",
        " ",
        "，",
        "\u200b",
        "⟦PHONE_1⟧",
        "[SECRET:OTP]",
        "⟦",
        "abc",
        "４５６",
        "key: ",
        "0x",
        "🙂",
        H64,
        "13812345678",
        "4111 1111 1111 1111",
        samples.wif(3),
        samples.resident_id(5),
        samples.address(0x41),
        "a@b.com",
        " ".join(samples.phrase("english", 1)),
        " ".join(samples.phrase("chinese_simplified", 2)),
        "第3个是apple",
        "1.5",
        "电话 9123 4567",
        "10.0.0.1",
        "api secret ",
        "Abcdefgh12345678",
        "password is ",
        "hunter22",
        "；",
        "二二三四五六",
    ]
)
MESSAGES = st.one_of(st.text(max_size=120), st.lists(FRAGMENTS, max_size=12).map("".join))
LEFT = st.sampled_from(["", "你好，我的是", "hello ", "帮我看看：", "\n", "，", "充值 100 USDT，", "第一次用。", "( "])
RIGHT = st.sampled_from(["", "，谢谢", " please", "。怎么办", "\n", "；", " 没到账", " )"])


NEUTRAL = str.maketrans("⟦⟧〚〛⟬⟭", "[][][]")


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_spans_are_sorted_disjoint_and_inside_and_the_rest_is_unchanged(text: str) -> None:
    screened = FIREWALL.screen(text)
    end = 0
    for span in screened.spans:
        assert end <= span.start < span.end <= len(text)
        end = span.end
    pattern, end = "", 0
    for span in screened.spans:
        pattern += re.escape(text[end : span.start].translate(NEUTRAL))
        kept = span.action is SpanAction.KEEP
        pattern += re.escape(text[span.start : span.end].translate(NEUTRAL)) if kept else "⟦[A-Z0-9_:]+⟧"
        end = span.end
    assert re.fullmatch(pattern + re.escape(text[end:].translate(NEUTRAL)), screened.text)


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_screening_again_finds_nothing_more(text: str) -> None:
    once = FIREWALL.screen(text)
    twice = FIREWALL.screen(once.text)
    assert twice.text == once.text.replace("⟦", "[").replace("⟧", "]")
    assert all(span.action is SpanAction.KEEP for span in twice.spans)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=80), st.lists(st.text(max_size=40), max_size=3))
def test_no_text_makes_it_raise(text: str, history: list[str]) -> None:
    FIREWALL.screen(text, history)


@settings(max_examples=150, deadline=None)
@given(samples.CARDS, LEFT, RIGHT, st.sampled_from(["", " ", "-"]), st.booleans())
def test_a_bank_card_never_survives(card: str, left: str, right: str, separator: str, wide: bool) -> None:
    written = separator.join(card[at : at + 4] for at in range(0, len(card), 4))
    text = FIREWALL.screen(left + (written.translate(samples.FULL_WIDTH) if wide else written) + right).text
    assert "⟦CARD_1⟧" in text
    assert not any(char.isdigit() for char in text.replace("CARD_1", "").replace("100", ""))


@settings(max_examples=150, deadline=None)
@given(samples.RESIDENT_IDS, LEFT, RIGHT, st.sampled_from(["", " ", "\u200b"]))
def test_a_resident_id_never_survives(value: str, left: str, right: str, separator: str) -> None:
    written = separator.join((value[:6], value[6:14], value[14:]))
    text = FIREWALL.screen(left + written + right).text
    assert "⟦ID_1⟧" in text
    assert value[6:14] not in text


@settings(max_examples=150, deadline=None)
@given(samples.MOBILES, LEFT, RIGHT, st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}", "+86 {}{}{}", "0086{}{}{}"]))
def test_a_mobile_number_never_survives(value: str, left: str, right: str, shape: str) -> None:
    text = FIREWALL.screen(left + shape.format(value[:3], value[3:7], value[7:]) + right).text
    assert "⟦PHONE_1⟧" in text
    assert value[7:] not in text.replace("PHONE_1", "")


@settings(max_examples=150, deadline=None)
@given(samples.EMAILS, LEFT, RIGHT)
def test_an_email_never_survives(value: str, left: str, right: str) -> None:
    text = FIREWALL.screen(left + value + right).text
    assert "@" not in text


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(samples.LANGUAGES),
    st.integers(0, 50),
    st.sampled_from([128, 160, 192, 224, 256]),
    st.lists(
        st.sampled_from([" ", "\n", ", ", "、", "，", " - ", "\t", "\u3000", " / ", "; ", "\u200b "]),
        min_size=23,
        max_size=23,
    ),
    st.booleans(),
    LEFT,
    RIGHT,
)
def test_no_four_words_of_a_phrase_survive(
    language: str, seed: int, strength: int, separators: list[str], upper: bool, left: str, right: str
) -> None:
    words = samples.phrase(language, seed, strength)
    written = words[0] + "".join(f"{s}{w}" for s, w in zip(separators, words[1:], strict=False))
    # Upper case of a dotless i is another letter in the rest of the world.
    screened = FIREWALL.screen(left + (written.upper() if upper and language != "turkish" else written) + right)
    assert screened.has_secret
    low = screened.text.lower()
    for at in range(len(words) - 3):
        run = words[at : at + 4]
        places = [low.find(word.lower()) for word in run]
        assert -1 in places or places != sorted(places)


def test_equal_values_share_a_number_and_others_do_not() -> None:
    text = "13812345678 或 138 1234 5678 或 +86 13812345678 或 13912345678，a@b.com"
    assert FIREWALL.screen(text).text == "⟦PHONE_1⟧ 或 ⟦PHONE_1⟧ 或 ⟦PHONE_1⟧ 或 ⟦PHONE_2⟧，⟦EMAIL_1⟧"


def test_originals_of_masked_values_are_handed_over_once() -> None:
    mnemonic = " ".join(samples.phrase("english", 1))
    text = f"电话 13812345678，再写一次 +86 138-1234-5678，邮箱 li.lei@qq.com，助记词 {mnemonic}，{H64}"
    screened = FIREWALL.screen(text)
    assert screened.has_secret
    assert screened.has_withheld
    assert screened.originals == (
        ("⟦PHONE_1⟧", "PHONE", "13812345678"),
        ("⟦EMAIL_1⟧", "EMAIL", "li.lei@qq.com"),
    )
    assert all(token in screened.text for token, _, _ in screened.originals)
    assert FIREWALL.screen("交易哈希 0x" + H64).originals == ()


@settings(max_examples=200, deadline=None)
@given(MESSAGES)
def test_only_masked_values_have_originals(text: str) -> None:
    screened = FIREWALL.screen(text)
    masked = [span for span in screened.spans if span.action is SpanAction.MASK]
    tokens = [token for token, _, _ in screened.originals]
    assert len(tokens) == len(set(tokens))
    assert {kind for _, kind, _ in screened.originals} == {span.type for span in masked}
    assert {value for _, _, value in screened.originals} <= {
        neutralised(text)[span.start : span.end] for span in masked
    }
    assert all(token in screened.text for token in tokens)
    numbered = set(re.findall(r"⟦[A-Z]+_[0-9]+⟧", screened.text))
    assert numbered == set(tokens)


@settings(max_examples=200, deadline=None)
@given(MESSAGES)
def test_a_stored_text_still_says_what_was_found(text: str) -> None:
    screened = FIREWALL.screen(text)
    assert holds_secret(screened.text) == screened.has_secret
    assert holds_withheld(screened.text) == screened.has_withheld


def test_typed_tokens_lose_their_brackets() -> None:
    screened = FIREWALL.screen("⟦PHONE_2⟧ 和 〚CARD_1〛 是谁")
    assert screened.text == "[PHONE_2] 和 [CARD_1] 是谁"
    assert screened.spans == ()


def test_offsets_point_into_the_input() -> None:
    text = "⟦x⟧\u200b手机１３８\u200b１２３４５６７８，交易哈希 " + H64
    screened = FIREWALL.screen(text)
    phone, txid = screened.spans
    assert text[phone.start : phone.end] == "１３８\u200b１２３４５６７８"
    assert text[txid.start : txid.end] == H64
    assert screened.kept("TXID") == (H64,)
    assert screened.kept("WALLET_ADDRESS") == ()


def test_flags() -> None:
    secret, withheld = FIREWALL.screen("密码是 Abc12345"), FIREWALL.screen(f"帮我查 {H64}")
    assert (secret.has_secret, secret.has_withheld) == (True, False)
    assert (withheld.has_secret, withheld.has_withheld) == (False, True)
    assert withheld.text == "帮我查 ⟦HEX64⟧"


def test_nothing_shows_the_text_but_the_text() -> None:
    screened = FIREWALL.screen(f"我叫李雷雷，交易哈希 {H64}，密码是 hunter22")
    shown = repr(screened) + str(screened) + repr(screened.spans)
    assert all(part not in shown for part in ("李雷雷", H64, "hunter22", "我叫"))


def test_report_is_plain_json() -> None:
    assert redact_report("电话 13812345678") == {
        "text": "电话 ⟦PHONE_1⟧",
        "spans": [{"start": 3, "end": 14, "type": "PHONE", "class": "P2", "action": "mask"}],
    }


def test_a_failing_detector_fails_the_message_without_quoting_it() -> None:
    def broken(message: Message) -> Iterator[Candidate]:
        raise ValueError(message.text)

    with pytest.raises(FirewallError) as caught:
        Firewall([broken]).screen("my secret words")
    error: BaseException | None = caught.value
    assert isinstance(error, ProofdeskError)
    while error is not None:
        assert "secret words" not in f"{error!r}{error}"
        error = error.__cause__ or error.__context__


def test_a_secret_swallows_what_it_overlaps() -> None:
    def secret(message: Message) -> Iterator[Candidate]:
        if message.text.startswith("abcd"):
            yield Candidate(0, 4, "PASSWORD")
            yield Candidate(3, 6, "OTP")
            yield Candidate(5, 9, "PHONE")

    assert Firewall([secret]).screen("abcdefghijk").spans == (
        SensitiveSpan(0, 9, "PASSWORD", SpanClass.SECRET, SpanAction.DESTROY),
    )


def test_personal_data_around_an_address_wins_and_inside_it_loses() -> None:
    wallet = samples.address(0)
    assert FIREWALL.screen(f"{wallet}@mail.com").text == "⟦EMAIL_1⟧"
    assert FIREWALL.screen(f"密码是 {wallet}").text == f"密码是 {wallet}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "4 ",
        "a1b2 ",
        "1-",
        "[1,",
        "a@a.",
        "验证码",
        "密码是",
        "key: ",
        "-----BEGIN PRIVATE KEY-----",
        "昏 ",
        "一",
        "abandon ",
        "第1个",
        "DE89 3704 ",
        "JBSW ",
        "{ciphertext kdf",
        "\ufdfa",
        "0.",
        "a:",
        "bc1q",
        "\u200b",
        "+1 415 555 2671 ",
        "13812345678 ",
        " ",
    ],
)
def test_time_grows_in_proportion_to_the_text(unit: str) -> None:
    FIREWALL.screen(unit * 10)

    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        best = 1e9
        for _ in range(2):
            start = time.process_time()
            FIREWALL.screen(text)
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(5_000), seconds(50_000)
    # Quadratic time would give 100.
    assert large < 30 * max(small, 0.02)
