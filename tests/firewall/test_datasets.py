"""Recall and false alarms on public data, as bars a little below what was measured (in the comments)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.firewall.firewall import Firewall
from assistant.firewall.model import SpanAction

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FIREWALL = Firewall()


def rows(name: str) -> list[dict[str, Any]]:
    path = DATA / name / "dev.jsonl"
    if not path.exists():
        pytest.skip(f"data set {name} is not on this machine")
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.slow
def test_every_published_secret_is_destroyed() -> None:
    """Measured 1.0 for all types, bare and inside a sentence."""
    secrets = {"mnemonic", "wif_private_key", "bip38_encrypted_key", "xprv", "seed_hex"}
    chosen = [row for row in rows("pii_crypto_secrets") if row["type"] in secrets]
    assert len(chosen) > 300
    for row in chosen:
        for frame in ("{}", "你好，{}，谢谢", "Please check {} for me."):
            text = frame.format(row["value"])
            spans = [span for span in FIREWALL.screen(text).spans if span.action is SpanAction.DESTROY]
            start = text.index(row["value"])
            assert any(s.start <= start and s.end >= start + len(row["value"]) for s in spans), row["id"]


@pytest.mark.slow
def test_published_addresses_stay_readable() -> None:
    """Measured 1.0 with the word address; 0.927 bare, where 64 hexadecimal digits (APT, SUI, NEAR) are withheld."""
    valid = [row["value"] for row in rows("pii_crypto_secrets") if row["type"] == "address" and row["valid"]]
    assert all(value in FIREWALL.screen(f"地址：{value}").text for value in valid)
    bare = sum(value in FIREWALL.screen(value).text for value in valid)
    assert bare >= 0.92 * len(valid)
    recognised = sum(bool(FIREWALL.screen(f"地址：{value}").kept("WALLET_ADDRESS")) for value in valid)
    assert recognised >= 0.94 * len(valid)


@pytest.mark.slow
def test_recall_per_type_in_chinese_questions() -> None:
    """Measured 1.0 for every type (PERSON 0.99); no alarm in the 219 rows without personal data, none beside it."""
    names = {"CN_PHONE": "PHONE", "CN_ID_CARD": "ID_CARD", "SEED_PHRASE": "MNEMONIC"}
    hits: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    false, clean = 0, 0
    for row in rows("pii_zh_semisynthetic"):
        spans = FIREWALL.screen(row["text"]).spans
        if not row["spans"]:
            clean += 1
            false += bool(spans)
        for gold in row["spans"]:
            kind = names.get(gold["type"], gold["type"])
            totals[kind] += 1
            hits[kind] += any(s.type == kind and s.start <= gold["start"] and s.end >= gold["end"] for s in spans)
    recall = {kind: hits[kind] / totals[kind] for kind in totals}
    assert recall["MNEMONIC"] == recall["PRIVATE_KEY"] == 1.0
    assert (
        min(recall[kind] for kind in ("PHONE", "ID_CARD", "BANK_CARD", "EMAIL", "WALLET_ADDRESS", "IP_ADDRESS")) >= 0.99
    )
    assert recall["PERSON"] >= 0.95
    assert recall["ADDRESS"] >= 0.95
    assert recall["LICENSE_PLATE"] >= 0.95
    assert clean > 200
    assert false == 0


@pytest.mark.slow
def test_false_alarms_in_english_banking_questions() -> None:
    """Measured 0 of 10 003; the bar is 0.1 %."""
    questions = rows("banking77")
    alarms = sum(bool(FIREWALL.screen(row["text"]).spans) for row in questions)
    assert alarms <= 0.001 * len(questions)


@pytest.mark.slow
def test_cards_ibans_and_mail_in_english_templates() -> None:
    """Measured 1.0 for each."""
    kinds = {"credit_card_number": "BANK_CARD", "iban": "IBAN", "email": "EMAIL", "ip_address": "IP_ADDRESS"}
    for row in rows("pii_en_presidio"):
        spans = FIREWALL.screen(row["text"]).spans
        for gold in row["spans"]:
            if gold["type"] in kinds:
                kind = kinds[gold["type"]]
                assert any(s.type == kind and s.start <= gold["start"] and s.end >= gold["end"] for s in spans), row[
                    "id"
                ]
