"""Every draft on a risk topic carries the risk warning in the language of the reply; none on a neutral topic does."""

from __future__ import annotations

import pytest

from assistant.bootstrap import App
from assistant.model import Action, Answer, Inquiry

pytestmark = pytest.mark.slow

LANGUAGES = ("zh-CN", "zh-TW", "en")
RISK = "GEN-RISK"

ON_RISK: dict[str, tuple[str, str, str]] = {
    "edu-myths": (
        "区块链上的交易都是匿名查不到的吗",
        "區塊鏈上的交易都是匿名查不到的嗎",
        "Are all crypto payments anonymous?",
    ),
    "edu-smart-contracts": (
        "给智能合约授权是什么意思，会不会被转走币",
        "給智能合約授權是什麼意思，會不會被轉走幣",
        "What does approving a smart contract mean, and what can it do with my tokens?",
    ),
    "edu-stablecoins": (
        "USDT 会脱锚吗，稳定币有什么风险",
        "USDT 會脫錨嗎，穩定幣有什麼風險",
        "Can a stablecoin lose its peg, and what are the risks?",
    ),
    "edu-staking": (
        "质押有什么风险",
        "質押有什麼風險",
        "Is staking risky, and can I unstake at any time?",
    ),
    "edu-volatility": (
        "为什么币价一天能跌这么多，波动怎么这么大",
        "為什麼幣價一天能跌這麼多，波動怎麼這麼大",
        "Why do crypto prices swing so much in one day?",
    ),
    "pol-market-data": (
        "你们的行情价格从哪里来，为什么和别的平台不一样",
        "你們的行情價格從哪裡來，為什麼和別的平台不一樣",
        "Where do your market prices come from, and why do they differ from other exchanges?",
    ),
    "pol-no-advice": ("现在该买哪个币，推荐一下", "現在該買哪個幣，推薦一下", "Which coin should I buy now?"),
    "pol-risk-disclosure": (
        "交易数字资产有哪些风险，风险披露在哪里",
        "交易數位資產有哪些風險，風險披露在哪裡",
        "Where is the risk disclosure, and what are the risks of trading crypto?",
    ),
    "trd-convert": (
        "闪兑怎么用，报价包含费用吗",
        "閃兌怎麼用，報價包含費用嗎",
        "How does Convert work, and is the fee in the quote?",
    ),
    "trd-funding-rate": (
        "永续合约的资金费率怎么收",
        "永續合約的資金費率怎麼收",
        "How is the funding rate of perpetual futures charged?",
    ),
    "trd-liquidation": (
        "开了杠杆的合约仓位什么时候会爆仓",
        "開了槓桿的合約倉位什麼時候會爆倉",
        "When is a leveraged futures position liquidated?",
    ),
    "trd-listing": (
        "新币上线前在哪里看公告，下架的币怎么办",
        "新幣上線前在哪裡看公告，下架的幣怎麼辦",
        "How do you decide which new coins to list, and what happens on delisting?",
    ),
    "trd-order-types": (
        "限价单和市价单有什么区别",
        "限價單和市價單有什麼區別",
        "What is the difference between a limit order and a market order?",
    ),
    "trd-slippage": (
        "市价单成交价比看到的差很多，滑点是什么",
        "市價單成交價比看到的差很多，滑點是什麼",
        "What is slippage, and why was my market order filled at a worse price?",
    ),
    "trd-spot-basics": (
        "新手第一次现货交易怎么买币",
        "新手第一次現貨交易怎麼買幣",
        "How do I make my first spot trade?",
    ),
}
"""The topics whose articles carry the warning, asked about in zh-CN, zh-TW and en."""

NEUTRAL: dict[str, tuple[str, str, str]] = {
    "acc-change-contact": ("怎么换绑手机号", "怎麼換綁手機號", "How do I change my phone number?"),
    "acc-kyc-rejected": (
        "身份认证没通过是什么原因",
        "身分認證沒通過是什麼原因",
        "My ID verification was rejected, which documents do I need?",
    ),
    "acc-kyc-levels": (
        "实名认证要准备什么资料",
        "實名認證要準備什麼資料",
        "Which KYC levels are there, and what does each need?",
    ),
    "acc-reset-password": ("登录密码忘了怎么重置", "登入密碼忘了怎麼重設", "How do I reset my login password?"),
    "acc-2fa-lost": ("谷歌验证器丢了怎么办", "谷歌驗證器丟了怎麼辦", "I lost my Google Authenticator, what now?"),
    "acc-close": ("怎么注销账户", "怎麼註銷帳戶", "How do I close my account?"),
    "wd-delayed": (
        "提现两小时了还没到账，怎么看进度",
        "提現兩小時了還沒到帳，怎麼看進度",
        "My withdrawal is still pending after two hours",
    ),
    "wd-fees-limits": (
        "TRC20 提 USDT 手续费多少",
        "TRC20 提 USDT 手續費多少",
        "What is the fee to withdraw USDT on TRC20?",
    ),
    "dep-how": ("怎么充值 USDT", "怎麼充值 USDT", "How do I deposit USDT?"),
    "dep-p2p": (
        "P2P 付了款卖家不放币怎么办",
        "P2P 付了款賣家不放幣怎麼辦",
        "I paid in a P2P trade but the seller does not release the coins",
    ),
    "trd-history": ("成交记录在哪里导出", "成交紀錄在哪裡匯出", "Where do I export my trade history?"),
    "trd-fees": ("VIP 1 的现货挂单费率是多少", "VIP 1 的現貨掛單費率是多少", "What is the spot maker fee of VIP 1?"),
    "svc-human": ("怎么联系人工客服", "怎麼聯絡人工客服", "How do I get through to a human agent?"),
    "svc-response-times": ("客服多久回复", "客服多久回覆", "How long does support take to reply?"),
    "svc-ticket-status": (
        "我的工单处理到哪一步了，在哪里看",
        "我的工單處理到哪一步了，在哪裡看",
        "Where can I see the status of my ticket?",
    ),
}

IRREVERSIBLE: dict[str, tuple[str, str, str]] = {
    "dep-missing-memo": ("充值忘记填 Memo 了怎么办", "充值忘記填 Memo 了怎麼辦", "I forgot the memo on my deposit"),
    "dep-wrong-network": (
        "充错网络了还能找回吗",
        "充錯網路了還能找回嗎",
        "I deposited on the wrong network, can it be recovered?",
    ),
    "wd-wrong-address": (
        "提错地址了能追回吗",
        "提錯地址了能追回嗎",
        "I withdrew to the wrong address, can I get it back?",
    ),
}

Asked = tuple[str, str, str]


def cases(topics: dict[str, Asked]) -> list[tuple[str, str, str]]:
    """Topic, language and question."""
    return [
        (topic, language, question)
        for topic, questions in topics.items()
        for language, question in zip(LANGUAGES, questions, strict=True)
    ]


def named(topics: dict[str, Asked]) -> list[str]:
    return [f"{topic}-{language}" for topic, language, _ in cases(topics)]


def drafted(app: App, topic: str, language: str, question: str, jurisdiction: str | None = None) -> Answer:
    """The draft for a question, which cites the topic's article first."""
    answer = app.chain.answer(Inquiry("q", (question,), language, jurisdiction))
    assert answer.action is Action.ANSWER, (answer.handoff_reason, answer.confidence)
    assert answer.citations[0].document_id == topic
    assert answer.language == language
    return answer


def warnings(app: App, notice: str) -> dict[str, str]:
    """The reviewed text of a notice in each language."""
    return {locale: entry.text for locale, entry in app.policy.notice_library.notices[notice].locales.items()}


def test_the_risk_topics_are_the_articles_that_say_so(app: App) -> None:
    documents = app.catalog.documents()
    assert len(ON_RISK) == len(NEUTRAL) == 15
    for locale in LANGUAGES:
        assert {d.id for d in documents if RISK in d.notices and d.locale == locale} == set(ON_RISK)


@pytest.mark.parametrize(("topic", "language", "question"), cases(ON_RISK), ids=named(ON_RISK))
def test_a_draft_on_a_risk_topic_carries_the_warning(app: App, topic: str, language: str, question: str) -> None:
    answer = drafted(app, topic, language, question)
    text = warnings(app, RISK)[language]
    assert [notice.text for notice in answer.notices if notice.id == RISK] == [text]
    assert answer.text.count(text) == 1


@pytest.mark.parametrize(("topic", "language", "question"), cases(NEUTRAL), ids=named(NEUTRAL))
def test_a_draft_on_a_neutral_topic_carries_none(app: App, topic: str, language: str, question: str) -> None:
    answer = drafted(app, topic, language, question)
    assert RISK not in {notice.id for notice in answer.notices}
    assert not [text for text in warnings(app, RISK).values() if text in answer.text]


@pytest.mark.parametrize(("topic", "language", "question"), cases(IRREVERSIBLE), ids=named(IRREVERSIBLE))
def test_a_draft_on_a_lost_transfer_says_that_it_cannot_be_taken_back(
    app: App, topic: str, language: str, question: str
) -> None:
    answer = drafted(app, topic, language, question)
    assert answer.text.count(warnings(app, "IRREVERSIBLE")[language]) == 1


@pytest.mark.parametrize(("place", "notice"), [("GB", "GB-CRYPTO-FULL"), ("HK", "HK-LISTING"), ("AE", "AE-VOLATILITY")])
def test_the_warning_brings_those_of_the_customers_place(app: App, place: str, notice: str) -> None:
    for topics, expected in ((ON_RISK, True), (NEUTRAL, False)):
        topic = next(iter(reversed(topics)))
        answer = drafted(app, topic, "en", topics[topic][2], place)
        assert (notice in {found.id for found in answer.notices}) is expected
