"""The catalogue's data, presets, and the readers of fixed forms (sitemaps, GDELT, public inspection, OPML)."""

import contextlib
import json
import re
from datetime import UTC, datetime

import pytest
from http_server import Site
from hypothesis import given, settings
from hypothesis import strategies as st
from source_visits import LONG, NOW, Visitor, article, ids

from watchlist.errors import InputError, LayoutChanged, UsageError
from watchlist.lists.opened import KIND, open_list
from watchlist.model import Page, Request, SourceState
from watchlist.sources import DEFAULT, build, default_sources
from watchlist.sources.catalog import catalog, chosen, presets
from watchlist.sources.gdelt import GdeltSource
from watchlist.sources.opml import read_opml
from watchlist.sources.public_inspection import PublicInspection
from watchlist.sources.sitemap import SitemapSource


@pytest.mark.parametrize("name", catalog())
def test_every_entry_can_be_built_and_says_how_sure_it_is(name: str):
    """A line that cannot be built, or claims to be verified without a recording, is a lie to the user."""
    entry = catalog()[name]
    made = open_list(entry.settings) if entry.settings.kind == KIND else build(entry.settings)
    for request in made.plan(SourceState(), NOW):
        assert request.url.startswith("https://")
    assert entry.sure in {"A", "B", "C", "D"}
    assert entry.sure == "A" or not entry.verified
    assert entry.about
    assert len(entry.about) < 100


def test_presets_and_names_choose_each_source_once():
    """A source in a preset and named besides is added once; a wrong name is told with what there is."""
    for preset in presets().values():
        assert set(preset.sources) <= set(catalog())
    settings_ = chosen(["us-sec", "federal-register"], "us-china-tech")
    names = [setting.name for setting in settings_]
    assert len(names) == len(set(names))
    assert names[:2] == ["us-sec", "federal-register"]
    with pytest.raises(UsageError, match="us-china-tech"):
        chosen([], "moon")
    with pytest.raises(UsageError, match="sources catalog"):
        chosen(["moon"])
    assert [setting.name for setting in default_sources()] == list(DEFAULT)


# ----- sitemap --------------------------------------------------------------------------------------------


def test_a_news_sitemap_gives_its_recent_pages(site: Site):
    """From the index to the map to the articles; old and undated pages and old maps are left alone."""
    site.serve("/new/1", article(LONG + "Huawei."))
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    rows = (
        f"<url><loc>{site.url('/new/1')}</loc><news:news><news:publication><news:name>N</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2026-11-23T10:00:00Z</news:publication_date><news:title>The title</news:title></news:news></url>"
        f"<url><loc>{site.url('/new/old')}</loc><lastmod>2026-01-01</lastmod></url><url><loc>{site.url('/new/undated')}</loc></url>"
        f"<url><loc>{site.url('/sport/1')}</loc><lastmod>2026-11-23</lastmod></url><url><loc>file:///etc/passwd</loc><lastmod>2026-11-23</lastmod></url>"
    )
    site.serve("/map.xml", f"<?xml version='1.0'?><urlset {ns}>{rows}</urlset>", media="application/xml")
    index = f"<sitemap><loc>{site.url('/map.xml')}</loc></sitemap><sitemap><loc>{site.url('/2019.xml')}</loc><lastmod>2019-12-31</lastmod></sitemap>"
    site.serve("/index.xml", f"<sitemapindex {ns}>{index}</sitemapindex>", media="application/xml")
    visitor = Visitor(SitemapSource("s", site.url("/index.xml"), match=re.compile("/new/")))
    visitor.fetcher._clock = lambda: NOW
    read = visitor.visit()
    (document,) = read.documents
    assert (document.title, document.lang, document.published) == (
        "The title",
        "en",
        datetime(2026, 11, 23, 10, tzinfo=UTC),
    )
    assert "Huawei" in document.text
    assert read.errors == ()


@pytest.mark.parametrize("body", ["", "<html/>", "<rss/>", "x", '<!DOCTYPE u [<!ENTITY a "b">]><urlset/>'])
def test_what_is_no_sitemap_is_told(body: str):
    """An error page must not pass for "nothing new"."""
    page = Page("https://a.test/m", "https://a.test/m", 200, {}, body.encode(), NOW)
    with pytest.raises(LayoutChanged):
        list(SitemapSource("s", "https://a.test/m").parse(page, Request(page.url)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_sitemap_is_entries_or_one_line(text: str):
    """Whatever stands in it."""
    body = f"<urlset><url>{text}</url></urlset>".encode("utf-8", "replace")
    page = Page("https://a.test/m", "https://a.test/m", 200, {}, body, NOW)
    with contextlib.suppress(LayoutChanged):
        list(SitemapSource("s", "https://a.test/m").parse(page, Request(page.url)))


# ----- GDELT ----------------------------------------------------------------------------------------------


def test_gdelt_gives_articles_to_follow(site: Site):
    """Documented form, our own texts: title, date first seen, the article from its site."""
    link = site.serve("/a", article(LONG + "ZTE."))
    rows = [{"url": link, "title": "A  title", "seendate": "20261123T101500Z"}, {"title": "no address"}]
    site.serve("/doc", json.dumps({"articles": rows}), media="application/json")
    read = Visitor(GdeltSource("g", "zte", api=site.url("/doc"))).visit()
    (document,) = read.documents
    assert (document.title, document.published) == ("A title", datetime(2026, 11, 23, 10, 15, tzinfo=UTC))
    assert "ZTE" in document.text
    assert len(read.errors) == 1


def test_gdelts_errors_in_plain_text_are_handed_on(site: Site):
    """It answers 200 to a query that it refuses; its words are the best explanation there is."""
    site.serve("/doc", "Your query was too short or too long.", media="text/html")
    read = Visitor(GdeltSource("g", "x", api=site.url("/doc"))).visit()
    assert "too short or too long" in str(read.errors[0])
    assert site.asked[0][0].startswith("/doc?query=x&")


# ----- public inspection ------------------------------------------------------------------------------------


def test_the_inspection_desk_is_filtered_by_agency(site: Site):
    """The answer takes no filter; what is ours comes by its number, with its text where that is on file."""
    base = {
        "type": "Notice",
        "filed_at": "2026-11-20T08:45:00.000-05:00",
        "publication_date": "2026-11-23",
        "html_url": "https://x.test/1",
    }
    ours, other = [{"slug": "industry-and-security-bureau"}], [{"slug": "fish-and-wildlife-service"}]
    rows = [
        base
        | {
            "document_number": "2026-1",
            "title": "Additions to the Entity List",
            "agencies": ours,
            "raw_text_url": site.url("/t.txt"),
        },
        base
        | {
            "document_number": "2026-2",
            "title": None,
            "toc_subject": "Meetings:",
            "toc_doc": "Advisory",
            "agencies": ours,
        },
        base | {"document_number": "2026-3", "title": "Ducks", "agencies": other},
        base | {"document_number": None, "title": "x", "agencies": ours},
    ]
    site.serve(
        "/t.txt", f"<html><body><pre>\nAdditions of Huawei. {LONG}\n</pre></body></html>", media="text/plain"
    )
    site.serve("/pi", json.dumps({"count": 4, "results": rows}), media="application/json")
    read = Visitor(PublicInspection("pi", ("industry-and-security-bureau",), site.url("/pi"))).visit()
    found = {document.id: document for document in read.documents}
    assert sorted(found) == ["2026-1", "2026-2"]
    assert "Huawei" in found["2026-1"].text
    assert found["2026-2"].title == "Meetings: Advisory"
    assert found["2026-1"].facts["fr_public_inspection"] == "yes"
    assert found["2026-1"].published == datetime(2026, 11, 20, 13, 45, tzinfo=UTC)
    assert len(read.errors) == 1
    site.serve("/pi", '{"count": 0}', media="application/json")
    assert ids(Visitor(PublicInspection("pi", (), site.url("/pi"))).visit()) == []


# ----- OPML -----------------------------------------------------------------------------------------------


def test_opml_gives_each_feed_once_under_a_name_of_its_own():
    """Nested folders, repeated feeds, equal titles, other outlines."""
    body = (
        '<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body><outline text="Folder">'
        '<outline text="News &amp; more" xmlUrl="https://a.test/feed"/><outline title="News &amp; more" xmlUrl="https://b.test/feed"/>'
        '<outline text="again" xmlUrl="http://a.test/feed"/><outline text="page" htmlUrl="https://c.test/"/>'
        '<outline text="bad" xmlUrl="file:///etc/passwd"/></outline></body></opml>'
    )
    found = read_opml(body.encode(), "feeds.opml")
    assert [(setting.name, setting.url) for setting in found] == [
        ("news-more", "https://a.test/feed"),
        ("news-more-2", "https://b.test/feed"),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"<html/>", b"<opml/>", b'<!DOCTYPE x [<!ENTITY a "b">]><opml/>', b"\xff\xfe\x00"]
)
def test_what_is_no_opml_is_one_line(body: bytes):
    """The user gave the file: the line names it."""
    with pytest.raises(InputError, match=r"^feeds\.opml: "):
        read_opml(body, "feeds.opml")
