"""Reviewed user-facing texts by locale (`assistant/locales/*.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from assistant.errors import ConfigurationError
from assistant.yaml_loader import SafeLoader

_FALLBACK = {"zh-TW": ("zh-TW", "zh-CN"), "zh-CN": ("zh-CN",)}


class Messages:
    """Texts by key. A locale without a text falls back to its neighbour, then to English."""

    def __init__(self, catalogs: Mapping[str, Mapping[str, str]]) -> None:
        self._catalogs = catalogs

    def text(self, key: str, locale: str, /, **values: str) -> str:
        """The text with its `{placeholders}` filled.

        Raises:
            ConfigurationError: no locale in the chain has the key.
        """
        for candidate in (*_FALLBACK.get(locale, (locale,)), "en"):
            template = self._catalogs.get(candidate, {}).get(key)
            if template is not None:
                return template.format(**values)
        raise ConfigurationError(f"No text {key!r} for locale {locale!r}.", hint="Add it to assistant/locales/en.yaml.")

    @property
    def locales(self) -> tuple[str, ...]:
        """Locales with a catalogue, sorted."""
        return tuple(sorted(self._catalogs))


@cache
def load_messages() -> Messages:
    """The catalogues that ship with the package: `<locale>.yaml` and, for each page, `<page>/<locale>.yaml`.

    Raises:
        ConfigurationError: two files of one locale hold the same key.
    """
    folder = resources.files("assistant").joinpath("locales")
    areas = [folder, *(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("_"))]
    catalogs: dict[str, dict[str, str]] = {}
    for entry in (file for area in areas for file in area.iterdir() if file.name.endswith(".yaml")):
        catalog = catalogs.setdefault(entry.name.removesuffix(".yaml"), {})
        texts = yaml.load(entry.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 - a safe loader
        if twice := sorted(catalog.keys() & texts.keys()):
            raise ConfigurationError(f"{entry.name} defines {', '.join(twice)} twice.")
        catalog.update(texts)
    return Messages(catalogs)
