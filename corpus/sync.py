"""A help centre on the web into the catalog: new and changed pages go in, pages that are gone expire."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePath
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from corpus.batch import add_batch
from corpus.catalog import Catalog, NewDocument
from corpus.edition import Version
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.loaders.source import Source
from corpus.sitemap import is_sitemap, origin_of, page_urls
from corpus.sync_state import KnownPage, only_sync, read_state, state_path, write_state
from corpus.web import FetchError, Page, WebFetcher
from corpus.web_file import file_content, file_name

BATCH = 50
MOST_GONE = 0.2
"""Share of the known pages that may be gone, or read alike, at once: more is a failure of the site, not its wish."""
_LEAST_ALIKE = 3
_GONE = frozenset({404, 410})

Progress = Callable[[int, int, str], None]
"""Called for every page fetched: how many, of how many, and its address."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What became of one page.

    Attributes:
        document_id: empty when the page gave no document; the same for `locale`.
        message: why it failed, or what is special about it; empty otherwise.
    """

    url: str
    status: Literal["added", "updated", "unchanged", "expired", "failed"]
    document_id: str = ""
    locale: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The results of one sync, in the order of the site.

    Attributes:
        refused: why nothing at all was changed; empty otherwise.
    """

    results: tuple[SyncResult, ...]
    refused: str = ""

    @property
    def failed(self) -> tuple[SyncResult, ...]:
        """Pages that could not be fetched or read; what is known of them stays."""
        return tuple(result for result in self.results if result.status == "failed")

    @property
    def changed(self) -> bool:
        """Whether the catalog holds something else than before."""
        return any(result.status in {"added", "updated", "expired"} for result in self.results)


def sync_site(
    urls: Sequence[str],
    catalog: Catalog,
    data_dir: Path,
    *,
    private_hosts: Collection[str] = (),
    author: str = "",
    force: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Syncs sites with the default fetcher, keeping their state under `data_dir`; see `sync`.

    Raises:
        DocumentError: as `sync`.
    """
    with WebFetcher(private_hosts=private_hosts) as fetcher:
        return sync(urls, catalog, fetcher, state_path(data_dir, urls), author=author, force=force, progress=progress)


def sync(
    urls: Sequence[str],
    catalog: Catalog,
    fetcher: WebFetcher,
    state: Path,
    *,
    facts: FactsTable | None = None,
    author: str = "",
    force: bool = False,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    progress: Progress | None = None,
) -> SyncReport:
    """Brings the catalog up to date with the pages of a site.

    An address is a page, a site map (or an index of them, plain or .gz), or the root of a site, whose `/sitemap.xml` is
    used if it has one. Only pages of the same origin as the map are taken. A page is asked for with what its server
    last said of it (ETag, Last-Modified) and compared by content, so that only changes become versions. A page that is
    gone (404, 410) expires today, if its document in force still is the one that came from it. Pages that were known
    before are asked for even if the map no longer names them.

    When more than 20 % of the known pages are gone at once, or suddenly all read the same (a maintenance page), the
    site is taken to be broken and nothing is changed.

    Args:
        urls: absolute addresses.
        catalog: where the pages go; every version names its address.
        fetcher: decides what may be reached, and within which limits.
        state: the file that remembers the pages; one per set of addresses.
        facts: renders fact placeholders; default: the catalog's.
        author: who does it, for the history.
        force: change what there is to change even if the site looks broken.
        today: the day on which pages that are gone expire.
        progress: hears of every page fetched.

    Raises:
        DocumentError: an address or its site map cannot be fetched, the state is broken, or the same site is being
            synced already.
    """
    with only_sync(state), tempfile.TemporaryDirectory(prefix="proofdesk-sync-") as folder:
        known = read_state(state).pages
        fetched = _Fetched(fetcher, Path(folder), known)
        listed = [page for url in urls for page in _pages(urldefrag(url).url, fetcher)]
        todo = list(dict.fromkeys([*listed, *known]))
        for number, url in enumerate(todo, start=1):
            fetched.fetch(url)
            if progress is not None:
                progress(number, len(todo), url)
        refused = "" if force else _refusal(fetched, known)
        if refused:
            return SyncReport(tuple(r for r in fetched.results.values() if r.status == "failed"), refused)
        run = _Run(catalog, facts or catalog.facts, fetched, dict(known), state, author, today())
        run.take_in()
        run.expire()
        return SyncReport(tuple(run.results[url] for url in todo))


def _pages(url: str, fetcher: WebFetcher) -> tuple[str, ...]:
    """The pages that an address stands for."""
    page = fetcher.get(url)
    if page.status != 200:
        raise DocumentError(f"{url}: there is nothing ({page.status}).", hint="Check the address.")
    if not is_sitemap(page) and urlsplit(page.url).path in {"", "/"}:
        try:
            named = fetcher.get(urljoin(page.url, "/sitemap.xml"))
        except FetchError:  # a root without a map is a page like another
            named = page
        page = named if named.status == 200 and is_sitemap(named) else page
    return page_urls(page, fetcher.get, origin_of(page.url)) if is_sitemap(page) else (url,)


class _Fetched:
    """The answers of a site: contents that are new on disk, everything else as results."""

    def __init__(self, fetcher: WebFetcher, folder: Path, known: dict[str, KnownPage]) -> None:
        self._fetcher = fetcher
        self._folder = folder
        self._known = known
        self.results: dict[str, SyncResult] = {}
        self.gone: list[str] = []
        self.new: dict[str, tuple[Page, str]] = {}
        """Address -> the answer without its content, and the digest of it."""
        self.seen: dict[str, Page] = {}
        """Known pages with the content that is known, as their server describes them now."""

    def fetch(self, url: str) -> None:
        """Asks for a page."""
        known = self._known.get(url)
        told = {"etag": known.etag, "last_modified": known.last_modified} if known else {}
        try:
            page = self._fetcher.get(url, **told)
        except FetchError as error:
            self.results[url] = SyncResult(url, "failed", message=str(error))
            return
        if page.status in _GONE:
            if known:
                self.gone.append(url)
            else:
                self.results[url] = SyncResult(url, "failed", message=f"{url}: there is nothing ({page.status}).")
            return
        digest = hashlib.sha256(page.content).hexdigest()
        if known and (page.status == 304 or digest == known.digest):
            self.results[url] = SyncResult(url, "unchanged", known.document_id, known.locale)
            self.seen[url] = page
            return
        (self._folder / digest).write_bytes(page.content)
        self.new[url] = (replace(page, content=b""), digest)

    def page(self, url: str) -> Page:
        """A new page with its content."""
        page, digest = self.new[url]
        return replace(page, content=(self._folder / digest).read_bytes())


def _refusal(fetched: _Fetched, known: dict[str, KnownPage]) -> str:
    """Why the site looks broken; `""` = it does not."""
    most = MOST_GONE * len(known)
    if len(fetched.gone) > most:
        return (
            f"{len(fetched.gone)} of {len(known)} known pages are gone at once. Nothing was changed: the site may be "
            "broken. Sync with force if they are really gone."
        )
    alike = Counter(digest for url, (_, digest) in fetched.new.items() if url in known).most_common(1)
    if alike and alike[0][1] >= _LEAST_ALIKE and alike[0][1] > most:
        return (
            f"{alike[0][1]} of {len(known)} known pages suddenly read the same. Nothing was changed: the site may show "
            "an error or a login page. Sync with force if that is right."
        )
    return ""


class _Run:
    """Puts what was fetched into the catalog."""

    def __init__(
        self,
        catalog: Catalog,
        facts: FactsTable,
        fetched: _Fetched,
        pages: dict[str, KnownPage],
        state: Path,
        author: str,
        today: date,
    ) -> None:
        self._catalog = catalog
        self._facts = facts
        self._fetched = fetched
        self._pages = pages
        self._state = state
        self._author = author
        self._today = today
        # A page that is gone leaves its document to the one that follows it (`/fees.html` becomes `/fees`).
        lasting = {url: known for url, known in pages.items() if url not in fetched.gone}
        self._owners = {(known.document_id, known.locale): url for url, known in lasting.items()}
        self._replaced: list[tuple[str, KnownPage]] = []
        self.results = fetched.results

    def take_in(self) -> None:
        """New and changed pages, some at a time, the state after each time."""
        for url, page in self._fetched.seen.items():
            known = self._pages[url]
            # An answer 304 need not repeat what the page is known by.
            self._pages[url] = known.model_copy(
                update={"etag": page.etag or known.etag, "last_modified": page.last_modified or known.last_modified}
            )
        batch: dict[str, NewDocument] = {}
        for url in self._fetched.new:
            try:
                batch[url] = self._read(url)
            except DocumentError as error:
                self.results[url] = SyncResult(url, "failed", message=str(error))
            if len(batch) == BATCH:
                self._add(batch)
                batch = {}
        self._add(batch)

    def expire(self) -> None:
        """Pages that are gone, and documents in whose place a page now gives another one."""
        for url in self._fetched.gone:
            known = self._pages[url]
            try:
                message = "" if self._end(url, known) else "its document comes from elsewhere now and stays"
            except DocumentError as error:
                self.results[url] = SyncResult(url, "failed", known.document_id, known.locale, str(error))
                continue
            del self._pages[url]
            status: Literal["unchanged", "expired"] = "unchanged" if message else "expired"
            self.results[url] = SyncResult(url, status, known.document_id, known.locale, message)
        for url, known in self._replaced:
            self._end(url, known)
        write_state(self._state, self._pages)

    def _read(self, url: str) -> NewDocument:
        page = self._fetched.page(url)
        name = file_name(url, page)
        content = file_content(page, PurePath(name).suffix)
        document = parse_document(name, content, self._facts)
        # A page must not take the place of an article by naming its id.
        document = replace(document, id=Source(name, b"").inferred_id())
        owner = self._owners.setdefault((document.id, document.locale), url)
        if owner != url:
            raise DocumentError(f'{url}: has the id "{document.id}" of {owner}.', hint="Leave one of them out.")
        return NewDocument(document, name, content, origin="url", source_url=url)

    def _add(self, batch: dict[str, NewDocument]) -> None:
        if not batch:
            return
        outcomes = add_batch(self._catalog, tuple(batch.values()), author=self._author)
        for (url, new), (status, message) in zip(batch.items(), outcomes, strict=True):
            page, digest = self._fetched.new[url]
            key = (new.document.id, new.document.locale)
            self.results[url] = SyncResult(url, status, *key, message)
            if status == "failed":
                continue
            before = self._pages.get(url)
            if before is not None and (before.document_id, before.locale) != key:
                self._replaced.append((url, before))
            self._pages[url] = KnownPage(
                digest=digest, document_id=key[0], locale=key[1], etag=page.etag, last_modified=page.last_modified
            )
        write_state(self._state, self._pages)

    def _end(self, url: str, known: KnownPage) -> bool:
        """Expires the document of a page, unless what is in force came from elsewhere."""
        newest = self._lasting(known.document_id, known.locale)
        if newest is None:
            return True
        if newest.origin != "url" or newest.source_url != url:
            return False
        self._catalog.expire(known.document_id, self._today, locale=known.locale)
        return True

    def _lasting(self, document_id: str, locale: str) -> Version | None:
        """The newest version that holds today or later."""
        lasting = [
            version
            for version in self._catalog.history(document_id)
            if version.locale == locale
            and version.in_force
            and (version.effective_until is None or version.effective_until > self._today)
        ]
        return max(lasting, key=lambda version: version.number, default=None)
