from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.sync import SyncReport, sync, sync_site
from corpus.web import WebFetcher
from tests.corpus.site import Answer, Site, serving

TODAY = date(2026, 11, 25)
Sync = Callable[..., SyncReport]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "seed").mkdir()
    return Catalog(
        tmp_path / "data",
        facts=FactsTable.parse({"facts": {"wait": "2 h"}}),
        seed_root=tmp_path / "seed",
        clock=lambda: datetime(2026, 11, 25, tzinfo=UTC),
    )


@pytest.fixture
def run(site: Site, catalog: Catalog, tmp_path: Path) -> Iterator[Sync]:
    with WebFetcher(private_hosts=["127.0.0.1"], pause_s=0.01, attempts=2) as fetcher:

        def go(*paths: str, **options: object) -> SyncReport:
            urls = [site.url(path) for path in paths or ("/sitemap.xml",)]
            return sync(urls, catalog, fetcher, tmp_path / "state.json", today=lambda: TODAY, **options)  # type: ignore[arg-type]

        yield go


def publish(site: Site, number: int, *, tagged: bool = False) -> list[str]:
    """A site of so many pages."""
    paths = [f"/p{n}" for n in range(number)]
    for path in paths:
        site.text(path, f"# Page {path}\n\nText of {path}.", tagged=tagged)
    site.sitemap(*paths)
    return paths


def statuses(report: SyncReport) -> dict[str, str]:
    return {result.url.partition("/p")[2]: result.status for result in report.results}


def texts(catalog: Catalog, on: date = TODAY) -> set[str]:
    return {d.sections[0].paragraphs[0] for d in catalog.documents(on) if d.locale != "zh-TW"}


@pytest.mark.parametrize("tagged", [True, False])
def test_only_what_changes_becomes_a_version(site: Site, catalog: Catalog, run: Sync, tagged: bool) -> None:
    publish(site, 6, tagged=tagged)
    assert statuses(run(author="ann")) == {str(n): "added" for n in range(6)}
    assert texts(catalog) == {f"Text of /p{n}." for n in range(6)}
    (version,) = catalog.history("127-0-0-1-p3")
    assert (version.origin, version.source_url, version.author) == ("url", site.url("/p3"), "ann")
    site.log.clear()
    again = run()
    assert (set(statuses(again).values()), again.changed) == ({"unchanged"}, False)
    assert {status for path, status in site.log if path != "/sitemap.xml"} == ({304} if tagged else {200})
    site.text("/p3", "# Page 3\n\nNew text.", tagged=tagged)
    assert statuses(run()) == {str(n): "updated" if n == 3 else "unchanged" for n in range(6)}
    assert "New text." in texts(catalog)
    assert "Text of /p3." not in texts(catalog)
    assert [v.number for v in catalog.history("127-0-0-1-p3")] == [2, 1]
    assert set(statuses(run()).values()) == {"unchanged"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_expires_and_may_come_back(site: Site, catalog: Catalog, run: Sync, status: int) -> None:
    paths = publish(site, 6)
    run()
    site.pages["/p2"] = Answer(status=status)
    site.sitemap(*(path for path in paths if path != "/p2"))
    report = run()
    assert statuses(report) == {str(n): "expired" if n == 2 else "unchanged" for n in range(6)}
    assert report.changed
    assert "Text of /p2." not in texts(catalog)
    assert "Text of /p2." in texts(catalog, date(2026, 11, 24))
    assert set(statuses(run())) == {"0", "1", "3", "4", "5"}
    publish(site, 6)
    assert statuses(run())["2"] in {"added", "updated"}
    assert "Text of /p2." in texts(catalog)


def test_a_page_that_the_map_no_longer_names_is_still_asked_for(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 6)
    run()
    site.sitemap("/p0")
    site.text("/p5", "# Page\n\nStill here.")
    assert statuses(run()) == {str(n): "updated" if n == 5 else "unchanged" for n in range(6)}
    assert "Still here." in texts(catalog)


def test_when_many_pages_are_gone_at_once_nothing_is_changed(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 10)
    run()
    for n in range(3):
        site.pages[f"/p{n}"] = Answer(status=404)
    site.text("/p9", "# Page\n\nNew.")
    report = run()
    assert report.refused.startswith("3 of 10 known pages are gone at once. Nothing was changed")
    assert not report.changed
    assert texts(catalog) == {f"Text of /p{n}." for n in range(10)}
    site.text("/p0", "# Page /p0\n\nText of /p0.")
    report = run()  # 20 % is not more than 20 %
    assert (report.refused, statuses(report)["1"], statuses(report)["9"]) == ("", "expired", "updated")


def test_a_whole_site_that_is_gone_needs_force(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 2)
    run()
    for n in range(2):
        site.pages[f"/p{n}"] = Answer(status=410)
    assert run().refused
    assert statuses(run(force=True)) == {"0": "expired", "1": "expired"}
    assert texts(catalog) == set()


def test_a_site_map_that_is_gone_changes_nothing(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 3)
    run()
    for answer in (Answer(status=404), Answer(status=500), Answer(b"<urlset>", headers={"Content-Type": "text/xml"})):
        site.pages["/sitemap.xml"] = answer
        with pytest.raises(DocumentError, match="sitemap"):
            run()
    assert len(texts(catalog)) == 3


def test_a_maintenance_page_on_every_address_changes_nothing(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 8)
    run()
    for n in range(4):
        site.text(f"/p{n}", "# Sorry\n\nWe will be back soon.")
    report = run()
    assert report.refused.startswith("4 of 8 known pages suddenly read the same")
    assert texts(catalog) == {f"Text of /p{n}." for n in range(8)}
    assert statuses(run(force=True))["0"] == "updated"


def test_pages_that_fail_keep_what_is_known_of_them(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 6)
    site.pages["/p5"] = Answer(status=403)
    report = run()
    assert statuses(report)["5"] == "failed"
    assert "the server answers 403" in report.failed[0].message
    site.pages["/p0"] = Answer(status=500)
    site.text("/p1", "\x00binary")
    site.text("/p2", "image", kind="image/png")
    site.text("/p5", "# Page\n\nAt last.")
    assert statuses(run()) == {
        "0": "failed",
        "1": "failed",
        "2": "failed",
        "3": "unchanged",
        "4": "unchanged",
        "5": "added",
    }
    assert texts(catalog) >= {"Text of /p0.", "Text of /p1.", "Text of /p2.", "At last."}


def test_a_document_that_somebody_took_over_is_not_expired(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 6)
    run()
    content = b"---\nid: 127-0-0-1-p1\nlocale: en\n---\nOurs now."
    catalog.add(parse_document("ours.md", content), "ours.md", content)
    site.pages["/p1"] = Answer(status=404)
    report = run()
    assert statuses(report)["1"] == "unchanged"
    assert "comes from elsewhere" in next(r.message for r in report.results if r.url.endswith("/p1"))
    assert "Ours now." in texts(catalog)


def test_a_page_cannot_take_the_place_of_an_article_by_its_id(site: Site, catalog: Catalog, run: Sync) -> None:
    content = b"---\nid: fees\nlocale: en\n---\nOur fees."
    catalog.add(parse_document("fees.md", content), "fees.md", content)
    site.text("/p1", "---\nid: fees\nlocale: en\n---\nTheir fees.")
    site.sitemap("/p1")
    assert run().results[0].document_id == "127-0-0-1-p1"
    assert texts(catalog) == {"Our fees.", "Their fees."}


def test_a_page_that_changes_its_language_leaves_no_old_text(site: Site, catalog: Catalog, run: Sync) -> None:
    publish(site, 6)
    run()
    site.text("/p1", "# 费率\n\n费率是这样的。")
    report = run()
    assert [(r.status, r.locale) for r in report.results if r.url.endswith("/p1")] == [("added", "zh-CN")]
    assert "费率是这样的。" in texts(catalog)
    assert "Text of /p1." not in texts(catalog)


def test_two_addresses_with_one_id(site: Site, catalog: Catalog, run: Sync) -> None:
    site.text("/p/1", "# One\n\nOne.")
    site.text("/p-1", "# Two\n\nTwo.")
    site.sitemap("/p/1", "/p-1")
    report = run()
    assert [r.status for r in report.results] == ["added", "failed"]
    assert "has the id" in report.failed[0].message
    # The first one gone, the second follows it.
    site.pages["/p/1"] = Answer(status=404)
    assert [r.status for r in run(force=True).results] == ["unchanged", "updated"]
    assert texts(catalog) == {"Two."}


def test_addresses_may_be_pages_roots_and_indexes(site: Site, catalog: Catalog, run: Sync, tmp_path: Path) -> None:
    publish(site, 2)
    site.text("/", "# Root\n\nRoot.")
    assert set(statuses(run("/"))) == {"0", "1"}
    site.sitemap("/p0", at="/one.xml")
    xml = f"<sitemapindex><sitemap><loc>{site.url('/one.xml')}</loc></sitemap></sitemapindex>"
    site.pages["/index.xml.gz"] = Answer(gzip.compress(xml.encode()), headers={"Content-Type": "application/gzip"})
    assert set(statuses(run("/index.xml.gz"))) == {"0", "1"}
    site.text("/p7", "# Seven\n\nSeven.")
    assert "7" in statuses(run("/p7#part"))
    del site.pages["/sitemap.xml"]
    assert site.url("/") in [result.url for result in run("/").results]
    with pytest.raises(DocumentError, match=r"/nowhere: there is nothing \(404\)"):
        run("/nowhere")
    with pytest.raises(DocumentError, match="refused"):
        sync(["http://10.0.0.1/"], catalog, WebFetcher(), tmp_path / "x.json")


def test_pages_of_other_origins_are_not_asked_for(site: Site, run: Sync) -> None:
    publish(site, 1)
    xml = (
        f"<urlset><url><loc>{site.url('/p0')}</loc></url><url><loc>http://localhost:{site.port}/p1</loc></url></urlset>"
    )
    site.pages["/sitemap.xml"] = Answer(xml.encode())
    assert [r.url for r in run().results] == [site.url("/p0")]


def test_progress_and_the_default_fetcher(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    publish(site, 3)
    told: list[tuple[int, int, str]] = []
    urls = [site.url("/sitemap.xml")]
    report = sync_site(
        urls, catalog, tmp_path / "data", private_hosts=["127.0.0.1"], progress=lambda *call: told.append(call)
    )
    assert report.changed
    assert told == [(n + 1, 3, site.url(f"/p{n}")) for n in range(3)]
    assert not sync_site(urls, catalog, tmp_path / "data", private_hosts=["127.0.0.1"]).changed


def test_html_pages_are_read(site: Site, catalog: Catalog, run: Sync) -> None:
    site.html("/p0", "到账需要两小时。")
    site.sitemap("/p0")
    assert statuses(run()) == {"0": "added"}
    assert any("到账需要两小时。" in repr(document.sections) for document in catalog.documents(TODAY))
