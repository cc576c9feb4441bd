from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.ui.desk_process import PLAIN, Desk, serving

FAIL = 2
"""The plain customer page's event that fails."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with serving(tmp_path_factory.mktemp("desk") / "var", script=PLAIN) as running:
        yield running


def fail(desk: Desk, text: str, locale: str) -> httpx.Response:
    with closing(desk.browser()) as client:
        client.cookies.set("proofdesk_lang", locale)
        return client.post("/gradio_api/run/predict", json={"data": [text], "fn_index": FAIL})


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "Bo 正在处理这张工单"), ("en", "Bo is working on this ticket")])
def test_a_refusal_that_a_page_forgot_is_told_in_its_own_words(desk: Desk, locale: str, said: str) -> None:
    reply = fail(desk, "refused", locale)
    assert said in reply.json()["error"]
    assert "Traceback" not in desk.written


def test_a_defect_is_told_without_a_word_of_it_and_logged_without_what_it_quotes(desk: Desk) -> None:
    reply = fail(desk, "seed phrase of a customer", "en")
    assert "not working at the moment" in reply.json()["error"]
    assert "seed phrase" not in reply.text
    assert "Unexpected ValueError in a page" in desk.written
    assert "seed phrase" not in desk.written
    assert "Traceback" not in desk.written
