"""Bytes into text: which encoding a file is written in.

UTF-8 and byte order marks are certain. Everything else is a guess by `chardet`, restricted to what support teams still
export (GB18030, Big5, Shift_JIS, EUC-KR, Windows-1252), and checked: a wrong guess reads as rare characters, and is
refused rather than answered from. Other detectors cannot be restricted so, and miss short texts more often.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from corpus.errors import DocumentError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CODECS = {
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "cp1252": "cp1252",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
"""Python's name of an encoding -> the codec to read it with: the superset that programs in fact write."""
_GUESSED = ("gb18030", "big5", "big5hkscs", "shift_jis", "cp932", "euc_kr", "cp949", "windows-1252")
_DECLARED = frozenset(
    {*_CODECS, "utf-8", "euc_jp", "iso2022_jp", "koi8-r", "iso8859-2", "iso8859-15", "cp1250", "cp1251", "cp1254"}
)
"""What a file may say that it is written in. Python knows more, some of which is no character encoding at all."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_ENOUGH = 20_000
"""Characters looked at when a guess is checked."""


def decode(content: bytes, name: str, declared: str = "") -> str:
    """The text in `content`, without a byte order mark.

    Args:
        content: the bytes of a file.
        name: names the file in messages.
        declared: the encoding that the file or its sender names; it is believed when the bytes read as text in it and
            no byte order mark or UTF-8 says otherwise.

    Raises:
        DocumentError: the content is binary, or its encoding cannot be told.
    """
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], codec, name)
    # A NUL byte is legal UTF-8, but no text editor writes one; UTF-16 without its mark is full of them.
    if b"\x00" in content:
        raise DocumentError(f"{name}: a binary file, not text.", hint="Save it as UTF-8 text.")
    stateful = content.isascii() and b"\x1b$" in content  # ISO-2022-JP is made of ASCII bytes
    if not stateful and (text := _try(content, "utf-8")) is not None:
        return text
    if stateful and (text := _try(content, "iso2022_jp")) is not None:
        return text
    codec = _codec(declared)
    said = _try(content, codec) if codec else None
    if said is not None and (codec not in _CODECS.values() or _reads(said, codec)):
        return said
    text = _guess(content)
    if text is None:
        text = said
    if text is None:
        raise DocumentError(
            f"{name}: not UTF-8, and its encoding cannot be told.", hint="Save it with the encoding UTF-8."
        )
    return text


def _guess(content: bytes) -> str | None:
    import chardet

    found = chardet.detect(content, include_encodings=_GUESSED)["encoding"]
    codec = _codec(found or "")
    text = _try(content, codec) if codec else None
    return text if text is not None and _reads(text, codec) else None


def _strictly(content: bytes, codec: str, name: str) -> str:
    text = _try(content, codec)
    if text is None or "\x00" in text:
        raise DocumentError(
            f"{name}: begins like {codec.upper()} text, but is damaged.", hint="Save it with the encoding UTF-8."
        )
    return text


def _try(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _codec(label: str) -> str:
    """The codec for an encoding's label, `""` for one that no text file has."""
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name if label else ""
    except (LookupError, ValueError):
        return ""
    return _CODECS.get(name, name) if name in _DECLARED else ""


def _reads(text: str, codec: str) -> bool:
    """Whether guessed text looks like something that people wrote."""
    sample = text[:_ENOUGH]
    if _CONTROL.search(sample):
        return False
    others = [character for character in sample if not character.isascii()]
    usual = sum(_usual(character, codec) for character in others)
    if codec == "cp1252":
        letters = sum(character.isascii() and character.isalpha() for character in sample)
        return letters >= len(others) and usual >= 0.8 * len(others)
    return usual >= 0.7 * len(others)


def _usual(character: str, codec: str) -> bool:
    """Whether a character is among those that texts of its language are mostly made of."""
    if codec == "cp1252":
        return character.isalpha() or character in "‘’“”„–—…•€£¥©®°«»¿¡\u00a0§·×²½"
    if unicodedata.category(character)[0] in "PZ":
        return True
    if codec == "cp949":
        return "\uac00" <= character <= "\ud7a3" and _encodes(character, "euc_kr")
    if codec == "cp932":
        # Half-width kana are single bytes: what other encodings look like when they are read as Shift_JIS.
        return unicodedata.east_asian_width(character) != "H" and _encodes(character, "shift_jis")
    raw = character.encode("big5", "ignore")
    traditional = len(raw) == 2 and raw[0] < 0xC7  # level 1
    # Traditional characters are written in GB18030 as well, simplified ones hardly in Big5.
    return traditional or (codec == "gb18030" and _encodes(character, "gb2312"))


def _encodes(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
