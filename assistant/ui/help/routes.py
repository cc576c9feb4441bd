"""The routes of the help centre."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.limits import MessageLimiter
from assistant.help_centre import CATEGORIES, SUGGESTED, Found, HelpCentre
from assistant.messages import Messages
from assistant.ui.html import Assets, Html
from assistant.ui.visitor import locale_of
from corpus.model import SectionKind

Result = TypeVar("Result")

_ASSETS = Assets("help.css", "help.js")
_SEARCHES_PER_MINUTE = 120
"""Of one address: somebody who types fast sends two a second at most."""
_SEARCHING = 2
"""Searches that run at the same time: each embeds a question, and answers for customers need the cores as well."""
_LISTED = frozenset({SectionKind.WHY, SectionKind.EXCEPTIONS, SectionKind.HAVE_READY})
"""Sections whose paragraphs are the bullets of a list."""
_STATUS = {Refusal.NOT_FOUND: 404, Refusal.TOO_FAST: 429, Refusal.UNAVAILABLE: 503, Refusal.UNREADABLE: 422}


class Help:
    """The pages below `/help/`. Everything works without scripts; with them, search answers while one types."""

    def __init__(
        self, centre: Callable[[], HelpCentre], html: Html, messages: Messages, *, default_locale: str
    ) -> None:
        self._centre = centre
        self._html = html
        self._messages = messages
        self._default_locale = default_locale
        self._limiter = MessageLimiter(_SEARCHES_PER_MINUTE)
        self._searching = anyio.CapacityLimiter(_SEARCHING)

    def router(self) -> APIRouter:
        """`/help/` and what is below it."""
        router = APIRouter()
        for path, page in (
            ("/help/", self.home),
            ("/help/search", self.search),
            ("/help/suggest", self.suggest),
            ("/help/glossary", self.glossary),
            ("/help/start", self.start),
            ("/help/contact", self.contact),
            ("/help/category/{category}", self.category),
            ("/help/article/{document_id}", self.article),
        ):
            router.add_api_route(path, page, methods=["GET", "HEAD"])
        router.add_api_route("/help", lambda: RedirectResponse("/help/", 308), methods=["GET", "HEAD"])
        return router

    async def home(self, request: Request) -> Response:
        """Categories, the first steps and the search."""
        try:
            shelves = await self._read(lambda: self._centre().shelves(self._locale(request)))
        except DeskError as error:
            return self._refused(request, error)
        return self._page("help_home", request, shelves=shelves, known=CATEGORIES)

    async def category(self, request: Request, category: str) -> Response:
        """The articles of one category."""
        try:
            shelves = await self._read(lambda: self._centre().shelves(self._locale(request)))
        except DeskError as error:
            return self._refused(request, error)
        shelf = next((shelf for shelf in shelves if shelf.category == category), None)
        if shelf is None:
            return self._refused(request, DeskError(Refusal.NOT_FOUND))
        return self._page("help_category", request, shelf=shelf, known=CATEGORIES)

    async def article(self, request: Request, document_id: str) -> Response:
        """One article."""
        try:
            article = await self._read(lambda: self._centre().article(document_id, self._locale(request)))
        except DeskError as error:
            return self._refused(request, error)
        return self._page("help_article", request, article=article, listed=_LISTED, known=CATEGORIES)

    async def glossary(self, request: Request) -> Response:
        """Every term with its plain explanation."""
        try:
            terms = await self._read(lambda: self._centre().terms(self._locale(request)))
        except DeskError as error:
            return self._refused(request, error)
        return self._page("help_glossary", request, terms=terms)

    async def start(self, request: Request) -> Response:
        """The guided start of a new customer; the browser remembers which steps are done."""
        locale = self._locale(request)
        try:
            guide = await self._read(lambda: self._centre().guide(locale))
        except DeskError as error:
            return self._refused(request, error)
        asks = {
            stage.id: _chat(self._messages.text("help_guide_ask", locale, stage=stage.title)) for stage in guide.stages
        }
        return self._page("help_start", request, guide=guide, asks=asks)

    async def search(self, request: Request) -> Response:
        """The results for `q`."""
        try:
            found = await self._found(request, 8)
        except DeskError as error:
            return self._refused(request, error)
        return self._page("help_search", request, found=found, known=CATEGORIES)

    async def suggest(self, request: Request) -> Response:
        """The best articles for what has been typed, for the page's script."""
        try:
            found = await self._found(request, 6)
        except DeskError as error:
            return JSONResponse({"error": error.code}, _STATUS.get(error.code, 422))
        links = [
            {"href": f"/help/article/{hit.link.document_id}", "title": hit.link.title, "snippet": hit.snippet}
            for hit in found.hits
        ]
        return JSONResponse({"hits": links, "secret": found.secret})

    async def contact(self, request: Request) -> Response:
        """What might answer the question, before a request is sent on the chat page."""
        try:
            found = await self._found(request, SUGGESTED)
        except DeskError as error:
            return self._refused(request, error)
        return self._page("help_contact", request, found=found, chat=_chat(found.text), known=CATEGORIES)

    async def _found(self, request: Request, k: int) -> Found:
        text = request.query_params.get("q", "")
        if text.strip() and not self._limiter.allows(request.client.host if request.client else ""):
            raise DeskError(Refusal.TOO_FAST)
        locale = self._locale(request)
        return await run_sync(lambda: self._centre().search(text, locale, k), limiter=self._searching)

    async def _read(self, work: Callable[[], Result]) -> Result:
        return await run_sync(work)

    def _locale(self, request: Request) -> str:
        return locale_of(request, self._default_locale)

    def _page(self, template: str, request: Request, code: int = 200, /, **values: object) -> Response:
        query = request.query_params.get("q", "")
        here = request.url.path + (f"?q={quote(query)}" if query else "")
        return self._html.page(template, request, code, _ASSETS, here=here, **values)

    def _refused(self, request: Request, error: DeskError) -> Response:
        text = self._messages.text(f"error_{error.code}", self._locale(request), **error.values)
        return self._page("help_refused", request, _STATUS.get(error.code, 422), text=text)


def _chat(text: str) -> str:
    """The chat page with a text to send. In the fragment: it stays in the browser, where that page takes it up."""
    return f"/#ask={quote(text, safe='')}" if text else "/"
