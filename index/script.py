"""Which script a text is written in: enough to know whether a query and a passage can share words."""

from __future__ import annotations

import re
from enum import StrEnum


class Script(StrEnum):
    """A writing system, named after what it tells about the language."""

    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    CYRILLIC = "cyrillic"
    LATIN = "latin"
    OTHER = "other"


_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30fa]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HANGUL = re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")

_BY_LANGUAGE = {
    "zh": Script.HAN,
    "yue": Script.HAN,
    "ja": Script.KANA,
    "ko": Script.HANGUL,
    "ru": Script.CYRILLIC,
    "uk": Script.CYRILLIC,
    "bg": Script.CYRILLIC,
}


def script_of(text: str) -> Script:
    """The script that carries `text`.

    Latin words inside Chinese, Japanese, Korean or Russian are mostly coin and network names, so a native script
    wins as soon as it has as many units (characters in East Asia, words elsewhere) as there are Latin words.
    Any kana makes it Japanese: Chinese never uses it.
    """
    han = len(_HAN.findall(text))
    kana = len(_KANA.findall(text))
    latin = len(_LATIN.findall(text))
    native = {
        Script.KANA: han + kana if kana else 0,
        Script.HAN: 0 if kana else han,
        Script.HANGUL: len(_HANGUL.findall(text)),
        Script.CYRILLIC: len(_CYRILLIC.findall(text)),
    }
    best = max(native, key=lambda script: native[script])
    if native[best] and native[best] >= latin:
        return best
    return Script.LATIN if latin else Script.OTHER


def script_of_locale(locale: str) -> Script:
    """The script of a BCP-47 locale; Latin for a language that is not listed."""
    return _BY_LANGUAGE.get(locale.split("-", 1)[0].lower(), Script.LATIN)
