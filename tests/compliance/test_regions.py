from __future__ import annotations

import pytest

from assistant.compliance.engine import PolicyEngine


@pytest.mark.parametrize(
    ("topic", "category", "allowed"),
    [
        ("wd-how", "withdrawal", True),
        ("acc-close", "account", True),
        ("acc-hacked", "account", True),
        ("sec-phishing", "security", True),
        ("svc-human", "service", True),
        ("pol-privacy", "policy", True),
        ("pol-complaints", "policy", True),
        ("acc-register", "account", False),
        ("acc-kyc-levels", "account", False),
        ("dep-how", "deposit", False),
        ("trd-fees", "trading", False),
        ("mer-api", "merchant", False),
        ("pol-tax", "policy", False),
        ("edu-staking", "education", False),
    ],
)
def test_mainland_china_is_exit_only(engine: PolicyEngine, topic: str, category: str, allowed: bool) -> None:
    assert engine.region_allows(topic, category, "CN") is allowed
    assert engine.region_allows(topic, category, "cn-yn") is allowed
    assert engine.region_allows(topic, category, ["HK", "CN"]) is allowed
    assert engine.region_allows(topic, category, ["CN", "XX"]) is allowed
    assert engine.region_allows(topic, category, "HK")
    assert engine.region_allows(topic, category, None)


def test_codes_are_read_generously(engine: PolicyEngine) -> None:
    regions = engine.regions
    assert regions.resolve(" uk ") == (frozenset({"GB"}), True)
    assert regions.resolve("DE") == (frozenset({"DE", "EU"}), True)
    assert regions.resolve("XX") == (frozenset(), False)
    assert regions.resolve(None) == regions.resolve([]) == (frozenset(), False)
