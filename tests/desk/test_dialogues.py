"""Conversations as customers write them, through the service behind the chat page, with an agent who approves.

Follow-ups leave out what was said, values are corrected, people say thanks and ask for a person: every turn finds its
article, remembers coin, network and tier, and what no article answers goes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.desk.views import EntryKind, Stage
from assistant.model import HandoffReason
from assistant.ticket import TicketState
from tests.desk.office import Office, entries

THANKS = "thanks"
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Turn:
    """What the customer writes and what comes of it.

    Attributes:
        finds: the documents one of which the draft must cite first; or `THANKS`, `PERSON`: a fixed text and no draft.
        says: what the draft has to say.
        never: what it must not say.
    """

    text: str
    finds: tuple[str, ...] | str
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


DIALOGUES = {
    "zh-CN fees, another network, a correction": (
        "zh-CN",
        (
            Turn("USDT 提现走 TRC20，手续费多少", ("wd-fees-limits",), ("USDT（TRC20）：提现手续费 1 USDT",)),
            Turn("ERC20 呢？", ("wd-fees-limits",), ("USDT（ERC20）：提现手续费 4 USDT",), ("（TRC20）",)),
            Turn("那多久到账", ("wd-delayed",), ("USDT（ERC20）：通常到账时间 15 分钟",), ("手续费",)),
            Turn("不对，我说的是 TRC20", ("wd-delayed",), ("USDT（TRC20）：通常到账时间 30 分钟",), ("ERC20",)),
            Turn("好的谢谢", THANKS),
            Turn("还是转人工吧", PERSON),
        ),
    ),
    "zh-CN a deposit that has not been credited": (
        "zh-CN",
        (
            Turn("我充的币两小时了还没到账", ("dep-not-credited",), ("1. ",)),
            Turn(
                "USDT，走的 TRC20",
                ("dep-not-credited",),
                ("USDT（TRC20）：通常到账时间 3 分钟", "已等待两小时，超过"),
                ("请告诉我们币种",),
            ),
            Turn("打错了，是 ERC20 网络", ("dep-not-credited",), ("USDT（ERC20）",), ("USDT（TRC20）",)),
            Turn("最少要充多少", ("dep-how", "dep-below-minimum"), ("USDT（ERC20）", "5 USDT")),
            Turn("谢谢，明白了", THANKS),
        ),
    ),
    "zh-TW a forgotten password and a lost phone": (
        "zh-TW",
        (
            Turn("忘記登入密碼了，怎麼重設", ("acc-reset-password",), ("忘記密碼", "24 小時", "1. ")),
            Turn("舊手機號收不到驗證碼了", ("acc-change-contact",), ("1. ",)),
            Turn("改完之後提現要等多久", ("wd-24h-hold",), ("24 小時",)),
            Turn("謝謝您", THANKS),
            Turn("我想找真人客服", PERSON),
        ),
    ),
    "en an order that is not filled": (
        "en",
        (
            Turn("My limit order has not been filled for an hour, why?", ("trd-not-filled",), ("limit price",)),
            Turn("How do I cancel it?", ("trd-not-filled", "trd-cancel"), ("cancel",)),
            Turn("And the trading fee?", ("trd-fees",), ("VIP 0",)),
            Turn("VIP 1", ("trd-fees",), ("VIP 1: maker fee 0.08%",), ("VIP 2",)),
            Turn("Thanks, that helps", THANKS),
            Turn("Can I talk to a person?", PERSON),
        ),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DIALOGUES)
def test_every_turn_of_a_dialogue_comes_to_its_end(office: Office, name: str) -> None:
    language, turns = DIALOGUES[name]
    for turn in turns:
        # The page of the customer who writes in traditional characters is set to simplified ones.
        view = office.ask(turn.text, locale="zh-CN" if language == "zh-TW" else language)
        ticket, notices = office.ticket(), entries(view, EntryKind.NOTICE)
        if turn.finds == THANKS:
            assert notices[-1].text == office.app.messages.text("thanks", language), turn
            assert (ticket.state, ticket.draft_id) == (TicketState.AWAITING, None), turn
        elif turn.finds == PERSON:
            assert notices[-1].text == office.app.policy.handoff(HandoffReason.CUSTOMER_REQUEST, language), turn
            assert ticket.reason is HandoffReason.CUSTOMER_REQUEST
            assert view.status is not None
            assert (view.status.person, view.status.stage) == (True, Stage.DRAFTED)
            assert (ticket.state, ticket.draft_id) == (TicketState.QUEUED, None), "nothing is left but a person"
        else:
            claimed = office.claimed()
            draft = claimed.draft
            assert draft is not None, turn
            assert draft.citations[0].document_id in turn.finds, (turn, draft.body)
            assert [text for text in turn.says if text not in draft.body] == [], (turn, draft.body)
            assert [text for text in turn.never if text in draft.body] == [], (turn, draft.body)
            assert draft.language == language
            assert claimed.unconfirmed == 0
            office.approved(claimed)
    assert len({entry.ticket_number for entry in view.entries}) == 1, "one conversation is one ticket"
    answered = sum(isinstance(turn.finds, tuple) for turn in turns)
    assert len(entries(view, EntryKind.REPLY)) == answered


def test_a_thank_you_leaves_the_open_question_its_draft(office: Office) -> None:
    office.ask("TRC20 提 USDT 手续费多少")
    waiting = office.ticket()
    view = office.ask("谢谢")
    ticket = office.ticket()
    assert (ticket.id, ticket.state) == (waiting.id, TicketState.QUEUED)
    assert ticket.draft_id is not None, "nobody has answered yet"
    assert ticket.topic == "wd-fees-limits"
    assert entries(view, EntryKind.NOTICE)[-1].text == office.app.messages.text("thanks", "zh-CN")
