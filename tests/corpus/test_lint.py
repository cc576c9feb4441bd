"""Every rule of the lint finds what it is for, and leaves a good article alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.lint import Severity, lint, lint_document
from corpus.model import Document, Section, SectionKind, Table
from corpus.topics import Topic

GOOD_ZH = Document(
    id="wd-how",
    locale="zh-CN",
    title="如何提现",
    category="withdrawal",
    sections=(
        Section(
            SectionKind.SHORT_ANSWER, "结论", ("打开「资产 > 提现」，填写地址和数量后提交，审核通常需要 30 分钟。",)
        ),
        Section(SectionKind.STEPS, "步骤", steps=("打开「资产 > 提现」，页面会显示币种列表。",)),
        Section(SectionKind.TIMES_FEES, "时间与费用", tables=(Table(("网络", "手续费"), (("TRC20", "1 USDT"),)),)),
        Section(SectionKind.CONTACT, "联系我们", ("超过 2 小时未到账时，请写信到 help@cloudbridge.example。",)),
    ),
    notices=("SAFETY",),
    questions=("怎么提币", "提 U 怎么操作", "想转到自己钱包", "出金步骤", "提現怎麼操作"),
)
GOOD_EN = Document(
    id="wd-how",
    locale="en",
    title="How to withdraw",
    category="withdrawal",
    sections=(
        Section(
            SectionKind.SHORT_ANSWER, "Short answer", ("Open Assets > Withdraw, enter address and amount, submit.",)
        ),
        Section(SectionKind.STEPS, "Steps", steps=("Open Assets > Withdraw; the list of coins is shown.",)),
    ),
    notices=("SAFETY",),
    questions=("take coins out", "cash out", "send usdt to ledger", "move my eth", "payout how"),
)
SOURCE = "---\nid: wd-how\n---\n## 结论\n审核通常需要 {{fact:review}}，走 TRC20 或 ERC20 网络。\n{{table:fees}}\n"
HOSTS = ("cloudbridge.example",)


def rules(document: Document, source: str = SOURCE) -> set[str]:
    return {fault.rule for fault in lint_document(document, source, hosts=HOSTS)}


def short(text: str, document: Document = GOOD_ZH) -> Document:
    first, *rest = document.sections
    return replace(document, sections=(replace(first, paragraphs=(text,)), *rest))


def test_a_good_article_has_no_fault() -> None:
    topics = (Topic("wd-how", "withdrawal", {}, ("SAFETY",)),)
    sources = {("wd-how", "zh-CN"): SOURCE, ("wd-how", "en"): SOURCE}
    assert lint((GOOD_ZH, GOOD_EN), sources, topics=topics, hosts=HOSTS) == ()


@pytest.mark.parametrize(
    "document",
    [
        short("详情请查看帮助中心的相关文章。"),
        short("请联系在线客服。"),
        short("请点击下方链接了解更多。"),
        short("Please contact our support team for more information.", GOOD_EN),
        short("See the article. Click here to learn more.", GOOD_EN),
    ],
)
def test_an_answer_that_only_points_elsewhere(document: Document) -> None:
    assert "link-only-answer" in rules(document)


@pytest.mark.parametrize(
    "text", ["手续费按网络收取，请在「资产 > 提现」查看。", "打开「资产 > 提现」提交，到账后联系客服即可关闭工单。"]
)
def test_an_answer_that_says_something_may_point_as_well(text: str) -> None:
    assert rules(short(text)) == set()


def test_a_short_answer_has_to_be_there_and_short() -> None:
    assert rules(short("提现" * 100)) == {"long-short-answer"}
    assert rules(replace(GOOD_ZH, sections=GOOD_ZH.sections[1:])) == {"no-short-answer"}
    free = replace(GOOD_ZH, title="区块", sections=(Section(SectionKind.BODY, "背景", ("区块按顺序相连。",)),))
    assert rules(free) == set(), "free text has no place for one"


def test_steps_that_are_promised_have_to_be_there() -> None:
    without = tuple(s for s in GOOD_ZH.sections if s.kind is not SectionKind.STEPS)
    assert rules(replace(GOOD_ZH, sections=without)) == {"missing-steps"}
    assert rules(replace(GOOD_ZH, title="提现规则", sections=without)) == set()
    empty = Section(SectionKind.STEPS, "步骤", ("打开页面。",))
    assert rules(replace(GOOD_ZH, title="提现规则", sections=(*without, empty))) == {"missing-steps"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("审核通常需要 30 分钟。", "30 分钟"),
        ("手续费为 1.5 USDT。", "1.5 usdt"),
        ("费率 0.1%。", "0.1%"),
        ("全角数字 ３０ 分钟。", "30 分钟"),
        ("需要 12 个确认。", "12 个确认"),
    ],
)
def test_a_figure_outside_the_facts(line: str, found: str) -> None:
    (fault,) = lint_document(GOOD_ZH, f"---\nid: x\n---\n{line}\n")
    assert (fault.rule, fault.severity) == ("figure-not-in-facts", Severity.ERROR)
    assert found in fault.message


@pytest.mark.parametrize("line", ["走 ERC20 网络。", "第 3 步。", "2026 年上线。", "12 或 24 个单词。", "{{fact:a.b}}"])
def test_a_number_that_nobody_decides_is_none(line: str) -> None:
    assert lint_document(GOOD_ZH, line) == ()


@pytest.mark.parametrize(
    "text", ["它会自动到账，不需要操作。", "如上所述，请重新提交。", "这会导致提现失败，需要重新提交。"]
)
def test_a_sentence_that_leans_on_another(text: str) -> None:
    assert "dangling-reference" in rules(short(text))


@pytest.mark.parametrize(
    "text", ["This usually takes an hour.", "They are returned to you.", "See above for the fees."]
)
def test_an_english_sentence_that_leans_on_another(text: str) -> None:
    assert "dangling-reference" in rules(short(text, GOOD_EN))


PROMOTION = [
    "立即体验全新提现服务。", "限时优惠，提现免手续费。", "业内领先的提现速度。", "全网最低的手续费。",
    "最优惠的费率等您来。",
    "不容错过的机会。", "独家福利已上线。", "超值套餐。", "快来充值。", "抢先开通。", "零门槛开户。", "轻松盈利。",
    "世界级的安全。", "一流的服务。", "首选平台。", "提现成功！",
]  # fmt: skip
PROMOTION_EN = [
    "Don't miss this.", "A limited-time offer for you.", "Our industry-leading speed.", "World-class security.",
    "Unbeatable service.", "Enjoy the lowest fees.", "Act now.", "Hurry before it ends.", "A special offer.",
    "Easy profit for everybody.", "Start earning today.", "Sign up now.", "Amazing results.", "The best exchange.",
    "An exclusive bonus.", "State-of-the-art custody.", "Well done!",
]  # fmt: skip


@pytest.mark.parametrize("text", PROMOTION)
def test_promotion_is_found(text: str) -> None:
    assert "promotion" in rules(short(f"提现审核通常需要半小时。{text}"))


@pytest.mark.parametrize("text", PROMOTION_EN)
def test_promotion_in_english_is_found(text: str) -> None:
    assert "promotion" in rules(short(f"Withdrawals are reviewed first. {text}", GOOD_EN))


def test_an_address_that_nobody_knows_and_a_link_into_nothing() -> None:
    assert "dead-link" in rules(short("提现说明在 help.other-exchange.com 页面。"))
    assert "dead-link" in rules(short("提现说明写信到 help@elsewhere.example 索取。"))
    assert rules(short("提现说明在 help.cloudbridge.example 页面。")) == set()
    assert "dead-link" in rules(GOOD_ZH, "[提现](../wd-delayed.md)")


def test_topics_have_to_be_covered_in_both_languages_with_their_notices() -> None:
    topics = (Topic("wd-how", "withdrawal", {}, ("SAFETY", "IRREVERSIBLE")), Topic("dep-how", "deposit", {}))
    found = {(f.rule, f.document_id, f.locale) for f in lint((GOOD_ZH,), {}, topics=topics)}
    assert found == {
        ("wrong-notices", "wd-how", "zh-CN"),
        ("missing-locale", "wd-how", "en"),
        ("missing-locale", "dep-how", "zh-CN"),
        ("missing-locale", "dep-how", "en"),
    }


def test_both_languages_quote_the_same_facts() -> None:
    sources = {("wd-how", "zh-CN"): "{{fact:a.b}} {{fact:c}}", ("wd-how", "en"): "{{fact: c}}"}
    (fault,) = lint((GOOD_ZH, GOOD_EN), sources)
    assert (fault.rule, fault.locale, fault.severity) == ("facts-differ", "en", Severity.WARNING)
    assert "a.b" in fault.message


def test_questions_lead_to_one_article_and_are_enough() -> None:
    other = replace(GOOD_ZH, id="dep-how", title="充值", questions=("怎么提币", *GOOD_ZH.questions[1:2]))
    found = {(f.rule, f.document_id) for f in lint((GOOD_ZH, other), {})}
    assert ("shared-question", "dep-how") in found
    assert ("few-questions", "dep-how") in found
    twice = replace(GOOD_ZH, questions=(*GOOD_ZH.questions, "怎么提币"))
    assert "repeated-question" in rules(twice)


def test_a_language_that_the_lint_does_not_know_is_left_alone() -> None:
    assert lint_document(replace(GOOD_EN, locale="fr"), "5 minutes") == ()
