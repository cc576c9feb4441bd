"""The catalog: what holds when, and what was held when."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.edition import Edits, State
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import BEGINNING
from tests.corpus.catalogs import FACTS, Clock, dated, keys, new, put, said

TODAY = date(2026, 6, 1)


def test_the_seed_is_there_and_reading_writes_nothing(catalog: Catalog, tmp_path: Path) -> None:
    assert keys(catalog.documents()) == [("fees", "en", "Seed"), ("fees", "zh-CN", "Seed")]
    assert catalog.problems() == ()
    assert not (tmp_path / "data").exists()


def test_traditional_chinese_is_derived_where_there_is_none(catalog: Catalog) -> None:
    put(
        catalog,
        "wd.md",
        "---\nid: wd\nlocale: zh-CN\ntitle: 提现网络\ncategory: c\nquestions: [怎么提]\n---\n请选择网络。",
    )
    (derived,) = (d for d in catalog.documents() if (d.id, d.locale) == ("wd", "zh-TW"))
    assert (derived.title, derived.sections[0].paragraphs, derived.questions) == ("提現網路", ("請選擇網路。",), ())
    put(catalog, "wd-tw.md", "---\nid: wd\nlocale: zh-TW\ntitle: 自己的\ncategory: c\n---\n自己的文字。")
    assert [d.title for d in catalog.documents() if (d.id, d.locale) == ("wd", "zh-TW")] == ["自己的"]


def test_documents_are_added_updated_and_outlive_the_process(catalog: Catalog, tmp_path: Path, seed: Path) -> None:
    assert put(catalog, "Limits and more.md", "Wait {{fact:wait}}.") == "added"
    assert put(catalog, "Limits and more.md", "Wait {{fact:wait}}.") == "unchanged"
    assert put(catalog, "Limits and more.md", "Wait {{fact:wait}}!") == "updated"
    again = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=catalog._clock)
    assert again.documents() == catalog.documents()
    assert said(again, "limits-and-more") == ["Wait 2 hours!"]
    assert [v.number for v in again.history("limits-and-more")] == [2, 1]


def test_the_operators_document_replaces_the_seed_article_of_its_locale(catalog: Catalog) -> None:
    assert put(catalog, "fees.md", "# Ours\n\ntext") == "added"
    assert keys(catalog.documents()) == [("fees", "en", "Ours"), ("fees", "zh-CN", "Seed")]
    assert keys(catalog.documents(date(2020, 1, 1))) == keys(catalog.documents()), "it says no day: it always held"


def test_a_dated_document_replaces_the_seed_from_its_day_on(catalog: Catalog) -> None:
    put(catalog, "fees.md", "---\neffective_from: 2026-03-01\ntitle: Ours\n---\ntext")
    assert keys(catalog.documents(date(2026, 2, 28)))[0] == ("fees", "en", "Seed")
    assert keys(catalog.documents(date(2026, 3, 1)))[0] == ("fees", "en", "Ours")


def test_each_version_holds_on_its_days(catalog: Catalog) -> None:
    put(catalog, "fee.md", dated("one", "2026-01-01"))
    put(catalog, "fee.md", dated("two", "2026-03-01"))
    put(catalog, "fee.md", dated("three", "2026-12-01"))
    assert said(catalog, "fee", date(2025, 12, 31)) == []
    assert said(catalog, "fee", date(2026, 1, 1)) == ["one"]
    assert said(catalog, "fee", date(2026, 2, 28)) == ["one"]
    assert said(catalog, "fee", date(2026, 3, 1)) == ["two"]
    assert said(catalog, "fee") == ["two"]
    assert said(catalog, "fee", date(2026, 12, 1)) == ["three"]


def test_a_correction_replaces_what_held_from_the_same_day(catalog: Catalog, clock: Clock) -> None:
    put(catalog, "fee.md", dated("wrong", "2026-01-01"))
    before = clock.now
    put(catalog, "fee.md", dated("right", "2026-01-01"))
    assert said(catalog, "fee", date(2026, 2, 1)) == ["right"]
    assert said(catalog, "fee", date(2026, 2, 1), known_at=before) == ["wrong"], "what we said then is not forgotten"
    newest, oldest = catalog.history("fee")
    assert (newest.in_force, oldest.in_force) == (True, False)
    assert oldest.superseded_at is not None
    assert before < oldest.superseded_at <= clock.now


def test_an_update_without_a_day_holds_from_today(catalog: Catalog) -> None:
    put(catalog, "a.txt", "old")
    put(catalog, "a.txt", "new")
    assert said(catalog, "a", TODAY - timedelta(days=1)) == ["old"]
    assert said(catalog, "a", TODAY) == ["new"]
    first = min(catalog.editions(), key=lambda e: (e.document.id, e.document.effective_from))
    assert first.document.effective_from == BEGINNING


def test_the_past_of_a_fact_is_an_edition_of_its_own(catalog: Catalog) -> None:
    put(catalog, "fee.md", dated("It is {{fact:fee}}.", "2026-01-01"))
    assert said(catalog, "fee", date(2026, 4, 14)) == ["It is 2 USDT."]
    assert said(catalog, "fee", date(2026, 4, 15)) == ["It is 1 USDT."]
    days = [(e.document.effective_from, e.document.effective_until) for e in catalog.editions() if e.key[0] == "fee"]
    assert days == [(date(2026, 1, 1), date(2026, 4, 15)), (date(2026, 4, 15), None)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("prices.csv", "Network,Fee\nTRC20,{{fact:fee}}\nERC20,3 USDT\n".encode("utf-16")),
        ("prices.tsv", b"Network\tFee\nTRC20\t{{fact:fee}}\nERC20\t3 USDT\n"),
        ("prices.json", b'{"title": "Prices", "body": "It costs {{fact:fee}}."}'),
        ("prices.jsonl", b'{"title": "Prices", "body": "It costs {{fact:fee}}."}\n'),
        ("prices.html", b"<h1>Prices</h1><p>It costs {{fact:fee}}.</p>"),
        ("prices.csv", "网络,费用\nTRC20,{{fact:fee}}\n以太坊,三个\n".encode("gb18030")),
    ],
    ids=["csv in UTF-16", "tsv", "json", "jsonl", "html", "csv in GB18030"],
)
def test_the_past_of_a_fact_in_a_table_is_an_edition_too(catalog: Catalog, name: str, content: bytes) -> None:
    catalog.add(parse_document(name, content, catalog.facts), name, content)
    found = [e.document for e in catalog.editions() if e.key[0] == "prices" and not e.derived]
    assert [(d.effective_from, d.effective_until) for d in found] == [
        (BEGINNING, date(2026, 4, 15)),
        (date(2026, 4, 15), None),
    ]
    assert ["2 USDT" in repr(d.sections) for d in found] == [True, False]
    assert ["1 USDT" in repr(d.sections) for d in found] == [False, True]


def test_an_expired_document_holds_on_earlier_days_only(catalog: Catalog) -> None:
    put(catalog, "fee.md", dated("one", "2026-01-01"))
    catalog.expire("fee", TODAY)
    assert said(catalog, "fee") == []
    assert said(catalog, "fee", date(2026, 5, 31)) == ["one"]
    with pytest.raises(DocumentError, match="is a seed article"):
        catalog.expire("fees", TODAY)


def test_a_document_that_ends_by_itself_is_followed_by_nothing(catalog: Catalog) -> None:
    put(catalog, "fee.md", dated("forever", "2026-01-01"))
    put(catalog, "fee.md", dated("a while", "2026-02-01", "2026-03-01"))
    assert said(catalog, "fee", date(2026, 2, 10)) == ["a while"]
    assert said(catalog, "fee", date(2026, 3, 1)) == []
    with pytest.raises(DocumentError, match="over before it begins"):
        put(catalog, "fee.md", dated("x", "2026-02-01", "2026-03-01"), start=date(2026, 3, 1))


def test_a_removed_document_holds_on_no_day_and_can_come_back(catalog: Catalog, tmp_path: Path, seed: Path) -> None:
    put(catalog, "fees.md", "# Ours\n\ntext")
    catalog.remove("fees")
    assert catalog.documents() == ()
    assert catalog.documents(date(2026, 1, 1)) == ()
    assert Catalog(tmp_path / "data", facts=FACTS, seed_root=seed).documents() == ()
    with pytest.raises(DocumentError, match='no document "fees"'):
        catalog.remove("fees")
    catalog.restore("fees")
    assert keys(catalog.documents()) == [("fees", "en", "Ours"), ("fees", "zh-CN", "Seed")]
    catalog.restore("fees", "en", 0)
    assert keys(catalog.documents()) == [("fees", "en", "Seed"), ("fees", "zh-CN", "Seed")]


def test_one_locale_can_be_removed(catalog: Catalog) -> None:
    catalog.remove("fees", locale="zh-CN")
    assert [(d.id, d.locale) for d in catalog.documents()] == [("fees", "en")]
    with pytest.raises(DocumentError, match='no document "fees"'):
        catalog.remove("fees", locale="zh-CN")


def test_an_earlier_version_comes_back_as_a_new_one(catalog: Catalog) -> None:
    put(catalog, "a.txt", "one")
    put(catalog, "a.txt", "two")
    catalog.restore("a", "en", 1)
    assert said(catalog, "a") == ["one"]
    assert [v.number for v in catalog.history("a")] == [3, 2, 1]
    assert catalog.source("a", "en", 3) == ("a.txt", b"one")


def test_publishing_an_earlier_version_again_takes_the_later_ones_place(catalog: Catalog) -> None:
    put(catalog, "a.txt", "one")
    put(catalog, "a.txt", "two")
    catalog.publish("a", "en", 1)
    assert said(catalog, "a") == said(catalog, "a", date(2030, 1, 1)) == ["one"]


def test_what_was_ended_can_come_back(catalog: Catalog, clock: Clock) -> None:
    put(catalog, "fee.md", dated("one", "2026-01-01"))
    catalog.expire("fee", date(2026, 5, 1))
    catalog.restore("fee")
    assert said(catalog, "fee") == ["one"]
    assert said(catalog, "fee", date(2026, 5, 15)) == [], "it did not hold then, and is not made to have held"
    clock.on(date(2026, 7, 1))
    catalog.restore("fee")
    assert [v.number for v in catalog.history("fee")] == [2, 1], "it is in force: nothing to bring back"


def test_the_same_file_again_brings_back_what_was_ended(catalog: Catalog, clock: Clock) -> None:
    file = dated("one", "2026-01-01")
    put(catalog, "fee.md", file)
    catalog.expire("fee", date(2026, 5, 1))
    assert put(catalog, "fee.md", file) == "updated"
    assert said(catalog, "fee") == ["one"]
    assert said(catalog, "fee", date(2026, 4, 30)) == ["one"]
    assert said(catalog, "fee", date(2026, 5, 31)) == [], "it did not hold then, and is not made to have held"
    assert put(catalog, "fee.md", file) == "unchanged"
    catalog.expire("fee", TODAY)
    assert put(catalog, "fee.md", file) == "updated"
    catalog.expire("fee", date(2026, 6, 2))
    assert put(catalog, "fee.md", file) == "unchanged", "it holds today: a planned end stays"
    clock.on(date(2026, 6, 2))
    assert said(catalog, "fee") == []
    assert put(catalog, "fee.md", file) == "updated"
    assert said(catalog, "fee") == ["one"]
    assert [v.number for v in catalog.history("fee")] == [4, 3, 2, 1]


def test_a_file_that_says_itself_that_it_is_over_stays_over(catalog: Catalog, clock: Clock) -> None:
    file = dated("one", "2026-01-01", "2026-05-01")
    assert [put(catalog, "fee.md", file) for _ in range(2)] == ["added", "unchanged"]
    assert said(catalog, "fee") == []
    lasting = dated("two", "2026-05-01", "2026-12-01")
    put(catalog, "fee.md", lasting)
    catalog.expire("fee", TODAY)
    assert put(catalog, "fee.md", lasting) == "updated"
    assert said(catalog, "fee") == ["two"]
    clock.on(date(2026, 12, 1))
    assert put(catalog, "fee.md", lasting) == "unchanged"


def test_the_newest_file_again_replaces_the_older_one_that_took_its_place(catalog: Catalog) -> None:
    put(catalog, "fee.md", dated("one", "2026-01-01"))
    put(catalog, "fee.md", dated("two", "2026-02-01"))
    catalog.publish("fee", "en", 1, effective_from=date(2026, 3, 1))
    assert said(catalog, "fee") == ["one"]
    assert put(catalog, "fee.md", dated("two", "2026-02-01")) == "updated"
    assert said(catalog, "fee") == ["two"]


def test_derived_traditional_chinese_goes_and_comes_with_its_original(catalog: Catalog) -> None:
    article = "---\nid: wd\nlocale: zh-CN\ntitle: 提现\ncategory: c\n---\n网络"
    put(catalog, "wd.md", article)

    def locales() -> list[str]:
        return [d.locale for d in catalog.documents() if d.id == "wd"]

    for bring_back in (lambda: catalog.restore("wd"), lambda: put(catalog, "wd.md", f"{article}。")):
        catalog.remove("wd")
        assert locales() == []
        bring_back()
        assert locales() == ["zh-CN", "zh-TW"]
    catalog.remove("wd", locale="zh-TW")
    assert locales() == ["zh-CN"]
    put(catalog, "wd.md", f"{article}！")
    assert locales() == ["zh-CN"], "taken out by name, it stays out"
    catalog.restore("wd", "zh-TW")
    assert locales() == ["zh-CN", "zh-TW"]
    with pytest.raises(DocumentError, match="made from zh-CN"):
        catalog.expire("wd", TODAY, locale="zh-TW")


def test_a_document_does_not_end_before_it_begins(catalog: Catalog) -> None:
    put(catalog, "fees.md", dated("ours", "2026-08-01").replace("id: fee", "id: fees"))
    with pytest.raises(DocumentError, match="hold on no day"):
        catalog.expire("fees", date(2026, 7, 1), locale="en")
    assert keys(catalog.documents())[0] == ("fees", "en", "Seed")


def test_a_language_with_drafts_only_does_not_stop_the_others(catalog: Catalog) -> None:
    put(catalog, "fee.md", dated("one"))
    put(catalog, "fee-zh.md", dated("二").replace("locale: en", "locale: zh-CN"), draft=True)
    catalog.remove("fee")
    catalog.restore("fee")
    assert said(catalog, "fee") == ["one"]


def test_a_draft_is_kept_and_seen_by_nobody(catalog: Catalog) -> None:
    put(catalog, "a.txt", "live")
    assert put(catalog, "a.txt", "draft", draft=True) == "updated"
    assert put(catalog, "a.txt", "draft", draft=True) == "unchanged"
    assert said(catalog, "a") == ["live"]
    assert catalog.read("a", "en", 2).sections[0].paragraphs == ("draft",)
    catalog.publish("a", "en", 2)
    assert said(catalog, "a") == ["draft"]
    put(catalog, "a.txt", "never", draft=True)
    catalog.discard("a", "en", 3)
    with pytest.raises(DocumentError, match="no version 3"):
        catalog.publish("a", "en", 3)
    assert [v.state for v in catalog.history("a")] == [State.DISCARDED, State.PUBLISHED, State.PUBLISHED]


def test_an_unknown_id_is_refused_with_near_ones(catalog: Catalog) -> None:
    for action in (catalog.remove, catalog.history):
        with pytest.raises(DocumentError, match=r'no document "fee"\. Did you mean fees'):
            action("fee")


def test_a_document_whose_fact_went_away_is_out_and_told(
    catalog: Catalog, tmp_path: Path, seed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(catalog, "fees.md", "Wait {{fact:wait}}.")
    put(catalog, "ok.md", "fine")
    for path in seed.glob("*/*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("{{fact:wait}}", "a while"), encoding="utf-8")
    later = Catalog(tmp_path / "data", facts=FactsTable.parse({}), seed_root=seed)
    assert [(d.id, d.locale) for d in later.documents() if d.locale != "zh-TW"] == [("fees", "zh-CN"), ("ok", "en")]
    (problem,) = later.problems()
    assert (problem.document_id, problem.locale, problem.name) == ("fees", "en", "fees.md")
    assert "Unknown fact" in problem.message
    assert "out of force" in caplog.text


def test_owner_review_and_edits_are_kept(catalog: Catalog) -> None:
    put(catalog, "a.txt", "text")
    catalog.set_owner("a", "en", "payments")
    catalog.set_review_due("a", "en", date(2026, 7, 1))
    catalog.set_edits("a", "en", Edits(("how long",), ("0123456789abcdef",)))
    (document,) = (d for d in catalog.documents() if d.id == "a")
    assert (document.owner, document.review_due) == ("payments", date(2026, 7, 1))
    assert catalog.edits("a", "en").questions == ("how long",)
    with pytest.raises(DocumentError, match="no version of your own"):
        catalog.set_owner("fees", "en", "x")


def test_the_fingerprint_changes_with_whatever_decides_the_text(catalog: Catalog, seed: Path, tmp_path: Path) -> None:
    first = catalog.fingerprint()
    put(catalog, "a.txt", "text")
    second = catalog.fingerprint()
    assert first != second
    put(catalog, "a.txt", "text")
    path = seed / "en" / "fees.md"
    path.write_text(path.read_text("utf-8") + " More.", "utf-8")
    third = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed).fingerprint()
    assert third != second


def test_a_trial_changes_nothing(catalog: Catalog) -> None:
    put(catalog, "a.txt", "text")
    with catalog.trial() as trial:
        trial.remove("a")
        put(trial, "b.txt", "more")
        assert {d.id for d in trial.documents()} == {"b", "fees"}
    assert {d.id for d in catalog.documents()} == {"a", "fees"}


def test_a_change_is_whole_or_nothing(catalog: Catalog) -> None:
    good, bad = new(catalog, "a.txt", "text"), new(catalog, "fee.md", dated("x", "2026-02-01", "2026-03-01"))
    with pytest.raises(DocumentError, match="over before it begins"):
        catalog.add_all((good, bad), effective_from=date(2026, 4, 1))
    assert {d.id for d in catalog.documents()} == {"fees"}


def test_changes_made_together_hold_all_or_none(catalog: Catalog) -> None:
    put(catalog, "a.txt", "live")
    put(catalog, "b.txt", "live")

    def fail_at_the_end() -> None:
        with catalog.together():
            catalog.remove("a")
            catalog.set_edits("b", "en", Edits(("how",)))
            assert catalog.edits("b", "en").questions == ("how",), "what was done is seen inside"
            catalog.publish("b", "en", 7)

    with pytest.raises(DocumentError, match="no version 7"):
        fail_at_the_end()
    assert {d.id for d in catalog.documents()} == {"a", "b", "fees"}
    assert catalog.edits("b", "en") == Edits()
    with catalog.together():
        catalog.remove("a")
        catalog.remove("b")
    assert {d.id for d in catalog.documents()} == {"fees"}
