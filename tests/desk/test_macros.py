"""Macros in replies: found for a ticket, filled in, cited, and held to what every edit is held to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.chain.factcheck import facts_of
from assistant.chain.factlock import Sources
from assistant.desk.errors import Refusal
from assistant.desk.macro_sources import article_passages, likeness, sources_of
from assistant.desk.macro_views import FilledMacro
from assistant.desk.views import EntryKind, TicketView
from assistant.model import HandoffReason
from assistant.user import Role, User
from corpus.macros import LOCALES, MacroCategory, Variable, read_macros
from corpus.seed import seed_root
from corpus.sentences import split_sentences
from index.errors import IndexNotBuilt
from tests.builders import passage
from tests.desk.office import Office, entries
from tests.desk.test_customer import DELAYED, refused

UNKNOWN = "你们公司的猫叫什么名字"
TOLD = "我提了 300 USDT，走 TRC20，两小时还没到账"
TXID = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90"
SEED = {macro.id: macro for macro in read_macros(seed_root() / "macros.yaml")}


def fill(office: Office, macro_id: str, user: User | None = None) -> FilledMacro:
    return office.app.macros.fill(user or office.agent, office.ticket().id, macro_id)


def written(view: TicketView, *macros: FilledMacro) -> tuple[str, tuple[str, ...]]:
    """The macros as the page puts them into an editor: marks numbered behind the draft's evidence, paragraphs apart."""
    numbers = {item.passage.id: item.n for item in view.draft.evidence} if view.draft else {}
    cited: list[str] = []
    first = max(numbers.values(), default=0) + 1
    for id_ in (id_ for macro in macros for id_ in macro.cites):
        if id_ not in numbers:
            numbers[id_] = first + len(cited)
            cited.append(id_)
    texts = ("".join(f"[{numbers[p.cite]}]" if p.cite else p.text for p in macro.pieces) for macro in macros)
    return "\n\n".join(texts), tuple(cited)


def inserted(office: Office, view: TicketView, *macros: FilledMacro) -> TicketView:
    body, cited = written(view, *macros)
    return office.review.edit(office.agent, view.ticket.id, view.ticket.version, body, cited)


def test_what_fits_the_ticket_comes_first_and_then_the_categories_in_order(office: Office) -> None:
    office.ask(DELAYED)
    ticket = office.ticket()
    found = office.app.macros.macros(office.agent, ticket.id)
    assert {item.id for item in found.items} == set(SEED)
    fitting = [item for item in found.items if item.fits]
    assert ticket.topic == "wd-delayed"
    assert found.items[: len(fitting)] == tuple(fitting)
    assert {item.id for item in fitting} >= {"macro-status-withdrawal", "macro-no-express"}
    assert fitting[0].topic == "wd-delayed"
    rest = [list(MacroCategory).index(item.category) for item in found.items[len(fitting) :]]
    assert rest == sorted(rest)
    assert (found.locale, found.problems) == ("zh-CN", ())


@pytest.mark.parametrize("text", ["冻结", "凍結", "FREEZE account", "macro-steps-freeze", "步骤 冻结"])
def test_a_search_finds_by_words_of_the_title_in_every_language(office: Office, text: str) -> None:
    office.ask(DELAYED)
    found = office.app.macros.macros(office.agent, office.ticket().id, text)
    assert "macro-steps-freeze" in {item.id for item in found.items}
    assert len(found.items) < 5


def test_a_search_that_finds_nothing_is_empty(office: Office) -> None:
    office.ask(DELAYED)
    assert office.app.macros.macros(office.agent, office.ticket().id, "斑马 zebra").items == ()


@pytest.mark.parametrize(
    ("text", "locale", "title"),
    [
        ("提現兩小時還沒到帳", "zh-TW", "問候"),
        ("My withdrawal has not arrived after two hours", "en", "Greeting"),
        ("出金が2時間経っても届きません", "ja", "Greeting"),
    ],
)
def test_macros_are_in_the_language_of_the_reply(office: Office, text: str, locale: str, title: str) -> None:
    office.ask(text, locale=locale)
    found = office.app.macros.macros(office.agent, office.ticket().id, "macro-greeting")
    assert found.items[0].title == title


def test_a_greeting_names_the_agent_and_the_ticket_and_nobody_else(office: Office) -> None:
    office.ask("我叫王小明，手机 13812345678，提现两小时还没到账")
    text = fill(office, "macro-greeting").text
    number = office.ticket().number
    assert text == f"尊敬的客户，您好。我是云桥交易所客服 林，您的工单编号是 {number}，由我继续处理。"


def test_the_customers_own_values_are_filled_in_and_need_no_tick(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.desk.opening._ALPHABET", "7")
    office.ask(TOLD)
    view = office.claimed()
    macro = fill(office, "macro-status-withdrawal")
    assert macro.text.startswith("您的 USDT 提现走 TRC20 网络，数量为 300。")
    assert macro.missing == ()
    view = inserted(office, view, fill(office, "macro-greeting"), macro)
    assert (view.unconfirmed, view.blocked_by) == (0, ())
    assert view.draft is not None
    operands = {(o.text.rstrip("，"), o.source) for sentence in view.draft.sentences for o in sentence.operands}
    assert operands == {("77777", "ticket"), ("TRC20", "customer"), ("300", "customer")}
    assert all(mark.supported for mark in view.facts)


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
def test_amount_and_coin_of_the_customer_hold_in_every_language(office: Office, locale: str) -> None:
    told = {
        "en": "I withdrew 300 USDT over TRC20 two hours ago and it has not arrived",
        "zh-TW": "我提了 300 USDT，走 TRC20，兩小時還沒到帳",
    }.get(locale, TOLD)
    office.ask(told, locale=locale)
    view = inserted(office, office.claimed(), fill(office, "macro-status-withdrawal"))
    assert view.draft is not None
    assert view.draft.language == locale
    assert "300" in view.draft.body
    assert (view.unconfirmed, view.blocked_by) == (0, ())


def test_a_value_said_in_two_ways_is_left_to_the_person(office: Office) -> None:
    office.ask("我提了 300 USDT 走 TRC20，又提了 2 ETH 走 ERC20，都没到账")
    macro = fill(office, "macro-status-withdrawal")
    assert macro.missing == ("【币种】", "【网络】", "【数量】")
    assert macro.text.startswith("您的 【币种】 提现走 【网络】 网络，数量为 【数量】。")


def test_a_transaction_hash_and_an_order_number_come_from_the_customer(office: Office) -> None:
    office.ask(f"充值没到账，交易哈希 {TXID}，订单编号：SO-20260301-77")
    assert TXID in fill(office, "macro-status-onchain-success").text
    assert "SO-20260301-77" in fill(office, "macro-steps-check-fills").text


def test_the_expected_time_is_the_promise_and_a_broken_one_is_not_repeated(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    macro = fill(office, "macro-escalate-specialist")
    due = office.ticket().due_at + timedelta(hours=8)
    assert f"我会在 {due:%Y-%m-%d %H:%M} (UTC+08:00) 前向您更新进展。" in macro.text
    view = inserted(office, view, macro)
    assert (view.unconfirmed, view.blocked_by) == (0, ())
    office.clock.advance(hours=2)
    late = fill(office, "macro-escalate-specialist")
    assert late.missing == ("【预计时间】",)
    view = inserted(office, office.review.open(office.agent, view.ticket.id), macro)
    assert view.unconfirmed > 0  # what was right when it was inserted has to be vouched for now


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
def test_a_variable_that_nobody_filled_in_blocks_and_filling_it_in_frees(office: Office, locale: str) -> None:
    office.ask({"en": "My withdrawal has not arrived", "zh-TW": "提現沒到帳"}.get(locale, "提现没到账"), locale=locale)
    view = office.claimed()
    macro = fill(office, "macro-ask-amount")
    (blank,) = macro.missing
    view = inserted(office, view, macro)
    assert "STR-006" in view.blocked_by
    with refused(Refusal.BLOCKED):
        office.approved(view, confirmed=True)
    assert entries(office.customers.view("c1", locale), EntryKind.REPLY) == []
    body, cited = written(view, macro)
    ticket = view.ticket
    view = office.review.edit(office.agent, ticket.id, ticket.version, body.replace(blank, "USDT"), cited)
    assert view.blocked_by == ()
    office.approved(view)
    assert "USDT" in entries(office.customers.view("c1", locale), EntryKind.REPLY)[0].text


@pytest.mark.parametrize("body", ["请提供【币种", "请提供币种】", "您好 {customer_name}", "是 {{fact:x}}"])
def test_what_is_half_filled_in_blocks_too(office: Office, body: str) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    view = office.review.edit(office.agent, view.ticket.id, view.ticket.version, body)
    assert "STR-006" in view.blocked_by


@pytest.mark.parametrize("locale", LOCALES)
def test_every_figure_of_every_macro_stands_in_the_article_that_it_cites(office: Office, locale: str) -> None:
    app = office.app
    without: list[str] = []
    figures = 0
    for macro in SEED.values():
        sentences = split_sentences(macro.text(locale, app.catalog.facts))
        article = article_passages(app.retriever.document_passages(macro.topic), (), locale) if macro.topic else ()
        for sentence, cited in zip(sentences, sources_of(sentences, article, app.vocabulary, locale), strict=True):
            held = Sources([fact for p in cited for fact in facts_of(p.indexed_text, app.vocabulary)])
            facts = facts_of(sentence, app.vocabulary)
            figures += len(facts)
            without += [f"{macro.id}: {fact.value}" for fact in facts if not held.hold(fact)]
    assert without == []
    assert figures > 10


@pytest.mark.parametrize("macro_id", [macro.id for macro in SEED.values() if macro.topic])
def test_a_macro_with_an_article_cites_it_and_its_text_is_no_other(office: Office, macro_id: str) -> None:
    office.ask(TOLD)
    view = office.claimed()
    macro = fill(office, macro_id)
    assert macro.cites
    shown = office.app.macros.macros(office.agent, view.ticket.id, macro_id).items[0]
    assert (shown.text, shown.missing) == (macro.text, macro.missing)
    view = inserted(office, view, macro)
    assert view.draft is not None
    assert {citation.document_id for citation in view.draft.citations} == {SEED[macro_id].topic}
    assert view.unconfirmed == 0
    assert set(view.blocked_by) == ({"STR-006"} if macro.missing else set())


def test_a_passage_of_the_drafts_evidence_keeps_its_number(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    macro = fill(office, "macro-status-withdrawal")
    _, cited = written(view, macro)
    assert cited == ()  # the article is the draft's own
    view = inserted(office, view, macro)
    assert view.draft is not None
    assert view.draft.parent_id is not None


def test_macros_are_stacked_where_the_desk_had_no_draft(office: Office) -> None:
    office.ask(UNKNOWN)
    view = office.claimed()
    assert view.draft is None
    view = inserted(office, view, fill(office, "macro-greeting"), fill(office, "macro-steps-freeze"))
    assert view.draft is not None
    assert "\n\n" in view.draft.body
    assert (view.unconfirmed, view.blocked_by) == (0, ())
    office.approved(view)
    reply = entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)[0]
    assert "1 分钟" in reply.text
    assert {citation.document_id for citation in reply.citations} == {"acc-hacked"}


def test_the_operators_own_macros_join_at_once_and_broken_ones_take_nothing_away(office: Office) -> None:
    office.ask(DELAYED)
    ticket = office.ticket().id
    file = office.app.settings.data_dir / "knowledge" / "macros.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(file, "- {id: macro-greeting, title: {zh-CN: 自己的, zh-TW: 自己的, en: Own}, category: opening, BODY}\n")
    found = office.app.macros.macros(office.agent, ticket, "自己的")
    assert [(item.id, item.own, item.text) for item in found.items] == [("macro-greeting", True, "林 在此")]
    assert fill(office, "macro-greeting").text == "林 在此"
    _write(file, "- {id: macro-greeting, title: {zh-CN: 自己的}, category: opening, BODY}\n")
    found = office.app.macros.macros(office.agent, ticket)
    assert len(found.items) == len(SEED)
    assert any("macro-greeting" in problem and "missing-locale" in problem for problem in found.problems)
    _write(file, "- {id: [\n")
    found = office.app.macros.macros(office.agent, ticket)
    assert len(found.items) == len(SEED)
    assert found.problems[0].startswith("knowledge/macros.yaml: not valid YAML")
    file.unlink()
    assert office.app.macros.macros(office.agent, ticket).problems == ()


def _write(file: Path, text: str) -> None:
    file.write_text(
        text.replace("BODY", "body: {zh-CN: '{agent_name} 在此', zh-TW: '在此', en: here}"), encoding="utf-8"
    )


def test_a_macro_or_a_ticket_that_is_not_there_is_not_found(office: Office) -> None:
    office.ask(DELAYED)
    with refused(Refusal.NOT_FOUND):
        fill(office, "macro-of-nobody")
    with refused(Refusal.NOT_FOUND):
        office.app.macros.fill(office.agent, "no-ticket", "macro-greeting")
    with refused(Refusal.NOT_FOUND):
        office.app.macros.macros(office.agent, "no-ticket")


def test_an_agent_learns_nothing_of_a_confidential_ticket_by_its_macros(office: Office) -> None:
    office.ask(DELAYED)
    ticket = office.ticket()
    with office.app.database.writing() as records:
        hidden = replace(
            ticket, reason=HandoffReason.ACCOUNT_REVIEW, required_role=Role.SUPERVISOR, version=ticket.version + 1
        )
        assert records.tickets.save(hidden, ticket.version)
    with refused(Refusal.NOT_FOUND):
        fill(office, "macro-greeting")
    assert fill(office, "macro-greeting", office.supervisor).text


def test_without_an_index_a_macro_cites_nothing_and_its_figures_are_for_a_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ask(UNKNOWN)
    view = office.claimed()

    def missing(*_: object) -> None:
        raise IndexNotBuilt("There is no index.")

    monkeypatch.setattr(office.app.macros, "_passages", missing)
    macro = fill(office, "macro-steps-freeze")
    assert macro.cites == ()
    assert inserted(office, view, macro).unconfirmed == 1


def test_figures_are_cited_from_as_few_passages_as_hold_them(office: Office) -> None:
    article = (passage("冻结在 1 分钟内生效。"), passage("提现暂停 24 小时。"), passage("1 分钟后，提现暂停 24 小时。"))
    both, none = sources_of(["1 分钟内生效，提现暂停 24 小时。", "月亮"], article, office.app.vocabulary, "zh-CN")
    assert [p.text for p in both] == ["1 分钟后，提现暂停 24 小时。"]
    assert none == ()
    (two,) = sources_of(["1 分钟内生效，提现暂停 24 小时。"], article[:2], office.app.vocabulary, "zh-CN")
    assert {p.text for p in two} == {article[0].text, article[1].text}
    assert sources_of(["月亮"], article[:1], office.app.vocabulary, "zh-CN") == ((article[0],),)
    assert sources_of(["月亮"], (), office.app.vocabulary, "zh-CN") == ((),)


def test_likeness_reads_both_scripts() -> None:
    assert likeness("凍結帳戶的步驟。", "冻结账户的步骤。别的话。") == 100.0


def test_every_variable_has_a_name_for_its_blank(office: Office) -> None:
    for locale in LOCALES:
        names = {office.app.messages.text(f"macro_blank_{variable}", locale) for variable in Variable}
        assert len(names) == len(Variable)
