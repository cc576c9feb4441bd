from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.bootstrap import App
from assistant.desk.articles import Articles
from assistant.desk.customer import CustomerDesk
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.limits import MessageLimiter
from assistant.desk.views import EntryKind, Stage
from assistant.ticket import TicketState, Urgency
from tests.desk.office import Office, entries, open_office

DELAYED = "我 8 万 U 提了两小时还没到账"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PHONE = "13812345678"


def refused(code: Refusal) -> pytest.RaisesExc[DeskError]:
    return pytest.RaisesExc(DeskError, check=lambda error: error.code is code)


def stored(office: Office) -> bytes:
    """Every byte of the database, its log included."""
    folder: Path = office.app.settings.data_dir
    return b"".join(path.read_bytes() for path in sorted(folder.glob("proofdesk.db*")))


def test_a_question_is_received_and_its_draft_stays_inside(office: Office) -> None:
    view = office.ask(DELAYED)
    assert [(entry.kind, entry.text) for entry in view.entries] == [(EntryKind.CUSTOMER, DELAYED)]
    assert view.status is not None
    assert (view.status.stage, view.status.position, view.status.person) == (Stage.DRAFTED, 1, False)
    assert view.status.number == office.ticket().number
    assert office.ticket().topic == "wd-delayed"
    assert office.actions() == ["ticket.opened", "message.received", "draft.made"]


def test_before_the_draft_it_is_received(office: Office) -> None:
    office.app.drafting.close()  # nobody drafts
    view = office.customers.send("c1", DELAYED, nonce="nonce-before", locale="zh-CN")
    assert view.status is not None
    assert view.status.stage is Stage.RECEIVED


def test_the_same_message_sent_twice_is_one(office: Office) -> None:
    for _ in range(2):
        view = office.customers.send("c1", DELAYED, nonce="nonce-twice", locale="zh-CN")
    assert len(view.entries) == 1


def test_two_tabs_that_begin_at_once_share_one_ticket(office: Office) -> None:
    start = threading.Barrier(8)

    def send(n: int) -> None:
        start.wait()
        office.customers.send("c1", f"{DELAYED}，第{n % 4}次", nonce=f"nonce-{n % 4}-tab", locale="zh-CN")

    threads = [threading.Thread(target=send, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    office.settle()
    view = office.customers.view("c1", "zh-CN")
    assert len(entries(view, EntryKind.CUSTOMER)) == 4
    assert len({entry.ticket_number for entry in view.entries}) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Refusal.EMPTY),
        (" \n\t", Refusal.EMPTY),
        ("提" * 4001, Refusal.TOO_LONG),
        ("提" * 200_000, Refusal.TOO_LONG),
        ("\x00\x01\x02\x03\x04\x05", Refusal.UNREADABLE),
    ],
)
def test_what_is_no_message_is_refused_and_leaves_nothing(office: Office, text: str, code: Refusal) -> None:
    with refused(code):
        office.customers.send("c1", text, nonce="nonce-bad-1", locale="zh-CN")
    assert office.customers.view("c1", "zh-CN").entries == ()


@pytest.mark.parametrize("nonce", ["", "short", "x" * 65, "<script>alert(1)</script>"])
def test_a_message_id_that_no_page_makes_is_refused(office: Office, nonce: str) -> None:
    with refused(Refusal.UNREADABLE):
        office.customers.send("c1", DELAYED, nonce=nonce, locale="zh-CN")


def test_a_flood_is_slowed_down_per_customer(office: Office) -> None:
    submit = office.app.drafting.submit
    desk = CustomerDesk(
        office.app.desk_parts,
        limiter=MessageLimiter(2),
        articles=Articles(office.app.catalog),
        intents=office.app.intents,
        submit=submit,
    )
    for n in range(2):
        desk.send("flood", DELAYED, nonce=f"nonce-flood-{n}", locale="zh-CN")
    with refused(Refusal.TOO_FAST):
        desk.send("flood", DELAYED, nonce="nonce-flood-3", locale="zh-CN")
    with refused(Refusal.TOO_FAST):
        desk.want_person("flood", locale="zh-CN")
    assert len(desk.view("flood", "zh-CN").entries) == 2
    assert desk.send("calm", DELAYED, nonce="nonce-calm-1", locale="zh-CN").status is not None
    office.settle()


def test_a_secret_reaches_no_byte_of_the_disk_and_the_customer_is_warned(office: Office) -> None:
    view = office.ask(f"我的助记词是 {PHRASE}，提现还没到账")
    first, notice = view.entries
    assert first.secret
    assert "sausage" not in first.text
    assert notice.kind is EntryKind.NOTICE
    assert "当作已经泄露" in notice.text
    assert b"sausage" not in stored(office)
    ticket = office.ticket()
    assert (ticket.urgency, ticket.draft_id) == (Urgency.HIGH, None)


def test_personal_data_is_masked_for_the_chain_and_encrypted_at_rest(office: Office) -> None:
    view = office.ask(f"我的手机号 {PHONE} 收不到验证码短信")
    assert "⟦PHONE_1⟧" in view.entries[0].text
    assert view.entries[0].tokens == ()
    assert PHONE.encode() not in stored(office)


def test_an_emergency_jumps_the_queue_and_is_told_at_once(office: Office) -> None:
    office.ask("手续费是多少", "calm")
    view = office.ask("我的账户被盗了，有人在转走我的币", "robbed")
    assert view.status is not None
    assert view.status.position == 1
    assert len(entries(view, EntryKind.NOTICE)) == 1
    ticket = office.ticket("robbed")
    assert ticket.urgency is Urgency.EMERGENCY
    assert ticket.draft_id is not None, "the agent does not start from nothing"
    calm = office.customers.view("calm", "zh-CN").status
    assert calm is not None
    assert calm.position == 2


def test_a_fixed_question_back_leaves_the_next_word_to_the_customer(office: Office) -> None:
    view = office.ask("？？？")
    assert view.status is not None
    assert view.status.stage is Stage.YOUR_TURN
    assert office.ticket().state is TicketState.AWAITING
    view = office.ask("提现两小时没到账")
    assert view.status is not None
    assert view.status.stage is Stage.DRAFTED


def test_the_same_fixed_text_is_not_repeated_for_one_question(office: Office) -> None:
    office.ask("我要人工")
    view = office.ask("人工客服！快点")
    assert len(entries(view, EntryKind.NOTICE)) == 1


def test_a_person_is_one_press_away_even_before_a_question(office: Office) -> None:
    for _ in range(2):
        view = office.customers.want_person("c1", locale="en")
    assert [entry.kind for entry in view.entries] == [EntryKind.NOTICE]
    assert "member of our team" in view.entries[0].text
    assert view.status is not None
    assert view.status.person
    assert office.review.queue(office.agent).items[0].number == view.status.number


def test_after_an_answer_the_ticket_goes_on_and_after_its_end_a_new_one_begins(office: Office) -> None:
    office.ask(DELAYED)
    first = office.ticket()
    office.approved(office.claimed())
    office.ask("手续费是多少")
    assert (office.ticket().id, office.ticket().state) == (first.id, TicketState.QUEUED)
    view = office.approved(office.claimed())
    reply = entries(view, EntryKind.REPLY)[-1]
    office.customers.rate("c1", reply.id, solved=True)
    assert office.ticket().state is TicketState.CLOSED
    office.ask(DELAYED)
    assert office.ticket().id != first.id


def test_not_solved_reopens_for_a_person(office: Office) -> None:
    office.ask(DELAYED)
    reply = entries(office.approved(office.claimed()), EntryKind.REPLY)[0]
    view = office.customers.rate(
        "c1", reply.id, solved=False, reasons=["unclear", "nonsense"], comment="看不懂 " + PHONE
    )
    rating = view.entries[-1].rating
    assert rating is not None
    assert (rating.solved, rating.reasons) == (False, ("unclear",))
    assert PHONE not in rating.comment
    ticket = office.ticket()
    assert (ticket.state, ticket.draft_id, ticket.urgency) == (TicketState.QUEUED, None, Urgency.UPSET)
    view = office.customers.rate("c1", reply.id, solved=True)
    rating = view.entries[-1].rating
    assert rating is not None
    assert rating.solved


def test_what_belongs_to_another_customer_does_not_exist(office: Office) -> None:
    office.ask(DELAYED)
    reply = entries(office.approved(office.claimed()), EntryKind.REPLY)[0]
    office.ask("手续费是多少", "stranger")
    with refused(Refusal.NOT_FOUND):
        office.customers.rate("stranger", reply.id, solved=True)
    with refused(Refusal.NOT_FOUND):
        office.customers.article("stranger", reply.id, 1)
    with refused(Refusal.NOT_FOUND):
        office.customers.article("nobody", reply.id, 1)
    assert all(entry.kind is EntryKind.CUSTOMER for entry in office.customers.view("stranger", "zh-CN").entries)


def test_a_citation_opens_its_article(office: Office) -> None:
    office.ask(DELAYED)
    reply = entries(office.approved(office.claimed()), EntryKind.REPLY)[0]
    assert reply.citations
    for citation in reply.citations:
        article = office.customers.article("c1", reply.id, citation.n)
        assert article.current
        assert article.quote == citation.quote
        assert article.sections
    with refused(Refusal.NOT_FOUND):
        office.customers.article("c1", reply.id, 99)


def test_a_complaint_hears_of_every_stage(office: Office) -> None:
    office.ask("我要投诉，你们的客服态度太差了")
    assert office.ticket().complaint
    claimed = office.claimed()
    office.review.escalate(office.agent, claimed.ticket.id, claimed.ticket.version, "需要主管")
    office.claimed(office.supervisor)
    texts = [entry.text for entry in entries(office.customers.view("c1", "zh-CN"), EntryKind.NOTICE)]
    assert len(texts) == 4
    assert "已由客服人员开始处理" in texts[1]
    assert "已转交主管" in texts[2]


def test_what_a_crash_left_without_a_draft_is_drafted_at_the_next_start(app: App, tmp_path: Path) -> None:
    with open_office(app, tmp_path / "var") as before:
        before.app.drafting.close()  # dies before it has drafted
        before.ask(DELAYED, settle=False)
    with open_office(app, tmp_path / "var", hire=False) as after:
        assert after.ticket().drafting
        assert after.app.drafting.sweep() == 1
        after.settle()
        assert after.ticket().topic == "wd-delayed"
