from __future__ import annotations

from datetime import date

import pytest

from assistant.chain.citations import resolve
from assistant.chain.composer import Composition, ExtractiveComposer, Outcome
from assistant.chain.factlock import lock_facts
from assistant.chain.rendering import render
from assistant.chain.triage import triage
from assistant.chain.vocabulary import load_vocabulary
from assistant.messages import load_messages
from assistant.model import Evidence, Inquiry, SentenceRole
from corpus.model import Passage, PassageKind, SectionKind
from tests.builders import evidence, passage, row

TODAY = date(2026, 11, 25)
VOCABULARY = load_vocabulary()
COMPOSER = ExtractiveComposer(load_messages(), VOCABULARY)


def times(asset: str, network: str, minutes: int) -> Passage:
    return row({"币种": asset, "网络": network, "通常到账时间": f"{minutes} 分钟"})


WITHDRAWAL = evidence(
    passage("提现审核通常需要 10 分钟。请查看提现记录。"),
    passage(
        "网络拥堵：状态停在已广播。\n例行核验：状态为待审核。\n地址有误：与收款平台不一致。", section=SectionKind.WHY
    ),
    passage("1. 打开提现记录。\n2. 核对地址。", section=SectionKind.STEPS, kind=PassageKind.STEPS),
    times("USDT", "TRC20", 30),
    times("USDT", "ERC20", 15),
    times("BTC", "Bitcoin", 60),
    times("SOL", "Solana", 5),
    times("XRP", "XRP Ledger", 5),
    passage("通常从已广播起算。\n单笔提现达到 50,000 USDT 时，审核需要 2 小时。", section=SectionKind.TIMES_FEES),
    passage(
        "网络为 ERC20 且未到账时，请看以太坊浏览器。\n网络为 TRC20 且未到账时，请看波场浏览器。",
        section=SectionKind.EXCEPTIONS,
    ),
    passage("订单编号\n截图", section=SectionKind.HAVE_READY),
    passage("超过 2 小时请联系客服。", section=SectionKind.CONTACT),
)


def compose(*turns: str, given: Evidence = WITHDRAWAL) -> Composition:
    composition = COMPOSER.compose(triage(Inquiry("q", turns), VOCABULARY, "zh-CN", today=TODAY), given)
    resolution = resolve(composition.draft, given)
    assert resolution.findings == ()
    assert lock_facts(composition.draft, given, VOCABULARY) == ()
    return composition


def text(*turns: str, given: Evidence = WITHDRAWAL) -> str:
    return render(compose(*turns, given=given).draft)


def test_a_delayed_withdrawal_gets_its_row_the_wait_and_the_next_step() -> None:
    answer = text("我昨晚用 TRC20 提了 500U，都两个小时了还没到")
    assert "USDT（TRC20）：通常到账时间 30 分钟。" in answer
    assert "您说已等待两个小时，超过了 USDT（TRC20）的通常到账时间 30 分钟。" in answer
    assert "1. 打开提现记录。" in answer
    assert "- 订单编号" in answer
    assert "ERC20" not in answer


def test_a_short_wait_is_within_the_usual_time() -> None:
    assert "还在" in text("USDT trc20 提现十分钟了还没到")


def test_the_branch_of_the_customers_network_applies() -> None:
    answer = text("网络为 TRC20 未到账怎么办")
    assert "波场浏览器" in answer
    assert "以太坊浏览器" not in answer


def test_an_amount_over_a_threshold_brings_its_branch() -> None:
    assert "50,000 USDT" in text("8 万 U 提现三小时还没到")
    assert "50,000 USDT" not in text("500 U 提现三小时还没到")


def test_only_the_figure_is_given_to_a_question_about_a_figure() -> None:
    answer = text("BTC 提现多久到账")
    assert "BTC（Bitcoin）：通常到账时间 60 分钟。" in answer
    assert "步骤" not in answer


def test_a_followup_inherits_the_topic() -> None:
    assert "15 分钟" in text("USDT 用 TRC20 提现多久到账", "那 ERC20 呢")


def test_a_row_that_nothing_picks_is_asked_for() -> None:
    composition = compose("提现多久到账")
    assert composition.outcome is Outcome.CLARIFY
    assert "哪个币种" in render(composition.draft)


def test_a_coin_without_a_row_has_no_figure() -> None:
    assert compose("DOGE 提现多久到账").outcome is Outcome.NO_FIGURE


def test_an_upset_customer_is_acknowledged_once() -> None:
    assert text("提现还没到，急死了").count("着急") == 1


def test_the_lead_is_short_and_steps_are_whole() -> None:
    long = evidence(
        passage("。".join(f"第{i}句说明情况很长很长很长很长很长" for i in range(30)) + "。"),
        passage("\n".join(f"{i}. 第{i}步。" for i in range(1, 8)), section=SectionKind.STEPS, kind=PassageKind.STEPS),
    )
    answer = text("怎么办", given=long)
    lead, steps = answer.split("请按以下步骤操作：")
    assert len(lead.replace("[1]", "")) <= 182
    assert steps.count("第") == 7


def test_traditional_reply_quotes_the_simplified_original() -> None:
    draft = compose("提現還沒到帳").draft
    assert draft.language == "zh-TW"
    substance = [sentence for sentence in draft.sentences if sentence.role is not SentenceRole.CONNECTIVE]
    assert any("審核" in sentence.text and "审核" in sentence.quote for sentence in substance)


@pytest.mark.parametrize(
    ("question", "said"), [("出金が届かない", "日本語版"), ("출금이 안 왔어요", "한국어"), ("вывод не приш", "русском")]
)
def test_without_an_article_in_the_language_the_original_is_announced(question: str, said: str) -> None:
    english = evidence(passage("Review takes 10 minutes.", locale="en", title="Withdrawal delayed"))
    composition = compose(question, given=english)
    assert composition.draft.language == "en"
    assert said in render(composition.draft)


def test_a_policy_is_answered_with_reasons_not_steps() -> None:
    policy = evidence(
        passage("我们不能预测价格。", category="policy"),
        passage("价格受许多因素影响。", section=SectionKind.WHY, category="policy"),
        passage("1. 咨询顾问。", section=SectionKind.STEPS, kind=PassageKind.STEPS, category="policy"),
    )
    assert "咨询" not in text("比特币明天会涨吗", given=policy)
    assert "咨询" in text("那我该怎么办", given=policy)


def test_a_table_is_shown_whole_or_not_at_all() -> None:
    """Leaving out the row whose figure the short answer gave would look like a row that is not there."""
    levels = [row({"认证等级": f"Lv.{n}", "每日提现限额": f"{n}000 USDT"}) for n in (1, 2, 3)]
    given = evidence(passage("限额由等级决定，例如 Lv.2 为 2000 USDT。"), *levels)
    answer = text("每天提现限额是多少", given=given)
    assert [f"Lv.{n}：" in answer for n in (1, 2, 3)] == [True, True, True]


APPROVED = evidence(
    passage(
        "不可以。充值账户的姓名必须与认证姓名一致。\n请使用本人账户。",
        section=SectionKind.PAIR,
        kind=PassageKind.ANSWER,
        part="qa-own-account",
    )
)


def test_an_approved_answer_is_given_whole_and_nothing_else() -> None:
    answer = text("可以用别人的银行卡充值吗", given=APPROVED)
    assert answer == "不可以。[1]充值账户的姓名必须与认证姓名一致。[1]\n\n请使用本人账户。[1]"


def test_another_days_figures_say_which_day_they_are_of() -> None:
    answer = text("3 月 1 日 USDT trc20 提现手续费是多少")
    assert answer.startswith("以下按 2026-03-01 当日适用的规则回答。[1]")
    assert "以下按" not in text("今天 USDT trc20 提现手续费是多少")
    assert "以下按" not in text("11 月 25 日 USDT trc20 提现手续费是多少"), "that is today"
    assert "以下按" not in text("我 3 月 1 日提的币还没到"), "when the trouble began"
    assert text("3 月 1 日用别人的卡充值限额是多少", given=APPROVED).startswith("以下按 2026-03-01")


def test_a_followup_stays_on_the_day() -> None:
    assert "2026-03-01" in text("3 月 1 日 USDT trc20 提现手续费是多少", "那 ERC20 呢")
    assert "2026" not in text(
        "3 月 1 日 USDT trc20 提现手续费是多少", "我要投诉，今天 ERC20 提现手续费是多少钱？太贵了吧"
    )
