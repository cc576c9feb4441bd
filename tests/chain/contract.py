"""What holds for every answer, whatever was asked: the command contract, read from the JSON and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.bootstrap import App
from corpus.sentences import split_sentences

KEYS = {
    "id",
    "action",
    "disposition",
    "handoff_reason",
    "text",
    "language",
    "confidence",
    "citations",
    "disclaimers",
    "findings",
    "evidence",
    "draft",
    "trace",
    "versions",
}
CONNECTIVES = (
    "ack_upset",
    "steps_intro",
    "have_ready_intro",
    "ask_coin_network",
    "ask_level",
    "ask_tier",
    "source_language",
    "plain_intro",
)
_MARK = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")


def assert_answered(app: App, data: dict[str, Any], turns: Sequence[str]) -> None:
    """`data` is a cited answer to `turns` that keeps every promise."""
    assert data["action"] == "answer", data["text"]
    assert data["handoff_reason"] is None
    assert data["disposition"] == "review"
    assert_contract(app, data, turns)


def assert_contract(app: App, data: dict[str, Any], turns: Sequence[str]) -> None:
    """The promises that an answer and a question back both keep."""
    assert data.keys() >= KEYS
    assert 0.0 <= data["confidence"] <= 1.0
    assert [finding for finding in data["findings"] if finding["severity"] == "block"] == []
    assert "⟦" not in data["text"]
    assert set(data["versions"]) - {"level"} == {"snapshot", "policy", "prompt", "model"}
    assert data["versions"].get("level", "plain") == "plain"
    body = _body_above_notices(app, data)
    _citations_resolve(data, body)
    _every_sentence_cites(app, data, body)
    _every_number_has_a_source(data, body, turns)


def _body_above_notices(app: App, data: dict[str, Any]) -> str:
    texts = []
    for id_ in data["disclaimers"]:
        [text] = {
            entry.text
            for entry in app.policy.notice_library.notices[id_].locales.values()
            if data["text"].count(entry.text) == 1
        }
        texts.append(text)
    assert "AI-LABEL" in data["disclaimers"]
    tail = "".join(f"\n\n{text}" for text in texts)
    assert data["text"].endswith(tail)
    body: str = data["text"].removesuffix(tail)
    return body


def _citations_resolve(data: dict[str, Any], body: str) -> None:
    evidence = {item["n"]: item for item in data["evidence"]}
    assert [citation["n"] for citation in data["citations"]] == list(range(1, len(data["citations"]) + 1))
    assert data["citations"]
    assert {int(n) for n in _MARK.findall(body)} == {citation["n"] for citation in data["citations"]}
    for citation in data["citations"]:
        source = evidence[citation["n"]]
        start, end = citation["span"]
        assert source["text"][start:end] == citation["quote"] != ""
        for key in ("document_id", "passage_id", "title"):
            assert source[key] == citation[key]


def _every_sentence_cites(app: App, data: dict[str, Any], body: str) -> None:
    """Between two marks stands one sentence, and nothing stands behind the last mark of a line."""
    connectives = [app.messages.text(key, locale) for locale in app.messages.locales for key in CONNECTIVES]
    for line in filter(None, body.split("\n")):
        for connective in connectives:
            line = line.replace(connective, "")
        *cited, rest = re.split(r"(?:\[\d+\])+", line)
        assert rest.strip() == "", f"no citation: {line}"
        for part in cited:
            text = re.sub(r"^\d+\. ", "", part.strip())
            if text != part.strip() and data["versions"].get("level"):
                continue  # cut at its semicolon, a step is still one step
            assert len(split_sentences(text)) == 1, f"one mark for several sentences: {text}"


def _every_number_has_a_source(data: dict[str, Any], body: str, turns: Sequence[str]) -> None:
    """Independent of the fact-lock: each run of digits stands in a cited passage or in what the customer wrote."""
    cited = {citation["n"] for citation in data["citations"]}
    sources = [item["text"] + item["title"] for item in data["evidence"] if item["n"] in cited]
    known = set(_NUMBER.findall("\n".join([*sources, *turns])))
    lines = (re.sub(r"^\d+\. ", "", line) for line in _MARK.sub("", body).split("\n"))
    assert {number for line in lines for number in _NUMBER.findall(line)} <= known
