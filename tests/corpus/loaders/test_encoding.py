from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.loaders.encoding import decode
from tests.corpus.loaders.files import used_or_refused

CHINESE = "提现到账需要多久？一般三十分钟内完成，网络拥堵时会延长。"
TRADITIONAL = "提現到帳需要多久？一般三十分鐘內完成，網路壅塞時會延長。"
JAPANESE = "出金が完了するまでにどのくらいかかりますか。通常は三十分以内です。"
KOREAN = "출금이 완료되기까지 시간이 얼마나 걸리나요? 보통 삼십 분 안에 처리됩니다."
FRENCH = "Le retrait est traité en moins de trente minutes, même à l’étranger."


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (CHINESE, "gb2312"),
        (CHINESE, "gb18030"),
        (CHINESE + "𠮷", "gb18030"),  # four bytes
        (TRADITIONAL, "gbk"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "shift_jis"),
        (KOREAN, "euc_kr"),
        (FRENCH, "cp1252"),
        ("联通", "gbk"),  # famous for looking like UTF-8
        ("café", "cp1252"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        ("plain", "ascii"),
        ("", "utf-8"),
    ],
)
def test_encodings_that_support_teams_export(text: str, codec: str) -> None:
    assert decode(text.encode(codec), "f.txt") == text


def test_byte_order_marks_are_certain() -> None:
    assert decode(codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "f.txt", "gbk") == CHINESE
    with pytest.raises(DocumentError, match=r"f\.txt: begins like UTF-16-LE text, but is damaged"):
        decode(codecs.BOM_UTF16_LE + b"\x00\xd8\x00\x00", "f.txt")
    with pytest.raises(DocumentError, match="begins like UTF-8 text, but is damaged"):
        decode(codecs.BOM_UTF8 + b"\xff", "f.txt")


def test_what_a_file_says_is_believed_when_it_fits() -> None:
    short = "中文".encode("big5")
    assert decode(short, "f.html", "big5") == "中文"
    assert decode("тест".encode("koi8-r"), "f.html", ' "KOI8-R" ') == "тест"
    # UTF-8 that is said to be GBK is UTF-8, as with pages that were converted without their head.
    assert decode(CHINESE.encode(), "f.html", "gbk") == CHINESE
    # What does not fit is not believed, nor is what is no character encoding of a text.
    assert decode(CHINESE.encode("gbk"), "f.html", "euc-kr") == CHINESE
    for label in ("rot13", "unicode_escape", "idna", "utf-7", "no such", "\x00", "iso-8859-1"):
        assert decode(CHINESE.encode("gbk"), "f.html", label) == CHINESE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\x00b", "a binary file"),
        (CHINESE.encode("utf-16-le"), "a binary file"),
        (b"\xe9", "its encoding cannot be told"),
        (bytes(range(1, 256)), "its encoding cannot be told"),
        (b"\x89PNG\r\n\x1a\n\xff\xd9\x81", "its encoding cannot be told"),
    ],
)
def test_what_cannot_be_told_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^f\.txt: .*{message}"):
        decode(content, "f.txt")


@given(st.binary(max_size=60), st.sampled_from(["", "gbk", "utf-8", "big5", "iso2022_jp", "x"]))
def test_any_bytes_are_text_or_refused_by_name(content: bytes, declared: str) -> None:
    text = used_or_refused("f.txt", lambda: decode(content, "f.txt", declared))
    assert text is None or text.encode("utf-8").decode() == text  # no lone surrogates


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60).filter(lambda text: "\x00" not in text))
def test_utf8_is_never_taken_for_something_else(text: str) -> None:
    if "\x1b$" not in text:
        assert decode(text.encode(), "f.txt", "gbk") == text.removeprefix("\ufeff")


@given(st.text(alphabet="提现到账需要多久一般分钟内完成网络拥堵时会延长的，。", min_size=8, max_size=80))
def test_chinese_in_gb18030_is_read_or_refused_never_garbled(text: str) -> None:
    assert used_or_refused("f.txt", lambda: decode(text.encode("gb18030"), "f.txt")) in {text, None}
