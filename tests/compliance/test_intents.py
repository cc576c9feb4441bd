from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import TypedDict

import pytest

from assistant.compliance.errors import PolicyError
from assistant.compliance.intents import IntentDetector
from assistant.model import HandoffReason

DEVELOPMENT = Path(__file__).parent / "data" / "intents_dev.jsonl"
ESCALATIONS = tuple(reason for reason in HandoffReason if reason.value.isupper())


class Row(TypedDict):
    text: str
    lang: str
    kind: str
    intent: str


ROWS: list[Row] = [json.loads(line) for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines()]


def _incidents(detector: IntentDetector, text: str, *turns: str) -> list[str]:
    return [detected.intent.value for detected in detector.detect(text, turns) if detected.incident]


def test_development_set_is_large_and_covers_every_intent() -> None:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in ROWS:
        counts[row["intent"], row["lang"]] += row["kind"] == "incident"
    assert len(ROWS) >= 250
    assert all(counts[intent.value, lang] >= 8 for intent in ESCALATIONS for lang in ("zh", "en"))


@pytest.mark.parametrize("intent", [intent.value for intent in ESCALATIONS])
def test_recall_on_the_development_set(detector: IntentDetector, intent: str) -> None:
    missed = [
        row["text"] for row in ROWS if row["intent"] == intent and intent not in _incidents(detector, row["text"])
    ]
    assert missed == []


def test_precision_on_the_development_set(detector: IntentDetector) -> None:
    alarms = {
        row["text"]: found for row in ROWS if row["kind"] != "incident" and (found := _incidents(detector, row["text"]))
    }
    assert alarms == {}


@pytest.mark.parametrize(
    ("incident", "question", "intent"),
    [
        ("我的账户被盗了怎么办", "账户被盗怎么办", "ATO"),
        ("我被骗了", "怎么避免被骗", "SCAM"),
        ("我币被偷了", "怎么防止币被偷走", "THEFT"),
        ("我要投诉", "怎么投诉", "COMPLAINT"),
        ("我父亲去世了", "如果我父亲去世了，账户怎么办", "BEREAVE"),
        ("请删除我的个人信息", "怎么删除我的个人信息", "DSR"),
        ("my account was hacked", "what if my account was hacked", "ATO"),
        ("I got scammed", "how do I avoid getting scammed", "SCAM"),
        ("I want to file a complaint", "how do I file a complaint", "COMPLAINT"),
        ("please delete my personal data", "how can I delete my personal data", "DSR"),
    ],
)
def test_incident_versus_question(detector: IntentDetector, incident: str, question: str, intent: str) -> None:
    assert intent in _incidents(detector, incident)
    assert _incidents(detector, question) == []


def test_a_question_is_reported_as_one(detector: IntentDetector) -> None:
    (detected,) = detector.detect("什么是杀猪盘？")
    assert (detected.intent, detected.incident) == (HandoffReason.SCAM, False)


def test_silent_cues_show_only_as_account_review(detector: IntentDetector) -> None:
    (detected,) = detector.detect("黑U能充进来吗")
    assert (detected.intent, detected.queue) == (HandoffReason.ACCOUNT_REVIEW, "account-services")
    assert detector.detect("什么是混币") == ()
    for intent in detector.intents:
        assert not any(word in intent.spec.queue for word in ("aml", "sanction", "launder", "crime", "fraud"))


def test_selfharm_duress_and_threat_stand_whatever_the_frame(detector: IntentDetector) -> None:
    assert "SELFHARM" in _incidents(detector, "如果明天还不到账我就跳楼")
    assert "SELFHARM" in _incidents(detector, "爆仓了要死了")
    assert "DURESS" in _incidents(detector, "有人逼我转币怎么办")
    assert "THREAT" in _incidents(detector, "如果再拖，我弄死你们")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("アカウントが乗っ取られました", "ATO"),
        ("もう死にたいです", "SELFHARM"),
        ("계정이 해킹당했어요", "ATO"),
        ("사기를 당했습니다", "SCAM"),
        ("me hackearon la cuenta", "ATO"),
        ("me estafaron ayer", "SCAM"),
        ("У меня украли USDT", "THEFT"),
        ("не хочу больше жить", "SELFHARM"),
        ("tài khoản của tôi bị hack", "ATO"),
        ("tôi bị lừa 2000 USDT", "SCAM"),
        ("我的帳號被駭了", "ATO"),
        ("我的 帳 戶 被 盜 了", "ATO"),
    ],
)
def test_other_languages_and_disguises(detector: IntentDetector, text: str, intent: str) -> None:
    assert intent in _incidents(detector, text)


@pytest.mark.parametrize(
    "text", ["アカウントの乗っ取りを防ぐ方法", "¿cómo evitar que hackeen mi cuenta?", "как защитить аккаунт от взлома"]
)
def test_questions_in_other_languages(detector: IntentDetector, text: str) -> None:
    assert _incidents(detector, text) == []


def test_several_intents_come_most_urgent_first(detector: IntentDetector) -> None:
    found = detector.detect("我的币被人偷走了，再不处理我就投诉，我不想活了")
    assert [detected.intent for detected in found] == [
        HandoffReason.SELFHARM,
        HandoffReason.THEFT,
        HandoffReason.COMPLAINT,
    ]
    assert [detected.sla for detected in found] == sorted(detected.sla for detected in found)
    assert found[0].sla == timedelta(minutes=2)


def test_span_is_in_the_original(detector: IntentDetector) -> None:
    text = "您好！！我的帳\u200b戶被盜了"
    (detected,) = detector.detect(text)
    assert text[slice(*detected.span)].startswith("帳\u200b戶被盜")


def test_urgent_incidents_of_earlier_turns_stand(detector: IntentDetector) -> None:
    (detected,) = detector.detect("那手续费多少", ["我的账户被盗了"])
    assert (detected.intent, detected.incident, detected.turn) == (HandoffReason.ATO, True, 0)
    assert _incidents(detector, "那手续费多少", "我要投诉") == []
    assert _incidents(detector, "那手续费多少", "账户被盗怎么预防") == []
    (now,) = detector.detect("我的账户被盗了", ["账户被盗了"])
    assert now.turn is None


@pytest.mark.parametrize(
    "text",
    [
        "转人工",
        "人工",
        "幫我轉接真人客服",
        "能不能给我找个真人",
        "有人工吗",
        "不要机器人，我要真人",
        "换个活人来说",
        "talk to a human",
        "can I speak with a real person please",
        "connect me to an agent",
        "HUMAN",
        "I need a live agent",
        "担当者につないでください",
        "상담원 연결해 주세요",
        "quiero hablar con una persona",
        "соедините с оператором",
        "cho tôi gặp nhân viên",
    ],
)
def test_wish_for_a_person(detector: IntentDetector, text: str) -> None:
    assert detector.wants_human(text)


@pytest.mark.parametrize(
    "text",
    [
        "怎么转人工",
        "人工客服几点上班",
        "機器人搞不定的時候會自動換真人接嗎",
        "先不用转人工",
        "人工智能会不会看我的聊天",
        "人工审核要多久",
        "有人打电话让我把币转走",
        "找人工之前要准备什么",
        "how do I talk to a human",
        "what time are human agents available",
        "I don't want to talk to a person",
        "who is the contact person for merchants",
        "担当者の営業時間は何時ですか",
        "상담원은 몇 시까지 하나요",
        "cómo puedo hablar con una persona",
        "как связаться с оператором",
        "làm sao để gặp nhân viên",
    ],
)
def test_question_about_persons_is_no_wish(detector: IntentDetector, text: str) -> None:
    assert not detector.wants_human(text)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- id: BEREAVE", "- id: no_evidence", "BEREAVE"),
        ("mode: always", "mode: often", "mode"),
        ("- '不想活|", "- '(?=x)不想活|", "SELFHARM"),
    ],
)
def test_broken_cues_stop_the_desk(pack: Path, old: str, new: str, message: str) -> None:
    path = pack / "intents.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=message):
        IntentDetector.load(pack)


def test_intent_given_twice_stops_the_desk(pack: Path) -> None:
    path = pack / "intents.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("- id: BEREAVE"), text.index("\nhuman:")
    path.write_text(text[:end] + "\n" + text[start:end] + text[end:], encoding="utf-8")
    with pytest.raises(PolicyError, match="twice"):
        IntentDetector.load(pack)
