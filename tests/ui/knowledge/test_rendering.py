from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.curation.views import DiffLine, JobState, LineKind, Standing, Verdict
from assistant.ui.knowledge import skeleton
from assistant.ui.knowledge.bench import bench_html, marked
from assistant.ui.knowledge.changes import basket_html, drafts_html
from assistant.ui.knowledge.compare import diff_html
from assistant.ui.knowledge.document import document_head, versions_html, warnings_html
from assistant.ui.knowledge.documents import filters_html, list_html
from assistant.ui.knowledge.head import head_html
from assistant.ui.knowledge.jobs import progress_html, upload_html
from assistant.ui.knowledge.passages import passages_html, questions_html
from assistant.ui.knowledge.report import report_html
from assistant.ui.knowledge.shell import shell_html
from assistant.ui.knowledge.upkeep import contradictions_html, coverage_html, snapshots_html, stale_html
from assistant.ui.knowledge.words import Words
from tests.ui.console.views import Parsed, assert_harmless
from tests.ui.knowledge import views
from tests.ui.knowledge.views import HOSTILE, LOCALES, words


def shell(slot: str) -> Callable[[Words], str]:
    return lambda w: shell_html(views.LEAD, HOSTILE, 20_000_000, w)[slot]


RENDERED: dict[str, Callable[[Words], str]] = {
    "head": lambda w: head_html(views.overview(), w),
    "list": lambda w: list_html([views.row(standing=standing) for standing in Standing], w, filtered=False),
    "filters": lambda w: filters_html([views.row()], w),
    "document": lambda w: document_head(views.detail(), w),
    "lint": lambda w: warnings_html(views.warnings(), w, "kno-lint"),
    "versions": lambda w: versions_html(views.detail(), w),
    "passages": lambda w: passages_html(views.detail().passages, HOSTILE, w, number=4),
    "questions": lambda w: questions_html((HOSTILE,), (HOSTILE,), w),
    "diff": lambda w: diff_html(views.diff(), 2, 3, w),
    "progress": lambda w: progress_html(views.job(), w),
    "failed": lambda w: progress_html(views.job(state=JobState.FAILED), w),
    "upload": lambda w: upload_html(views.job(state=JobState.DONE), w),
    "basket": lambda w: basket_html(views.changes(), [HOSTILE] * 7, [views.row()], w),
    "drafts": lambda w: drafts_html([views.draft_row(), views.draft_row(locale="en")], (), w),
    "report": lambda w: report_html(views.report(Verdict.WORSE, Verdict.BETTER, Verdict.CHANGED), w),
    "bench": lambda w: bench_html(views.bench(), w),
    "stale": lambda w: stale_html(views.stale(), w),
    "coverage": lambda w: coverage_html(views.leaves(), w),
    "contradictions": lambda w: contradictions_html([views.contradiction(), views.contradiction(dismissed=HOSTILE)], w),
    "snapshots": lambda w: snapshots_html([views.snapshot(), views.snapshot(id="old", current=False)], w),
}
RENDERED |= {f"shell {slot}": shell(slot) for slot in ("top", "tabs", "main", "dialogs")}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", list(RENDERED))
def test_every_text_is_escaped_and_the_html_is_well_formed(name: str, locale: str) -> None:
    parsed = assert_harmless(RENDERED[name](words(locale)))
    assert not [a for _, a in parsed.elements if "x" in a or "src" in a], "an attribute came out of a text"


@pytest.mark.parametrize("name", [name for name in RENDERED if not name.startswith("shell") and name != "failed"])
def test_the_text_is_there_all_the_same(name: str) -> None:
    parsed = Parsed(RENDERED[name](words()))
    values = [str(value) for _, attributes in parsed.elements for value in attributes.values()]
    squeezed = parsed.text.replace("\n", "")
    assert HOSTILE in squeezed or HOSTILE in values


def test_every_act_of_the_html_is_one_that_the_script_knows() -> None:
    from assistant.ui.knowledge import page

    acts = {act for render in RENDERED.values() for act in Parsed(render(words())).acts()}
    acts |= Parsed(skeleton.PAGE).acts()
    script = page.script()
    assert not {act for act in acts if f"\n  {act}: (" not in script and f'\n  "{act}": (' not in script}


def test_ids_are_there_once() -> None:
    parsed = Parsed(skeleton.PAGE + "".join(render(words()) for render in RENDERED.values()))
    ids = [found for _, attributes in parsed.elements if (found := attributes.get("id"))]
    assert sorted(ids) == sorted(set(ids))


def test_words_that_differ_are_marked_and_only_they() -> None:
    lines = (DiffLine(LineKind.REMOVED, "提现 30 分钟到账"), DiffLine(LineKind.ADDED, "提现 45 分钟到账"))
    html = diff_html(lines, 1, 2, words())
    assert "提现 <del>30</del> 分钟到账" in html
    assert "提现 <ins>45</ins> 分钟到账" in html


def test_a_comparison_without_a_difference_says_so() -> None:
    same, binary = diff_html((), 1, 2, words("en")), diff_html((DiffLine(LineKind.GAP, "…"),), 1, 2, words("en"))
    assert "same text" in same
    assert "no text" in binary


def test_unequal_blocks_pair_line_by_line() -> None:
    kinds = [LineKind.REMOVED, LineKind.REMOVED, LineKind.ADDED, LineKind.SAME, LineKind.ADDED]
    html = diff_html([DiffLine(kind, str(n)) for n, kind in enumerate(kinds)], 1, 2, words())
    cells = [a.get("data-line") for _, a in Parsed(html).elements if a.get("role") == "cell"]
    assert cells == ["removed", "added", "removed", "none", "", "", "none", "added"]


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("Withdraw USDT", ("usdt",), "Withdraw <mark>USDT</mark>"),
        ("提现到账", ("提现", "提现到账"), "<mark>提现到账</mark>"),
        ("a<b", ("<",), "a<mark>&lt;</mark>b"),
        ("a.b", (".",), "a<mark>.</mark>b"),
        ("nothing", (" ", ""), "nothing"),
        ("It has a hash for a platform", ("has", "for"), "It <mark>has</mark> a hash <mark>for</mark> a platform"),
        ("Withdrawals", ("withdraw",), "<mark>Withdraw</mark>als"),
    ],
)
def test_matched_terms_are_marked(text: str, terms: tuple[str, ...], expected: str) -> None:
    assert marked(text, terms) == expected


def test_the_newest_draft_is_the_one_that_is_offered() -> None:
    offered = Parsed(document_head(views.detail(), words())).elements
    assert [a.get("data-number") for _, a in offered if a.get("data-act") == "ask-publish"] == ["4"]
    assert "ask-publish" not in Parsed(document_head(views.detail(draft=None), words())).acts()


def test_only_what_everybody_may_read_is_linked_to_the_help_centre() -> None:
    def links(readable: bool) -> list[str | None]:
        html = document_head(views.detail(row=views.row(document_id="a/b?"), readable=readable), words())
        return [a.get("href") for tag, a in Parsed(html).elements if tag == "a"]

    assert links(True) == ["/help/article/a%2Fb%3F"]
    assert links(False) == []


def test_a_draft_that_was_never_published_shows_its_passages_and_no_way_back() -> None:
    draft = passages_html([views.passage()], "en", words(), number=1, edit=False, back=False)
    older = passages_html([views.passage()], "en", words(), number=1, edit=False)
    assert Parsed(draft).acts() == set()
    assert Parsed(older).acts() == {"passages-now"}


def test_added_questions_are_told_from_those_of_the_text() -> None:
    elements = Parsed(questions_html(("a", "b"), ("c",), words())).elements
    assert sum(tag == "li" and a.get("data-added") == "1" for tag, a in elements) == 1


def test_a_topic_is_named_in_the_readers_language() -> None:
    titles = {locale: coverage_html(views.leaves(), words(locale)) for locale in LOCALES}
    assert "提现手续费" in titles["zh-CN"]
    assert "提領手續費" in titles["zh-TW"] or "提現手續費" in titles["zh-TW"]
    assert "Withdrawal fees" in titles["en"]
    assert "手续费" not in titles["en"] + titles["zh-TW"]


@pytest.mark.parametrize(
    ("standing", "acts"),
    [
        (Standing.DRAFT, {"passages", "ask-publish", "ask-discard"}),
        (Standing.REMOVED, {"passages", "restore"}),
        (Standing.EXPIRED, {"passages", "restore"}),
        (Standing.LIVE, {"passages"}),
    ],
)
def test_what_can_be_done_with_a_version_depends_on_its_standing(standing: Standing, acts: set[str]) -> None:
    html = versions_html(views.detail(versions=(views.version(standing=standing),)), words())
    assert Parsed(html).acts() == acts


def test_a_drop_can_be_published_only_by_way_of_a_reason() -> None:
    assert "publish" in Parsed(report_html(views.report(Verdict.BETTER), words())).acts()
    worse = Parsed(report_html(views.report(Verdict.WORSE), words())).acts()
    assert "ask-override" in worse
    assert "publish" not in worse


def test_the_verdict_of_the_bench_is_said_in_words() -> None:
    assert words().say("would_answer") in bench_html(views.bench(), words())
    hand_off = bench_html(views.bench(answers=False, hits=(), confidence=0.0), words())
    assert words().say("would_hand_off") in hand_off
    assert words().say("bench_none") in hand_off


def test_empty_leaves_of_the_required_locales_are_flagged() -> None:
    html = coverage_html(views.leaves(), words())
    assert len(Parsed(html).with_class("kno-gap-cell")) == 1
    assert html.count("data-gap=1") == 1


def test_rolling_back_needs_an_older_snapshot() -> None:
    current, older = views.snapshot(), views.snapshot(id="old", current=False)
    assert "ask-rollback" in Parsed(snapshots_html([current, older], words())).acts()
    assert "ask-rollback" not in Parsed(snapshots_html([older, current], words())).acts()


def test_drafts_in_the_basket_are_not_offered_again() -> None:
    publish = replace(views.changes()[0])
    assert words().say("drafts_none") in drafts_html([views.draft_row()], [publish], words())
    assert "stage-version" in Parsed(drafts_html([views.draft_row()], (), words())).acts()


@pytest.mark.parametrize(
    "html",
    [
        list_html((), words(), filtered=True),
        list_html((), words(), filtered=False),
        passages_html((), "en", words()),
        questions_html((), (), words()),
        basket_html((), (), (), words()),
        drafts_html((), (), words()),
        stale_html((), words()),
        coverage_html((), words()),
        contradictions_html((), words()),
        snapshots_html((), words()),
        head_html(views.overview(snapshot=None, problems=()), words()),
    ],
)
def test_what_is_empty_says_so(html: str) -> None:
    assert len(Parsed(html).text) > 4
