"""The knowledge page against the real desk: files come in, changes are checked and published, and answers follow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from assistant.curation.cases import GOLDEN
from assistant.storage.database import Database
from assistant.user import Role
from tests.e2e.lead import Lead
from tests.e2e.looks import check_looks
from tests.e2e.people import SESSION, STAFF, agent, customer, hire
from tests.ui.desk_process import WATCHED_SERVE, Desk, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PANES = ("documents", "upload", "changes", "bench", "upkeep")
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
QUESTIONS = (
    {"id": "g1", "topic": "wd-delayed", "locale": "zh-CN", "question": "昨晚提的款到今早还没收到"},
    {"id": "g2", "topic": "acc-2fa-lost", "locale": "zh-CN", "question": "换了新手机，之前那个动态码 App 里的都没了"},
    {"id": "g3", "topic": "gift-card", "locale": "zh-CN", "question": "礼品卡怎么兑换成余额"},
)
CHIEF = "vi"
# The desk as it is, but that a check asks three questions instead of all that ship.
SERVE = """
from functools import partial
from pathlib import Path
from assistant import bootstrap
from assistant.curation.cases import golden_cases

bootstrap.Publishing = partial(bootstrap.Publishing, golden=partial(golden_cases, Path({path!r})))
"""


@pytest.fixture(scope="module")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of this file's own: what it publishes must not reach the other tests."""
    root = tmp_path_factory.mktemp("curated")
    hire(root / "var", {**STAFF, CHIEF: Role.SUPERVISOR})
    golden = root / "golden.jsonl"
    golden.write_text("\n".join(json.dumps(each) for each in QUESTIONS), encoding="utf-8")
    script = SERVE.format(path=str(golden)) + WATCHED_SERVE
    with serving(root / "var", script, messages_per_minute="600") as running:
        yield running
        assert running.reached == []


@pytest.fixture(scope="module")
def lead(chromium: Browser, house: Desk) -> Iterator[Lead]:
    someone = _lead(chromium, house)
    yield someone
    someone.context.close()


@pytest.fixture
def su(lead: Lead) -> Iterator[Lead]:
    """The supervisor, with nothing in the basket."""
    lead.resized(1440)
    if lead.see("dialog[open]").count():
        lead.page.keyboard.press("Escape")
    lead.page.evaluate("sessionStorage.clear()")
    lead.visit()
    yield lead
    lead.well()


def _lead(browser: Browser, desk: Desk, **options: Any) -> Lead:
    client = desk.browser("su")
    token = client.cookies[SESSION]
    client.close()
    options = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, **options}
    context = browser.new_context(**options)
    context.add_cookies([{"name": SESSION, "value": token, "url": desk.url, "httpOnly": True, "sameSite": "Lax"}])
    someone = Lead(context, desk)
    someone.page.on("dialog", lambda dialog: dialog.accept())  # "leave the page?": yes
    someone.visit()
    return someone


def _audit(desk: Desk, action: str) -> list[dict[str, Any]]:
    database = Database(f"sqlite:///{desk.data_dir / 'proofdesk.db'}")
    with database.reading() as records:
        events = [dict(event.data) for event in records.audit.since(0) if event.action == action]
    database.close()
    return events


def test_there_are_enough_golden_questions_that_ship() -> None:
    """This file asks only three of them."""
    assert len(Path(GOLDEN).read_text(encoding="utf-8").splitlines()) > 100


def test_an_uploaded_file_becomes_an_answer_and_a_broken_one_is_refused_by_name(
    su: Lead, chromium: Browser, house: Desk
) -> None:
    su.pane("upload")
    su.page.evaluate(
        """() => {
          window.states = [];
          new MutationObserver((found) => found.forEach(({ target }) => window.states.push(target.dataset.state)))
            .observe(document.querySelector("#kno-uploads"), { subtree: true, attributeFilter: ["data-state"] });
        }"""
    )
    su.upload(gift_md=GIFT, broken_pdf=b"%PDF-1.4 cut off")
    assert {"sending", "reading", "done", "failed"} <= set(su.page.evaluate("window.states"))
    expect(su.see("#kno-upload-totals")).to_have_text("已完成 2 / 2，失败 1")
    expect(su.uploaded("broken.pdf").locator(".kno-bad")).to_contain_text("broken.pdf")

    su.uploaded("gift.md").locator("[data-act='open']").click()
    expect(su.see("#kno-title")).to_have_text("兑换礼品卡")
    expect(su.see("#kno-passages .kno-card")).to_have_count(2)
    expect(su.see("#kno-passages .kno-card").first).to_contain_text("礼品卡的金额会进入可用余额")
    expect(su.see("#kno-passages .kno-summary")).to_contain_text("版本 v1")
    expect(su.search("礼品卡怎么兑换").filter(has_text="兑换礼品卡")).to_have_count(0)

    su.pane("changes")
    su.see("[data-slot='drafts'] [data-act='stage-version']").click()
    expect(su.see(".kno-basket > li")).to_contain_text("发布 v1")
    report = su.check()
    expect(report.locator(".kno-score")).to_contain_text("2 / 3")
    expect(report.locator(".kno-score")).to_contain_text("3 / 3")
    better = report.locator(".kno-cases[data-verdict='better'] .kno-case")
    expect(better).to_contain_text("礼品卡怎么兑换成余额")
    expect(better.locator(".kno-side").nth(1)).to_contain_text("礼品卡的金额会进入可用余额")
    su.publish()
    _next_question_is_answered_from_it(chromium, house)


def _next_question_is_answered_from_it(chromium: Browser, house: Desk) -> None:
    asker, lin = customer(chromium, house), agent(chromium, house, "lin")
    number = asker.ask("礼品卡怎么兑换")
    lin.claim(number)
    expect(lin.see("#con-title")).to_have_text("兑换礼品卡")
    lin.page.keyboard.press("a")
    asker.at("sent")
    expect(asker.replies).to_contain_text("礼品卡的金额会进入可用余额")
    expect(asker.replies).to_contain_text("输入兑换码并点「兑换」")
    for someone in (asker, lin):
        someone.well()
        someone.context.close()


def test_a_text_is_linted_survives_a_reload_and_is_continued_by_somebody_else(
    su: Lead, chromium: Browser, house: Desk
) -> None:
    su.open("dep-how", part="edit")
    box = su.see("#kno-text")
    original = box.input_value()
    assert "{{" in original, "the source, not what is made of it"
    box.fill(f"{original}\n充值 7 天内保证到账。\n")
    expect(su.see("#kno-preview-lint")).to_contain_text("数字直接写在正文里")
    expect(su.see("[data-slot='preview'] .kno-card").last).to_contain_text("7 天内保证到账")
    su.page.reload()
    su.ready()
    expect(su.see("#kno-part-edit")).to_have_attribute("aria-pressed", "true")
    expect(box).to_have_value(f"{original}\n充值 7 天内保证到账。\n")
    mended = f"{original}\n充值记录可以随时查看。\n"
    box.fill(mended)
    su.see("#kno-note").fill("充值记录")
    su.see("#kno-save").click()
    expect(su.told()).to_contain_text("草稿 v1")
    expect(su.see("#kno-newer")).to_contain_text("正在写草稿 v1（su")

    other = _lead(chromium, house)
    other.open("dep-how", part="edit")
    expect(other.see("#kno-text")).to_have_value(mended)
    other.see("#kno-newer button").click()
    expect(other.see("#kno-text")).to_have_value(original)
    other.see("#kno-newer button").click()
    other.see("#kno-text").fill(f"{mended}每笔都有编号。\n")
    box.fill(f"{mended}每笔都有时间。\n")
    other.see("#kno-save").click()
    expect(other.told()).to_contain_text("草稿 v2")
    expect(su.see("#kno-newer")).to_contain_text("有了新的版本 v2")
    su.see("#kno-save").click()
    expect(su.told("error")).to_contain_text("您写的文字还在")
    expect(box).to_have_value(f"{mended}每笔都有时间。\n")
    other.well()
    other.context.close()

    su.part("versions")
    expect(su.see("[data-slot='versions'] tbody tr")).to_have_count(3)
    expect(su.see("tr[data-number='1'] .kno-note")).to_contain_text("充值记录")
    su.see("#kno-compare button").click()
    expect(su.see("#kno-diff [data-line='added']")).to_contain_text("每笔都有编号")
    expect(su.see("#kno-diff .kno-summary")).to_have_text("新增 1 行，删除 0 行")
    for number in (2, 1):
        su.see(f"tr[data-number='{number}'] [data-act='ask-discard']").click()
        su.see("#kno-discard-go").click()
        expect(su.see(f"tr[data-number='{number}']")).to_contain_text("已移除")


def test_passages_are_hidden_and_questions_added_by_way_of_the_check(su: Lead) -> None:
    su.open("acc-2fa-lost")
    card = su.see("#kno-passages .kno-card").filter(has=su.page.get_by_text("例外", exact=True)).first
    passage = card.get_attribute("data-passage")
    text = card.locator(".kno-text").inner_text()
    card.locator("[data-act='toggle']").click()
    expect(card).to_have_attribute("data-pending", "hide")
    su.see("[data-act='ask-questions']").click()
    su.see("#kno-questions-value").fill("动态口令的软件不见了\n谷歌那个六位数没了")
    su.see("#kno-questions-go").click()
    expect(su.see("#kno-questions-pending")).to_be_visible()
    su.page.reload()  # the basket is kept as well
    su.ready()
    expect(su.see("#kno-questions-pending")).to_be_visible()
    report = su.check()
    items = su.see(".kno-basket > li")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text(text.splitlines()[0][:40])
    expect(items.last).to_contain_text("谷歌那个六位数没了")
    assert "worse" not in report.inner_html()
    su.publish()
    su.open("acc-2fa-lost")
    hidden = su.see(f"#kno-passages .kno-card[data-passage='{passage}']")
    expect(hidden).to_have_attribute("data-hidden", "1")
    expect(su.see("#kno-questions li[data-added='1']")).to_have_count(2)
    hits = su.search("谷歌那个六位数没了")
    expect(hits.first).to_contain_text("丢失验证器")
    expect(hits.first.locator(".kno-led")).to_contain_text("谷歌那个六位数没了")
    su.search(text.splitlines()[0][:60])
    expect(su.see(f"#kno-hits [data-passage='{passage}']")).to_have_count(0)
    su.open("acc-2fa-lost")
    hidden.locator("[data-act='toggle']").click()
    expect(hidden).to_have_attribute("data-pending", "show")


def test_a_question_that_is_too_long_is_refused_and_what_was_begun_is_not_the_next_persons(
    chromium: Browser, house: Desk
) -> None:
    someone = _lead(chromium, house)
    someone.open("acc-2fa-lost")
    someone.see("[data-act='ask-questions']").click()
    someone.see("#kno-questions-value").fill("长" * 501)
    someone.see("#kno-questions-go").click()
    expect(someone.see("#kno-dialog-questions .con-form-error")).to_contain_text("500")
    someone.see("#kno-questions-value").fill("验证器丢失以后怎么办才好")
    someone.see("#kno-questions-go").click()
    expect(someone.see("[data-count='changes']")).to_have_text("1")
    client = house.browser(CHIEF)
    someone.context.add_cookies([{"name": SESSION, "value": client.cookies[SESSION], "url": house.url}])
    client.close()
    someone.page.reload()
    someone.ready()
    expect(someone.see("[data-count='changes']")).to_have_text("")
    someone.context.close()


def test_the_bench_says_why_a_passage_was_found(su: Lead) -> None:
    hits = su.search("提现 2 小时还没到账")
    expect(su.see("#kno-hits > .con-bar")).to_contain_text("会起草回答")
    first = hits.first
    expect(first.locator("h3")).to_have_text("提现未到账或延迟")
    expect(first.locator("mark").first).to_be_visible()
    assert "提现" in first.locator("mark").all_inner_texts()
    told = " ".join(hits.locator(".con-chip").all_inner_texts())
    assert re.search(r"向量 #\d+ 0\.\d{3}", told)
    assert re.search(r"词面 #\d+ \d+\.\d{3}", told)
    su.see("#kno-hits .kno-fold summary").nth(1).click()
    expect(su.see("#kno-hits .kno-fold").nth(1)).to_contain_text("首位的向量相似度")
    su.search("火星上怎么养金鱼")
    expect(su.see("#kno-hits > .con-bar")).to_contain_text("会转人工")


def test_a_drop_is_published_only_with_a_reason_and_can_be_taken_back(su: Lead, house: Desk) -> None:
    su.open("wd-delayed")
    su.see("[data-act='ask-remove']").click()
    su.see("#kno-remove-go").click()
    report = su.check()
    worse = report.locator(".kno-cases[data-verdict='worse'] .kno-case")
    expect(worse).to_have_count(1)
    expect(worse).to_contain_text("昨晚提的款到今早还没收到")
    expect(su.see("#kno-publish [data-act='publish']")).to_have_count(0)
    identity = report.get_attribute("data-report")
    assert su.call("publish", id=identity, reason=" ")["say"]["code"] == "needs_reason"
    su.see("[data-act='ask-override']").click()
    su.see("#kno-override-go").click()
    expect(su.see("#kno-dialog-override")).to_be_visible()  # nothing was written
    su.page.keyboard.press("Escape")
    su.publish("法务要求先下线")
    published = _audit(house, "knowledge.published")[-1]
    assert (published["override"], published["drops"]) == ("法务要求先下线", True)
    gone = su.search("昨晚提的款到今早还没收到").locator("[data-document='wd-delayed'][data-locale='zh-CN']")
    expect(gone).to_have_count(0)

    su.pane("upkeep")
    current = su.see("#kno-snapshots tr[data-current]")
    before = current.locator("code").inner_text()
    su.see("[data-act='ask-rollback']").click()
    su.see("#kno-rollback-value").fill("客户在等")
    su.see("#kno-rollback-go").click()
    expect(su.told()).to_contain_text("已退回快照")
    expect(current.locator("code")).not_to_have_text(before)
    assert _audit(house, "knowledge.rolled_back")[-1]["reason"] == "客户在等"
    back = su.search("昨晚提的款到今早还没收到").locator("[data-document='wd-delayed'][data-locale='zh-CN']")
    expect(back.first).to_be_visible()


def test_the_upkeep_names_what_is_stale_missing_and_contradictory(su: Lead) -> None:
    soon = datetime.now(UTC).date() + timedelta(days=10)
    note = (
        "---\nid: fee-note\nlocale: zh-CN\ntitle: 挂单费率说明\ncategory: trading\nowner: trading-desk\n"
        f"effective_until: {soon}\n---\n## 结论\nVIP 0 的挂单费率为 0.08%，按成交金额收取。\n"
    )
    su.upload(fee_note_md=note)
    su.see("[data-act='stage-uploads']").click()
    su.check()
    publishes = su.see("#kno-publish [data-act='publish']").count()
    su.publish("" if publishes else "试一试")
    su.pane("upkeep")
    stale = su.see("#kno-stale tbody tr").filter(has_text="挂单费率说明")
    expect(stale).to_contain_text("即将到期")
    expect(stale).to_contain_text("trading-desk")
    pair = su.see("#kno-contradictions [data-contradiction]").filter(has_text="0.08%")
    expect(pair.first).to_contain_text("挂单费率说明")
    expect(pair.first.locator("mark").first).to_be_visible()
    topics = su.see("#kno-coverage tbody tr:not(.kno-group)")
    assert topics.count() > 80
    expect(topics.filter(has_text="gift-card").locator(".kno-gap-cell")).to_contain_text("缺")
    su.see("#kno-only-gaps").check()
    expect(topics.filter(has_text="acc-register")).to_be_hidden()
    identity = pair.first.get_attribute("data-contradiction")
    pair.first.locator("[data-act='ask-dismiss']").click()
    su.see("#kno-dismiss-value").fill("挂单费率正在调整")
    su.see("#kno-dismiss-go").click()
    expect(su.told()).to_contain_text("不是矛盾")
    settled = su.see(f"#kno-contradictions details [data-contradiction='{identity}']")
    expect(settled).to_contain_text("挂单费率正在调整")


def test_an_agent_is_refused_and_sees_no_way_in(chromium: Browser, house: Desk, su: Lead) -> None:
    lin = agent(chromium, house, "lin")
    expect(lin.see("#con-menu summary")).to_be_visible()
    expect(lin.see("#con-to-knowledge")).to_have_count(0)
    lin.well()
    refused = lin.page.goto(f"{house.url}/knowledge/")
    assert refused is not None
    assert refused.status == 403
    upload = lin.context.request.post(
        f"{house.url}/knowledge/upload?name=a.md", data=GIFT, headers={"Origin": house.url}
    )
    assert (upload.status, upload.json()) == (403, {"error": "forbidden"})
    lin.context.close()

    su.page.goto(f"{house.url}/agent/")
    su.see("#con-menu summary").click()
    su.see("#con-to-knowledge").click()
    su.ready()
    su.see(".kno-link[href='/agent/']").click()
    expect(su.see("html[data-con='ready']")).to_be_attached()


@pytest.mark.parametrize(("theme", "locale"), [("light", "zh-CN"), ("dark", "en")])
def test_every_pane_looks_right_at_every_width(chromium: Browser, house: Desk, theme: str, locale: str) -> None:
    someone = _lead(chromium, house, color_scheme=theme, locale=locale)
    someone.search("USDT")
    for pane in PANES:
        someone.resized(1440)
        someone.pane(pane)
        if pane == "documents":
            someone.open("wd-fees-limits")
        expect(someone.see(f"#kno-{pane} .con-bone")).to_have_count(0)
        for width in (1440, 390):
            someone.resized(width)
            check_looks(someone.page, lang=locale, root=f"#kno-{pane}", least=3)
    for part in ("edit", "versions"):
        someone.pane("documents")
        someone.part(part)
        check_looks(someone.page, lang=locale, root="#kno-document", least=3)
    someone.well()
    someone.context.close()
