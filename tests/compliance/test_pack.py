from __future__ import annotations

from pathlib import Path

import pytest

from assistant.compliance.engine import PolicyEngine
from assistant.compliance.errors import PolicyError
from assistant.compliance.pack import FILES, by_locale


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_missing_file_stops_the_desk(pack: Path, name: str) -> None:
    (pack / name).unlink()
    with pytest.raises(PolicyError, match=name):
        PolicyEngine.load(pack)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("severity: block", "severity: frown", "severity"),
        ("- id: PRF-002", "- id: PRF-001", "twice"),
        ("rationale: Pegs have broken.", "rational: x", "rational"),
        ("id: proofdesk-base", "id: a\nid: b", "twice"),
        ("id: proofdesk-base", "id: [", "broken"),
        ("elsewhere: needs_supervisor", "elsewhere: block\n  severity: warn", "twice"),
    ],
)
def test_broken_rules_stop_the_desk(pack: Path, old: str, new: str, message: str) -> None:
    _replace(pack / "rules.yaml", old, new)
    with pytest.raises(PolicyError, match=message):
        PolicyEngine.load(pack)


def test_elsewhere_is_never_stricter_than_at_home(pack: Path) -> None:
    _replace(
        pack / "rules.yaml",
        "  severity: block\n  jurisdictions: [GB, SG, HK, CN]",
        "  severity: warn\n  jurisdictions: [GB, SG, HK, CN]",
    )
    with pytest.raises(PolicyError, match="elsewhere"):
        PolicyEngine.load(pack)


def test_rule_without_fixtures_of_a_language_is_refused(pack: Path) -> None:
    _replace(
        pack / "rules.yaml", "      en: [We are fully licensed and regulated, Cloudbridge is regulated in Dubai]\n", ""
    )
    with pytest.raises(PolicyError, match="zh and en"):
        PolicyEngine.load(pack)


def test_version_follows_every_byte(pack: Path) -> None:
    before = PolicyEngine.load(pack).version
    assert before == PolicyEngine.load().version
    assert before.startswith("proofdesk-base 0.1.0 sha256:")
    _replace(pack / "allowlist.yaml", "phones: []", "phones: ['+1 202 555 0100']")
    assert PolicyEngine.load(pack).version != before


@pytest.mark.parametrize(
    ("locale", "key"),
    [("zh-CN", "zh-CN"), ("zh", "zh-CN"), ("zh-HK", "zh-TW"), ("zh_Hant_TW", "zh-TW"), ("en-GB", "en"), ("fr", "en")],
)
def test_locale_falls_back_by_script_then_language(locale: str, key: str) -> None:
    assert by_locale({"zh-CN": "", "zh-TW": "", "en": ""}, locale) == key


def test_no_text_in_the_fallback_language_is_an_error() -> None:
    with pytest.raises(PolicyError):
        by_locale({"ja": ""}, "ko")
