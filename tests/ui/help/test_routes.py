"""The help centre's pages over HTTP, on the demo knowledge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.bootstrap import App
from assistant.help_centre import CATEGORIES
from assistant.messages import load_messages
from assistant.ui.help.routes import Help
from assistant.ui.html import Html
from assistant.ui.visitor import LOCALES

LANGUAGES = {"zh-CN": "zh-CN,zh;q=0.9", "zh-TW": "zh-TW", "en": "en-GB"}


@pytest.fixture(scope="module")
def site(app: App) -> FastAPI:
    server = FastAPI()
    html = Html(app.messages, "云桥客服", "zh-CN")
    server.include_router(Help(lambda: app.help_centre, html, app.messages, default_locale="zh-CN").router())
    return server


@pytest.fixture
def client(site: FastAPI) -> Iterator[TestClient]:
    with TestClient(site, headers={"accept-language": "zh-CN"}) as client:
        yield client


def test_the_first_page_shows_every_category_with_articles(client: TestClient, app: App) -> None:
    page = client.get("/help/").text
    shelves = app.help_centre.shelves("zh-CN")
    assert [shelf.category for shelf in shelves] == [c for c in CATEGORIES if c in {s.category for s in shelves}]
    for shelf in shelves:
        assert f"/help/category/{shelf.category}" in page
        listed = client.get(f"/help/category/{shelf.category}").text
        assert all(f"/help/article/{link.document_id}" in listed for link in shelf.articles)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_page_is_in_the_readers_language(client: TestClient, locale: str) -> None:
    headers = {"accept-language": LANGUAGES[locale]}
    for path in ("", "start", "glossary", "contact", "search?q=提现", "article/wd-delayed", "category/deposit"):
        answer = client.get(f"/help/{path}", headers=headers)
        assert answer.status_code == 200, path
        assert f'<html lang="{locale}">' in answer.text
        assert load_messages().text("help_title", locale) in answer.text


def test_an_article_is_whole_with_its_notices_and_a_way_on(client: TestClient) -> None:
    page = client.get("/help/article/wd-delayed").text
    assert "提现未到账或延迟" in page
    assert page.count("<li>") > 10
    assert "<td>TRC20</td>" in page
    assert "我们绝不会索要您的密码" in page
    assert 'action="/help/contact"' in page


@pytest.mark.parametrize("path", ["article/nope", "article/..%2f..%2fetc", "category/nope", "article/<script>"])
def test_what_is_not_there_is_said_plainly(client: TestClient, path: str) -> None:
    answer = client.get(f"/help/{path}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    assert "Traceback" not in answer.text


def test_the_search_finds_the_article_in_the_readers_language(client: TestClient) -> None:
    assert "/help/article/wd-delayed" in client.get("/help/search", params={"q": "提现两小时还没到账"}).text
    english = client.get("/help/search", params={"q": "提现两小时还没到账"}, headers={"accept-language": "en"}).text
    assert "Withdrawal delayed" in english


def test_suggestions_come_while_one_types(client: TestClient) -> None:
    answer = client.get("/help/suggest", params={"q": "充错网络"}).json()
    assert answer["secret"] is False
    assert answer["hits"][0]["href"] == "/help/article/dep-wrong-network"
    assert len({hit["href"] for hit in answer["hits"]}) == len(answer["hits"])
    assert client.get("/help/suggest", params={"q": "  "}).json()["hits"] == []


def test_three_articles_are_offered_before_a_request_is_sent(client: TestClient) -> None:
    page = client.get("/help/contact", params={"q": "丢失验证器怎么办"}).text
    suggested = page.split('class="suggested"')[1]
    assert suggested.count("/help/article/") == 3
    assert "/help/article/acc-2fa-lost" in suggested
    assert 'href="/#ask=%E4%B8%A2%E5%A4%B1' in suggested
    assert "#ask=" not in client.get("/help/contact").text, "nothing to send yet"


def test_a_secret_is_neither_searched_for_nor_shown_again(client: TestClient) -> None:
    phrase = " ".join(["abandon"] * 11 + ["about"])
    for path in ("/help/search", "/help/contact"):
        page = client.get(path, params={"q": f"提现失败 {phrase}"}).text
        assert "abandon abandon" not in page
        assert load_messages().text("help_secret", "zh-CN") in page.split("<main")[1].split("data-secret")[0] + page
    assert client.get("/help/suggest", params={"q": phrase}).json()["secret"] is True


def test_markup_in_a_question_stays_text(client: TestClient) -> None:
    page = client.get("/help/search", params={"q": "<img src=x onerror=alert(1)> 提现"}).text
    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize("question", ["x" * 60_000, "\x00", "?" * 300])
def test_a_strange_question_gets_a_page(client: TestClient, question: str) -> None:
    answer = client.get("/help/search", params={"q": question})
    assert answer.status_code in {200, 422}
    assert "<h1>" in answer.text


def test_searches_of_one_address_are_bounded(site: FastAPI) -> None:
    with TestClient(site, client=("192.0.2.7", 50000)) as client:
        codes = [client.get("/help/suggest", params={"q": "提"}).status_code for _ in range(125)]
        assert codes[0] == 200
        assert codes[-1] == 429
        assert client.get("/help/article/wd-delayed").status_code == 200, "reading is not searching"


def test_style_and_script_are_allowed_by_their_hash_and_nothing_else(client: TestClient) -> None:
    policy = client.get("/help/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
