from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from string import Formatter

import pytest
import yaml

from assistant.errors import ConfigurationError
from assistant.language import SUPPORTED, detect_language
from assistant.messages import Messages, load_messages

WHOLE = ("zh-CN", "zh-TW", "en")


def catalogue(locale: str) -> Mapping[str, str]:
    file = resources.files("assistant") / "locales" / f"{locale}.yaml"
    loaded: Mapping[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_reply_locale_has_a_catalogue() -> None:
    assert set(load_messages().locales) == set(SUPPORTED)


@pytest.mark.parametrize("locale", WHOLE)
@pytest.mark.parametrize("other", WHOLE)
def test_whole_catalogues_hold_the_same_keys_and_placeholders(locale: str, other: str) -> None:
    mine, theirs = catalogue(locale), catalogue(other)
    assert mine.keys() == theirs.keys()
    assert {key: placeholders(text) for key, text in mine.items()} == {
        key: placeholders(text) for key, text in theirs.items()
    }


@pytest.mark.parametrize("locale", SUPPORTED)
def test_texts_are_texts_that_english_has_too(locale: str) -> None:
    texts, english = catalogue(locale), catalogue("en")
    assert texts.keys() <= english.keys()
    for key, text in texts.items():
        assert isinstance(text, str), key
        assert text.strip(), key
        assert placeholders(text) == placeholders(english[key]), key


@pytest.mark.parametrize("locale", SUPPORTED)
def test_every_locale_announces_a_foreign_original_in_its_own_language(locale: str) -> None:
    assert detect_language(catalogue(locale)["source_language"]) == locale


def test_a_locale_falls_back_to_its_neighbour_and_then_to_english() -> None:
    messages = Messages({"zh-CN": {"a": "甲"}, "en": {"a": "A", "b": "B {x}"}})
    assert messages.text("a", "zh-TW") == "甲"
    assert messages.text("a", "ko") == "A"
    assert messages.text("b", "zh-TW", x="1") == "B 1"


def test_a_text_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match=r"nothing.*zh-CN"):
        load_messages().text("nothing", "zh-CN")
