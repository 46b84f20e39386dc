"""`sources add ADDRESS`: the program finds out by itself what the address is."""

import json
from pathlib import Path

import pytest
from http_server import Site
from source_visits import LOCAL, LONG, article, item, rss

from watchlist.errors import FetchError, InputError
from watchlist.sources import build
from watchlist.sources.discovery import discover
from watchlist.sources.http import Fetcher

FEED = rss(item("1", text=LONG))
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>1</id><title>x</title></entry></feed>'
JSON_FEED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": []})


@pytest.fixture
def fetcher() -> Fetcher:
    """A fetcher that may speak to loopback."""
    return Fetcher(LOCAL)


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (FEED, "application/rss+xml"),
        (FEED, "text/html"),
        (ATOM, "application/octet-stream"),
        (JSON_FEED, "application/json"),
    ],
)
def test_feeds_are_known_by_their_content(site: Site, fetcher: Fetcher, body: str, media: str):
    """Servers mislabel feeds; what counts is what they hold."""
    found = discover(site.serve("/x", body, media=media), fetcher)
    assert (found.settings.kind, found.settings.url) == ("feed", site.url("/x"))
    assert build(found.settings).name == found.settings.name


def test_a_page_that_links_feeds_gives_the_first_that_works(site: Site, fetcher: Fetcher):
    """The one of comments comes last, a dead one is passed over, the others are named."""
    site.serve("/main.xml", FEED, media="text/xml")
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'
        for title, href in (("Comments", "/comments/feed"), ("Dead", "/dead.xml"), ("Main", "main.xml"))
    )
    found = discover(site.serve("/", f"<html><head>{head}</head><body>{LONG}</body></html>"), fetcher)
    assert (found.settings.kind, found.settings.url) == ("feed", site.url("/main.xml"))
    assert [title for title, _ in found.others] == ["Dead", "Comments"]
    assert "linked from" in found.what


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
def test_a_sitemap_is_known_by_its_content(site: Site, fetcher: Fetcher, root: str):
    """Many ministries have no feed, and all have a sitemap."""
    body = f'<?xml version="1.0"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></{root}>'
    found = discover(site.serve("/sitemap.xml", body, media="application/xml"), fetcher)
    assert (found.settings.kind, found.settings.url) == ("sitemap", site.url("/sitemap.xml"))
    assert build(found.settings).name == found.settings.name


def test_a_plain_page_is_watched_itself(site: Site, fetcher: Fetcher):
    """Agencies without feeds have pages."""
    found = discover(site.serve("/list", article(title="The list")), fetcher)
    assert (found.settings.kind, found.settings.url) == ("page", site.url("/list"))
    assert "The list" in found.what
    assert found.settings.name.endswith("the-list")


def test_a_permanent_move_is_kept_a_temporary_one_is_not(site: Site, fetcher: Fetcher):
    """A short-lived address must not become the source's."""
    site.serve("/new", FEED, media="text/xml")
    assert discover(site.redirect("/old", "/new", 301), fetcher).settings.url == site.url("/new")
    assert discover(site.redirect("/short", "/new", 302), fetcher).settings.url == site.url("/short")


def test_a_folder_is_a_source_too(tmp_path: Path, fetcher: Fetcher):
    """A path needs no file:// in front."""
    found = discover(str(tmp_path), fetcher)
    assert (found.settings.kind, found.settings.url) == ("folder", str(tmp_path))


def test_what_can_be_no_source_is_one_clear_line(site: Site, tmp_path: Path, fetcher: Fetcher):
    """A single file, a picture, an empty page, another scheme, an unreachable host."""
    (tmp_path / "a.txt").write_text("x")
    for address in (
        str(tmp_path / "a.txt"), site.serve("/p.png", b"\x89PNG", media="image/png"),
        site.serve("/app", "<html><body><script>app()</script></body></html>"), "ftp://a.test/feed", "https://",
    ):  # fmt: skip
        with pytest.raises(InputError) as caught:
            discover(address, fetcher)
        assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(FetchError):
        discover(site.serve("/down", "no", status=500), fetcher)
