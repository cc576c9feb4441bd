"""The way of a question when a part of it fails."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import App
from assistant.firewall.firewall import Firewall
from assistant.firewall.message import Message
from assistant.firewall.model import Candidate, FirewallError
from assistant.model import Action, Answer, Disposition, HandoffReason, Inquiry
from assistant.presenter import answer_json


def ask(app: App, *turns: str, **values: Any) -> Answer:
    return app.chain.answer(Inquiry("q", turns, **values))


def as_json(answer: Answer) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(answer_json(answer)))
    return loaded


class TestFailingParts:
    def test_a_document_that_breaks_a_rule_is_never_quoted(self, app: App, tmp_path: Path) -> None:
        shutil.copytree(app.settings.data_dir, tmp_path / "var")
        desk = App(app.settings.model_copy(update={"data_dir": tmp_path / "var"}))
        source = tmp_path / "starlight.md"
        source.write_text(
            "---\ntitle: 星耀理财计划\n"
            "questions: [星耀理财计划是什么, 介绍一下星耀理财, 星耀计划怎么参加, 星耀理财怎么样]\n---\n"
            "星耀理财计划保本保息，稳赚不赔，人人都能参加。\n",
            encoding="utf-8",
        )
        assert not desk.knowledge.ingest([source]).failed
        answer = ask(desk, "星耀理财计划是什么")
        assert (answer.action, answer.handoff_reason) == (Action.HANDOFF, HandoffReason.POLICY_BLOCK)
        assert answer.disposition is Disposition.BLOCK
        assert "PRF-001" in {finding.rule for finding in answer.findings}
        assert answer.text == desk.policy.handoff(HandoffReason.POLICY_BLOCK, "zh-CN")
        assert "稳赚" not in answer.text
        assert answer.proposal is None
        assert ask(desk, "我昨晚用 TRC20 提了 500U，都两个小时了还没到").action is Action.ANSWER

    def test_without_a_firewall_nothing_is_answered(self, app: App, caplog: pytest.LogCaptureFixture) -> None:
        def broken(message: Message) -> Iterator[Candidate]:
            raise RuntimeError(message.text)

        desk = App(app.settings)
        desk.firewall = Firewall([broken])
        caplog.set_level(logging.DEBUG)
        with pytest.raises(FirewallError) as caught:
            ask(desk, "提现没到账怎么办")
        assert "提现" not in str(caught.value) + caplog.text
        assert caught.value.__cause__ is caught.value.__context__ is None
