from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.compliance.engine import PolicyEngine
from assistant.compliance.errors import PolicyError
from assistant.compliance.notices import sha256
from assistant.model import HandoffReason

LOCALES = ("zh-CN", "zh-TW", "en")


def _ids(engine: PolicyEngine, *document: str, jurisdiction: str | None = None, locale: str = "zh-CN") -> list[str]:
    return [notice.id for notice in engine.notices_for(document, locale=locale, jurisdiction=jurisdiction)]


def test_every_drafted_reply_carries_the_ai_label(engine: PolicyEngine) -> None:
    assert _ids(engine) == ["AI-LABEL"]
    assert _ids(engine, "SAFETY", "IRREVERSIBLE", "SAFETY") == ["IRREVERSIBLE", "SAFETY", "AI-LABEL"]


def test_places_add_their_own(engine: PolicyEngine) -> None:
    assert _ids(engine, "GEN-RISK", jurisdiction="GB") == ["GB-CRYPTO-FULL", "GEN-RISK", "AI-LABEL"]
    assert _ids(engine, "SAFETY", jurisdiction="GB") == ["SAFETY", "AI-LABEL"]
    assert _ids(engine, "SAFETY", jurisdiction="CN") == ["CN-EXIT", "SAFETY", "AI-LABEL"]
    assert "CN-EXIT" not in _ids(engine, "SAFETY", locale="zh-CN")


def test_prescribed_text_stays_in_its_language(engine: PolicyEngine) -> None:
    notice = engine.notices_for(["GEN-RISK"], locale="zh-CN", jurisdiction="GB")[0]
    assert notice.locale == "en"
    assert notice.text == (
        "Don't invest unless you're prepared to lose all the money you invest. This is a high-risk investment and "
        "you should not expect to be protected if something goes wrong."
    )
    assert engine.notice_library.notices["GB-CRYPTO-FULL"].status == "secondary"


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en", "ja", "ko", "es", "ru", "vi"])
def test_ai_label_speaks_every_language(engine: PolicyEngine, locale: str) -> None:
    (notice,) = engine.notices_for([], locale=locale)
    assert notice.locale == locale
    assert notice.sha256 == sha256(notice.text)


def test_chinese_texts_use_full_width_punctuation(engine: PolicyEngine) -> None:
    texts = [e.text for n in engine.notice_library.notices.values() for k, e in n.locales.items() if k.startswith("zh")]
    texts += [t for by in engine.handoff_texts.texts.values() for k, t in by.items() if k.startswith("zh")]
    assert texts
    for text in texts:
        assert not re.search(r"[一-鿿][,;:?!()]|[一-鿿]\.", text), text


def test_unknown_notice_of_a_document_fails_closed(engine: PolicyEngine) -> None:
    with pytest.raises(PolicyError, match=r"wd-how.*NO-SUCH"):
        engine.notices_for(["NO-SUCH"], locale="en", topic="wd-how")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("should not expect to be protected", "are unlikely to be protected", "sha256"),
        ("- id: SAFETY", "- id: GEN-RISK", "twice"),
        ("- id: AI-LABEL", "- id: AI-OTHER", "AI-LABEL"),
        ("    zh-TW:", "    fr:", "locales"),
        ("- id: CN-EXIT", "- id: CN-OTHER", "CN-EXIT"),
    ],
)
def test_altered_notices_stop_the_desk(pack: Path, old: str, new: str, message: str) -> None:
    path = pack / "notices.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=message):
        PolicyEngine.load(pack)


@pytest.mark.parametrize("reason", list(HandoffReason))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_handoff_has_a_text(engine: PolicyEngine, reason: HandoffReason, locale: str) -> None:
    text = engine.handoff(reason, locale)
    assert len(text) > 20
    assert "工单号" not in text
    assert "工單號" not in text
    assert "ticket number" not in text.lower()
    if locale != "en":
        assert re.search(r"[一-鿿]", text)
    for word in ("制裁", "洗钱", "洗錢", "sanction", "laundering", "OFAC"):
        assert word not in text


def test_missing_handoff_stops_the_desk(pack: Path) -> None:
    path = pack / "handoffs.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("  MINOR:\n    zh-CN:", "  MINOR:\n    fr:", 1), encoding="utf-8"
    )
    with pytest.raises(PolicyError, match=r"MINOR in zh-CN"):
        PolicyEngine.load(pack)


@pytest.mark.parametrize("locale", ["ja", "ko", "es", "ru", "vi"])
def test_short_handoffs_in_the_other_languages(engine: PolicyEngine, locale: str) -> None:
    for reason in (
        HandoffReason.NO_EVIDENCE,
        HandoffReason.CUSTOMER_REQUEST,
        HandoffReason.SECRET,
        HandoffReason.SELFHARM,
    ):
        assert engine.handoff(reason, locale) != engine.handoff(reason, "en")
    assert engine.handoff(HandoffReason.ATO, locale) == engine.handoff(HandoffReason.ATO, "en")


@pytest.mark.parametrize("reason", [HandoffReason.ATO, HandoffReason.THEFT])
def test_takeover_and_theft_freeze_first(engine: PolicyEngine, reason: HandoffReason) -> None:
    assert "账户与安全 > 自助冻结" in engine.handoff(reason, "zh-CN")
    assert "帳戶與安全 > 自助凍結" in engine.handoff(reason, "zh-TW")
    assert "freeze the account at once" in engine.handoff(reason, "en")


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en", "ja", "ko", "es", "ru", "vi"])
def test_selfharm_text_is_about_the_person_only(engine: PolicyEngine, locale: str) -> None:
    text = engine.handoff(HandoffReason.SELFHARM, locale)
    assert not re.search(r"\d", text), "no number that nobody verified"
    for word in ("交易", "账户", "AI", "人工智能", "trade", "account", "风险"):
        assert word not in text


def test_lea_text_confirms_nothing(engine: PolicyEngine) -> None:
    assert "不在客服渠道确认或否认" in engine.handoff(HandoffReason.LEA, "zh-CN")
    assert "neither confirm nor deny" in engine.handoff(HandoffReason.LEA, "en")


def test_account_review_reads_like_every_hold(engine: PolicyEngine) -> None:
    hold = engine.notice_library.select(["HOLD-NEUTRAL"], "en")[0].text
    assert engine.handoff(HandoffReason.ACCOUNT_REVIEW, "en").startswith(hold.split(".")[0])


def test_what_a_person_wrote_alone_carries_no_ai_label(engine: PolicyEngine) -> None:
    def ids(*document: str, jurisdiction: str | None = None) -> list[str]:
        return [n.id for n in engine.notices_for(document, locale="en", jurisdiction=jurisdiction, ai=False)]

    assert ids() == []
    assert ids("AI-LABEL", "SAFETY") == ["SAFETY"]
    assert ids("GEN-RISK", jurisdiction="GB") == ["GB-CRYPTO-FULL", "GEN-RISK"]
