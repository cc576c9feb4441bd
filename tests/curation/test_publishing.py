"""Changes are tried on known questions, published as a whole, and a drop needs a reason."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from assistant.bootstrap import App
from assistant.curation.cases import Case
from assistant.curation.publishing import Publishing
from assistant.curation.replay import Replay
from assistant.curation.views import Change, ChangeKind, ImpactReport, JobState, JobView, Verdict
from assistant.desk.errors import DeskError, Refusal
from assistant.model import Inquiry
from assistant.user import User

CASES = (
    Case("g1", "golden", ("昨晚提的款到今早还没收到",), "zh-CN", "wd-delayed"),
    Case("g2", "golden", ("换了新手机，之前那个动态码 App 里的都没了",), "zh-CN", "acc-2fa-lost"),
    Case("g3", "golden", ("how much do you charge per trade",), "en", "trd-fees"),
    Case("g4", "golden", ("礼品卡怎么兑换成余额",), "zh-CN", "gift-card"),
)
GIFT = """---
id: gift-card
locale: zh-CN
title: 兑换礼品卡
category: service
questions: [礼品卡怎么兑换, 礼品卡换成余额, 兑换码在哪里输入, 礼品卡充到账户, 朋友送的礼品卡怎么用, 禮品卡怎麼兌換]
---
## 结论
在「资产 > 礼品卡」输入兑换码，礼品卡的金额会进入可用余额。

## 步骤
1. 打开「资产 > 礼品卡」，页面会显示输入框。
2. 输入兑换码并点「兑换」，页面会显示到账金额。
"""


@pytest.fixture
def publishing(desk: App) -> Publishing:
    replay = Replay(
        chain_at=desk.chain_at,
        folder=desk.settings.data_dir / "replay",
        version=lambda: "1",
        today=lambda: desk.clock().date(),
    )
    return Publishing(desk.curation, desk.jobs, replay, golden=lambda: CASES)


def finished(desk: App, job: JobView) -> JobView:
    done = threading.Event()
    desk.jobs.start("wait", 0, lambda _: done.set())
    assert done.wait(60)
    now = desk.jobs.get(job.id)
    assert now is not None
    return now


def checked(desk: App, publishing: Publishing, user: User, *changes: Change) -> ImpactReport:
    job = publishing.check(user, changes)
    ended = finished(desk, job)
    assert ended.state is JobState.DONE, ended.message
    assert (ended.done, ended.total) == (2 * len(CASES), 2 * len(CASES))
    report = publishing.impact(user, job.id)
    assert report is not None
    return report


def draft(desk: App, user: User, text: str = GIFT) -> int:
    return desk.library.save_text(user, "", "", text, name="gift-card.md", based_on=0).number


def cites(desk: App, question: str) -> str:
    answer = desk.chain.answer(Inquiry("q", (question,)))
    return answer.citations[0].document_id if answer.citations else ""


def actions(desk: App) -> list[str]:
    with desk.database.reading() as records:
        return [event.action for event in records.audit.iterate()]


def test_a_draft_answers_nothing_until_it_is_published(desk: App, publishing: Publishing, supervisor: User) -> None:
    number = draft(desk, supervisor)
    assert cites(desk, "礼品卡怎么兑换") != "gift-card"
    report = checked(desk, publishing, supervisor, Change(ChangeKind.PUBLISH, "gift-card", "zh-CN", number))
    assert cites(desk, "礼品卡怎么兑换") != "gift-card", "a check publishes nothing"
    assert (report.total, report.right_before, report.right_after, report.drops) == (4, 3, 4, False)
    (case,) = report.cases
    assert (case.id, case.verdict, case.after.document_id) == ("g4", Verdict.BETTER, "gift-card")
    job = publishing.publish(supervisor, report.id)
    assert finished(desk, job).state is JobState.DONE
    assert cites(desk, "礼品卡怎么兑换") == "gift-card"
    assert actions(desk)[-2:] == ["knowledge.changed", "knowledge.published"]
    assert desk.knowledge.verify().ok


def test_a_drop_needs_a_reason_and_the_reason_is_recorded(desk: App, publishing: Publishing, supervisor: User) -> None:
    report = checked(
        desk,
        publishing,
        supervisor,
        Change(ChangeKind.REMOVE, "wd-delayed", "zh-CN"),
        Change(ChangeKind.REMOVE, "wd-delayed", "en"),
    )
    assert report.drops
    assert [case.id for case in report.cases if case.verdict is Verdict.WORSE] == ["g1"]
    for nothing in ("", "   "):
        with pytest.raises(DeskError) as refused:
            publishing.publish(supervisor, report.id, override=nothing)
        assert refused.value.code is Refusal.NEEDS_REASON
    assert cites(desk, "昨晚提的款到今早还没收到") == "wd-delayed"
    job = publishing.publish(supervisor, report.id, override="The article is wrong since the relaunch.")
    assert finished(desk, job).state is JobState.DONE
    assert cites(desk, "昨晚提的款到今早还没收到") != "wd-delayed"
    with desk.database.reading() as records:
        (published,) = [e for e in records.audit.iterate() if e.action == "knowledge.published"]
    assert published.data["override"] == "The article is wrong since the relaunch."
    assert published.data["drops"] is True
    assert published.actor == f"user:{supervisor.id}"


def test_what_changed_since_the_check_makes_the_report_stale(
    desk: App, publishing: Publishing, supervisor: User
) -> None:
    number = draft(desk, supervisor)
    report = checked(desk, publishing, supervisor, Change(ChangeKind.PUBLISH, "gift-card", "zh-CN", number))
    desk.catalog.remove("trd-fees")
    with pytest.raises(DeskError) as refused:
        publishing.publish(supervisor, report.id)
    assert refused.value.code is Refusal.STALE


def test_one_change_that_cannot_be_made_stops_all(desk: App, publishing: Publishing, supervisor: User) -> None:
    job = publishing.check(
        supervisor,
        (Change(ChangeKind.REMOVE, "trd-fees", "en"), Change(ChangeKind.PUBLISH, "trd-fees", "en", 9)),
    )
    ended = finished(desk, job)
    assert ended.state is JobState.FAILED
    assert "no version 9" in ended.message
    assert any(document.id == "trd-fees" for document in desk.catalog.documents())


def test_a_document_can_end_lose_a_passage_and_be_asked_for_in_other_words(
    desk: App, publishing: Publishing, supervisor: User
) -> None:
    number = draft(desk, supervisor)
    desk.knowledge.publish("gift-card", "zh-CN", number)
    detail = desk.library.document(supervisor, "gift-card", "zh-CN")
    step = next(passage for passage in detail.passages if "兑换码并点" in passage.text)
    report = checked(
        desk,
        publishing,
        supervisor,
        Change(ChangeKind.HIDE, "gift-card", "zh-CN", passage_id=step.id),
        Change(ChangeKind.QUESTIONS, "gift-card", "zh-CN", questions=("刮刮卡怎么用",)),
    )
    finished(desk, publishing.publish(supervisor, report.id, override="tidy up"))
    answer = desk.chain.answer(Inquiry("q", ("刮刮卡怎么用",)))
    assert answer.citations[0].document_id == "gift-card"
    assert "兑换码并点" not in answer.text
    detail = desk.library.document(supervisor, "gift-card", "zh-CN")
    assert [passage.hidden for passage in detail.passages if passage.id == step.id] == [True]
    tomorrow = desk.clock().date() + timedelta(days=1)
    report = checked(desk, publishing, supervisor, Change(ChangeKind.EXPIRE, "gift-card", "zh-CN", day=tomorrow))
    finished(desk, publishing.publish(supervisor, report.id, override="ends"))
    assert cites(desk, "礼品卡怎么兑换") == "gift-card"
    later = desk.chain.answer(Inquiry("q", ("礼品卡怎么兑换",), as_of=tomorrow))
    assert all(citation.document_id != "gift-card" for citation in later.citations)


def test_agents_and_the_disabled_are_refused(desk: App, publishing: Publishing, agent: User) -> None:
    for action in (
        lambda: publishing.check(agent, (Change(ChangeKind.REMOVE, "trd-fees", "en"),)),
        lambda: publishing.publish(agent, "x"),
        lambda: publishing.impact(agent, "x"),
        lambda: desk.library.documents(agent),
        lambda: desk.library.upload(agent, [("a.md", b"x")]),
        lambda: desk.upkeep.rollback(agent, "why"),
        lambda: desk.upkeep.overview(agent),
        lambda: desk.bench.search(agent, "提现"),
    ):
        with pytest.raises(DeskError) as refused:
            action()
        assert refused.value.code is Refusal.FORBIDDEN


def test_an_empty_or_unknown_wish_is_refused(desk: App, publishing: Publishing, supervisor: User) -> None:
    for action, code in (
        (lambda: publishing.check(supervisor, ()), Refusal.EMPTY),
        (lambda: publishing.impact(supervisor, "x"), Refusal.NOT_FOUND),
        (lambda: publishing.publish(supervisor, "x"), Refusal.NOT_FOUND),
    ):
        with pytest.raises(DeskError) as refused:
            action()
        assert refused.value.code is code


def test_a_second_check_asks_only_what_it_does_not_know(desk: App, supervisor: User) -> None:
    asked: list[str] = []
    replay = Replay(
        chain_at=desk.chain_at,
        folder=desk.settings.data_dir / "replay",
        version=lambda: "1",
        today=lambda: desk.clock().date(),
    )
    snapshot = desk.knowledge.build().id
    first = replay.outcomes(snapshot, CASES)

    def unknown(snapshot_id: str) -> object:
        asked.append(snapshot_id)
        raise AssertionError("every answer is known")

    again = Replay(
        chain_at=unknown,  # type: ignore[arg-type]
        folder=desk.settings.data_dir / "replay",
        version=lambda: "1",
        today=lambda: desk.clock().date(),
    )
    assert again.outcomes(snapshot, CASES) == first
    assert asked == []
