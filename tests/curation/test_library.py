"""Drafts that wait: what the editor continues, what a preview says, and what publishing leaves behind."""

from __future__ import annotations

import pytest

from assistant.bootstrap import App
from assistant.curation.views import Standing, VersionView
from assistant.desk.errors import DeskError, Refusal
from assistant.user import User
from tests.curation.test_publishing import GIFT

KEY = ("gift-card", "zh-CN")


def saved(desk: App, user: User, text: str, based_on: int) -> VersionView:
    return desk.library.save_text(user, *KEY, text, name="gift-card.md", based_on=based_on)


def variant(word: str) -> str:
    return GIFT.replace("礼品卡的金额", f"{word}的金额")


def waiting(desk: App, user: User) -> list[tuple[str, int, str]]:
    return [(row.document_id, row.number, row.author) for row in desk.library.drafts(user)]


def test_the_newest_draft_is_what_goes_on_and_others_cannot_be_written_over(desk: App, supervisor: User) -> None:
    other = User("u-other", "Olga", supervisor.role)
    saved(desk, supervisor, GIFT, 0)
    second = saved(desk, other, variant("卡"), 1)
    assert waiting(desk, supervisor) == [("gift-card", second.number, "Olga")]
    detail = desk.library.document(supervisor, *KEY)
    assert detail.draft is not None
    assert (detail.draft.row.number, detail.draft.text) == (2, variant("卡"))
    assert (detail.row.standing, detail.row.drafts, detail.readable) == (Standing.DRAFT, 2, False)
    assert any("卡的金额" in passage.text for passage in detail.passages)
    with pytest.raises(DeskError) as refused:
        saved(desk, supervisor, variant("币"), 1)
    assert refused.value.code is Refusal.STALE


def test_drafts_before_the_published_one_wait_for_nobody(desk: App, supervisor: User) -> None:
    for number, word in enumerate(("甲", "乙", "丙")):
        saved(desk, supervisor, variant(word), number)
    desk.catalog.publish(*KEY, 3)
    assert waiting(desk, supervisor) == []
    detail = desk.library.document(supervisor, *KEY)
    assert (detail.draft, detail.row.drafts, detail.text) == (None, 0, variant("丙"))
    assert [version.standing for version in detail.versions] == [Standing.LIVE, Standing.DRAFT, Standing.DRAFT]
    saved(desk, supervisor, variant("丁"), 3)
    assert waiting(desk, supervisor) == [("gift-card", 4, supervisor.name)]
    detail = desk.library.document(supervisor, *KEY)
    assert detail.draft is not None
    assert (detail.text, detail.draft.text) == (variant("丙"), variant("丁"))


def test_what_is_given_up_leaves_the_draft_before_it(desk: App, supervisor: User) -> None:
    saved(desk, supervisor, variant("甲"), 0)
    saved(desk, supervisor, variant("乙"), 1)
    desk.library.discard(supervisor, *KEY, 2)
    detail = desk.library.document(supervisor, *KEY)
    assert (detail.row.standing, detail.row.version, detail.text) == (Standing.DRAFT, 1, variant("甲"))
    desk.library.discard(supervisor, *KEY, 1)
    detail = desk.library.document(supervisor, *KEY)
    assert (detail.row.standing, detail.draft) == (Standing.REMOVED, None)


def test_a_preview_is_cut_and_linted_as_it_would_be_when_it_is_taken_in(desk: App, supervisor: User) -> None:
    assert desk.library.preview_text(supervisor, "gift-card.md", GIFT).warnings == ()
    text = GIFT.replace("会进入可用余额。", "会进入可用余额。充值 7 天内保证到账。")
    preview = desk.library.preview_text(supervisor, "gift-card.md", text)
    assert {"figure-not-in-facts", "unlawful-claim"} <= {warning.rule for warning in preview.warnings}
    assert any("7 天内" in passage.text for passage in preview.passages)
    assert waiting(desk, supervisor) == []
    with pytest.raises(DeskError) as refused:
        desk.library.preview_text(supervisor, "gift-card.md", "---\nid: [\n---\n")
    assert refused.value.code is Refusal.UNREADABLE


def test_agents_read_no_drafts(desk: App, agent: User) -> None:
    for action in (lambda: desk.library.drafts(agent), lambda: desk.library.preview_text(agent, "a.md", GIFT)):
        with pytest.raises(DeskError) as refused:
            action()
        assert refused.value.code is Refusal.FORBIDDEN
