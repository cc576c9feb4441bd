"""The catalog: what holds when, what was held when, and nothing lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from corpus.catalog import Catalog, NewDocument
from corpus.edition import Change, Edits, State
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import BEGINNING, Document

FACTS = FactsTable.parse(
    {
        "facts": {
            "wait": {"value": 2, "unit": "hours"},
            "fee": {"value": 1, "unit": "USDT", "was": [{"until": date(2026, 4, 15), "value": 2}]},
        }
    }
)
TODAY = date(2026, 6, 1)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def on(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    root = tmp_path / "seed"
    for locale in ("en", "zh-CN"):
        (root / locale).mkdir(parents=True)
        (root / locale / "fees.md").write_text(
            f"---\nid: fees\nlocale: {locale}\ntitle: Seed\ncategory: c\n---\nWait {{{{fact:wait}}}}.", encoding="utf-8"
        )
    return root


@pytest.fixture
def catalog(tmp_path: Path, seed: Path, clock: Clock) -> Catalog:
    return Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=clock)


def new(catalog: Catalog, name: str, text: str) -> NewDocument:
    content = text.encode()
    return NewDocument(parse_document(name, content, catalog.facts), name, content)


def put(catalog: Catalog, name: str, text: str, *, draft: bool = False, start: date | None = None) -> Change:
    return catalog.add_all((new(catalog, name, text),), draft=draft, effective_from=start)[0]


def keys(documents: tuple[Document, ...]) -> list[tuple[str, str, str]]:
    return [(d.id, d.locale, d.title) for d in documents if d.locale != "zh-TW"]


def said(catalog: Catalog, document_id: str, on: date | None = None, known_at: datetime | None = None) -> list[str]:
    found = catalog.documents(on, known_at)
    return [d.sections[0].paragraphs[0] for d in found if d.id == document_id and d.locale != "zh-TW"]


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


HEAD = "---\nid: fee\nlocale: en\ntitle: Fee\ncategory: c\n{}---\n{}"


def dated(text: str, start: str = "", end: str = "") -> str:
    lines = (f"effective_from: {start}\n" if start else "") + (f"effective_until: {end}\n" if end else "")
    return HEAD.format(lines, text)


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


def test_a_damaged_or_newer_catalog_is_refused_not_overwritten(catalog: Catalog, tmp_path: Path) -> None:
    put(catalog, "a.txt", "text")
    path = tmp_path / "data" / "knowledge" / "catalog.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    for action in (catalog.documents, catalog.problems, lambda: put(catalog, "b.txt", "text")):
        with pytest.raises(DocumentError, match="format 9"):
            action()
    for extra in path.parent.glob("catalog.db-*"):
        extra.unlink()
    path.write_bytes(b"not a database at all, and long enough to be taken for one" * 20)
    before = path.read_bytes()
    for action in (catalog.documents, lambda: put(catalog, "b.txt", "text")):
        with pytest.raises(DocumentError, match="damaged"):
            action()
    assert path.read_bytes() == before


def test_what_the_first_release_kept_is_taken_over_once(tmp_path: Path, seed: Path, clock: Clock) -> None:
    folder = tmp_path / "data" / "documents"
    folder.mkdir(parents=True)
    (folder / "abc.md").write_text("# Ours\n\ntext", "utf-8")
    entry = {"id": "ours", "locale": "en", "name": "ours.md", "file": "abc.md"}
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "documents": [entry], "hidden": ["fees"]}), "utf-8")
    catalog = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=clock)
    assert keys(catalog.documents()) == [("ours", "en", "Ours")]
    catalog.remove("ours")
    again = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed, clock=clock)
    assert again.documents() == ()
    assert (folder / "manifest.json").exists()


def test_threads_may_share_a_catalog(catalog: Catalog) -> None:
    def work(number: int) -> None:
        put(catalog, f"d{number}.txt", f"text {number}")
        assert any(d.id == f"d{number}" for d in catalog.documents())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert len({d.id for d in catalog.documents()}) == 25


def upload(folder: Path, seed: Path, worker: int, start: Callable[[], object]) -> None:
    catalog = Catalog(folder, facts=FACTS, seed_root=seed)
    start()
    for number in range(50):
        put(catalog, f"w{worker}-{number}.txt", f"text of {worker} and {number}")


@pytest.mark.slow
def test_eight_processes_add_four_hundred_documents_none_is_lost_or_twice(tmp_path: Path, seed: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(8)
    workers = [
        context.Process(target=upload, args=(tmp_path / "data", seed, worker, barrier.wait)) for worker in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert [worker.exitcode for worker in workers] == [0] * 8
    catalog = Catalog(tmp_path / "data", facts=FACTS, seed_root=seed)
    ids = [d.id for d in catalog.documents() if d.id != "fees"]
    assert len(ids) == len(set(ids)) == 400


ADD_FOREVER = """
import sys
from pathlib import Path
from tests.corpus.test_catalog import FACTS, put
from corpus.catalog import Catalog
catalog = Catalog(Path(sys.argv[1]), facts=FACTS, seed_root=Path(sys.argv[2]))
for number in range(100000):
    put(catalog, f"d{number}.txt", f"text {number}")
    print(number, flush=True)
"""


@pytest.mark.slow
def test_a_kill_loses_nothing_that_was_confirmed(tmp_path: Path, seed: Path) -> None:
    for attempt in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", ADD_FOREVER, str(tmp_path / "data"), str(seed)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        assert process.stdout is not None
        confirmed = int(process.stdout.readline())
        time.sleep(0.02 * attempt)
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        confirmed = max([confirmed, *map(int, rest[:-1])])
        ids = {d.id for d in Catalog(tmp_path / "data", facts=FACTS, seed_root=seed).documents()}
        assert {f"d{number}" for number in range(confirmed + 1)} <= ids


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
